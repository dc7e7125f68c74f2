"""Ladders in a running campaign: levels, receipt, review, delivery, relations, holds (SEMANTICS L1–L8)."""

from __future__ import annotations

import pytest
from office import BUREAU, CITY, COURT, LADDER, OFFICE, OTHER, TOWN, UNITS, Office, opened, plan
from worded import told

from engine.errors import BadWorkflow, Refused, WrongState
from engine.model import Deadline, Item, Notice, Occurrence
from engine.service.duties.views.task import shown_for
from engine.service.notices.views import upcoming


def task(units: str, due: str = "2022-08-31", **more: str) -> str:
    lines = "".join(f"\n    {key}: {value}" for key, value in more.items())
    return f"\n  - id: report\n    title: 报送方案\n    phase: build\n    responsible: [{units}]\n    due: {due}{lines}\n"


def levels_told(office: Office, unit: str = TOWN) -> list[tuple[str, str]]:
    names = {"east": TOWN, "west": OTHER, "court": COURT, "bureau": BUREAU, "city": CITY}
    found = []
    for envelope in office.post.taken:
        address = envelope.recipients[0]
        if names.get(address.partition("@")[2].partition(".")[0]) == unit:
            found.append((address.partition("@")[0], envelope.subject))
    return found


# --- L1 ---


def test_each_level_reaches_its_own_contact_from_the_liaison_up_and_formal_acts_are_only_drafted() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-10-31T12:00")
    told = [address for address, _ in levels_told(office) if address]
    assert told == ["liaison", "liaison", "liaison", "deputy", "head"]
    assert office.notices("supervise") == [f"09-15 10:00 supervise {TOWN} 3 draft: report"]
    assert office.notices("bulletin") == []


# --- L2 ---


def test_a_higher_level_waits_for_the_lower_and_for_the_least_gap_also_while_catching_up() -> None:
    office = opened(plan(tasks=task(TOWN), gap="2wd")).live_until("2022-07-31T12:00")
    office.sweep("2022-09-26T11:00").live_until("2022-10-31T12:00")
    assert [line for line in office.rungs() if "raised" in line] == [
        "09-26 11:00 催办 raised",
        "09-28 10:00 催分管 raised",
        "09-30 10:00 催主要 raised",
        "10-09 10:00 督办 raised",  # Saturday and Sunday 8 and 9 October are worked
    ]


def test_the_formal_act_counts_from_the_sign_off_of_level_three() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-10-12T15:00")
    assert "通报" not in " ".join(office.rungs())
    office.do("sign", who="leader", notice=office.number("supervise"))
    office.live_until("2022-10-20T12:00")
    assert office.rungs()[-1] == "10-13 10:00 通报 raised"


def test_a_level_that_waits_has_no_record_and_says_until_when() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-08-01T12:00").sweep("2022-09-07T11:00")
    assert [line for line in office.rungs() if "催分管" in line] == []
    with office.case() as case:
        rows = shown_for(case, case.task("report"), TOWN)["rungs"]
    row = next(row for row in rows if row["rung"] == "催分管")
    assert (row["outcome"], row["until"][:16]) == ("waits", "2022-09-08T10:00")


# --- L3 ---


def test_a_level_without_a_contact_counts_as_not_sendable_and_holds_nobody_up() -> None:
    office = opened(plan(tasks=task(TOWN)))
    office.vacate(TOWN, 1)
    office.live_until("2022-09-09T12:00")
    assert office.rungs()[-2:] == ["09-05 10:00 催分管 no_contact", "09-08 10:00 催主要 raised"]
    assert [address for address, _ in levels_told(office)] == ["liaison", "liaison", "liaison", "head"]


def test_escalation_never_reassigns_and_a_hand_over_keeps_the_deadline() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-09-09T12:00")
    before = office.deadline()
    office.do("contact", unit=TOWN, level=0, address="new@east.example.org")
    office.live_until("2022-09-12T12:00").live_until("2022-09-13T12:00")
    assert (office.assignment().unit, office.deadline()) == (TOWN, before)
    assert office.mail()[-1][0] == "new@east.example.org"
    assert office.notices("handover") == [f"09-09 12:00 handover {TOWN} 0 sent: "]


def test_a_change_of_liaison_is_told_to_the_new_one_from_its_day_on() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-08-01T12:00")
    office.do("contact", unit=TOWN, level=0, address="new@east.example.org", **{"from": "2022-08-29"})
    office.live_until("2022-09-01T12:00")
    old, new = "liaison@east.example.org", "new@east.example.org"
    assert [to for to, _ in office.mail()] == [old, old, old, new]  # issued, handed over, reminded; then overdue
    assert office.notices("reminder") == [f"08-26 09:00 reminder {TOWN} 0 sent: report"]


# --- L4 ---


def test_any_reply_is_a_receipt_and_its_ladder_never_rises_above_the_liaison() -> None:
    office = opened(plan(tasks=task(f"{TOWN}, {OTHER}", receipt="3wd"))).live_until("2022-07-06T12:00")
    office.submit(TOWN)
    office.live_until("2022-07-20T12:00")
    assert office.deadline(TOWN, kind="receipt").state == "met"
    assert office.rungs(OTHER, kind="receipt") == ["07-11 10:00 提醒签收 raised"]
    assert office.notices("receipt_reminder") == [f"07-11 10:00 receipt_reminder {OTHER} 0 sent: report"]
    receipts = [office.find(Occurrence, deadline=d.id) for d in office.find(Deadline, kind="receipt")]
    assert {o.level for found in receipts for o in found} == {0}


def test_a_receipt_ladder_above_the_liaison_is_refused_when_the_workflow_is_read() -> None:
    high = "\n  签收高:\n    rungs:\n      - {id: 高, at: 1wd, level: 1, notice: receipt_reminder}\n"
    with pytest.raises(BadWorkflow) as caught:
        opened(plan(tasks=task(TOWN, receipt="3wd", receipt_ladder="签收高"), ladders=high))
    assert [problem.code for problem in caught.value.problems] == ["PW405"]


def test_a_submission_suspends_the_units_ladder_and_the_review_is_owed_by_the_office() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-08-30T12:00")
    office.submit()
    office.live_until("2022-09-30T17:00")
    assert office.rungs() == ["08-26 09:00 提前三日 raised"]
    review = office.deadline(kind="review")
    assert (review.unit, review.due_on.isoformat(), office.deadline().state) == (OFFICE, "2022-09-06", "suspended")
    assert office.notices("office_nudge") == [f"09-05 09:00 office_nudge {OFFICE} 0 sent: report"]


def test_a_unit_that_hands_in_nothing_at_all_is_refused() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-07-06T12:00")
    for note in ("", "  "):
        with pytest.raises(Refused, match="nothing is handed in"):
            office.do("submit", who=TOWN, task="report", note=note)
    assert office.assignment().state == "issued"


def test_timeliness_is_judged_by_the_first_submission_that_was_not_returned_as_empty() -> None:
    office = opened(plan(tasks=task(f"{TOWN}, {OTHER}"))).live_until("2022-08-30T12:00")
    for unit, empty in ((TOWN, False), (OTHER, True)):
        office.submit(unit)
        office.do("return", task="report", unit=unit, reason="缺附件", empty=empty)
    office.live_until("2022-09-05T12:00")
    for unit in (TOWN, OTHER):
        office.submit(unit)
    days = {unit: office.assignment(unit).first_submitted_on.isoformat() for unit in (TOWN, OTHER)}  # type: ignore[union-attr]
    assert days == {TOWN: "2022-08-30", OTHER: "2022-09-05"}
    with office.case() as case:
        late = {unit: shown_for(case, case.task("report"), unit)["late"] for unit in (TOWN, OTHER)}
    assert late == {TOWN: False, OTHER: True}


def test_a_return_sets_a_new_day_of_five_working_days_and_a_new_epoch() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-08-30T12:00")
    office.submit()
    office.do("return", task="report", unit=TOWN, reason="缺附件")
    deadline = office.deadline()
    assert (deadline.due_on.isoformat(), deadline.epoch, deadline.state) == ("2022-09-06", 2, "armed")
    assert deadline.first_due_on.isoformat() == "2022-08-31"
    assert office.deadline(kind="review").state == "met"
    office.live_until("2022-09-08T12:00")
    assert office.rungs()[1:] == ["09-01 09:00 提前三日 raised", "09-07 10:00 催办 raised"]


def test_a_return_never_leaves_a_unit_less_time_than_its_plan() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-07-06T12:00")
    office.submit()
    office.do("return", task="report", unit=TOWN, reason="缺附件")
    assert office.due_on() == "2022-08-31"


# --- L5 ---


def test_a_repeating_rung_ends_with_its_count() -> None:
    ladder = "[{id: 周催, at: 1wd, level: 0, notice: overdue, every: 5wd, count: 3}]"
    office = opened(plan(tasks=task(TOWN), ladder=ladder)).live_until("2022-12-31T12:00")
    assert [line[:5] for line in office.rungs()] == ["09-01", "09-08", "09-16"]


def test_a_repeating_rung_without_an_end_is_refused_when_the_workflow_is_read() -> None:
    with pytest.raises(BadWorkflow) as caught:
        opened(plan(ladder="[{id: 周催, at: 1wd, level: 0, notice: overdue, every: 5wd}]"))
    assert [problem.code for problem in caught.value.problems] == ["PW403"]


# --- L6 ---


def release_list(office: Office) -> list[str]:
    with office.case() as case:
        rows = upcoming.listed(case)
    return [
        f"{row['id']} {row['kind']} {row['unit']} {row['level']} {row['goes_at'] or row['unless']}" for row in rows
    ]


def test_what_is_about_to_go_stands_on_the_release_list_and_goes_by_itself() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-08-31T12:00")
    number = office.deadline().id & 0xFFFFFFFF
    assert release_list(office) == [
        f"u{number}-0 overdue {TOWN} 0 2022-09-01T10:00:00+08:00",
        f"u{number}-1 overdue {TOWN} 1 2022-09-05T10:00:00+08:00",
    ]
    office.live_until("2022-09-01T12:00")
    assert office.notices("overdue") == [f"09-01 10:00 overdue {TOWN} 0 sent: report"]


def test_the_office_may_withhold_what_is_about_to_go_with_a_reason() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-08-31T12:00")
    entry = release_list(office)[0].split()[0]
    with pytest.raises(Refused, match="reason is missing"):
        office.do("withhold", notice=entry)
    office.do("withhold", notice=entry, reason="已电话沟通")
    office.live_until("2022-09-09T12:00")
    assert office.notices("overdue") == []
    found: list[Occurrence] = [o for o in office.find(Occurrence) if o.rung == "催办"]
    assert [(o.outcome, told(o.reason)) for o in found] == [
        ("withheld", f"on hold from level 0: {OFFICE}: 已电话沟通")
    ]


MANUAL = "[{id: 催办, at: 1wd, level: 0, notice: overdue, delivery: manual}]"


def test_a_manual_notice_waits_for_its_release_and_may_be_withheld() -> None:
    office = opened(plan(tasks=task(f"{TOWN}, {OTHER}"), ladder=MANUAL)).live_until("2022-09-02T12:00")
    assert [n.state for n in office.find(Notice, kind="overdue")] == ["listed", "listed"]
    first, second = office.find(Notice, kind="overdue")
    office.do("release", notice=office.short_of(first))
    office.do("withhold", notice=office.short_of(second), reason="已电话沟通")
    office.sweep()
    assert [n.state for n in office.find(Notice, kind="overdue")] == ["sent", "withheld"]
    assert office.rungs(OTHER) == ["09-01 10:00 催办 withheld"]
    with pytest.raises(WrongState):
        office.do("release", notice=office.short_of(first))


def test_reminders_are_sent_overdue_levels_released_and_formal_acts_drafted_where_nothing_is_said() -> None:
    office = opened(plan(tasks=task(TOWN)))
    with office.case() as case:
        rungs = case.plan.workflow.ladders["到期"].rungs
    assert [(rung.id, rung.delivery) for rung in rungs] == [
        ("提前三日", "send"),
        ("催办", "release"),
        ("催分管", "release"),
        ("催主要", "release"),
        ("督办", "draft"),
        ("通报", "draft"),
    ]


def test_a_draft_goes_out_only_when_the_leader_signs_it_and_the_signer_is_the_workflows() -> None:
    office = opened(plan(tasks=task(TOWN), top="signers: {supervise: 领导小组副组长}")).live_until("2022-09-20T12:00")
    assert [to for to, subject in office.mail() if "督办" in subject] == []
    with pytest.raises(Refused):
        office.do("sign", notice=office.number("supervise"))
    office.do("sign", who="leader", notice=office.number("supervise"))
    office.sweep()
    notice = office.find(Notice, kind="supervise")[-1]
    assert (notice.state, notice.number, told(notice.reason)) == (
        "sent",
        "某创建办发〔2022〕1号",
        "signed by 领导小组副组长",
    )
    assert [to for to, subject in office.mail() if "督办" in subject] == ["head@east.example.org"]


def test_a_trial_run_sends_nothing_without_release() -> None:
    office = opened(plan(tasks=task(TOWN)), trial=True).live_until("2022-09-02T12:00")
    assert office.mail() == []
    assert {notice.state for notice in office.find(Notice)} == {"listed"}
    office.do("release", notice=office.number("overdue"))
    office.sweep()
    assert [to for to, _ in office.mail()] == ["liaison@east.example.org"]


# --- L7 ---


def test_a_peer_and_a_vertical_unit_get_a_letter_and_are_never_supervised() -> None:
    office = opened(plan(tasks=task(f"{COURT}, {BUREAU}, {TOWN}"))).live_until("2022-10-31T12:00")
    for unit in (COURT, BUREAU):
        assert "函" in office.text("overdue", unit).subject and "为盼" in office.text("overdue", unit).body
        assert office.rungs(unit)[-1].endswith("not_applicable")
        assert {notice.level for notice in office.find(Notice, unit=unit)} <= {0, 1}
    assert "函" not in office.text("overdue", TOWN).subject


def test_a_superior_is_never_told_and_only_our_own_office_is_nudged() -> None:
    nudge = "\n  上级:\n    rungs:\n      - {id: 待复, at: 1wd, level: 0, notice: office_nudge, delivery: send}\n"
    office = opened(plan(tasks=task(CITY, ladder="上级"), ladders=nudge)).live_until("2022-09-05T12:00")
    assert {to for to, _ in office.mail()} == {"liaison@office.example.org"}
    assert office.notices("office_nudge", OFFICE)[-1] == f"09-01 10:00 office_nudge {OFFICE} 0 sent: report"
    assert office.find(Deadline, kind="receipt") == []
    with office.case() as case:
        shown = shown_for(case, case.task("report"), CITY)
    assert (shown["light"], "待复" in office.text("office_nudge").body) == ("grey", True)


def test_a_ladder_that_would_chase_a_superior_tells_nobody() -> None:
    office = opened(plan(tasks=task(CITY))).live_until("2022-10-31T12:00")
    assert [to for to, _ in office.mail() if "city" in to] == []


def test_the_workflow_may_lower_the_highest_level_of_a_relation() -> None:
    office = opened(plan(tasks=task(COURT), top="caps: {peer: 0}")).live_until("2022-09-30T12:00")
    assert {notice.level for notice in office.find(Notice, unit=COURT)} == {0}


# --- L8 ---


def test_a_manual_raise_needs_a_reason_and_the_lower_level_told() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-08-31T12:00")
    with pytest.raises(Refused, match="reason"):
        office.do("raise", task="report", unit=TOWN, level=0)
    with pytest.raises(Refused, match="level 1 has not been told"):
        office.do("raise", task="report", unit=TOWN, level=2, reason="急")
    office.live_until("2022-09-01T12:00")
    office.do("raise", task="report", unit=TOWN, level=1, reason="急")
    office.sweep()
    assert office.rungs()[-1] == "09-01 12:00 manual-1 raised"
    assert office.notices("overdue")[-1] == f"09-01 12:00 overdue {TOWN} 1 sent: report"


def test_a_formal_act_raised_by_hand_is_the_one_that_the_ladder_has_at_that_level() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-09-15T12:00")
    office.do("sign", who="leader", notice=office.number("supervise"))
    office.do("raise", task="report", unit=TOWN, level=4, reason="急")
    office.live_until("2022-09-16T12:00")
    assert len(office.notices("supervise")) == 1
    assert len(office.notices("bulletin")) == 1


def test_raised_by_hand_a_receipt_is_reminded_of_and_a_superiors_step_nudges_our_own_office() -> None:
    visit = task(CITY).replace("report", "visit")
    office = opened(plan(tasks=task(TOWN, receipt="3wd") + visit)).live_until("2022-07-07T09:00")
    with pytest.raises(Refused, match="level 0 only"):
        office.do("raise", task="report", unit=TOWN, kind="receipt", level=1, reason="急")
    office.do("raise", task="report", unit=TOWN, kind="receipt", level=0, reason="急")
    office.do("raise", task="visit", unit=CITY, level=0, reason="急")
    office.sweep()
    assert office.notices()[-2:] == [
        f"07-07 09:00 receipt_reminder {TOWN} 0 sent: report",
        f"07-07 09:00 office_nudge {OFFICE} 0 sent: visit",
    ]


def test_who_has_handed_in_since_is_left_out_of_a_draft_when_it_is_signed() -> None:
    office = opened(plan(tasks=task(f"{TOWN}, {OTHER}"))).live_until("2022-09-15T12:00")
    draft = office.number("supervise")
    office.submit(OTHER)
    office.do("sign", who="leader", notice=draft)
    assert office.text("supervise", TOWN).body.count(OTHER) == 0
    assert office.rungs(OTHER)[-1].endswith("督办 moot") and office.rungs(TOWN)[-1].endswith("督办 raised")
    assert office.audit().findings == ()


def test_a_draft_in_which_nothing_holds_any_more_is_not_signed() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-09-15T12:00")
    office.submit(TOWN)
    with pytest.raises(Refused, match="nothing in it holds any more"):
        office.do("sign", who="leader", notice=office.number("supervise"))


def test_a_hold_needs_a_reason_and_blocks_its_level_and_those_above() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-08-31T12:00")
    with pytest.raises(Refused, match="reason"):
        office.do("hold", task="report", unit=TOWN, level=1)
    office.do("hold", task="report", unit=TOWN, level=1, reason="正在协调")
    office.live_until("2022-09-09T12:00")
    assert office.rungs()[1:] == [
        "09-01 10:00 催办 raised",
        "09-05 10:00 催分管 withheld",
        "09-08 10:00 催主要 withheld",
    ]
    office.do("hold", task="report", unit=TOWN, off=True, reason="协调完毕")
    office.live_until("2022-09-20T12:00")
    assert office.rungs()[-1] == "09-15 10:00 督办 raised"
    assert office.audit().findings == ()


def test_what_a_unit_handed_in_answers_its_notice_and_nothing_more_is_raised() -> None:
    office = opened(plan(tasks=task(TOWN))).live_until("2022-09-01T12:00")
    office.hand_in(TOWN)
    office.live_until("2022-10-31T12:00")
    assert (office.deadline().state, office.rungs()[-1]) == ("met", "09-01 10:00 催办 raised")
    assert [item.state for item in office.find(Item, kind="overdue")] == ["bound"]


# --- who hears, and of what kind: told the same before as when it goes ---


def test_what_is_about_to_go_to_our_own_office_is_listed_as_the_nudge_that_it_will_be() -> None:
    office = opened(plan(tasks=task(OFFICE))).live_until("2022-08-25T12:00")
    with office.case() as case:
        ahead = [(row["kind"], row["unit"], row["level"]) for row in upcoming.listed(case, 10)]
    assert ahead == [("office_nudge", OFFICE, level) for level in (0, 0, 1, 2)]
    office.live_until("2022-09-09T12:00")
    assert len(office.notices("office_nudge")) == len(ahead) + 1
    assert office.notices() == office.notices("office_nudge")


def test_a_channel_that_is_off_for_the_leading_group_keeps_no_unit_from_hearing_at_the_third_level() -> None:
    ladder = LADDER.replace("level: 3, notice: supervise", "level: 3, notice: overdue, delivery: send")
    units = UNITS.replace("group@example.org", "member:group")
    office = opened(plan(tasks=task(TOWN), ladder=ladder, units=units, top="channel: smtp"))
    office.do("channel", name="wecom", off=True, reason="系统升级")
    office.live_until("2022-09-16T12:00")
    assert office.rungs()[-1] == "09-15 10:00 督办 raised"
