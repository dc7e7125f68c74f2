"""What the clock does to what units owe: rungs come due, phases and tasks open (SEMANTICS F2, F4, F6, G7)."""

from __future__ import annotations

from engine.deadlines import RungMark, occurrence_of
from engine.model import Assignment, Deadline, Delivery, Occurrence, Rung
from engine.model.plain import Ref
from engine.records import record
from engine.service.duties.apply import deadlines, phases
from engine.service.kernel.action import SYSTEM, Action, Answer, as_given
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Found
from engine.service.kernel.timers import Taken, disarm
from notifications.kinds import is_for_others, nudging_kind


@record
class Occurred:
    """Rungs of a deadline came due in an epoch, and what became of each."""

    deadline: Ref
    epoch: int
    marks: tuple[RungMark, ...]


@record
class Opened:
    """A phase or a task opened, or a gate was looked at."""

    armed: tuple[Taken, ...]
    phase: str = ""
    task: str = ""


# --- rungs (F2, F4, F6) ---


def _apply_occur(case: CampaignSession, entry: Entry) -> Answer:
    facts: Occurred = entry.facts
    deadline = case.work.must(Deadline, facts.deadline)
    for mark in facts.marks:
        occurrence = _record_mark(case, deadline, mark)
        if occurrence.outcome == "raised":
            _tell(case, deadline, occurrence)
    deadlines.change(case, deadline)
    return {}


def _record_mark(case: CampaignSession, deadline: Deadline, mark: RungMark) -> Occurrence:
    occurrence = occurrence_of(mark, deadline, case.next_id(), case.at)
    case.known.keep_occurrence(occurrence, new=True)
    return occurrence


def _tell(case: CampaignSession, deadline: Deadline, occurrence: Occurrence) -> None:
    rung = rung_of(case, deadline, occurrence.rung)
    unit = deadlines.hears(case, deadline, occurrence.level)
    enqueue(
        case,
        kind_sent(case, unit, rung.notice),
        unit,
        level=occurrence.level,
        delivery=delivery_of(case, unit, rung),
        assignment=case.work.get(Assignment, deadline.assignment) if deadline.assignment else None,
        deadline=deadline,
        occurrence=occurrence.id,
        channel=rung.channel or "",
    )


def kind_sent(case: CampaignSession, unit: str, notice: str) -> str:
    """Return what a rung sends to a unit: our own office is nudged where another would be told what to do (L7)."""
    ours = unit == case.plan.workflow.office
    return nudging_kind() if ours and is_for_others(notice) else notice


def delivery_of(case: CampaignSession, unit: str, rung: Rung) -> Delivery:
    """Return how what a rung sends is delivered: nobody signs what our own office tells itself."""
    nudged = kind_sent(case, unit, rung.notice) != rung.notice
    return "send" if nudged and rung.delivery == "draft" else rung.delivery


def rung_of(case: CampaignSession, deadline: Deadline, rung: str) -> Rung:
    """Return a rung of a deadline's ladder; KeyError if the ladder has none of that id."""
    for found in case.plan.ladder(deadline.ladder).rungs:
        if found.id == rung:
            return found
    raise KeyError(rung)


# --- openings (G7) ---


def _apply_open(case: CampaignSession, entry: Entry) -> Answer:
    facts: Opened = entry.facts
    disarm(case, facts.armed)
    if facts.phase:
        phases.open_phase(case, facts.phase)
    if facts.task:
        phases.open_task(case, case.plan.tasks[facts.task])
    return {}


ACTIONS = (
    Action("occur", SYSTEM, as_given, _apply_occur, Occurred, Found),
    Action("open", SYSTEM, as_given, _apply_open, Opened, Found, after_end=True),
)
