"""`phasegate look`: what was found, from the report to the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from engine.cli.shell.acts import How, act, done, tell, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.options import happened
from engine.cli.shell.verbs import Verb

F = TypeVar("F", bound=Callable[..., Any])
STATES = ("待立项", "不予立项", "整改中", "已报送", "逾期", "已销号", "经批准免报", "已撤销")


@click.command(
    cls=Verb,
    example=(
        "phasegate look report shizhu-2022 m-1 --unit 中益乡 --finding 台账不全 --as 黄水镇",
        "phasegate look report shizhu-2022 s-1 --unit 中益乡 --finding 台账不全 --finding 标牌陈旧",
    ),
)
@click.argument("key")
@click.argument("name", metavar="ROUND")
@click.option("--unit", default="", help="The unit that was looked at.")
@click.option("--finding", "findings", multiple=True, metavar="TEXT", help="What was found; repeatable.")
@happened
@writes
@pass_context
def report(ctx: Context, /, key: str, name: str, how: How, voucher: str, voucher_note: str, **given: Any) -> None:
    """Report what was found, by who looked or by the office for it.

    The office then decides: `look adopt` or `look drop`.
    """
    from engine.cli.shell import handed

    given |= {"round": name, "voucher": handed.voucher(voucher, voucher_note)}
    told = done(ctx, "report", key, given, how)
    numbers = "、".join(map(str, told["findings"]))
    tell(ctx, told, f"{told['unit']}: reported as {numbers}; see `look findings`", how)


def _which(command: F) -> F:
    finding = click.option("--finding", "findings", multiple=True, metavar="N", help="Its number; repeatable.")
    of_round = click.option("--round", "round", default="", metavar="ROUND", help="All that is open in this round.")
    return finding(of_round(command))


@click.command(
    cls=Verb,
    example="phasegate look adopt shizhu-2022 --round m-1 --due 2022-10-20 --document 互检通报〔2022〕2号",
)
@click.argument("key")
@_which
@click.option("--due", metavar="DATE", required=True, help="By when it is put right.")
@click.option("--document", default="", help="The document it rests on.")
@writes
@pass_context
def adopt(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Make findings rectifications of the units they were found at (列入整改台账)."""
    act(ctx, "adopt", key, given, "to be put right as {tasks}; see `look findings`", how)


@click.command(cls=Verb, example="phasegate look drop shizhu-2022 --finding 412 --reason 当场补正")
@click.argument("key")
@_which
@click.option("--reason", default="", help="Why; it is recorded.")
@writes
@pass_context
def drop(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Decide that findings need no rectification (不予立项); they stay in the register."""
    act(ctx, "drop", key, given, "dropped: {findings}", how)


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
@lists
@pass_context
def findings(
    ctx: Context, key: str, unit: str, round: str, state: str | None, csv: str, xlsx: str, form: Form
) -> None:
    """Show the register of findings (整改台账): who puts what right by when, and what is struck off."""
    from engine.cli.shell.sources import write_bytes
    from engine.service.inspections.views.findings import LIST, as_csv, as_workbook, listed

    with ctx.reading(key) as case:
        found = listed(case, unit=case.unit(unit).name if unit else "", round=round, state=state or "")
        book = as_workbook(case, found) if xlsx else b""
        told = LIST.seen(case.reader, found)
    for place, data in ((csv, as_csv(found)), (xlsx, book)):
        if place:
            write_bytes(place, data)
    emit_listing(ctx, told, form)
