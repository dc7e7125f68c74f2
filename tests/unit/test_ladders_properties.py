"""What holds of every ladder, however the clock is stepped (SEMANTICS F2, F4, L2, C1–C3, D5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from ladder_examples import TIMES, record
from ladder_strategies import END, INSTANTS, PROFILE, START, SWEEPS, expected, quiet, standings

from engine.calendar import parse_offset
from engine.deadlines import LadderStanding, RungMark, fire, next_moment, points, sending_time
from engine.deadlines.instants import TICK, gap_end

Log = list[tuple[datetime, RungMark]]


def play(before: LadderStanding, nows: Iterable[datetime], *, sign: bool = True) -> tuple[Log, LadderStanding]:
    """Sweep at each of `nows`, then at every next moment until none is left."""
    log: Log = []
    last = START
    for now in sorted(nows):
        before, last = _step(before, now, log, sign), now
    now_or_none = next_moment(before, last, TIMES)
    while now_or_none is not None:
        last = max(last, now_or_none)
        before = _step(before, last, log, sign)
        now_or_none = next_moment(before, last, TIMES)
    return log, before


def _step(before: LadderStanding, now: datetime, log: Log, sign: bool) -> LadderStanding:
    marks = fire(before, now, TIMES).marks
    log.extend((now, mark) for mark in marks)
    return record(before, marks, now, sign=sign)


def recorded(log: Log) -> list[tuple[str, int]]:
    return sorted((mark.rung, n) for _, mark in log for n in range(mark.n_from, mark.n_to + 1))


@PROFILE
@given(standings(), SWEEPS)
def test_however_the_clock_is_stepped_every_point_is_recorded_exactly_once(
    before: LadderStanding, nows: list[datetime]
) -> None:
    log, _ = play(before, nows)
    assert recorded(log) == expected(before)


@PROFILE
@given(standings(), SWEEPS)
def test_nothing_is_ever_recorded_early(before: LadderStanding, nows: list[datetime]) -> None:
    log, _ = play(before, nows)
    assert all(mark.scheduled_at <= now for now, mark in log)


@PROFILE
@given(standings(), SWEEPS)
def test_nothing_is_raised_outside_the_hours_of_sending(before: LadderStanding, nows: list[datetime]) -> None:
    log, _ = play(before, nows)
    assert all(sending_time(now, TIMES) == now for now, mark in log if mark.outcome == "raised")


@PROFILE
@given(standings(), SWEEPS, INSTANTS)
def test_the_next_moment_is_what_firing_said_and_lies_ahead(
    before: LadderStanding, nows: list[datetime], now: datetime
) -> None:
    for each in sorted([*nows, now]):
        firing = fire(before, each, TIMES)
        before = record(before, firing.marks, each)
        assert next_moment(before, each, TIMES) == firing.next_at
        assert firing.next_at is None or firing.next_at > each


@PROFILE
@given(standings(), INSTANTS, st.floats(0, 1, exclude_max=True))
def test_the_next_moment_is_the_earliest_at_which_anything_is_recorded(
    before: LadderStanding, now: datetime, share: float
) -> None:
    firing = fire(before, now, TIMES)
    before = record(before, firing.marks, now)
    if firing.next_at is not None:
        between = min(now + (firing.next_at - now) * share, firing.next_at - TICK)
        assert fire(before, between, TIMES).marks == ()
        assert fire(before, between, TIMES).next_at == firing.next_at
        assert fire(before, firing.next_at, TIMES).marks != ()


@PROFILE
@given(standings(), SWEEPS)
def test_a_level_is_raised_only_after_the_next_lower_level_is_recorded(
    before: LadderStanding, nows: list[datetime]
) -> None:
    log, _ = play(before, nows)
    levels = sorted({point.level for point in points(before, TIMES)})
    for place, (_, mark) in enumerate(log):
        lower = [level for level in levels if level < mark.level]
        if mark.outcome == "raised" and lower:
            assert any(earlier.level == lower[-1] for _, earlier in log[:place])


def too_soon(before: LadderStanding, log: Log) -> list[tuple[RungMark, RungMark]]:
    """Return pairs of raises of one kind in which the higher came within `min_gap` of an earlier lower."""
    reminds = {point.rung: point.reminds for point in points(before, TIMES)}
    raised = [(now, mark) for now, mark in log if mark.outcome == "raised"]
    return [
        (low, high)
        for told_at, low in raised
        for now, high in raised
        if low.level < high.level
        and reminds[low.rung] == reminds[high.rung]
        and low.scheduled_at < high.scheduled_at
        and told_at <= now < gap_end(told_at, before.ladder.min_gap, TIMES)
    ]


@PROFILE
@given(standings(), SWEEPS)
def test_levels_keep_the_least_gap_from_what_was_due_before_them(
    before: LadderStanding, nows: list[datetime]
) -> None:
    log, _ = play(before, nows)
    adjacent = [pair for pair in too_soon(before, log) if not _between(before, *pair)]
    assert adjacent == []


def _between(before: LadderStanding, low: RungMark, high: RungMark) -> bool:
    levels = {point.level for point in points(before, TIMES)}
    return any(low.level < level < high.level for level in levels)


@PROFILE
@given(quiet(repeats=False), INSTANTS)
def test_a_head_is_never_told_before_the_liaison(before: LadderStanding, back: datetime) -> None:
    log, _ = play(before, [back])
    first: dict[tuple[int, bool], datetime] = {}
    reminds = {point.rung: point.reminds for point in points(before, TIMES)}
    for now, mark in log:
        if mark.outcome == "raised":
            first.setdefault((mark.level, reminds[mark.rung]), now)
    for level, kind in first:
        lower = [at for (below, same), at in first.items() if below < level and same == kind]
        assert all(at <= first[level, kind] for at in lower)


@PROFILE
@given(quiet(), INSTANTS)
def test_one_sweep_after_an_outage_raises_each_level_at_most_once(before: LadderStanding, back: datetime) -> None:
    raised = [mark.level for mark in fire(before, back, TIMES).marks if mark.outcome == "raised"]
    assert len(raised) == len(set(raised))


@PROFILE
@given(quiet(), SWEEPS)
def test_without_a_sign_off_only_the_formal_act_is_left_waiting(before: LadderStanding, nows: list[datetime]) -> None:
    log, after = play(before, nows, sign=False)
    left = set(expected(before)) - set(recorded(log))
    levels = {point.level for point in points(before, TIMES) if (point.rung, point.n) in left}
    assert levels <= {4}
    assert not left or any(mark.level == 3 and mark.outcome == "raised" for _, mark in log)
    assert next_moment(after, END, TIMES) is None


@PROFILE
@given(standings(), SWEEPS)
def test_nothing_from_before_adoption_or_outside_the_relation_or_a_pause_is_raised(
    before: LadderStanding, nows: list[datetime]
) -> None:
    log, _ = play(before, nows)
    for _, mark in log:
        if mark.outcome == "raised":
            at = mark.scheduled_at
            assert at >= max(before.adopted_at, before.deadline.began_at)
            assert mark.level <= before.cap
            assert mark.level in before.contacts or mark.level == 4
            assert not any(start <= at < end for start, end in before.pauses if end is not None)


@PROFILE
@given(st.integers(0, 30), st.integers(0, 30), INSTANTS)
def test_the_least_gap_never_shrinks_when_the_first_notice_is_later(a: int, b: int, at: datetime) -> None:
    early, late = at + timedelta(hours=min(a, b)), at + timedelta(hours=max(a, b))
    gap = parse_offset("1wd")
    assert gap_end(early, gap, TIMES) <= gap_end(late, gap, TIMES)
