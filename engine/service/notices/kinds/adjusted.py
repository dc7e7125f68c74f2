"""Days were set or moved for everybody, or a task was taken back (时限调整): all of a unit's on one day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.model import Assignment, Item
from engine.model.plain import coded
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lines import STATES
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date
from notifications.notice import Line


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = [json.loads(item.facts) for item in items]
    only_dated = all(each["to"] and not each["from"] for each in told)
    words = {name: dict.fromkeys(each[name] for each in told if each[name]) for name in ("reason", "document")}
    joined = {name: "、".join(found) for name, found in words.items()}
    return {"change": "dated" if only_dated else "adjusted", **joined}


def _moot(case: CampaignSession, told: About) -> str:
    """One that takes a task back is true as long as that is not owed again."""
    if told.assignment is None or json.loads(told.item.facts)["to"]:
        return out_of_date(case, told)
    return "" if told.assignment.state == "cancelled" else coded("owed_again")


def _taken_back(said: Said) -> bool:
    """Tell whether what is said to be taken back is owed no more."""
    gone = [line.ref for line in said.lines if line.state == STATES["cancelled"]]
    return bool(gone) and all(said.case.work.must(Assignment, ref).state == "cancelled" for ref in gone)


def _moved(said: Said) -> bool:
    """Tell whether the day of each line that is still owed is the one recorded."""
    return all(facts.has_day(said.case, line) for line in _owed(said) if line.due_on or line.was_on)


def _owed(said: Said) -> list[Line]:
    return [line for line in said.lines if line.state != STATES["cancelled"]]


def _undated(said: Said) -> bool:
    """Tell whether what has no day in the text has none in the records."""
    return all(facts.has_day(said.case, line) for line in _owed(said) if not line.due_on)


KIND = NoticeKind(
    name="adjusted",
    gathers="day",
    moot=_moot,
    fields=_fields,
    bears={"taken_back": _taken_back, "undated": _undated, "moved": _moved},
)
