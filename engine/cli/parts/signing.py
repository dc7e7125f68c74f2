"""Signing by the link of a notice, at the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.cli.shell.context import Context
from engine.cli.shell.listing import as_table
from engine.cli.shell.output import emit
from engine.records import asdict

if TYPE_CHECKING:
    from engine.service.signing.linking import Links


def receive(ctx: Context, token: str, beside: bool) -> None:
    """Sign for all that a notice names, by its link or the token at the end of it."""
    from engine.errors import LinkOver
    from engine.service.signing.receipts import sign
    from engine.service.signing.views.links import SIGNED

    if beside:
        raise click.UsageError("--token stands alone: the link says who signs for what")
    sight = sign(ctx.desk(), links_of(ctx), token.strip().rstrip("/").rpartition("/")[2])
    if sight.why:
        raise LinkOver(sight.why, notice=sight.notice, until=sight.until)
    found = asdict(sight)
    done = f"{sight.unit} signed by the link of notice {sight.notice}"
    emit(ctx, found, lambda: [done, as_table(SIGNED.of(found["duties"]), ctx.lang)])


def links_of(ctx: Context) -> Links:
    """Return how this installation signs links; BadSetting where it does not."""
    from notifications.settings import BadSetting

    found = ctx.wired().links()
    if found is None:
        raise BadSetting("no_links", name="PHASEGATE_LINK_URL")
    return found
