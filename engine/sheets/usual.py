"""The ladders and terms that a workflow from a sheet begins with; an office edits them later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _rung(name: str, at: str, level: int, notice: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "at": at, "level": level, "notice": notice, **more}


LADDERS: Mapping[str, Any] = {
    "到期提醒与催办": {
        "min_gap": "1wd",
        "rungs": [
            _rung("提前三日", "-3wd", 0, "reminder"),
            _rung("催办联络员", "1wd", 0, "overdue"),
            _rung("催办分管负责同志", "3wd", 1, "overdue"),
            _rung("催办主要负责同志", "6wd", 2, "overdue"),
            _rung("督办", "10wd", 3, "supervise"),
        ],
    },
    "签收": {"rungs": [_rung("提醒签收", "1wd", 0, "receipt_reminder")]},
    "审核": {"rungs": [_rung("审核已逾期", "1wd", 0, "office_nudge", delivery="send", every="3wd", count=5)]},
    "转段": {"rungs": [_rung("告知创建办", "1wd", 0, "gate_late", delivery="send")]},
}
DEFAULTS: Mapping[str, Any] = {
    "receipt": "3wd",
    "review": "5wd",
    "rework": "5wd",
    "ladder": "到期提醒与催办",
    "receipt_ladder": "签收",
    "review_ladder": "审核",
    "gate_ladder": "转段",
}
