"""`phasegate task count`, `uncount` and `pace`: what happened toward a counted duty, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.acts import How, act, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, as_table, emit_listing, lists
from engine.cli.shell.options import happened, of_one
from engine.cli.shell.output import Table
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    from engine.service.kernel.columns import Listing

Found = dict[str, Any]
COUNTED = "{task}/{unit} {period}: {done} of {least} done, {state} (event {event})"


@click.command(
    cls=Verb,
    example=(
        "phasegate task count pingliang-2023 t8.standing --note 专题会议纪要 --as 崆峒区",
        "phasegate task count pingliang-2023 t8.standing --unit 崆峒区 --on 2023-08-03 --voucher 签到表.jpg",
    ),
)
@of_one
@click.option("--number", type=int, default=None, help="How many; 1 by default.")
@click.option("--note", default="", help="A note as evidence.")
@click.option("--file", "files", multiple=True, metavar="PATH", help="A file as evidence: its SHA-256 is kept.")
@happened
@writes
@pass_context
def count(
    ctx: Context,
    /,
    key: str,
    files: tuple[str, ...],
    voucher: str,
    voucher_note: str,
    how: How,
    **given: Any,
) -> None:
    """Count what happened toward a duty, in the period of its day (计次)."""
    from engine.cli.shell import handed

    handed_in = {
        "files": [handed.file(path) for path in files],
        "voucher": handed.voucher(voucher, voucher_note),
    }
    act(ctx, "count", key, {**given, **handed_in}, COUNTED, how)


@click.command(
    cls=Verb, example="phasegate task uncount pingliang-2023 t8.standing --unit 崆峒区 --event 214 --reason 重复登记"
)
@of_one
@click.option("--event", required=True, metavar="NUMBER", help="The event, as `task pace --json` numbers it.")
@click.option("--reason", default="", help="Why; it is recorded.")
@writes
@pass_context
def uncount(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Take a wrong event back; it stays on record and counts no more."""
    act(ctx, "uncount", key, given, COUNTED, how)


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
