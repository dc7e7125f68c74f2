"""After an outage, before adoption, and with a clock that is wrong (SEMANTICS C1–C4)."""

from __future__ import annotations

import pytest
from office import OTHER, TOWN, instant, opened, plan

from engine import serving
from engine.bootstrap import Wired, newcomer
from engine.clock import DriftWatch
from engine.errors import ClockBehind
from engine.model import Item, Notice, Occurrence, Outgoing
from engine.model.plain import plain as plain_of
from engine.records import replace
from engine.service.campaigns.founding import accept_clock
from engine.service.clock.sweep import sweep
from engine.service.kernel.actor import Door
from engine.service.kernel.desk import reading

WEEKLY = "[{id: 周催, at: 1wd, level: 0, notice: overdue, every: 2wd, count: 6}]"
TWO = """
      - {id: 前十日, at: -10wd, level: 0, notice: reminder}
      - {id: 前三日, at: -3wd, level: 0, notice: reminder}
      - {id: 催办, at: 1wd, level: 0, notice: overdue}
      - {id: 再催, at: 3wd, level: 0, notice: overdue}
"""


def test_a_reminder_whose_deadline_has_passed_is_not_sent() -> None:
    office = opened(plan(ladder=TWO)).live_until("2022-08-10T12:00").sweep("2022-09-01T11:00")
    assert office.notices("reminder") == []
    assert office.rungs() == ["09-01 11:00 前十日 missed", "09-01 11:00 前三日 missed", "09-01 11:00 催办 raised"]


def test_within_a_level_the_newest_is_sent_and_the_older_are_absorbed() -> None:
    office = opened(plan(ladder=TWO)).live_until("2022-08-10T12:00").sweep("2022-09-06T11:00")
    assert office.rungs()[-2:] == ["09-06 11:00 催办 absorbed", "09-06 11:00 再催 raised"]
    assert office.notices("overdue", TOWN) == [f"09-06 11:00 overdue {TOWN} 0 sent: report"]


def test_a_repeating_rung_gets_one_catch_up_and_then_its_own_next_point() -> None:
    office = opened(plan(ladder=WEEKLY)).live_until("2022-08-10T12:00").sweep("2022-09-07T11:00")
    office.live_until("2022-09-10T12:00")
    found: list[Occurrence] = office.find(Occurrence, deadline=office.deadline().id)
    assert [(o.n_from, o.n_to, o.outcome) for o in found] == [(1, 3, "raised"), (4, 4, "raised")]
    assert office.rungs() == ["09-07 11:00 周催 raised", "09-09 10:00 周催 raised"]


def test_nothing_from_before_adoption_is_ever_sent() -> None:
    office = opened(at="2022-09-05T11:00").sweep().live_until("2022-09-07T12:00")
    assert office.notices("reminder") + office.notices("overdue") == []
    late = opened(plan(ladder=TWO), at="2022-08-29T11:00").sweep().live_until("2022-08-31T12:00")
    assert [line.split()[2:] for line in late.rungs()] == [
        ["前十日", "before_adoption"],
        ["前三日", "before_adoption"],
    ]
    assert late.notices("reminder") == []


def test_a_clock_up_to_five_minutes_behind_counts_as_the_last_instant() -> None:
    office = opened().live_until("2022-07-05T12:00")
    office.submit()
    last = office.head().last_at
    office.at("2022-07-05T11:56").submit(OTHER)
    assert office.head().last_at == last
    assert [r["seq"] for r in office.history()] == list(range(1, len(office.history()) + 1))


def test_a_clock_further_behind_is_refused_by_sweeps_and_commands_but_not_by_readers() -> None:
    office = opened().live_until("2022-08-26T09:00")
    office.submit(OTHER)
    office.at("2022-08-26T08:54")
    with pytest.raises(ClockBehind):
        office.submit()
    with office.write() as work:
        work.rows('UPDATE "armed" SET "at" = "at" - 864000000 RETURNING ref')
    assert sweep(office.desk).refused == 1
    with reading(office.desk, office.key) as case:
        assert case.head.key == office.key
    assert office.find(Notice)


def test_accepting_the_clock_is_recorded_and_lets_work_go_on_in_the_order_of_seq() -> None:
    office = opened().live_until("2022-08-26T09:00")
    office.submit(OTHER)
    office.at("2022-08-25T09:00")
    accept_clock(office.desk, "服务器时间曾快一天")
    office.submit(TOWN)
    acts = office.history("submit")
    assert [(r["subject"], r["at"][:10]) for r in acts] == [
        (f"report/{OTHER}", "2022-08-26"),
        (f"report/{TOWN}", "2022-08-25"),
    ]
    assert acts[0]["seq"] < acts[1]["seq"]
    assert office.audit().findings == ()


def test_a_clock_that_was_accepted_is_recorded_in_each_campaign_with_the_door_by_which_it_was() -> None:
    office, door = opened().live_until("2022-08-26T09:00"), Door(kind="command_line", user="wang", host="office-pc")
    office.submit(OTHER)
    accept_clock(replace(office.at("2022-08-25T09:00").desk, door=door), "服务器时间曾快一天")
    assert [told["door"] for told in office.history("clock")] == [plain_of(door)]


def test_what_waits_for_an_instant_that_only_a_wrong_clock_named_goes_once_the_clock_is_set_right() -> None:
    office = opened().live_until("2022-07-05T12:00")
    office.at("2032-07-03T11:00").submit()  # a Saturday ten years ahead: the receipt waits for a Monday of 2032
    office.post.outcome = "later"
    office.sweep("2032-07-05T09:00").at("2032-07-10T11:00").submit(OTHER)
    office.at("2022-07-06T09:00")
    accept_clock(office.desk, "主板电池更换")
    office.post.outcome = "accepted"
    before = len(office.post.taken)
    office.sweep()
    assert {o.state for o in office.find(Outgoing)} == {"sent"} and len(office.post.taken) == before + 2
    assert office.find(Item, state="waiting") == []
    assert office.audit().findings == ()


def test_a_rung_that_a_wrong_clock_put_off_for_years_comes_on_its_day_once_it_is_set_right() -> None:
    office = opened(plan(ladder="[{id: 催办, at: 1wd, level: 0, notice: overdue}]")).live_until("2022-07-05T12:00")
    office.at("2032-08-28T12:00")  # a Saturday: what is overdue then waits for the Monday
    office.do("hold", task="report", unit=TOWN, level=4, reason="核实")
    assert office.deadline().next_at == instant("2032-08-30T10:00")
    accept_clock(office.at("2022-08-29T09:00").desk, "主板电池更换")
    assert office.live_until("2022-09-05T12:00").rungs() == ["09-01 10:00 催办 raised"]
    assert office.audit().findings == ()


def test_serve_refuses_to_beat_after_wall_time_jumped_ahead_until_a_person_accepts() -> None:
    office, told = opened(), list[serving.ServingEvent]()
    wall, steady = [0.0], [0.0]
    beat = serving.Beat(
        wired=Wired(desk=office.desk, channels=lambda _: office.post, sender="office@example.org", worker="worker"),
        worker=newcomer("worker", 30),
        stop=serving.Stop(rest_in_seconds=0.0),
        pace=serving.Rhythm(every=0, poll=0, steady=lambda: steady[0]),
        say=told.append,
        guard=serving.Guard(DriftWatch(wall=lambda: wall[0], steady=lambda: steady[0])),
    )

    def beaten(*times: float) -> list[tuple[str, str]]:
        wall[0], steady[0] = times
        told.clear()
        beat()
        return [(each.code, each.line) for each in told]

    assert beaten(301.0, 1.0) == [("", "entered the roll as worker#1")]
    ((code, line),) = beaten(700.0, 2.0)
    assert code == "PG105" and line.startswith(
        "PG105  no sweep is made — the clock jumped ahead by 7 minutes at once"
    )
    assert beaten(701.0, 3.0) == []  # what was told once is not told again, and nothing is swept
    assert office.at("2022-07-06T09:00").desk and beaten(702.0, 4.0) == []
    accept_clock(office.desk, "服务器时间已校准")
    assert beaten(703.0, 5.0) == [("", "0 moments, 2 notices written, 2 sent"), ("", "goes on again")]
