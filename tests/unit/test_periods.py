"""Periods cover every day once; the pace never gets better by waiting; portions add up (docs/semantics.md, K1, K2)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import periods
from engine.calendar import load
from engine.model import Counted, Per, Term
from engine.periods import Period

DAY = timedelta(days=1)
CALENDAR = load("CN")
OF_THE_CALENDAR = ("year", "half", "quarter", "month", "week")
days = st.dates(date(2018, 1, 1), date(2026, 12, 31))
pers = st.sampled_from(OF_THE_CALENDAR)


def period(per: Per, day: date) -> Period:
    found = periods.around(per, day)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("per", "day", "told"),
    [
        ("year", date(2023, 5, 4), ("2023", "2023年", date(2023, 1, 1), date(2023, 12, 31))),
        ("half", date(2023, 7, 1), ("2023H2", "2023年下半年", date(2023, 7, 1), date(2023, 12, 31))),
        ("quarter", date(2023, 9, 30), ("2023Q3", "2023年第三季度", date(2023, 7, 1), date(2023, 9, 30))),
        ("month", date(2024, 2, 29), ("2024-02", "2024年2月", date(2024, 2, 1), date(2024, 2, 29))),
        ("week", date(2025, 12, 31), ("2026-W01", "2026年第1周", date(2025, 12, 29), date(2026, 1, 4))),
    ],
)
def test_a_day_lies_in_the_period_that_is_named_after_it(
    per: Per, day: date, told: tuple[str, str, date, date]
) -> None:
    found = period(per, day)
    assert (found.id, found.title, found.first_day, found.last_day) == told


@given(pers, days, st.integers(0, 800))
@settings(deadline=None)
def test_periods_of_the_calendar_cover_every_day_once_and_leave_no_gap(per: Per, first: date, length: int) -> None:
    last = first + DAY * length
    found = periods.begun(per, first, last)
    assert found[0].holds(first) and found[-1].holds(last)
    assert all(one.last_day + DAY == other.first_day for one, other in pairwise(found))
    assert len({each.id for each in found}) == len(found)
    assert all(period(per, each.first_day) == period(per, each.last_day) == each for each in found)


@given(pers, days, st.integers(0, 800))
@settings(deadline=None)
def test_what_is_owed_ends_within_the_span_and_nothing_that_does_is_left_out(
    per: Per, first: date, length: int
) -> None:
    last = first + DAY * length
    found = periods.owed(per, first, last)
    ends = [day for day in (first + DAY * n for n in range(length + 1)) if period(per, day).last_day == day]
    assert [each.last_day for each in found] == ends


@given(pers, days, st.integers(0, 5), st.integers(1, 5))
@settings(deadline=None)
def test_whoever_does_nothing_more_never_comes_nearer_to_the_pace(per: Per, day: date, done: int, least: int) -> None:
    found, counted = period(per, day), Counted(of="t", least=least, per=per)
    order = ("on_pace", "behind", "short")
    told = [
        periods.pace(done, counted, found, found.first_day + DAY * n, CALENDAR)
        for n in range(-1, (found.last_day - found.first_day).days + 3)
    ]
    if done >= least:
        assert {each.state for each in told} == {"done"}
    else:
        places = [order.index(each.state) for each in told]
        assert places == sorted(places) and told[0].state == "on_pace" and told[-1].state == "short"
    total = periods.working_days(found, CALENDAR)
    assert [each.elapsed + each.left for each in told] == [total] * len(told)
    assert [each.left for each in told] == sorted((each.left for each in told), reverse=True)


@given(pers, days, days, st.integers(0, 4), st.integers(1, 5))
@settings(deadline=None)
def test_whoever_does_more_is_never_further_behind(per: Per, day: date, today: date, done: int, least: int) -> None:
    found, counted = period(per, day), Counted(of="t", least=least, per=per)
    order = ("done", "on_pace", "behind", "short")
    less, more = (periods.pace(n, counted, found, today, CALENDAR).state for n in (done, done + 1))
    assert order.index(more) <= order.index(less)


@pytest.mark.parametrize(
    ("least", "done", "on", "state"),
    [
        (1, 0, date(2023, 6, 20), "on_pace"),
        (1, 0, date(2023, 7, 20), "behind"),
        (2, 0, date(2023, 3, 20), "on_pace"),
        (2, 0, date(2023, 4, 20), "behind"),
        (2, 1, date(2023, 9, 20), "on_pace"),
        (2, 1, date(2023, 10, 20), "behind"),
        (12, 6, date(2023, 6, 30), "on_pace"),
        (12, 5, date(2023, 6, 30), "behind"),
    ],
)
def test_who_is_behind_is_told_in_whole_events_rounded_to_the_nearest(
    least: int, done: int, on: date, state: str
) -> None:
    found, counted = period("year", on), Counted(of="t", least=least, per="year")
    assert periods.pace(done, counted, found, on, CALENDAR).state == state


@given(pers, days, st.integers(0, 5), st.integers(1, 5))
@settings(deadline=None)
def test_until_the_day_that_keeps_pace_nobody_is_behind_and_the_day_after_it_is_so(
    per: Per, day: date, done: int, least: int
) -> None:
    found, counted = period(per, day), Counted(of="t", least=least, per=per)
    keeps = periods.keeps_pace_until(done, least, found, CALENDAR)
    assert found.holds(keeps)
    assert periods.pace(done, counted, found, keeps, CALENDAR).state in ("done", "on_pace")
    if keeps < found.last_day and done < least:
        assert periods.pace(done, counted, found, keeps + DAY, CALENDAR).state == "behind"


@given(st.integers(1, 9999), st.integers(1, 12))
@settings(deadline=None)
def test_portions_add_up_and_none_is_empty(least: int, most: int) -> None:
    found = periods.portions(least, most)
    assert sum(found) == least and min(found) >= 1 and len(found) <= most
    assert max(found) - min(found) <= 1


def test_a_day_of_the_holidays_lies_in_no_term_and_terms_are_data() -> None:
    terms = periods.terms(
        [Term(id="秋", title="秋季学期", first_day=date(2023, 9, 1), last_day=date(2024, 1, 19))],
    )
    assert periods.around("term", date(2024, 2, 1), terms) is None
    assert periods.around("term", date(2024, 1, 19), terms) == terms[0]
    assert periods.owed("term", date(2023, 1, 1), date(2024, 1, 18), terms) == ()
    assert periods.owed("term", date(2023, 12, 1), date(2024, 1, 19), terms) == terms


def test_a_week_without_a_working_day_is_behind_only_once_it_is_over() -> None:
    golden = period("week", date(2019, 10, 4))
    counted = Counted(of="t", least=1, per="week")
    assert periods.pace(0, counted, golden, date(2019, 10, 6), CALENDAR).state in ("on_pace", "behind")
    assert periods.pace(0, counted, golden, date(2019, 10, 7), CALENDAR).state == "short"
