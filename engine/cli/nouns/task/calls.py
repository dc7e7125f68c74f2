"""`phasegate task calls`: whom to call today."""

from __future__ import annotations

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.verbs import Verb


@click.command(
    cls=Verb,
    example=("phasegate task calls shizhu-2022", "phasegate task calls shizhu-2022 --days 3 --format csv"),
)
@click.argument("key")
@click.option("--days", type=click.IntRange(0, 3), default=1, show_default=True, help="Within so many working days.")
@lists
@pass_context
def calls(ctx: Context, key: str, days: int, form: Form) -> None:
    """List whom to call before the next letters go: which item of which unit, and why.

    `task call` records a call; the letter about that item is then not sent.
    """
    from engine.service.notices.views.calls import LIST, listed

    with ctx.reading(key) as case:
        found = LIST.seen(case.reader, listed(case, days))
    emit_listing(ctx, found, form)
