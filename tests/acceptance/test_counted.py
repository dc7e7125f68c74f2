"""What is counted of a lived campaign adds up at any instant, and every door names and counts alike (SEMANTICS L9, L10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import BUREAU, CITY, COURT, GROUP, KEY, OFFICE, OTHER, TOWN, UNITS, Office, opened, plan

from engine.errors import PhasegateError, Refused
from engine.model import Assignment, Deadline, Item, Notice
from engine.pictures import tables
from engine.reckoning import Reckoning
from engine.service.campaigns.views import campaign
from engine.service.duties import reckoned
from engine.service.duties.views import task as tasks
from engine.service.duties.views.roster import roster
from engine.service.kernel.desk import reading
from engine.service.notices.kinds import kind_of
from engine.service.notices.reporting import report
from engine.service.notices.views import notice as notices

GATHERED = f"""
  - id: report
    title: 报送方案
    phase: build
    responsible: [{TOWN}, {OTHER}, {OFFICE}, {COURT}]
    due: 2022-08-31
  - id: joint
    title: 联合台账
    phase: build
    lead: [{BUREAU}]
    supporting: [{TOWN}, {OTHER}]
    consolidate: true
    due: 2022-08-31
    duties:
      - {{id: calls, title: 走访, per: month, least: 1, units: [{TOWN}, {OTHER}]}}
"""
QUIET = "\n      - {id: 提前三日, at: -3wd, level: 0, notice: reminder}"


def lived(until: str = "2022-09-02T12:00", units: str = UNITS) -> Office:
    return opened(plan(tasks=GATHERED, units=units)).live_until(until)


def bulletin(office: Office) -> str:
    """Have a bulletin drafted and return its text; the next sweep writes it."""
    office.do("draft", kind="bulletin")
    office.sweep()
    return office.text("bulletin").body


def problems(body: str) -> str:
    return body[body.index("三、") : body.index("四、")]


def numbers(office: Office) -> Reckoning:
    with office.case() as case:
        return reckoned.counted(case, reckoned.owed_in(case))


# --- handed in before its day, review pending ---


@pytest.mark.parametrize("day", ["2022-08-26", "2022-08-31"])
def test_what_was_handed_in_by_its_day_and_waits_for_review_is_named_nowhere_as_late(day: str) -> None:
    office = opened().live_until(f"{day}T15:00")
    office.submit(TOWN)
    office.live_until("2022-09-05T09:30")
    read = bulletin(office)
    assert "应办结2项:已办结0项、已报送待审1项、退回补正0项、尚未报送1项;" in read
    assert OTHER in problems(read) and TOWN not in problems(read)
    office.live_until("2022-09-06T14:00")
    assert [notice.unit for notice in office.find(Notice, kind="facts_shown")] == [OTHER]
    office.do("sign", who="leader", notice=office.number("bulletin"))
    signed = office.sweep().text("bulletin").body
    assert [line for line in signed.splitlines() if "〔2022〕1号" not in line] == [
        line.replace("9月5日", "9月6日") if line.strip() == "2022年9月5日" else line for line in read.splitlines()
    ]
    office.do("correct", notice=office.number("bulletin"), wrong="尚未报送1项", right="尚未报送一项")
    office.live_until("2022-09-07T12:00")
    assert "逾期" not in office.text("correction").body
    with office.case() as case:
        entry = next(e for e in roster(case) if e.assignment.unit == TOWN)
        assert (entry.overdue, entry.late, entry.light) == (False, False, "green")
        assert [row["unit"] for row in tasks.listed(case, overdue=True)] == [OTHER]
        told = report(case)
    assert (told["figures"].due, told["figures"].handed_in, told["figures"].overdue) == (2, 1, 1)
    assert [(row.who, row.state) for row in told["missing"]] == [(OTHER, "逾期未办结")]
    assert (TOWN, "已报送待审核") in {(row.who, row.state) for row in told["ahead"]}
    assert office.audit().findings == ()


def test_what_was_handed_in_late_is_not_late_any_more_and_its_own_record_keeps_the_days() -> None:
    office = lived()
    office.submit(TOWN)
    named = problems(bulletin(office))
    assert f"{TOWN}:联合台账" in named and f"{OTHER}:报送方案" in named
    with office.case() as case:
        entry = next(e for e in roster(case, task="report") if e.assignment.unit == TOWN)
        owed, dues = _rows(case)
        ledger = {row[2:4]: row[-1] for row in tables.ledger(case.plan.workflow, owed, dues, case.today)[1:]}
    assert (entry.overdue, entry.late) == (False, True)
    assert ledger["报送方案", TOWN] == "2"


def _rows(case: Any) -> tuple[list[Assignment], list[Deadline]]:
    return case.work.find(Assignment, campaign=case.id), case.work.find(Deadline, campaign=case.id, kind="due")


def test_what_waits_at_a_lead_is_not_the_units_lateness() -> None:
    office = opened(plan(tasks=GATHERED)).live_until("2022-08-30T12:00")
    office.submit(TOWN, "joint")
    office.live_until("2022-09-02T12:00")
    assert "联合台账" not in problems(bulletin(office)).split(OTHER)[0]
    counted = numbers(office)
    assert (counted.handed_in, counted.at_lead) == (1, 1) and counted.adds_up


def test_what_was_returned_is_told_with_its_new_day_and_is_late_only_after_it() -> None:
    office = opened().live_until("2022-08-30T12:00")
    office.submit(TOWN)
    office.live_until("2022-09-02T12:00")
    office.do("return", task="report", unit=TOWN, reason="缺少附件")
    told = problems(bulletin(office))
    assert f"{TOWN}:报送方案,原时限8月31日(星期三),补正时限9月9日(星期五),已退回补正。" in told
    assert (numbers(office).returned, numbers(office).late) == (1, 1)
    office.live_until("2022-09-13T12:00")
    assert "已退回补正,补正逾期" in problems(bulletin(office)) and numbers(office).late == 2


def test_nobody_orders_itself_and_peers_and_superiors_are_never_among_the_late() -> None:
    office = lived()
    body = bulletin(office)
    assert not [name for name in (OFFICE, COURT, BUREAU, CITY, GROUP) if f"{name}:" in problems(body)]
    assert body.splitlines()[2] == f"{TOWN}、{OTHER}:" and f"抄送:{COURT}、{BUREAU}。" in body
    assert {item.unit for item in office.find(Item, kind="facts_shown")} == {TOWN, OTHER}
    office.live_until("2022-09-05T14:00")
    office.do("sign", who="leader", notice=office.number("bulletin"))
    with reading(office.desk, KEY, COURT) as case:
        assert [row["kind"] for row in notices.listed(case, kind="bulletin")] == ["bulletin"]
    with reading(office.desk, KEY, CITY) as case:
        assert notices.listed(case, kind="bulletin") == []


def test_the_late_lines_are_as_many_as_the_figures_say() -> None:
    office = lived("2022-09-02T12:00")
    body = bulletin(office)
    late, short = (problems(body).count(word) for word in ("逾期尚未报送", "次数不足("))
    assert f"未办结的任务中逾期{late}项、周期内次数不足{short}项。" in body and (late, short) == (4, 4)


def test_what_was_waived_paused_or_extended_stands_beside_and_is_not_late() -> None:
    office = opened(plan(tasks=GATHERED)).live_until("2022-08-30T12:00")
    office.do("waive", task="report", unit=TOWN, reason="上级统一报送", document="纪要1号")
    office.pause(task="report", unit=OTHER)
    office.extend(OTHER, "joint", to="2022-09-20")
    office.live_until("2022-09-02T12:00")
    counted = numbers(office)
    assert (counted.waived, counted.paused) == (1, 1) and counted.adds_up
    body = bulletin(office)
    assert "经批准免报1项、暂缓1项、未到时限" in body and "报送方案" not in problems(body)


# --- L10, renamed units ---


def test_what_an_ended_unit_had_handed_in_waits_for_review_and_is_left_once_it_is_returned() -> None:
    units = UNITS.replace("code: east,", "code: east, to: 2022-08-31,")
    office = opened(plan(units=units)).live_until("2022-08-30T12:00")
    office.submit(TOWN)
    office.live_until("2022-09-02T12:00")
    assert (numbers(office).handed_in, numbers(office).left) == (1, 0)
    office.do("return", task="report", unit=TOWN, reason="缺少附件")
    assert (numbers(office).handed_in, numbers(office).left) == (0, 1)
    with office.case() as case:
        assert [row["unit"] for row in campaign.shown(case)["left"]] == [TOWN]
    assert TOWN not in bulletin(office)


def test_a_renamed_unit_is_named_as_it_is_called_now() -> None:
    office = opened().live_until("2022-08-31T12:00")
    office.do("rename_unit", old=TOWN, new="新镇", document="某府发〔2022〕9号", **{"from": "2022-08-31"})
    office.live_until("2022-09-02T12:00")
    body = bulletin(office)
    assert "新镇:报送方案" in problems(body) and TOWN not in body


# --- signed as it was read (N7) ---


def test_a_draft_that_names_more_than_units_were_shown_is_shown_to_them_before_it_is_signed() -> None:
    office = opened().live_until("2022-08-30T12:00")
    office.submit(TOWN)
    office.live_until("2022-09-02T12:00")
    bulletin(office)
    draft = office.number("bulletin")
    office.live_until("2022-09-05T14:00")
    office.submit(OTHER)
    office.do("return", task="report", unit=TOWN, reason="缺少附件")
    with pytest.raises(Refused, match=f"{OTHER}:报送方案"):
        office.do("sign", who="leader", notice=draft)
    office.do("withhold", notice=draft, reason="情况有变")
    office.do("release", notice=draft)
    assert [n.state for n in office.find(Notice, kind="bulletin")] == ["draft"]
    with pytest.raises(Refused, match="the units see the facts until 2022-09-06 12:00"):
        office.do("sign", who="leader", notice=draft)
    office.live_until("2022-09-06T14:00")
    assert [n.unit for n in office.find(Notice, kind="facts_shown")] == [OTHER, TOWN]
    office.do("sign", who="leader", notice=draft)
    assert OTHER not in problems(office.text("bulletin").body)
    assert office.audit().findings == ()


def test_a_draft_whose_day_for_an_answer_has_come_is_not_signed() -> None:
    office = lived()
    bulletin(office)
    office.live_until("2022-09-07T14:00")
    with pytest.raises(Refused, match="asks for an answer"):
        office.do("sign", who="leader", notice=office.number("bulletin"))


# --- every door, at any instant of a lived campaign ---

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["submit", "accept", "return", "waive", "pause", "resume", "extend", "count", "rename", "wait"]
        ),
        st.sampled_from([TOWN, OTHER, COURT, OFFICE, BUREAU]),
        st.sampled_from(["report", "joint", "calls"]),
        st.integers(0, 9),
    ),
    max_size=14,
)


def act(office: Office, what: str, unit: str, task: str) -> None:
    """Do what there is to do, or be refused."""
    day = office.clock.at.date().isoformat()
    given = {
        "return": {"reason": "缺少附件"},
        "waive": {"reason": "统一报送", "document": "纪要1号"},
        "pause": {"reason": "防汛", "document": "通知2号"},
        "extend": {"to": "2022-10-12", "reason": "资料未齐", "document": "批复1号"},
        "count": {"on": day, "note": "签到表"},
    }.get(what, {})
    try:
        if what == "submit":
            office.submit(unit, task)
        elif what == "rename":
            office.do("rename_unit", old=unit, new=f"新{unit}", document="某府发〔2022〕9号", **{"from": day})
        elif what != "wait":
            office.do(what, task=task, unit=unit, **given)
    except PhasegateError:
        return


@given(ACTS, st.sampled_from([UNITS, UNITS.replace("code: west,", "code: west, to: 2022-08-24,")]))
@settings(deadline=None, max_examples=25)
def test_at_any_instant_of_a_lived_campaign_all_doors_count_alike_and_the_count_adds_up(
    acts: list[tuple[str, str, str, int]], units: str
) -> None:
    office = opened(plan(tasks=GATHERED, ladder=QUIET, units=units)).live_until("2022-08-20T12:00")
    for what, unit, task, days in acts:
        act(office, what, unit, task)
        office.live_until(f"{(office.clock.at + timedelta(days=days)):%Y-%m-%d}T12:00")
        assert_alike(office)
    assert office.audit().findings == ()


def assert_alike(office: Office) -> None:
    with office.case() as case:
        found = reckoned.owed_in(case)
        counted = reckoned.counted(case, found)
        shown, entries = campaign.shown(case), roster(case)
        told = kind_of("bulletin").fields(case, [])
        figures, upward = told["figures"], report(case)["figures"]
        late = {line.unit for line in told["items"]}
        owing = {
            e.assignment.unit for e in found if e.assignment.state in ("issued", "received", "returned", "short")
        }
        below = {unit for unit in owing if case.relation(unit) == "subordinate"} - {OFFICE}
        ended = {unit for unit in below if case.has_ended(unit)}
    assert counted.adds_up and counted.all == sum(e.assignment.state != "cancelled" for e in found)
    assert Reckoning(**shown["reckoned"]) == counted
    for each in (figures, upward):
        assert each.due == each.done + each.handed_in + each.returned + each.owed
        assert each.due <= counted.due and each.overdue <= counted.late
    assert sum(e.overdue for e in entries) == counted.late - counted.short
    assert all(e.light == "red" for e in entries if e.overdue)
    assert late <= below - ended
