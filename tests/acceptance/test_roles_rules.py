"""Objections, leads that gather, and units that follow others (docs/semantics.md R1–R3)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import BUREAU, COURT, GROUP, OFFICE, OTHER, TOWN, Office, opened, plan

from engine.errors import BadInput, NotAllowed, Refused, UnknownName, WrongState
from engine.model import Assignment, Notice, Objection
from engine.service import forecast
from engine.service.campaigns.views.campaign import shown
from engine.service.duties.views.task import listed, shown_for


def one(due: str, more: str = "", units: str = f"{TOWN}, {OTHER}") -> str:
    return (
        f"\n  - id: report\n    title: 报送方案\n    phase: build\n    responsible: [{units}]\n    due: {due}\n{more}"
    )


RECEIPT = "    receipt: 3wd\n"
DATED = plan(tasks=one("2022-07-13", RECEIPT))
COUNTED = plan(tasks=one("{after: issued, offset: 10wd}"))


def objects(office: Office, unit: str = TOWN, reason: str = "该项职责已划转", **given: Any) -> dict[str, Any]:
    return office.do("object", who=unit, task="report", reason=reason, **given)


def decide(office: Office, unit: str = TOWN, **given: Any) -> dict[str, Any]:
    return office.do("decide", task="report", unit=unit, **{"reason": "分工方案已明确", **given})


# --- R1: objections ---


def test_an_objection_stops_the_clock_counts_as_a_receipt_and_is_told_to_the_office_alone() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    assert objects(office) == {"task": "report", "unit": TOWN, "decide_by": "2022-07-11"}
    office.sweep()
    assert (office.assignment().state, office.deadline().state, office.deadline(kind="receipt").state) == (
        "received",
        "paused",
        "met",
    )
    assert office.deadline(OTHER).state == "armed"
    assert [line for line in office.notices() if not line.startswith("07-05")] == [
        f"07-06 10:00 objection {OFFICE} 0 sent: report"
    ]
    body = office.text("objection").body
    assert f"{TOWN}:报送方案;理由:该项职责已划转;请于7月11日" in body and "裁定前不对上述单位催办" in body


def test_a_unit_that_objects_is_not_chased_while_the_office_that_does_not_decide_is_nudged() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(office)
    office.live_until("2022-07-29T18:00")
    assert {line.split()[2] for line in office.notices(unit=TOWN)} == {"task_issued"}
    assert {"reminder", "overdue"} <= {line.split()[2] for line in office.notices(unit=OTHER)}
    assert office.notices("office_nudge") == [f"07-08 09:00 office_nudge {OFFICE} 0 sent: report"]
    assert "已提出异议,待裁定" in office.text("office_nudge").body


def test_a_rejected_objection_lets_the_clock_go_on_and_a_duration_keeps_what_was_left() -> None:
    office = opened(COUNTED).sweep("2022-07-05T09:00").live_until("2022-07-07T10:00")
    assert office.due_on() == "2022-07-19"  # eight working days left
    objects(office)
    office.live_until("2022-07-12T10:00")
    assert decide(office, reject=True)["objection"] == "rejected"
    office.sweep()
    assert (office.due_on(), office.due_on(OTHER), office.deadline().state) == ("2022-07-22", "2022-07-19", "armed")
    body = office.text("objection_decided", TOWN).body
    assert "该任务仍由你镇承办。理由:分工方案已明确" in body and "7月22日(星期五)17:30前" in body


def test_a_date_printed_in_the_plan_is_only_silenced_by_an_objection() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(office)
    office.live_until("2022-07-20T10:00")
    with office.case() as case:
        assert [row["overdue"] for row in listed(case, unit=TOWN)] == [False]
    decide(office, reject=True)
    office.live_until("2022-07-29T18:00")
    assert (office.due_on(), office.deadline().epoch) == ("2022-07-13", 1)
    assert office.rungs() == [
        "07-20 10:00 提前三日 paused",
        "07-20 10:00 催办 paused",
        "07-20 10:00 催分管 paused",
        "07-21 10:00 催主要 raised",
        "07-27 10:00 督办 raised",
    ]


def test_an_upheld_objection_cancels_the_assignment_and_the_unit_is_told() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(office)
    assert decide(office, uphold=True) == {
        "task": "report",
        "unit": TOWN,
        "state": "cancelled",
        "objection": "upheld",
    }
    office.sweep()
    assert {d.state for d in office.find(type(office.deadline()), assignment=office.assignment().id)} <= {
        "met",
        "cancelled",
    }
    assert "同意你镇意见,该任务不再由你镇承办。" in office.text("objection_decided", TOWN).body


def test_who_takes_the_task_over_keeps_its_day_and_has_at_least_the_time_to_confirm() -> None:
    units = f"{TOWN}, {COURT}"
    office = opened(plan(tasks=one("2022-07-13", RECEIPT, units))).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(office, COURT)
    decide(office, COURT, uphold=True, to=OTHER)
    assert (office.due_on(OTHER), office.deadline(OTHER, kind="receipt").due_on.isoformat()) == (
        "2022-07-13",
        "2022-07-11",
    )
    office.sweep()
    assert f"改由{OTHER}承办" in office.text("objection_decided", COURT).body
    assert office.text("objection_decided", COURT).subject.endswith("复函")
    assert "报送方案" in office.text("task_issued", OTHER).body
    late = opened(plan(tasks=one("2022-07-13", RECEIPT, units))).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(late, COURT)
    late.live_until("2022-07-12T10:00")
    decide(late, COURT, uphold=True, to=OTHER)
    assert (late.due_on(OTHER), late.assignment(OTHER).role) == ("2022-07-15", "responsible")


def test_an_objection_comes_within_its_days_and_before_anything_is_handed_in() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-11T10:00")
    with pytest.raises(Refused, match="2022-07-08 was the last day to object"):
        objects(office)
    voucher = {"name": "来函", "text": "7月8日来函"}
    with pytest.raises(Refused, match="voucher"):
        office.do("object", task="report", unit=TOWN, reason="来函说明", on="2022-07-08")
    office.do("object", task="report", unit=TOWN, reason="来函说明", on="2022-07-08", voucher=voucher)
    assert office.history("object")[-1]["on_behalf"] == TOWN
    early = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    early.submit()
    with pytest.raises(WrongState):
        objects(early)
    never = opened(plan(tasks=one("2022-07-13", "    objection: none\n"))).at("2022-07-06T10:00")
    with pytest.raises(Refused, match="takes no objections"):
        objects(never)


def test_an_objection_is_raised_once_by_the_unit_and_decided_once_by_the_office() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    with pytest.raises(NotAllowed):
        office.do("object", who=TOWN, task="report", unit=OTHER, reason="代为说明")
    objects(office)
    with pytest.raises(Refused, match="it objected on 2022-07-06: open"):
        objects(office)
    with pytest.raises(NotAllowed):
        office.do("decide", who=TOWN, task="report", unit=TOWN, reject=True, reason="不同意")
    with pytest.raises(BadInput, match="upheld or rejected"):
        decide(office)
    with pytest.raises(BadInput, match="hands nothing over"):
        decide(office, reject=True, to=COURT)
    with pytest.raises(UnknownName):
        decide(office, uphold=True, to="北镇")
    with pytest.raises(Refused, match="has this task already"):
        decide(office, uphold=True, to=OTHER)
    with pytest.raises(Refused, match="stands above us"):
        decide(office, uphold=True, to=GROUP)
    with pytest.raises(Refused, match="paused by an objection"):
        office.do("resume", task="report", unit=TOWN)
    decide(office, reject=True)
    with pytest.raises(Refused, match="no objection to decide"):
        decide(office, reject=True)
    with pytest.raises(Refused, match="it objected on 2022-07-06: rejected"):
        objects(office)


def test_who_hands_in_all_the_same_lets_its_objection_lapse_and_so_does_a_waiver() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(office)
    objects(office, OTHER)
    office.at("2022-07-07T10:00").submit()
    office.do("waive", task="report", unit=OTHER, reason="统一报送", document="纪要5号")
    assert [each.state for each in office.find(Objection)] == ["lapsed", "lapsed"]
    assert (office.deadline().state, office.deadline(kind="objection").state) == ("suspended", "met")
    office.do("return", task="report", unit=TOWN, reason="缺附件")
    assert office.deadline().state == "armed"
    assert office.audit().findings == ()


def test_a_move_to_the_end_lets_every_objection_lapse() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(office)
    office.do("abort", who="leader", reason="停办", document="纪要6号")
    assert [each.state for each in office.find(Objection)] == ["lapsed"]
    assert office.audit().findings == ()


def test_an_open_objection_is_shown_in_the_list_on_the_sheets_and_in_the_history() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(office)
    with office.case() as case:
        assert [row["objecting"] for row in listed(case)] == [True, False]
        assert [(row["unit"], row["decide_by"]) for row in shown(case)["objections"]] == [(TOWN, "2022-07-11")]
    decide(office, uphold=True, to=COURT)
    with office.case() as case:
        sheet = shown_for(case, case.task("report"), TOWN)
        assert shown(case)["objections"] == []
    assert [(o["state"], o["reason"], o["decision"], o["successor"]) for o in sheet["objections"]] == [
        ("upheld", "该项职责已划转", "分工方案已明确", COURT)
    ]
    assert [(h["action"], h["reason"]) for h in sheet["history"] if h["action"] in ("object", "decide")] == [
        ("object", "该项职责已划转"),
        ("decide", "分工方案已明确"),
    ]


def test_under_a_pause_of_the_campaign_the_time_to_decide_stops_too_and_the_clock_stands_until_both_are_over() -> (
    None
):
    office = opened(COUNTED).sweep("2022-07-05T09:00").live_until("2022-07-07T10:00")
    objects(office)
    office.at("2022-07-08T10:00").pause()
    assert office.deadline(kind="objection").state == "paused"
    office.live_until("2022-07-11T10:00")
    decide(office, reject=True)
    assert office.deadline().state == "paused"
    office.live_until("2022-07-13T10:00").do("resume")
    assert (office.deadline().state, office.due_on()) == ("armed", "2022-07-25")
    assert office.audit().findings == ()


def test_a_forecast_from_the_middle_of_an_objection_has_nobody_decide_or_the_office_reject_it() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    objects(office)
    told = {
        n.kind for n in forecast.of_campaign(office.desk, office.key, forecast.nobody()).notices if n.unit == TOWN
    }
    assert told & {"reminder", "overdue"} == set()
    acts = forecast.of_campaign(office.desk, office.key, forecast.early(1)).assumed
    assert [(a.action, a.at.date().isoformat()) for a in acts if a.given.get("unit") == TOWN][:2] == [
        ("decide", "2022-07-08"),
        ("submit", "2022-07-12"),
    ]


# --- R2: the lead gathers ---

LED = f"""
  - id: report
    title: 报送方案
    phase: build
    lead: [{COURT}]
    responsible: [{TOWN}]
    supporting: [{OTHER}]
    due: 2022-08-31
"""


def led(more: str = "", **given: Any) -> Office:
    return opened(plan(tasks=LED + more, **given)).sweep("2022-07-05T09:00")


def as_lead(office: Office, action: str, unit: str, **given: Any) -> dict[str, Any]:
    return office.do(action, who=COURT, task="report", unit=unit, **given)


def awaited(office: Office) -> list[str]:
    with office.case() as case:
        row = next(row for row in listed(case) if row["role"] == "lead")
    found: list[str] = row["awaits"]
    return found


def test_units_beside_the_lead_hand_in_to_it_and_it_owes_their_review() -> None:
    office = led().live_until("2022-08-01T10:00")
    office.submit(TOWN)
    assert office.deadline(TOWN, kind="review").unit == COURT
    office.live_until("2022-08-12T18:00")
    assert office.notices("office_nudge") == [f"08-05 09:00 office_nudge {COURT} 0 sent: report"]
    assert f"{TOWN}:报送方案(责任单位),已报送待审核" in office.text("office_nudge").body
    assert as_lead(office, "accept", TOWN)["state"] == "accepted"
    assert (office.history("accept")[-1]["actor"], office.history("accept")[-1]["role"]) == (COURT, "unit")


def test_a_lead_returns_a_part_in_its_own_name_and_the_unit_is_told_whose_word_it_is() -> None:
    office = led().live_until("2022-08-01T10:00")
    office.submit(TOWN)
    as_lead(office, "return", TOWN, reason="缺附件")
    office.sweep()
    assert "经审核,需补充完善:牵头单位县法院审核意见,缺附件。" in office.text("returned", TOWN).body
    assert awaited(office) == [TOWN, OTHER]


def test_a_lead_reviews_only_the_parts_of_its_own_task_and_nobody_else_does() -> None:
    more = f"\n  - {{id: other, title: 另一项, phase: build, responsible: [{TOWN}], due: 2022-08-31}}"
    office = led(more).live_until("2022-08-01T10:00")
    office.submit(TOWN)
    office.submit(TOWN, "other")
    for who, task, unit in ((COURT, "other", TOWN), (OTHER, "report", TOWN), (TOWN, "report", TOWN)):
        with pytest.raises(NotAllowed):
            office.do("accept", who=who, task=task, unit=unit)
    office.accept(TOWN)
    with pytest.raises(NotAllowed):
        office.do("accept", who=COURT, task="report", unit=COURT)


def test_a_lead_that_waits_names_the_units_and_hands_in_after_them_or_says_why_without() -> None:
    office = led().live_until("2022-08-01T10:00")
    assert awaited(office) == [TOWN, OTHER]
    office.submit(TOWN)
    assert awaited(office) == [OTHER]
    with pytest.raises(Refused, match=f"{OTHER} handed in nothing yet, {TOWN} wait for the lead's review"):
        office.submit(COURT)
    as_lead(office, "accept", TOWN)
    early = office.submit(COURT, without="防汛一线,随后补报")
    assert early["state"] == "submitted"
    facts = office.history("submit")[-1]["facts"]
    assert (facts["without"], facts["missing"]) == ("防汛一线,随后补报", [OTHER])
    assert office.deadline(COURT, kind="review").unit == OFFICE
    assert office.audit().findings == ()


def test_the_office_reviews_the_lead_and_what_comes_after_a_settled_lead() -> None:
    office = led().live_until("2022-08-01T10:00")
    office.submit(COURT, without="随后补报")
    office.accept(COURT)
    office.submit(TOWN)
    assert office.deadline(TOWN, kind="review").unit == OFFICE
    office.hand_in(OTHER)
    office.accept(TOWN)
    assert office.missing() == []


def test_the_notices_to_a_waiting_lead_name_the_units_it_waits_for_and_an_overdue_one_names_them_first() -> None:
    office = led().live_until("2022-08-27T10:00")
    office.hand_in(OTHER)
    office.live_until("2022-09-02T18:00")
    assert f"“报送方案”尚待配合单位{TOWN}、{OTHER}向贵单位报送" in office.text("reminder", COURT).body
    lines = office.text("overdue", COURT).body.splitlines()
    where = [n for n, line in enumerate(lines) if "尚待配合单位东镇向贵单位报送" in line or "商请贵单位于" in line]
    assert len(where) == 2 and "尚待配合单位" in lines[where[0]]
    assert TOWN not in office.text("overdue", COURT).short
    assert "尚待配合单位" not in office.text("overdue", TOWN).body


def test_with_consolidate_false_and_for_units_that_inherit_the_task_the_office_reviews() -> None:
    office = opened(plan(tasks=LED + "    consolidate: false\n")).sweep("2022-07-05T09:00").at("2022-08-01T10:00")
    office.submit(TOWN)
    assert (office.deadline(TOWN, kind="review").unit, awaited(office)) == (OFFICE, [])
    office.submit(COURT)
    tasks = LED.replace(f"    supporting: [{OTHER}]\n", "")
    inherits = opened(plan(tasks=f"{tasks}inherit: {{units: [{OTHER}]}}\n")).at("2022-08-01T10:00")
    assert (inherits.assignment(OTHER).role, awaited(inherits)) == ("inherited", [TOWN])
    inherits.submit(OTHER)
    assert inherits.deadline(OTHER, kind="review").unit == OFFICE


def test_a_part_that_is_waived_or_taken_back_is_not_waited_for_and_who_takes_it_over_is() -> None:
    office = opened(plan(tasks=LED, defaults=", receipt: 5wd".replace("receipt", "objection"))).sweep(
        "2022-07-05T09:00"
    )
    office.at("2022-07-06T10:00")
    objects(office, TOWN)
    decide(office, TOWN, uphold=True, to=BUREAU)
    office.do("waive", task="report", unit=OTHER, reason="统一报送", document="纪要5号")
    assert awaited(office) == [BUREAU]
    office.submit(BUREAU)
    assert as_lead(office, "accept", BUREAU)["state"] == "accepted"
    assert office.submit(COURT)["state"] == "submitted"


@pytest.mark.parametrize("assumption", [forecast.early(2), forecast.nobody()], ids=("early", "nobody"))
def test_the_forecast_of_a_plan_with_leads_has_the_others_hand_in_first(assumption: forecast.Assumption) -> None:
    found = forecast.of_workflow(plan(tasks=LED), None, assumption)
    assert [act.refused for act in found.assumed if act.refused] == []
    handed = [(a.action, a.actor, a.given["unit"]) for a in found.assumed if a.action in ("submit", "accept")]
    expected = [
        ("submit", TOWN, TOWN),
        ("submit", OTHER, OTHER),
        ("accept", COURT, TOWN),
        ("accept", COURT, OTHER),
        ("submit", COURT, COURT),
        ("accept", "", COURT),
    ]
    assert handed == (expected if found.ended else [])


# --- R3: units that follow others ---

NEW = "东山镇"
PAPER = {"document": "县委编〔2022〕5号"}
BY_GROUP = one("2022-08-31", RECEIPT, "各乡镇")


def renamed(office: Office, old: str = TOWN, new: str = NEW, **given: Any) -> dict[str, Any]:
    return office.do("rename_unit", old=old, new=new, **PAPER, **given)


def merged(office: Office, *old: str, new: str = NEW, **given: Any) -> dict[str, Any]:
    return office.do("merge_units", old=list(old), new=new, **PAPER, **given)


def test_what_a_renamed_unit_owes_goes_on_under_its_new_name_with_its_day_and_what_was_recorded() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    office.submit(TOWN)
    office.do("return", task="report", unit=TOWN, reason="缺附件", due="2022-07-20")
    before, due = office.assignment(TOWN), office.deadline(TOWN)
    assert renamed(office) == {"unit": NEW, "from": "2022-07-06", "tasks": ["report"]}
    after = office.assignment(NEW)
    assert (after.id, after.state, after.submissions, after.received_on) == (
        before.id,
        "returned",
        1,
        before.received_on,
    )
    assert (office.deadline(NEW).id, office.due_on(NEW), office.deadline(NEW).epoch) == (
        due.id,
        "2022-07-20",
        due.epoch,
    )
    office.sweep("2022-07-07T09:00")
    assert f"{TOWN}在某县示范县创建工作中的职责由你镇承担" in office.text("succession", NEW).body
    assert "报送方案(已退回待完善)" in office.text("succession", NEW).body
    with pytest.raises(BadInput, match=f"it goes on as {NEW}"):
        office.submit(TOWN)
    office.hand_in(NEW)
    assert office.audit().findings == ()


def test_notices_go_to_the_new_name_and_what_was_told_before_stays_as_it_was() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").live_until("2022-07-06T12:00")
    told = [n for n in office.find(Notice) if n.unit == TOWN]
    recorded = [n for r in office.history("bind") for n in r["facts"]["notices"] if n["unit"] == TOWN]
    assert [(n["kind"], n["unit"], n["level"], n["to"]) for n in recorded] == [
        ("task_issued", TOWN, 0, ["liaison@east.example.org"])
    ]
    renamed(office)
    office.live_until("2022-07-25T18:00")
    assert [n for n in office.find(Notice) if n.unit == TOWN] == told
    assert [n for r in office.history("bind") for n in r["facts"]["notices"] if n["unit"] == TOWN] == recorded
    assert (
        {"succession", "receipt_reminder", "reminder", "overdue"}
        >= {line.split()[2] for line in office.notices(unit=NEW)}
        >= {"reminder", "overdue"}
    )
    later = [n for r in office.history("bind") for n in r["facts"]["notices"] if n["unit"] == NEW and n["level"] == 0]
    assert {tuple(n["to"]) for n in later} == {("liaison@east.example.org",)}
    number = office.short_of(told[0])
    office.do("correct", notice=number, wrong="7月13日", right="7月13日前")
    office.sweep("2022-07-26T09:00")
    assert office.notices("correction")[-1].split()[3] == NEW
    assert f"印发给{TOWN}的《" in office.text("correction").body


def test_contacts_go_over_unless_others_are_given_and_end_for_the_old_name() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    renamed(office, head="new.head@east.example.org")
    held = {c.level: (c.address, c.valid_from.isoformat()) for c in office.contacts(NEW)}
    assert held == {
        0: ("liaison@east.example.org", "2022-07-06"),
        1: ("deputy@east.example.org", "2022-07-06"),
        2: ("new.head@east.example.org", "2022-07-06"),
    }
    assert {c.valid_to.isoformat() for c in office.contacts(TOWN)} == {"2022-07-05"}


def test_units_that_merge_owe_each_task_once_as_it_stood_with_whom_was_furthest_on() -> None:
    more = f"\n  - {{id: other, title: 另一项, phase: build, responsible: [{OTHER}], due: 2022-08-31}}"
    office = opened(plan(tasks=BY_GROUP + more)).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    office.submit(OTHER)
    assert merged(office, TOWN, OTHER)["tasks"] == ["report", "other"]
    assert (office.assignment(NEW).state, office.assignment(TOWN).state) == ("submitted", "cancelled")
    assert office.deadline(NEW, kind="review").state == "armed"
    with pytest.raises(Refused, match=f"{OTHER} does not exist on"):
        renamed(office, OTHER, "西山乡")
    office.accept(NEW)
    assert office.missing() == []
    assert office.audit().findings == ()


def test_what_is_settled_keeps_the_old_name_and_a_condition_that_names_it_is_content_with_the_successor() -> None:
    gate = f"{{kind: tasks, tasks: [report], units: [{TOWN}, {OTHER}], text: 两地已办结}}"
    office = opened(plan(tasks=BY_GROUP, gate=gate)).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    office.hand_in(TOWN)
    merged(office, TOWN, OTHER, new=OTHER)
    assert (office.assignment(TOWN).state, office.missing()) == ("accepted", [OTHER])
    office.hand_in(OTHER)
    assert office.missing() == []
    later = opened(plan(tasks=BY_GROUP, gate=gate)).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    renamed(later)
    assert later.missing() == [OTHER, NEW] or later.missing() == [NEW, OTHER]
    later.hand_in(NEW, OTHER)
    assert later.missing() == []


def test_what_is_issued_later_falls_to_the_successor_alone() -> None:
    late = "\n  - {id: late, title: 汇总, phase: build, responsible: [各乡镇], opens: 2022-08-01, due: 2022-08-31}"
    named = (
        f"\n  - {{id: named, title: 小结, phase: build, responsible: [{TOWN}], opens: 2022-08-01, due: 2022-08-31}}"
    )
    office = opened(plan(tasks=BY_GROUP + late + named)).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    renamed(office)
    office.live_until("2022-08-02T10:00")
    assert [a.unit for a in office.find(Assignment, task="late")] == [NEW, OTHER]
    assert [a.unit for a in office.find(Assignment, task="named")] == [NEW]


def test_a_unit_that_starts_is_issued_what_is_issued_from_then_on_and_what_is_open_where_the_office_says_so() -> None:
    late = "\n  - {id: late, title: 汇总, phase: build, responsible: [各乡镇], opens: 2022-08-01, due: 2022-08-31}"
    start = {"new": NEW, "groups": ["各乡镇"], "liaison": "liaison@new.example.org", **PAPER}
    office = opened(plan(tasks=BY_GROUP + late)).sweep("2022-07-05T09:00").live_until("2022-07-06T10:00")
    assert office.do("start_unit", **start, **{"from": "2022-07-20"})["tasks"] == []
    office.live_until("2022-08-02T10:00")
    assert [(a.task, a.unit) for a in office.find(Assignment) if a.unit == NEW] == [("late", NEW)]
    other = opened(plan(tasks=BY_GROUP + late)).sweep("2022-07-05T09:00").live_until("2022-08-29T10:00")
    assert other.do("start_unit", also_open=True, **start)["tasks"] == ["report", "late"]
    assert other.due_on(NEW) == "2022-09-01"  # Three working days to confirm are the least.
    with pytest.raises(Refused, match="is in the directory already"):
        other.do("start_unit", **start)
    with pytest.raises(Refused, match="does not exist before"):
        other.do("start_unit", also_open=True, **{**start, "new": "北山镇", "from": "2022-09-20"})
    assert other.audit().findings == ()


def test_a_succession_needs_a_document_its_day_and_units_that_can_change() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    refused = {
        "document is missing": {"old": TOWN, "new": NEW},
        "has not come": {"old": TOWN, "new": NEW, "from": "2022-08-01", **PAPER},
        "lies before adoption": {"old": TOWN, "new": NEW, "from": "2022-07-01", **PAPER},
        "runs the campaign": {"old": OFFICE, "new": NEW, **PAPER},
        "is in the directory already": {"old": TOWN, "new": OTHER, **PAPER},
    }
    for why, asked in refused.items():
        with pytest.raises(Refused, match=why):
            office.do("rename_unit", **asked)
    with pytest.raises(BadInput, match="cannot merge"):
        merged(office, TOWN)
    with pytest.raises(NotAllowed):
        office.do("rename_unit", who=TOWN, old=TOWN, new=NEW, **PAPER)


def test_a_lead_that_is_renamed_goes_on_reviewing_and_an_objection_of_an_old_name_is_decided_under_the_new() -> None:
    office = led().at("2022-07-06T10:00")
    objects(office, OTHER)
    office.submit(TOWN)
    renamed(office, COURT, "县新法院")
    renamed(office, OTHER, "西山乡")
    assert office.deadline(TOWN, kind="review").unit == "县新法院"
    assert office.do("accept", who="县新法院", task="report", unit=TOWN)["state"] == "accepted"
    assert decide(office, "西山乡", reject=True)["objection"] == "rejected"
    assert office.audit().findings == ()


def test_a_move_is_told_to_the_successor_and_not_to_a_name_that_is_gone() -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    office.hand_in(TOWN, OTHER)
    renamed(office)
    office.advance()
    office.sweep("2022-07-07T09:00")
    assert [line.split()[3] for line in office.notices("phase")] == [f"{NEW}、{OTHER}"]


@pytest.mark.parametrize("assumption", [forecast.early(2), forecast.nobody()], ids=("early", "nobody"))
def test_a_forecast_after_a_succession_tells_the_new_name(assumption: forecast.Assumption) -> None:
    office = opened(DATED).sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    renamed(office)
    found = forecast.of_campaign(office.desk, office.key, assumption)
    assert TOWN not in {n.unit for n in found.notices} and NEW in {n.unit for n in found.notices}


# --- together ---

DEEDS = st.lists(
    st.sampled_from(("object", "reject", "uphold", "submit", "accept", "return", "rename", "wait")), max_size=9
)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(deeds=DEEDS)
def test_whatever_is_objected_gathered_and_renamed_nobody_who_objects_is_chased_and_the_history_holds(
    deeds: list[str],
) -> None:
    office, unit = led(defaults=", objection: 20wd"), TOWN
    for n, deed in enumerate(deeds):
        office.live_until(f"2022-08-{10 + 2 * n}T10:00" if n else "2022-07-06T10:00")
        with suppress(Refused):
            if deed == "object":
                objects(office, unit)
            elif deed in ("reject", "uphold"):
                decide(office, unit, **{deed: True})
            elif deed == "submit":
                office.submit(unit)
            elif deed in ("accept", "return"):
                as_lead(office, deed, unit, reason="已阅")
            elif deed == "rename":
                renamed(office, unit, f"{NEW}{n}")
                unit = f"{NEW}{n}"
        if any(each.state == "open" for each in office.find(Objection)):
            assert office.deadline(unit).state == "paused"
    office.live_until("2022-09-20T18:00")
    if any(each.state == "open" for each in office.find(Objection)):
        assert office.notices("overdue", unit) == []
    assert office.audit().findings == ()
