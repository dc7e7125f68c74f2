"""What ladders do, case by case (SEMANTICS D4, D5, F6, L2–L8, C1–C3, P1, P2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from ladder_examples import (
    SEVEN,
    TIMES,
    ZONE,
    brief,
    deadline,
    ladder,
    local,
    record,
    run,
    rung,
    standing,
    sweep,
)

from engine.deadlines import fire, next_moment, points, sending_time
from engine.model import Hold
from engine.model.plain import coded

SECOND = timedelta(seconds=1)


def grid(*rungs: object, due_on: str = "2022-11-30") -> list[str]:
    steps = ladder(*rungs)
    found = points(standing(steps, date.fromisoformat(due_on)), TIMES)
    return [f"{p.rung}{p.n} {p.scheduled_at.astimezone(ZONE):%m-%d %H:%M}" for p in found]


def hold(level: int, start: str, end: str | None = None) -> Hold:
    to_at = local(end) if end else None
    return Hold(id=1, campaign=1, deadline=7, level=level, reason="已电话沟通", from_at=local(start), to_at=to_at)


def test_an_undisturbed_ladder_raises_every_rung_on_its_day_and_hour() -> None:
    assert run(standing(), local("2022-11-01T09:00")) == [
        ("11-16 09:00", ["提前十日 raised"]),
        ("11-25 09:00", ["提前三日 raised"]),
        ("12-01 10:00", ["催办 raised"]),
        ("12-05 10:00", ["催办分管 raised"]),
        ("12-08 10:00", ["催办主要 raised"]),
        ("12-14 10:00", ["督办 raised"]),
        ("12-21 10:00", ["通报 raised"]),
    ]


@pytest.mark.parametrize(
    ("due_on", "at", "scheduled"),
    [
        ("2022-11-30", "0wd", "11-30 09:00"),  # Wednesday
        ("2022-12-03", "0wd", "12-02 09:00"),  # Saturday: the reminder moves back to Friday
        ("2022-12-04", "0d", "12-02 09:00"),  # Sunday
        ("2022-12-05", "-1d", "12-02 09:00"),  # the Sunday before
        ("2022-12-03", "1d", "12-05 10:00"),  # the escalation moves on to Monday
        ("2022-12-03", "1wd", "12-05 10:00"),
        ("2022-12-02", "1wd", "12-05 10:00"),
        ("2022-09-30", "1wd", "10-08 10:00"),  # a make-up Saturday
        ("2022-10-07", "0wd", "09-30 09:00"),  # the last day of the holiday week
        ("2022-10-03", "1d", "10-08 10:00"),
    ],
)
def test_a_reminder_on_a_day_off_moves_back_and_an_escalation_moves_on(due_on: str, at: str, scheduled: str) -> None:
    assert grid(rung("r", at, 0), due_on=due_on) == [f"r1 {scheduled}"]


def test_a_repeating_rung_ends_with_its_count_or_its_last_day() -> None:
    assert grid(rung("r", "1wd", 0, every="5wd", count=3)) == [
        "r1 12-01 10:00",
        "r2 12-08 10:00",
        "r3 12-15 10:00",
    ]
    assert grid(rung("r", "1wd", 0, every="5wd", until="6wd")) == ["r1 12-01 10:00", "r2 12-08 10:00"]
    assert grid(rung("r", "1wd", 0, every="5wd", count=9, until="11wd"))[-1] == "r3 12-15 10:00"
    assert grid(rung("r", "1wd", 0, every="5wd", count=2, until="11wd"))[-1] == "r2 12-08 10:00"


def test_a_repeating_reminder_never_reminds_after_the_due_day() -> None:
    assert grid(rung("r", "-4wd", 0, every="3wd", count=9)) == ["r1 11-24 09:00", "r2 11-29 09:00"]


def test_a_repetition_without_an_end_is_made_once() -> None:
    assert grid(rung("r", "1wd", 0, every="5wd")) == ["r1 12-01 10:00"]


def test_calendar_days_that_roll_onto_one_instant_are_one_record() -> None:
    steps = ladder(rung("r", "1d", 0, every="1d", count=4))  # Sat, Sun, Mon, Tue
    assert run(standing(steps, date(2022, 12, 2)), local("2022-12-02T09:00")) == [
        ("12-05 10:00", ["r 1–3 raised"]),
        ("12-06 10:00", ["r 4 raised"]),
    ]


def test_due_today_is_not_overdue_to_the_last_second() -> None:
    reminded = standing(ladder(rung("r", "0wd", 0)))
    assert brief(fire(reminded, local("2022-11-30T16:59"), TIMES).marks) == ["r raised"]
    assert fire(reminded, local("2022-11-30T23:59:59"), TIMES).marks == ()
    assert brief(fire(reminded, local("2022-12-01T00:00"), TIMES).marks) == ["r missed"]


def test_a_reminder_that_could_only_go_out_after_the_due_day_is_missed_at_midnight() -> None:
    evening = fire(standing(ladder(rung("r", "0wd", 0))), local("2022-11-30T17:01"), TIMES)
    assert (evening.marks, evening.next_at) == ((), local("2022-12-01T00:00"))


def test_after_an_outage_reminders_are_missed_and_levels_follow_each_other_a_gap_apart() -> None:
    assert run(standing(), local("2022-12-23T15:00")) == [
        ("12-23 15:00", ["提前十日 missed", "提前三日 missed", "催办 raised"]),
        ("12-26 10:00", ["催办分管 raised"]),
        ("12-27 10:00", ["催办主要 raised"]),
        ("12-28 10:00", ["督办 raised"]),
        ("12-29 10:00", ["通报 raised"]),
    ]


def test_nothing_goes_out_in_the_evening_on_a_day_off_or_before_the_office_has_counted() -> None:
    due = standing(ladder(rung("催办", "1wd", 0)), date(2022, 12, 1))
    for moment in ("2022-12-02T17:01", "2022-12-03T12:00", "2022-12-05T00:00", "2022-12-05T09:30"):
        firing = fire(due, local(moment), TIMES)
        assert (firing.marks, firing.next_at) == ((), local("2022-12-05T10:00")), moment
    assert brief(fire(due, local("2022-12-02T17:00"), TIMES).marks) == ["催办 raised"]


def test_within_a_level_the_newest_is_raised_and_the_older_are_absorbed_by_it() -> None:
    firing = fire(standing(), local("2022-11-28T11:00"), TIMES)
    assert brief(firing.marks) == ["提前十日 absorbed", "提前三日 raised"]
    assert firing.marks[0].reason == coded("absorbed", rung="提前三日", n=1)


def test_missed_points_of_a_repeating_rung_are_one_record_and_then_its_own_grid_goes_on() -> None:
    steps = ladder(rung("催办", "1wd", 0, every="2wd", count=4))
    assert run(standing(steps), local("2022-12-07T11:00")) == [
        ("12-07 11:00", ["催办 1–3 raised"]),
        ("12-09 10:00", ["催办 4 raised"]),
    ]


def test_points_of_a_repeating_rung_apart_from_the_newest_are_absorbed() -> None:
    steps = ladder(rung("催办", "1wd", 0, every="2wd", count=3), rung("再催", "6wd", 0))
    assert brief(fire(standing(steps), local("2022-12-08T11:00"), TIMES).marks) == [
        "催办 1–3 absorbed",
        "再催 raised",
    ]


def test_nothing_from_before_adoption_is_sent() -> None:
    adopted = standing(adopted_at=local("2022-12-05T08:00"))
    firing = fire(adopted, local("2022-12-05T10:00"), TIMES)
    assert brief(firing.marks) == [
        "提前十日 before_adoption",
        "提前三日 before_adoption",
        "催办 before_adoption",
        "催办分管 raised",
    ]


def test_what_lay_before_the_task_began_is_not_applicable() -> None:
    late = standing(deadline=deadline(began_at=local("2022-11-20T09:00")))
    firing = fire(late, local("2022-11-20T09:00"), TIMES)
    assert brief(firing.marks) == ["提前十日 not_applicable"]
    assert firing.next_at == local("2022-11-25T09:00")


def test_a_new_date_arms_what_lies_ahead_and_supersedes_what_does_not() -> None:
    _, before = sweep(standing(), local("2022-11-25T09:00"))
    assert [each.outcome for each in before.done] == ["absorbed", "raised"]
    extended = replace(before, deadline=deadline(date(2022, 12, 9), epoch=2, began_at=local("2022-11-28T10:00")))
    assert run(extended, local("2022-11-28T10:00"))[:3] == [
        ("11-28 10:00", ["提前十日 superseded"]),
        ("12-06 09:00", ["提前三日 raised"]),
        ("12-12 10:00", ["催办 raised"]),
    ]


def test_the_relation_caps_the_ladder() -> None:
    log = run(standing(cap=0), local("2022-12-01T10:00"))
    assert log[1:] == [
        ("12-05 10:00", ["催办分管 not_applicable"]),
        ("12-08 10:00", ["催办主要 not_applicable"]),
        ("12-14 10:00", ["督办 not_applicable"]),
        ("12-21 10:00", ["通报 not_applicable"]),
    ]
    silent = run(standing(cap=-1), local("2022-12-31T10:00"))
    assert {mark.split()[1] for _, marks in silent for mark in marks} == {"not_applicable"}


def test_a_level_without_a_contact_is_shown_and_holds_nobody_up() -> None:
    lonely = standing(contacts=frozenset({0, 2, 3}))
    assert run(lonely, local("2022-12-08T10:00"))[:3] == [
        ("12-08 10:00", ["提前十日 missed", "提前三日 missed", "催办 raised"]),
        ("12-09 10:00", ["催办分管 no_contact", "催办主要 raised"]),
        ("12-14 10:00", ["督办 raised"]),
    ]


def test_a_head_waits_until_the_deputy_has_been_told_for_the_least_gap() -> None:
    steps = ladder(rung("一", "1wd", 0), rung("二", "1wd", 1), rung("三", "2wd", 2), gap="2wd")
    assert run(standing(steps), local("2022-11-30T10:00")) == [
        ("12-01 10:00", ["一 raised"]),
        ("12-05 10:00", ["二 raised"]),
        ("12-07 10:00", ["三 raised"]),
    ]


def test_an_overdue_notice_to_the_liaison_comes_before_the_deputys_though_a_reminder_was_sent() -> None:
    _, reminded = sweep(standing(), local("2022-11-25T09:00"))
    firing = fire(reminded, local("2022-12-06T11:00"), TIMES)
    assert brief(firing.marks) == ["催办 raised"]
    assert firing.next_at == local("2022-12-07T10:00")


def test_without_a_least_gap_two_levels_may_be_told_at_once_the_lower_first() -> None:
    steps = ladder(rung("一", "1wd", 0), rung("二", "2wd", 1), gap="0wd")
    assert brief(fire(standing(steps), local("2022-12-05T11:00"), TIMES).marks) == ["一 raised", "二 raised"]


def test_a_daily_lower_rung_never_starves_the_level_above() -> None:
    steps = ladder(rung("日催", "1wd", 0, every="1wd", count=10), rung("分管", "3wd", 1), gap="2wd")
    log = run(standing(steps), local("2022-12-01T10:00"))
    assert [when for when, marks in log if "分管 raised" in marks] == ["12-06 10:00"]


def test_the_formal_act_counts_from_the_sign_off_of_level_three() -> None:
    now = local("2022-12-14T10:00")
    raised = standing()
    for moment in ("2022-12-01T10:00", "2022-12-05T10:00", "2022-12-08T10:00"):
        _, raised = sweep(raised, local(moment))
    firing, raised = sweep(raised, now)
    assert (brief(firing.marks), firing.next_at) == (["督办 raised"], None)
    assert fire(raised, local("2023-01-06T10:00"), TIMES).marks == ()
    last = replace(raised.done[-1], signed_at=local("2023-01-05T15:00"))
    signed = replace(raised, done=(*raised.done[:-1], last))
    assert next_moment(signed, local("2023-01-05T15:00"), TIMES) == local("2023-01-06T10:00")
    assert brief(fire(signed, local("2023-01-06T10:00"), TIMES).marks) == ["通报 raised"]


def test_the_formal_act_needs_no_sign_off_of_a_level_three_that_was_never_sent() -> None:
    lonely = standing(contacts=frozenset({0, 1, 2}))
    assert run(lonely, local("2022-12-01T10:00"), sign=False)[-2:] == [
        ("12-14 10:00", ["督办 no_contact"]),
        ("12-21 10:00", ["通报 raised"]),
    ]


def test_a_hold_withholds_its_level_and_those_above_with_its_reason() -> None:
    held = standing(holds=(hold(1, "2022-12-02T09:00", "2022-12-09T09:00"),))
    log = run(held, local("2022-12-01T10:00"))
    assert log == [
        ("12-01 10:00", ["提前十日 missed", "提前三日 missed", "催办 raised"]),
        ("12-05 10:00", ["催办分管 withheld"]),
        ("12-08 10:00", ["催办主要 withheld"]),
        ("12-14 10:00", ["督办 raised"]),
        ("12-21 10:00", ["通报 raised"]),
    ]
    _, before = sweep(held, local("2022-12-01T10:00"))
    marks = fire(before, local("2022-12-05T10:00"), TIMES).marks
    assert marks[0].reason == coded("on_hold", level=1, said="已电话沟通")


def test_a_hold_that_is_on_now_withholds_what_was_scheduled_before_it() -> None:
    _, before = sweep(standing(), local("2022-12-01T10:00"))
    held = replace(before, holds=(hold(0, "2022-12-06T09:00"),))
    assert brief(fire(held, local("2022-12-06T10:00"), TIMES).marks) == ["催办分管 withheld"]


def test_rungs_inside_a_pause_are_recorded_as_paused_and_never_caught_up() -> None:
    _, before = sweep(standing(), local("2022-12-01T10:00"))
    resumed = replace(before, pauses=((local("2022-12-02T09:00"), local("2022-12-07T16:00")),))
    assert run(resumed, local("2022-12-07T16:00"))[:2] == [
        ("12-07 16:00", ["催办分管 paused"]),
        ("12-08 10:00", ["催办主要 raised"]),
    ]


def test_after_a_pause_the_next_level_keeps_the_least_gap() -> None:
    _, before = sweep(standing(), local("2022-12-01T10:00"))
    resumed = replace(before, pauses=((local("2022-12-02T09:00"), local("2022-12-08T09:00")),))
    assert run(resumed, local("2022-12-08T09:00"))[:2] == [
        ("12-08 09:00", ["催办分管 paused"]),
        ("12-09 10:00", ["催办主要 raised"]),
    ]


@pytest.mark.parametrize("state", ["suspended", "paused", "met", "cancelled"])
def test_nothing_fires_unless_the_deadline_is_armed(state: str) -> None:
    stopped = standing(deadline=deadline(state=state))
    firing = fire(stopped, local("2023-01-10T10:00"), TIMES)
    assert (firing.marks, firing.next_at) == ((), None)
    assert next_moment(stopped, local("2022-11-01T10:00"), TIMES) is None


def test_what_is_recorded_in_this_epoch_never_fires_again() -> None:
    now = local("2022-12-01T10:00")
    firing, after = sweep(standing(), now)
    assert len(firing.marks) == 3
    assert fire(after, now, TIMES).marks == ()
    assert fire(after, now, TIMES).next_at == firing.next_at


def test_occurrences_of_another_deadline_do_not_count() -> None:
    now = local("2022-12-01T10:00")
    firing, after = sweep(standing(), now)
    other = replace(after, deadline=deadline(id=8))
    assert fire(other, now, TIMES) == firing


def test_the_next_moment_of_a_fresh_deadline_is_its_first_point_even_if_that_has_passed() -> None:
    assert next_moment(standing(), local("2022-11-01T10:00"), TIMES) == local("2022-11-16T09:00")
    adopted = standing(adopted_at=local("2022-11-20T09:00"))
    assert next_moment(adopted, local("2022-11-20T09:00"), TIMES) == local("2022-11-16T09:00")


def test_an_empty_ladder_has_no_moment() -> None:
    assert fire(standing(ladder()), local("2023-01-10T10:00"), TIMES).next_at is None


def test_a_ladder_of_reminders_to_the_head_waits_for_the_liaisons_reminder() -> None:
    steps = ladder(rung("联络员", "-2wd", 0), rung("主要", "-2wd", 2))
    assert run(standing(steps), local("2022-11-28T09:00")) == [
        ("11-28 09:00", ["联络员 raised"]),
        ("11-29 10:00", ["主要 raised"]),
    ]


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2022-12-01T09:00", "2022-12-01T09:00"),
        ("2022-12-01T17:00", "2022-12-01T17:00"),
        ("2022-12-01T17:00:01", "2022-12-02T09:00"),
        ("2022-12-01T00:00", "2022-12-01T09:00"),
        ("2022-12-02T18:00", "2022-12-05T09:00"),
        ("2022-12-03T10:00", "2022-12-05T09:00"),
        ("2022-10-01T10:00", "2022-10-08T09:00"),
        ("2022-12-04T23:59", "2022-12-05T09:00"),
    ],
)
def test_a_notice_goes_out_only_on_a_working_day_before_five(at: str, first: str) -> None:
    assert sending_time(local(at), TIMES) == local(first)


def test_marks_recorded_with_the_clock_a_second_late_give_the_same_ladder() -> None:
    now, seen = local("2022-11-16T09:00") + SECOND, []
    before = standing()
    for _ in range(7):
        firing, before = sweep(before, now, sign=True)
        seen += brief(firing.marks)
        now = (next_moment(before, now, TIMES) or now) + SECOND
    assert seen == [f"{each.id} raised" for each in SEVEN.rungs]


def test_a_sent_notice_whose_item_was_answered_still_counts_as_told_and_a_moot_one_does_not() -> None:
    steps = ladder(rung("一", "1wd", 0), rung("二", "1wd", 1))
    now = local("2022-12-01T10:00")
    firing = fire(standing(steps), now, TIMES)
    for outcome, free in (("answered", "2022-12-02T10:00"), ("moot", "2022-12-01T10:00")):
        marks = tuple(replace(mark, outcome=outcome) for mark in firing.marks)
        assert next_moment(record(standing(steps), marks, now), now, TIMES) == local(free), outcome


def test_a_head_is_not_reminded_where_the_deputy_is_only_told_once_it_is_overdue() -> None:
    steps = ladder(rung("联络员", "-5wd", 0), rung("主要", "-2wd", 2), rung("分管", "3wd", 1))
    assert run(standing(steps), local("2022-11-23T09:00")) == [
        ("11-23 09:00", ["联络员 raised"]),
        ("12-01 00:00", ["主要 missed"]),
        ("12-05 10:00", ["分管 raised"]),
    ]


def test_where_the_liaison_is_only_reminded_the_deputy_keeps_the_gap_from_that_reminder() -> None:
    steps = ladder(rung("联络员", "0wd", 0), rung("分管", "1wd", 1), gap="3wd")
    assert run(standing(steps), local("2022-11-30T09:00")) == [
        ("11-30 09:00", ["联络员 raised"]),
        ("12-05 10:00", ["分管 raised"]),
    ]
