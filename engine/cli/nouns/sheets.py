"""`phasegate sheet`: the task breakdown table that offices and units work in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.acts import REHEARSED
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import as_table
from engine.cli.shell.output import Table, emit, say, say_left
from engine.cli.shell.verbs import Noun

if TYPE_CHECKING:
    from engine.service.campaigns.sheets import BreakdownTable as SheetTable
    from engine.service.campaigns.sheets import Imported
    from engine.service.kernel.columns import Listing


@click.group(cls=Noun)
def sheet() -> None:
    """Write the task breakdown table out and read it in; make a plan of a sheet."""


@sheet.command(
    example=(
        "phasegate sheet export shizhu-2022 --out 任务分解表.xlsx",
        "phasegate sheet export shizhu-2022 --per-unit 分发",
    )
)
@click.argument("key")
@click.option("--out", metavar="FILE", default="", help="The workbook (.xlsx) or CSV (.csv) for all units.")
@click.option("--per-unit", "folder", metavar="DIR", default="", help="A workbook for each unit, in a new folder.")
@click.option("--unit", default="", help="Only this unit's rows.")
@pass_context
def export(ctx: Context, key: str, out: str, folder: str, unit: str) -> None:
    """Write the task breakdown table (任务分解表) for work and for print.

    Over a file that was exported before, the columns that the office added are kept beside their
    rows; edits that nobody imported are never written over.
    """
    from engine.service.campaigns.sheets import table

    if not (out or folder):
        raise click.UsageError("give --out FILE.xlsx, --per-unit DIR, or both")
    found = table(ctx.desk(), key, unit, ctx.actor)
    written: dict[str, Any] = {"campaign": key, "rows": len(found.lines)}
    if out:
        _write(found, out)
        written["file"] = out
    if folder:
        written["files"] = _write_each(found, folder)
    places = [f"written to {place}" for place in (out, folder) if place]
    emit(ctx, written, f"{key}: {len(found.lines)} rows {' and '.join(places)}")


def _write(found: SheetTable, out: str) -> None:
    from engine.cli.shell.sources import bytes_of, write_bytes
    from engine.errors import BadInput
    from engine.sheets import opened

    kind = Path(out).suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise BadInput("no_sheet", found=out)
    over = opened(bytes_of(out), out) if Path(out).exists() else None
    if over is not None:
        found.require_imported(over)
    write_bytes(out, found.workbook(over) if kind == ".xlsx" else found.csv(over))


def _write_each(found: SheetTable, folder: str) -> dict[str, int]:
    from engine.cli.shell.folder import written
    from engine.service.exports.export import File

    parts = found.of_units()
    files = (File(_name(n, unit), iter((parts[unit].workbook(),))) for n, unit in enumerate(parts, 1))
    return written(folder, files, lambda _: None)


def _name(number: int, unit: str) -> str:
    safe = "".join("_" if each in '\\/:*?"<>|' or ord(each) < 32 else each for each in unit)
    return f"{number:03d}-{safe[:60]}.xlsx"


@sheet.command(
    "import",
    example=(
        "phasegate sheet import shizhu-2022 任务分解表.xlsx --dry-run",
        "phasegate sheet import shizhu-2022 001-中益乡.xlsx",
    ),
)
@click.argument("key")
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Say cell by cell what would change, and keep nothing.")
@pass_context
def import_(ctx: Context, key: str, file: str, dry_run: bool) -> None:
    """Do what the edited cells of the table mean, all of it or nothing.

    签收日期 is a receipt, 报送日期 with 报送数据 and 报送说明 a hand-in, 办结日期 an acceptance; 时限 with 延期理由
    and 延期依据 is an extension. The file is the voucher. FILE is XLSX or CSV.
    """
    from engine.cli.shell import handed
    from engine.cli.shell.sources import bytes_of
    from engine.service.campaigns.sheets import imported
    from engine.service.campaigns.views.changed import CELLS
    from engine.sheets import opened

    book = opened(bytes_of(file), file)
    told = imported(ctx.desk(), key, book, handed.file(file), actor=ctx.actor, dry_run=dry_run)
    data: dict[str, Any] = {
        "campaign": key,
        "rows": told.rows,
        "dry_run": dry_run,
        "changes": [{"action": action} | _plain(change) for action, change in told.done],
        "left": list(told.left),
    }
    emit(ctx, data, lambda: _shown(CELLS.of(data["changes"]), told, dry_run, ctx.lang))
    say_left(ctx, file, told.left)
    if dry_run:
        say(REHEARSED)


def _plain(change: Any) -> dict[str, str]:
    return {name: getattr(change, name) for name in ("cell", "id", "column", "before", "after")}


def _shown(cells: Listing, told: Imported, dry_run: bool, lang: str) -> list[str | Table]:
    said = "would change" if dry_run else "changed"
    acts = f"{told.campaign}: {len(cells.rows)} cells {said}"
    return [as_table(cells, lang), acts] if cells.rows else [f"{acts}; nothing in the file is new"]


@sheet.command(
    example=(
        "phasegate sheet workflow 分解表.xlsx --out dianzi",
        "phasegate sheet workflow 分解表.csv --out dianzi --office 县创建办 --leading-group 县领导小组",
    )
)
@click.argument("file", metavar="FILE")
@click.option("--out", metavar="FOLDER", required=True, help="The folder of the workflow; a new or empty one.")
@click.option("--id", "name", default="", help="Its id; else the folder's name.")
@click.option("--title", default="", help="Its title; else the line above the headings, else the file's name.")
@click.option("--place", default="", help="Where it is run; else as the title begins.")
@click.option("--office", default="", help="The unit that runs it; else the 创建办 in the sheet.")
@click.option("--leading-group", "group", default="", help="The unit that decides; else the 领导小组 in the sheet.")
@click.option("--issued-on", metavar="DATE", default="", help="The day on which the plan was issued.")
@pass_context
def workflow(ctx: Context, /, file: str, out: str, name: str, group: str, **given: str) -> None:
    """Make a workflow of an office's breakdown sheet.

    Its columns: 阶段, 起止日期, 任务, 牵头单位, 责任单位, 配合单位, 时限, 依据, also as 工作任务, 责任部门, 完成时限;
    a second sheet may list the units. What of the sheet was not read is said on stderr.
    """
    from engine.cli.shell.folder import written
    from engine.cli.shell.sources import bytes_of
    from engine.service.exports.export import File
    from engine.sheets import Head, opened, workflow_files

    head = Head(id=name or Path(out).resolve().name, leading_group=group, **given)
    found = workflow_files(opened(bytes_of(file), file), head)
    _require_readable(found.texts, out)
    written(out, (File(part, iter((text.encode(),))) for part, text in found.texts.items()), lambda _: None)
    told = {"folder": out, "files": sorted(found.texts), "left": list(found.left)}
    emit(ctx, told, f"{out} is written: look at it with `phasegate workflow check {out}`")
    say_left(ctx, file, found.left)


def _require_readable(texts: Any, name: str) -> None:
    """Have the reader say what is wrong with texts before they are written."""
    from engine import reader

    reader.read(texts, name)
