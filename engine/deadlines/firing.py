"""What a ladder does at an instant: what is recorded, how, and when to look again (SEMANTICS F, L, C).

A point is recorded at once where its fate is settled (before adoption, outside the task, above the
relation, paused, missed). Else it is recorded at its *turn*: the level below is recorded, the least gap has
passed, and something may go out (D5). Until then it has no mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from engine.calendar import DAY
from engine.deadlines.instants import gap_end, sending_time, start_of
from engine.deadlines.ladders import Grid, grid_of
from engine.deadlines.records import (
    ABSORBED,
    BEFORE_ADOPTION,
    MISSED,
    NO_CONTACT,
    NOT_APPLICABLE,
    PAUSED,
    RAISED,
    SILENT,
    SUPERSEDED,
    WITHHELD,
    Firing,
    Mark,
    Point,
    Standing,
    Times,
)
from engine.model import Hold

SIGNED_LEVEL = 3
FORMAL_LEVEL = 4

Fate = tuple[str, str]
Verdict = tuple[Point, str, str]


class Entry(NamedTuple):
    """What is recorded of one point: whether somebody was told, when, and when it was signed."""

    told: bool
    at: datetime
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A standing with its grid and the entries made so far in this epoch."""

    standing: Standing
    times: Times
    grid: Grid
    book: dict[tuple[str, int], Entry]

    def unrecorded(self) -> Iterator[Point]:
        """Yield the points without an entry, by instant."""
        return (point for point in self.grid.points if (point.rung, point.n) not in self.book)

    def write(self, verdict: Verdict, now: datetime) -> Verdict:
        """Enter a verdict of `now`, so that higher levels see it."""
        point, outcome, _ = verdict
        self.book[point.rung, point.n] = Entry(outcome not in SILENT, now)
        return verdict


class Lock(NamedTuple):
    """From when a level may be raised (L2); None while it waits for `blocker`, or for its sign-off."""

    free_at: datetime | None
    blocker: Point | None = None


def fire(standing: Standing, now: datetime, times: Times) -> Firing:
    """Return what is to be recorded at `now`, and when there will be more (SEMANTICS F4, F6, L2, C1–C3).

    Nothing fires unless the deadline is armed.
    """
    if standing.deadline.state != "armed":
        return Firing(marks=(), next_at=None)
    sheet = open_sheet(standing, times)
    verdicts = [*_settle(sheet, now), *_take_turns(sheet, now)]
    return Firing(marks=_as_marks(sheet, verdicts), next_at=_next_at(sheet, now))


def next_moment(standing: Standing, now: datetime, times: Times) -> datetime | None:
    """Return the next moment at which `fire` records something; not after `now` where it would now."""
    if standing.deadline.state != "armed":
        return None
    return _next_at(open_sheet(standing, times), now)


def open_sheet(standing: Standing, times: Times) -> Sheet:
    """Return the sheet of the deadline's present epoch."""
    deadline = standing.deadline
    book = {
        (each.rung, n): Entry(each.outcome not in SILENT, each.recorded_at, each.signed_at)
        for each in standing.done
        if each.epoch == deadline.epoch and each.deadline == deadline.id
        for n in range(each.n_from, each.n_to + 1)
    }
    return Sheet(standing, times, grid_of(standing.ladder, deadline.due_on, times), book)


def fate(sheet: Sheet, point: Point) -> Fate | None:
    """Return the outcome and reason of a point that is never sent, whenever it is looked at."""
    standing, at = sheet.standing, point.scheduled_at
    if at < standing.adopted_at:
        return BEFORE_ADOPTION, "scheduled before the campaign was adopted"
    outside = _outside_epoch(standing, at)
    if outside is not None:
        return outside
    if point.level > standing.cap:
        return NOT_APPLICABLE, f"level {point.level} is above level {standing.cap}, the relation's highest"
    return _paused(standing, at)


def lock(sheet: Sheet, point: Point) -> Lock:
    """Return from when the levels below let this point be raised (L2).

    All of them must be recorded; the gap counts from the highest of them that was told.
    """
    told: list[Entry] = []
    told_level = 0
    for level in sheet.grid.below[point]:
        entries = [sheet.book.get((each.rung, each.n)) for each in level]
        if None in entries:
            return Lock(None, level[entries.index(None)])
        if not told:
            told = [entry for entry in entries if entry is not None and entry.told]
            told_level = level[0].level
    return _lock_after(sheet, point, told, told_level)


def _lock_after(sheet: Sheet, point: Point, told: list[Entry], told_level: int) -> Lock:
    if told and point.level == FORMAL_LEVEL and told_level == SIGNED_LEVEL:
        since = max((entry.signed_at for entry in told if entry.signed_at is not None), default=None)
        return Lock(None) if since is None else _gap_lock(sheet, point, since)
    if not told:
        return Lock(point.scheduled_at)
    return _gap_lock(sheet, point, max(entry.at for entry in told))


def _gap_lock(sheet: Sheet, point: Point, since: datetime) -> Lock:
    return Lock(max(point.scheduled_at, _gap_after(sheet, since)))


def turn_of(sheet: Sheet, point: Point, now: datetime) -> datetime | None:
    """Return the first instant from `now` on at which the point has its turn; None while it is blocked."""
    free_at = lock(sheet, point).free_at
    if free_at is None:
        return None
    at = first_sending(sheet, point, max(free_at, now))
    return at if point.reminds else _clear_of_pauses(sheet, at)


def first_sending(sheet: Sheet, point: Point, at: datetime) -> datetime:
    """Return the first instant from `at` on at which a notice of the point's kind may go out (D5)."""
    if at == point.scheduled_at:
        return at
    return sending_time(at, sheet.times) if point.reminds else _overdue_time(sheet, at)


def moment_of(sheet: Sheet, point: Point, now: datetime) -> datetime | None:
    """Return when an unrecorded point will be recorded, as things stand at `now`; None while blocked."""
    if fate(sheet, point) is not None:
        return point.scheduled_at
    turn = turn_of(sheet, point, now)
    if not point.reminds:
        return turn
    over = day_over(sheet)
    return over if turn is None else min(turn, over)


def day_over(sheet: Sheet) -> datetime:
    """Return the first instant after the due day (D5)."""
    return start_of(sheet.standing.deadline.due_on + DAY, sheet.times.zone)


def hold_on(sheet: Sheet, point: Point, now: datetime) -> Hold | None:
    """Return the hold that covered the point when it was scheduled, or covers it now (L8)."""
    for hold in sheet.standing.holds:
        covered = _within(hold.from_at, hold.to_at, point.scheduled_at) or _within(hold.from_at, hold.to_at, now)
        if hold.level <= point.level and covered:
            return hold
    return None


def _next_at(sheet: Sheet, now: datetime) -> datetime | None:
    best: datetime | None = None
    for point in sheet.unrecorded():
        if best is not None and point.scheduled_at >= best:
            break
        moment = moment_of(sheet, point, now)
        if moment is not None and (best is None or moment < best):
            best = moment
    return best


def _settle(sheet: Sheet, now: datetime) -> Iterator[Verdict]:
    over = now >= day_over(sheet)
    for point in list(sheet.unrecorded()):
        if point.scheduled_at > now:
            return
        settled = fate(sheet, point)
        if settled is None and point.reminds and over:
            settled = MISSED, f"its text would be false: {sheet.standing.deadline.due_on} is over"
        if settled is not None:
            yield sheet.write((point, *settled), now)


def _take_turns(sheet: Sheet, now: datetime) -> Iterator[Verdict]:
    pending = [point for point in sheet.unrecorded() if point.scheduled_at <= now]
    for level in sorted({point.level for point in pending}):
        ready = [point for point in pending if point.level == level and _has_turn(sheet, point, now)]
        for verdict in _judge(sheet, ready, now):
            yield sheet.write(verdict, now)


def _has_turn(sheet: Sheet, point: Point, now: datetime) -> bool:
    turn = turn_of(sheet, point, now)
    return turn is not None and turn <= now


def _judge(sheet: Sheet, ready: list[Point], now: datetime) -> Iterator[Verdict]:
    sendable = []
    for point in ready:
        hold = hold_on(sheet, point, now)
        if hold is not None:
            yield point, WITHHELD, f"on hold from level {hold.level}: {hold.reason}"
        elif point.level < FORMAL_LEVEL and point.level not in sheet.standing.contacts:
            yield point, NO_CONTACT, f"the unit has no contact at level {point.level}"
        else:
            sendable.append(point)
    yield from _newest_raised(sendable)


def _newest_raised(sendable: list[Point]) -> Iterator[Verdict]:
    """Raise the newest point of a level; the older are absorbed, its own rung's in its record (C1, C2)."""
    if not sendable:
        return
    newest = sendable[-1]
    own = {point.n for point in sendable if point.rung == newest.rung}
    for point in sendable:
        if point.rung == newest.rung and all(n in own for n in range(point.n, newest.n)):
            yield point, RAISED, ""
        else:
            yield point, ABSORBED, f"absorbed by {newest.rung} ({newest.n})"


def _as_marks(sheet: Sheet, verdicts: list[Verdict]) -> tuple[Mark, ...]:
    if len(verdicts) > 1:
        place = {rung.id: i for i, rung in enumerate(sheet.standing.ladder.rungs)}
        verdicts.sort(key=lambda each: (place[each[0].rung], each[0].n))
    runs = groupby(enumerate(verdicts), key=_run)
    marks = [_mark([verdict for _, verdict in run]) for _, run in runs]
    return tuple(sorted(marks, key=lambda mark: (mark.level, mark.scheduled_at)))


def _run(numbered: tuple[int, Verdict]) -> tuple[str, str, str, int]:
    """Return what the members of one record share; their n rise in step with their place."""
    place, (point, outcome, reason) = numbered
    return point.rung, outcome, reason, point.n - place


def _mark(run: list[Verdict]) -> Mark:
    (first, outcome, reason), (last, _, _) = run[0], run[-1]
    return Mark(
        rung=first.rung,
        n_from=first.n,
        n_to=last.n,
        level=first.level,
        scheduled_at=last.scheduled_at,
        outcome=outcome,
        reason=reason,
    )


def _gap_after(sheet: Sheet, at: datetime) -> datetime:
    return gap_end(at, sheet.standing.ladder.min_gap, sheet.times)


def _clear_of_pauses(sheet: Sheet, at: datetime) -> datetime:
    """Return the first sending time from `at` on that is `min_gap` after every pause begun by then (P1)."""
    for start, end in sorted(sheet.standing.pauses, key=lambda span: span[0]):
        if end is not None and start <= at:
            at = max(at, _overdue_time(sheet, _gap_after(sheet, end)))
    return at


def _overdue_time(sheet: Sheet, at: datetime) -> datetime:
    """Return the first instant for an overdue notice: not before the office has counted (D5)."""
    return sending_time(at, sheet.times, opens=sheet.times.hours.overdue)


def _outside_epoch(standing: Standing, at: datetime) -> Fate | None:
    deadline = standing.deadline
    if deadline.epoch > 1 and at <= deadline.began_at:
        return SUPERSEDED, "scheduled before the new date took effect"
    if at < deadline.began_at:
        return NOT_APPLICABLE, "scheduled before the task began"
    return None


def _paused(standing: Standing, at: datetime) -> Fate | None:
    for start, end in standing.pauses:
        if _within(start, end, at):
            return PAUSED, "scheduled during a pause"
    return None


def _within(start: datetime, end: datetime | None, at: datetime) -> bool:
    return start <= at and (end is None or at < end)
