"""`phasegate outbox`: what is on its way to whom, and what is tried again."""

from __future__ import annotations

import click

from engine.cli.acts import How, act, writes
from engine.cli.context import Context, pass_context
from engine.cli.output import Table, emit
from engine.cli.said import moment
from engine.cli.verbs import Noun

STATES = ("queued", "sent", "failed")
HEADS = ("id", "notice", "state", "to", "channel", "attempts", "next", "error", "subject")


@click.group(cls=Noun)
def outbox() -> None:
    """See messages on their way; try them again."""


@outbox.command("list", example="phasegate outbox list shizhu-2022 --state failed")
@click.argument("key")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only messages in this state.")
@pass_context
def list_(ctx: Context, key: str, state: str | None) -> None:
    """List messages, one for each recipient of a notice."""
    from engine.service.desk import reading
    from engine.service.views.outbox import listed

    with reading(ctx.desk(), key) as case:
        found = listed(case, state=state or "")
    rows = [[moment(row["next_at"]) if head == "next" else row[head] for head in HEADS] for row in found]
    emit(ctx, found, Table(HEADS, rows, right=frozenset({"id", "notice", "attempts"})))


@outbox.command(example=("phasegate outbox retry shizhu-2022 1043", "phasegate outbox retry shizhu-2022 --all"))
@click.argument("key")
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option("--all", "every", is_flag=True, help="Every message that failed.")
@writes
@pass_context
def retry(ctx: Context, /, key: str, ids: tuple[str, ...], every: bool, how: How) -> None:
    """Queue failed messages again; the next sweep delivers them."""
    from engine.service.desk import reading
    from engine.service.views.outbox import to_retry

    if every == bool(ids):
        raise click.UsageError("give the numbers of messages, or --all")
    with reading(ctx.desk(), key) as case:
        failed = to_retry(case, ids)
    if not failed:
        emit(ctx, {"retried": 0}, "nothing failed")
        return
    act(ctx, "retry", key, {"outgoing": failed}, "{retried} queued again", how)


@outbox.command(example="phasegate outbox again shizhu-2022")
@click.argument("key")
@writes
@pass_context
def again(ctx: Context, /, key: str, how: How) -> None:
    """Try again what was put aside, once its contact or template is mended."""
    act(ctx, "again", key, {}, "{again} taken up again; the next sweep writes them", how)
