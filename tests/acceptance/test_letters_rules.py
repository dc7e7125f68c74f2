"""Letters of a running campaign hold only what its records bear out (SEMANTICS N6, L4, L7, G8, R2)."""

from __future__ import annotations

from office import COURT, GROUP, OFFICE, OTHER, REPORT, TOWN, UNITS, Office, opened, plan

from engine.model import Item, Notice
from engine.records import replace

SECOND = f"""
  - id: summary
    title: 报送总结
    phase: build
    responsible: [{TOWN}]
    due: 2022-09-09
"""
LED = f"""
  - id: report
    title: 报送方案
    phase: build
    lead: [{COURT}]
    responsible: [{TOWN}]
    due: 2022-08-31
  - id: more
    title: 其他材料
    phase: build
    responsible: [{COURT}, {TOWN}]
    due: 2022-09-15
"""
OURS = f"""
  - id: own
    title: 印发任务分解表
    phase: build
    responsible: [{OFFICE}]
    due: 2022-07-29
"""
SPRINT = f"""
  - id: check
    title: 自检自查
    phase: sprint
    responsible: [{TOWN}]
    due: 2022-11-30
"""


def riders(office: Office) -> list[tuple[str, str]]:
    return [(item.unit, item.state) for item in office.find(Item, kind="accepted")]


def accepted_in(office: Office, kind: str, unit: str) -> list[str]:
    return [line.strip() for line in office.text(kind, unit).body.splitlines() if line.strip().startswith("另:")]


# --- an acceptance is told ---


def test_an_acceptance_rides_with_the_next_letter_and_none_goes_for_it_alone() -> None:
    office = opened(plan(tasks=REPORT + SECOND)).live_until("2022-08-22T10:00")
    office.submit(TOWN)
    office.live_until("2022-08-22T12:00").accept(TOWN)
    before = len(office.find(Notice))
    office.live_until("2022-08-25T18:00")
    assert riders(office) == [(TOWN, "riding")]
    assert [n.unit for n in office.find(Notice)[before:] if n.unit == TOWN] == []
    office.live_until("2022-09-06T18:00")
    assert accepted_in(office, "reminder", TOWN) == ["另:你镇报送的“报送方案”已审核通过。"]
    assert riders(office) == [(TOWN, "bound")]
    office.live_until("2022-09-13T18:00")
    assert accepted_in(office, "overdue", TOWN) == []
    assert office.audit().findings == ()


def test_the_notice_that_carries_an_acceptance_lists_it_among_its_items_and_not_among_what_is_due() -> None:
    office = opened(plan(tasks=REPORT + SECOND)).live_until("2022-08-22T10:00")
    office.submit(TOWN)
    office.live_until("2022-08-22T12:00").accept(TOWN)
    office.live_until("2022-09-06T18:00")
    assert office.notices("reminder", TOWN)[-1] == f"09-06 09:00 reminder {TOWN} 0 sent: report+summary"
    content = office.text("reminder", TOWN)
    assert content.subject == "关于“报送总结”任务到期的工作提示" and "报送方案" not in content.short


def test_a_lead_hears_which_parts_were_accepted_unless_it_accepted_them_itself() -> None:
    office = opened(plan(tasks=LED)).live_until("2022-08-01T10:00")
    office.submit(TOWN)
    office.live_until("2022-08-01T12:00").accept(TOWN)
    assert riders(office) == [(TOWN, "riding"), (COURT, "riding")]
    office.live_until("2022-09-01T18:00")
    told = [line for kind in ("reminder", "overdue") for line in _all_of(office, kind, COURT)]
    assert told == [f"另:{TOWN}提供的“报送方案”已收悉办结,感谢支持。"]
    itself = opened(plan(tasks=LED)).live_until("2022-08-01T10:00")
    itself.submit(TOWN)
    itself.do("accept", who=COURT, task="report", unit=TOWN)
    assert riders(itself) == [(TOWN, "riding")]


def _all_of(office: Office, kind: str, unit: str) -> list[str]:
    found = [n for n in office.find(Notice) if n.kind == kind and n.unit == unit]
    lines = (office.text(kind, unit, place).body.splitlines() for place in range(len(found)))
    return [line.strip() for each in lines for line in each if line.strip().startswith("另:")]


def test_what_is_no_longer_accepted_when_the_letter_goes_is_not_told() -> None:
    office = opened(plan(tasks=REPORT + SECOND)).live_until("2022-08-22T10:00")
    office.submit(TOWN)
    office.live_until("2022-08-22T12:00").accept(TOWN)
    owed = replace(office.assignment(TOWN), state="submitted")
    with office.write() as work:
        work.put(owed)
    office.live_until("2022-09-06T18:00")
    assert accepted_in(office, "reminder", TOWN) == [] and riders(office) == [(TOWN, "moot")]


# --- to whom a letter speaks, and from whom ---


def test_a_letter_is_addressed_as_the_unit_is_and_ends_with_the_contact_of_the_office() -> None:
    units = UNITS.replace(f"name: {TOWN}, code: east", f"name: {TOWN}, address_as: 东镇党委、政府, code: east")
    office = opened(plan(units=units, top='office_contact: "联系电话:0123-4567890"')).live_until("2022-09-01T12:00")
    body = office.text("overdue", TOWN).body
    assert "\n东镇党委、政府:\n" in body and "尚未收到你镇“报送方案”任务办理情况" in body
    assert body.rstrip().splitlines()[-2] == "(联系电话:0123-4567890)"
    other = office.text("overdue", OTHER).body
    assert f"\n{OTHER}:\n" in other and "尚未收到你乡" in other
    plain = opened().live_until("2022-09-01T12:00").text("overdue", TOWN).body
    assert "(联系单位:县创建办,liaison@office.example.org)" in plain


def test_our_own_office_is_nudged_unsigned_where_another_would_be_put_under_supervision() -> None:
    office = opened(plan(tasks=REPORT + OURS)).live_until("2022-09-01T18:00")
    kinds = {n.kind for n in office.find(Notice) if n.unit == OFFICE}
    assert kinds == {"office_nudge"}
    assert {n.state for n in office.find(Notice, kind="office_nudge")} == {"sent"}
    assert not any(OFFICE in n.unit for n in office.find(Notice) if n.kind in ("overdue", "supervise", "bulletin"))


def test_our_own_office_is_named_late_in_no_bulletin_and_shown_no_facts() -> None:
    office = opened(plan(tasks=REPORT + OURS)).live_until("2022-09-07T10:00")
    office.do("draft", kind="bulletin")
    office.live_until("2022-09-08T18:00")
    assert office.notices("bulletin") and office.notices("facts_shown")
    assert "印发任务分解表" not in office.text("bulletin").body
    assert OFFICE not in {n.unit for n in office.find(Notice, kind="facts_shown")}


def test_our_own_office_is_told_of_its_other_day_by_a_hint() -> None:
    office = opened(plan(tasks=REPORT + OURS)).live_until("2022-07-20T10:00")
    office.extend(OFFICE, "own", to="2022-08-05")
    office.live_until("2022-07-20T18:00")
    content = office.text("extended", OFFICE)
    assert content.subject == "关于“印发任务分解表”任务时限的工作提示"
    assert (
        "印发任务分解表:由7月29日(星期五)调整为8月5日(星期五)17:30前。" in content.body and "特此" not in content.body
    )


# --- parts, phases, gates ---


def test_a_part_is_asked_for_by_its_lead_in_every_letter() -> None:
    office = opened(plan(tasks=LED)).live_until("2022-09-01T12:00")
    issued = office.text("task_issued", TOWN).body
    assert "报送方案(责任单位,报牵头单位县法院)" in issued and "其他材料(责任单位)" in issued
    assert "牵头单位县法院尚未收到你镇“报送方案”任务办理情况" in office.text("overdue", TOWN).body
    assert "17:30前报牵头单位县法院;" in office.text("overdue", TOWN).body
    assert "贵单位为牵头单位" in office.text("overdue", COURT).body


def test_what_was_returned_is_not_said_never_to_have_come() -> None:
    office = opened().live_until("2022-08-22T10:00")
    office.submit(TOWN)
    office.do("return", task="report", unit=TOWN, reason="缺少印证材料")
    office.live_until("2022-09-02T12:00")
    assert "尚未收到你镇“报送方案”任务补充完善后的材料" in office.text("overdue", TOWN).body
    assert "尚未收到你乡“报送方案”任务办理情况" in office.text("overdue", OTHER).body


def test_a_move_names_what_the_phase_asks_of_each_unit() -> None:
    office = opened(plan(tasks=REPORT + SPRINT, sprint_gate="{kind: tasks, tasks: [check], text: 自检自查全部完成}"))
    office.live_until("2022-08-01T10:00").hand_in(TOWN, OTHER)
    office.advance()
    office.live_until("2022-08-01T12:00")
    told = office.text("phase", f"{TOWN}、{OTHER}").body
    assert "本阶段有下列任务,请按任务分解表所列分工和时限办理" in told.replace("\uff0c", ",")
    assert told.count("自检自查") == 2 and "责任单位" not in told and "11月30日(星期三)17:30前" in told
    assert "本阶段转段前须具备:自检自查全部完成。" in told


def test_what_was_accepted_of_one_unit_stands_in_no_document_to_many() -> None:
    office = opened(plan(tasks=REPORT + SPRINT)).live_until("2022-08-01T10:00")
    office.hand_in(TOWN, OTHER)
    office.advance()
    office.live_until("2022-08-01T12:00")
    assert "已审核通过" not in office.text("phase", f"{TOWN}、{OTHER}").body


def test_a_shut_gate_goes_to_the_group_as_a_request_and_to_the_office_as_a_hint() -> None:
    consent = "{kind: approval, approval: 领导小组同意, text: 县领导小组同意转段}"
    gate = "{kind: tasks, tasks: [report], text: 方案全部审核通过}, " + consent
    office = opened(plan(gate=gate)).live_until("2022-10-14T18:00")
    own, group = office.text("gate_late", OFFICE), office.text("gate_late", GROUP)
    assert own.subject == "关于全面创建阶段转段条件尚未具备的工作提示"
    assert group.subject == "关于全面创建阶段转段有关事项的请示"
    assert "方案全部审核通过:现为0项,应为2项;尚缺:东镇、西乡。" in group.body
    assert "另有下列事项须由县领导小组决定:“县领导小组同意转段”" in group.body and "妥否,请批示。" in group.body
    assert "县领导小组" not in group.body.split("尚缺:")[1].split("\n")[0]


def test_a_gate_that_lacks_the_groups_consent_only_says_so() -> None:
    consent = "{kind: approval, approval: 领导小组同意, text: 县领导小组同意转段}"
    office = opened(plan(gate="{kind: tasks, tasks: [report], text: 方案全部审核通过}, " + consent))
    office.live_until("2022-08-01T10:00").hand_in(TOWN, OTHER)
    office.live_until("2022-10-14T18:00")
    body = office.text("gate_late", GROUP).body
    assert "转段条件除须由县领导小组决定的事项外均已具备。" in body and "尚缺" not in body
