"""The sheets that offices really have: each goes in whole, or it is said at which cell why not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from engine import reader
from engine.errors import BadSheet
from engine.sheets import (
    BreakdownLine,
    Head,
    as_csv,
    as_workbook,
    compared,
    lost,
    opened,
    units_instead,
    units_text,
    workflow_files,
)
from engine.sheets.cells import cell_of, day, shown_of, written_cell
from engine.sheets.units import loaded

HEADS = ("阶段", "起止日期", "任务", "牵头单位", "责任单位", "配合单位", "时限", "依据")
SPAN = "2022年10月—2022年12月"
AT = datetime(2022, 7, 5, 9)
How = Callable[[Worksheet], object]


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def made(*rows: tuple[Any, ...], how: How | None = None, epoch: datetime | None = None) -> bytes:
    """Return a workbook as an office makes it: rows typed in, then dressed."""
    book = Workbook()
    if epoch:
        book.epoch = epoch
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    if how:
        how(sheet)
    return saved(book)


def due_cell(value: Any, form: str = "General", **more: Any) -> bytes:
    def dress(sheet: Worksheet) -> None:
        sheet["G2"].number_format = form

    return made(HEADS, ("一", SPAN, "报送", "甲局", "", "", value, ""), how=dress, **more)


def plan(data: bytes, file: str = "某县.xlsx") -> Any:
    return reader.read(workflow_files(opened(data, file), Head(id="x")).texts, "x")


def told(data: bytes, file: str = "a.xlsx", read: Any = None) -> list[tuple[str, str]]:
    with pytest.raises(BadSheet) as error:
        (read or (lambda book: workflow_files(book, Head(id="x"))))(opened(data, file))
    return [(problem.cell, problem.code) for problem in error.value.problems]


def left(data: bytes) -> tuple[str, ...]:
    return workflow_files(opened(data, "a.xlsx"), Head(id="x")).left


def csv_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def in_part(data: bytes, part: str, old: bytes, new: bytes, name: str = "") -> bytes:
    """Return a workbook with other bytes in one of its parts, and that part perhaps under another name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for each in source.namelist():
            text = source.read(each)
            target.writestr(name if name and each == part else each, text.replace(old, new) if each == part else text)
    return out.getvalue()


# --- a cell is a value of a kind ---


@pytest.mark.parametrize("value", [11.3, 11.15, 8.31, 44895.5, 0.5, 2022.11])
def test_a_number_with_a_fraction_is_no_time_limit(value: float) -> None:
    assert told(due_cell(value)) == [("Sheet!G2", "PS502")]


def test_it_is_said_what_to_type_instead() -> None:
    with pytest.raises(BadSheet) as error:
        plan(due_cell(11.3))
    assert str(error.value.problems[0]) == (
        "某县.xlsx:Sheet!G2  PS502  a number with a fraction is no time limit (11.30 typed is the number 11.3) "
        "— found 11.3 — write 2022-11-30, 11月30日前, 阶段结束 or 适时"
    )


def test_the_same_field_in_a_csv_is_the_same_number() -> None:
    lines = (",".join(HEADS), f"一,{SPAN},报送,甲局,,,11.3,")
    assert told(csv_of(*lines), "a.csv") == [("G2", "PS502")]


@pytest.mark.parametrize("text", ["11.30", "11.30前", "11月30日前", "2022.11.30", "１１月３０日"])
def test_a_text_is_read_as_it_was_typed(text: str) -> None:
    assert plan(due_cell(text)).tasks[0].due.on == date(2022, 11, 30)


@pytest.mark.parametrize("value", [0, 8, -3, 1130, 123456])
def test_a_whole_number_that_is_no_day_is_asked_back_and_zero_is_not_empty(value: int) -> None:
    assert told(due_cell(value)) == [("Sheet!G2", "PS502")]


@pytest.mark.parametrize(
    ("value", "kind"), [(True, "truth"), ("#REF!", "error"), ("=A1", "formula"), (time(9), "time")]
)
def test_what_is_no_day_is_no_time_limit(value: Any, kind: str) -> None:
    assert told(due_cell(value)) == [("Sheet!G2", "PS502")]


def test_a_day_counts_from_the_epoch_of_its_workbook() -> None:
    for epoch in (datetime(1899, 12, 30), datetime(1904, 1, 1)):
        data = due_cell(date(2022, 11, 30), "yyyy-mm-dd", epoch=epoch)
        assert plan(data).tasks[0].due.on == date(2022, 11, 30)
    serial = due_cell((date(2022, 11, 30) - date(1904, 1, 1)).days, epoch=datetime(1904, 1, 1))
    assert plan(serial).tasks[0].due.on == date(2022, 11, 30)


@pytest.mark.parametrize("form", ["m/d", 'm"月"d"日"', "d-mmm", "mm-dd;@", '[$-804]m"月"d"日";@'])
def test_a_day_shown_without_a_year_takes_that_of_its_phase(form: str) -> None:
    """Typed in 2026 into a plan of 2022, 11/30 is stored as 2026-11-30."""
    task = plan(due_cell(date(2026, 11, 30), form)).tasks[0]
    assert task.due.on == date(2022, 11, 30)
    assert (task.source.words, task.source.reading) == ("11月30日", "年份取所在阶段")


def test_a_day_shown_without_a_year_outside_of_its_phase_is_asked_back() -> None:
    assert told(due_cell(date(2022, 3, 1), "m/d")) == [("Sheet!G2", "PS502")]


def test_a_month_shown_without_a_day_is_its_last() -> None:
    assert plan(due_cell(date(2022, 11, 1), 'yyyy"年"m"月"')).tasks[0].due.on == date(2022, 11, 30)
    assert told(due_cell(date(2022, 11, 1), "yyyy")) == [("Sheet!G2", "PS502")]


@pytest.mark.parametrize(("number", "on"), [(58, date(2022, 11, 30)), (31, None), (57, date(2022, 11, 30))])
def test_a_format_that_only_a_chinese_program_knows_by_its_number_is_a_day(number: int, on: date | None) -> None:
    """Excel in Chinese writes m月d日 as number format 58 and names it nowhere."""
    serial = (date(2026 if number != 57 else 2022, 11, 30 if number != 57 else 1) - date(1899, 12, 30)).days
    data = due_cell(serial, "0.0000")
    data = in_part(data, "xl/styles.xml", b'numFmtId="164" fontId', b'numFmtId="%d" fontId' % number)
    if on is None:
        assert plan(data).tasks[0].due.on == date(2026, 11, 30)
    else:
        assert plan(data).tasks[0].due.on == on


def test_a_day_shown_with_an_hour_is_asked_back_and_one_stored_with_it_is_the_day() -> None:
    assert told(due_cell(datetime(2022, 11, 30, 17, 30), "yyyy/m/d h:mm")) == [("Sheet!G2", "PS502")]
    assert told(due_cell("2022-11-30 17:30")) == [("Sheet!G2", "PS502")]
    assert plan(due_cell(datetime(2022, 11, 30, 17, 30), "yyyy/m/d")).tasks[0].due.on == date(2022, 11, 30)
    assert plan(due_cell(datetime(2022, 11, 30), "yyyy/m/d h:mm")).tasks[0].due.on == date(2022, 11, 30)
    with pytest.raises(ValueError, match="17:30"):
        day(cell_of(datetime(2022, 11, 30, 17, 30), "yyyy/m/d hh:mm"))


def test_a_day_without_a_year_is_asked_back_where_nothing_gives_one() -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["B2"].number_format = 'm"月"d"日"'

    data = made(("单位", "启用日期"), ("甲局", date(2026, 7, 1)), how=dress)
    assert told(data, read=units_text) == [("Sheet!B2", "PS301")]
    line = BreakdownLine(id="t1/甲局", task_id="t1", unit="甲局", issued=True, phase="一", task="报送", demand="",
                         clause="", role="", due="2022-08-31", state="")  # fmt: skip
    data = made(("编号", "签收日期"), ("t1/甲局", date(2026, 7, 6)), how=dress)
    found = compared(opened(data, "a.xlsx"), "k", [line]).problems.found
    assert [(p.cell, p.code, p.found) for p in found] == [("Sheet!B2", "PS301", "found 7月6日")]


@pytest.mark.parametrize(
    ("form", "shown"),
    [("yyyy-mm-dd", "ymd"), ("mm-dd-yy", "ymd"), ("General", "ymd"), ("m/d", "md"), ("h:mm", "ymd"), ("m/d/yy h:mm", "ymd"),
     ('yyyy"年"m"月"', "ym"), ("d-mmm", "md"), ("[$-404]e/m/d", "ymd"), ('[DBNum1][$-804]m"月"d"日";@', "md"), ("m/d h:mm AM/PM", "md")],
)  # fmt: skip
def test_a_number_format_says_what_of_a_day_is_shown(form: str, shown: str) -> None:
    assert shown_of(form) == frozenset(shown)


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "=C2", "=VLOOKUP(A1,B:C,2,0)", 3, 3.1, True,
                                   date(2022, 1, 2)])  # fmt: skip
def test_errors_formulas_numbers_and_days_name_no_unit(value: Any) -> None:
    data = made(HEADS, ("一", SPAN, "报送", value, "乙局", "", "", ""))
    assert told(data) == [("Sheet!D2", "PS310")]
    assert told(made(("单位", "类别"), (value, "部门")), read=units_text) == [("Sheet!A2", "PS310")]
    groups = made(("单位", "组"), ("甲局", value))
    assert told(groups, read=units_text) == [("Sheet!B2", "PS310")]


@pytest.mark.parametrize("field", ["#N/A", "#REF!", "=C2", "3", "3.1"])
def test_they_name_none_in_a_csv_either(field: str) -> None:
    assert told(csv_of(",".join(HEADS), f"一,{SPAN},报送,{field},乙局,,,"), "a.csv") == [("D2", "PS310")]
    assert told(csv_of("单位,类别", f"{field},部门"), "u.csv", units_text) == [("A2", "PS310")]


def test_a_formula_with_a_last_value_names_nothing_either() -> None:
    data = made(HEADS, ("一", SPAN, "报送", "=B1", "乙局", "", "", ""))
    data = in_part(data, "xl/worksheets/sheet1.xml", b"<f>B1</f><v />", b"<f>B1</f><v>7</v>")
    assert told(data) == [("Sheet!D2", "PS310")]


def test_a_clause_typed_as_a_number_or_turned_into_a_day_is_asked_back() -> None:
    """3.10 typed is the number 3.1, and 3-1 is the first of March."""
    rows = [("一", SPAN, "甲", "甲局", "", "", "", 3.1), ("", "", "乙", "甲局", "", "", "", date(2022, 3, 1))]
    assert told(made(HEADS, *rows)) == [("Sheet!H2", "PS310"), ("Sheet!H3", "PS310")]


def test_a_phase_may_be_a_whole_number() -> None:
    assert plan(made(HEADS, (1, SPAN, "报送", "甲局", "", "", "", 3))).phases[0].title == "1"


def test_escapes_of_office_open_xml_are_undone_and_written() -> None:
    def typed(text: str) -> str:
        data = made(HEADS, ("一", SPAN, "MARK", "甲局", "", "", "", ""))
        return str(plan(in_part(data, SHEET, b"MARK", text.encode())).tasks[0].title)

    assert typed("&#25253;&#36865;_x000D_\n方案") == "报送 方案"
    assert typed("报送_x005F_x000D_") == "报送_x000D_"
    assert typed("_xD842__xDFB7_局") == "𠮷局"
    line = BreakdownLine(id="t1/甲局", task_id="t1", unit="甲局", issued=True, phase="一", task="a_x000D_b", demand="",
                         clause="", role="", due="", state="", note="_x0041_\ufffe\uffff", submitted="2022-07-05")  # fmt: skip
    for data in (as_workbook([line], title="某县", campaign="k", at=AT), as_csv([line])):
        found = compared(opened(data, "f"), "k", [line])
        assert (found.problems.found, found.deeds) == ([], [])


def test_a_character_that_cannot_be_seen_is_told_at_its_cell() -> None:
    data = made(HEADS, ("一", SPAN, "MARK", "甲局", "", "", "", ""))
    for unseen in ("_x0007_", "\u202e", "_x202E_", "\u2028", "\u200f"):
        assert told(in_part(data, SHEET, b"MARK", f"a{unseen}b".encode())) == [("Sheet!C2", "PS311")]


def test_numbers_are_shown_as_their_format_shows_them() -> None:
    assert [cell_of(0).text, cell_of(7, "000").text, cell_of(0.95, "0%").text, cell_of(0.1 + 0.2).text] == [
        "0",
        "007",
        "95%",
        "0.3",
    ]
    assert [written_cell(word).kind for word in ("0", "007", "1.50", "-3", "1e5", "=1", "'=1", "#N/A", " ")] == [
        "number",
        "text",
        "number",
        "number",
        "text",
        "formula",
        "text",
        "error",
        "blank",
    ]
    assert day(written_cell("44895")) == day(cell_of(44895)) == date(2022, 11, 30)


# --- what offices really have ---


def test_merged_titles_and_a_heading_of_two_lines_are_read() -> None:
    def dress(sheet: Worksheet) -> None:
        for cells in (
            "A1:I1",
            "A2:I2",
            "A4:A5",
            "B4:B5",
            "C4:C5",
            "D4:D5",
            "E4:G4",
            "H4:H5",
            "I4:I5",
            "B6:B7",
            "C6:C7",
        ):
            sheet.merge_cells(cells)

    data = made(
        ("附件1",),
        ("石柱县创建全国民族团结进步示范县\n重点任务分解表",),
        ("填报单位:县创建办",),
        ("序号", "阶段", "起止时间", "工作任务", "责任分工", "", "", "完成时限", "备注"),
        ("", "", "", "", "牵头单位", "责任部门", "配合单位", "", ""),
        (1, "启动", SPAN, "制定方案", "县创建办", "县财政局", "/", "11月30日前", "已完成"),
        (2, "", "", "召开会议", "县委办、县政府办", "", "无", "适时", ""),
        ("合计", "", "", "=COUNTA(D6:D7)", "", "", "", "", ""),
        ("注:本表由县创建办解释",),
        how=dress,
    )
    read = plan(data)
    assert read.title == "石柱县创建全国民族团结进步示范县"
    assert [(t.title, t.lead, t.responsible, t.supporting) for t in read.tasks] == [
        ("制定方案", ("县创建办",), ("县财政局",), ()),
        ("召开会议", ("县委办", "县政府办"), (), ()),
    ]
    assert read.tasks[0].due.on == date(2022, 11, 30)
    assert left(data) == ("column A 序号", "column I 备注", "row 8 合计", "row 9 注:本表由县创建办解释")


def test_headings_merged_over_two_rows_are_no_task() -> None:
    def dress(sheet: Worksheet) -> None:
        for column in "ABCDEFGH":
            sheet.merge_cells(f"{column}1:{column}2")

    data = made(HEADS, (), ("一", SPAN, "报送", "甲局", "", "", "", ""), how=dress)
    assert [task.title for task in plan(data).tasks] == ["报送"]


@pytest.mark.parametrize(
    "heads",
    [
        ("工作阶段", "起止时间", "重点任务", "主办单位", "责任分工", "协办单位", "时间节点", "条款"),
        ("阶段", "阶段时间", "工作 任务", "牵头部门", "责任部门", "配合部门", "完成\n时间", "依据(条款)"),
        ("实施阶段", "起止时限", "主要任务", "牵头责任单位", "承办单位", "参与单位", "截止日期", "文件依据"),
    ],
)
def test_the_headings_that_offices_use_mean_ours(heads: tuple[str, ...]) -> None:
    read = plan(made(heads, ("一", SPAN, "报送", "甲局", "乙局", "丙局", "11月30日", "三")))
    (task,) = read.tasks
    assert (task.lead, task.responsible, task.supporting) == (("甲局",), ("乙局",), ("丙局",))
    assert (task.title, task.due.on, task.source.clause) == ("报送", date(2022, 11, 30), "三")


def test_our_own_heading_wins_over_another_that_could_mean_it_and_the_other_is_told() -> None:
    data = made(("阶段", "起止日期", "重点任务", "任务", "责任单位"), ("一", SPAN, "类", "报送", "甲局"))
    assert ([task.title for task in plan(data).tasks], left(data)) == (["报送"], ("column C 重点任务",))


def test_where_no_heading_fits_it_is_said_what_was_found() -> None:
    with pytest.raises(BadSheet) as error:
        plan(made(("某县工作表",), ("序号", "干什么", "谁来干", "完成时限"), (1, "报送", "甲局", "11月30日")))
    assert str(error.value.problems[0]) == (
        "某县.xlsx  PS105  no sheet has the headings that are needed — found 序号、干什么、谁来干、完成时限 "
        "— one row must hold: 阶段、任务"
    )


def test_what_is_not_read_is_told() -> None:
    book = load_workbook(io.BytesIO(made(("单位", "联系电话"), ("甲局", 13800000000), ("", "另附"), ("共 计", 1))))
    book.create_sheet("说明").append(["随便"])
    book.create_sheet("旧表").append(["旧"])
    book["旧表"].sheet_state = "hidden"
    found = units_text(opened(saved(book), "u.xlsx"), "units: [{name: 乙局}, {name: 甲局, code: jia}]")
    assert found.left == ("sheet 说明", "hidden sheet 旧表", "column B 联系电话", "row 3 另附", "row 4 共 计")
    assert found.gone == ("乙局",)
    assert loaded(found.text) == {"units": [{"name": "甲局", "code": "jia"}]}


@pytest.mark.parametrize(
    "words",
    ["注", "备注", "附注:", "注1.各单位要重视", "注(一):略", "填报单位（盖章）：", "审核人:", "联系电话:1234"],
)
def test_a_remark_under_the_table_is_no_phase(words: str) -> None:
    data = made(HEADS, ("一", SPAN, "报送", "甲局", "", "", "", ""), (words, None, None, None, None))
    assert left(data) == (f"row 3 {words}",)


def test_with_several_tables_it_is_said_of_which_a_column_is() -> None:
    book = load_workbook(io.BytesIO(made(HEADS, ("一", SPAN, "报送", "甲局", "", "", "", ""))))
    for row in (("单位", "类别", "电话"), ("甲局", "部门", 1), ("领导小组", "", 2), ("创建办", "", 3)):
        (book["通讯录"] if "通讯录" in book.sheetnames else book.create_sheet("通讯录")).append(row)
    assert left(saved(book)) == ("通讯录 column C 电话",)


def test_one_unit_is_added_without_the_whole_directory() -> None:
    former = "units: [{name: 乙局, code: b}]\ngroups: [{name: 政法, include: [乙局]}, {name: 各部门, include: 政法}]"
    data = made(("单位", "关系", "组"), ("甲局", "平级", "政法、新组"))
    found = units_text(opened(data, "u.xlsx"), former, adding=True)
    assert found.gone == ()
    assert loaded(found.text) == {
        "units": [{"name": "乙局", "code": "b"}, {"name": "甲局", "relation": "peer"}],
        "groups": [
            {"name": "政法", "include": ["乙局", "甲局"]},
            {"name": "各部门", "include": ["政法"]},
            {"name": "新组", "include": ["甲局"]},
        ],
    }


@pytest.mark.parametrize(
    "name", ["各乡镇", "县直各部门", "县级有关部门", "其他单位", "县教育局等", "县教育局等部门", "相关单位"]
)
def test_a_word_for_a_group_is_no_unit(name: str) -> None:
    assert told(made(HEADS, ("一", SPAN, "报送", name, "", "", "", ""))) == [("Sheet!D2", "PS507")]


@pytest.mark.parametrize("name", ["牵头单位:甲局", "甲局。乙局", "甲局 乙局", "县委办(牵头):县府办"])
def test_what_is_not_the_name_of_one_unit_is_asked_back(name: str) -> None:
    assert told(made(HEADS, ("一", SPAN, "报送", name, "", "", "", ""))) == [("Sheet!D2", "PS312")]
    assert told(made(("单位", "类别"), (name, "")), read=units_text) == [("Sheet!A2", "PS312")]


@pytest.mark.parametrize("value", [date(2022, 7, 12), "2022-07-12", "2022.7.12", "2022年7月", 44895, "=A1"])
def test_one_day_is_not_the_days_of_a_phase(value: Any) -> None:
    assert told(made(HEADS, ("一", value, "报送", "甲局", "", "", "", ""))) == [("Sheet!B2", "PS501")]


def test_headings_repeated_on_every_page_are_no_task() -> None:
    data = made(HEADS, ("一", SPAN, "甲", "甲局", "", "", "", ""), HEADS, ("", "", "乙", "甲局", "", "", "", ""))
    assert [task.title for task in plan(data).tasks] == ["甲", "乙"]
    assert left(data) == ("row 3 阶段",)


def test_a_cell_that_stands_nowhere_breaks_the_file() -> None:
    assert refusal(in_part(made(HEADS, ("一", SPAN, "报送")), SHEET, b'r="C2"', b'r="C0"')).startswith("PS101")


def test_a_word_for_a_group_is_no_unit_in_a_list_of_units_either() -> None:
    assert told(made(("单位", "类别"), ("各乡镇", ""), ("甲局", "")), read=units_text) == [("Sheet!A2", "PS407")]


def test_remarks_in_the_former_file_are_told_as_lost() -> None:
    former = "# 2022年7月核对\nunits:\n- {name: 乙局}\n"
    found = units_text(opened(made(("单位",), ("甲局",)), "u.xlsx"), former, adding=True)
    assert found.left == ("1 remarks (#) of the former file",)
    assert units_instead("units: [{name: 甲局}]", former).gone == ("乙局",)


def test_a_bare_number_under_the_numbers_is_told_as_what_it_lacks() -> None:
    _, lines = table()
    data = made(("编号", "签收日期", "报送日期", "报送数据"), ("t1/甲局", "", date(2022, 7, 6), 92.5))
    assert [(p.cell, p.code) for p in compared(opened(data, "f"), "k", lines).problems.found] == [
        ("Sheet!D2", "PS309")
    ]


def test_a_place_whose_name_sounds_like_a_group_is_a_unit() -> None:
    read = plan(made(HEADS, ("一", SPAN, "报送", "大有镇、县融媒体中心", "", "", "", "")))
    assert read.tasks[0].lead == ("大有镇", "县融媒体中心")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ((("某县创建工作责任分工表",),), "某县创建工作责任分工表"),
        ((("附件:",), ("某县创建工作",), ("任务分解表",)), "某县创建工作"),
        ((("某县" + "创建" * 90,),), "某县" + "创建" * 90),
    ],
)
def test_a_title_is_not_cut(lines: tuple[tuple[str, ...], ...], title: str) -> None:
    assert plan(made(*lines, HEADS, ("一", SPAN, "报送", "甲局", "", "", "", ""))).title == title


def test_a_title_that_is_too_long_is_asked_back() -> None:
    data = made(("某县" + "创建" * 100,), HEADS, ("一", SPAN, "报送", "甲局", "", "", "", ""))
    assert told(data) == [("Sheet!A1", "PS506")]


def test_a_long_phase_is_not_cut_in_its_gate() -> None:
    title = "宣传发动阶段" * 12
    files = workflow_files(opened(made(HEADS, (title, SPAN, "报送", "甲局", "", "", "适时", "")), "f"), Head(id="x"))
    read, told_in = reader.read(files.texts, "x"), loaded(files.texts["workflow.yaml"])
    assert (read.phases[0].title, "领导小组同意结束p1") == (title, told_in["phases"][0]["gate"]["all"][0]["approval"])


# --- CSV ---


@pytest.mark.parametrize("split", [",", ";", "\t", "，", "|"])
def test_the_delimiter_is_the_one_that_splits_the_headings(split: str) -> None:
    noise = "要求，含甲；乙;丙" if split == "," else "要求,含甲,乙" if split != "，" else "要求、含甲"
    rows = (
        ["阶段", "起止日期", "任务", "要求", "责任单位"],
        ["一", SPAN, "报送", noise.replace(split, "、"), "甲局"],
    )
    read = plan(csv_of("某县任务分解表", *(split.join(row) for row in rows)), "a.csv")
    assert (read.tasks[0].title, read.tasks[0].responsible) == ("报送", ("甲局",))


def test_a_csv_may_name_its_delimiter() -> None:
    assert (
        plan(csv_of("sep=;\n阶段;起止日期;任务;责任单位", f"一;{SPAN};报送;甲局"), "a.csv").tasks[0].title == "报送"
    )


TORN = (
    ('启动,{s},一号,"报送,甲局', ",,二号,无,乙局", '启动,,三号,"另报"总结,丙局'),
    ('启动,{s},一号,"报送,甲局', ",,二号,无,乙局", "启动,,三号,无,丙局"),
    ('启动,{s},一号,"报送,甲局', ',,二号,无",乙局', "启动,,三号,无,丙局"),
    ('启动,{s},一号,"报送,甲局', ',,二号",无,乙局', "启动,,三号,无,丙局"),
    ("启动,{s},一号,报送,含附件,甲局", ",,二号,无,乙局", "启动,,三号,无,丙局"),
)


@pytest.mark.parametrize("lines", TORN)
def test_quoting_that_does_not_hold_is_refused_with_its_line(lines: tuple[str, ...]) -> None:
    rows = [line.format(s=SPAN) for line in lines]
    assert told(csv_of("阶段,起止日期,任务,要求,责任单位", *rows), "a.csv") == [("2", "PS109")]


def test_a_cell_of_several_lines_is_sound() -> None:
    data = csv_of("阶段,起止日期,任务,要求,责任单位", f'一,{SPAN},报送,"一、方案\n二、总结,""另报""",甲局')
    assert plan(data, "a.csv").tasks[0].demand == '一、方案 二、总结,"另报"'


def test_a_csv_that_is_too_wide_is_refused_and_not_cut() -> None:
    with pytest.raises(BadSheet, match="1 problem"):
        opened(csv_of(",".join("a" * 257)), "a.csv")
    assert told(csv_of("<table><tr><td>阶段</td></tr></table>"), "a.xls") == [("", "PS101")]


# --- limits, kinds of files ---


def refusal(data: bytes) -> str:
    with pytest.raises(BadSheet) as error:
        opened(data, "a.xlsx")
    (problem,) = error.value.problems
    return f"{problem.code} {problem.found}"


SHEET = "xl/worksheets/sheet1.xml"
ENTITY = b'<!DOCTYPE a [<!ENTITY b "c">]>'


def as_utf16(data: bytes) -> bytes:
    text = zipfile.ZipFile(io.BytesIO(data)).read(SHEET).decode()
    other = f'<?xml version="1.0" encoding="UTF-16BE"?>{ENTITY.decode()}{text[text.index("<worksheet") :]}'
    return in_part(data, SHEET, text.encode(), other.encode("utf-16-be"))


def test_limits_hold_whatever_the_quoting_the_names_and_the_encoding_of_parts() -> None:
    plain = made(("a",))
    merged = b"<mergeCells><mergeCell ref='A1:XFD1048576' /></mergeCells><pageMargins"
    assert refusal(in_part(plain, SHEET, b"<pageMargins", merged)).startswith("PS103")
    assert "DOCTYPE" in refusal(as_utf16(plain))
    assert "DOCTYPE" in refusal(
        in_part(plain, "docProps/app.xml", b"<Properties", ENTITY + b"<Properties", "docProps/app.XML")
    )
    assert "DOCTYPE" in refusal(
        in_part(plain, SHEET, b"<worksheet", ENTITY + b"<worksheet", "xl/worksheets/sheet1.bin")
    )
    rows = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (n, n) for n in range(2, 600_500))
    assert refusal(in_part(plain, SHEET, b"</sheetData>", rows + b"</sheetData>")).startswith("PS103")


def test_empty_rows_and_columns_at_the_end_are_not_looked_at() -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["A30000"].number_format = sheet["XFD2"].number_format = "0.00"

    book = opened(made(HEADS, ("一", SPAN, "报送", "甲局", "", "", "", ""), how=dress), "a.xlsx")
    assert (len(book.sheets[0].rows), len(book.sheets[0].rows[0])) == (2, 8)


def test_a_file_of_another_kind_is_told_as_what_it_is() -> None:
    strict = made(HEADS)
    for part in ("xl/workbook.xml", SHEET):
        strict = in_part(strict, part, b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                         b"http://purl.oclc.org/ooxml/spreadsheetml/main")  # fmt: skip
    assert refusal(strict).startswith("PS108")
    assert "OpenDocument" in refusal(in_part(made(HEADS), SHEET, b"", b"", "content.xml"))
    assert "Word" in refusal(in_part(made(HEADS), SHEET, b"", b"", "word/document.xml"))


# --- an export never destroys a workbook ---


def table() -> tuple[Workbook, list[BreakdownLine]]:
    line = BreakdownLine(id="t1/甲局", task_id="t1", unit="甲局", issued=True, phase="一", task="报送", demand="",
                         clause="", role="", due="2022-08-31", state="")  # fmt: skip
    return load_workbook(io.BytesIO(as_workbook([line], title="某县", campaign="k", at=AT))), [line]


def chart(sheet: Worksheet) -> BarChart:
    made = BarChart()
    made.add_data(Reference(sheet, min_col=1, min_row=2, max_row=3))
    return made


def with_chart_sheet(book: Workbook) -> None:
    book.create_chartsheet("进度图").add_chart(chart(book.worksheets[0]))


def with_chart(book: Workbook) -> None:
    book.worksheets[0].add_chart(chart(book.worksheets[0]), "T2")


def with_zeros(book: Workbook) -> None:
    book.create_sheet("零").append([0, 0])


def with_comment(book: Workbook) -> None:
    book.worksheets[0]["A3"].comment = Comment("记得催", "office")


def with_remark(book: Workbook) -> None:
    book.worksheets[0]["A9"] = "注:本表每周更新"


def with_further_row(book: Workbook) -> None:
    book.worksheets[0]["S3"] = "own"
    book.worksheets[0]["A3"] = "t9/甲局"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (with_chart_sheet, "图表"),
        (with_chart, "图表"),
        (with_zeros, "零"),
        (with_comment, "批注"),
        (with_remark, "row 9 注:本表每周更新"),
        (with_further_row, "t9/甲局"),
    ],
)
def test_what_an_export_cannot_write_again_is_found(how: Callable[[Workbook], None], said: str) -> None:
    book, lines = table()
    assert lost(opened(saved(book), "a.xlsx"), lines) == []
    how(book)
    assert said in lost(opened(saved(book), "a.xlsx"), lines)


def test_macros_and_pivots_are_told_by_their_parts() -> None:
    book, lines = table()
    for part, said in (
        ("xl/vbaProject.bin", "宏"),
        ("xl/pivotTables/pivotTable1.xml", "数据透视表"),
        ("xl/odd.xml", "xl/odd.xml"),
    ):
        out = io.BytesIO(saved(book))
        with zipfile.ZipFile(out, "a") as parts:
            parts.writestr(part, b"x")
        assert lost(opened(out.getvalue(), "a.xlsx"), lines) == [said]
