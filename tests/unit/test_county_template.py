"""The shipped template of a county's responsibility plan is the one that its source prints, with its place left open."""

from __future__ import annotations

from typing import Any

import pytest
from shown import findings, is_about_units_only, read, rests_on_the_plan, shown, units_of, windows

from engine import reader
from engine.model import Workflow

NINE = [f"二({part}){n}" for part in "一二三" for n in (1, 2, 3)]
ETHNIC, FINANCE, DEPARTMENTS, GOVERNMENTS = "民族宗教部门", "各级财政", "各有关部门", "各级党委政府"


@pytest.fixture(scope="module")
def template() -> Workflow:
    return read("county-template")


@pytest.fixture
def plan(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return shown("county-template", capsys)


def test_the_three_parts_have_three_clauses_each_led_by_the_department_as_part_four_says(
    plan: dict[str, Any],
) -> None:
    nine = {
        t["source"]["clause"]: units_of(t) for t in plan["tasks"] if t["id"][0] in "abc" and t["id"][1:].isdecimal()
    }
    assert list(nine) == NINE
    for units in nine.values():
        assert units == {"lead": ETHNIC, "responsible": DEPARTMENTS}


def test_part_four_is_responsibility_working_together_money_and_checks(plan: dict[str, Any]) -> None:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for task in plan["tasks"]:
        if task["source"]["clause"] not in NINE:
            found.setdefault(task["source"]["clause"], {})[task["id"]] = units_of(task)
    own = {"responsible": ETHNIC}
    assert found == {
        "二(四)1": {"duty": {"responsible": GOVERNMENTS}},
        "二(四)2": {"together": {"lead": ETHNIC, "responsible": DEPARTMENTS}},
        "二(四)3": {"budget": {"responsible": FINANCE}},
        "二(四)4": {
            "regular": own,
            "spot": own,
            "findings": own,
            "rectify": {"responsible": f"{GOVERNMENTS}、{DEPARTMENTS}、{FINANCE}"},
            "recheck": own,
            "awards": own,
        },
    }


def test_the_year_begins_with_responsibility_and_ends_with_checks(plan: dict[str, Any]) -> None:
    assert windows(plan) == [
        ("落实责任阶段", "2024-01-01", "2024-03-31"),
        ("组织实施阶段", "2024-04-01", "2024-10-31"),
        ("检查整改和表彰阶段", "2024-11-01", "2024-12-31"),
    ]


def test_what_is_found_is_pointed_out_put_right_looked_at_again_and_then_rewarded(template: Workflow) -> None:
    steps = [t for t in template.tasks if t.phase == "checking"]
    assert [(t.id, t.opens.after) for t in steps] == [
        ("spot", ()),
        ("findings", ("spot",)),
        ("rectify", ("findings",)),
        ("recheck", ("rectify",)),
        ("awards", ("recheck",)),
    ]
    assert template.task("findings").draft == "bulletin"
    assert str(template.task("rectify").due.offset) == "10wd"


def test_a_county_fills_in_its_place_its_year_and_its_units() -> None:
    given = {"place": "某县", "year": "2026", "ethnic": "某县民族宗教局", "finance": "某县财政局", "mark": "某创办发"}
    filled = reader.read(reader.fill(reader.shipped_bundle("county-template"), given), "county-template")
    assert (filled.place_name, filled.office, filled.mark) == ("某县", "某县民族宗教局", "某创办发")
    assert filled.title == "某县全国民族团结进步示范县创建责任落实工作"
    assert str(filled.phases[0].window.first_day) == "2026-01-01"
    assert filled.task("a1").lead == ("某县民族宗教局",)
    assert list(filled.directory.units) == ["县委县政府", "某县民族宗教局", "某县财政局", DEPARTMENTS, GOVERNMENTS]


def test_every_part_says_on_which_clause_and_words_it_rests(template: Workflow) -> None:
    rests_on_the_plan(template)
    is_about_units_only(template)


def test_what_is_left_to_be_said_of_it_the_plan_deserves(template: Workflow) -> None:
    assert findings(template) == {"note": {"PW515": 7}}
