"""`phasegate task pace`: how far each unit has come with its counted duties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import Table, emit
from engine.cli.shell.verbs import Verb

Found = dict[str, Any]
PACE_HEADS = ("task", "title", "unit", "period", "until", "pace")


@click.command(
    cls=Verb,
    example=("phasegate task pace pingliang-2023", "phasegate task pace pingliang-2023 --unit 崆峒区 --every --json"),
)
@click.argument("key")
@click.option("--unit", default="", help="Only this unit.")
@click.option("--task", "name", default="", help="Only this duty.")
@click.option("--every", is_flag=True, help="Also the periods that are closed.")
@pass_context
def pace(ctx: Context, key: str, unit: str, name: str, every: bool) -> None:
    """Show how far each unit has come with its counted duties, and whether it keeps pace."""
    from engine.service.duties.views import pace as view

    with ctx.reading(key) as case:
        wanted = {"task": case.task(name).id if name else "", "unit": case.unit(unit).name if unit else ""}
        found = {
            "periods": view.listed(case, **wanted, every=every),
            "not_demanded": view.not_demanded(case, **wanted),
        }
    emit(ctx, found, lambda: _shown(found))


def _shown(found: dict[str, list[Found]]) -> Iterator[str | Table]:
    """Yield a line per unit and period, and below them what is not demanded."""
    rows = [(r["task"], r["title"], r["unit"], r["period"], r["last_day"], r["said"]) for r in found["periods"]]
    yield Table(PACE_HEADS, rows)
    if found["not_demanded"]:
        yield ""
        yield Table(
            ("task", "title", "period", "until"),
            [(r["task"], r["title"], r["period"], r["last_day"]) for r in found["not_demanded"]],
            title="not demanded: the campaign ends before the period does",
        )
