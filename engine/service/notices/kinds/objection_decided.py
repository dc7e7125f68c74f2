"""An objection was decided (职责异议答复): a reply, true whatever comes after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.model import Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import off_its_day


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {name: told[name] for name in ("ruling", "reason", "successor")}


def _ruled(*states: str) -> facts.Fact:
    """Return the fact that the last objection to each was decided so."""
    return facts.each(lambda case, owed: any(each.state in states for each in case.objections(owed)[-1:]))


def _is_handed_on(said: Said) -> bool:
    """Tell whether the unit that is named took the task."""
    last = [said.case.objections(owed)[-1] for owed in said.owed]
    return bool(last) and all(each.successor == said.values["successor"] for each in last)


KIND = NoticeKind(
    name="objection_decided",
    moot=off_its_day,
    fields=_fields,
    bears={
        "objected": facts.each(lambda case, owed: bool(case.objections(owed))),
        "decided": _ruled("upheld", "rejected"),
        "upheld": _ruled("upheld"),
        "rejected": _ruled("rejected"),
        "handed_on": _is_handed_on,
        "running": facts.running,
    },
)
