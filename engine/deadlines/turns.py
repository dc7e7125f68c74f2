"""When a point of a ladder has its turn, and what settles its fate before that (SEMANTICS L2, L7, P1, P2, D5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from engine.calendar import DAY
from engine.deadlines.instants import gap_end, sending_time, start_of
from engine.deadlines.ladders import Grid, grid_of
from engine.deadlines.records import (
    BEFORE_ADOPTION,
    NOT_APPLICABLE,
    PAUSED,
    SILENT,
    SUPERSEDED,
    LadderStanding,
    Point,
    Times,
)
from engine.model import Hold
from engine.model.plain import coded
from engine.records import record

SIGNED_LEVEL = 3
FORMAL_LEVEL = 4

Fate = tuple[str, str]
Verdict = tuple[Point, str, str]


class LadderEntry(NamedTuple):
    """What is recorded of one point: whether somebody was told, when, and when it was signed."""

    told: bool
    at: datetime
    signed_at: datetime | None = None


@record(kw_only=False)
class LadderSheet:
    """A standing with its grid and the entries made so far in this epoch."""

    standing: LadderStanding
    times: Times
    grid: Grid
    book: dict[tuple[str, int], LadderEntry]

    def unrecorded(self) -> Iterator[Point]:
        """Yield the points without an entry, by instant."""
        return (point for point in self.grid.points if (point.rung, point.n) not in self.book)

    def write(self, verdict: Verdict, now: datetime) -> Verdict:
        """Enter a verdict of `now`, so that higher levels see it."""
        point, outcome, _ = verdict
        self.book[point.rung, point.n] = LadderEntry(outcome not in SILENT, now)
        return verdict


class Lock(NamedTuple):
    """From when a level may be raised (L2); None while it waits for `blocker`, or for its sign-off."""

    free_at: datetime | None
    blocker: Point | None = None


def open_sheet(standing: LadderStanding, times: Times) -> LadderSheet:
    """Return the sheet of the deadline's present epoch."""
    deadline = standing.deadline
    book = {
        (each.rung, n): LadderEntry(each.outcome not in SILENT, each.recorded_at, each.signed_at)
        for each in standing.done
        if each.epoch == deadline.epoch and each.deadline == deadline.id
        for n in range(each.n_from, each.n_to + 1)
    }
    return LadderSheet(standing, times, grid_of(standing.ladder, deadline.due_on, times), book)


def fate(sheet: LadderSheet, point: Point) -> Fate | None:
    """Return the outcome and reason of a point that is never sent, whenever it is looked at."""
    standing, at = sheet.standing, point.scheduled_at
    if at < standing.adopted_at:
        return BEFORE_ADOPTION, coded("before_adoption")
    outside = _outside_epoch(standing, at)
    if outside is not None:
        return outside
    if point.level > standing.cap:
        return NOT_APPLICABLE, coded("above_relation", level=point.level, highest=standing.cap)
    return _paused(standing, at)


def lock(sheet: LadderSheet, point: Point) -> Lock:
    """Return from when the levels below let this point be raised (L2).

    All of them must be recorded; the gap counts from the highest of them that was told.
    """
    told: list[LadderEntry] = []
    told_level = 0
    for level in sheet.grid.below[point]:
        entries = [sheet.book.get((each.rung, each.n)) for each in level]
        if None in entries:
            return Lock(None, level[entries.index(None)])
        if not told:
            told = [entry for entry in entries if entry is not None and entry.told]
            told_level = level[0].level
    return _lock_after(sheet, point, told, told_level)


def _lock_after(sheet: LadderSheet, point: Point, told: list[LadderEntry], told_level: int) -> Lock:
    if told and point.level == FORMAL_LEVEL and told_level == SIGNED_LEVEL:
        since = max((entry.signed_at for entry in told if entry.signed_at is not None), default=None)
        return Lock(None) if since is None else _gap_lock(sheet, point, since)
    if not told:
        return Lock(point.scheduled_at)
    return _gap_lock(sheet, point, max(entry.at for entry in told))


def _gap_lock(sheet: LadderSheet, point: Point, since: datetime) -> Lock:
    return Lock(max(point.scheduled_at, _gap_after(sheet, since)))


def turn_of(sheet: LadderSheet, point: Point, now: datetime) -> datetime | None:
    """Return the first instant from `now` on at which the point has its turn; None while it is blocked."""
    free_at = lock(sheet, point).free_at
    if free_at is None:
        return None
    at = first_sending(sheet, point, max(free_at, now))
    return at if point.reminds else _clear_of_pauses(sheet, at)


def first_sending(sheet: LadderSheet, point: Point, at: datetime) -> datetime:
    """Return the first instant from `at` on at which a notice of the point's kind may go out (D5)."""
    if at == point.scheduled_at:
        return at
    return sending_time(at, sheet.times) if point.reminds else _overdue_time(sheet, at)


def moment_of(sheet: LadderSheet, point: Point, now: datetime) -> datetime | None:
    """Return when an unrecorded point will be recorded, as things stand at `now`; None while blocked."""
    if fate(sheet, point) is not None:
        return point.scheduled_at
    turn = turn_of(sheet, point, now)
    if not point.reminds:
        return turn
    over = day_over(sheet)
    return over if turn is None else min(turn, over)


def day_over(sheet: LadderSheet) -> datetime:
    """Return the first instant after the due day (D5)."""
    return start_of(sheet.standing.deadline.due_on + DAY, sheet.times.zone)


def hold_on(sheet: LadderSheet, point: Point, now: datetime) -> Hold | None:
    """Return the hold that covered the point when it was scheduled, or covers it now (L8)."""
    for hold in sheet.standing.holds:
        covered = _within(hold.from_at, hold.to_at, point.scheduled_at) or _within(hold.from_at, hold.to_at, now)
        if hold.level <= point.level and covered:
            return hold
    return None


def _gap_after(sheet: LadderSheet, at: datetime) -> datetime:
    return gap_end(at, sheet.standing.ladder.min_gap, sheet.times)


def _clear_of_pauses(sheet: LadderSheet, at: datetime) -> datetime:
    """Return the first sending time from `at` on that is `min_gap` after every pause begun by then (P1)."""
    for start, end in sorted(sheet.standing.pauses, key=lambda span: span[0]):
        if end is not None and start <= at:
            at = max(at, _overdue_time(sheet, _gap_after(sheet, end)))
    return at


def _overdue_time(sheet: LadderSheet, at: datetime) -> datetime:
    """Return the first instant for an overdue notice: not before the office has counted (D5)."""
    return sending_time(at, sheet.times, opens=sheet.times.hours.overdue)


def _outside_epoch(standing: LadderStanding, at: datetime) -> Fate | None:
    deadline = standing.deadline
    if deadline.epoch > 1 and at <= deadline.began_at:
        return SUPERSEDED, coded("before_new_date")
    if at < deadline.began_at:
        return NOT_APPLICABLE, coded("before_task")
    return None


def _paused(standing: LadderStanding, at: datetime) -> Fate | None:
    for start, end in standing.pauses:
        if _within(start, end, at):
            return PAUSED, coded("paused")
    return None


def _within(start: datetime, end: datetime | None, at: datetime) -> bool:
    return start <= at and (end is None or at < end)
