"""`phasegate campaign quota`: what counts toward the quotas of a campaign, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, as_table, emit_listing, lists
from engine.cli.shell.output import Table
from engine.cli.shell.verbs import Verb
from engine.records import replace

if TYPE_CHECKING:
    from engine.service.kernel.columns import Listing


@click.command(
    "quota",
    cls=Verb,
    example=("phasegate campaign quota shizhu-2022", "phasegate campaign quota shizhu-2022 创建点 --json"),
)
@click.argument("key")
@click.argument("quota", default="")
@lists
@pass_context
def quota(ctx: Context, key: str, quota: str, form: Form) -> None:
    """Show what a quota has, needs and lacks: by kind, by unit, in total.

    未规定: the plan states no number for this unit; nothing is asked of it, and it may host.
    """
    from engine.service.campaigns.views.quota import LIST, lines_of, listed

    with ctx.reading(key) as case:
        found = listed(case, quota)
        told = LIST.seen(case.reader, lines_of(found))
    emit_listing(ctx, told, form, shown=lambda told: _sheets(key, told, ctx.lang), data=found)


def _sheets(key: str, told: Listing, lang: str) -> Iterator[str | Table]:
    from engine.service.campaigns.views.quota import called

    quotas = {row["quota"]: called(row["title"], row["quota"]) for row in told.rows}
    if not quotas:
        yield f"{key} has no quotas"
    for number, (name, title) in enumerate(quotas.items()):
        if number:
            yield ""
        rows = [row for row in told.rows if row["quota"] == name]
        yield as_table(replace(told, columns=told.columns[1:], rows=rows), lang, title)
