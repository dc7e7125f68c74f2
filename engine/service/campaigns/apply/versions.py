"""Moving a running campaign to another version of its workflow, as a record says (SEMANTICS P4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from engine.deadlines import Point
from engine.deadlines.turns import open_sheet
from engine.model import Armed, Assignment, Deadline, Item, Occurrence, PhaseState, Role
from engine.model.plain import Ref, coded
from engine.records import record, replace
from engine.service.duties.apply import adjusting, deadlines, duties, gathering, objections, phases
from engine.service.duties.commands.duties import subject_of
from engine.service.kernel import counting, items
from engine.service.kernel.case import CampaignSession, TimerKind

SUPERSEDED = coded("before_new_version")
Pending = dict[int, set[tuple[str, int]]]


# --- what the record of a move tells ---


@record
class Reladdered:
    """A deadline whose ladder bears a name now; `anew` where it also says something else than before."""

    deadline: Ref
    ladder: str
    anew: bool = False


@record
class Recast:
    """An assignment that has a role and a phase under the new version which are not both as before."""

    assignment: Ref
    role: Role
    phase: str


@record
class Added:
    """A unit that a task is issued to because the new version names it."""

    task: str
    unit: str


@record
class Placed:
    """A phase that has another place or window under the new version, or is new there."""

    phase: str
    position: int
    first_day: date
    last_day: date
    new: bool = False


# --- what is asked for no more, or again ---


def cancel(case: CampaignSession, owed: Iterable[int], why: Mapping[str, str]) -> list[Assignment]:
    """Cancel what the new version does not ask for, and tell the units."""
    found = [case.work.must(Assignment, number) for number in owed]
    for assignment in found:
        due = case.deadline(assignment, "due")
        adjusting.tell(case, deadlines.cancel(case, assignment), None, due.due_on if due else None, why)
    objections.lapse_settled(case)
    return found


def end(case: CampaignSession, found: Iterable[int]) -> None:
    """End the receipts and reviews that are not asked for any more."""
    for number in found:
        deadlines.end(case, case.work.must(Deadline, number), "cancelled")


def issue_again(case: CampaignSession, number: int) -> None:
    """Have a unit owe again what an earlier move had cancelled."""
    phases.issue_again(case, case.work.must(Assignment, number))


def subject(case: CampaignSession, number: int) -> str:
    """Return how records name an assignment."""
    return subject_of(case.work.must(Assignment, number))


# --- phases, units ---


def set_phases(case: CampaignSession, told: Iterable[Placed], dropped: Iterable[str]) -> None:
    """Give phases their places and windows, take up new ones and drop those that are gone."""
    for phase in dropped:
        case.work.drop(PhaseState, case.id, phase)
    for each in told:
        if each.new:
            case.work.add(
                PhaseState(
                    campaign=case.id,
                    phase=each.phase,
                    position=each.position,
                    state="waiting",
                    first_day=each.first_day,
                    last_day=each.last_day,
                )
            )
        else:
            state = case.phase_state(each.phase)
            placed = replace(state, position=each.position, first_day=each.first_day, last_day=each.last_day)
            case.work.put(placed)


def pending(case: CampaignSession, told: Iterable[Reladdered]) -> Pending:
    """Return the points of these deadlines that came due under the old ladder and still wait for their turn."""
    found: Pending = {}
    for each in told:
        deadline = case.work.must(Deadline, each.deadline)
        found[deadline.id] = {(point.rung, point.n) for point in _behind(case, deadline)}
    return found


def _behind(case: CampaignSession, deadline: Deadline) -> Iterator[Point]:
    sheet = open_sheet(deadlines.standing(case, deadline), case.plan.times)
    return (point for point in sheet.unrecorded() if point.scheduled_at <= case.at)


def reladder(case: CampaignSession, told: Iterable[Reladdered], waiting: Pending, moved: set[int]) -> None:
    """Arm ladders anew by the ids of their rungs: what fired stays fired, what lies behind never fires."""
    for each in told:
        deadline = replace(case.work.must(Deadline, each.deadline), ladder=each.ladder)
        case.work.put(deadline)
        if deadline.id in moved:
            continue
        if each.anew and deadline.state in ("armed", "paused"):
            _supersede(case, deadline, waiting[deadline.id])
        deadlines.change(case, deadline)


def _supersede(case: CampaignSession, deadline: Deadline, waiting: set[tuple[str, int]]) -> None:
    for first, last in _runs([p for p in _behind(case, deadline) if (p.rung, p.n) not in waiting]):
        occurrence = Occurrence(
            id=case.next_id(),
            campaign=case.id,
            deadline=deadline.id,
            epoch=deadline.epoch,
            rung=first.rung,
            n_from=first.n,
            n_to=last.n,
            level=first.level,
            scheduled_at=last.scheduled_at,
            recorded_at=case.at,
            outcome="superseded",
            reason=SUPERSEDED,
        )
        case.known.keep_occurrence(occurrence, new=True)


def _runs(points: list[Point]) -> Iterator[tuple[Point, Point]]:
    """Yield the first and the last of each run of points of one rung (F6)."""
    ordered = sorted(points, key=lambda point: (point.rung, point.n))
    start = 0
    for place in range(1, len(ordered) + 1):
        before = ordered[place - 1]
        if place == len(ordered) or (ordered[place].rung, ordered[place].n) != (before.rung, before.n + 1):
            yield ordered[start], before
            start = place


# --- what is owed ---


def change_roles(case: CampaignSession, told: Iterable[Recast]) -> None:
    """Give assignments the role and the phase that they have under the new version."""
    for each in told:
        assignment = case.work.must(Assignment, each.assignment)
        case.work.put(replace(assignment, role=each.role, phase=each.phase))
        for deadline in case.deadlines(assignment):
            if deadline.phase != each.phase:
                case.work.put(replace(deadline, phase=each.phase))


def recount(case: CampaignSession, tasks: Iterable[str]) -> None:
    """Settle counted duties by the target they have now; a period that is over stays as it ended."""
    for task in tasks:
        for assignment in case.work.find(Assignment, campaign=case.id, task=task, order="id"):
            over = counting.period_of(case, assignment).last_day < case.today
            if assignment.state in ("issued", "received") or (assignment.state == "accepted" and not over):
                duties.resettle(case, assignment)


def rearm_openings(case: CampaignSession) -> None:
    """Arm by their new places what opens by itself, open and issue what has come (G7)."""
    for armed in case.work.find(Armed, campaign=case.id):
        if armed.kind in (TimerKind.PHASE, TimerKind.TASK):
            case.disarm(armed.at, TimerKind(armed.kind), armed.ref)
    phases.arm_openings(case)
    phases.issue_what_waits(case)
    duties.resumed(case)


def date_what_is_dated(case: CampaignSession, why: Mapping[str, str]) -> None:
    """Start the day of what had none and has one by the new version."""
    for task in case.plan.workflow.tasks:
        if task.counted is None:
            for assignment in phases.date_task(case, task):
                adjusting.tell(case, assignment, case.deadline(assignment, "due"), None, why)


def hand_on_reviews(case: CampaignSession) -> None:
    """Let who reviews by the new version owe the reviews that run (R2)."""
    for task in case.plan.workflow.clauses:
        gathering.hand_on_reviews(case, task.id)


def try_again(case: CampaignSession, found: Iterable[int]) -> None:
    """Take up what was put aside: the new version may have mended its template (F5)."""
    for item in case.work.among(Item, "id", found, order="id"):
        items.take_up(case, item)


def look_at_gate(case: CampaignSession, *, anew: bool) -> None:
    """Have the gate of the present phase judged by the new version."""
    if anew:
        for armed in case.work.find(Armed, campaign=case.id, kind=int(TimerKind.GATE)):
            case.disarm(armed.at, TimerKind.GATE, armed.ref)
        case.change(gate_verdict="")
        phases.arm_gate_dates(case, case.head.phase)
    case.arm_gate()
