"""The task breakdown table out and in again: exactly the edited cells change."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from clerk import KEY, TASKS, Clerk
from office import COURT, OTHER, TOWN
from openpyxl import load_workbook
from openpyxl.chart import BarChart
from openpyxl.worksheet.worksheet import Worksheet

REPORT, OTHERS = f"report/{TOWN}", f"report/{OTHER}"
COLUMNS = [
    "编号",
    "阶段",
    "任务",
    "要求",
    "依据(条款)",
    "角色",
    "单位",
    "时限",
    "状态",
    "签收日期",
    "报送日期",
    "报送数据",
    "报送说明",
    "办结日期",
    "延期理由",
    "延期依据",
]
NOTED = TASKS.replace("needs: [number, file]", "needs: [number]")


def exported(clerk: Clerk, name: str = "t.xlsx", *words: str) -> Path:
    clerk.told("sheet", "export", KEY, "--out", name, *words)
    return clerk.folder / name


def rows_of(path: Path) -> dict[str, dict[str, Any]]:
    """Return what a person sees in the table, by row id and heading."""
    head, *rows = load_workbook(path)["任务分解表"].iter_rows(min_row=2, values_only=True)
    return {str(row[0]): dict(zip(head, row, strict=True)) for row in rows}


def edit(path: Path, *cells: tuple[str, str, Any]) -> None:
    """Edit cells as a person with a spreadsheet program does."""
    book = load_workbook(path)
    sheet = book["任务分解表"]
    for row, column, value in cells:
        sheet[place(sheet, row, column)].value = value
    book.save(path)


def change(path: Path, how: Callable[[Worksheet], object]) -> None:
    book = load_workbook(path)
    how(book["任务分解表"])
    book.save(path)


def place(sheet: Worksheet, row: str, column: str) -> str:
    number = next(cell.row for cell in sheet["A"] if cell.value == row)
    head = next(cell for cell in sheet[2] if cell.value == column)
    return f"{head.column_letter}{number}"


def taken(clerk: Clerk, name: str = "t.xlsx") -> list[tuple[str, str, str, str, str]]:
    """Import a file and return what it changed."""
    told = clerk.json("sheet", "import", KEY, name)
    return [(c["action"], c["id"], c["column"], c["before"], c["after"]) for c in told["changes"]]


def wrong(clerk: Clerk, name: str = "t.xlsx") -> list[str]:
    """Import a file that is wrong; return its problems, each a line."""
    out, err = clerk.run("sheet", "import", KEY, name, code=2)
    assert out == ""
    return err.splitlines()


def acts(clerk: Clerk) -> list[tuple[str, str]]:
    log = clerk.told("audit", "log", KEY, "--json").splitlines()
    return [(record["action"], record["subject"]) for record in map(json.loads, log)]


# --- out ---


def test_the_table_has_a_row_for_every_unit_and_task_issued_or_not(clerk: Clerk) -> None:
    rows = rows_of(exported(clerk.begin()))
    assert list(rows) == [
        "digest/县创建办",
        "visit/市民宗局",
        "score/县法院",
        "talks/县税务局",
        "report/东镇",
        "report/西乡",
    ]
    assert list(rows[REPORT]) == COLUMNS
    assert rows[REPORT]["时限"].date() == date(2022, 8, 31)
    assert (rows[REPORT]["依据(条款)"], rows[REPORT]["角色"], rows[REPORT]["状态"]) == (
        "三(一)",
        "责任单位",
        "已下达",
    )
    assert (rows["talks/县税务局"]["时限"], rows["visit/市民宗局"]["状态"]) == ("时间待定", "未下达")


def test_a_row_keeps_its_id_when_its_task_is_issued(clerk: Clerk) -> None:
    before = rows_of(exported(clerk.begin()))
    clerk.submit(TOWN).submit(OTHER).accept(TOWN).accept(OTHER).sweep("2022-07-05T10:00")
    after = rows_of(exported(clerk))
    assert list(after) == list(before)
    assert (before["digest/县创建办"]["状态"], after["digest/县创建办"]["状态"]) == ("未下达", "已下达")


def test_each_unit_begins_a_page_of_a_landscape_with_the_headings_on_it(clerk: Clerk) -> None:
    sheet = load_workbook(exported(clerk.begin()))["任务分解表"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$2", "B3")
    assert [each.id for each in sheet.row_breaks.brk] == [3, 4, 5, 6, 7]
    assert all(cell.alignment.wrap_text for cell in sheet[3])


def test_a_workbook_is_written_for_each_unit(clerk: Clerk) -> None:
    clerk.begin().told("sheet", "export", KEY, "--per-unit", "parts")
    names = sorted(path.name for path in (clerk.folder / "parts").iterdir())
    assert names[-2:] == ["005-东镇.xlsx", "006-西乡.xlsx"]
    assert list(rows_of(clerk.folder / "parts" / "005-东镇.xlsx")) == [REPORT]


def test_a_cell_that_starts_like_a_formula_is_text_in_both_kinds_of_file(clerk: Clerk) -> None:
    clerk.begin(tasks=TASKS.replace("demand: 工作方案", "demand: '=HYPERLINK(\"http://x\")'"))
    cell = load_workbook(exported(clerk))["任务分解表"]["D7"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")
    text = exported(clerk, "t.csv").read_bytes().decode("utf-8-sig")
    assert [row[3] for row in csv.reader(io.StringIO(text)) if row[0] == REPORT] == ['\'=HYPERLINK("http://x")']
    assert (taken(clerk), taken(clerk, "t.csv")) == ([], [])


def test_a_table_is_written_to_a_workbook_or_csv_and_to_nothing_else(clerk: Clerk) -> None:
    clerk.begin()
    assert clerk.refused("sheet", "export", KEY, "--out", "t.ods", code=2).startswith(
        "PG202  that is no kind of sheet"
    )
    assert clerk.refused("sheet", "export", KEY, code=2).startswith("PG214  give --out")


# --- in ---


def test_exactly_the_edited_cells_change_and_a_second_import_changes_nothing(clerk: Clerk) -> None:
    path = exported(clerk.begin(tasks=NOTED))
    clerk.at("2022-08-20T10:00")
    edit(
        path,
        (REPORT, "签收日期", date(2022, 7, 6)),
        (REPORT, "报送日期", "2022年8月1日"),
        (REPORT, "报送说明", "工作方案  "),
        (REPORT, "办结日期", 44776.0),
        (OTHERS, "时限", date(2022, 9, 15)),
        (OTHERS, "延期理由", "防汛"),
        (OTHERS, "延期依据", "函〔2022〕6号"),
        (f"score/{COURT}", "报送日期", "2022-8-2"),
        (f"score/{COURT}", "报送数据", "自评分=92.5"),
    )
    dry = clerk.run("sheet", "import", KEY, "t.xlsx", "--dry-run")[0]
    assert dry.splitlines()[-1] == "county: 9 cells would change"
    records = len(acts(clerk))
    assert taken(clerk) == [
        ("submit", "score/县法院", "报送日期", "", "2022-08-02"),
        ("submit", "score/县法院", "报送数据", "", "自评分=92.5"),
        ("receive", REPORT, "签收日期", "", "2022-07-06"),
        ("submit", REPORT, "报送日期", "", "2022-08-01"),
        ("submit", REPORT, "报送说明", "", "工作方案"),
        ("accept", REPORT, "办结日期", "", "2022-08-03"),
        ("extend", OTHERS, "时限", "2022-08-31", "2022-09-15"),
        ("extend", OTHERS, "延期理由", "", "防汛"),
        ("extend", OTHERS, "延期依据", "", "函〔2022〕6号"),
    ]
    assert len(acts(clerk)) == records + 5
    assert taken(clerk) == []
    assert len(acts(clerk)) == records + 5
    after = rows_of(exported(clerk, "after.xlsx"))
    assert (after[REPORT]["状态"], after[REPORT]["报送说明"]) == ("已办结", "工作方案")
    assert (after[OTHERS]["时限"].date(), after[OTHERS]["状态"]) == (date(2022, 9, 15), "已下达")
    clerk.told("audit", "verify")


def test_what_a_sheet_records_rests_on_the_file_as_its_voucher(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    edit(path, (REPORT, "签收日期", date(2022, 7, 5)))
    taken(clerk)
    (piece,) = clerk.json("task", "show", KEY, "report", "--unit", TOWN)["evidence"]
    assert (piece["kind"], piece["name"], len(piece["sha256"])) == ("voucher", "t.xlsx", 64)


def test_what_a_sheet_records_came_by_the_door_of_who_imported_it(clerk: Clerk) -> None:
    edit(exported(clerk.begin()), (REPORT, "签收日期", date(2022, 7, 5)))
    taken(clerk)
    log = map(json.loads, clerk.told("audit", "log", KEY, "--json").splitlines())
    assert [(record["action"], record["door"]["kind"]) for record in log] == [
        ("start", "command_line"),
        ("receive", "command_line"),
    ]


def test_a_dry_run_says_what_would_change_and_keeps_nothing(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    edit(path, (REPORT, "签收日期", date(2022, 7, 5)))
    records = acts(clerk)
    out, err = clerk.run("sheet", "import", KEY, "t.xlsx", "--dry-run")
    assert err == "(dry run: nothing was kept)\n"
    assert out == (
        "cell           row          column    before  after       means\n"
        "任务分解表!J7  report/东镇  签收日期  -       2022-07-05  receive\n"
        "county: 1 cells would change\n"
    )
    assert acts(clerk) == records


def test_every_problem_is_told_at_once_with_its_cell_and_nothing_is_applied(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    clerk.at("2022-07-20T10:00")
    edit(
        path,
        (REPORT, "签收日期", "昨天"),
        (REPORT, "时限", date(2022, 9, 10)),
        (REPORT, "任务", "别的任务"),
        (OTHERS, "签收日期", date(2022, 7, 6)),
        (OTHERS, "报送说明", "没有日期"),
        (f"score/{COURT}", "报送数据", "九十分"),
        (f"score/{COURT}", "报送日期", "2022-07-10"),
        ("visit/市民宗局", "签收日期", date(2022, 7, 6)),
        ("talks/县税务局", "签收日期", date(2023, 1, 1)),
        ("talks/县税务局", "延期理由", "防汛"),
    )
    change(path, lambda sheet: sheet.append(["nobody/东镇"]))
    change(path, lambda sheet: sheet.append([REPORT]))
    change(path, lambda sheet: sheet.append(["", "", "没有编号的任务"]))
    records = acts(clerk)
    codes = [line.split("  ")[:2] for line in wrong(clerk)]
    assert codes == [
        ["t.xlsx:任务分解表!J4", "PS307"],
        ["t.xlsx:任务分解表!K5", "PS306"],
        ["t.xlsx:任务分解表!L5", "PS309"],
        ["t.xlsx:任务分解表!J6", "PS306"],
        ["t.xlsx:任务分解表!O6", "PS308"],
        ["t.xlsx:任务分解表!C7", "PS302"],
        ["t.xlsx:任务分解表!H7", "PS305"],
        ["t.xlsx:任务分解表!J7", "PS301"],
        ["t.xlsx:任务分解表!M8", "PS308"],
        ["t.xlsx:任务分解表!A9", "PS202"],
        ["t.xlsx:任务分解表!A10", "PS203"],
        ["t.xlsx:任务分解表!A11", "PS201"],
    ]
    assert acts(clerk) == records


def test_a_moved_date_without_reason_and_document_points_to_task_extend(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    edit(path, (REPORT, "时限", date(2022, 9, 10)), (REPORT, "延期理由", "防汛"))
    assert wrong(clerk) == [
        "t.xlsx:任务分解表!H7  PS305  a date is moved only with a reason and a document — found 2022-09-10 — "
        "fill in 延期依据, or `phasegate task extend … report --unit 东镇 --to …`"
    ]


def test_what_was_recorded_meanwhile_is_not_an_edit_and_what_differs_is_a_conflict(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    clerk.at("2022-07-07T10:00").told("task", "receive", KEY, "report", "--as", TOWN)
    assert taken(clerk) == []
    edit(path, (REPORT, "签收日期", date(2022, 7, 6)))
    (line,) = wrong(clerk)
    assert line.startswith("t.xlsx:任务分解表!J7  PS304") and "recorded is 2022-07-07" in line
    edit(path, (REPORT, "签收日期", date(2022, 7, 7)))
    assert taken(clerk) == []


def test_what_is_recorded_cannot_be_erased_in_a_sheet(clerk: Clerk) -> None:
    path = exported(clerk.begin().submit(TOWN))
    edit(path, (REPORT, "报送日期", None))
    (line,) = wrong(clerk)
    assert line.startswith("t.xlsx:任务分解表!K7  PS303")


def test_a_sheet_of_another_campaign_is_refused(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    clerk.told("campaign", "create", "second", "--workflow", "plan")
    assert clerk.refused("sheet", "import", "second", path.name, code=2).startswith("t.xlsx  PS107")


def test_merged_cells_full_width_digits_and_trailing_spaces_are_read(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    clerk.at("2022-07-20T10:00")
    edit(path, (REPORT, "签收日期", "2022年7月6日 "))
    change(path, lambda sheet: sheet.merge_cells("J7:J8"))
    change(path, lambda sheet: sheet.merge_cells("B7:B8"))
    assert [row[1:3] + row[4:] for row in taken(clerk)] == [
        (REPORT, "签收日期", "2022-07-06"),
        (OTHERS, "签收日期", "2022-07-06"),
    ]


def test_rows_may_be_sorted_filtered_and_left_out(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    edit(path, (REPORT, "签收日期", date(2022, 7, 5)))
    change(path, lambda sheet: sheet.move_range("A7:P7", rows=40))
    change(path, lambda sheet: sheet.delete_rows(3, 2))
    assert [row[1] for row in taken(clerk)] == [REPORT]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_that_offices_write(clerk: Clerk, encoding: str) -> None:
    text = exported(clerk.begin(), "t.csv").read_bytes().decode("utf-8-sig")
    assert taken(clerk, "t.csv") == []
    edited = [line.replace("已下达,,", "已下达,2022/7/5,", line.startswith(REPORT)) for line in text.splitlines()]
    lines = [new if old.startswith(REPORT) else old for old, new in zip(text.splitlines(), edited, strict=True)]
    (clerk.folder / "t.csv").write_bytes("\r\n".join(lines).encode(encoding))
    assert taken(clerk, "t.csv") == [("receive", REPORT, "签收日期", "", "2022-07-05")]
    assert taken(clerk, "t.csv") == []


# --- the office's own columns ---


def with_own(sheet: Worksheet) -> None:
    sheet["Q2"], sheet["R2"], sheet["S2"] = "经办科室", "联系电话", "备注"
    sheet["Q7"], sheet["R7"], sheet["S7"] = "综合科", 13800000000.0, "=1+1"
    sheet["S3"] = date(2022, 7, 1)


def test_the_offices_own_columns_are_kept_beside_their_rows(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    change(path, with_own)
    assert taken(clerk) == []
    clerk.submit(TOWN).submit(OTHER).accept(TOWN).accept(OTHER).sweep("2022-07-05T10:00")
    again = rows_of(exported(clerk))
    assert list(again[REPORT])[-3:] == ["经办科室", "联系电话", "备注"]
    assert (again[REPORT]["经办科室"], again[REPORT]["联系电话"], again[REPORT]["备注"]) == (
        "综合科",
        13800000000,
        "=1+1",
    )
    assert load_workbook(path)["任务分解表"]["S7"].data_type == "s"
    assert again["digest/县创建办"]["备注"].date() == date(2022, 7, 1)
    assert again[REPORT]["状态"] == "已办结"


def test_edits_that_nobody_imported_are_not_written_over(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    edit(path, (REPORT, "签收日期", date(2022, 7, 5)))
    before = path.read_bytes()
    assert "任务分解表!J7" in clerk.refused("sheet", "export", KEY, "--out", "t.xlsx", code=2)
    assert path.read_bytes() == before
    taken(clerk)
    assert rows_of(exported(clerk))[REPORT]["状态"] == "已签收"


def test_a_file_that_is_no_table_of_ours_is_not_written_over(clerk: Clerk) -> None:
    clerk.begin().file("t.csv", "a,b\n1,2\n")
    assert clerk.refused("sheet", "export", KEY, "--out", "t.csv", code=2).startswith("t.csv  PS105")


def test_a_file_with_other_sheets_is_not_written_over(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    book = load_workbook(path)
    book.create_sheet("通讯录").append(["县财政局"])
    book.save(path)
    assert taken(clerk) == []
    assert "found '通讯录'" in clerk.refused("sheet", "export", KEY, "--out", "t.xlsx", code=2)


def test_no_command_writes_over_a_workbook_that_holds_more(clerk: Clerk) -> None:
    clerk.begin()
    for words in (("sheet", "export", KEY, "--out"), ("task", "list", KEY, "--format", "xlsx", "--out")):
        path = clerk.folder / "t.xlsx"
        clerk.run(*words, "t.xlsx")
        clerk.run(*words, "t.xlsx")
        change_all(path, lambda book: book.create_chartsheet("进度图").add_chart(BarChart()))
        before = path.read_bytes()
        assert "图表" in clerk.refused(*words, "t.xlsx", code=2)
        assert path.read_bytes() == before
        path.unlink()
    path.write_bytes(before)
    assert "图表" in clerk.refused("task", "list", KEY, "--format", "csv", "--out", "t.xlsx", code=2)


def change_all(path: Path, how: Callable[[Any], object]) -> None:
    book = load_workbook(path)
    how(book)
    book.save(path)


def test_an_import_says_what_of_the_file_it_did_not_read(clerk: Clerk) -> None:
    path = exported(clerk.begin())
    edit(path, (REPORT, "签收日期", date(2022, 7, 5)))
    change(path, with_own)
    change(path, lambda sheet: sheet.__setitem__("A12", "合计"))
    out, err = clerk.run("sheet", "import", KEY, "t.xlsx", "--dry-run")
    assert "1 cells would change" in out
    assert err.startswith("t.xlsx: not read: column Q 经办科室; column R 联系电话; column S 备注; row 12 合计\n")


# --- a campaign from a sheet alone ---

SHEET = """\
甸子县创建工作任务分解表,,,,,,,
阶段,起止日期,任务,牵头单位,责任单位,配合单位,时限,依据
动员阶段,2026年11月—2026年12月,报送方案,县民宗局,县财政局、东镇,,11月30日前,三(一)
,,召开会议,县民宗局,,县财政局,,三(二)
验收阶段,2027-01-01至2027-03-31,自评,东镇,,,2027/2/26,四
,,适时交流,县财政局,,,适时,五
"""


def test_a_campaign_is_started_from_an_offices_sheet_alone(clerk: Clerk) -> None:
    (clerk.folder / "分解表.csv").write_bytes(SHEET.encode("gb18030"))
    clerk.at("2026-11-02T09:00").told("sheet", "workflow", "分解表.csv", "--out", "dianzi")
    out, _ = clerk.run("workflow", "check", "dianzi")
    assert "1 workflow checked: 0 errors" in out, out
    clerk.told("campaign", "create", "dz", "--workflow", "dianzi")
    rows = clerk.json("task", "list", "dz")
    assert {(row["task"], row["unit"], row["role"], row["due_on"]) for row in rows} == {
        ("t1", "县民宗局", "lead", "2026-11-30"),
        ("t1", "县财政局", "responsible", "2026-11-30"),
        ("t1", "东镇", "responsible", "2026-11-30"),
        ("t2", "县民宗局", "lead", "2026-12-31"),
        ("t2", "县财政局", "supporting", "2026-12-31"),
    }
    shown = clerk.json("workflow", "show", "dianzi")
    assert (shown["title"], shown["place"]) == ("甸子县创建工作", "甸子县")
    assert (shown["phases"][0]["first_day"], shown["phases"][0]["last_day"]) == ("2026-11-01", "2026-12-31")
    clerk.sweep("2026-11-02T10:00")


def test_the_units_of_that_workflow_come_in_by_a_second_sheet(clerk: Clerk) -> None:
    (clerk.folder / "s.csv").write_bytes(SHEET.encode())
    clerk.at("2026-11-02T09:00").told("sheet", "workflow", "s.csv", "--out", "dianzi")
    clerk.file(
        "units.csv",
        "单位,类别,关系,联络员邮箱,组\n领导小组,,上级,,\n创建办,,,office@x.example.org,\n"
        "县民宗局,县级部门,,mz@x.example.org,部门\n县财政局,县级部门,平级,cz@x.example.org,部门、成员\n东镇,镇,下级,d@x.example.org,\n",
    )
    told = clerk.told("units", "import", "units.csv", "--workflow", "dianzi")
    assert told == "5 units and 2 groups written to dianzi/units.yaml\n"
    shown = clerk.json("workflow", "show", "dianzi")
    assert shown["groups"]["部门"]["include"] == ["县民宗局", "县财政局"]
    assert {unit["name"]: unit["relation"] for unit in shown["units"]}["县财政局"] == "peer"
    assert "0 errors" in clerk.run("workflow", "check", "dianzi")[0]


def test_one_unit_is_added_to_a_workflow_by_name(clerk: Clerk) -> None:
    clerk.file("分解表.csv", SHEET)
    clerk.at("2026-11-02T09:00").told("sheet", "workflow", "分解表.csv", "--out", "dianzi")
    before = clerk.json("workflow", "show", "dianzi")["units"]
    words = ("units", "add", "县司法局", "--workflow", "dianzi", "--relation", "平级", "--groups", "政法")
    assert clerk.json(*words, "--dry-run")["dry_run"]
    assert clerk.json("workflow", "show", "dianzi")["units"] == before
    assert clerk.json(*words)["gone"] == []
    assert len(clerk.json("workflow", "show", "dianzi")["units"]) == len(before) + 1
    assert "PS403" in clerk.refused(*words[:-3], "朋友", code=2)
    clerk.file("u.csv", "单位\n县司法局\n县民宗局\n县财政局\n东镇\n创建办\n领导小组\n")
    assert clerk.run("units", "import", "u.csv", "--workflow", "dianzi", "--add")[1] == ""
