"""Which day a thing is due, what a pause leaves of it, and its light (SEMANTICS D3–D7, P1)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ladder_examples import TIMES, ZONE, deadline, local

from engine.calendar import parse_offset
from engine.deadlines import (
    Dated,
    after,
    date_of,
    last_moment_of,
    light,
    local_day,
    remaining,
    resumed_due,
    sentences,
    start_of,
)
from engine.model import Due

CN = TIMES.calendar
DAYS = st.dates(date(2018, 3, 1), date(2026, 10, 1))


def due(**fields: object) -> Dated | None:
    anchor_on = fields.pop("anchor_on", None)
    return date_of(
        Due(**fields),  # type: ignore[arg-type]
        phase_first=date(2022, 10, 1),
        phase_last=date(2022, 12, 31),
        anchor_on=anchor_on if isinstance(anchor_on, date) else None,
        calendar=CN,
    )


def test_a_printed_date_never_rolls_even_from_a_saturday() -> None:
    dated = due(kind="date", on=date(2022, 12, 3))
    assert dated is not None
    assert (dated.on, dated.basis, dated.offset, dated.provisional) == (date(2022, 12, 3), "printed", "", False)


def test_the_last_day_of_a_phase_counts_as_printed_and_is_shown_as_derived() -> None:
    dated = due(kind="phase_end")
    assert dated is not None
    assert (dated.on, dated.basis) == (date(2022, 12, 31), "derived")  # a Saturday


@pytest.mark.parametrize(
    ("anchor", "offset", "anchor_on", "on", "basis"),
    [
        ("issued", "5wd", "2022-09-30", "2022-10-12", "duration"),
        ("issued", "3d", "2022-09-30", "2022-10-08", "duration"),  # 10-03 is a holiday: rolls on
        ("adopted", "10d", "2022-11-20", "2022-11-30", "duration"),
        ("task:promotion", "1wd", "2022-12-02", "2022-12-05", "duration"),
        ("phase.start", "5wd", None, "2022-10-12", "derived"),
        ("phase.end", "-5wd", None, "2022-12-26", "derived"),
        ("phase.end", "0wd", None, "2023-01-03", "derived"),  # derived, so it rolls over the new year
    ],
)
def test_a_date_from_an_offset_lands_on_a_working_day(
    anchor: str, offset: str, anchor_on: str | None, on: str, basis: str
) -> None:
    start = date.fromisoformat(anchor_on) if anchor_on else None
    dated = due(kind="offset", anchor=anchor, offset=parse_offset(offset), anchor_on=start)
    assert dated is not None
    assert (dated.on, dated.basis, dated.offset) == (date.fromisoformat(on), basis, offset)


def test_a_task_without_a_date_or_whose_anchor_has_not_happened_has_none() -> None:
    assert due(kind="none") is None
    assert due(kind="offset", anchor="task:promotion", offset=parse_offset("5wd")) is None


@given(DAYS, st.integers(-30, 30), st.sampled_from(["wd", "d"]))
def test_every_derived_date_is_worked_and_its_last_step_is_the_date(day: date, count: int, unit: str) -> None:
    dated = after(day, parse_offset(f"{count}{unit}"), CN)
    assert CN.is_working_day(dated.on)
    assert dated.steps[0].day == dated.anchor_on == day
    assert dated.steps[-1].day == dated.on
    assert not dated.provisional


def test_a_date_explains_every_day_on_the_way_and_the_rule_that_rolled_it() -> None:
    assert sentences(after(date(2022, 9, 29), parse_offset("2d"), CN)) == (
        "2022-09-29 星期四: the anchor, not counted",
        "2022-09-30 星期五: day 1",
        "2022-10-01 星期六: day 2",
        "2022-10-01 星期六: not counted — 国庆节",
        "2022-10-02 星期日: not counted — 国庆节",
        "2022-10-03 星期一: not counted — 国庆节",
        "2022-10-04 星期二: not counted — 国庆节",
        "2022-10-05 星期三: not counted — 国庆节",
        "2022-10-06 星期四: not counted — 国庆节",
        "2022-10-07 星期五: not counted — 国庆节",
        "2022-10-08 星期六: rolled — the next working day (D4)",
        "due on 2022-10-08 (duration)",
    )


def test_a_date_that_rests_on_a_year_without_a_notice_is_provisional() -> None:
    assert after(date(2026, 12, 30), parse_offset("3wd"), CN).provisional
    assert after(date(2026, 12, 30), parse_offset("3d"), CN).provisional  # whether it rolls is not known
    assert not after(date(2026, 12, 28), parse_offset("3wd"), CN).provisional
    assert sentences(after(date(2027, 1, 4), parse_offset("1wd"), CN))[-1] == (
        "due on 2027-01-05 (duration); provisional, for a year on the way has no notice yet"
    )


@pytest.mark.parametrize(
    ("offset", "paused", "left", "resumed", "on"),
    [
        ("5wd", "2022-11-25", 3, "2022-12-09", "2022-12-14"),
        ("5wd", "2022-11-27", 3, "2022-11-28", "2022-12-01"),
        ("5wd", "2022-11-30", 0, "2022-12-09", "2022-12-09"),
        ("5wd", "2022-11-30", 0, "2022-12-10", "2022-12-12"),
        ("7d", "2022-11-25", 5, "2022-12-05", "2022-12-12"),  # 12-10 is a Saturday
    ],
)
def test_a_duration_keeps_what_is_left_of_it_while_paused(
    offset: str, paused: str, left: int, resumed: str, on: str
) -> None:
    counted = deadline(basis="duration", offset=offset)
    paused_on, resumed_on = date.fromisoformat(paused), date.fromisoformat(resumed)
    assert remaining(counted, paused_on, CN) == left
    again = resumed_due(counted, paused_on=paused_on, resumed_on=resumed_on, calendar=CN)
    assert again is not None and again.on == date.fromisoformat(on)


def test_what_was_stored_as_left_is_what_counts_after_the_pause() -> None:
    counted = deadline(basis="duration", offset="5wd", remaining=2)
    again = resumed_due(counted, paused_on=date(2022, 11, 25), resumed_on=date(2022, 12, 9), calendar=CN)
    assert again is not None and again.on == date(2022, 12, 13)


@pytest.mark.parametrize("basis", ["printed", "derived"])
def test_a_dated_deadline_is_only_silenced_by_a_pause(basis: str) -> None:
    dated = deadline(basis=basis)
    assert remaining(dated, date(2022, 11, 25), CN) is None
    assert resumed_due(dated, paused_on=date(2022, 11, 25), resumed_on=date(2022, 12, 9), calendar=CN) is None


def test_a_pause_after_the_due_day_does_not_heal_the_breach() -> None:
    late = deadline(basis="duration", offset="5wd")
    assert remaining(late, date(2022, 12, 2), CN) == -2
    assert resumed_due(late, paused_on=date(2022, 12, 2), resumed_on=date(2022, 12, 9), calendar=CN) is None


@given(DAYS, DAYS, st.sampled_from(["5wd", "7d"]))
def test_a_pause_that_ends_on_the_day_it_began_leaves_a_worked_date_as_it_was(
    on: date, back: date, offset: str
) -> None:
    due_on = CN.next_working_day(max(on, back))
    counted = deadline(due_on, basis="duration", offset=offset)
    again = resumed_due(counted, paused_on=min(on, back), resumed_on=min(on, back), calendar=CN)
    assert again is not None and again.on == due_on


def test_a_local_day_begins_and_ends_at_midnight_in_its_zone() -> None:
    day = date(2022, 11, 30)
    assert start_of(day, ZONE) == datetime(2022, 11, 29, 16, tzinfo=UTC)
    assert last_moment_of(day, ZONE) == datetime(2022, 11, 30, 15, 59, 59, 999000, tzinfo=UTC)
    assert local_day(last_moment_of(day, ZONE), ZONE) == day
    assert local_day(local("2022-12-01T00:00"), ZONE) == date(2022, 12, 1)


@pytest.mark.parametrize(
    ("today", "more", "colour"),
    [
        ("2022-11-24", {}, "green"),
        ("2022-11-25", {}, "yellow"),
        ("2022-11-30", {}, "yellow"),
        ("2022-12-01", {}, "red"),
        ("2022-11-24", {"reminded": True}, "yellow"),
        ("2022-12-01", {"paused": True}, "grey"),
        ("2022-12-01", {"superior": True}, "grey"),
        ("2022-12-01", {"owed": False}, "green"),
    ],
)
def test_the_light_of_a_deadline(today: str, more: dict[str, bool], colour: str) -> None:
    assert light(date(2022, 11, 30), date.fromisoformat(today), CN, **more) == colour


def test_what_has_no_date_is_green() -> None:
    assert light(None, date(2022, 12, 1), CN) == "green"
