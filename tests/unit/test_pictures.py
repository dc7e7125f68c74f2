from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import DEPARTMENTS, TOWNS, assigned, city, condition, county, due, every, phase, task, workflow

from engine import gates
from engine.model import Assignment, Deadline, Due, Offset, Phase, PhaseState, Workflow
from engine.pictures.diagram import state_diagram
from engine.pictures.svg import shortened, width_of, wrapped
from engine.pictures.tables import breakdown, csv_bytes, harmless, ledger
from engine.pictures.timeline import timeline

TODAY = date(2022, 12, 5)
SVG = "{http://www.w3.org/2000/svg}"


def words_of(picture: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def hovers_of(picture: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}title")]


def boxes_of(picture: str, size: float = 13) -> Iterator[tuple[float, float, float]]:
    """Yield of each text of `size` where it begins, where it ends, and its baseline."""
    for element in ElementTree.fromstring(picture).iter(f"{SVG}text"):
        if float(element.attrib["font-size"]) == size and "text-anchor" not in element.attrib:
            x = float(element.attrib["x"])
            yield x, x + width_of(element.text or "", size), float(element.attrib["y"])


def phase_states(plan: Workflow) -> list[PhaseState]:
    names = ("before_adoption", "left", "open", "waiting")
    return [
        PhaseState(
            campaign=1,
            phase=each.id,
            position=n,
            state=names[n],  # type: ignore[arg-type]
            first_day=each.window.first_day,
            last_day=each.window.last_day,
        )
        for n, each in enumerate(plan.phases)
    ]


def selfcheck() -> tuple[list[Assignment], list[Deadline]]:
    """Return the self-checks of four towns: done, handed in, late, extended."""
    owed = [
        assigned(1, "selfcheck", "南宾街道", "accepted", first_submitted_on=date(2022, 11, 29)),
        assigned(2, "selfcheck", "西沱镇", "submitted", first_submitted_on=date(2022, 12, 2)),
        assigned(3, "selfcheck", "黄水镇", "received", received_on=date(2022, 10, 9)),
        assigned(4, "selfcheck", "中益乡", "issued", extensions=1),
    ]
    states = ("met", "suspended", "armed", "armed")
    days = ("2022-11-30", "2022-11-30", "2022-11-30", "2022-12-09")
    return owed, [due(a.id, a, day, state) for a, day, state in zip(owed, days, states, strict=True)]


# --- timeline -----------------------------------------------------------------------------------


def test_a_timeline_of_a_plan_shows_every_phase_and_every_task_with_its_day():
    shown = words_of(timeline(county(), today=TODAY))
    for each in (*county().phases, *county().tasks):
        assert each.title in shown
    assert {"9.30", "11.30", "时间待定", "“召开创建工作推进会议并点评通报”办结后10个工作日"} <= set(shown)
    assert {"2022.7.1—2022.9.30", "今天 12月5日"} <= set(shown)


def test_a_timeline_of_a_campaign_tells_who_is_late_and_who_has_handed_in():
    owed, dues = selfcheck()
    picture = timeline(county(), today=TODAY, phases=phase_states(county()), assignments=owed, deadlines=dues)
    assert {"11.30 逾期1", "12.9", "1/4", "2021.12.1—2022.6.30 启动前"} <= set(words_of(picture))
    assert "2022年11月30日(方案明确的时限)\n逾期未报1:黄水镇\n已报送待审1:西沱镇\n已办结1:南宾街道" in hovers_of(
        picture
    )


def test_resting_on_a_task_tells_its_units_its_day_and_its_clause():
    hovers = hovers_of(timeline(county(), today=TODAY))
    assert (
        "开展自检自查\n单位:南宾街道、西沱镇、黄水镇、中益乡、县发展改革委、县教委、县财政局\n"
        "时限:2022年11月30日\n六(三)1 11月30日前"
    ) in hovers


def test_a_provisional_day_is_marked_as_such():
    owed = [assigned(1, "selfcheck", "西沱镇")]
    dues = [due(1, owed[0], "2022-12-30", provisional=True, basis="duration")]
    picture = timeline(county(), today=TODAY, assignments=owed, deadlines=dues)
    assert "12.30(暂)" in words_of(picture)
    assert "2022年12月30日(推算的时限,节假日安排未公布,暂定)\n未到期1:西沱镇" in hovers_of(picture)


def test_a_task_from_before_adoption_shows_no_due_mark():
    plan = county()
    plan = replace(plan, tasks=(replace(plan.tasks[0], phase="mobilize"),))
    shown = words_of(timeline(plan, today=TODAY, phases=phase_states(plan)))
    assert "启动前,不下达" in shown
    assert "6.30" not in shown


def test_29_tasks_stand_under_one_another_and_keep_within_their_column():
    picture = timeline(city(), today=date(2024, 2, 5))
    lines = [box for box in boxes_of(picture, 12) if box[0] == 40]
    assert len(lines) + sum(x == 40 for x, _, _ in boxes_of(picture, 13)) >= 29
    assert all(end <= 372 for _, end, _ in lines)
    heights = sorted({y for _, _, y in lines})
    assert all(after - before >= 14 for before, after in pairwise(heights))


def test_a_day_far_from_the_plan_does_not_squeeze_it():
    assert not any("今天" in text for text in words_of(timeline(county(), today=date(2030, 1, 1))))


def test_a_timeline_of_a_plan_without_phases_is_an_empty_sheet():
    assert "空白" in words_of(timeline(workflow((), (), title="空白"), today=TODAY))


# --- state diagram ------------------------------------------------------------------------------


def test_a_state_diagram_lists_the_conditions_of_every_gate():
    shown = "\n".join(words_of(state_diagram(county())))
    for each in county().phases:
        assert each.title in shown
        for sentence in gates.sentences(each.gate, county()):
            assert sentence in shown
    assert "2023.1.1—2023.6.30 · 上级主办" in shown
    assert "创建工作完成" in shown


def test_a_verdict_shows_in_the_diagram_which_conditions_hold():
    owed = {"selfcheck": [assigned(1, "selfcheck", "西沱镇", "accepted")]}
    facts = gates.Facts(workflow=county(), on=TODAY, assignments=owed)
    verdict = gates.judge(county().phase("sprint"), facts)
    shown = words_of(state_diagram(county(), current="sprint", verdict=verdict))
    assert "2022.10.1—2022.12.31 · 当前" in shown
    assert "各乡镇(街道)、县级部门自检自查报告全部审核通过(1/1)" in shown
    assert Counter(shown)["✓"] == 1
    assert Counter(shown)["✗"] == 2


def test_the_text_of_a_gate_keeps_within_its_box():
    long = "各乡镇(街道)、县级各部门单位的自检自查报告、佐证材料目录和整改清单全部报送并经县创建办审核通过," * 3
    plan = workflow((phase("a", "甲", "2022-01-01", "2022-02-28", every(condition("approval", long))),), ())
    picture = state_diagram(plan)
    assert all(end <= 980 - 40 for _, end, _ in boxes_of(picture))
    assert long in "".join(words_of(picture))


def test_moves_that_skip_or_return_are_drawn_as_bows():
    def moving(creation: tuple[str, ...], sprint: tuple[str, ...]) -> int:
        nexts = {"creation": creation, "sprint": sprint}
        phases: list[Phase] = [replace(p, next=nexts.get(p.id, p.next)) for p in county().phases]
        picture = state_diagram(replace(county(), phases=tuple(phases)))
        return sum(" C " in e.attrib["d"] for e in ElementTree.fromstring(picture).iter(f"{SVG}path"))

    assert moving(("sprint",), ("acceptance",)) == 0
    assert moving(("sprint", "acceptance"), ("acceptance", "creation")) == 2
    assert moving(("sprint",), ()) == 1


# --- text ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text())
def test_no_text_of_a_plan_breaks_a_picture(title: str):
    plan = county()
    plan = replace(
        plan,
        title=title,
        tasks=tuple(replace(each, title=title) for each in plan.tasks),
        phases=tuple(replace(each, title=title) for each in plan.phases),
    )
    ElementTree.fromstring(timeline(plan, today=TODAY))
    ElementTree.fromstring(state_diagram(plan))


def test_markup_in_a_title_is_shown_and_not_obeyed():
    plan = replace(county(), title='<script>alert("1")</script>&')
    root = ElementTree.fromstring(timeline(plan, today=TODAY))
    assert not list(root.iter(f"{SVG}script"))
    assert plan.title in words_of(timeline(plan, today=TODAY))


@given(st.text("ab 西沱镇,。()1"), st.integers(40, 300))
def test_wrapping_loses_no_character(words: str, width: int):
    assert "".join(wrapped(words, width, 13)).replace(" ", "") == "".join(words.split())


def test_a_line_does_not_begin_with_closing_punctuation():
    assert wrapped("甲乙丙丁,戊己庚辛。", 52, 13) == ["甲乙丙丁,", "戊己庚辛。"]


def test_what_is_left_out_is_shown_by_an_ellipsis():
    assert shortened("甲乙丙丁戊己庚辛", 40, 13, 2) == ["甲乙丙", "丁戊…"]


# --- tables -------------------------------------------------------------------------------------


def test_the_breakdown_of_a_plan_has_a_row_for_each_unit_as_printed():
    rows = breakdown(county())
    assert rows[0][:6] == ("编号", "阶段", "任务", "工作要求", "单位", "角色")
    assert len(rows) == 1 + 7 + 3 + 7 + 1 + 4
    assert rows[11] == (
        "", "创建冲刺阶段", "开展自检自查", "", "南宾街道", "责任单位", "", "2022-11-30", "方案明确",
        "材料文件、自评分", "六(三)1", "11月30日前",
    )  # fmt: skip
    assert [row[7:9] for row in rows[18:20]] == [
        ("时间待定", ""),
        ("“召开创建工作推进会议并点评通报”办结后10个工作日", ""),
    ]


def test_a_task_without_a_unit_is_listed_all_the_same():
    plan = workflow((phase("a", "甲", "2022-01-01", "2022-02-28"),), (task("t", "任务", "a", Due(kind="none")),))
    assert breakdown(plan)[1:] == [("", "甲", "任务", "", "", "", "", "时间待定", "", "", "", "")]


def test_the_breakdown_of_a_campaign_has_a_row_for_each_assignment_in_the_order_of_the_directory():
    owed, dues = selfcheck()
    rows = breakdown(county(), reversed(owed), dues)
    mine = [row for row in rows if row[2] == "开展自检自查"]
    assert [row[4] for row in mine] == list(TOWNS)
    assert [row[7] for row in mine] == ["2022-11-30", "2022-11-30", "2022-11-30", "2022-12-09"]


def test_the_ledger_shows_state_days_and_lateness_of_every_assignment():
    owed, dues = selfcheck()
    rows = ledger(county(), owed, dues, TODAY)
    assert [(row[3], row[6], row[8], row[9], row[14], row[15], row[16]) for row in rows[1:]] == [
        ("南宾街道", "已办结", "", "2022-11-29", "2022-11-30", "0", "0"),
        ("西沱镇", "已报送", "", "2022-12-02", "2022-11-30", "0", "2"),
        ("黄水镇", "已签收", "2022-10-09", "", "2022-11-30", "0", "5"),
        ("中益乡", "已下达", "", "", "2022-12-09", "1", "0"),
    ]


def test_nobody_is_late_with_what_was_waived_or_has_no_day():
    waived = assigned(1, "selfcheck", "西沱镇", "waived")
    dateless = assigned(2, "meeting", "县教委")
    rows = ledger(county(), [waived, dateless], [due(1, waived, "2022-11-30", "cancelled")], TODAY)
    assert [(row[6], row[14], row[16]) for row in rows[1:]] == [
        ("已免办", "2022-11-30", "0"),
        ("已下达", "时间待定", "0"),
    ]


def test_a_spreadsheet_opens_the_csv_as_text_in_utf_8():
    data = csv_bytes([("单位", "说明"), ("西沱镇", "已报送,\n待审")])
    assert data == '\ufeff单位,说明\r\n西沱镇,"已报送,\n待审"\r\n'.encode()


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "  =1"])
def test_no_cell_is_taken_for_a_formula(cell: str):
    assert harmless(cell) == f"'{cell}"
    (read,) = csv.reader(io.StringIO(csv_bytes([(cell, "西沱镇")]).decode("utf-8-sig"), newline=""))
    assert read == [f"'{cell}", "西沱镇"]


def test_a_harmless_cell_stays_as_it_is():
    assert [harmless(cell) for cell in ("西沱镇", "2022-11-30", "", "a=b")] == [
        "西沱镇",
        "2022-11-30",
        "",
        "a=b",
    ]


def test_offsets_before_an_anchor_are_said_so():
    before = Due(kind="offset", anchor="phase.end", offset=Offset(count=-5, unit="d"))
    plan = workflow(
        (phase("a", "甲", "2022-01-01", "2022-02-28"),),
        (task("t", "任务", "a", before, responsible=DEPARTMENTS[:1]),),
    )
    assert breakdown(plan)[1][7] == "阶段结束前5日"
