"""Findings on ladders laid out over real days: rungs too early, too late, or all on one day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from engine import deadlines
from engine.check.finding import few, note, warning
from engine.check.sight import GateSight, SeenDuty, is_chased, needed
from engine.deadlines import Point, Times, local_day
from engine.deadlines.ladders import laid_out
from engine.errors import Problem
from engine.gates import reads
from engine.model import Ladder, Offset, Phase, Place
from engine.records import record

MOST = 12
"""Lines of one kind for one ladder, at most: a ladder that fits nowhere is said to, not listed."""


@record(kw_only=False)
class _Fit:
    """A task whose due day is known, with its ladder laid out over the days."""

    duty: SeenDuty
    ladder: Ladder
    due_on: date
    points: tuple[tuple[date, Point], ...]


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of ladders and terms on the days they fall on (SEMANTICS D3, D4, L2)."""
    times = sight.times
    if times is None:
        return
    for ladder in sight.workflow.ladders.values():
        duties = [duty for duty in sight.duties.values() if duty.task.ladder == ladder.id and duty.asked]
        fits = _fits(ladder, duties, times)
        yield from _too_early([fit for fit in fits if fit.due_on >= fit.duty.first_day])
        yield from _too_long(ladder, duties)
        yield from _on_one_day(fits)
        yield from _too_late(fits, sight)
    for duty in sight.duties.values():
        yield from _receipt(duty, sight)


def _fits(ladder: Ladder, duties: list[SeenDuty], times: Times) -> list[_Fit]:
    """Return the dated ones of the duties with the days of their ladder, each due day laid out once."""
    days = {day: _days(ladder, day, times) for day in {duty.due_on for duty in duties if duty.due_on}}
    return [_Fit(duty, ladder, duty.due_on, days[duty.due_on]) for duty in duties if duty.due_on]


def _days(ladder: Ladder, due_on: date, times: Times) -> tuple[tuple[date, Point], ...]:
    """Return the first and the last point of each rung with the days on which they go out."""
    points = laid_out(ladder, due_on, times)
    last = {point.rung: point.n for point in points}
    ends = [point for point in points if point.n in (1, last[point.rung])]
    return tuple((local_day(point.scheduled_at, times.zone), point) for point in ends)


def _too_early(fits: list[_Fit]) -> Iterator[Problem]:
    """Yield reminders that lie before the first day of their task: nobody is ever sent them."""
    found: dict[tuple[str, tuple[str, ...], bool], list[SeenDuty]] = {}
    for fit in fits:
        ahead = [(day, point.rung) for day, point in fit.points if point.reminds]
        early = tuple(dict.fromkeys(rung for day, rung in ahead if day < fit.duty.first_day))
        if early:
            some_left = any(day >= fit.duty.first_day for day, _ in ahead)
            found.setdefault((fit.duty.task.phase, early, some_left), []).append(fit.duty)
    for (_, early, some_left), duties in found.items():
        ladder = duties[0].task.ladder
        what = f"{few(early)} of {ladder} would come before the task begins"
        cure = "give more time, or take a ladder that fits between issue and due day"
        shown = f"{_titles(duties)} from {duties[0].first_day}"
        if some_left:
            yield note("PW531", _place(duties), what, shown, cure)
        else:
            yield warning("PW531", _place(duties), f"{what}; no reminder is left", shown, cure)


def _too_long(ladder: Ladder, duties: list[SeenDuty]) -> Iterator[Problem]:
    """Yield reminders that reach back behind the event from which a task that it opens is counted."""
    for duty in duties:
        span = duty.task.due.offset if duty.due_on is None and _opened_by_anchor(duty) else None
        if span is None:
            continue
        ahead = [rung for rung in ladder.rungs if _is_ahead(rung.at, span)]
        early = [rung.id for rung in ahead if -rung.at.count > span.count]
        if early:
            what = f"{few(early)} of {ladder.id} would come before the task begins"
            cure = "give more time, or take a ladder that fits"
            tell = note if len(early) < len(ahead) else warning
            yield tell("PW531", duty.task.place, what, f"{span} after {duty.task.due.anchor}", cure)


def _is_ahead(at: Offset, span: Offset) -> bool:
    return at.count <= 0 and at.unit == span.unit


def _opened_by_anchor(duty: SeenDuty) -> bool:
    kind, _, name = duty.task.due.anchor.partition(":")
    by_phase = kind == "phase" and name == duty.task.phase and duty.task.opens.kind == "phase"
    return by_phase or kind == "issued" or name in duty.task.opens.after


def _on_one_day(fits: list[_Fit]) -> Iterator[Problem]:
    """Yield days on which different rungs meet because of days off or of mixed spans."""
    found: dict[tuple[date, tuple[str, ...]], list[SeenDuty]] = {}
    alike: dict[date, list[_Fit]] = {}
    for fit in fits:
        alike.setdefault(fit.due_on, []).append(fit)
    for same in alike.values():
        for day, rungs in _meetings(same[0]):
            found.setdefault((day, rungs), []).extend(fit.duty for fit in same)
    for (day, rungs), duties in list(found.items())[:MOST]:
        what = f"{len(rungs)} rungs of {duties[0].task.ladder} meet on {day}: {few(rungs)}"
        cure = "count in working days, or leave one out; of one level only the last is sent"
        yield warning("PW533", _place(duties), what, f"{_titles(duties)} due {duties[0].due_on}", cure)


def _too_late(fits: list[_Fit], sight: GateSight) -> Iterator[Problem]:
    """Yield escalations after their phase, or the campaign, may have ended and cancelled the task."""
    found: dict[tuple[str, date, tuple[str, ...]], list[SeenDuty]] = {}
    ends = {phase.id: _end(phase, sight) for phase in {fit.duty.phase.id: fit.duty.phase for fit in fits}.values()}
    for fit in fits:
        end, waited_for = ends[fit.duty.phase.id]
        late = tuple(dict.fromkeys(p.rung for day, p in fit.points if not p.reminds and day > end))
        if late and fit.duty.task.id not in waited_for:
            found.setdefault((fit.duty.phase.id, end, late), []).append(fit.duty)
    for (_, end, late), duties in found.items():
        tell, over = (warning, "phase") if _cancels(duties[0].phase) else (note, "campaign")
        what = f"{few(late)} of {duties[0].task.ladder} would come after the {over}"
        cure = "let a gate wait for the task, or make it due earlier"
        yield tell("PW532", _place(duties), what, f"{_titles(duties)}; it ends {end}", cure)


def _meetings(fit: _Fit) -> Iterator[tuple[date, tuple[str, ...]]]:
    """Yield the days on which rungs of different spans first go out, with these rungs."""
    spans = {rung.id: rung.at for rung in fit.ladder.rungs}
    firsts = [(day, point.rung) for day, point in fit.points if point.n == 1]
    for day, meeting in groupby(firsts, key=lambda pair: pair[0]):
        rungs = tuple(rung for _, rung in meeting)
        if len({spans[rung] for rung in rungs}) > 1:
            yield day, rungs


def _cancels(phase: Phase) -> bool:
    return phase.on_exit == "cancel"


def _end(phase: Phase, sight: GateSight) -> tuple[date, frozenset[str]]:
    """Return the last day of the tasks of a phase or campaign, and those for which it is held open."""
    over = [phase] if _cancels(phase) else sight.workflow.phases
    read = (name for each in over for name in reads(each.gate).tasks)
    return max(each.window.last_day for each in over), frozenset(needed(read, sight.workflow))


def _receipt(duty: SeenDuty, sight: GateSight) -> Iterator[Problem]:
    task, calendar = duty.task, sight.calendar
    if task.receipt is None or calendar is None or not _is_asked_to_sign(duty, sight):
        return
    what = f"the receipt of {task.title} is due no earlier than the task itself"
    cure = "write a shorter `receipt:`, or `receipt: none`"
    if duty.due_on is not None and duty.is_fixed and duty.due_on >= duty.first_day:
        confirmed = deadlines.after(duty.first_day, task.receipt, calendar).on
        if confirmed >= duty.due_on:
            yield warning("PW536", task.place, what, f"receipt {confirmed}, due {duty.due_on}", cure)
    elif duty.due_on is None and _opened_by_anchor(duty) and _no_shorter(task.receipt, task.due.offset):
        yield warning("PW536", task.place, what, f"receipt {task.receipt}, due {task.due.offset}", cure)


def _is_asked_to_sign(duty: SeenDuty, sight: GateSight) -> bool:
    if duty.task.issue == "document":
        return False
    return duty.asked and any(is_chased(unit, sight.workflow) for unit in duty.units)


def _no_shorter(span: Offset, other: Offset | None) -> bool:
    return other is not None and span.unit == other.unit and span.count >= other.count


def _titles(duties: list[SeenDuty]) -> str:
    return few(duty.task.title for duty in duties)


def _place(duties: list[SeenDuty]) -> Place:
    return duties[0].task.place if len(duties) == 1 else duties[0].phase.place
