"""The breakdown table through a real spreadsheet program: `python -m tests.libreoffice` (needs LibreOffice, 30 s).

A table is exported, edited in LibreOffice, and imported: exactly the edited cells change, the office's own columns
stay. Then a campaign is started from a sheet that LibreOffice saved.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook, load_workbook

EDIT = Path(__file__).with_name("edit.py")
KEY = "s22"
EDITS = (
    "t1/县财政局|签收日期=2022-08-19",
    "t1/县财政局|报送日期=2022-08-22",
    "t1/县财政局|报送说明=已完成第一季度工作",
    "t2/县经济信息委|签收日期=2022年8月18日",
    "t2/县经济信息委|备注(本办)=电话催过",
    "t3/县教委|备注(本办)==1+1",
)
CHANGED = {
    ("t1/县财政局", "状态", "已报送"),
    ("t1/县财政局", "签收日期", "2022-08-19"),
    ("t1/县财政局", "报送日期", "2022-08-22"),
    ("t1/县财政局", "报送说明", "已完成第一季度工作"),
    ("t2/县经济信息委", "状态", "已签收"),
    ("t2/县经济信息委", "签收日期", "2022-08-18"),
}
PLAN = (
    ("阶段", "起止日期", "任务", "要求", "牵头单位", "责任单位", "时限", "依据"),
    ("动员阶段", "2026年3月—2026年4月", "印发方案", "方案文本", "", "县创建办", "3月20日前", "二(一)"),
    ("", "", "召开动员会", "会议纪要", "", "县创建办、县委宣传部", "4月10日前", "二(一)"),
    ("验收阶段", "2026年5月—2026年9月", "自检自查", "自查报告", "县委宣传部", "东河镇", "9月20日前", "二(二)"),
)


def phasegate(*words: str) -> str:
    """Run the command line as a clerk does, and return what it printed."""
    command = [sys.executable, "-c", "from engine.cli.main import run; run()", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def exported(file: Path) -> dict[str, dict[str, str]]:
    """Return the table as it stands, row by row."""
    phasegate("sheet", "export", KEY, "--out", str(file), "--now", "2022-08-22T15:01")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return {row["编号"]: row for row in csv.DictReader(stream)}


def differing(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield row, heading and new value of every cell that differs."""
    for name in before.keys() | after.keys():
        for heading, value in after.get(name, {}).items():
            if before.get(name, {}).get(heading) != value:
                yield name, heading, value


def edited(folder: Path) -> None:
    """Edit an exported table in LibreOffice, import it, and hold what changed against what was typed."""
    phasegate(
        "campaign", "create", KEY, "--workflow", "shizhu", "--adopted", "2022-07-05", "--now", "2022-07-05T09:00"
    )
    phasegate("sheet", "export", KEY, "--out", str(folder / "table.xlsx"), "--now", "2022-08-22T11:00")
    before = exported(folder / "before.csv")
    system = shutil.which("python3", path="/usr/bin") or sys.exit("LibreOffice's Python is not at /usr/bin/python3")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [system, str(EDIT), str(folder / "table.xlsx"), str(folder / "edited.xlsx"), *EDITS]
    subprocess.run(command, check=True, env=bare)
    print(phasegate("sheet", "import", KEY, str(folder / "edited.xlsx"), "--now", "2022-08-22T15:00"))
    found = set(differing(before, exported(folder / "after.csv")))
    assert found == CHANGED, found ^ CHANGED
    again = phasegate("sheet", "import", KEY, str(folder / "edited.xlsx"), "--now", "2022-08-22T15:05")
    assert "nothing in the file is new" in again, again
    phasegate("sheet", "export", KEY, "--out", str(folder / "edited.xlsx"), "--now", "2022-08-22T15:10")
    own = {row[0].value: row[-1].value for row in load_workbook(folder / "edited.xlsx").worksheets[0].iter_rows()}
    assert (own["t2/县经济信息委"], own["t3/县教委"]) == ("电话催过", 2), own


def started(folder: Path) -> None:
    """Start a campaign from a sheet alone, as LibreOffice saves it."""
    book = Workbook()
    for row in PLAN:
        book.worksheets[0].append(row)
    book.save(folder / "plan.xlsx")
    for kind in ("ods", "xlsx"):
        source = folder / ("plan.xlsx" if kind == "ods" else "plan.ods")
        out = folder / kind
        subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", str(out), str(source)], check=True)
        shutil.copy(out / f"plan.{kind}", folder / f"plan.{kind}")
    phasegate("sheet", "workflow", str(folder / "plan.xlsx"), "--out", str(folder / "plan"))
    print(phasegate("workflow", "check", str(folder / "plan")))
    phasegate("campaign", "create", "own", "--workflow", str(folder / "plan"), "--adopted", "2026-03-02", "--now",
              "2026-03-02T09:00")  # fmt: skip
    print(phasegate("task", "list", "own", "--now", "2026-03-02T09:10"))


def main() -> None:
    """Do both in a folder of their own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PHASEGATE_DB"] = f"sqlite:///{folder}/p.db"
        phasegate("db", "create", "--rehearsal")
        edited(folder)
        started(folder)
    print("exactly the edited cells changed; a campaign was started from a sheet alone")


if __name__ == "__main__":
    main()
