"""A forecast is what then happens: each is run, then the campaign is really lived under the same assumption."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import nested_city
import pytest
from duty_plan import duty_plan
from office import GROUP, KEY, LADDER, OFFICE, OTHER, REPORT, TOWN, UNITS, Office, opened, plan
from small_county import SCRIPT, Post, bundle, desk_at, local

from engine import reader
from engine.clock import SteppedClock
from engine.model import Assignment, Deadline, Item, Notice
from engine.service import forecast
from engine.service.campaigns.founding import create_campaign
from engine.service.clock import sweep
from engine.service.delivery import relaying
from engine.service.forecast import Assumed, Assumption, Forecast, early, nobody
from engine.service.forecast.difference import Difference, difference
from engine.service.kernel.desk import Command, Desk, perform
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from engine.store.migrations import in_memory

INDICATORS = Path(__file__).parents[1] / "corpus" / "valid" / "with-indicators"
BEAT = timedelta(seconds=17)
"""By how much the heartbeat of a real run comes late."""
ASSUMPTIONS = [nobody(), early(2), early(0)]
Told = tuple[object, ...]


def ids(assumption: Assumption) -> str:
    return assumption.words.replace(" ", "-")


# --- a real run ---


def lived(desk: Desk, acts: Iterable[Assumed], key: str) -> None:
    """Live on as `serve` would, with its beats a little late, people acting when it was assumed."""
    for act in acts:
        if act.at > clock(desk).at:
            beaten(desk, act.at)
            clock(desk).move_to(act.at)
        campaign = f"{key}-{act.below}" if act.below else key
        perform(desk, Command(action=act.action, campaign=campaign, given=act.given, actor=act.actor))
    beaten(desk, datetime.max.replace(tzinfo=act_zone(desk)))


def act_zone(desk: Desk) -> Any:
    return clock(desk).at.tzinfo


def beaten(desk: Desk, until: datetime) -> None:
    while (due := sweep.next_moment(desk)) is not None and due < until - BEAT:
        clock(desk).move_to(max(clock(desk).at, due + BEAT))
        sweep.sweep(desk)
        relaying.deliver(desk, lambda _: Post(), "office@example.org", "worker")


def clock(desk: Desk) -> SteppedClock:
    assert isinstance(desk.clock, SteppedClock)
    return desk.clock


def written(desk: Desk, campaign: int = 1, since: int = 0) -> list[Told]:
    """Return the notices of a real run, each with everything that a forecast tells of it."""
    with desk.database.read() as work:
        items: dict[int, list[Item]] = {}
        for item in work.find(Item, order="id"):
            items.setdefault(item.notice, []).append(item)
        owed = {a.id: a for a in work.find(Assignment)}
        notices = [n for n in work.find(Notice, campaign=campaign, order="id") if n.id > since]
        return sorted(
            (
                notice.day.isoformat(),
                notice.kind,
                notice.level,
                notice.unit,
                tuple(json.loads(notice.to)),
                notice.subject,
                tuple((owed[i.assignment].task, owed[i.assignment].unit) for i in items[notice.id] if i.assignment),
                items[notice.id][0].delivery,
            )
            for notice in notices
        )


def foretold(found: Forecast) -> list[Told]:
    return sorted(
        (
            notice.day.isoformat(),
            notice.kind,
            notice.level,
            notice.unit,
            notice.to,
            notice.subject,
            tuple((item.task, item.unit) for item in notice.items),
            notice.delivery,
        )
        for notice in found.notices
    )


def last_notice(desk: Desk) -> int:
    with desk.database.read() as work:
        return max((notice.id for notice in work.find(Notice, campaign=1)), default=0)


# --- from adoption ---


PLANS: dict[str, tuple[Callable[[], Any], date]] = {
    "mile": (lambda: reader.shipped_bundle("mile"), date(2023, 7, 6)),
    "guazhou": (lambda: reader.shipped_bundle("guazhou"), date(2019, 1, 20)),
    "county-template": (lambda: reader.shipped_bundle("county-template"), date(2024, 1, 2)),
    "small": (bundle, date(2026, 11, 2)),
    "office": (plan, date(2022, 7, 5)),
    "indicators": (lambda: reader.bundle_of(INDICATORS), date(2024, 1, 2)),
    "duties": (duty_plan, date(2022, 7, 5)),
}


@pytest.mark.parametrize("assumption", ASSUMPTIONS[:2], ids=ids)
def test_the_forecast_of_a_city_is_what_then_happens_while_its_counties_run_beside_it(assumption: Assumption) -> None:
    city = nested_city.bundle("nested-city")
    found = forecast.of_workflow(city, None, assumption, beside=nested_city.CORPUS)
    desk = new_desk(in_memory(), SteppedClock(found.began_at))
    below = {unit: nested_city.bundle("nested-county") for unit in ("上游县", "下游县")}
    create_campaign(desk, "real", city, nested_city.ADOPTED, nested=below)
    lived(desk, found.assumed, "real")
    assert foretold(found) == written(desk)
    assert found.ended == ("early" in assumption.words)
    assert {act.below for act in found.assumed} == ({"", *below} if found.ended else set())


def test_a_running_city_is_forecast_with_its_counties_as_they_stand() -> None:
    desk = new_desk(in_memory(), SteppedClock(datetime.fromisoformat("2023-06-23T09:00+08:00")))
    nested_city.begin(desk)
    nested_city.city_runs(desk)
    nested_city.county_runs(desk, nested_city.UPPER)
    found = forecast.of_campaign(desk, "city", early(2))
    since = last_notice(desk)
    assert found.ended and found.assumed[0].below == "下游县"
    lived(desk, found.assumed, "city")
    assert foretold(found) == written(desk, since=since)
    assert nested_city.head(desk).state == "completed"


LARGE = {"shizhu": date(2022, 7, 5), "pingliang": date(2023, 6, 23)}


@pytest.mark.long
@pytest.mark.parametrize("assumption", ASSUMPTIONS[:2], ids=ids)
@pytest.mark.parametrize("name", LARGE)
def test_the_forecast_of_a_large_plan_is_what_then_happens(name: str, assumption: Assumption) -> None:
    require_as_foretold(reader.shipped_bundle(name), LARGE[name], assumption)


@pytest.mark.parametrize("assumption", ASSUMPTIONS[:2], ids=ids)
@pytest.mark.parametrize("name", PLANS)
def test_the_forecast_of_a_workflow_is_what_then_happens(name: str, assumption: Assumption) -> None:
    files, adopted = PLANS[name]
    require_as_foretold(files(), adopted, assumption)


def require_as_foretold(files: Any, adopted: date, assumption: Assumption) -> None:
    """Forecast a campaign with those nested in it, then really live it and hold notice by notice against the forecast."""
    found = forecast.of_workflow(files, adopted, assumption)
    desk = new_desk(in_memory(), SteppedClock(found.began_at))
    nested = reader.read(files, "plan").nested
    below = {one.unit: reader.fill(reader.shipped_bundle(one.workflow), dict(one.settings)) for one in nested}
    create_campaign(desk, "real", files, {"adopted": adopted.isoformat()}, nested=below)
    lived(desk, found.assumed, "real")
    assert [act.refused for act in found.assumed if act.refused] == []
    assert foretold(found) == written(desk)
    assert len(found.notices) > 3


def test_whoever_is_early_is_never_chased_and_the_campaign_comes_to_its_end() -> None:
    found = forecast.of_workflow(reader.shipped_bundle("shizhu"), None, early(4))
    assert found.ended
    assert {n.kind for n in found.notices} & {"overdue", "supervise", "receipt_reminder"} == set()
    assert not forecast.of_workflow(plan(), None, nobody()).ended


def test_a_reminder_is_not_sent_to_whom_hands_in_before_it() -> None:
    days = {days: forecast.of_workflow(plan(), None, early(days)) for days in (2, 3, 4)}
    assert [sum(n.kind == "reminder" for n in found.notices) for found in days.values()] == [2, 2, 0]
    assert {act.at.date() for act in days[2].assumed if act.action == "submit"} == {date(2022, 8, 29)}


# --- from the middle of a campaign ---


def troubled(database: Any = None) -> Office:
    """A campaign with a return, an extension, a pause and an outage behind it, and one still going on."""
    more = "    receipt: 3wd\n  - {id: digest, title: 汇总, phase: build, responsible: [各乡镇], due: {after: issued, offset: 50wd}}\n"
    tasks = f"\n  - id: report\n    title: 报送方案\n    phase: build\n    responsible: [{TOWN}, {OTHER}]\n    due: 2022-08-31\n{more}"
    office = opened(plan(tasks=tasks), database=database).sweep()
    office.live_until("2022-07-20T09:00").submit(TOWN)
    office.at("2022-07-21T10:00").do("return", task="report", unit=TOWN, reason="缺附件")
    office.sweep().live_until("2022-07-25T11:00").extend(OTHER, to="2022-09-09")
    office.live_until("2022-08-01T11:00").pause()
    office.live_until("2022-08-08T11:00").do("resume", reason="汛情解除")
    office.live_until("2022-08-30T16:00")
    return office.at("2022-09-07T11:20")  # No beat for eight days.


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=ids)
def test_the_forecast_of_a_campaign_with_a_pause_an_extension_a_return_and_an_outage_is_what_then_happens(
    assumption: Assumption, database: Any
) -> None:
    office = troubled(database)
    since, before = last_notice(office.desk), office.head()
    found = forecast.of_campaign(office.desk, KEY, assumption)
    assert office.head() == before
    lived(office.desk, found.assumed, KEY)
    assert foretold(found) == written(office.desk, since=since)
    assert {n.kind for n in found.notices} >= (
        {"overdue", "supervise"} if assumption == ASSUMPTIONS[0] else {"receipt"}
    )
    assert office.audit().findings == ()


@pytest.mark.parametrize("steps", [2, 9, 14, 19, 24, 28, 30, 36, 44, 46, 52])
@pytest.mark.parametrize("assumption", ASSUMPTIONS[:2], ids=ids)
def test_the_forecast_of_the_small_county_is_what_then_happens_wherever_its_story_stands(
    assumption: Assumption, steps: int
) -> None:
    desk = desk_at(in_memory())
    for step in SCRIPT[:steps]:
        step(desk)
    since = last_notice(desk)
    found = forecast.of_campaign(desk, "small", assumption)
    lived(desk, [act for act in found.assumed if not act.refused], "small")
    assert foretold(found) == written(desk, since=since)


def counted_and_troubled() -> Office:
    """A campaign with counted duties, a pause behind it, and an outage over the end of a quarter."""
    office = opened(duty_plan()).live_until("2022-08-01T11:00")
    office.do("count", who=TOWN, task="study.meeting", note="第一期")
    office.pause(shift=True)
    office.live_until("2022-08-15T11:00").do("resume", reason="汛情解除")
    office.live_until("2022-09-28T16:00")
    return office.at("2022-10-12T11:20")  # No beat for two weeks.


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=ids)
def test_the_forecast_of_what_is_counted_under_a_pause_and_an_outage_is_what_then_happens(
    assumption: Assumption,
) -> None:
    office = counted_and_troubled()
    since = last_notice(office.desk)
    found = forecast.of_campaign(office.desk, KEY, assumption)
    lived(office.desk, found.assumed, KEY)
    assert foretold(found) == written(office.desk, since=since)
    shortfalls = [n.day.isoformat() for n in found.notices if n.kind == "shortfall"]
    assert shortfalls[:3] == ["2022-10-12"] * 3
    assert (len(shortfalls) > 3, "pace" in {n.kind for n in found.notices}) == (assumption == ASSUMPTIONS[0],) * 2
    assert office.audit().findings == ()


def test_while_a_campaign_is_paused_only_what_is_not_silenced_is_forecast() -> None:
    office = opened().sweep().live_until("2022-08-20T11:00")
    office.pause()
    assert {n.kind for n in forecast.of_campaign(office.desk, KEY, nobody()).notices} <= {"paused"}


def test_a_forecast_can_begin_before_an_outage_was_caught_up_with() -> None:
    office = opened().sweep("2022-07-05T09:00").at("2022-09-16T11:00")
    first = forecast.of_campaign(office.desk, KEY, nobody()).notices[0]
    assert (first.kind, first.day) == ("overdue", date(2022, 9, 16))


# --- what it leaves alone ---


def test_the_real_database_is_unchanged_to_the_byte(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "real.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    office = troubled(database)
    create_campaign(office.desk, "other", plan(), {"adopted": "2022-07-05"})
    before = files(tmp_path)
    for assumption in ASSUMPTIONS:
        forecast.of_campaign(office.desk, KEY, assumption)
    assert files(tmp_path) == before
    database.close()


def files(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_only_the_campaign_that_was_asked_about_runs_ahead() -> None:
    office = opened().sweep()
    alone = forecast.of_campaign(office.desk, KEY, nobody())
    create_campaign(office.desk, "other", plan(), {"adopted": "2022-07-05"})
    assert foretold(forecast.of_campaign(office.desk, KEY, nobody())) == foretold(alone)


def test_nothing_is_carried_out_and_nothing_already_written_is_told_again() -> None:
    office = opened().sweep("2022-07-05T09:00")
    carried, told = len(office.post.taken), len(office.find(Notice))
    found = forecast.of_campaign(office.desk, KEY, nobody())
    assert (len(office.post.taken), len(office.find(Notice))) == (carried, told)
    assert "task_issued" not in {n.kind for n in found.notices}


# --- what it tells ---


def test_it_tells_who_is_reminded_on_which_day_of_what() -> None:
    found = forecast.of_workflow(plan(), None, nobody())
    town = [(str(n.day), n.kind, n.level, n.delivery) for n in found.only(TOWN).notices]
    assert town == [
        ("2022-06-20", "task_issued", 0, "send"),
        ("2022-08-26", "reminder", 0, "send"),
        ("2022-09-01", "overdue", 0, "release"),
        ("2022-09-05", "overdue", 1, "release"),
        ("2022-09-08", "overdue", 2, "release"),
        ("2022-09-15", "supervise", 3, "draft"),
    ]
    document = next(n for n in found.notices if n.kind == "supervise")
    assert {i.unit for i in document.items} == {TOWN, OTHER}
    (own,) = [n for n in found.only(TOWN).notices if n.kind == "supervise"]
    assert (own.unit, own.to, {i.unit for i in own.items}) == (TOWN, document.to[:1], {TOWN})
    reminder = next(n for n in found.notices if n.kind == "reminder")
    assert [(i.task, i.unit, i.due_on) for i in reminder.items] == [("report", TOWN, date(2022, 8, 31))]
    assert reminder.to == ("liaison@east.example.org",)


def test_it_counts_what_each_unit_gets_on_each_day() -> None:
    found = forecast.of_workflow(plan(), None, nobody())
    counted = {(load.unit, load.day): (load.notices, load.items) for load in found.loads}
    assert counted[TOWN, date(2022, 8, 26)] == (1, 1)
    assert sum(load.notices for load in found.loads) >= len(found.notices)
    assert {load.unit for load in found.loads} == {TOWN, OTHER, OFFICE, GROUP}


def test_it_ends_with_its_horizon() -> None:
    found = forecast.of_workflow(plan(), None, nobody(), until=date(2022, 9, 1))
    assert {n.kind for n in found.notices} == {"task_issued", "reminder", "overdue"}
    assert max(n.day for n in found.notices) == date(2022, 9, 1)


def test_rungs_that_meet_on_one_day_are_told() -> None:
    ladder = """
      - {id: 提前一日, at: -1wd, level: 0, notice: reminder}
      - {id: 当日前, at: -1d, level: 0, notice: reminder}
"""
    (met,) = forecast.of_workflow(plan(ladder=ladder), None, nobody()).meetings
    assert (met.task, met.day, set(met.rungs), set(met.units)) == (
        "report",
        date(2022, 8, 30),
        {"提前一日", "当日前"},
        {TOWN, OTHER},
    )


def test_a_refused_assumption_is_told_and_tried_once() -> None:
    tasks = f"\n  - {{id: report, title: 报送方案, phase: build, responsible: [{TOWN}], due: 2022-08-31}}\n"
    office = opened(plan(tasks=tasks)).sweep()
    office.pause()
    found = forecast.of_campaign(office.desk, KEY, early(2))
    assert len({(a.action, str(a.given)) for a in found.assumed}) == len(found.assumed)


def test_deadlines_of_a_forecast_are_told_as_they_are_first_due() -> None:
    found = forecast.of_workflow(bundle(), date(2026, 11, 2), nobody())
    dues = {(one.task, one.unit): one.due_on for one in found.owed}
    assert dues["report", "财政局"] == date(2026, 11, 13)
    assert local("2026-11-02 09:00") == found.began_at
    with new_desk(in_memory(), SteppedClock(found.began_at)).database.read() as work:
        assert work.find(Deadline) == []


# --- what a change alters ---


CHANGED = LADDER.replace("-3wd", "-1wd") + "      - {id: 前一日, at: -1d, level: 0, notice: reminder}\n"


def between(old: dict[str, str], new: dict[str, str], **given: Any) -> Difference:
    return difference(old, new, None, nobody(), **given)


def test_a_workflow_does_not_differ_from_itself() -> None:
    found = between(plan(), plan())
    assert found.is_none and found.notices == found.deadlines == 0


def test_a_moved_date_and_a_changed_ladder_show_in_definitions_dates_and_notices() -> None:
    found = between(plan(), plan(tasks=REPORT.replace("08-31", "09-09"), ladder=CHANGED))
    assert [(c.what, c.id) for c in found.changes] == [
        ("task due", "report"),
        ("rung", "到期/提前三日"),
        ("rung", "到期/前一日"),
    ]
    assert [(m.task, m.old, m.new, m.units) for m in found.moved] == [
        ("report", date(2022, 8, 31), date(2022, 9, 9), (TOWN, OTHER))
    ]
    assert [(m.day, set(m.rungs)) for m in found.meetings] == [(date(2022, 9, 8), {"提前三日", "前一日"})]
    assert {(k.kind, k.level): (k.gained, k.lost) for k in found.kinds}["overdue", 1] == (2, 2)


def test_a_task_that_is_added_is_told_with_the_notices_it_brings() -> None:
    more = REPORT + f"\n  - {{id: digest, title: 汇总, phase: build, responsible: [{TOWN}], due: 2022-08-31}}\n"
    found = between(plan(), plan(tasks=more), more_than=0)
    assert [(c.what, c.id, c.old, c.new) for c in found.changes] == [("task", "digest", "", "汇总, in build")]
    assert found.notices == 0  # One notice a day lists both (N1).
    assert (TOWN, date(2022, 9, 1), 1, 1) in {(c.unit, c.day, c.old, c.new) for c in found.crowded}


def test_units_gates_and_texts_that_change_are_told() -> None:
    other = plan(
        tasks=REPORT.replace(f"{TOWN}, {OTHER}", TOWN),
        gate="{kind: approval, approval: 领导小组同意转段}",
        units=UNITS.replace("code: court, relation: peer", "code: court, relation: vertical"),
    )
    found = between(plan(), other)
    assert {(c.what, c.id) for c in found.changes} == {
        ("task units", "report"),
        ("gate", "build"),
        ("unit", "县法院"),
    }
    assert found.notices < 0


def test_a_gate_on_indicators_is_met_by_the_scores_and_the_evidence_that_are_assumed() -> None:
    found = forecast.of_workflow(PLANS["indicators"][0](), None, early(2))
    assert found.ended
    acts = [(act.action, act.given.get("checked", False)) for act in found.assumed]
    assert [acts.count(kind) for kind in (("score", False), ("score", True), ("prove", False))] == [8, 8, 9]


def test_a_forecast_says_what_would_reach_nobody_and_why() -> None:
    office = opened().at("2022-07-05T08:45")
    office.vacate(TOWN, 0)
    found = forecast.of_campaign(office.desk, office.key, nobody(), date(2022, 7, 5))
    why = {"code": "unit_no_contact", "unit": TOWN, "level": 0}
    assert found.aside == (forecast.Untold(kind="task_issued", unit=TOWN, reason=why),)
    assert [item.state for item in office.find(Item, unit=TOWN)] == ["waiting"], "nothing was done"
