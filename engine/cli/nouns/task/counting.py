"""`phasegate task pace`: how far each unit has come with its counted duties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, as_table, emit_listing, lists
from engine.cli.shell.output import Table
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    from engine.service.kernel.columns import Listing

Found = dict[str, Any]


@click.command(
    cls=Verb,
    example=("phasegate task pace pingliang-2023", "phasegate task pace pingliang-2023 --unit 崆峒区 --every --json"),
)
@click.argument("key")
@click.option("--unit", default="", help="Only this unit.")
@click.option("--task", "name", default="", help="Only this duty.")
@click.option("--every", is_flag=True, help="Also the periods that are closed.")
@lists
@pass_context
def pace(ctx: Context, key: str, unit: str, name: str, every: bool, form: Form) -> None:
    """Show how far each unit has come with its counted duties, and whether it keeps pace."""
    from engine.service.duties.views import pace as view

    with ctx.reading(key) as case:
        wanted = {"task": case.task(name).id if name else "", "unit": case.unit(unit).name if unit else ""}
        found = {
            "periods": view.listed(case, **wanted, every=every),
            "not_demanded": view.not_demanded(case, **wanted),
        }
        told = view.LIST.seen(case.reader, found["periods"])
    emit_listing(ctx, told, form, shown=lambda told: _shown(told, found["not_demanded"], ctx.lang), data=found)


def _shown(told: Listing, not_demanded: list[Found], lang: str) -> Iterator[str | Table]:
    """Yield a line per unit and period, and below them what is not demanded."""
    yield as_table(told, lang)
    if not_demanded:
        yield ""
        yield Table(
            ("task", "title", "period", "until"),
            [(r["task"], r["title"], r["period"], r["last_day"]) for r in not_demanded],
            title="not demanded: the campaign ends before the period does",
        )
