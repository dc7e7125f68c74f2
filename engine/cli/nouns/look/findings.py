"""`phasegate look findings`: the register of what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Verb

F = TypeVar("F", bound=Callable[..., Any])
STATES = ("待立项", "不予立项", "整改中", "已报送", "逾期", "已销号", "经批准免报", "已撤销")


def exports(command: F) -> F:
    """Give a command the files that its table may be written to."""
    as_csv = click.option("--csv", "csv", default="", metavar="FILE", help="Write it there as CSV.")
    as_book = click.option("--xlsx", "xlsx", default="", metavar="FILE", help="Write it there as a workbook.")
    return as_csv(as_book(command))


@click.command(
    cls=Verb,
    example=(
        "phasegate look findings shizhu-2022 --state 逾期",
        "phasegate look findings shizhu-2022 --xlsx 整改台账.xlsx",
    ),
)
@click.argument("key")
@click.option("--unit", default="", help="Only what was found at this unit.")
@click.option("--round", "round", default="", metavar="ROUND", help="Only what was found in this round.")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only what stands so.")
@exports
@pass_context
def findings(ctx: Context, key: str, unit: str, round: str, state: str | None, csv: str, xlsx: str) -> None:
    """Show the register of findings (整改台账): who puts what right by when, and what is struck off."""
    from engine.cli.nouns.look.looked import register_table
    from engine.cli.shell.sources import write_bytes
    from engine.service.inspections.views.findings import as_csv, as_workbook, listed

    with ctx.reading(key) as case:
        found = listed(case, unit=case.unit(unit).name if unit else "", round=round, state=state or "")
        book = as_workbook(case, found) if xlsx else b""
    for place, data in ((csv, as_csv(found)), (xlsx, book)):
        if place:
            write_bytes(place, data)
    emit(ctx, found, lambda: register_table(found))
