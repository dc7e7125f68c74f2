"""Looking: spot checks, mutual inspection, self-checks, findings, the monthly round (V)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from office import BUREAU, CITY, COURT, GROUP, OFFICE, OTHER, TOWN, UNITS, Office, opened, plan
from test_forecast import foretold, last_notice, lived, written

from engine.draws import drawn, pairs
from engine.errors import Refused, UnknownName
from engine.history import canonical, parse
from engine.model import Assignment, Item, Record, Remark, Round
from engine.service import forecast
from engine.service.forecast import Assumption, early, nobody
from engine.service.inspections.views.findings import listed
from engine.service.inspections.views.looking import repeated, shown
from engine.service.inspections.views.monthly import month
from engine.service.kernel.desk import Command
from engine.service.kernel.previewing import preview

PAPER = {"title": "台账抽查", "document": "抽查方案", "due": "2022-08-12"}
MORE = UNITS + "".join(f"  - {{name: 第{n}镇, code: town{n}, kind: 镇}}\n" for n in range(1, 5))
REPORTS = f"""
  - id: report
    title: 报送方案
    phase: build
    responsible: [{TOWN}, {OTHER}, {COURT}]
    due: 2022-08-31
  - id: other
    title: 另一任务
    phase: build
    responsible: [{CITY}]
    due: none
"""
TOWNS = (TOWN, OTHER, *(f"第{n}镇" for n in range(1, 5)))


def county(**given: Any) -> Office:
    return opened(plan(units=MORE, **given)).live_until("2022-07-11T10:00")


def draw(office: Office, *among: str, **given: Any) -> dict[str, Any]:
    return office.do("draw", among=among or ("各乡镇",), **{"count": 2, "seed": "甲", **PAPER, **given})


def pair(office: Office, *among: str, **given: Any) -> dict[str, Any]:
    return office.do("pair", among=among or ("各乡镇",), **{"seed": "甲", **PAPER, **given})


def owed(office: Office, *tasks: str) -> list[tuple[str, str]]:
    return [(a.task, a.unit) for a in office.find(Assignment) if a.task.startswith(tasks)]


def told(office: Office, kind: str = "inspection") -> list[str]:
    return sorted(item.unit for item in office.find(Item, kind=kind))


# --- V1: spot checks ---


def test_a_draw_is_a_fact_of_the_history_that_anybody_can_repeat() -> None:
    office = county()
    answer = draw(office)
    assert answer == {"round": "s-1", "units": list(drawn("甲", TOWNS, 2)), "seed": "甲"}
    facts = office.history("draw")[0]["facts"]
    assert (facts["seed"], facts["draws"]) == ("甲", [{"candidates": list(TOWNS), "taken": answer["units"]}])
    with office.case() as case:
        again = repeated(case, "s-1")
    assert again["agrees"] and again["again"] == again["recorded"] == [answer["units"]]
    assert [each["unit"] for each in again["draws"][0]][:2] == answer["units"]
    assert office.audit().holds


def test_the_record_of_a_draw_tells_what_was_typed_and_drawn_and_its_task_is_worded_in_the_plan() -> None:
    office = county()
    answer = draw(office)
    facts = office.history("draw")[0]["facts"]
    assert {name: facts[name] for name in facts if name != "extra"} == {
        "round": "s-1",
        "kind": "spot",
        "title": "台账抽查",
        "document": "抽查方案",
        "due": "2022-08-12",
        "tasks": ["s-1"],
        "seed": "甲",
        "seed_from": "given",
        "draws": [{"candidates": list(TOWNS), "taken": answer["units"]}],
    }
    with office.case() as case:
        task = case.plan.tasks["s-1"]
    assert (task.title, task.demand) == ("抽查:台账抽查", "抽查情况和发现的问题")


def test_without_a_seed_one_comes_that_nobody_could_foresee_and_stands_in_the_history() -> None:
    office = county()
    seeds = [draw(office, seed="")["seed"] for _ in range(2)]
    assert seeds[0] != seeds[1] and all(len(seed) == 32 for seed in seeds)
    assert [each["facts"]["seed"] for each in office.history("draw")] == seeds
    assert [each["facts"].get("seed_from", "") for each in office.history("draw")] == ["", ""]
    assert office.audit().holds


def test_a_draw_is_never_rehearsed_and_a_draw_made_again_is_seen() -> None:
    office = county()
    for action in ("draw", "pair"):
        with pytest.raises(Refused, match="never rehearsed"):
            preview(
                office.desk, Command(action, office.key, {"among": ["各乡镇"], "count": 2, "seed": "甲", **PAPER})
            )
    draw(office), draw(office, seed="乙")
    assert [each["subject"] for each in office.history("draw")] == ["s-1", "s-2"]


def test_a_repeated_command_does_not_draw_again() -> None:
    office = county()
    first = draw(office, seed="", idempotent="k1")
    assert draw(office, seed="", idempotent="k1") == first
    assert len(office.find(Round)) == 1


def test_a_draw_that_was_changed_does_not_come_out_again() -> None:
    office = county()
    draw(office)
    told = parse(office.find(Record, action="draw")[0].data)
    told["facts"]["draws"][0]["taken"] = list(drawn("乙", TOWNS, 2))
    with office.write() as work:
        work.rows("DROP TRIGGER journal_UPDATE")
        work.rows("UPDATE journal SET data = ? WHERE action = 'draw'", (canonical(told),))
    with office.case() as case:
        assert not repeated(case, "s-1")["agrees"]


def test_the_office_owes_the_look_and_the_drawn_units_are_told_each_in_its_form() -> None:
    office = county()
    answer = draw(office, TOWN, COURT, BUREAU, count=3)
    assert owed(office, "s-") == [("s-1", OFFICE)]
    office.sweep()
    assert told(office) == sorted(answer["units"])
    assert "你镇列入“台账抽查”抽查单位" in office.text("inspection", TOWN).body
    for unit in (COURT, BUREAU):
        assert "商请" in office.text("inspection", unit).subject
    among = f"候选单位为{TOWN}、{COURT}、{BUREAU}(共3个)"
    assert all(among in office.text("inspection", unit).body for unit in (TOWN, COURT, BUREAU))
    assert all("种子为“甲”" in office.text("inspection", unit).body for unit in (TOWN, COURT, BUREAU))


def test_neither_a_superior_nor_our_own_office_is_ever_drawn() -> None:
    office = county()
    draw(office, TOWN, CITY, GROUP, OFFICE, count=1)
    with office.case() as case:
        assert shown(case, "s-1")["draws"] == [{"candidates": [TOWN], "taken": [TOWN]}]
    with pytest.raises(Refused, match="superiors and our own office are never looked at"):
        draw(office, CITY, OFFICE, count=1)


def test_so_many_are_drawn_from_each_group_and_nobody_twice() -> None:
    office = county()
    draw(office, "各乡镇", COURT, count=1, per_group=True)
    with office.case() as case:
        found = shown(case, "s-1")
    assert [len(each["candidates"]) for each in found["draws"]] == [6, 1]
    assert found["units"] == [*drawn("甲", TOWNS, 1), COURT]


def test_whoever_is_left_out_stands_in_no_list_of_candidates() -> None:
    office = county()
    draw(office, without=[OTHER])
    with office.case() as case:
        assert OTHER not in shown(case, "s-1")["draws"][0]["candidates"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"count": 7}, "7 cannot be drawn among 6"),
        ({"due": "2022-07-01"}, "has passed"),
        ({"document": ""}, "document is missing"),
        ({"title": ""}, "title is missing"),
    ],
)
def test_a_draw_that_cannot_be_made_says_why_and_only_that_is_recorded(given: dict[str, Any], why: str) -> None:
    office = county()
    with pytest.raises(Refused, match=why):
        draw(office, **given)
    assert [each["action"] for each in office.refusals()] == ["draw"]
    assert office.find(Round) == []


# --- V2: mutual inspection ---


def test_each_inspects_one_and_is_inspected_by_one_and_no_two_inspect_each_other() -> None:
    office = county()
    pair(office)
    found = office.history("pair")[0]["facts"]["pairs"]
    assert [tuple(each) for each in found] == list(pairs("甲", TOWNS))
    assert owed(office, "m-") == [(f"m-1-{n}", who) for n, (who, _) in enumerate(found, 1)]
    with office.case() as case:
        assert {case.task(f"m-1-{n}").title for n in range(1, 7)} == {f"互检:检查{whom}" for whom in TOWNS}
        assert repeated(case, "m-1")["agrees"]
    office.sweep()
    assert told(office) == sorted(TOWNS)
    for who, whom in found:
        assert f"由{who}到你{whom[-1]}检查" in office.text("inspection", whom).body
        assert f"互检:检查{whom}" in office.text("task_issued", who).body
    assert office.audit().holds


@pytest.mark.parametrize("among", [(TOWN,), (TOWN, OTHER), (TOWN, OTHER, CITY, OFFICE)])
def test_fewer_than_three_are_not_paired(among: Sequence[str]) -> None:
    with pytest.raises(Refused, match="without two that inspect one another"):
        pair(county(), *among)


def test_an_inspection_has_a_date() -> None:
    with pytest.raises(Refused, match="has a date"):
        pair(county(), due="")


# --- self-checks ---


def test_a_self_check_asks_for_a_score_and_is_handed_in_like_any_task() -> None:
    office = county()
    office.do("check", among=["各乡镇"], **PAPER)
    assert owed(office, "z-") == [("z-1", unit) for unit in TOWNS]
    with pytest.raises(Refused, match="asks for number"):
        office.submit(TOWN, "z-1")
    office.submit(TOWN, "z-1", numbers={"自评分": "92"})
    office.accept(TOWN, "z-1")
    assert office.audit().holds


def test_a_round_that_is_not_there_names_those_that_are() -> None:
    office = county()
    draw(office)
    with office.case() as case, pytest.raises(UnknownName, match="s-1"):
        repeated(case, "s-2")


# --- V3: findings ---


def inspector(office: Office, whom: str) -> str:
    with office.case() as case:
        return next(str(who) for who, each in shown(case, "m-1")["pairs"] if each == whom)


def state_of(office: Office) -> list[tuple[str, str, str]]:
    return [(r.text, r.state, r.task) for r in office.find(Remark)]


def test_who_inspects_reports_in_its_own_name_and_the_office_makes_it_a_rectification_in_one_step() -> None:
    office = county()
    pair(office)
    who = inspector(office, TOWN)
    told = office.do("report", who=who, round="m-1", findings=["台账不全", "标牌陈旧"])
    assert told["unit"] == TOWN and state_of(office) == [("台账不全", "open", ""), ("标牌陈旧", "open", "")]
    answer = office.do("adopt", findings=told["findings"], due="2022-08-26", document="通报1号")
    assert answer == {"tasks": ["r-1", "r-2"]}
    assert state_of(office) == [("台账不全", "adopted", "r-1"), ("标牌陈旧", "adopted", "r-2")]
    assert owed(office, "r-") == [("r-1", TOWN), ("r-2", TOWN)]
    assert office.due_on(TOWN, "r-1") == "2022-08-26"
    assert office.audit().holds


def test_all_that_is_open_in_a_round_is_adopted_at_once_and_what_is_dropped_stays_with_its_reason() -> None:
    office = county()
    draw(office, TOWN, count=1)
    told = office.do("report", round="s-1", unit=TOWN, findings=["甲", "乙", "丙"])
    office.do("drop", findings=told["findings"][:1], reason="当场补正")
    assert office.do("adopt", round="s-1", due="2022-08-26", document="通报1号") == {"tasks": ["r-1", "r-2"]}
    assert state_of(office) == [("甲", "dropped", ""), ("乙", "adopted", "r-1"), ("丙", "adopted", "r-2")]
    with pytest.raises(Refused, match="already dropped"):
        office.do("adopt", findings=told["findings"][:1], due="2022-08-26", document="通报1号")
    with pytest.raises(Refused, match="waits for a decision"):
        office.do("adopt", round="s-1", due="2022-08-26", document="通报1号")
    assert office.audit().holds


def test_a_unit_reports_only_on_the_one_it_inspects() -> None:
    office = county()
    pair(office)
    who = inspector(office, TOWN)
    stranger = next(name for name in TOWNS if name not in (who, TOWN))
    with pytest.raises(Refused, match=f"reporting on {TOWN}"):
        office.do("report", who=stranger, round="m-1", unit=TOWN, findings=["台账不全"])
    with pytest.raises(UnknownName):
        office.do("report", who=who, round="m-1", unit=COURT, findings=["台账不全"])
    assert state_of(office) == []


def test_what_the_office_writes_down_for_an_inspector_needs_a_voucher() -> None:
    office = county()
    pair(office)
    with pytest.raises(Refused, match="needs a voucher"):
        office.do("report", round="m-1", unit=TOWN, findings=["台账不全"])
    office.do("report", round="m-1", unit=TOWN, findings=["台账不全"], voucher={"text": "检查记录表"})
    assert office.find(Remark)[0].teller == office.history("report")[-1]["on_behalf"] == inspector(office, TOWN)
    assert office.audit().holds


def test_a_unit_that_checks_itself_reports_its_own_problems() -> None:
    office = county()
    office.do("check", among=["各乡镇"], **PAPER)
    office.do("report", who=TOWN, round="z-1", findings=["会议记录不全"])
    assert [(r.unit, r.teller) for r in office.find(Remark)] == [(TOWN, TOWN)]


# --- the register, and the gate that reads it ---


def register_of(office: Office, **wanted: str) -> list[tuple[int, str, str, str, str]]:
    with office.case() as case:
        return [(r["number"], r["source"], r["unit"], r["finding"], r["state"]) for r in listed(case, **wanted)]


def test_the_register_keeps_every_finding_with_its_source_and_what_became_of_it() -> None:
    office = county()
    draw(office, TOWN, count=1)
    office.do("report", round="s-1", unit=TOWN, findings=["甲", "乙", "丙", "丁", "戊"])
    numbers = [str(r.id & 0xFFFFFFFF) for r in office.find(Remark)]
    office.do("adopt", findings=numbers[:3], due="2022-08-26", document="通报1号")
    office.do("drop", findings=numbers[3:4], reason="当场补正")
    office.do("find", title="己", units=[OTHER], due="2022-08-26", document="通报2号")
    office.hand_in(TOWN, task="r-1")
    office.submit(TOWN, "r-2")
    office.at("2022-08-29T09:00")
    assert register_of(office) == [
        (1, "台账抽查", TOWN, "甲", "已销号"),
        (2, "台账抽查", TOWN, "乙", "已报送"),
        (3, "台账抽查", TOWN, "丙", "逾期"),
        (4, "台账抽查", TOWN, "丁", "不予立项"),
        (5, "台账抽查", TOWN, "戊", "待立项"),
        (6, "通报2号", OTHER, "己", "逾期"),
    ]
    assert [line[0] for line in register_of(office, unit=OTHER)] == [6]
    assert [line[0] for line in register_of(office, round="s-1", state="逾期")] == [3]


def test_paused_is_not_overdue_in_the_register() -> None:
    office = county()
    office.do("find", title="己", units=[OTHER], due="2022-08-26", document="通报2号")
    office.pause()
    assert register_of(office.at("2022-08-29T09:00")) == [(1, "通报2号", OTHER, "己", "整改中")]


RECTIFIED = "{kind: rectified}, {kind: rectified, source: mutual, share: 50%}"


def test_a_gate_waits_until_what_was_found_is_put_right_also_what_nobody_decided_yet() -> None:
    office = county(gate=RECTIFIED)
    assert office.verdict().open
    pair(office)
    office.do("report", round="m-1", unit=TOWN, findings=["甲", "乙"], voucher={"text": "记录表"})
    office.do("find", title="己", units=[OTHER], due="2022-08-26", document="通报2号")
    found = [(c.text, c.counted, c.needed, c.missing) for c in office.conditions()]
    assert found == [
        ("检查发现的问题全部整改销号", "0", "3", (TOWN, OTHER)),
        ("互检发现的问题50%以上整改销号", "0", "1", (TOWN,)),
    ]
    office.do("adopt", round="m-1", due="2022-08-26", document="通报1号")
    office.hand_in(TOWN, task="r-2")
    assert [c.holds for c in office.verdict().conditions] == [False, True]
    office.hand_in(TOWN, task="r-3")
    office.hand_in(OTHER, task="r-1")
    assert office.verdict().open
    assert office.audit().holds


def test_what_was_dropped_keeps_no_gate_shut() -> None:
    office = county(gate=RECTIFIED)
    draw(office, TOWN, count=1)
    office.do("report", round="s-1", unit=TOWN, findings=["甲"])
    assert not office.verdict().open
    office.do("drop", round="s-1", reason="当场补正")
    assert office.verdict().open


def test_a_gate_that_moves_by_itself_is_looked_at_when_the_last_finding_is_closed() -> None:
    office = county(gate="{kind: rectified}, {kind: date, on_or_after: 2022-07-20}", build="advance: automatic")
    draw(office, TOWN, count=1)
    office.do("report", round="s-1", unit=TOWN, findings=["甲"])
    office.live_until("2022-07-21T10:00")
    assert office.head().phase == "build"
    office.do("adopt", round="s-1", due="2022-08-26", document="通报1号")
    office.hand_in(TOWN, task="r-1")
    assert office.sweep().head().phase == "sprint"


# --- V4: the monthly round ---


def ask(office: Office, name: str = "2022-07", **given: Any) -> dict[str, Any]:
    return office.do("month", month=name, **{"due": "2022-07-29", **given})


def sheet(office: Office, name: str = "2022-07") -> dict[str, Any]:
    with office.case() as case:
        return month(case, name)


def test_a_month_asks_whoever_has_something_open_once_each_in_its_form() -> None:
    office = county(tasks=REPORTS)
    answer = ask(office)
    assert answer["units"] == [COURT, TOWN, OTHER]
    assert owed(office, "month-") == [("month-2022-07", unit) for unit in answer["units"]]
    office.sweep()
    assert told(office, "monthly") == sorted(answer["units"])
    assert "“无变化”即可" in office.text("monthly", TOWN).body and "报送方案" in office.text("monthly", TOWN).body
    assert "商请" in office.text("monthly", COURT).subject
    with pytest.raises(Refused, match="asked already"):
        ask(office)
    with pytest.raises(Refused, match="has not come"):
        ask(office, "2022-08")
    assert office.audit().holds


def test_the_sheet_of_a_month_shows_what_changed_who_is_silent_and_the_matters() -> None:
    office = county(tasks=REPORTS)
    ask(office)
    office.do("tell", who=TOWN, round="2022-07", task="report", progress="起草中", next="8月报送")
    office.at("2022-08-10T09:00")
    ask(office, "2022-08", due="2022-08-19")
    office.do(
        "tell", who=TOWN, round="2022-08", task="report", progress="起草中", next="已报送", matter="请协调经费。"
    )
    office.do("tell", who=OTHER, round="2022-08", nothing=True)
    found = sheet(office, "2022-08")
    assert [(r["unit"], r["kind"], r["text"], r["before"]) for r in found["changed"]] == [
        (TOWN, "next", "已报送", "8月报送"),
        (TOWN, "matter", "请协调经费。", ""),
    ]
    assert (found["unchanged"], found["silent"]) == ([OTHER], [COURT])
    assert found["matters"] == f"2022年8月提请{GROUP}研究的事项\n一、关于“报送方案”({TOWN}提请):请协调经费。"
    assert sheet(office)["silent"] == [COURT, OTHER]
    assert office.audit().holds


def test_the_first_answer_settles_the_month_and_no_reminder_follows_it_while_the_silent_are_reminded() -> None:
    office = county(tasks=REPORTS)
    ask(office)
    office.do("tell", who=TOWN, round="2022-07", nothing=True)
    office.do("tell", who=TOWN, round="2022-07", task="report", progress="起草中")
    assert office.assignment(TOWN, "month-2022-07").state == "accepted"
    office.live_until("2022-08-02T12:00")
    reminded = {n.split()[3] for n in office.notices("overdue")}
    assert reminded == {COURT, OTHER}
    assert office.audit().holds


def test_one_word_that_nothing_changed_is_recorded_as_a_code_and_shown_as_the_word() -> None:
    office = county(tasks=REPORTS)
    ask(office)
    office.do("tell", who=TOWN, round="2022-07", nothing=True)
    facts = office.history("tell")[0]["facts"]
    assert facts == {
        "round": "2022-07",
        "assignment": office.assignment(TOWN, "month-2022-07").id & 0xFFFFFFFF,
        "on": "2022-07-11",
        "lines": [["nothing", ""]],
    }
    assert [remark.text for remark in office.find(Remark)] == ["无变化"]
    assert office.find(Round)[0].title == "2022年7月"


def test_a_unit_tells_of_its_own_tasks_only_and_the_office_for_it_with_a_voucher() -> None:
    office = county(tasks=REPORTS)
    ask(office)
    for given, why in (
        ({}, "nothing is told"),
        ({"nothing": True, "matter": "请协调"}, "at once"),
        ({"progress": "起草中"}, "no task is named"),
        ({"progress": "起草中", "task": "other"}, "does not owe"),
    ):
        with pytest.raises(Refused, match=why):
            office.do("tell", who=TOWN, round="2022-07", **given)
    with pytest.raises(Refused, match="acting for"):
        office.do("tell", who=TOWN, unit=OTHER, round="2022-07", nothing=True)
    with pytest.raises(Refused, match="needs a voucher"):
        office.do("tell", unit=OTHER, round="2022-07", nothing=True)
    office.do("tell", unit=OTHER, round="2022-07", nothing=True, voucher={"text": "电话"})
    assert sheet(office)["unchanged"] == [OTHER]
    assert office.audit().holds


def test_a_month_stands_still_in_a_pause_and_runs_on_after_it() -> None:
    office = county(tasks=REPORTS)
    ask(office)
    office.pause()
    office.live_until("2022-08-03T12:00")
    assert office.notices("overdue") == []
    office.do("resume", reason="恢复")
    office.live_until("2022-08-10T12:00")
    assert office.notices("overdue") != []
    assert office.audit().holds


# --- looking ahead ---


@pytest.mark.parametrize("assumption", [nobody(), early(2)], ids=["nobody", "early"])
def test_the_forecast_of_a_campaign_with_rounds_of_every_kind_is_what_then_happens(assumption: Assumption) -> None:
    office = county(tasks=REPORTS, gate=RECTIFIED)
    draw(office), pair(office), ask(office)
    office.do("check", among=["各乡镇"], **PAPER)
    drawn_unit = office.history("draw")[0]["facts"]["draws"][0]["taken"][0]
    office.do("report", round="s-1", unit=drawn_unit, findings=["甲", "乙"])
    office.do("tell", who=TOWN, round="2022-07", nothing=True)
    since = last_notice(office.desk)
    found = forecast.of_campaign(office.desk, office.key, assumption)
    lived(office.desk, [act for act in found.assumed if not act.refused], office.key)
    assert foretold(found) == written(office.desk, since=since)
    kinds = {notice.kind for notice in found.notices}
    assert kinds >= {"inspection", "monthly", "task_issued"}
    assert ("overdue" in kinds) == (assumption == nobody())
    assert office.audit().holds
