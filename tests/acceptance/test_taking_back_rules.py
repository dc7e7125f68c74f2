"""What was decided by mistake is taken back, and a wrong move is mended, as long as nobody counted it (SEMANTICS G11)."""

from __future__ import annotations

from typing import Any

import pytest
from office import COURT, OTHER, TOWN, Office, opened, plan

from engine.errors import BadInput, NotAllowed, Refused, WrongState
from engine.model import Approval, Assignment, Deadline, Item, Notice, Tally
from engine.records import replace
from engine.service.kernel.action import Answer
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.store.database import Database

GATE = """{kind: tasks, tasks: [report]}, {kind: approval, approval: 领导小组同意}, {kind: quota, quota: 点}"""
QUOTA = f"quotas: [{{id: 点, title: 示范点, kinds: [{{id: 村, range: 1..3}}], per_unit: [{{units: [{TOWN}], least: 1}}]}}]"
TASKS = f"""
  - {{id: report, title: 报送方案, phase: build, responsible: [{TOWN}, {OTHER}], due: 2022-08-31, receipt: 3wd}}
  - {{id: digest, title: 汇总, phase: build, responsible: [{COURT}], opens: {{after: [report]}}, due: {{after: "task:report", offset: 5wd}}}}
  - {{id: check, title: 自检自查, phase: sprint, responsible: [{TOWN}], due: 2022-11-30}}
"""
PAPER = {"reason": "复核有误", "document": "审核意见6号"}
SLIP = {"reason": "误点"}
DECISION = {"reason": "误操作转段", "document": "会议纪要5号"}


@pytest.fixture
def office(database: Database) -> Office:
    return opened(plan(tasks=TASKS, gate=GATE, top=QUOTA), database=database)


def ready(office: Office, at: str = "2022-07-11T09:00") -> Office:
    """Bring a campaign so far that its first gate is open."""
    office.at("2022-07-07T09:00").sweep().hand_in(TOWN, OTHER)
    office.do("approve", name="领导小组同意", document="纪要1号")
    office.do("designate", quota="点", kind="村", unit=TOWN)
    return office.at(at)


def refused(office: Office, action: str, who: str = "", **given: Any) -> str:
    with pytest.raises(Refused) as caught:
        office.do(action, who=who, **given)
    assert office.refusals()[-1]["action"] == action
    return str(caught.value)


def part(unit: str = TOWN, task: str = "report") -> dict[str, str]:
    return {"task": task, "unit": unit}


def states(office: Office, unit: str = TOWN) -> dict[str, str]:
    found: list[Deadline] = office.find(Deadline, assignment=office.assignment(unit).id)
    return {each.kind: each.state for each in found}


# --- an acceptance ---


def test_an_acceptance_taken_back_is_submitted_again_and_its_review_begins_anew(office: Office) -> None:
    ready(office, "2022-07-14T09:00")
    before, review = office.assignment(), office.deadline(kind="review")
    assert office.verdict().open
    office.do("unaccept", **part(), **PAPER)
    after = office.assignment()
    assert (after.state, after.settled_on) == ("submitted", None)
    assert (after.first_submitted_on, after.submissions) == (before.first_submitted_on, before.submissions)
    again = office.deadline(kind="review")
    assert (again.id > review.id, review.due_on.isoformat(), again.due_on.isoformat()) == (
        True,
        "2022-07-14",
        "2022-07-21",
    )
    assert states(office)["due"] == "suspended"
    assert not office.verdict().open
    office.live_until("2022-07-21T09:30")
    assert office.notices("office_nudge")[-1].startswith("07-20 09:00 office_nudge")
    office.accept()
    assert office.verdict().open
    acts = [each["action"] for each in office.history() if each["subject"] == f"report/{TOWN}"]
    assert acts[-3:] == ["accept", "unaccept", "accept"]
    assert office.audit().findings == ()


def test_what_an_acceptance_set_going_stays_and_comes_but_once(office: Office) -> None:
    ready(office)
    digest = office.assignment(COURT, "digest")
    due = office.due_on(COURT, "digest")
    office.do("unaccept", **part(), **PAPER)
    office.at("2022-07-18T09:00").accept()
    assert (office.assignment(COURT, "digest"), office.due_on(COURT, "digest")) == (digest, due)
    assert len([one for one in office.find(Item) if one.kind == "task_issued" and one.unit == COURT]) == 1
    assert office.audit().findings == ()


def test_what_is_returned_after_it_was_accepted_is_owed_by_a_new_day(office: Office) -> None:
    ready(office)
    office.do("unaccept", **part(), **PAPER)
    office.do("return", **part(), reason="缺附件")
    assert (office.assignment().state, office.due_on()) == ("returned", "2022-08-31")
    assert states(office)["due"] == "armed"
    assert office.assignment().first_submitted_on is not None


def test_only_what_was_accepted_by_review_is_taken_back(office: Office) -> None:
    assert "no acceptance" in refused(office, "unaccept", **part(), **PAPER)
    office.submit()
    assert "no acceptance" in refused(office, "unaccept", **part(), **PAPER)
    assert "no waiver" in refused(office, "unwaive", **part(), **PAPER)


# --- slips ---


def test_a_slip_is_mended_the_same_day_by_the_same_account_with_a_reason_alone(office: Office) -> None:
    office.at("2022-07-07T09:00").submit()
    office.accept()
    office.at("2022-07-07T16:00").do("unaccept", **part(), **SLIP)
    office.accept()
    assert "give --document" in refused(office.at("2022-07-08T09:00"), "unaccept", **part(), **SLIP)
    office.do("unaccept", **part(), **PAPER)


def test_another_account_needs_a_document(office: Office) -> None:
    office.at("2022-07-07T09:00").do("waive", **part(), reason="r", document="纪要2号")
    assert "only the same account" in refused(office, "unwaive", "leader", **part(), **SLIP)
    office.do("unwaive", who="leader", **part(), **PAPER)


def test_what_was_told_is_no_slip(office: Office) -> None:
    office.at("2022-09-05T08:40").live_until("2022-09-05T09:00")
    office.hand_in(TOWN)
    office.do("draft", kind="report", to="市民宗局", year="2022")
    office.live_until("2022-09-05T09:30")
    office.do("sign", who="leader", notice=office.number("report", "draft"))
    assert "nothing told of it" in refused(office, "unaccept", **part(), **SLIP)


def told_of_acceptance(database: Database) -> Office:
    """Return an office whose acceptances are told: as this one does it, with what it tells put in line beside."""
    office = opened(plan(tasks=TASKS, gate=GATE, top=QUOTA), database=database)
    accept = office.desk.actions["accept"]

    def apply(case: CampaignSession, entry: Entry) -> Answer:
        answer = accept.apply(case, entry)
        assignment = case.work.must(Assignment, entry.facts.assignment)
        told = {"on": case.today.isoformat(), "pieces": 1, "number": "000001-1"}
        enqueue(case, "receipt", assignment.unit, assignment=assignment, facts=told)
        return answer

    actions = {**office.desk.actions, "accept": replace(accept, apply=apply)}
    return Office(desk=replace(office.desk, actions=actions), clock=office.clock)


def test_an_acceptance_that_was_told_is_corrected_to_whom_it_was_told(database: Database) -> None:
    office = told_of_acceptance(database)
    office.at("2022-07-07T09:00").submit()
    office.live_until("2022-07-08T09:00")
    office.accept()
    office.live_until("2022-07-08T10:00")
    told = office.find(Notice, kind="receipt")[-1]
    assert "nothing told of it" in refused(office, "unaccept", **part(), **SLIP)
    office.do("unaccept", **part(), **PAPER)
    office.live_until("2022-07-11T10:00")
    correction = office.find(Notice, kind="taken_back")[0]
    assert (correction.corrects, correction.to, correction.unit) == (told.id, told.to, TOWN)
    assert f"7月8日印发的《{told.subject}》" in office.text("taken_back").body
    assert office.audit().findings == ()


def test_what_waited_to_tell_of_an_acceptance_is_left_out(database: Database) -> None:
    office = told_of_acceptance(database)
    office.at("2022-07-07T08:00").submit()
    office.accept()
    office.do("unaccept", **part(), **SLIP)
    office.live_until("2022-07-08T10:00")
    assert [item.state for item in office.find(Item) if item.kind == "receipt"] == ["bound", "moot"]
    assert office.notices("taken_back") == []
    assert office.audit().findings == ()


# --- a waiver ---


def test_a_waiver_taken_back_is_owed_again_with_time_to_do_it_and_told(office: Office) -> None:
    office.live_until("2022-07-06T10:00")
    office.do("waive", **part(), reason="上级统一报送", document="纪要2号")
    office.live_until("2022-08-30T09:00")
    assert office.rungs() == []
    office.do("unwaive", **part(), **PAPER)
    assert (office.assignment().state, office.due_on()) == ("issued", "2022-09-06")
    assert office.deadline().first_due_on == office.deadline().due_on
    office.live_until("2022-09-08T12:00")
    body = office.text("taken_back", TOWN).body
    assert "“报送方案”此前同意免报,因复核有误,现予撤销(审核意见6号)。请于9月6日" in body
    assert office.rungs() == ["09-01 09:00 提前三日 raised", "09-07 10:00 催办 raised"]
    assert office.audit().findings == ()


def test_a_waiver_taken_back_in_time_leaves_the_day_as_it_was(office: Office) -> None:
    office.live_until("2022-07-06T10:00")
    office.do("receive", who=TOWN, task="report")
    office.do("waive", **part(), reason="r", document="纪要2号")
    office.at("2022-07-20T09:00").do("unwaive", **part(), **PAPER)
    assert (office.assignment().state, office.due_on(), office.deadline().epoch) == ("received", "2022-08-31", 1)


def test_what_was_missed_before_the_waiver_stays_a_breach(office: Office) -> None:
    office.live_until("2022-09-02T10:00")
    office.do("waive", **part(), reason="r", document="纪要2号")
    office.at("2022-09-20T09:00").do("unwaive", **part(), **PAPER)
    due = office.deadline()
    assert (due.due_on.isoformat(), due.first_due_on.isoformat()) == ("2022-09-27", "2022-08-31")


def test_a_slip_is_as_if_nothing_had_been_and_nobody_is_told(office: Office) -> None:
    office.live_until("2022-08-30T10:00")
    before = (office.assignment(), office.deadline())
    office.do("waive", **part(), reason="误选", document="纪要2号")
    office.do("unwaive", **part(), **SLIP)
    after = office.deadline()
    assert (office.assignment(), after) == before
    office.live_until("2022-09-02T12:00")
    assert office.notices("taken_back") == []
    assert office.rungs()[-1] == "09-01 10:00 催办 raised"


def test_what_had_been_handed_in_when_it_was_waived_waits_for_review_again(office: Office) -> None:
    office.live_until("2022-07-07T09:00")
    office.submit()
    office.do("waive", **part(), reason="r", document="纪要2号")
    office.at("2022-07-11T09:00").do("unwaive", **part(), **PAPER)
    assert (office.assignment().state, states(office)["due"], states(office)["review"]) == (
        "submitted",
        "suspended",
        "armed",
    )
    office.live_until("2022-07-11T10:00")
    assert "恢复为待审,报送日期不变" in office.text("taken_back", TOWN).body


def test_a_period_of_a_counted_duty_is_owed_again_or_falls_short(database: Database) -> None:
    duty = f"""
  - id: study
    title: 开展学习
    phase: build
    responsible: [{TOWN}]
    due: phase end
    ladder: none
    duties: [{{id: talks, title: 专题学习, least: 1, per: month}}]
"""
    office = opened(plan(tasks=duty, gate="{kind: counted, duties: [study.talks]}"), database=database)
    office.live_until("2022-07-06T10:00")
    talks = {"task": "study.talks", "unit": TOWN, "period": "2022-07"}
    office.do("waive", **talks, reason="r", document="纪要2号")
    office.at("2022-07-20T09:00").do("unwaive", **talks, **PAPER)
    assert office.assignment(TOWN, "study.talks").state == "issued"
    office.do("waive", **talks, reason="r", document="纪要2号")
    office.live_until("2022-08-10T09:00")
    office.do("unwaive", **talks, **PAPER)
    assert office.assignment(TOWN, "study.talks").state == "short"
    office.live_until("2022-09-10T09:00")
    assert office.audit().findings == ()


# --- an approval, a designation ---


def test_an_approval_is_taken_back_by_the_leading_group_or_as_a_slip(office: Office) -> None:
    ready(office)
    with pytest.raises(NotAllowed):
        office.do("unapprove", name="领导小组同意", **PAPER)
    office.do("unapprove", who="leader", name="领导小组同意", **PAPER)
    assert office.find(Approval) == []
    assert office.missing() == ["领导小组同意"]
    office.do("approve", name="领导小组同意", document="纪要2号")
    office.do("unapprove", name="领导小组同意", **SLIP)
    with pytest.raises(Exception, match="领导小组同意"):
        office.do("unapprove", name="领导小组同意", **SLIP)
    assert office.audit().findings == ()


def test_a_designation_is_taken_back_the_latest_first(office: Office) -> None:
    office.do("designate", quota="点", kind="村", unit=TOWN, number=2)
    office.at("2022-07-06T09:00").do("designate", quota="点", kind="村", unit=TOWN)
    office.do("undesignate", quota="点", kind="村", unit=TOWN, reason="登记重复")
    assert "give --document" in refused(office, "undesignate", quota="点", kind="村", unit=TOWN, reason="登记重复")
    office.do("undesignate", quota="点", kind="村", unit=TOWN, **PAPER)
    assert sum(each.number for each in office.find(Tally)) == 1
    assert "would have -1" in refused(office, "undesignate", quota="点", kind="村", unit=TOWN, number=2, **PAPER)
    with pytest.raises(BadInput, match="`campaign undesignate`"):
        office.do("designate", quota="点", kind="村", unit=TOWN, number=-1)
    assert office.audit().findings == ()


# --- counted ---


def test_what_a_move_counted_is_refused_with_who_counted_it_and_what_to_do(office: Office) -> None:
    ready(office).advance()
    told = refused(office, "unaccept", **part(), **PAPER)
    assert "县创建办 counted it when county moved from 全面创建阶段 to 创建冲刺阶段 on 2022-07-11" in told
    assert "is a finding: `task find` with --unit 东镇, --due, --document" in told
    assert "counted it" in refused(office, "unapprove", "leader", name="领导小组同意", **PAPER)
    assert "counted it" in refused(office, "undesignate", quota="点", kind="村", unit=TOWN, **PAPER)
    office.do("designate", quota="点", kind="村", unit=TOWN)
    office.do("undesignate", quota="点", kind="村", unit=TOWN, reason="重复")
    assert office.refusals()[-1]["facts"]["why"] == "counted_designation"


def test_a_move_that_did_not_ask_for_it_counted_nothing(database: Database) -> None:
    office = opened(plan(tasks=TASKS, gate="{kind: tasks, tasks: [report], state: submitted}"), database=database)
    office.at("2022-07-07T09:00").submit(TOWN)
    office.submit(OTHER)
    office.accept(TOWN)
    office.advance()
    office.do("unaccept", **part(), **PAPER)
    assert office.assignment().state == "submitted"


# --- a wrong move is mended ---


def test_a_return_moves_only_what_is_current(office: Office) -> None:
    ready(office).advance()
    office.live_until("2022-07-12T09:30")
    rows = (office.find(Deadline), office.assignment(TOWN, "check"))
    office.do("return_phase", who="leader", **DECISION)
    assert office.head().phase == "build"
    assert (office.phase("build").state, office.phase("sprint").state) == ("open", "open")
    changed = [one.kind for one, was in zip(office.find(Deadline), rows[0], strict=True) if one != was]
    assert (changed, office.assignment(TOWN, "check")) == (["gate", "gate"], rows[1])
    office.live_until("2022-07-13T12:00")
    assert "由创建冲刺阶段恢复为全面创建阶段" in office.text("restored", TOWN).body
    office.do("unaccept", **part(), **PAPER)
    assert not office.verdict().open
    office.accept()
    office.advance()
    assert office.head().phase == "sprint"
    issued = [one for one in office.find(Item) if one.kind == "task_issued" and one.unit == TOWN]
    assert len(issued) == 2
    assert len([d for d in office.find(Deadline) if d.kind == "gate"]) == 2
    office.live_until("2023-02-01T12:00")
    assert office.audit().findings == ()


def test_before_anybody_was_told_of_the_move_nobody_is_told_of_the_return(office: Office) -> None:
    ready(office, "2022-07-11T08:00").advance()
    office.do("return_phase", who="leader", **DECISION)
    office.live_until("2022-07-12T12:00")
    assert (office.notices("phase"), office.notices("restored")) == ([], [])


def test_only_the_leading_group_returns_and_only_to_a_phase_that_was_left(office: Office) -> None:
    assert "no move led there" in refused(office, "return_phase", "leader", **DECISION)
    ready(office).advance()
    with pytest.raises(NotAllowed):
        office.do("return_phase", **DECISION)
    with pytest.raises(WrongState, match="no move that holds left it"):
        office.do("return_phase", who="leader", to="sprint", **DECISION)
    office.do("return_phase", who="leader", to="build", **DECISION)
    assert "no move led there" in refused(office, "return_phase", "leader", **DECISION)


def test_a_gate_that_opens_by_itself_waits_until_it_is_found_otherwise(database: Database) -> None:
    by_itself = plan(tasks=TASKS, build="advance: automatic", gate="{kind: tasks, tasks: [report]}")
    office = opened(by_itself, database=database)
    office.at("2022-07-07T09:00").hand_in(TOWN, OTHER)
    office.live_until("2022-07-08T09:00")
    assert office.head().phase == "sprint"
    office.do("return_phase", who="leader", **DECISION)
    office.submit(COURT, "digest")
    office.live_until("2022-07-12T09:00")
    assert office.head().phase == "build"
    office.do("unaccept", **part(), **PAPER)
    office.live_until("2022-07-13T09:00")
    assert office.head().phase == "build"
    office.accept()
    office.live_until("2022-07-14T09:00")
    assert office.head().phase == "sprint"
    assert office.audit().findings == ()


def test_the_clock_of_a_gate_runs_on_after_a_return(database: Database) -> None:
    office = opened(plan(tasks=TASKS, gate="{kind: tasks, tasks: [report]}"), database=database)
    office.at("2022-07-07T09:00").hand_in(TOWN, OTHER)
    office.advance()
    office.at("2022-07-20T09:00").do("return_phase", who="leader", **DECISION)
    office.do("unaccept", **part(), **PAPER)
    office.live_until("2022-10-20T09:00")
    told = [one.split(" gate_late ")[1] for one in office.notices("gate_late")]
    assert told == ["县创建办 0 sent: ", "县领导小组 3 sent: "]
    assert office.audit().findings == ()


# --- repeated under a key ---


def test_under_its_key_taking_back_is_done_once(office: Office) -> None:
    ready(office)
    first = office.do("unaccept", idempotent="k1", **part(), **PAPER)
    assert office.do("unaccept", idempotent="k1", **part(), **PAPER) == first
    office.accept()
    office.advance()
    back = office.do("return_phase", who="leader", idempotent="k2", **DECISION)
    assert office.do("return_phase", who="leader", idempotent="k2", **DECISION) == back
    assert [len(office.history(name)) for name in ("unaccept", "return_phase")] == [1, 1]
