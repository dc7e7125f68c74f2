"""Phases and tasks: entering, opening and leaving a phase, and issuing what it holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine import deadlines as rules
from engine import gates
from engine.deadlines import Dated
from engine.model import Armed, Assignment, Deadline, Due, Item, Offset, PhaseState, Role, Task
from engine.records import replace
from engine.service.duties.apply import adjusting, alike, deadlines, duties, objections
from engine.service.kernel import counting
from engine.service.kernel.case import HELD_BY_PAUSE, SETTLED, CampaignSession, TimerKind
from engine.service.kernel.items import enqueue
from notifications.kinds import nudging_kind

ONE = Offset(count=1)


def enter(case: CampaignSession, phase: str) -> None:
    """Make a phase the current one: open it, and start the deadline of its gate (G7, G8)."""
    state = case.phase_state(phase)
    case.work.put(replace(state, entered_at=case.at))
    case.change(phase=phase, gate_verdict="")
    open_phase(case, phase)
    _start_gate_deadline(case, phase)
    for task in case.plan.workflow.tasks:
        if task.due.anchor == f"phase:{phase}":
            _date_and_tell(case, task)
    arm_gate_dates(case, phase)
    case.arm_gate()


def open_phase(case: CampaignSession, phase: str) -> None:
    """Open a phase: its tasks are issued (G7)."""
    state = case.phase_state(phase)
    if state.state != "waiting":
        return
    case.work.put(replace(state, state="open", opened_at=case.at))
    for task in case.plan.workflow.tasks:
        if task.phase == phase:
            _issue_or_wait(case, task)


def leave(case: CampaignSession, phase: str, by: str) -> None:
    """Leave a phase; what is open in it stays so unless the phase says otherwise (G8)."""
    case.work.put(replace(case.phase_state(phase), state="left", left_at=case.at, left_by=by))
    for deadline in _gate_deadlines(case, phase):
        deadlines.end(case, deadline)
    if case.plan.phases[phase].on_exit == "cancel":
        cancel_open(case, phase)


def cancel_open(case: CampaignSession, phase: str | None = None) -> None:
    """Cancel every open assignment, of one phase or of all."""
    which = {"campaign": case.id} if phase is None else {"campaign": case.id, "phase": phase}
    for assignment in case.work.find(Assignment, **which):
        if assignment.state not in SETTLED and not (phase and _outlives_its_phase(case, assignment)):
            deadlines.cancel(case, assignment)
    objections.lapse_settled(case)


def go_on(case: CampaignSession, phase: str) -> None:
    """Issue and date what waited for tasks that leaving their phase cancelled."""
    for task in case.plan.waiting_for:
        if case.plan.tasks[task].phase == phase:
            settled(case, task)


def _outlives_its_phase(case: CampaignSession, assignment: Assignment) -> bool:
    counted = case.plan.tasks[assignment.task].counted
    return counted is not None and counted.until == "campaign"


def arm_openings(case: CampaignSession) -> None:
    """Arm the first days of phases that open by their window, and open those that have come (G7)."""
    for state in case.phase_states():
        if state.state == "waiting" and case.plan.phases[state.phase].opens == "window":
            if state.first_day <= case.today:
                open_phase(case, state.phase)
            else:
                case.arm(rules.start_of(state.first_day, case.plan.zone), TimerKind.PHASE, _ref(case, state.position))


def disarm_all(case: CampaignSession) -> None:
    """Take away what is armed for a campaign that ends; what waits to be told is still told."""
    for armed in case.work.find(Armed, campaign=case.id):
        if armed.kind in HELD_BY_PAUSE:
            case.disarm(armed.at, TimerKind(armed.kind), armed.ref)


def hold_openings(case: CampaignSession) -> None:
    """Open and issue nothing by the clock while the whole campaign is paused (P1)."""
    disarm_all(case)


def release_openings(case: CampaignSession) -> None:
    """Open and issue what came due during a pause of the campaign, and arm the rest again."""
    arm_openings(case)
    for task in case.plan.workflow.tasks:
        if task.opens.kind == "date":
            open_task(case, task)
    arm_gate_dates(case, case.head.phase)
    case.arm_gate()


def arm_gate_dates(case: CampaignSession, phase: str) -> None:
    """Arm the days that the gate of a phase names, so that it is looked at on them (F2)."""
    if case.plan.phases[phase].advance == "automatic":
        for day in gates.reads(case.plan.phases[phase].gate).dates:
            if day > case.today:
                case.arm_campaign(rules.start_of(day, case.plan.zone), TimerKind.GATE)


def settled(case: CampaignSession, task: str) -> None:
    """Issue and date what waited for a task, once all its assignments are settled."""
    waiting = case.plan.waiting_for.get(task, ())
    if not waiting or not is_settled(case, (task,)):
        return
    for other in waiting:
        if task in other.opens.after:
            open_task(case, other)
        if other.due.anchor == f"task:{task}":
            _date_and_tell(case, other)


def is_settled(case: CampaignSession, tasks: tuple[str, ...]) -> bool:
    """Tell whether every assignment of these tasks is settled, and each has one; none was asked before adoption."""
    for task in tasks:
        if _before_adoption(case, case.plan.tasks[task].phase):
            continue
        states = case.work.distinct(Assignment, "state", campaign=case.id, task=task)
        if not states or not states <= set(SETTLED):
            return False
    return True


def date_task(case: CampaignSession, task: Task) -> list[Assignment]:
    """Give the open assignments of a task the date that they now have, and return them."""
    found = case.work.find(Assignment, campaign=case.id, task=task.id, order="id")
    open_ones = [each for each in found if each.state not in SETTLED and case.deadline(each, "due") is None]
    dated = due_date(case, task)
    return [each for each in open_ones if _date(case, task, each, dated)]


def _date_and_tell(case: CampaignSession, task: Task) -> None:
    """Date the open assignments of a task; units are told a day that no document named (L4)."""
    for assignment in date_task(case, task):
        if task.issue == "document":
            _tell_day(case, assignment, case.deadline(assignment, "due"))


def _tell_day(case: CampaignSession, assignment: Assignment, due: Deadline | None) -> None:
    if assignment.unit != case.plan.workflow.office:
        adjusting.tell(case, assignment, due, None, {"reason": "", "document": ""})


def _date(case: CampaignSession, task: Task, assignment: Assignment, dated: Dated | None) -> bool:
    """Start the due day of an assignment; what was handed in is not chased while it is reviewed (L4)."""
    due = _start_due(case, task, assignment, dated)
    if assignment.state == "submitted":
        deadlines.suspend(case, due)
    return due is not None


def open_task(case: CampaignSession, task: Task) -> None:
    """Issue a task whose day has come, if its phase is open, or was left without cancelling what it held (G8)."""
    state, on_exit = case.phase_state(task.phase).state, case.plan.phases[task.phase].on_exit
    if state == "open" or (state == "left" and on_exit != "cancel"):
        _issue_or_wait(case, task)


def issue(case: CampaignSession, task: Task) -> None:
    """Issue a task: one assignment for each unit that owes it."""
    case.know_contacts()
    dated, members = due_date(case, task), case.plan.members(task, case.today)
    issued = alike.give(case, members, lambda unit, role: _assign(case, task, unit, role, dated))
    _draft(case, task, issued)


def _draft(case: CampaignSession, task: Task, issued: list[Assignment]) -> None:
    """Have the document of a task drafted, one however many units owe it; superiors draft their own."""
    ours = [owed for owed in issued if case.relation(owed.unit) != "superior"]
    if task.draft and ours:
        enqueue(case, task.draft, deadlines.owed_by(case, ours[0]), delivery="draft", assignment=ours[0])


def issue_what_waits(case: CampaignSession) -> None:
    """Issue what open phases hold and nobody was given yet, by letter, or have it looked at on its day."""
    for task in case.plan.workflow.tasks:
        if case.phase_state(task.phase).state == "open":
            _issue_or_wait(case, by_letter(task))


def by_letter(task: Task) -> Task:
    """Return a task as it is given to whom the document that issued it does not reach: by a letter (L4)."""
    return replace(task, issue="letters")


def issue_to(case: CampaignSession, plan_task: Task, unit: str) -> None:
    """Issue to one more unit what others were given: the task, or the periods of it that run."""
    task = by_letter(plan_task)
    role = dict(case.plan.members(task, case.today))[unit]
    if task.counted is None:
        _assign(case, task, unit, role, due_date(case, task))
    else:
        for period in counting.owed(case, task):
            if period.first_day <= case.today <= period.last_day:
                duties.assign(case, task, period, unit, role)


def issue_again(case: CampaignSession, assignment: Assignment) -> None:
    """Have a unit owe again what a move to another version had cancelled (P4)."""
    task = by_letter(case.plan.tasks[assignment.task])
    again = _reopened(case, assignment, dict(case.plan.members(task, case.today))[assignment.unit])
    if task.counted is None:
        _tell_issued(case, task, again, _start_due(case, task, again, due_date(case, task)))
    else:
        duties.take_up(case, task, again)


def _reopened(case: CampaignSession, assignment: Assignment, role: Role) -> Assignment:
    """Open again what was settled, as if it were issued today; a period stays the one it is."""
    again = replace(
        assignment,
        state="issued",
        phase=case.plan.tasks[assignment.task].phase,
        role=role,
        issued_on=assignment.issued_on if assignment.period else case.today,
        received_on=None,
        submitted_on=None,
        first_submitted_on=None,
        settled_on=None,
    )
    case.work.put(again)
    return again


def _issue_or_wait(case: CampaignSession, task: Task) -> None:
    if task.counted is not None:
        duties.start(case, task)
        return
    if task.opens.kind == "after" and not is_settled(case, task.opens.after):
        return
    if task.opens.kind == "date" and task.opens.on is not None and task.opens.on > case.today:
        at = rules.start_of(task.opens.on, case.plan.zone)
        case.arm(at, TimerKind.TASK, _ref(case, case.plan.workflow.tasks.index(case.plan.tasks[task.id])))
        return
    if not case.work.find(Assignment, campaign=case.id, task=task.id):
        issue(case, task)


def _assign(case: CampaignSession, task: Task, unit: str, role: Role, dated: Dated | None) -> Assignment:
    assignment = _new(case, task, unit, role)
    due = _start_due(case, task, assignment, dated)
    if task.issue == "letters":
        _tell_issued(case, task, assignment, due)
    elif due is not None and _waited_for(task):
        _tell_day(case, assignment, due)
    return assignment


def _waited_for(task: Task) -> bool:
    """Tell whether a day follows from what happens in the campaign, so that no document could name it."""
    return task.due.anchor.startswith(("task:", "phase:")) or (
        task.due.anchor == "issued" and task.opens.kind == "after"
    )


def reached_by_document(case: CampaignSession, task: Task, unit: str) -> bool:
    """Tell whether the document that issues a task is the receipt that a unit would else be asked for (L4)."""
    ours = unit == case.plan.workflow.office or case.relation(unit) == "superior"
    return task.issue == "document" and not ours


def _new(case: CampaignSession, task: Task, unit: str, role: Role, period: str = "") -> Assignment:
    has_it = reached_by_document(case, task, unit)
    assignment = Assignment(
        id=case.next_id(),
        campaign=case.id,
        task=task.id,
        unit=unit,
        period=period,
        role=role,
        phase=task.phase,
        state="received" if has_it else "issued",
        issued_on=case.today,
        received_on=case.today if has_it else None,
    )
    case.work.add(assignment)
    return assignment


def join(case: CampaignSession, plan_task: Task, unit: str, role: Role) -> Assignment:
    """Issue an open task to a unit that was not there when it was issued: at least the time to confirm is given."""
    task = by_letter(plan_task)
    assignment = _new(case, task, unit, role)
    dated, least = due_date(case, task), deadlines.after(case, task.receipt or ONE)
    due = None
    if dated is not None:
        due = deadlines.start(
            case,
            "due",
            dated if dated.on >= least.on else least,
            ladder=task.ladder,
            unit=deadlines.owed_by(case, assignment),
            phase=task.phase,
            assignment=assignment.id,
        )
    _tell_issued(case, task, assignment, due)
    return assignment


def hand_over(case: CampaignSession, before: Assignment, unit: str) -> Assignment:
    """Give a unit what another owed: its day stays, unless that leaves less than the time to confirm (L3).

    What it owed of it before, and owed no more, it owes again.
    """
    task = by_letter(case.plan.tasks[before.task])
    known = case.work.find(Assignment, campaign=case.id, task=task.id, unit=unit, period=before.period)
    if known:
        assignment = _reopened(case, known[0], before.role)
    else:
        assignment = _new(case, task, unit, before.role, before.period)
    if task.counted is not None:
        duties.take_up(case, task, assignment)
        return assignment
    owed = case.deadline(before, "due")
    due = None if owed is None else _take_over_due(case, task, assignment, owed)
    _tell_issued(case, task, assignment, due)
    return assignment


def _take_over_due(case: CampaignSession, task: Task, assignment: Assignment, owed: Deadline) -> Deadline:
    least = deadlines.after(case, task.receipt or ONE)
    by_phase = owed.basis == "derived" and not owed.offset
    kept = rules.phase_end(owed.due_on) if by_phase else rules.printed(owed.due_on)
    return deadlines.start(
        case,
        "due",
        replace(kept, provisional=owed.provisional) if kept.on >= least.on else least,
        ladder=owed.ladder,
        unit=deadlines.owed_by(case, assignment),
        phase=assignment.phase,
        assignment=assignment.id,
    )


def _tell_issued(case: CampaignSession, task: Task, assignment: Assignment, due: Deadline | None) -> None:
    """Ask for the receipt of a new assignment, and tell its unit."""
    unit = assignment.unit
    superior = case.relation(unit) == "superior"
    if task.receipt is not None and not superior and unit != case.plan.workflow.office:
        deadlines.start(
            case,
            "receipt",
            deadlines.after(case, task.receipt),
            ladder=task.receipt_ladder,
            unit=unit,
            phase=task.phase,
            assignment=assignment.id,
        )
    told = deadlines.owed_by(case, assignment)
    issued = "monthly" if task.kind == "monthly" else "task_issued"
    kind = nudging_kind() if told == case.plan.workflow.office else issued
    enqueue(case, kind, told, assignment=assignment, deadline=due)


def has_a_letter(case: CampaignSession, assignment: Assignment) -> bool:
    """Tell whether a unit was told of a task by a letter: it joined later, took it over, or letters issue it (L4)."""
    return bool(case.work.find(Item, campaign=case.id, assignment=assignment.id, kind="task_issued"))


def _start_due(case: CampaignSession, task: Task, assignment: Assignment, dated: Dated | None) -> Deadline | None:
    if dated is None:
        return None
    return deadlines.start(
        case,
        "due",
        dated,
        ladder=task.ladder if dated.on >= case.head.adopted_on else "",
        unit=deadlines.owed_by(case, assignment),
        phase=task.phase,
        assignment=assignment.id,
    )


def due_date(
    case: CampaignSession, task: Task, *, issued_on: date | None = None, window: PhaseState | None = None
) -> Dated | None:
    """Return when a task issued on a day, by default today, is due, or None while its anchor has not come.

    `window` are the days of its phase, by default those it has now.
    """
    state = window or case.phase_state(task.phase)
    return rules.date_of(
        task.due,
        phase_first=max(state.first_day, case.head.adopted_on),
        phase_last=state.last_day,
        anchor_on=_anchor(case, task.due, issued_on or case.today),
        calendar=case.plan.calendar,
    )


def _anchor(case: CampaignSession, due: Due, issued_on: date) -> date | None:
    name, _, of = due.anchor.partition(":")
    if name == "adopted":
        return case.head.adopted_on
    if name == "issued":
        return issued_on
    if name == "task":
        return case.head.adopted_on if _before_adoption(case, case.plan.tasks[of].phase) else _settled_on(case, of)
    if name == "phase":
        return case.head.adopted_on if _before_adoption(case, of) else _entered_on(case, of)
    return None


def _settled_on(case: CampaignSession, task: str) -> date | None:
    """Return the day on which the last of a task was settled, or None while one is open."""
    found = case.work.find(Assignment, campaign=case.id, task=task)
    days = [a.settled_on for a in found if a.settled_on is not None]
    return max(days) if found and len(days) == len(found) else None


def _entered_on(case: CampaignSession, phase: str) -> date | None:
    entered = case.phase_state(phase).entered_at
    return None if entered is None else case.plan.day(entered)


def _before_adoption(case: CampaignSession, phase: str) -> bool:
    """Tell whether a phase had ended by adoption; what is anchored in it counts from then (SEMANTICS G9)."""
    return case.phase_state(phase).state == "before_adoption"


def go_back(case: CampaignSession, phase: str, over: Iterable[str]) -> None:
    """Make a phase the current one again, back over others (G11); nothing is issued, cancelled or dated anew."""
    here = case.head.phase
    for name in (phase, *over):
        case.work.put(replace(case.phase_state(name), state="open", left_at=None, left_by=""))
    for deadline in _gate_deadlines(case, here):
        deadlines.end(case, deadline, "cancelled")
    case.change(phase=phase, gate_verdict="")
    _start_gate_deadline(case, phase)
    arm_gate_dates(case, phase)


def _gate_deadlines(case: CampaignSession, phase: str) -> list[Deadline]:
    return case.work.find(Deadline, campaign=case.id, kind="gate", phase=phase, order="id")


def _start_gate_deadline(case: CampaignSession, phase: str) -> None:
    """Start the clock of a phase's gate; where it ran before it goes on, and what fired stays fired (G11)."""
    last = case.phase_state(phase).last_day
    if known := _gate_deadlines(case, phase):
        deadlines.reopen(case, known[-1], last)
        return
    dated = Dated(on=last, basis="printed", anchor_on=last, offset="", provisional=False, steps=())
    deadlines.start(
        case,
        "gate",
        dated,
        ladder=case.plan.phases[phase].ladder,
        unit=case.plan.workflow.office,
        phase=phase,
    )


def _ref(case: CampaignSession, position: int) -> int:
    return case.id << 32 | position
