"""Whatever becomes of what units owe: what is counted adds up, and what waits for a review is late nowhere (L9, L10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import reckoning
from engine.model import Assignment, Deadline
from engine.reckoning import BESIDE, COUNTED, Owed, Reckoning, reckon, standing
from engine.records import replace

DUE = date(2022, 8, 31)
ISSUED = date(2022, 7, 1)
STATES = ("issued", "received", "submitted", "returned", "accepted", "waived", "cancelled", "short")
DAYS = st.integers(-40, 40).map(lambda days: DUE + timedelta(days=days))


def deadline(on: date = DUE, first: date = DUE, state: str = "armed") -> Deadline:
    return Deadline(
        id=2, campaign=1, assignment=1, phase="build", unit="东镇", kind="due", state=state, epoch=1, due_on=on,  # type: ignore[arg-type]
        first_due_on=first, basis="printed", anchor_on=on, offset="", ladder="", began_at=datetime(2022, 7, 1, tzinfo=UTC),
    )  # fmt: skip


PRINTED = deadline()


def owed(state: str = "issued", due: Deadline | None = PRINTED, came: date | None = None, **more: object) -> Owed:
    assignment = Assignment(
        id=1, campaign=1, task="report", unit="东镇", period="", role="responsible", phase="build", state=state,  # type: ignore[arg-type]
        issued_on=ISSUED, first_submitted_on=came, submitted_on=came, submissions=int(came is not None),
        settled_on=came if state in ("accepted", "waived") else None,
    )  # fmt: skip
    return Owed(assignment=assignment, due=due, **more)  # type: ignore[arg-type]


@st.composite
def things(draw: st.DrawFn) -> Owed:
    """Draw something owed, whatever its state, its day, its unit and its history."""
    due = draw(st.none() | st.builds(deadline, DAYS, DAYS, st.sampled_from(["armed", "paused", "suspended", "met"])))
    flags = {name: draw(st.booleans()) for name in ("above", "ended", "at_lead")}
    return owed(
        draw(st.sampled_from(STATES)), due, draw(st.none() | DAYS), **flags, stopped_on=draw(st.none() | DAYS)
    )


@given(st.lists(things(), max_size=40), DAYS)
def test_what_is_counted_adds_up_on_any_day(found: list[Owed], day: date) -> None:
    counted = reckon(found, day)
    assert counted.adds_up
    assert counted.due == counted.done + counted.handed_in + counted.returned + counted.owed
    assert counted.all == sum(each.assignment.state != "cancelled" for each in found)
    assert counted.late == sum(reckoning.is_late(each, day) for each in found)


@given(things(), DAYS)
def test_everything_stands_in_one_place_and_is_counted_or_stands_beside(each: Owed, day: date) -> None:
    stands = standing(each, day)
    assert stands in (*COUNTED, *BESIDE, "cancelled")
    assert reckoning.is_counted(each, day) == (stands in COUNTED)


@given(things(), DAYS)
def test_what_waits_for_a_review_is_not_late_whoever_reviews_it(each: Owed, day: date) -> None:
    handed_in = replace(each, assignment=replace(each.assignment, state="submitted"))
    assert not reckoning.is_late(handed_in, day) and reckoning.days_over(handed_in, day) == 0
    assert each.above or reckon([handed_in], day).handed_in == 1


@given(things(), DAYS)
def test_nothing_of_a_superior_or_of_a_unit_that_ended_and_nothing_paused_is_late(each: Owed, day: date) -> None:
    let_be = each.above or each.ended
    paused = each.due is not None and each.due.state == "paused" and each.assignment.state != "short"
    assert not ((let_be or paused) and reckoning.is_late(each, day))


@given(things(), DAYS)
def test_what_is_late_by_days_is_late_and_its_day_has_passed(each: Owed, day: date) -> None:
    if over := reckoning.days_over(each, day):
        assert reckoning.is_late(each, day) and each.due is not None and each.due.due_on + timedelta(days=over) == day


@given(st.lists(things(), max_size=20), st.lists(things(), max_size=20), DAYS)
def test_two_counts_together_are_the_count_of_both(some: list[Owed], more: list[Owed], day: date) -> None:
    assert reckon(some, day) + reckon(more, day) == reckon([*some, *more], day)


BEFORE, AFTER = DUE - timedelta(days=2), DUE + timedelta(days=2)


@pytest.mark.parametrize(
    ("each", "day", "stands", "late"),
    [
        (owed(), BEFORE, "ahead", False),
        (owed("received"), DUE, "owed", False),
        (owed(), AFTER, "owed", True),
        (owed("submitted", came=BEFORE), BEFORE, "handed_in", False),
        (owed("submitted", came=BEFORE), AFTER, "handed_in", False),
        (owed("submitted", came=AFTER), AFTER, "handed_in", False),
        (owed("submitted", came=BEFORE, at_lead=True), AFTER, "handed_in", False),
        (owed("submitted", came=BEFORE, ended=True), AFTER, "handed_in", False),
        (owed("returned", deadline(AFTER), BEFORE), DUE, "returned", False),
        (owed("returned", deadline(AFTER), BEFORE), AFTER, "returned", False),
        (owed("returned", deadline(AFTER), BEFORE), AFTER + timedelta(days=1), "returned", True),
        (owed("accepted", came=BEFORE), BEFORE, "done", False),
        (owed("accepted", None, BEFORE), BEFORE, "done", False),
        (owed("waived"), AFTER, "waived", False),
        (owed(due=deadline(state="paused")), AFTER, "paused", False),
        (owed(due=None), AFTER, "undated", False),
        (owed(ended=True), AFTER, "left", False),
        (owed("short", ended=True), AFTER, "left", False),
        (owed("short"), AFTER, "owed", True),
        (owed(above=True), AFTER, "above", False),
        (owed(due=deadline(AFTER, DUE)), AFTER, "owed", False),
        (owed("cancelled"), AFTER, "cancelled", False),
    ],
)
def test_how_something_stands_and_whether_it_is_late(each: Owed, day: date, stands: str, late: bool) -> None:
    assert (standing(each, day), reckoning.is_late(each, day)) == (stands, late)


@pytest.mark.parametrize(
    ("each", "late"),
    [
        (owed("submitted", came=BEFORE), 0),
        (owed("submitted", came=DUE), 0),
        (owed("accepted", came=AFTER), 2),
        (owed(), 9),
        (owed(due=deadline(state="paused"), stopped_on=BEFORE), 0),
        (owed("waived"), 0),
        (owed(ended=True), 0),
        (owed(above=True), 0),
    ],
)
def test_what_came_late_keeps_that_in_its_own_record(each: Owed, late: int) -> None:
    assert reckoning.days_late(each, DUE + timedelta(days=9)) == late


def test_a_count_that_does_not_add_up_says_so() -> None:
    assert not Reckoning(due=3, done=1, owed=1).adds_up
    assert not Reckoning(due=1, done=1, on_time=2).adds_up
    assert not Reckoning(due=1, owed=1, late=2).adds_up
