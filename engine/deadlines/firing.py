"""What a ladder does at an instant: what is recorded, how, and when to look again (SEMANTICS F, L, C).

A point is recorded at once where its fate is settled (before adoption, outside the task, above the
relation, paused, missed). Else it is recorded at its *turn*: the level below is recorded, the least gap has
passed, and something may go out (D5). Until then it has no mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from engine.deadlines.records import (
    ABSORBED,
    CHANNEL_OFF,
    MISSED,
    NO_CONTACT,
    NOT_APPLICABLE,
    RAISED,
    WITHHELD,
    Alike,
    Firing,
    LadderStanding,
    Point,
    RungMark,
    Times,
    alike,
)
from engine.deadlines.turns import (
    FORMAL_LEVEL,
    LadderSheet,
    Verdict,
    day_over,
    fate,
    hold_on,
    moment_of,
    open_sheet,
    turn_of,
)
from engine.model.plain import coded


def fire(standing: LadderStanding, now: datetime, times: Times) -> Firing:
    """Return what is to be recorded at `now`, and when there will be more (SEMANTICS F4, F6, L2, C1–C3).

    Nothing fires unless the deadline is armed.
    """
    if standing.deadline.state != "armed":
        return Firing(marks=(), next_at=None)
    return _fired(alike(standing), now, times)


@lru_cache(maxsize=1024)
def _fired(alike: Alike, now: datetime, times: Times) -> Firing:
    sheet = open_sheet(alike.standing, times)
    verdicts = [*_settle(sheet, now), *_take_turns(sheet, now)]
    return Firing(marks=_as_marks(sheet, verdicts), next_at=_next_at(sheet, now))


def next_moment(standing: LadderStanding, now: datetime, times: Times) -> datetime | None:
    """Return the next moment at which `fire` records something; not after `now` where it would now."""
    if standing.deadline.state != "armed":
        return None
    return _looked_at(alike(standing), now, times)


@lru_cache(maxsize=1024)
def _looked_at(alike: Alike, now: datetime, times: Times) -> datetime | None:
    return _next_at(open_sheet(alike.standing, times), now)


def _next_at(sheet: LadderSheet, now: datetime) -> datetime | None:
    best: datetime | None = None
    for point in sheet.unrecorded():
        if best is not None and point.scheduled_at >= best:
            break
        moment = moment_of(sheet, point, now)
        if moment is not None and (best is None or moment < best):
            best = moment
    return best


def _settle(sheet: LadderSheet, now: datetime) -> Iterator[Verdict]:
    over = now >= day_over(sheet)
    for point in list(sheet.unrecorded()):
        if point.scheduled_at > now:
            return
        settled = fate(sheet, point)
        if settled is None and point.reminds and over:
            settled = MISSED, coded("day_over", due_on=sheet.standing.deadline.due_on.isoformat())
        if settled is not None:
            yield sheet.write((point, *settled), now)


def _take_turns(sheet: LadderSheet, now: datetime) -> Iterator[Verdict]:
    pending = [point for point in sheet.unrecorded() if point.scheduled_at <= now]
    for level in sorted({point.level for point in pending}):
        ready = [point for point in pending if point.level == level and _has_turn(sheet, point, now)]
        for verdict in _judge(sheet, ready, now):
            yield sheet.write(verdict, now)


def _has_turn(sheet: LadderSheet, point: Point, now: datetime) -> bool:
    turn = turn_of(sheet, point, now)
    return turn is not None and turn <= now


def _judge(sheet: LadderSheet, ready: list[Point], now: datetime) -> Iterator[Verdict]:
    sendable = []
    off = dict(sheet.standing.off)
    ended = now.astimezone(sheet.times.zone).date() > sheet.standing.last_day
    for point in ready:
        hold = hold_on(sheet, point, now)
        if ended:
            yield point, NOT_APPLICABLE, coded("unit_ended", on=sheet.standing.last_day.isoformat())
        elif hold is not None:
            yield point, WITHHELD, coded("on_hold", level=hold.level, said=hold.reason)
        elif point.level < FORMAL_LEVEL and point.level not in sheet.standing.contacts:
            yield point, NO_CONTACT, coded("no_contact", level=point.level)
        elif channel := off.get(point.rung):
            yield point, CHANNEL_OFF, coded("channel_off", channel=channel)
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
            yield point, ABSORBED, coded("absorbed", rung=newest.rung, n=newest.n)


def _as_marks(sheet: LadderSheet, verdicts: list[Verdict]) -> tuple[RungMark, ...]:
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


def _mark(run: list[Verdict]) -> RungMark:
    (first, outcome, reason), (last, _, _) = run[0], run[-1]
    return RungMark(
        rung=first.rung,
        n_from=first.n,
        n_to=last.n,
        level=first.level,
        scheduled_at=last.scheduled_at,
        outcome=outcome,
        reason=reason,
    )
