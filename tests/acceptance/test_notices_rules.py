"""Notices of a running campaign (SEMANTICS N1–N5, H4)."""

from __future__ import annotations

import json

import pytest
from office import COURT, OFFICE, OTHER, REPORT, TOWN, Office, opened, plan

from engine.errors import ClockBehind, Refused, UnknownName, WrongState
from engine.history import short_head
from engine.model import Item, Notice, Occurrence, Outgoing, Record
from engine.service.campaigns.founding import create_campaign
from engine.service.clock.sweep import sweep
from engine.service.delivery import relaying
from engine.service.delivery.claiming import Claimer
from engine.service.kernel.desk import Command, perform

SECOND = f"""
  - id: summary
    title: 报送总结
    phase: build
    responsible: [{TOWN}]
    due: 2022-08-29
"""


def overdue(office: Office) -> list[Notice]:
    return [n for n in office.find(Notice, kind="overdue") if n.unit == TOWN]


# --- N1 ---


def test_one_notice_a_day_lists_everything_for_its_recipient_the_worst_first() -> None:
    ladder = "[{id: 催办, at: 3wd, level: 0, notice: overdue, every: 2wd, count: 2}]"
    office = opened(plan(tasks=REPORT + SECOND, ladder=ladder)).live_until("2022-09-05T12:00")
    assert office.notices("overdue", TOWN) == [
        f"09-01 10:00 overdue {TOWN} 0 sent: summary",
        f"09-05 10:00 overdue {TOWN} 0 sent: report+summary",
    ]
    body = office.text("overdue", TOWN).body
    assert body.index("报送总结") < body.index("报送方案")


def test_from_notice_to_occurrences_and_back_nothing_is_lost() -> None:
    ladder = "[{id: 催办, at: 3wd, level: 0, notice: overdue, every: 2wd, count: 2}]"
    office = opened(plan(tasks=REPORT + SECOND, ladder=ladder)).live_until("2022-09-30T12:00")
    items: list[Item] = office.find(Item, kind="overdue")
    carried = {item.occurrence: item.notice for item in items}
    raised = [o.id for o in office.find(Occurrence) if o.outcome == "raised" and o.rung == "催办"]
    assert sorted(carried) == sorted(raised) and all(carried.values())
    assert {item.notice for item in items} == {n.id for n in office.find(Notice, kind="overdue")}


def test_what_comes_later_the_same_day_waits_for_the_next_sending_day() -> None:
    office = opened(plan(tasks=REPORT)).live_until("2022-09-01T10:00")
    office.do("raise", task="report", unit=TOWN, level=0, reason="急")
    office.live_until("2022-09-01T17:00")
    assert office.notices("overdue", TOWN) == [
        f"09-01 10:00 overdue {TOWN} 0 sent: report",
        f"09-01 10:00 overdue {TOWN} 0 sent: report",
    ]  # by hand: its own delivery, hence its own notice
    office.do("raise", task="report", unit=TOWN, level=0, reason="再急")
    office.live_until("2022-09-02T12:00")
    assert office.notices("overdue", TOWN)[-1] == f"09-02 09:00 overdue {TOWN} 0 sent: report"
    assert len(office.notices("overdue", TOWN)) == 3


def test_formal_documents_are_one_per_campaign_level_and_day_and_a_phase_notice_is_one_to_all() -> None:
    office = opened().live_until("2022-09-16T12:00")
    assert office.notices("supervise") == [f"09-15 10:00 supervise {TOWN}、{OTHER} 3 draft: report+report"]
    for unit in (TOWN, OTHER):
        office.submit(unit)
        office.accept(unit)
    office.advance()
    office.live_until("2022-09-16T13:00")
    assert office.notices("phase") == [
        f"09-16 12:00 phase {TOWN}、{OTHER} 0 sent: ",
    ]


def test_each_level_and_each_recipient_has_a_notice_of_its_own() -> None:
    office = opened().live_until("2022-09-05T12:00")
    assert office.notices("overdue") == [
        f"09-01 10:00 overdue {TOWN} 0 sent: report",
        f"09-01 10:00 overdue {OTHER} 0 sent: report",
        f"09-05 10:00 overdue {TOWN} 1 sent: report",
        f"09-05 10:00 overdue {OTHER} 1 sent: report",
    ]


def test_two_levels_on_one_day_have_two_notices() -> None:
    ladder = "[{id: 催办, at: 1wd, level: 0, notice: overdue}, {id: 催分管, at: 1wd, level: 1, notice: overdue}]"
    office = opened(plan(ladder=ladder, gap="0wd")).live_until("2022-09-01T12:00")
    assert office.notices("overdue", TOWN) == [
        f"09-01 10:00 overdue {TOWN} 0 sent: report",
        f"09-01 10:00 overdue {TOWN} 1 sent: report",
    ]


# --- N2 ---


def test_a_correction_is_a_new_notice_that_names_the_old_one_which_stays_as_sent() -> None:
    office = opened().live_until("2022-08-26T12:00")
    old = next(n for n in office.find(Notice, kind="reminder") if n.unit == TOWN)
    before = office.text("reminder", TOWN)
    office.do("correct", notice=office.short_of(old), wrong="17:30", right="12:00")
    office.live_until("2022-08-26T17:00")
    text = office.text("correction", TOWN)
    assert "更正" in text.subject and "17:30" in text.body and "12:00" in text.body
    assert "工作提示" in text.body or old.subject in text.body
    assert office.text("reminder", TOWN) == before
    assert [n for n in office.find(Notice) if n.id == old.id] == [old]


def test_what_was_not_sent_cannot_be_corrected_and_what_was_sent_cannot_be_withheld() -> None:
    office = opened().live_until("2022-09-16T12:00")
    with pytest.raises(WrongState):
        office.do("correct", notice=office.number("supervise"), wrong="a", right="b")
    with pytest.raises(WrongState):
        office.do("withhold", notice=office.number("overdue"), reason="已报")


def test_a_notice_of_another_campaign_is_unknown_here_by_its_full_number_too() -> None:
    office = opened(plan(ladder="[{id: 催办, at: 1wd, level: 0, notice: overdue, delivery: manual}]"))
    office.live_until("2022-09-01T10:00")
    create_campaign(office.desk, "other", plan(), {})
    [listed] = overdue(office)
    words = {"withhold": {"reason": "误"}, "correct": {"wrong": "误", "right": "正"}}
    for action, who in (("release", ""), ("withhold", ""), ("sign", "leader"), ("correct", "")):
        with pytest.raises(UnknownName):
            perform(office.desk, Command(action, "other", {"notice": str(listed.id), **words.get(action, {})}, who))
    assert office.find(Notice, id=listed.id) == [listed]


# --- N3 ---


def test_a_message_that_was_not_taken_is_tried_again_under_the_same_id() -> None:
    office = opened()
    office.post.outcome = "later"
    office.live_until("2022-07-05T09:00")
    office.post.outcome = "accepted"
    office.sweep("2022-07-05T09:02")
    ids = [(e.recipients[0], e.message_id) for e in office.post.taken]
    assert len(ids) == 4 and ids[:2] == ids[2:]
    assert {o.state for o in office.find(Outgoing)} == {"sent"}
    assert len(office.history("deliver")) == 2
    assert office.sweep().post.taken[4:] == []


def test_nothing_is_sent_that_could_not_be_recorded_because_the_clock_is_behind() -> None:
    office = opened()
    office.post.outcome = "later"
    office.live_until("2022-07-05T09:00").at("2022-07-05T12:00").do("receive", who=TOWN, task="report")
    before = len(office.post.taken)
    office.at("2022-07-05T11:00")
    with pytest.raises(ClockBehind):
        relaying.deliver(office.desk, lambda _: office.post, "office@example.org", "worker")
    assert len(office.post.taken) == before
    assert {o.lease for o in office.find(Outgoing)} == {""}


def test_a_worker_that_dies_after_sending_leaves_a_lease_that_another_takes_up_later() -> None:
    office = opened()
    office.live_until("2022-07-05T08:59").at("2022-07-05T09:00")
    sweep(office.desk)
    assert (
        len(
            Claimer(desk=office.desk, sender="office@example.org", worker="dead", steady=lambda: 0.0).claim("eml").ids
        )
        == 2
    )
    office.sweep("2022-07-05T09:09")
    assert office.post.taken == []
    office.sweep("2022-07-05T09:11")
    assert len(office.post.taken) == 2


# --- N4 ---


def test_each_notice_has_a_short_text_that_names_no_unit() -> None:
    office = opened(plan(tasks=REPORT.replace(OTHER, f"{OTHER}, {COURT}"))).live_until("2022-10-20T12:00")
    kinds = {notice.kind for notice in office.find(Notice)}
    assert kinds >= {"task_issued", "reminder", "overdue", "supervise", "gate_late"}
    for kind in kinds:
        short = office.text(kind).short
        assert 0 < len(short) <= 150
        assert not [unit for unit in (TOWN, OTHER, COURT) if unit in short], kind


def test_a_short_text_names_fewer_titles_where_it_would_be_too_long() -> None:
    long = "推进各乡镇街道和县级各部门单位共同承担的示范创建重点工作任务落实情况阶段性总结材料"
    tasks = "".join(
        f"\n  - {{id: t{n}, title: {long}之{n}, phase: build, responsible: [{TOWN}], due: 2022-08-31}}"
        for n in range(4)
    )
    gate = "{kind: tasks, tasks: [t0], text: 全部}"
    office = opened(plan(tasks=tasks, gate=gate)).live_until("2022-09-02T12:00")
    short = office.text("overdue", TOWN).short
    assert len(short) <= 150 and "4项" in short and short.endswith("。")
    assert short.count(long) < 4


# --- N5 ---


def test_a_bulletin_counts_what_was_due_and_lists_units_in_the_order_of_the_directory() -> None:
    office = opened().live_until("2022-08-31T12:00")
    office.do("draft", kind="bulletin")
    office.live_until("2022-09-01T09:00")
    office.hand_in(OTHER)
    office.live_until("2022-09-02T12:00")
    office.do("draft", kind="bulletin")
    office.live_until("2022-09-02T13:00")
    text = office.text("bulletin")
    assert "应办结2项:已办结1项(其中按期报送0项)、已报送待审0项、退回补正0项、尚未报送1项" in text.body
    assert TOWN in text.body
    assert [n.state for n in office.find(Notice, kind="bulletin")] == ["draft", "draft"]
    problems = text.body[text.body.index("问题") :]
    assert TOWN in problems and OTHER not in problems.split("请有关单位")[0]


def test_a_bulletin_ranks_nobody() -> None:
    office = opened().live_until("2022-09-05T12:00")
    office.do("draft", kind="bulletin")
    office.live_until("2022-09-05T13:00")
    body = office.text("bulletin").body
    problems = body[body.index("问题") :]
    assert problems.index(TOWN) < problems.index(OTHER)
    assert not [word for word in ("第一名", "倒数", "排名", "末位") if word in body]


def drafted() -> tuple[Office, str]:
    """An office with the draft of a bulletin that tells of two late towns, and the draft's number."""
    office = opened().live_until("2022-09-05T09:00")
    office.do("draft", kind="bulletin")
    office.live_until("2022-09-05T12:00")
    (draft,) = office.find(Notice, kind="bulletin")
    return office, str(draft.id & 0xFFFFFFFF)


def test_units_see_the_facts_of_a_bulletin_a_working_day_before_it_is_signed() -> None:
    office, draft = drafted()
    assert [(n.unit, n.state) for n in office.find(Notice, kind="facts_shown")] == [(TOWN, "sent"), (OTHER, "sent")]
    body = office.text("facts_shown", TOWN).body
    assert "报送方案" in body and "9月6日(星期二)12:00前" in body and OTHER not in body
    with pytest.raises(Refused, match="the units see the facts until 2022-09-06 12:00"):
        office.do("sign", who="leader", notice=draft)
    office.live_until("2022-09-06T12:00").at("2022-09-06T14:00")
    office.submit(TOWN)
    office.accept(TOWN)
    with pytest.raises(Refused, match=f"{TOWN}:报送方案"):
        office.do("sign", who="leader", notice=draft)
    office.do("withhold", notice=draft, reason="东镇已报送")
    assert office.do("release", notice=draft)["state"] == "draft"
    read = office.text("bulletin").body
    office.do("sign", who="leader", notice=draft)
    body = office.text("bulletin").body
    assert [line for line in body.splitlines() if "〕" not in line] == read.splitlines()
    problems = body[body.index("三、") : body.index("四、")]
    assert OTHER in problems and TOWN not in problems
    assert office.audit().findings == ()


def test_a_bulletin_that_tells_of_nobody_late_is_signed_at_once() -> None:
    office = opened().live_until("2022-08-29T09:00")
    office.do("draft", kind="bulletin")
    office.live_until("2022-08-29T12:00")
    (draft,) = office.find(Notice, kind="bulletin")
    assert office.do("sign", who="leader", notice=str(draft.id & 0xFFFFFFFF))["number"].endswith("1号")


# --- H4 ---


def test_each_notice_carries_the_head_of_the_history_in_short_form() -> None:
    office = opened().live_until("2022-08-26T12:00")
    heads = {short_head(record.hash) for record in office.find(Record, journal=1)}
    for kind in ("task_issued", "reminder"):
        body = office.text(kind, TOWN).body
        assert [head for head in heads if head in body], kind


def test_a_kind_of_notice_may_go_by_a_channel_of_its_own() -> None:
    ladder = "[{id: 催办, at: 1wd, level: 0, notice: overdue, channel: console}]"
    office = opened(plan(ladder=ladder)).live_until("2022-09-02T12:00")
    assert {n.channel for n in office.find(Notice, kind="overdue")} == {"console"}
    assert {n.channel for n in office.find(Notice, kind="task_issued")} == {"eml"}
    assert json.loads(overdue(office)[0].to) == ["liaison@east.example.org"]


def test_an_unknown_kind_of_document_is_not_drafted() -> None:
    with pytest.raises(UnknownName, match="no kind of document"):
        opened().do("draft", kind="poem")


def test_our_own_office_is_nudged_not_told_to_report_to_itself() -> None:
    both = REPORT.replace(f"[{TOWN}, {OTHER}]", f"[{TOWN}, {OFFICE}]")
    office = opened(plan(tasks=both)).live_until("2022-09-02T12:00")
    assert {n.kind for n in office.find(Notice, unit=OFFICE)} == {"office_nudge"}
    assert {n.kind for n in office.find(Notice, unit=TOWN)} >= {"reminder", "overdue"}
