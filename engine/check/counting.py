"""Findings on counted duties: periods that nobody owes, terms that do not fit, ladders that tell nothing of pace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import cast

from engine import periods
from engine.calendar import Calendar
from engine.check.finding import error, few, note, warning
from engine.check.sight import GateSight, SeenDuty, is_before, leaves
from engine.errors import Problem
from engine.gates.kinds.counted import duties_in
from engine.model import Counted, Ladder, Rung, Term
from engine.periods import Period
from notifications.kinds import kind_of

HOLIDAYS = timedelta(days=70)
"""The longest holidays between two terms, or between a term and the end of what it is owed for."""
OF_PERIODS = ("counted",)
"""The ladders of a notice that speaks of nothing but what is counted."""


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of counted duties (docs/semantics.md, K)."""
    yield from _terms(sight)
    for duty in sight.counted.values():
        if duty.asked:
            yield from _of_duty(duty, sight)
    yield from _ladders(sight)
    yield from _gates(sight)


def _of_duty(duty: SeenDuty, sight: GateSight) -> Iterator[Problem]:
    task, counted = duty.task, _counted(duty)
    if counted.least < 1:
        yield error(
            "PW553", task.place, f"{task.title} asks for nothing", f"least: {counted.least}", "write 1 or more"
        )
    if counted.per == "term":
        yield from _covered(duty, sight)
    owed, unfinished = owed_in(duty, sight), _unfinished(duty, sight)
    first, last = span(duty, sight)
    if not owed and (counted.per != "term" or sight.workflow.terms):
        what = f"no period of {task.title} ends while it is owed: nobody ever owes it"
        cure = "take a shorter period, or let it be owed longer"
        yield warning("PW550", task.place, what, f"per {counted.per}, {first}..{last}", cure)
    elif unfinished:
        what = f"periods of {task.title} are not demanded: the campaign ends before they do"
        yield note("PW557", task.place, what, few(period.id for period in unfinished))
    if not task.ladder:
        cure = "name a `ladder:`, or `duty_ladder:` under `defaults:`"
        yield note("PW538", task.place, f"nobody is told that {task.title} falls behind", task.id, cure)


def span(duty: SeenDuty, sight: GateSight) -> tuple[date, date]:
    """Return from which day to which a duty is owed, as far as the plan tells."""
    ends = [duty.phase] if _counted(duty).until == "phase" else sight.workflow.phases
    return duty.first_day, max(phase.window.last_day for phase in ends)


def owed_in(duty: SeenDuty, sight: GateSight) -> tuple[Period, ...]:
    """Return the periods in which a duty is owed."""
    return periods.owed(_counted(duty).per, *span(duty, sight), _of_data(duty, sight))


def _unfinished(duty: SeenDuty, sight: GateSight) -> list[Period]:
    first, last = span(duty, sight)
    begun = periods.begun(_counted(duty).per, first, last, _of_data(duty, sight))
    return [period for period in begun if period.last_day > last]


def _of_data(duty: SeenDuty, sight: GateSight) -> tuple[Period, ...]:
    per = _counted(duty).per
    if per == "term":
        return periods.terms(term for term in sight.workflow.terms if term.first_day <= term.last_day)
    if per != "phase":
        return ()
    return tuple(
        Period(id=p.id, title=p.title, first_day=p.window.first_day, last_day=p.window.last_day)
        for p in sight.workflow.phases
        if p.owner == "office"
    )


def _counted(duty: SeenDuty) -> Counted:
    return cast(Counted, duty.task.counted)


# --- terms ---


def _terms(sight: GateSight) -> Iterator[Problem]:
    for term in sight.workflow.terms:
        if term.last_day < term.first_day:
            found = f"{term.first_day}..{term.last_day}"
            yield error("PW552", term.place, f"{term.title} ends before it begins", found, "swap the two days")
    ordered = sorted(_upright(sight), key=lambda term: (term.first_day, term.last_day))
    for one, other in pairwise(ordered):
        if other.first_day <= one.last_day:
            what = f"{other.title} begins before {one.title} has ended"
            found = f"{other.first_day}, {one.last_day}"
            yield error("PW552", other.place, what, found, "a day belongs to one term")


def _covered(duty: SeenDuty, sight: GateSight) -> Iterator[Problem]:
    """Yield where a duty is owed for longer than school holidays last and no term is known."""
    task, (first, last) = duty.task, span(duty, sight)
    known = sorted(_upright(sight), key=lambda term: term.first_day)
    if not known:
        cure = "write them under `terms:`, they are data"
        yield error("PW551", task.place, f"{task.title} is counted by terms, and there is none", "no terms", cure)
        return
    reached = first
    holes = []
    for term in [*known, None]:
        begins = term.first_day if term else last
        if begins - reached > HOLIDAYS and reached < last:
            holes.append(f"{reached}..{min(begins, last)}")
        reached = max(reached, term.last_day) if term else last
    if holes:
        what = f"{task.title} is counted by terms, and the terms leave days out"
        yield warning("PW551", task.place, what, few(holes), "add the terms of these days")


def _upright(sight: GateSight) -> list[Term]:
    return [term for term in sight.workflow.terms if term.first_day <= term.last_day]


# --- ladders ---


def _ladders(sight: GateSight) -> Iterator[Problem]:
    workflow = sight.workflow
    of_duties = {duty.task.ladder for duty in sight.counted.values()}
    tasks = {name for t in workflow.clauses for name in (t.ladder, t.receipt_ladder, t.review_ladder)}
    others = tasks | {phase.ladder for phase in workflow.phases}
    for ladder in workflow.ladders.values():
        paced = [rung.id for rung in ladder.rungs if kind_of(rung.notice).ladders == OF_PERIODS]
        if paced and ladder.id in others:
            what = f"{ladder.id} tells of pace where nothing is counted"
            cure = "give counted duties a ladder of their own"
            yield error("PW554", ladder.place, what, few(paced), cure)
        if ladder.id in of_duties:
            yield from _of_ladder(ladder, sight)


def _of_ladder(ladder: Ladder, sight: GateSight) -> Iterator[Problem]:
    """Yield the rungs that can tell nothing: of another thing, or once the period is closed."""
    shipped = {rung.id for rung in ladder.rungs if not _speaks_of_counts(rung, sight)}
    after = {rung.id for rung in ladder.rungs if rung.at.count > 0}
    if idle := [rung.id for rung in ladder.rungs if rung.id in shipped | after]:
        what = f"rungs of {ladder.id} tell nothing of a counted duty"
        cure = "write the notice pace, some days before the end: a period is closed the working day after"
        yield warning("PW555", ladder.place, what, few(idle), cure)
    yield from _too_early(ladder, sight)


def _speaks_of_counts(rung: Rung, sight: GateSight) -> bool:
    return {*OF_PERIODS} <= {*kind_of(rung.notice).ladders} or rung.notice in _own(sight)


def _own(sight: GateSight) -> set[str]:
    return {name.partition(".")[0] for name in sight.workflow.templates}


def _too_early(ladder: Ladder, sight: GateSight) -> Iterator[Problem]:
    """Yield the rungs that lie before every period in which their duty is owed."""
    calendar = sight.calendar
    if calendar is None:
        return
    owed = [p for d in sight.counted.values() if d.task.ladder == ladder.id and d.asked for p in owed_in(d, sight)]
    early = [rung.id for rung in ladder.rungs if owed and _is_before_all(rung, owed, calendar)]
    if early:
        what = f"rungs of {ladder.id} lie before the periods begin"
        yield warning("PW556", ladder.place, what, few(early), "take fewer days than a period has")


# --- gates ---


def _gates(sight: GateSight) -> Iterator[Problem]:
    for phase in sight.workflow.phases:
        for leaf in leaves(phase.gate):
            if leaf.kind == "counted" and not is_before(phase, sight.adopted):
                known = [sight.counted[name] for name in duties_in(leaf.params)]
                over = [p for d in known if d.asked for p in owed_in(d, sight) if p.last_day < phase.window.last_day]
                if not over:
                    what = "the condition always holds: no period is over before its phase is"
                    cure = "let a later gate ask, or count in shorter periods"
                    yield warning("PW529", leaf.place, what, few(duties_in(leaf.params)), cure)


def _is_before_all(rung: Rung, owed: Iterable[Period], calendar: Calendar) -> bool:
    """Tell whether a rung before the last day lies before every one of these periods."""
    return rung.at.count <= 0 and all(calendar.add(p.last_day, rung.at) < p.first_day for p in owed)
