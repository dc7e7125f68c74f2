"""`phasegate units`: the directory of a campaign and who is reached in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from engine.cli.nouns.units.succeeding import change_units
from engine.cli.shell.acts import How, act
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.options import fills
from engine.cli.shell.output import emit, say, say_left
from engine.cli.shell.verbs import Noun

if TYPE_CHECKING:
    from engine.sheets import UnitsRead

LEVELS = {"liaison": 0, "deputy": 1, "head": 2, "group": 3}


@click.group(cls=Noun)
def units() -> None:
    """List units and keep their work contacts."""


@units.command(
    "list", example=("phasegate units list shizhu-2022", "phasegate units list shizhu-2022 --vacant --json")
)
@click.argument("key")
@click.option("--vacant", is_flag=True, help="Only units that an open ladder could not reach.")
@lists
@pass_context
def list_(ctx: Context, key: str, vacant: bool, form: Form) -> None:
    """List the units in the order of the directory, with who is reached today."""
    from engine.service.duties.views.unit import LIST, listed

    with ctx.reading(key) as case:
        found = LIST.seen(case.reader, (row for row in listed(case) if row["vacancies"] or not vacant))
    emit_listing(ctx, found, form)


@units.command(
    "import",
    example=(
        "phasegate units import 单位.xlsx --workflow dianzi",
        "phasegate units import units.csv --workflow dianzi --dry-run",
        "phasegate units import 新增.xlsx --workflow dianzi --add",
    ),
)
@click.argument("file", metavar="FILE")
@click.option("--workflow", "folder", metavar="FOLDER", required=True, help="The folder whose units these are.")
@click.option("--add", "adding", is_flag=True, help="Units that the sheet does not name stay.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong, and write nothing.")
@fills
@pass_context
def import_(ctx: Context, /, file: str, folder: str, **given: Any) -> None:
    """Write the units of a workflow from a sheet: XLSX, CSV or YAML.

    Columns: 单位, 主送称谓, 类别, 关系, 联络员邮箱, 分管邮箱, 主要负责邮箱, 组.
    What the sheet has no column for stays as it is; units that it does not name go, and are told, unless --add.
    """
    from pathlib import Path

    from engine.cli.shell.sources import bytes_of, text_of
    from engine.sheets import opened, units_instead, units_text

    def read(former: str) -> UnitsRead:
        if Path(file).suffix.lower() in (".yaml", ".yml"):
            return units_instead(text_of(file), former)
        return units_text(opened(bytes_of(file), file), former, adding=given["adding"])

    _write(ctx, file, folder, read, given)


@units.command(
    "add",
    example=("phasegate units add 县乡村振兴局 --workflow dianzi --relation 平级 --liaison xczx@county.example.org",),
)
@click.argument("name", metavar="UNIT")
@click.option("--workflow", "folder", metavar="FOLDER", required=True, help="The folder whose unit this is.")
@click.option("--address-as", "主送称谓", default="", help="How letters address it, if not by its name.")
@click.option("--kind", "类别", default="", help="What kind of unit it is.")
@click.option("--relation", "关系", default="", help="下级, 平级, 垂管 or 上级.")
@click.option("--code", "代码", default="", help="Its code in addresses: lower-case letters, digits and -.")
@click.option("--liaison", "联络员邮箱", default="", help="The work address of its liaison.")
@click.option("--deputy", "分管邮箱", default="", help="The work address of who is in charge of it.")
@click.option("--head", "主要负责邮箱", default="", help="The work address of its head.")
@click.option("--groups", "组", default="", help="The groups that it belongs to, parted by 、.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong, and write nothing.")
@fills
@pass_context
def add(ctx: Context, /, name: str, folder: str, dry_run: bool, settings: dict[str, str], **cells: str) -> None:
    """Add one unit to the directory of a workflow; nothing of the others changes.

    A unit that is there already gets what is given. In a campaign that runs, a unit begins by `units start`.
    """
    from engine.sheets import one_unit, units_text

    book = one_unit({"单位": name, **{column: text for column, text in cells.items() if text}})
    given = {"dry_run": dry_run, "settings": settings}
    _write(ctx, name, folder, lambda former: units_text(book, former, adding=True), given)


def _write(ctx: Context, file: str, folder: str, read: Callable[[str], UnitsRead], given: Mapping[str, Any]) -> None:
    """Write what is read over the units of a folder, and say what it leaves out."""
    from pathlib import Path

    from engine import reader
    from engine.cli.shell.sources import write_file
    from engine.sheets import units_file

    bundle = reader.bundle_of(folder)
    target = units_file(bundle, folder)
    made = read(bundle[target])
    found = reader.read(reader.fill({**bundle, target: made.text}, given["settings"]), folder).directory
    if not given["dry_run"]:
        write_file(str(Path(folder) / target), made.text)
    counted = {"units": len(found.units), "groups": len(found.groups), "dry_run": given["dry_run"]}
    told = {"file": f"{folder}/{target}", **counted, "left": list(made.left), "gone": list(made.gone)}
    said = "would be written to" if given["dry_run"] else "written to"
    emit(ctx, told, f"{counted['units']} units and {counted['groups']} groups {said} {told['file']}")
    say_left(ctx, file, made.left)
    if made.gone and not ctx.json:
        say(f"no longer listed: {'、'.join(made.gone)}")


@units.does("contact", example=("phasegate units contact shizhu-2022 中益乡 --level deputy --vacant",))
@click.option("--vacant", is_flag=True, help="Nobody is there: what would be told is put aside and shown.")
@pass_context
def contact(ctx: Context, key: str, given: dict[str, Any], how: How, vacant: bool) -> None:
    """Change who is told of a unit's dates."""
    if vacant == bool(given["address"]):
        raise click.UsageError("give --address, or --vacant")
    act(ctx, "contact", key, given, how, who="nobody" if vacant else given["address"])


change_units(units)
