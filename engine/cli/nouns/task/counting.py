"""`phasegate task pace`: how far each unit has come with its counted duties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, as_table, below, emit_listing, lists
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    pass

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
        left = view.NOT_DEMANDED.seen(case.reader, found["not_demanded"])
    emit_listing(ctx, told, form, shown=lambda told: [as_table(told, ctx.lang), *below([left], ctx.lang)], data=found)
