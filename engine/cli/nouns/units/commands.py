"""`phasegate units`: the directory of a campaign and who is reached in it."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.nouns.units.succeeding import change_units
from engine.cli.shell.acts import How, act
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.options import fills
from engine.cli.shell.output import Table, emit
from engine.cli.shell.verbs import Noun

LEVELS = {"liaison": 0, "deputy": 1, "head": 2, "group": 3}


@click.group(cls=Noun)
def units() -> None:
    """List units and keep their work contacts."""


@units.command(
    "list", example=("phasegate units list shizhu-2022", "phasegate units list shizhu-2022 --vacant --json")
)
@click.argument("key")
@click.option("--vacant", is_flag=True, help="Only units that an open ladder could not reach.")
@pass_context
def list_(ctx: Context, key: str, vacant: bool) -> None:
    """List the units in the order of the directory, with who is reached today."""
    from engine.service.duties.views.unit import listed

    with ctx.reading(key) as case:
        found = [row for row in listed(case) if row["vacancies"] or not vacant]
    emit(ctx, found, lambda: Table(HEADS, [_row(row) for row in found], right=frozenset({"open"})))


@units.command(
    "import",
    example=(
        "phasegate units import 单位.xlsx --workflow dianzi",
        "phasegate units import units.csv --workflow dianzi --dry-run",
    ),
)
@click.argument("file", metavar="FILE")
@click.option("--workflow", "folder", metavar="FOLDER", required=True, help="The folder whose units these are.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong, and write nothing.")
@fills
@pass_context
def import_(ctx: Context, file: str, folder: str, dry_run: bool, settings: dict[str, str]) -> None:
    """Write the units of a workflow from a sheet: XLSX, CSV or YAML.

    Columns: 单位, 类别, 关系, 联络员邮箱, 分管邮箱, 主要负责邮箱, 组.
    What the sheet has no column for stays as it is.
    """
    from pathlib import Path

    from engine import reader
    from engine.cli.shell.sources import bytes_of, text_of, write_file
    from engine.sheets import opened, units_file, units_text

    bundle = reader.bundle_of(folder)
    target = units_file(bundle, folder)
    if Path(file).suffix.lower() in (".yaml", ".yml"):
        text = text_of(file)
    else:
        text = units_text(opened(bytes_of(file), file), bundle[target])
    found = reader.read(reader.fill({**bundle, target: text}, settings), folder).directory
    if not dry_run:
        write_file(str(Path(folder) / target), text)
    told = {"file": f"{folder}/{target}", "units": len(found.units), "groups": len(found.groups), "dry_run": dry_run}
    said = "would be written to" if dry_run else "written to"
    emit(ctx, told, f"{len(found.units)} units and {len(found.groups)} groups {said} {told['file']}")


HEADS = ("unit", "relation", "open", *LEVELS, "vacant")


def _row(row: dict[str, Any]) -> tuple[object, ...]:
    reached = [row["contacts"].get(level, {}).get("address", "") for level in LEVELS]
    coming = [f"{each['level']} from {each['from']}: {each['address']}" for each in row["coming"]]
    gone = [] if row["exists"] else ["does not exist today"]
    vacant = "; ".join([*([", ".join(row["vacancies"])] if row["vacancies"] else []), *coming, *gone])
    return row["unit"], row["relation"], row["open"], *reached, vacant


@units.does("contact", example=("phasegate units contact shizhu-2022 中益乡 --level deputy --vacant",))
@click.option("--vacant", is_flag=True, help="Nobody is there: what would be told is put aside and shown.")
@pass_context
def contact(ctx: Context, key: str, given: dict[str, Any], how: How, vacant: bool) -> None:
    """Change who is told of a unit's dates."""
    if vacant == bool(given["address"]):
        raise click.UsageError("give --address, or --vacant")
    act(ctx, "contact", key, given, how, who="nobody" if vacant else given["address"])


change_units(units)
