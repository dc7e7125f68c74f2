"""Cells, files and whole sheets: whatever an office hands in is read, or refused in one clear line."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from engine import reader
from engine.errors import BadInput, BadSheet
from engine.sheets import (
    CODES,
    BreakdownLine,
    Head,
    as_csv,
    as_workbook,
    compared,
    opened,
    units_file,
    units_text,
    workflow_files,
)
from engine.sheets.book import LARGEST
from engine.sheets.cells import EPOCH_1904, cell_of, day, guarded, plain, text_of, unguarded
from engine.sheets.package import LARGEST_UNPACKED
from engine.sheets.units import loaded

AT = datetime(2022, 7, 5, 9)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


def book_of(*rows: tuple[Any, ...], **sheets: list[tuple[Any, ...]]) -> bytes:
    book = Workbook()
    first = book.worksheets[0]
    for row in rows:
        first.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def wrong(error: pytest.ExceptionInfo[BadSheet]) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in error.value.problems]


def line(**changes: Any) -> BreakdownLine:
    fields: dict[str, Any] = {
        "id": "t1/东镇",
        "task_id": "t1",
        "unit": "东镇",
        "issued": True,
        "phase": "阶段",
        "task": "报送方案",
        "demand": "方案",
        "clause": "三(一)",
        "role": "责任单位",
        "due": "2022-08-31",
        "state": "已下达",
    }
    return BreakdownLine(**fields | changes)


# --- cells ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13800000000.0, "13800000000"),
        (13800000000, "13800000000"),
        (92.5, "92.5"),
        (True, "TRUE"),
        (None, ""),
        (" 东镇 \n", "东镇"),
        (datetime(2022, 11, 30), "2022-11-30"),
        (datetime(2022, 11, 30, 9, 30), "2022-11-30 09:30"),
    ],
)
def test_a_cell_is_the_text_that_is_meant(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    "value",
    ["2022-11-30", "2022/11/30", "2022.11.30", "2022年11月30日", "２０２２年１１月３０日", " 2022 年 11 月 30 日 ", "20221130", 44895,
     44895.0, "44895", "2022-11-30 00:00:00", datetime(2022, 11, 30, 8), date(2022, 11, 30)],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(value: object) -> None:
    assert day(cell_of(value)) == date(2022, 11, 30)


def test_a_serial_counts_from_the_epoch_of_its_workbook() -> None:
    assert day(cell_of(43433), EPOCH_1904) == date(2022, 11, 30)


@pytest.mark.parametrize("value", ["昨天", "11-30", "2022-13-01", "2022-02-30", "=TODAY()", "1", "2022"])
def test_what_is_no_day_is_not_guessed(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        day(cell_of(value))


@given(TEXTS)
@example("'=1+1")
@example("''=1")
@example("  @a")
@example("＝1")
def test_no_text_computes_in_a_csv_and_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip(" \u3000").startswith(tuple("=+-@＝＋－＠"))


@given(TEXTS)
def test_full_width_and_gaps_do_not_count_in_a_comparison(text: str) -> None:
    assert plain(plain(text)) == plain(text)


# --- files ---


def one_line(data: bytes) -> str:
    with pytest.raises(BadSheet) as error:
        opened(data, "a.xlsx")
    (problem,) = error.value.problems
    assert "\n" not in str(problem)
    return problem.code


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("_", "/") + ".xml", data)
    return out.getvalue()


def test_a_file_that_is_no_spreadsheet_gets_one_clear_line() -> None:
    assert one_line(b"PK\x03\x04" + b"garbage" * 9) == "PS101"
    assert one_line(zipped(a=b"<x/>")) == "PS101"
    assert one_line(book_of(("a",))[:900]) == "PS101"
    assert one_line(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "PS102"
    assert one_line(b"a,b\n\0\0") == "PS101"
    assert one_line(b"\xff\x80\x81 \xff") == "PS104"


def test_a_file_that_is_too_large_also_when_unpacked_is_not_unpacked() -> None:
    assert one_line(b"a" * (LARGEST + 1)) == "PS103"
    assert one_line(zipped(bomb=bytes(LARGEST_UNPACKED + 1))) == "PS103"
    assert one_line(book_of(*[()] * 20_001, ("x",))) == "PS103"
    assert one_line(b"a\n" * 20_001) == "PS103"


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with other bytes in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, text.replace(old, new) if name == part else text)
    return out.getvalue()


def test_entities_and_endless_merging_are_refused_before_they_are_read() -> None:
    part = "xl/worksheets/sheet1.xml"
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells><pageMargins'
    assert one_line(changed(book_of(("a",)), part, b"<pageMargins", merged)) == "PS103"
    assert (
        one_line(changed(book_of(("a",)), part, b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'))
        == "PS101"
    )


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=300), st.integers(0, 4000))
def test_whatever_the_bytes_a_file_is_read_or_refused(noise: bytes, at: int) -> None:
    good = book_of(("编号", "签收日期"), ("t1/东镇", "2022-07-05"))
    for data in (noise, b"PK\x03\x04" + noise, good[:at] + noise + good[at + len(noise) :]):
        with suppress(BadSheet):
            opened(data, "a.xlsx")


# --- the breakdown table ---


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4))
def test_what_is_written_is_read_again_without_an_edit(texts: list[tuple[str, str, str]]) -> None:
    rows = [
        line(id=f"t{n}/东镇", task=a, demand=b, submitted="2022-07-05", note=c) for n, (a, b, c) in enumerate(texts)
    ]
    for data in (as_workbook(rows, title="某县", campaign="k", at=AT), as_csv(rows)):
        found = compared(opened(data, "f"), "k", rows)
        assert (found.problems.found, found.deeds) == ([], [])


@settings(deadline=None, max_examples=40)
@given(st.sets(st.tuples(st.integers(0, 3), st.sampled_from(["签收日期", "报送日期", "办结日期"]))))
def test_exactly_the_edited_cells_are_found(edited: set[tuple[int, str]]) -> None:
    rows = [line(id=f"t{n}/东镇") for n in range(4)]
    book = load_workbook(io.BytesIO(as_workbook(rows, title="某县", campaign="k", at=AT)))
    sheet = book["任务分解表"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    for number, name in edited:
        sheet.cell(number + 3, columns[name]).value = date(2022, 7, 6)
    out = io.BytesIO()
    book.save(out)
    found = compared(opened(out.getvalue(), "f"), "k", rows)
    assert {(int(c.id[1]), c.column) for deed in found.deeds for c in deed.changes} == edited


def test_a_formula_in_a_column_of_ours_is_text_and_nothing_is_computed() -> None:
    data = book_of(("编号", "签收日期"), ("t1/东镇", "=TODAY()"))
    found = compared(opened(data, "f"), "k", [line()])
    assert [(p.cell, p.code, p.found) for p in found.problems.found] == [("Sheet!B2", "PS301", "found =TODAY()")]


def test_a_heading_of_ours_that_stands_twice_or_nowhere_is_told() -> None:
    twice = compared(opened(csv_of("编号,签收日期,签收日期", "t1/东镇,,"), "f"), "k", [line()])
    assert [(p.cell, p.code) for p in twice.problems.found] == [("C1", "PS106")]
    none = compared(opened(csv_of("a,b"), "f"), "k", [line()])
    assert [(p.cell, p.code) for p in none.problems.found] == [("", "PS105")]


# --- units ---

UNITS = ("单位", "类别", "关系", "联络员邮箱", "联络电话", "组", "启用日期")


def test_units_come_from_a_sheet_with_their_contacts_and_groups() -> None:
    data = book_of(
        ("通讯录",), UNITS, ("东镇", "镇", "下级", "d@x.example.org", 13800000000.0, "各乡镇", datetime(2022, 7, 1)),
        ("县法院", "", "平级", "", "", "各乡镇、政法", ""),
    )  # fmt: skip
    assert loaded(units_text(opened(data, "u.xlsx")).text) == {
        "units": [
            {
                "name": "东镇",
                "kind": "镇",
                "relation": "subordinate",
                "from": "2022-07-01",
                "contacts": {"liaison": "d@x.example.org"},
            },
            {"name": "县法院", "relation": "peer"},
        ],
        "groups": [{"name": "各乡镇", "include": ["东镇", "县法院"]}, {"name": "政法", "include": ["县法院"]}],
    }


def test_a_name_of_address_comes_from_its_column_and_an_empty_cell_takes_it_out() -> None:
    former = "units: [{name: 东镇}, {name: 西乡, address_as: 西乡党委}]"
    told = loaded(units_text(opened(csv_of("单位,主送称谓", "东镇,东镇党委、政府", "西乡,"), "u.csv"), former).text)
    assert told["units"] == [{"name": "东镇", "address_as": "东镇党委、政府"}, {"name": "西乡"}]
    kept = loaded(units_text(opened(csv_of("单位,类别", "东镇,镇", "西乡,乡"), "u.csv"), former).text)
    assert kept["units"][1] == {"name": "西乡", "address_as": "西乡党委", "kind": "乡"}


def test_what_the_sheet_has_no_column_for_stays_as_it_was() -> None:
    former = "contacts: {head: '{code}@x.example.org'}\nunits: [{name: 东镇, code: east, contacts: {liaison: a@x.example.org}}]\ngroups: [{name: 各镇, include: [东镇]}]"
    told = loaded(units_text(opened(csv_of("单位,分管邮箱", "东镇,b@x.example.org", "西乡,"), "u.csv"), former).text)
    assert told["contacts"] == {"head": "{code}@x.example.org"}
    assert told["units"] == [
        {"name": "东镇", "code": "east", "contacts": {"liaison": "a@x.example.org", "deputy": "b@x.example.org"}},
        {"name": "西乡"},
    ]
    assert told["groups"] == [{"name": "各镇", "include": ["东镇"]}]


def test_every_mistake_in_a_sheet_of_units_is_told_with_its_row_and_column() -> None:
    data = book_of(
        UNITS, ("东镇", "", "朋友", "d at x", "", "东镇", "昨天"), ("东镇",), ("", "镇"), ("西乡", "", "", "", "", "东镇")
    )  # fmt: skip
    with pytest.raises(BadSheet) as error:
        units_text(opened(data, "u.xlsx"))
    assert wrong(error) == [
        ("Sheet!C2", "PS403"),
        ("Sheet!D2", "PS404"),
        ("Sheet!F2", "PS405"),
        ("Sheet!G2", "PS301"),
        ("Sheet!A3", "PS402"),
        ("Sheet!A4", "PS401"),
        ("Sheet!F5", "PS405"),
    ]
    assert str(error.value.problems[0]) == (
        "u.xlsx:Sheet!C2  PS403  the relation is not known — found 朋友 — write one of 下级、平级、垂管、上级"
    )


# --- a whole workflow ---

HEADS = ("阶段", "起止日期", "任务", "牵头单位", "责任单位", "配合单位", "时限", "依据")


def plan_of(*rows: tuple[Any, ...], **sheets: list[tuple[Any, ...]]) -> Any:
    texts = workflow_files(opened(book_of(HEADS, *rows, **sheets), "某县分解表.xlsx"), Head(id="x")).texts
    return reader.read(texts, "x")


@pytest.mark.parametrize(
    "words",
    ["2022年7月—2022年9月", "2022年7月至9月", "2022.7-2022.9", "2022-07..2022-09", "2022-07-01至2022-09-30", "2022年7月1日—9月30日",
     "2022/7/1~2022/9/30", "２０２２年７月－２０２２年９月"],
)  # fmt: skip
def test_the_days_of_a_phase_are_read_as_offices_write_them(words: str) -> None:
    window = plan_of(("一", words, "报送", "东镇", "", "", "", "")).phases[0].window
    assert (window.first_day, window.last_day) == (date(2022, 7, 1), date(2022, 9, 30))


@pytest.mark.parametrize(
    ("words", "kind", "on"),
    [
        ("8月31日前", "date", date(2022, 8, 31)),
        ("2022年8月31日", "date", date(2022, 8, 31)),
        (datetime(2022, 8, 31), "date", date(2022, 8, 31)),
        (44804, "date", date(2022, 8, 31)),
        ("8月底前", "date", date(2022, 8, 31)),
        ("2022年8月", "date", date(2022, 8, 31)),
        ("", "phase_end", None),
        ("长期坚持", "phase_end", None),
        ("适时", "none", None),
    ],
)
def test_a_time_limit_is_read_as_offices_write_it(words: object, kind: str, on: date | None) -> None:
    due = plan_of(("一", "2022年7月—2022年9月", "报送", "东镇", "", "", words, "")).tasks[0].due
    assert (due.kind, due.on) == (kind, on)


def test_units_and_groups_may_stand_in_a_second_sheet() -> None:
    read = plan_of(
        ("一", "2022年7月—2022年9月", "报送", "县民宗局", "各乡镇", "", "", "三"),
        单位=[("单位", "关系", "组"), ("县民宗局", "平级", ""), ("东镇", "", "各乡镇")],
    )
    assert (read.tasks[0].lead, read.tasks[0].responsible) == (("县民宗局",), ("各乡镇",))
    assert read.directory.groups["各乡镇"].include == ("东镇",)


def test_office_and_leading_group_are_those_that_the_sheet_names() -> None:
    read = plan_of(
        ("一", "2022年7月—2022年9月", "报送", "县民宗局", "县创建办", "", "", "三"),
        单位=[("单位", "关系"), ("县领导小组", "上级"), ("县创建办", ""), ("县民宗局", "平级")],
    )
    assert (read.office, read.leading_group) == ("县创建办", "县领导小组")
    assert list(read.directory.units) == ["县领导小组", "县创建办", "县民宗局"]


def test_a_leading_group_that_only_a_task_names_stands_above() -> None:
    read = plan_of(("一", "2022年7月—2022年9月", "复核", "", "县创建工作领导小组", "", "", ""))
    assert read.leading_group == "县创建工作领导小组" and read.office == "创建办"
    assert read.directory.units["县创建工作领导小组"].relation == "superior"


def test_two_that_might_be_the_office_leave_it_to_the_person() -> None:
    read = plan_of(("一", "2022年7月—2022年9月", "报送", "市创建办", "县创建办", "", "", "三"))
    assert read.office == "创建办"


def test_a_merged_task_is_one_task_with_all_its_units() -> None:
    book = load_workbook(io.BytesIO(book_of(
        HEADS, ("一", "2022年7月—2022年9月", "报送", "县民宗局", "东镇", "", "8月31日前", ""), ("", "", "", "", "西乡", "", "", "")
    )))  # fmt: skip
    for cells in ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "G2:G3"):
        book.worksheets[0].merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    read = reader.read(workflow_files(opened(out.getvalue(), "f"), Head(id="x")).texts, "x")
    assert [(t.lead, t.responsible) for t in read.tasks] == [(("县民宗局",), ("东镇", "西乡"))]


def test_every_mistake_in_a_plan_is_told_with_its_row_and_column() -> None:
    with pytest.raises(BadSheet) as error:
        plan_of(
            ("一", "2022年9月—2022年7月", "甲", "东镇", "", "", "", ""),
            ("二", "七月", "乙", "东镇", "东镇", "", "", ""),
            ("三", "", "丙", "", "", "西乡", "", ""),
            ("四", "2022年7月—2022年9月", "丁", "各乡镇", "", "", "12月31日前", ""),
            ("四", "2022年7月—2022年8月", "丁", "", "北镇", "", "8月1日", ""),
            ("四", "", "戊", "东镇", "", "", "每年两次", ""),
        )
    assert wrong(error) == [
        ("Sheet!B2", "PS501"),
        ("Sheet!B3", "PS501"),
        ("Sheet!E3", "PS504"),
        ("Sheet!B4", "PS501"),
        ("Sheet!E4", "PS503"),
        ("Sheet!D5", "PS507"),
        ("Sheet!G5", "PS502"),
        ("Sheet!B6", "PS501"),
        ("Sheet!G6", "PS505"),
        ("Sheet!G7", "PS502"),
    ]


def test_every_code_stands_in_the_page_about_sheets() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sheets.md").read_text(encoding="utf-8")
    assert [line for code, what in CODES.items() if (line := f"| {code} | {what} |") not in page] == []


@pytest.mark.parametrize(
    "former", ["units: [a", "[a]", "units: {a: b}", "units: [a]", "units: [{name: a, contacts: b}]"]
)
def test_a_sheet_is_not_merged_with_what_is_no_list_of_units(former: str) -> None:
    with pytest.raises(BadInput, match=r"units\.yaml"):
        units_text(opened(csv_of("单位", "东镇"), "u.csv"), former)


def test_a_sheet_fills_what_has_nothing_but_a_comment() -> None:
    for former in ("# 单位\n", "units:\ngroups:\n", "units: [{name: 东镇, contacts: }]"):
        assert loaded(units_text(opened(csv_of("单位", "东镇"), "u.csv"), former).text) == {
            "units": [{"name": "东镇"}]
        }


def test_where_a_workflow_is_no_yaml_it_is_said_which_file() -> None:
    with pytest.raises(BadInput, match=r"workflow\.yaml"):
        units_file({"workflow.yaml": "a: [1"}, "folder")
