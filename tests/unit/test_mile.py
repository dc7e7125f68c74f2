"""The shipped campaign of Mile is the one that its plan prints."""

from __future__ import annotations

from typing import Any

import pytest
from shown import findings, is_about_units_only, read, rests_on_the_plan, shown, units_of, windows

from engine.model import Workflow

PRINTED = {
    "t1": ("市乡村振兴局", "市巩固脱贫攻坚推进乡村振兴领导小组成员单位"),
    "t2": ("市民族宗教局", "市住房城乡建设局、市文化和旅游局、市乡村振兴局"),
    "t3": (
        "市农科局",
        "市发展改革局、市民族宗教局、市自然资源局、州生态环境局弥勒分局、市水务局、市工信局、市林草局、市乡村振兴局、中国人民银行弥勒支行",
    ),
    "t4": (
        "市农科局",
        "市民族宗教局、市自然资源局、州生态环境局弥勒分局、市水务局、市工信局、市林草局、市乡村振兴局",
    ),
    "t5": ("市文化和旅游局", "市民族宗教局、市住房城乡建设局、市自然资源局、市乡村振兴局"),
    "t6": (
        "市发展改革局",
        "市工信局、市民族宗教局、市住房城乡建设局、市交通运输局、市农科局、市自然资源局、市水务局、市文化和旅游局、市乡村振兴局、市民政局、市政务服务局",
    ),
    "t7": (
        "市发展改革局",
        "市教育体育局、市民族宗教局、市人力资源和社会保障局、市文化和旅游局、市卫生健康局、市乡村振兴局",
    ),
    "t8": ("市乡村振兴局", "市工商联、市人力资源和社会保障局、市投资促进局"),
    "t9": ("市人力资源和社会保障局", "市委组织部、市教育体育局、市民族宗教局、市民政局、市卫生健康局"),
    "t10": (
        "市民族宗教局",
        "市教育体育局、市人力资源和社会保障局、市文化和旅游局、市乡村振兴局、市文明办",
    ),
    "t11": (
        "市委宣传部",
        "市教育体育局、市民族宗教局、市司法局、市文化和旅游局、市乡村振兴局、市文明办",
    ),
    "t12": ("市民族宗教局", "市委民族团结进步示范区建设暨民族宗教工作领导小组成员单位"),
}


@pytest.fixture(scope="module")
def mile() -> Workflow:
    return read("mile")


@pytest.fixture
def plan(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return shown("mile", capsys)


def test_the_twelve_tasks_have_the_lead_and_responsible_units_that_the_plan_prints(plan: dict[str, Any]) -> None:
    clauses = [task for task in plan["tasks"] if task["source"]["clause"] < "七" or task["id"] in PRINTED]
    tasks = {task["id"]: units_of(task) for task in clauses}
    assert tasks == {name: {"lead": lead, "responsible": units} for name, (lead, units) in PRINTED.items()}


def test_the_twelve_tasks_are_clauses_one_to_twelve_in_order(plan: dict[str, Any]) -> None:
    clauses = [task["source"]["clause"] for task in plan["tasks"]][:12]
    numbers = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    assert [clause.split("(")[1].rstrip(")") for clause in clauses] == numbers


def test_the_work_demands_that_are_duties_are_tasks_too(plan: dict[str, Any]) -> None:
    rest = {t["id"]: units_of(t) for t in plan["tasks"] if t["source"]["clause"].startswith("七")}
    assert rest == {
        "plans": {"responsible": "各有关部门"},
        "funds": {"responsible": "各级政府"},
        "finance": {"responsible": "全市各金融机构"},
        "projects": {"lead": "市民族宗教局", "responsible": "市乡村振兴局", "supporting": "各乡镇(街道)"},
        "report-ethnic": {"lead": "市民族宗教局", "responsible": "市乡村振兴局"},
        "report-revival": {"lead": "市民族宗教局", "responsible": "市乡村振兴局"},
    }


def test_the_year_is_two_phases_and_ends_in_the_report(plan: dict[str, Any]) -> None:
    assert windows(plan) == [
        ("组织实施阶段", "2023-07-06", "2023-11-30"),
        ("年底报送阶段", "2023-12-01", "2023-12-31"),
    ]
    assert [t["id"] for t in plan["tasks"] if t["phase"] == "yearend"] == ["report-ethnic", "report-revival"]


def test_no_date_is_printed_and_every_one_is_shown_as_derived(plan: dict[str, Any]) -> None:
    assert {task["due_is"] for task in plan["tasks"]} == {"derived", "waits for its anchor"}
    assert [t["id"] for t in plan["tasks"] if t["due_is"] != "derived"] == ["plans"]


def test_a_group_whose_members_the_plan_does_not_list_is_one_unit_by_its_printed_name(mile: Workflow) -> None:
    kinds = {unit.name for unit in mile.directory.units.values() if unit.kind in ("成员单位", "统称")}
    assert kinds == {PRINTED["t1"][1], PRINTED["t12"][1], "各级政府", "全市各金融机构", "各乡镇(街道)"}
    for task in mile.tasks:
        if kinds & {*task.responsible, *task.supporting}:
            assert "未列名单" in task.source.reading


def test_the_departments_concerned_are_every_unit_that_the_twelve_tasks_name(plan: dict[str, Any]) -> None:
    named = {unit for lead, units in PRINTED.values() for unit in (lead, *units.split("、"))}
    assert set(plan["groups"]["各有关部门"]["include"]) == named


def test_nobody_is_ordered_and_the_two_superiors_are_only_reported_to(mile: Workflow) -> None:
    relations = {name: unit.relation for name, unit in mile.directory.units.items()}
    assert {name for name, relation in relations.items() if relation == "superior"} == {
        "州民族宗教委",
        "州乡村振兴局",
        mile.leading_group,
    }
    assert {name for name, relation in relations.items() if relation == "subordinate"} == {mile.office}
    assert {name for name, relation in relations.items() if relation == "vertical"} == {
        "州生态环境局弥勒分局",
        "中国人民银行弥勒支行",
    }


def test_every_part_says_on_which_clause_and_words_it_rests(mile: Workflow) -> None:
    rests_on_the_plan(mile)
    is_about_units_only(mile)


def test_what_is_left_to_be_said_of_it_the_plan_deserves(mile: Workflow) -> None:
    assert findings(mile) == {"note": {"PW515": 3}}
