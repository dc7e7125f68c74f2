"""Of any rung an auditor can ask why it did, did not or will reach anybody (SEMANTICS F6, L2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from hypothesis import given
from ladder_examples import SEVEN, TIMES, ZONE, deadline, ladder, local, rung, standing, sweep
from ladder_strategies import INSTANTS, PROFILE, expected, standings

from engine.deadlines import LadderStanding, fire, why


def told(before: LadderStanding, now: str) -> list[str]:
    return [row.sentence(ZONE) for row in why(before, local(now), TIMES)]


def test_after_an_outage_every_rung_says_what_became_of_it_and_what_it_waits_for() -> None:
    _, after = sweep(standing(), local("2022-12-09T11:00"))
    assert told(after, "2022-12-09T11:00") == [
        "提前十日 (1), level 0, for 2022-11-16 09:00: missed — its text would be false: 2022-11-30 is over",
        "提前三日 (1), level 0, for 2022-11-25 09:00: missed — its text would be false: 2022-11-30 is over",
        "催办 (1), level 0, for 2022-12-01 10:00: raised",
        "催办分管 (1), level 1, for 2022-12-05 10:00: waits until 2022-12-12 10:00"
        " — at least 1wd after the level below",
        "催办主要 (1), level 2, for 2022-12-08 10:00: waits — level 1 comes first: 催办分管 (1)",
        "督办 (1), level 3, for 2022-12-14 10:00: waits — level 2 comes first: 催办主要 (1)",
        "通报 (1), level 4, for 2022-12-21 10:00: waits — level 3 comes first: 督办 (1)",
    ]


def test_before_anything_happened_the_lowest_level_is_scheduled_and_the_relation_is_named() -> None:
    assert told(standing(cap=0), "2022-11-01T09:00")[:4] == [
        "提前十日 (1), level 0, for 2022-11-16 09:00: scheduled until 2022-11-16 09:00",
        "提前三日 (1), level 0, for 2022-11-25 09:00: scheduled until 2022-11-25 09:00",
        "催办 (1), level 0, for 2022-12-01 10:00: scheduled until 2022-12-01 10:00",
        "催办分管 (1), level 1, for 2022-12-05 10:00: scheduled"
        " — will not be sent: level 1 is above level 0, the relation's highest",
    ]


def test_a_formal_act_says_that_it_waits_for_a_signature() -> None:
    steps = ladder(rung("督办", "1wd", 3), rung("通报", "3wd", 4))
    _, after = sweep(standing(steps), local("2022-12-01T10:00"))
    assert told(after, "2022-12-07T10:00")[-1] == (
        "通报 (1), level 4, for 2022-12-05 10:00: waits — level 4 counts from the sign-off of level 3"
    )


def test_a_catch_up_in_the_evening_says_that_it_waits_for_the_morning() -> None:
    overdue = standing(ladder(rung("催办", "1wd", 0)))
    assert told(overdue, "2022-12-02T20:00") == [
        "催办 (1), level 0, for 2022-12-01 10:00: waits until 2022-12-05 10:00"
        " — nothing of its kind goes out before then (D5)"
    ]
    assert told(overdue, "2022-12-05T10:00")[0].endswith("due — the next sweep takes it")


def test_a_reminder_too_late_to_be_sent_says_that_it_will_be_missed() -> None:
    reminder = standing(ladder(rung("当日", "0wd", 0)))
    assert told(reminder, "2022-11-30T18:00") == [
        "当日 (1), level 0, for 2022-11-30 09:00: waits until 2022-12-01 00:00"
        " — will not be sent: it cannot go out before the due day is over"
    ]


def test_a_level_after_a_pause_says_that_it_waits_for_the_gap() -> None:
    _, before = sweep(standing(), local("2022-12-01T10:00"))
    resumed = replace(before, pauses=((local("2022-12-02T09:00"), local("2022-12-08T09:00")),))
    _, after = sweep(resumed, local("2022-12-08T09:00"))
    assert told(after, "2022-12-08T11:00")[3:5] == [
        "催办分管 (1), level 1, for 2022-12-05 10:00: paused — scheduled during a pause",
        "催办主要 (1), level 2, for 2022-12-08 10:00: waits until 2022-12-09 10:00 — at least 1wd after the pause",
    ]


def test_a_stopped_deadline_says_so_and_keeps_what_it_recorded() -> None:
    _, before = sweep(standing(), local("2022-11-25T09:00"))
    stopped = replace(before, deadline=deadline(state="suspended"))
    assert [row.outcome for row in why(stopped, local("2022-12-01T10:00"), TIMES)] == [
        "absorbed",
        "raised",
        *["stopped"] * 5,
    ]


def test_the_rungs_of_an_earlier_epoch_stay_in_the_answer() -> None:
    _, before = sweep(standing(), local("2022-11-25T09:00"))
    began_at = local("2022-11-28T10:00")
    extended = replace(before, deadline=deadline(date(2022, 12, 9), epoch=2, began_at=began_at))
    rows = why(extended, began_at, TIMES)
    assert [(row.epoch, row.outcome) for row in rows[:3]] == [(1, "absorbed"), (1, "raised"), (2, "due")]
    assert len(rows) == 2 + len(SEVEN.rungs)


@PROFILE
@given(standings(), INSTANTS, INSTANTS)
def test_every_point_has_exactly_one_row_and_what_is_due_is_what_the_next_sweep_records(
    before: LadderStanding, first: datetime, second: datetime
) -> None:
    _, after = sweep(before, min(first, second))
    now = max(first, second)
    rows = why(after, now, TIMES)
    assert sorted((row.rung, n) for row in rows for n in range(row.n_from, row.n_to + 1)) == expected(before)
    due = {(row.rung, row.n_from) for row in rows if row.outcome == "due"}
    taken = {(m.rung, n) for m in fire(after, now, TIMES).marks for n in range(m.n_from, m.n_to + 1)}
    assert due <= taken
    assert bool(due) == bool(taken)
