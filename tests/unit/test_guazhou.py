"""The shipped campaign of Guazhou is the work plan of 2019 that its report prints, with its counts."""

from __future__ import annotations

from typing import Any

import pytest
from shown import findings, is_about_units_only, read, rests_on_the_plan, shown, units_of, windows

from engine.model import Workflow
from engine.units import expand

OFFICE = "瓜州县创建全国民族团结进步示范县工作领导小组办公室"
ABOVE = "市创建全国民族团结进步示范市工作领导小组办公室"
NAMED = {
    "plans": "各乡镇、各部门、各单位、各行业",
    "standards": "各乡镇、各部门、各单位、各行业",
    "supervision": "全县统一战线(民族宗教)工作领导小组",
    "labour": "民族乡",
}
CLAUSES = {
    "三(一)": "contest eight",
    "三(二)": "p1 p2 p3 p4 p5 p6 p7 p8 p9 conference supervision plans standards",
    "三(三)": "training lectures month exhibition parks awards",
    "三(四)": "relief incomes projects skills works",
    "三(五)": "industry reform labour enterprises ecology cadres",
    "抬头、落款": "report",
}


@pytest.fixture(scope="module")
def guazhou() -> Workflow:
    return read("guazhou")


@pytest.fixture
def plan(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return shown("guazhou", capsys)


def test_the_year_is_two_phases_and_ends_in_the_report(plan: dict[str, Any]) -> None:
    assert windows(plan) == [
        ("年度实施阶段", "2019-01-20", "2019-12-31"),
        ("年度汇报阶段", "2020-01-01", "2020-01-20"),
    ]


def test_every_point_of_the_work_plan_is_a_task_under_its_clause(plan: dict[str, Any]) -> None:
    found: dict[str, list[str]] = {}
    for task in plan["tasks"]:
        found.setdefault(task["source"]["clause"], []).append(task["id"])
    assert {clause: " ".join(tasks) for clause, tasks in found.items()} == CLAUSES


def test_the_nine_projects_are_those_of_the_plan(plan: dict[str, Any]) -> None:
    printed = "全覆盖 经济提速 精准滴灌 文化引领 民心满意 生态文明建设 金种子 权益保障 精神家园"
    assert [t["source"]["words"] for t in plan["tasks"] if t["id"][0] == "p" and t["id"][1:].isdecimal()] == [
        *printed.split()
    ]


def test_where_the_plan_names_units_they_are_these_and_else_the_office_owes_it_and_says_so(
    plan: dict[str, Any],
) -> None:
    for task in plan["tasks"]:
        assert units_of(task) == {"responsible": NAMED.get(task["id"], OFFICE)}
        if task["id"] not in {*NAMED, "report"}:
            assert "计划未列责任单位,由办公室" in task["source"]["reading"]


def test_the_townships_meant_are_the_four_that_the_report_names(guazhou: Workflow) -> None:
    assert expand(guazhou.directory, ["民族乡"]) == (
        "腰站子东乡族乡",
        "七墩回族东乡族乡",
        "沙河回族乡",
        "广至藏族乡",
    )


def test_four_tasks_have_no_date_and_every_other_date_is_shown_as_derived(plan: dict[str, Any]) -> None:
    dues = {task["id"]: task["due_is"] for task in plan["tasks"]}
    assert [name for name, due in dues.items() if due == "none"] == ["conference", "training", "month", "exhibition"]
    assert [name for name, due in dues.items() if due == "waits for its anchor"] == ["plans"]
    assert set(dues.values()) == {"none", "derived", "waits for its anchor"}


def test_the_counts_are_those_of_the_report_by_level_and_kind(guazhou: Workflow) -> None:
    counts = {q.id: {k.title: k.before for k in q.kinds} for q in guazhou.quotas}
    assert counts["省级命名"] == {"示范单位": 1, "示范家庭": 3}
    assert counts["市级命名"] == {"示范单位": 48, "示范家庭": 145}
    assert counts["县级命名"] == {
        "示范乡镇": 6,
        "示范村": 32,
        "示范社区": 2,
        "示范机关": 20,
        "示范企业": 6,
        "示范学校": 10,
        "示范医院": 5,
        "示范军营": 2,
        "示范寺": 0,
        "示范家庭": 198,
    }


def test_the_eight_places_and_the_six_models_are_kinds_that_are_counted(guazhou: Workflow) -> None:
    kinds = {q.id: "、".join(k.title for k in q.kinds) for q in guazhou.quotas}
    assert kinds["八进"] == "进机关、进企业、进社区、进乡村、进学校、进寺庙、进军营、进两新组织"
    assert kinds["六比六争"] == "模范乡镇、模范单位、企业、模范村、社区、模范家庭、模范个人、模范寺院"


def test_the_report_goes_to_the_superior_that_the_plan_addresses(guazhou: Workflow) -> None:
    task = guazhou.task("report")
    assert (task.draft, task.addressee) == ("report", ABOVE)
    assert guazhou.directory.units[ABOVE].relation == "superior"


def test_every_part_says_on_which_clause_and_words_it_rests(guazhou: Workflow) -> None:
    rests_on_the_plan(guazhou)
    is_about_units_only(guazhou)


def test_what_is_left_to_be_said_of_it_the_plan_deserves(guazhou: Workflow) -> None:
    assert findings(guazhou) == {"note": {"PW514": 1, "PW515": 3, "PW519": 4}}
