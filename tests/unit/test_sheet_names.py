"""Names in sheets: one unit is one unit however its rows spell it, and a word for many is none."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook

from engine import reader
from engine.errors import BadInput, BadSheet
from engine.sheets import Head, opened, units_text, workflow_files
from engine.sheets.units import loaded

HEADS = ("阶段", "起止日期", "任务", "责任单位", "时限")


def book_of(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def wrong(error: pytest.ExceptionInfo[BadSheet]) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in error.value.problems]


def test_a_plan_names_one_unit_by_one_name_however_its_rows_spell_it() -> None:
    spellings = (
        "石柱县财政局\uff08国资办\uff09",
        "石柱县财政局(国资办)\u200b",
        "\u2f6f柱县财政局(国资办)",
        "石柱县 财政局(国资办)",
    )
    rows = [("", "", f"任务{n}", name, "11月30日前") for n, name in enumerate(spellings)]
    rows[0] = ("启动", "2022年10月—2022年12月", *rows[0][2:])
    files = workflow_files(opened(book_of(HEADS, *rows), "a.xlsx"), Head(id="a")).texts
    units = [unit["name"] for unit in loaded(files["units.yaml"])["units"]]
    assert sorted(units) == ["创建办", spellings[0], "领导小组"]
    assert [task.responsible for task in reader.read(files, "a").tasks] == [(spellings[0],)] * 4


def test_a_phase_and_a_task_that_only_look_alike_are_one() -> None:
    rows = [
        ("启动阶段", "2022年10月—2022年12月", "制定方案", "县财政局", "11月30日前"),
        ("启动 阶段\u200b", "", "制定\ufeff方案", "县教委", ""),
    ]
    plan = reader.read(workflow_files(opened(book_of(HEADS, *rows), "a.xlsx"), Head(id="a")).texts, "a")
    assert [task.responsible for task in plan.tasks] == [("县财政局", "县教委")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *((name, "PS507") for name in ("有关部门", "县财政局等", "县财政局、县直各部门", "县财政局等5个单位")),
        ("#N/A", "PS310"),
        ("=D2", "PS310"),
    ],
)
def test_a_word_for_many_an_error_and_a_formula_never_become_a_unit(cell: str, code: str) -> None:
    rows = [("启动", "2022年10月—2022年12月", "制定方案", cell, "11月30日前")]
    data = ",".join(HEADS) + "\n" + ",".join(rows[0]) + "\n"
    with pytest.raises(BadSheet) as error:
        workflow_files(opened(data.encode(), "a.csv"), Head(id="a"))
    assert wrong(error) == [("D2", code)]


def test_a_stroke_between_names_parts_them_and_one_alone_names_nobody() -> None:
    rows = [("启动", "2022年10月—2022年12月", "制定方案", "县财政局/县教委", "11月30日前")]
    data = book_of((*HEADS, "配合单位"), (*rows[0], "——"))
    plan = reader.read(workflow_files(opened(data, "a.xlsx"), Head(id="a")).texts, "a")
    assert (plan.tasks[0].responsible, plan.tasks[0].supporting) == (("县财政局", "县教委"), ())


def test_a_list_of_units_names_each_once_as_far_as_can_be_seen() -> None:
    with pytest.raises(BadSheet) as error:
        units_text(
            opened(book_of(("单位",), ("县财政局(国资办)",), ("县财政局\uff08国资办\uff09",), ("各乡镇",)), "u.xlsx")
        )
    assert wrong(error) == [("Sheet!A3", "PS406"), ("Sheet!A4", "PS407")]
    assert "县财政局[U+FF08]国资办[U+FF09]" in str(error.value.problems[0])


def test_the_names_that_offices_have_go_in_as_they_are() -> None:
    names = ("县文旅局(文物局、体育局)", "各莫镇", "县街街道", "张各庄镇中心学校")
    rows = [("启动", "2022年10月—2022年12月", "制定方案", "、".join(names), "11月30日前")]
    found = workflow_files(opened(book_of(HEADS, *rows), "a.xlsx"), Head(id="a")).texts
    assert reader.read(found, "a").tasks[0].responsible == names
    told = units_text(opened(book_of(("单位",), *((name,) for name in names)), "u.xlsx")).text
    assert [unit["name"] for unit in loaded(told)["units"]] == [*names]


def test_two_units_in_one_cell_of_a_list_are_asked_back() -> None:
    with pytest.raises(BadSheet) as error:
        units_text(opened(book_of(("单位",), ("县委办、县府办",)), "u.xlsx"))
    assert wrong(error) == [("Sheet!A2", "PS312")]


def test_a_unit_keeps_the_name_that_the_directory_prints_and_what_was_said_of_it() -> None:
    former = "units:\n  - {name: 县财政局\uff08国资办\uff09, code: finance}\n"
    told = loaded(units_text(opened(book_of(("单位", "类别"), ("县财政局(国资办)", "部门")), "u.xlsx"), former).text)
    assert told["units"] == [{"name": "县财政局\uff08国资办\uff09", "code": "finance", "kind": "部门"}]


def test_former_units_in_which_a_key_stands_twice_are_not_written_over() -> None:
    former = "units:\n  - {name: 县财政局, code: finance, code: other}\n"
    with pytest.raises(BadInput, match=r"units\.yaml"):
        units_text(opened(book_of(("单位",), ("县财政局",)), "u.xlsx"), former)
