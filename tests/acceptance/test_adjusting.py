"""Dates moved for everybody: of a task, of a phase, by a pause (SEMANTICS P1, P2, P3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from office import BUREAU, COURT, OTHER, TOWN, Office, opened, plan
from test_forecast import foretold, last_notice, lived, written

from engine.errors import Refused
from engine.service import forecast
from engine.service.duties.views.task import shown_for
from engine.service.forecast.foreseeing import Foreseen, foreseen
from engine.service.kernel.desk import Command, reading

TASKS = f"""
  - {{id: report, title: 报送方案, phase: build, responsible: [各乡镇, {COURT}], due: 2022-08-31}}
  - {{id: ledger, title: 建立台账, phase: build, responsible: [{BUREAU}]}}
  - {{id: digest, title: 汇总, phase: build, responsible: [{BUREAU}], opens: {{after: [report]}}, due: 2022-09-16}}
  - {{id: brief, title: 简报, phase: build, responsible: [{OTHER}], due: {{after: phase end, offset: -5wd}}}}
  - {{id: check, title: 自检自查, phase: sprint, responsible: [{TOWN}], due: 2022-11-30}}
"""
PAPER = {"document": "县创建办〔2022〕9号"}


def begun(until: str = "2022-07-11T10:00") -> Office:
    return opened(plan(tasks=TASKS)).live_until(until)


def looked_ahead(office: Office, action: str, **given: Any) -> Foreseen:
    return foreseen(office.desk, Command(action, office.key, {**PAPER, **given}))


def days(office: Office, *names: str) -> list[str]:
    return [office.due_on(unit, task) for task, _, unit in (name.partition("/") for name in names)]


# --- a task ---


def test_a_tasks_day_moves_for_everybody_and_costs_nobody_an_extension() -> None:
    office = begun()
    office.extend(OTHER, to="2022-09-20")
    told = office.do("reschedule", task="report", to="2022-09-14", **PAPER)
    assert (told["units"], told["missed"]) == ([TOWN, COURT], [])
    assert days(office, f"report/{TOWN}", f"report/{COURT}", f"report/{OTHER}") == [
        "2022-09-14",
        "2022-09-14",
        "2022-09-20",
    ]
    assert (office.assignment().extensions, office.deadline().epoch) == (0, 2)
    assert office.deadline().first_due_on == date(2022, 9, 14)
    office.sweep()
    assert "时限由8月31日(星期三)调整为9月14日(星期三)17:30前" in office.text("adjusted", TOWN).body
    assert office.notices("adjusted", OTHER) == []
    office.extend(to="2022-09-23")
    assert office.audit().holds


def test_a_day_that_was_missed_stays_missed_and_is_named() -> None:
    office = begun()
    office.extend(OTHER, to="2022-09-08")
    office.live_until("2022-09-02T12:00")
    told = office.do("reschedule", task="report", to="2022-09-14", **PAPER)
    assert (told["units"], told["missed"]) == ([OTHER], [f"report/{TOWN}", f"report/{COURT}"])
    assert days(office, f"report/{TOWN}", f"report/{OTHER}") == ["2022-08-31", "2022-09-14"]


def test_the_breach_at_the_first_date_stays_when_the_day_granted_late_moves_on() -> None:
    office = begun("2022-09-02T12:00")
    office.do("grant", who="leader", task="report", unit=TOWN, to="2022-09-08", reason="受灾", document="批复2号")
    office.do("reschedule", task="report", to="2022-09-14", **PAPER)
    assert (office.due_on(), office.deadline().first_due_on) == ("2022-09-14", date(2022, 8, 31))


def test_what_is_under_review_moves_without_being_chased_and_nobody_becomes_late_by_an_earlier_day() -> None:
    office = begun("2022-08-26T12:00")
    office.submit(TOWN)
    office.do("reschedule", task="report", to="2022-08-29", **PAPER)
    deadline = office.deadline()
    assert (deadline.state, deadline.next_at, deadline.due_on) == ("suspended", None, date(2022, 8, 29))
    assert deadline.first_due_on == date(2022, 8, 31)
    assert office.due_on(OTHER) == "2022-08-29"
    assert office.audit().holds


def test_a_task_that_is_not_issued_is_issued_with_its_moved_day() -> None:
    office = begun()
    told = office.do("reschedule", task="check", to="2022-12-07", **PAPER)
    assert (told["units"], told["issued"]) == ([], False)
    office.live_until("2022-10-08T10:00")
    assert office.due_on(TOWN, "check") == "2022-12-07"
    assert office.notices("adjusted") == []


def test_two_changes_of_one_day_are_told_once_with_where_it_came_from() -> None:
    office = begun()
    office.do("reschedule", task="report", to="2022-09-14", **PAPER)
    office.do("reschedule", task="report", to="2022-09-16", document="县创建办〔2022〕10号")
    office.sweep()
    assert len(office.notices("adjusted", TOWN)) == 1
    assert "由8月31日(星期三)调整为9月16日" in office.text("adjusted", TOWN).body


def test_a_day_moved_there_and_back_is_told_to_nobody() -> None:
    office = begun()
    office.do("reschedule", task="report", to="2022-09-14", **PAPER)
    office.do("reschedule", task="report", to="2022-08-31", **PAPER)
    office.sweep()
    assert office.notices("adjusted") == []
    assert office.audit().holds


def test_a_paused_date_moves_and_stays_paused() -> None:
    office = begun()
    office.pause()
    office.do("reschedule", task="report", to="2022-09-14", **PAPER)
    assert (office.deadline().state, office.due_on()) == ("paused", "2022-09-14")
    office.live_until("2022-07-20T10:00").do("resume")
    assert (office.deadline().state, office.due_on()) == ("armed", "2022-09-14")
    assert office.audit().holds


def test_a_record_names_what_moves_by_its_number_within_the_campaign_and_tells_only_what_was_decided() -> None:
    office = begun()
    office.do("reschedule", task="report", to="2022-09-14", **PAPER)
    facts = office.history("reschedule")[-1]["facts"]
    numbers = [office.deadline(unit).id & 0xFFFFFFFF for unit in (TOWN, OTHER, COURT)]
    assert facts["moved"] == [
        {"deadline": number, "before": "2022-08-31", "to": "2022-09-14"} for number in sorted(numbers)
    ]
    assert {name: facts[name] for name in facts if name not in ("moved", "extra")} == {
        "task": "report",
        "to": "2022-09-14",
        "document": "县创建办〔2022〕9号",
    }


def test_the_way_to_a_date_names_the_act_that_moved_it() -> None:
    office = begun()
    office.do("reschedule", task="report", to="2022-09-14", reason="汛期", **PAPER)
    with reading(office.desk, office.key) as case:
        found = shown_for(case, case.task("report"), TOWN)
    said = "2022-09-14 星期三: moved for everybody from 2022-08-31 by 县创建办 (县创建办〔2022〕9号) — 汛期"
    assert said in found["dates"][0]["way"]
    assert "reschedule" in [row["action"] for row in found["history"]]


def test_a_day_past_the_phase_or_passed_and_a_task_without_a_day_are_refused() -> None:
    office = begun()
    with pytest.raises(Refused, match="the phase ends on 2022-09-30"):
        office.do("reschedule", task="report", to="2022-10-14", **PAPER)
    with pytest.raises(Refused, match="has passed"):
        office.do("reschedule", task="report", to="2022-07-08", **PAPER)
    office.do("reschedule", task="report", to="2022-10-14", beyond=True, **PAPER)
    with pytest.raises(Refused, match="is due on 2022-10-14 already"):
        office.do("reschedule", task="report", to="2022-10-14", beyond=True, **PAPER)


# --- a phase ---


def test_a_phases_last_day_takes_the_dates_that_rest_on_it_along_and_leaves_the_printed() -> None:
    office = begun()
    told = office.do("adjust", phase="build", last_day="2022-10-14", **PAPER)
    assert told["moved"] == [f"ledger/{BUREAU}", f"brief/{OTHER}"]
    assert office.phase("build").last_day == date(2022, 10, 14)
    assert days(office, f"report/{TOWN}", f"ledger/{BUREAU}", f"brief/{OTHER}") == [
        "2022-08-31",
        "2022-10-14",
        "2022-10-09",
    ]
    assert office.find(type(office.deadline()), kind="gate")[0].due_on == date(2022, 10, 14)
    assert office.audit().holds


def test_with_printed_the_printed_days_move_by_as_many_days_issued_or_not() -> None:
    office = begun()
    office.do("adjust", phase="build", last_day="2022-10-14", with_printed=True, **PAPER)
    assert office.due_on(TOWN) == "2022-09-14"
    office.hand_in(TOWN, OTHER, COURT)
    assert office.due_on(BUREAU, "digest") == "2022-09-30"
    assert office.audit().holds


def test_printed_days_past_an_earlier_last_day_need_an_override_or_move_along() -> None:
    office = begun()
    with pytest.raises(Refused, match="past the phase's last day: digest 2022-09-16"):
        office.do("adjust", phase="build", last_day="2022-09-09", **PAPER)
    office.do("adjust", phase="build", last_day="2022-09-09", beyond=True, **PAPER)
    assert office.phase("build").last_day == date(2022, 9, 9)
    assert office.history("adjust")[-1]["facts"]["beyond"] == [["digest", "2022-09-16"]]


def test_a_phase_to_come_gets_its_last_day_and_a_phase_that_is_over_is_refused() -> None:
    office = begun()
    office.do("adjust", phase="sprint", last_day="2023-01-31", **PAPER)
    assert office.phase("sprint").last_day == date(2023, 1, 31)
    office.hand_in(TOWN, OTHER, COURT)
    office.advance()
    with pytest.raises(Refused, match="build is over"):
        office.do("adjust", phase="build", last_day="2022-10-14", **PAPER)
    assert office.find(type(office.deadline()), kind="gate", phase="sprint")[0].due_on == date(2023, 1, 31)


# --- looking ahead ---


def test_a_dry_run_lists_every_date_rung_and_notice_and_keeps_nothing() -> None:
    office = begun()
    seq = office.head().seq
    found = looked_ahead(office, "reschedule", task="report", to="2022-09-14")
    assert [(d.task, str(d.old), str(d.new), d.units) for d in found.dates] == [
        ("report", "2022-08-31", "2022-09-14", (TOWN, OTHER, COURT))
    ]
    first = next(r for r in found.rungs if r.rung == "提前三日")
    assert (first.kind, str(first.old), str(first.new)) == ("due", "2022-08-26", "2022-09-08")
    gained = [n for n in found.notices if n.kind == "adjusted"]
    assert {(n.unit, n.gained, n.lost) for n in gained} == {(unit, 1, 0) for unit in (TOWN, OTHER, COURT)}
    assert {n.kind for n in found.notices if n.lost} >= {"reminder", "overdue"}
    assert office.head().seq == seq


def test_what_a_dry_run_foresees_is_what_then_happens_notice_by_notice() -> None:
    office = begun()
    office.extend(OTHER, to="2022-09-20")
    given = {"phase": "build", "last_day": "2022-10-14", "with_printed": True}
    found = looked_ahead(office, "adjust", **given)
    before = last_notice(office.desk)
    office.do("adjust", **given, **PAPER)
    assert foretold(forecast.of_campaign(office.desk, office.key, forecast.nobody())) == foretold(found.after)
    lived(office.desk, (), office.key)
    assert foretold(found.after) == written(office.desk, since=before)


# --- what a pause shifts ---


def test_a_campaigns_shift_takes_printed_days_of_tasks_not_issued_along() -> None:
    office = begun()
    office.pause(shift=True)
    office.live_until("2022-07-21T10:00").do("resume")
    office.hand_in(TOWN, OTHER, COURT)
    assert office.due_on(BUREAU, "digest") == "2022-09-26"
    office.live_until("2022-10-18T10:00")
    assert office.due_on(TOWN, "check") == "2022-12-10"
    assert office.audit().holds


def test_a_shift_leaves_dates_that_were_missed_before_the_pause() -> None:
    office = begun("2022-09-02T12:00")
    office.pause(shift=True)
    office.live_until("2022-09-13T12:00").do("resume")
    assert days(office, f"report/{TOWN}", f"ledger/{BUREAU}") == ["2022-08-31", "2022-10-11"]


def test_a_shift_leaves_a_window_that_had_ended_before_the_pause() -> None:
    office = begun("2022-10-10T12:00")
    office.pause(shift=True)
    office.live_until("2022-10-20T12:00").do("resume")
    assert office.phase("build").last_day == date(2022, 9, 30)
    assert office.phase("sprint").last_day == date(2023, 1, 10)


def test_a_pause_of_a_phase_that_was_not_open_moves_nothing_and_says_so() -> None:
    office = begun()
    office.pause(phase="sprint", shift=True)
    told = office.live_until("2022-07-21T10:00").do("resume", phase="sprint")
    assert told["shifted_days"] == 0
    office.live_until("2022-10-08T10:00")
    assert office.due_on(TOWN, "check") == "2022-11-30"
    assert office.phase("sprint").last_day == date(2022, 12, 31)


def test_a_pause_of_an_open_phase_shifts_what_is_not_issued_in_it_too() -> None:
    office = begun()
    office.pause(phase="build", shift=True)
    told = office.live_until("2022-07-21T10:00").do("resume", phase="build")
    assert told["shifted_days"] == 10
    office.hand_in(TOWN, OTHER, COURT)
    assert office.due_on(BUREAU, "digest") == "2022-09-26"
