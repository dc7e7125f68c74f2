"""Deadlines: starting, moving, silencing and ending them, and keeping their next moment armed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial

from engine import deadlines as rules
from engine import units
from engine.deadlines import Dated, LadderStanding
from engine.model import Assignment, Deadline, DeadlineKind, Offset, Pause, changed
from engine.records import replace
from engine.service.kernel import contacts
from engine.service.kernel.case import CampaignSession, TimerKind


def start(
    case: CampaignSession,
    kind: DeadlineKind,
    dated: Dated,
    *,
    ladder: str,
    unit: str,
    phase: str,
    assignment: int = 0,
) -> Deadline:
    """Start a deadline and arm its first moment."""
    number = case.next_id()
    case.know_new(number, assignment)
    new = partial(
        Deadline,
        id=number,
        campaign=case.id,
        assignment=assignment,
        phase=phase,
        unit=unit,
        kind=kind,
        state="armed",
        epoch=1,
        due_on=dated.on,
        first_due_on=dated.on,
        basis=dated.basis,
        anchor_on=dated.anchor_on,
        offset=dated.offset,
        ladder=ladder,
        began_at=case.at,
        provisional=dated.provisional,
    )
    if case.pauses():
        return _started(case, new())
    # Nothing is recorded of it yet: all of one ladder, day and reach are first looked at together.
    at = case.worked_out(
        ("first moment", ladder, dated.on, case.at, reach(case, unit)),
        lambda: _next_moment(case, new()),
    )
    return _started(case, new(next_at=at))


def _started(case: CampaignSession, deadline: Deadline) -> Deadline:
    """Keep a new deadline with its first moment armed, or silent where a pause covers it."""
    case.work.add(deadline)
    if case.pauses():
        return silence(case, deadline) if covered(case, deadline) else change(case, deadline)
    if deadline.next_at is not None:
        case.arm(deadline.next_at, TimerKind.RUNG, deadline.id)
    return deadline


def change(case: CampaignSession, deadline: Deadline, **values: object) -> Deadline:
    """Change a deadline and arm its next moment again."""
    if values.get("state", deadline.state) != "armed":
        return _kept(case, deadline, None, values)
    return _kept(case, deadline, _next_moment(case, changed(deadline, **values)), values)


def _next_moment(case: CampaignSession, deadline: Deadline) -> datetime | None:
    return rules.next_moment(standing(case, deadline), case.at, case.plan.times)


def _kept(case: CampaignSession, deadline: Deadline, at: datetime | None, values: Mapping[str, object]) -> Deadline:
    """Keep a changed deadline, with its next moment armed."""
    if deadline.next_at != at:
        case.disarm(deadline.next_at, TimerKind.RUNG, deadline.id)
        if at is not None:
            case.arm(at, TimerKind.RUNG, deadline.id)
    kept = changed(deadline, **values, next_at=at)
    case.work.put(kept)
    return kept


def move(
    case: CampaignSession,
    deadline: Deadline,
    due_on: date,
    *,
    judged_on: date | None = None,
    dated: Dated | None = None,
) -> Deadline:
    """Give a deadline another date: a new epoch (SEMANTICS P2).

    It is dated from then on unless `dated` says how it was counted; timeliness is judged by
    `judged_on`, or still by the first date.
    """
    counted = (
        {"basis": dated.basis, "anchor_on": dated.anchor_on, "offset": dated.offset}
        if dated
        else {"basis": "printed", "anchor_on": due_on, "offset": ""}
    )
    moved = replace(
        deadline,
        due_on=due_on,
        first_due_on=judged_on or deadline.first_due_on,
        epoch=deadline.epoch + 1,
        began_at=case.at,
        state="armed",
        remaining=None,
        provisional=case.plan.calendar.is_provisional(due_on),
        **counted,
    )
    if covered(case, moved):
        return silence(case, moved)
    return change(case, moved)


def end(case: CampaignSession, deadline: Deadline | None, state: str = "met") -> None:
    """End a deadline: met or cancelled."""
    if deadline is not None and deadline.state not in ("met", "cancelled"):
        change(case, deadline, state=state)


def reopen(case: CampaignSession, deadline: Deadline, due_on: date, judged_on: date | None = None) -> Deadline:
    """Let the clock of an ended deadline run again: in its epoch, or in a new one where its day is another (G11)."""
    if due_on != deadline.due_on:
        return move(case, deadline, due_on, judged_on=judged_on)
    running = change(case, deadline, state="armed")
    return silence(case, running) if covered(case, running) else running


def cancel(case: CampaignSession, assignment: Assignment) -> Assignment:
    """Cancel an assignment, and with it every deadline that it has."""
    cancelled = replace(assignment, state="cancelled", settled_on=case.today)
    case.work.put(cancelled)
    for deadline in case.deadlines(cancelled):
        end(case, deadline, "cancelled")
    return cancelled


def suspend(case: CampaignSession, deadline: Deadline | None) -> None:
    """Suspend a unit's ladder while what it handed in is reviewed (SEMANTICS L4)."""
    if deadline is not None and deadline.state in ("armed", "paused"):
        change(case, deadline, state="suspended", remaining=None)


def silence(case: CampaignSession, deadline: Deadline) -> Deadline:
    """Stop a deadline's clock; one counted as a duration keeps what is left of it (P1)."""
    left = rules.remaining(deadline, case.today, case.plan.calendar)
    return change(case, deadline, state="paused", remaining=left)


def wake(case: CampaignSession, deadline: Deadline, pause: Pause) -> Deadline:
    """Let a paused deadline run on, unless another pause still covers it (P1)."""
    if covered(case, deadline):
        return deadline
    spans = _silence_before(case, deadline, pause)
    paused_on = case.plan.day(max(deadline.began_at, min(span.from_at for span in spans)))
    counted = rules.resumed_due(deadline, paused_on=paused_on, resumed_on=case.today, calendar=case.plan.calendar)
    if counted is not None:
        return _shifted(case, deadline, counted.on)
    days = 0 if _of_the_calendar(case, deadline) else _shifting_days(case, spans, paused_on)
    if days and deadline.basis != "duration" and deadline.due_on >= paused_on:
        return _shifted(case, deadline, deadline.due_on + timedelta(days=days))
    return change(case, deadline, state="armed", remaining=None)


def _of_the_calendar(case: CampaignSession, deadline: Deadline) -> bool:
    """Tell whether a date is the end of a period of the calendar, which no pause shifts (K3)."""
    assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
    counted = case.plan.tasks[assignment.task].counted if assignment else None
    return counted is not None and counted.per != "phase"


def _silence_before(case: CampaignSession, deadline: Deadline, pause: Pause) -> list[Pause]:
    """Return the pauses, latest first, that without a gap kept a deadline silent until `pause` ended."""
    spans, since = [pause], pause.from_at
    for other in sorted(pauses_of(case, deadline), key=lambda each: each.to_at or each.from_at, reverse=True):
        if other.id != pause.id and other.to_at is not None and other.to_at >= since:
            spans.append(other)
            since = min(since, other.from_at)
    return spans


def _shifting_days(case: CampaignSession, spans: list[Pause], since: date) -> int:
    """Return on how many days since `since` at least one of the pauses let dates shift."""
    days = 0
    for span in sorted(spans, key=lambda each: each.from_at):
        until = case.plan.day(span.to_at) if span.to_at else case.today
        if span.shift and until > (start := max(since, case.plan.day(span.from_at))):
            days += (until - start).days
            since = until
    return days


def _shifted(case: CampaignSession, deadline: Deadline, due_on: date) -> Deadline:
    """Give a paused deadline its later date; the judged date moves along, a new epoch begins."""
    return change(
        case,
        deadline,
        state="armed",
        due_on=due_on,
        first_due_on=deadline.first_due_on + (due_on - deadline.due_on),
        epoch=deadline.epoch + 1,
        began_at=case.at,
        remaining=None,
        provisional=case.plan.calendar.is_provisional(due_on),
    )


def covered(case: CampaignSession, deadline: Deadline) -> bool:
    """Tell whether an open pause covers a deadline."""
    return any(p.to_at is None for p in pauses_of(case, deadline))


def pauses_of(case: CampaignSession, deadline: Deadline) -> list[Pause]:
    """Return the pauses, open and ended, whose scope holds a deadline."""
    if not case.pauses():
        return []
    own = "" if deadline.kind == "objection" else str(deadline.assignment)
    scopes = (("campaign", ""), ("phase", deadline.phase), ("assignment", own))
    return [pause for pause in case.pauses() if (pause.scope, pause.ref) in scopes]


def standing(case: CampaignSession, deadline: Deadline) -> LadderStanding:
    """Return all that decides a deadline's rungs."""
    highest, levels = reach(case, deadline.unit)
    return LadderStanding(
        deadline=deadline,
        ladder=case.plan.ladder(deadline.ladder),
        cap=highest,
        done=tuple(case.known.occurrences(deadline.id)),
        holds=tuple(case.known.holds(deadline.id)),
        contacts=levels,
        pauses=tuple((pause.from_at, pause.to_at) for pause in pauses_of(case, deadline)),
        off=shut_rungs(case, deadline),
        last_day=units.last_day(case.plan.workflow.directory, deadline.unit),
        adopted_at=rules.start_of(case.head.adopted_on, case.plan.zone),
    )


def shut_rungs(case: CampaignSession, deadline: Deadline) -> tuple[tuple[str, str], ...]:
    """Return the rungs that would go by a channel which is switched off; a draft is a paper and goes by none (F6)."""
    if not case.plan.workflow.channels_off:
        return ()
    rungs = [rung for rung in case.plan.ladder(deadline.ladder).rungs if rung.delivery != "draft"]
    told = [(rung, hears(case, deadline, rung.level)) for rung in rungs]
    found = ((rung.id, contacts.shut(case, unit, rung.level, rung.channel or "")) for rung, unit in told)
    return tuple((rung, channel) for rung, channel in found if channel)


def hears(case: CampaignSession, deadline: Deadline, level: int) -> str:
    """Return who is told of a deadline at a level: of a gate's higher ones the leading group (SEMANTICS G8)."""
    above = deadline.kind == "gate" and level >= 3
    return case.plan.workflow.leading_group if above else deadline.unit


def after(case: CampaignSession, span: Offset) -> Dated:
    """Return the day that lies a span after today (D3, D4)."""
    return rules.after(case.today, span, case.plan.calendar)


def cap(case: CampaignSession, unit: str) -> int:
    """Return the highest level a unit's relation allows; our own office may be told everything (L7)."""
    workflow = case.plan.workflow
    if unit == workflow.office:
        return 4
    return workflow.caps.get(workflow.directory.units[unit].relation, 4)


def reachable(case: CampaignSession, unit: str) -> frozenset[int]:
    """Return the levels at which a unit can be reached today; a formal act needs no contact (L3)."""
    group = case.plan.workflow.leading_group
    case.know_contacts((unit, group))
    levels = {c.level for c in case.contacts(unit)} | {4}
    if case.contacts(group):
        levels.add(3)
    return frozenset(levels)


def reach(case: CampaignSession, unit: str) -> tuple[int, frozenset[int]]:
    """Return the highest level that a unit may hear at, and those at which it can be reached today."""
    return case.worked_out(("reach", unit), lambda: (cap(case, unit), reachable(case, unit)))


def owed_by(case: CampaignSession, assignment: Assignment) -> str:
    """Return who is told about an assignment's dates: the unit, or our office for a superior's step (L7)."""
    superior = case.relation(assignment.unit) == "superior"
    return case.plan.workflow.office if superior else assignment.unit
