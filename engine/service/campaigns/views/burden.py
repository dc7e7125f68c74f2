"""How much each unit is asked in each month: hints, formal documents and hand-ins, held against limits (减负核算)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

from engine.model import Assignment, Deadline, Limits, Notice, Workflow
from engine.names import apart
from engine.records import record
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row
from engine.service.kernel.sight import sees
from notifications.kinds import kind_of

Part = Literal["hints", "formal", "hand_ins"]
Key = tuple[str, str, Part]
"""A unit, a month (2022-11) and what is counted."""
PARTS: Final[tuple[Part, ...]] = ("hints", "formal", "hand_ins")
POSTED: Final = ("queued", "sent", "failed")
"""The states of a notice that stands in the outbox."""
LIST: Final = Listing(
    name="burden",
    key=("unit", "month"),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="month", width=9),
        Column(key="hints", kind="number", width=8),
        Column(key="formal", head="formal documents", kind="number", width=8),
        Column(key="hand_ins", head="hand-ins", kind="number", width=8),
        Column(key="ahead_hints", head="hints ahead", kind="number", width=8),
        Column(key="ahead_formal", head="formal documents ahead", kind="number", width=8),
        Column(key="ahead_hand_ins", head="hand-ins ahead", kind="number", width=8),
        Column(key="over", head="over the limit", width=40),
    ),
)
"""Units in the order of the directory, never by how much they are asked."""
OVER: Final = Listing(name="over_limit", key=LIST.key, columns=LIST.columns)


@record
class Burden:
    """What units were asked up to now, and what is foreseen beyond that."""

    told: Mapping[Key, int]
    ahead: Mapping[Key, int]

    @property
    def months(self) -> set[tuple[str, str]]:
        """The units and months in which anything is asked."""
        return {(unit, month) for unit, month, _ in (*self.told, *self.ahead)}


def month_of(day: date) -> str:
    """Return the month of a day as it is named: 2022-11."""
    return day.isoformat()[:7]


def letters(told: Iterable[tuple[str, Iterable[str], date]]) -> Counter[Key]:
    """Count letters by unit and month: what a person signs is a formal document (正式文书), all else a hint."""
    found: Counter[Key] = Counter()
    for kind, units, day in told:
        part: Part = "formal" if kind_of(kind).drafted else "hints"
        found.update((unit, month_of(day), part) for unit in units)
    return found


def hand_ins(asked: Iterable[tuple[str, date | None]]) -> Counter[Key]:
    """Count what is to be handed in by unit and by the month of its day."""
    return Counter((unit, month_of(day), "hand_ins") for unit, day in asked if day is not None)


def so_far(case: CampaignSession) -> Counter[Key]:
    """Return what units were asked up to now: letters that went into the outbox, and what was issued to them."""
    notices = case.work.find(Notice, campaign=case.id, order="id")
    posted = ((each.kind, apart(each.unit), each.day) for each in notices if each.state in POSTED)
    return letters(posted) + hand_ins(_asked(case))


def _asked(case: CampaignSession) -> Iterable[tuple[str, date]]:
    """Yield what was issued, by unit and day; the day of what is waived or cancelled is cancelled, too."""
    owed = {each.id: each for each in case.work.find(Assignment, campaign=case.id)}
    for due in case.work.find(Deadline, campaign=case.id, kind="due"):
        if due.state != "cancelled":
            yield owed[due.assignment].unit, due.due_on


# --- as rows ---


def rows(workflow: Workflow, found: Burden) -> list[Row]:
    """Return a row for each unit and month, units in the order of the directory; our own office is no unit asked."""
    names = [name for name in workflow.directory.units if name not in workflow.ours]
    months = sorted(found.months, key=lambda each: each[1])
    return [_row(workflow.limits, unit, month, found) for unit in names for of, month in months if of == unit]


def _row(limits: Limits, unit: str, month: str, found: Burden) -> Row:
    told: dict[str, int] = {part: found.told.get((unit, month, part), 0) for part in PARTS}
    ahead = {part: found.ahead.get((unit, month, part), 0) for part in PARTS}
    whole: dict[Part, int] = {part: told[part] + ahead[part] for part in PARTS}
    more = {f"ahead_{part}": number for part, number in ahead.items()}
    return {"unit": unit, "month": month, **told, **more, "over": _over(limits, whole)}


def _over(limits: Limits, whole: Mapping[Part, int]) -> list[Row]:
    """Return which limits a month is over, each with its number."""
    asked = {
        "letters": (whole["hints"] + whole["formal"], limits.letters),
        "formal": (whole["formal"], limits.formal),
        "hand_ins": (whole["hand_ins"], limits.hand_ins),
    }
    return [
        {"code": f"over_{what}", "number": number, "limit": limit}
        for what, (number, limit) in asked.items()
        if limit is not None and number > limit
    ]


def over(found: Iterable[Row]) -> list[Row]:
    """Return the rows that are over a limit."""
    return [row for row in found if row["over"]]


def has_limits(workflow: Workflow) -> bool:
    """Tell whether a workflow sets any limit."""
    limits = workflow.limits
    return any(limit is not None for limit in (limits.letters, limits.formal, limits.hand_ins))


def seen(case: CampaignSession, found: Iterable[Row]) -> list[Row]:
    """Return the rows that who reads may see: a unit its own."""
    return [row for row in found if sees(case, "notice", row["unit"])]


def over_now(case: CampaignSession) -> list[Row]:
    """Return where units were asked more in this month than the limit allows, to who may see it."""
    if not has_limits(case.plan.workflow):
        return []
    found = over(rows(case.plan.workflow, Burden(told=so_far(case), ahead={})))
    return seen(case, [row for row in found if row["month"] == month_of(case.today)])


def picked(found: Iterable[Row], *, unit: str = "", month: str = "") -> list[Row]:
    """Return the rows of a unit and of a month, where one is named."""
    return [row for row in found if unit in ("", row["unit"]) and month in ("", row["month"])]
