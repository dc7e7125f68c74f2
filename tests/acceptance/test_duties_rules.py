"""Counted duties lived through: periods, counting, pace, shortfall, gate (docs/semantics.md, K)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from clerk import Clerk
from duty_plan import PACE, STUDY, duty_plan
from office import COURT, OTHER, TOWN, Office, opened

from engine import reader
from engine.cli.nouns.workflow import sheet
from engine.errors import PhasegateError
from engine.model import Assignment, Deadline, Event
from engine.pictures import tables
from engine.service.clock import sweep
from engine.service.duties.views import pace
from engine.service.duties.views.rungs import of_one
from engine.service.duties.views.task import listed

MEETING, YEARLY, SCHOOL = "study.meeting", "study.yearly", "study.school"
VOUCHER = {"name": "签到表", "text": "县创建办补录"}


def count(office: Office, unit: str, task: str = MEETING, **given: object) -> dict[str, object]:
    """Have a unit record what happened today."""
    return office.do("count", who=unit, task=task, note="活动记录", **given)


def record(office: Office, unit: str, on: str, task: str = MEETING, **given: object) -> dict[str, object]:
    """Have the office record what happened on a day."""
    return office.do("count", task=task, unit=unit, on=on, voucher=VOUCHER, **given)


def said(office: Office, unit: str = "", task: str = "") -> list[str]:
    """Return each period issued so far as `task unit period: pace`."""
    with office.case() as case:
        rows = pace.listed(case, unit=unit, task=task, every=True)
    return [f"{r['task']} {r['unit']} {r['period']}: {r['said']}" for r in rows]


def refusal(office: Office, action: str, **given: object) -> str:
    with pytest.raises(PhasegateError) as refused:
        office.do(action, **given)
    return refused.value.line()


def test_a_year_is_lived_with_a_year_a_quarter_and_a_term_and_its_history_replays() -> None:
    office = opened(duty_plan())
    office.live_until("2022-07-20T12:00")
    record(office, TOWN, "2022-03-04", YEARLY)
    office.live_until("2022-08-01T12:00")
    count(office, TOWN)
    count(office, TOWN)
    office.live_until("2022-10-20T12:00")
    count(office, OTHER, SCHOOL, number=8)
    count(office, TOWN)
    count(office, TOWN, YEARLY)
    office.live_until("2022-12-13T12:00")
    count(office, OTHER, SCHOOL, number=4)
    office.live_until("2023-01-20T12:00")
    assert said(office) == [
        f"{MEETING} {COURT} 2022Q3: 0 of 2 done, short",
        f"{MEETING} {COURT} 2022Q4: 0 of 2 done, short",
        f"{MEETING} {TOWN} 2022Q3: 2 of 2 done, done",
        f"{MEETING} {TOWN} 2022Q4: 1 of 2 done, short",
        f"{MEETING} {OTHER} 2022Q3: 0 of 2 done, short",
        f"{MEETING} {OTHER} 2022Q4: 0 of 2 done, short",
        f"{YEARLY} {TOWN} 2022: 2 of 2 done, done",
        f"{SCHOOL} {OTHER} 2022秋: 12 of 12 done, done",
    ]
    assert office.notices("shortfall") == [
        f"10-08 10:00 shortfall {OTHER} 1 sent: {MEETING}",
        f"10-08 10:00 shortfall {COURT} 1 sent: {MEETING}",
        f"01-03 10:00 shortfall {TOWN} 1 sent: {MEETING}",
        f"01-03 10:00 shortfall {OTHER} 1 sent: {MEETING}",
        f"01-03 10:00 shortfall {COURT} 1 sent: {MEETING}",
    ]
    assert office.audit().findings == ()


def test_an_event_taken_back_counts_no_more_and_stays_on_record() -> None:
    office = opened(duty_plan())
    office.live_until("2022-08-01T12:00")
    first = count(office, TOWN)
    assert count(office, TOWN)["state"] == "accepted"
    back = office.do("uncount", task=MEETING, unit=TOWN, event=first["event"], reason="重复登记")
    assert (back["state"], back["done"]) == ("issued", 1)
    assert [(e.number, e.reason) for e in office.find(Event)] == [(1, "重复登记"), (1, "")]
    assert office.deadline(TOWN, MEETING).state == "armed"
    assert office.audit().findings == ()


# --- periods (K1) ---


def periods_of(office: Office, unit: str = TOWN) -> list[str]:
    return [f"{a.task} {a.period}" for a in office.find(Assignment, unit=unit) if a.period]


def test_a_period_is_owed_if_its_last_day_lies_between_the_phase_and_the_end() -> None:
    office = opened(duty_plan(), at="2022-06-25T08:30", adopted="2022-06-25")
    office.live_until("2023-01-10T12:00")
    assert periods_of(office) == [f"{YEARLY} 2022", f"{MEETING} 2022Q3", f"{MEETING} 2022Q4"]


def test_a_duty_of_its_phase_ends_with_its_phase() -> None:
    tasks = STUDY.replace("per: quarter,", "per: month, until: phase,")
    office = opened(duty_plan(tasks=tasks)).live_until("2022-12-20T12:00")
    assert [p for p in periods_of(office) if MEETING in p] == [f"{MEETING} 2022-0{m}" for m in (7, 8, 9)]


def test_a_period_that_the_campaign_does_not_see_to_its_end_is_not_demanded_and_listed_so() -> None:
    office = opened(duty_plan(tasks=STUDY.replace("per: year", "per: week"))).live_until("2022-12-30T12:00")
    with office.case() as case:
        assert [row["period"] for row in pace.not_demanded(case, task=YEARLY)] == ["2022-W52"]
    assert f"{YEARLY} 2022-W52" not in periods_of(office)
    line = refusal(office, "count", task=YEARLY, unit=TOWN, on="2022-12-28", voucher=VOUCHER)
    assert "nothing is owed for 2022-12-28" in line


def test_each_phase_that_is_ours_is_a_period_where_the_duty_is_counted_by_phases() -> None:
    tasks = STUDY.replace("per: quarter", "per: phase")
    office = opened(duty_plan(tasks=tasks)).live_until("2022-12-30T12:00")
    assert [p for p in periods_of(office) if MEETING in p] == [f"{MEETING} build", f"{MEETING} sprint"]
    theirs = duty_plan(tasks=tasks, sprint="owner: superior\n    opens: entry")
    office = opened(theirs).live_until("2022-12-30T12:00")
    assert [p for p in periods_of(office) if MEETING in p] == [f"{MEETING} build"]


def test_what_is_issued_names_the_period_and_the_target_and_asks_for_no_receipt() -> None:
    office = opened(duty_plan()).live_until("2022-10-08T12:00")
    body = office.text("task_issued", TOWN).body
    assert "专题学习(2022年第四季度,责任单位):不少于2次,附签到表和学习材料" in body
    assert [d.kind for d in office.find(Deadline) if d.assignment == office.assignment(TOWN, MEETING).id] == ["due"]


def test_the_clauses_stay_as_many_as_the_plan_has_and_duties_stand_under_them() -> None:
    workflow = reader.read(duty_plan(), "county")
    assert [task.id for task in workflow.clauses] == ["study"]
    assert [task.id for task in workflow.tasks] == ["study", MEETING, YEARLY, SCHOOL]
    (clause,) = sheet.data(workflow)["tasks"]
    assert [(d["id"], d["in_words"]) for d in clause["duties"]] == [
        (MEETING, "每季度不少于2次"),
        (YEARLY, "每年不少于2次"),
        (SCHOOL, "每学期不少于12课时"),
    ]


# --- counting (K2) ---


def test_the_day_picks_the_period_and_what_happened_before_adoption_counts() -> None:
    office = opened(duty_plan(), at="2022-07-05T08:30", adopted="2022-07-05").live_until("2022-10-20T12:00")
    assert record(office, TOWN, "2022-07-01")["period"] == "2022Q3"
    assert record(office, TOWN, "2022-10-18")["period"] == "2022Q4"
    assert record(office, TOWN, "2022-01-05", YEARLY)["done"] == 1


def test_what_is_counted_happened_is_shown_and_is_recorded_with_a_voucher_for_another() -> None:
    office = opened(duty_plan()).live_until("2022-08-01T12:00")
    told = [
        refusal(office, "count", who=TOWN, task=MEETING, note="x", on="2022-08-02"),
        refusal(office, "count", who=TOWN, task=MEETING, note="x", on="2022-07-20"),
        refusal(office, "count", task=MEETING, unit=TOWN, note="x"),
        refusal(office, "count", who=TOWN, task=MEETING),
        refusal(office, "count", who=TOWN, task=MEETING, note="x", number=0),
        refusal(office, "count", who=TOWN, unit=OTHER, task=MEETING, note="x"),
        refusal(office, "count", who=TOWN, task="study", note="x"),
        refusal(office, "submit", who=TOWN, task=MEETING, note="x"),
        refusal(office, "uncount", task=MEETING, unit=TOWN, event="7", reason="误登"),
    ]
    assert [why for why, line in zip(WHY, told, strict=True) if why not in line] == []


WHY = [
    "has not come",
    "needs a voucher",
    "on behalf of",
    "nothing shows",
    "out of range",
    "acting for",
    "is not counted",
    "is counted",
    "event",
]


def test_a_target_that_was_reached_is_settled_on_the_day_that_reached_it() -> None:
    office = opened(duty_plan()).live_until("2022-09-05T12:00")
    record(office, TOWN, "2022-08-20")
    count(office, TOWN)
    record(office, TOWN, "2022-07-08")
    owed = office.assignment(TOWN, MEETING)
    assert (owed.state, owed.settled_on.isoformat()) == ("accepted", "2022-08-20")
    assert office.deadline(TOWN, MEETING).state == "met"


def test_the_light_is_green_on_pace_yellow_behind_and_red_short() -> None:
    office = opened(duty_plan()).live_until("2022-07-20T12:00")
    count(office, TOWN)

    def light() -> list[str]:
        with office.case() as case:
            return [f"{r['period']} {r['light']}" for r in listed(case, task=MEETING, unit=TOWN)]

    assert light() == ["2022Q3 green"]
    assert light_at(office, "2022-09-16T12:00", light) == ["2022Q3 yellow"]
    assert light_at(office, "2022-10-08T12:00", light) == ["2022Q3 red", "2022Q4 green"]


def light_at(office: Office, at: str, light: Callable[[], list[str]]) -> list[str]:
    office.live_until(at)
    return light()


# --- pace and shortfall (K3) ---


def test_who_is_behind_is_told_before_the_period_is_lost_and_who_keeps_pace_is_not() -> None:
    office = opened(duty_plan()).live_until("2022-08-25T12:00")
    count(office, TOWN)
    count(office, TOWN)
    office.live_until("2022-09-29T12:00")
    assert office.notices("pace", TOWN) == []
    assert office.notices("pace", OTHER) == [
        f"09-01 09:00 pace {OTHER} 0 sent: {MEETING}",
        f"09-23 09:00 pace {OTHER} 1 sent: {MEETING}",
    ]


def test_of_each_rung_of_a_counted_duty_it_can_be_asked_why_it_reached_somebody_or_did_not() -> None:
    office = opened(duty_plan()).live_until("2022-09-02T12:00")
    with office.case() as case:
        assert [(row["rung"], row["outcome"]) for row in of_one(case, MEETING, OTHER)] == [
            ("进度提示", "raised"),
            ("进度再提示", "scheduled"),
        ]
    office.live_until("2022-10-09T12:00")
    with office.case() as case:  # the next quarter has begun
        assert {row["outcome"] for row in of_one(case, MEETING, OTHER)} == {"scheduled", "waits"}


def test_a_pace_warning_that_is_no_longer_true_when_it_is_written_is_moot(monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened(duty_plan()).live_until("2022-08-31T12:00")
    unwritten(office, "2022-09-01T09:00", monkeypatch)
    count(office, TOWN, number=2)
    office.sweep()
    assert office.notices("pace", TOWN) == []
    assert office.rungs(TOWN, MEETING) == ["09-01 09:00 进度提示 moot"]


def unwritten(office: Office, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the clock turn at an instant, but nothing written yet of what it gave occasion to."""
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "_bind", lambda *_: sweep.SweepBatch())
        office.sweep(at)


def test_a_unit_on_pace_is_not_warned_though_it_is_not_done() -> None:
    ladder = PACE.replace("-20wd", "-55wd").replace("-5wd", "-50wd")
    office = opened(duty_plan(ladders=ladder)).live_until("2022-07-06T12:00")
    count(office, TOWN)
    office.live_until("2022-08-05T12:00")
    assert office.notices("pace", TOWN) == []
    assert office.rungs(TOWN, MEETING) == ["07-14 09:00 进度提示 moot", "07-21 09:00 进度再提示 moot"]


def test_a_period_is_closed_when_the_office_has_counted_and_a_shortfall_is_told_by_relation() -> None:
    office = opened(duty_plan()).live_until("2022-10-08T09:59")
    assert office.assignment(TOWN, MEETING).state == "issued"
    office.live_until("2022-10-08T10:00")
    assert office.assignment(TOWN, MEETING).state == "short"
    assert "的通知" in office.text("shortfall", TOWN).subject
    assert "的函" in office.text("shortfall", COURT).subject
    (turn,) = [told for told in office.history("period") if told["facts"].get("short")]
    assert len(turn["facts"]["short"]) == 3


def test_what_happened_in_the_period_may_be_recorded_late_by_the_office_and_both_stay_in_the_history() -> None:
    office = opened(duty_plan()).live_until("2022-10-11T12:00")
    assert "is closed" in refusal(office, "count", who=TOWN, task=MEETING, note="x", on="2022-09-20", voucher=VOUCHER)
    record(office, TOWN, "2022-09-20", number=2)
    owed = office.find(Assignment, unit=TOWN, task=MEETING)[0]
    assert (owed.state, owed.settled_on.isoformat()) == ("accepted", "2022-09-20")
    assert [t["action"] for t in office.history() if t["action"] in ("period", "count") and t["outcome"] == "done"][
        -2:
    ] == ["period", "count"]
    event = office.find(Event)[0].id & 0xFFFFFFFF
    office.do("uncount", task=MEETING, unit=TOWN, event=event, reason="核实有误")
    assert office.find(Assignment, unit=TOWN, task=MEETING)[0].state == "short"
    assert office.audit().findings == ()


def test_a_shortfall_that_was_put_right_before_it_is_written_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened(duty_plan()).live_until("2022-10-08T09:00")
    unwritten(office, "2022-10-08T10:00", monkeypatch)
    record(office, TOWN, "2022-09-20", number=2)
    office.sweep()
    assert office.notices("shortfall", TOWN) == []
    assert len(office.notices("shortfall", OTHER)) == 1


def test_a_shortfall_counts_in_the_bulletin_and_in_the_ledger() -> None:
    office = opened(duty_plan()).live_until("2022-10-09T12:00")
    office.do("draft", kind="bulletin")
    office.live_until("2022-10-10T12:00")
    body = office.text("bulletin").body
    assert "专题学习(2022年第三季度)" in body
    with office.case() as case:
        owed, dues = case.work.find(Assignment, order="id"), case.work.find(Deadline, order="id")
        rows = tables.ledger(case.plan.workflow, owed, dues, case.today)
    assert [row[6] for row in rows if row[2].startswith("专题学习") and row[5] == "2022Q3"] == ["未达标"] * 3


def test_neither_extension_nor_late_grant_moves_the_end_of_a_period() -> None:
    office = opened(duty_plan()).live_until("2022-09-20T12:00")
    why = {"reason": "防汛", "document": "批复1号", "to": "2022-10-20"}
    assert "no other date" in refusal(office, "extend", task=MEETING, unit=TOWN, **why)
    office.do("waive", task=MEETING, unit=TOWN, reason="防汛", document="批复1号")
    office.live_until("2022-10-10T12:00")
    assert office.find(Assignment, unit=TOWN, task=MEETING)[0].state == "waived"


# --- the gate (K4) ---


def counted_gate(share: str = "") -> dict[str, str]:
    return duty_plan(gate=f"{{kind: counted, duties: [{MEETING}, {SCHOOL}]{share}}}", sprint_gate=COUNTED)


COUNTED = f"{{kind: counted, duties: [{MEETING}]}}"


def test_a_gate_counts_the_periods_that_are_over_and_names_who_is_short() -> None:
    office = opened(counted_gate()).live_until("2022-09-20T12:00")
    assert office.verdict().open
    count(office, TOWN)
    office.live_until("2022-10-08T12:00")
    (told,) = office.conditions()
    assert (told.holds, told.counted, told.needed) == (False, "0", "3")
    assert told.missing == (f"{COURT} 2022Q3 0/2", f"{TOWN} 2022Q3 1/2", f"{OTHER} 2022Q3 0/2")
    record(office, TOWN, "2022-09-02")
    assert [c.counted for c in office.verdict().conditions] == ["1"]


def test_a_share_of_the_periods_may_be_enough() -> None:
    office = opened(counted_gate(", share: 30%")).live_until("2022-09-20T12:00")
    count(office, TOWN, number=2)
    office.live_until("2022-10-08T12:00")
    assert office.verdict().open


def test_a_shut_gate_passed_with_conditions_gives_each_short_unit_a_rectification() -> None:
    office = opened(counted_gate()).live_until("2022-10-10T12:00")
    office.do("pass", who="leader", due="2022-11-10", document="纪要5号")
    assert {a.unit for a in office.find(Assignment, task="r-1")} == {COURT, TOWN, OTHER}
    assert office.audit().findings == ()


# --- pauses (K3) ---


def test_a_pause_of_the_campaign_shifts_no_period_of_the_calendar() -> None:
    office = opened(duty_plan()).live_until("2022-08-01T12:00")
    office.pause(shift=True)
    office.live_until("2022-08-15T12:00").do("resume", reason="汛情解除")
    assert office.due_on(TOWN, MEETING) == "2022-09-30"
    office.live_until("2022-10-10T12:00")
    assert office.find(Assignment, unit=TOWN, task=MEETING)[0].state == "short"
    assert office.audit().findings == ()


def test_a_period_that_ends_within_a_pause_is_closed_the_working_day_after_it() -> None:
    office = opened(duty_plan()).live_until("2022-09-26T12:00")
    office.pause()
    office.live_until("2022-10-12T12:00")
    assert office.assignment(TOWN, MEETING).state == "issued"
    assert periods_of(office) == [f"{MEETING} 2022Q3", f"{YEARLY} 2022"]
    office.do("resume", reason="汛情解除")
    assert periods_of(office) == [f"{MEETING} 2022Q3", f"{YEARLY} 2022", f"{MEETING} 2022Q4"]
    record(office, TOWN, "2022-09-22", number=2)
    office.live_until("2022-10-14T12:00")
    states = [(a.unit, a.state) for a in office.find(Assignment, task=MEETING, period="2022Q3")]
    assert states == [(TOWN, "accepted"), (OTHER, "short"), (COURT, "short")]
    assert [n for n in office.notices("shortfall") if n.startswith("10-13 10:00")] != []
    assert office.audit().findings == ()


def test_a_unit_whose_duty_is_paused_is_not_closed_before_it_goes_on() -> None:
    office = opened(duty_plan()).live_until("2022-09-26T12:00")
    office.pause(task=MEETING, unit=TOWN)
    office.live_until("2022-10-12T12:00")
    assert office.find(Assignment, unit=TOWN, task=MEETING)[0].state == "issued"
    assert office.find(Assignment, unit=OTHER, task=MEETING)[0].state == "short"
    office.do("resume", task=MEETING, unit=TOWN, period="2022Q3", reason="恢复")
    office.live_until("2022-10-14T12:00")
    assert office.find(Assignment, unit=TOWN, task=MEETING)[0].state == "short"
    assert office.audit().findings == ()


def test_leaving_a_phase_that_cancels_keeps_a_duty_that_is_owed_until_the_end() -> None:
    office = opened(duty_plan(build="on_exit: cancel")).live_until("2022-08-01T12:00")
    office.do("approve", who="leader", name="同意转段", document="纪要1号")
    office.advance()
    assert {a.state for a in office.find(Assignment, task=MEETING)} == {"issued"}
    assert {a.state for a in office.find(Assignment, task="study")} == {"cancelled"}
    office.do("approve", who="leader", name="领导小组同意", document="纪要2号")
    office.advance()
    assert {a.state for a in office.find(Assignment)} == {"cancelled"}
    assert office.audit().findings == ()


def unmet(seen: dict[str, Any]) -> list[str]:
    """Return the conditions of a verdict in the history that do not hold."""
    return [each["text"] for each in seen["facts"]["verdict"]["conditions"] if not each.get("holds")]


def test_a_gate_that_is_tried_by_itself_is_looked_at_again_when_a_period_is_closed() -> None:
    gate = f"{COUNTED}, {{kind: approval, approval: 同意转段}}"
    tasks = STUDY.replace("per: quarter", "per: month")
    office = opened(duty_plan(tasks=tasks, build="advance: automatic", gate=gate)).live_until("2022-07-20T12:00")
    assert [_unmet(told) for told in office.history("gate_seen")] == [["approval"]]
    office.live_until("2022-08-01T10:00")
    seen = office.history("gate_seen")[-1]
    assert _unmet(seen) == ["counted", "approval"]
    july = {"task": MEETING, "period": "2022-07", "have": "0", "need": "2"}
    assert seen["facts"]["verdict"]["conditions"][0]["missing"] == [
        {"unit": unit, **july} for unit in (COURT, TOWN, OTHER)
    ]


def _unmet(told: dict[str, Any]) -> list[str]:
    return [each["kind"] for each in told["facts"]["verdict"]["conditions"] if not each["holds"]]


# --- at the command line ---


def test_the_command_line_counts_takes_back_and_tells_the_pace(clerk: Clerk) -> None:
    for name, text in duty_plan().items():
        clerk.file(name, text)
    clerk.told("campaign", "create", "county", "--workflow", ".", "--adopted", "2022-07-05")
    clerk.sweep("2022-07-05T09:00").at("2022-07-20T10:00")
    told = clerk.told("task", "count", "county", MEETING, "--as", TOWN, "--note", "第一期")
    assert told.startswith(f"{MEETING}/{TOWN} 2022Q3: 1 of 2 done, issued (event ")
    given = ("--unit", TOWN, "--on", "2022-03-03", "--voucher-note", "电话")
    assert "2022: 1 of 2 done" in clerk.told("task", "count", "county", YEARLY, *given)
    assert "1 of 2 done, 52 working days left, on pace" in clerk.told("task", "pace", "county")
    assert "应完成2,已完成1,剩余52个工作日,达到序时进度" in clerk.told("task", "pace", "county", "--lang", "zh")
    shown = clerk.json("task", "show", "county", MEETING, "--unit", TOWN, "--period", "2022Q3")
    (event,) = shown["events"]
    assert shown["said"] == "1 of 2 done, 52 working days left, on pace"
    assert (event["on"], event["number"]) == ("2022-07-20", 1)
    back = ("--unit", TOWN, "--event", str(event["event"]), "--reason", "重复登记")
    assert "0 of 2 done" in clerk.told("task", "uncount", "county", MEETING, *back)
    clerk.sweep("2022-10-08T10:30")
    assert f"{MEETING} 2022Q3" in clerk.told("task", "list", "county", "--state", "short")
