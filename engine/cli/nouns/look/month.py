"""`phasegate look`: the month's round, what units tell, and its sheet."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.nouns.look.findings import exports
from engine.cli.shell.acts import How, done, tell, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.options import happened
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Verb


@click.command(
    cls=Verb,
    example=(
        "phasegate look month shizhu-2022 2022-08 --due 2022-09-01",
        "phasegate look month shizhu-2022 2022-08 --show",
        "phasegate look month shizhu-2022 2022-08 --xlsx 调度表.xlsx",
    ),
)
@click.argument("key")
@click.argument("month")
@click.option("--unit", "units", multiple=True, metavar="UNIT", help="Whom to ask; else all with something open.")
@click.option("--due", default="", metavar="DATE", help="By when; five working days from today by default.")
@click.option("--document", default="", help="The document it rests on; the plan by default.")
@click.option("--show", is_flag=True, help="Show the sheet: what changed, who is silent, the matters.")
@exports
@writes
@pass_context
def month(ctx: Context, /, key: str, month: str, show: bool, csv: str, xlsx: str, how: How, **given: Any) -> None:
    """Ask units for the month's progress (月调度), or show what they told."""
    if show or csv or xlsx:
        _sheet(ctx, key, month, csv, xlsx)
        return
    told = done(ctx, "month", key, {"month": month, **given}, how)
    tell(ctx, told, f"{month}: {len(told['units'])} units are asked", how)


def _sheet(ctx: Context, key: str, name: str, csv: str, xlsx: str) -> None:
    from engine.cli.nouns.look.looked import month_sheet
    from engine.cli.shell.sources import write_bytes
    from engine.service.inspections.views import monthly

    with ctx.reading(key) as case:
        found = monthly.month(case, name)
        book = monthly.as_workbook(case, found) if xlsx else b""
    for place, data in ((csv, monthly.as_csv(found)), (xlsx, book)):
        if place:
            write_bytes(place, data)
    emit(ctx, found, lambda: month_sheet(found))


@click.command(
    "tell",
    cls=Verb,
    example=(
        "phasegate look tell shizhu-2022 2022-08 --task t1 --progress 已建成2个 --next 9月验收 --as 中益乡",
        "phasegate look tell shizhu-2022 2022-08 --nothing --as 黄水镇",
    ),
)
@click.argument("key")
@click.argument("month", metavar="MONTH")
@click.option("--unit", default="", help="The unit; a unit that acts itself (--as) needs none.")
@click.option("--task", default="", help="The task that it is about.")
@click.option("--progress", default="", metavar="TEXT", help="What was done.")
@click.option("--problem", default="", metavar="TEXT", help="What stands in the way.")
@click.option("--next", default="", metavar="TEXT", help="What comes next.")
@click.option("--matter", default="", metavar="TEXT", help="What the leading group is asked to decide.")
@click.option("--nothing", is_flag=True, help="Nothing changed since the last time.")
@happened
@writes
@pass_context
def tell_(ctx: Context, /, key: str, month: str, how: How, voucher: str, voucher_note: str, **given: Any) -> None:
    """Answer for a month: what changed in a task, or that nothing did."""
    from engine.cli.shell import handed

    given |= {"round": month, "voucher": handed.voucher(voucher, voucher_note)}
    told = done(ctx, "tell", key, given, how)
    tell(ctx, told, f"{month}: {told['unit']} has answered", how)
