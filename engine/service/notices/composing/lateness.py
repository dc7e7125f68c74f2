"""What was due by now, and who is late with it, as documents tell it (SEMANTICS N5)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model import Assignment, Deadline
from engine.records import record
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices.composing.lines import STATES, title_of, units_first
from notifications.notice import Line


@record
class ByNow:
    """What is owed at all, what of it was `due` by today, and the due dates by assignment."""

    owed: list[Assignment]
    due: list[Assignment]
    dues: Mapping[int, Deadline]


def due_by_now(case: CampaignSession) -> ByNow:
    """Return what the campaign's units owe, and what of it was due by today.

    What a unit left open that has ended is nobody's lateness: it is the office's to hand on (SEMANTICS L10).
    """
    dues = {d.assignment: d for d in case.work.find(Deadline, campaign=case.id, kind="due")}
    found = [a for a in case.work.find(Assignment, campaign=case.id) if a.state not in ("cancelled", "waived")]
    owed = [a for a in found if not case.is_left(a)]
    return ByNow(owed=owed, due=[a for a in owed if a.id in dues and dues[a.id].due_on <= case.today], dues=dues)


def is_late(case: CampaignSession, owed: Assignment, due: Deadline) -> bool:
    """Tell whether something fell short, or is open though its day has passed; paused is not overdue (P1)."""
    overdue = due.due_on < case.today and due.state != "paused"
    return owed.state == "short" or (owed.state not in SETTLED and overdue)


def chased(case: CampaignSession, found: ByNow) -> tuple[Line, ...]:
    """Return a line for each thing that subordinate units are late with, in the order of the directory."""
    late = [a for a in found.due if case.relation(a.unit) == "subordinate" and is_late(case, a, found.dues[a.id])]
    return tuple(_line(case, each, found.dues[each.id]) for each in units_first(case, late))


def chased_of(case: CampaignSession, unit: str) -> tuple[Line, ...]:
    """Return what a bulletin would say now of a unit."""
    if case.relation(unit) != "subordinate" or case.has_ended(unit):
        return ()
    owed = case.work.find(Assignment, campaign=case.id, unit=unit, order="id")
    dues = {d.assignment: d for d in case.work.among(Deadline, "assignment", [a.id for a in owed]) if d.kind == "due"}
    by_now = [a for a in owed if a.id in dues and dues[a.id].due_on <= case.today]
    return tuple(_line(case, a, dues[a.id]) for a in by_now if is_late(case, a, dues[a.id]))


def _line(case: CampaignSession, owed: Assignment, due: Deadline) -> Line:
    return Line(title=title_of(case, owed), unit=owed.unit, ref=owed.id, state=STATES[owed.state], due_on=due.due_on)
