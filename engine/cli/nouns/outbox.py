"""`phasegate outbox`: what is on its way to whom, what is tried again, and which ways are shut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.cli.shell.acts import How, done, tell, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, across, as_table, emit_listing, lists
from engine.cli.shell.output import Table, emit
from engine.cli.shell.verbs import Noun

if TYPE_CHECKING:
    from engine.model import Outgoing
    from engine.service.kernel.desk import Desk

STATES = ("queued", "sent", "failed")


@click.group(cls=Noun)
def outbox() -> None:
    """See messages on their way; try them again."""


@outbox.command("list", example="phasegate outbox list shizhu-2022 --state failed")
@click.argument("key")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only messages in this state.")
@click.option("--channel", default="", metavar="NAME", help="Only messages that go by this channel.")
@lists
@pass_context
def list_(ctx: Context, key: str, state: str | None, channel: str, form: Form) -> None:
    """List messages, one for each recipient of a notice, with why what failed has failed."""
    from engine.service.delivery.views.outbox import LIST, listed

    with ctx.reading(key) as case:
        found = LIST.seen(case.reader, listed(case, state=state or "", channel=channel))
    emit_listing(ctx, found, form)


@outbox.command(example="phasegate outbox show shizhu-2022 1043")
@click.argument("key")
@click.argument("id", metavar="ID")
@pass_context
def show(ctx: Context, key: str, id: str) -> None:
    """Show one message with every attempt to send it, as the history tells it."""
    from engine.service.delivery.views.outbox import ATTEMPTS, LIST, shown

    with ctx.reading(key) as case:
        found = shown(case, id)
        told, attempts = LIST.seen(case.reader, [found]), ATTEMPTS.seen(case.reader, found["history"])
    facts = Table(("of the message", "is"), across(told, ctx.lang))
    emit(ctx, found, [facts, as_table(attempts, ctx.lang)])


@outbox.command(
    example=(
        "phasegate outbox retry shizhu-2022 1043",
        "phasegate outbox retry shizhu-2022 --channel wecom",
        "phasegate outbox retry shizhu-2022 --all",
    )
)
@click.argument("key")
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option("--channel", default="", metavar="NAME", help="Every message that failed on this channel.")
@click.option("--all", "every", is_flag=True, help="Every message that failed.")
@writes
@pass_context
def retry(ctx: Context, /, key: str, ids: tuple[str, ...], channel: str, every: bool, how: How) -> None:
    """Queue failed messages again; a message that waits and is named goes at once.

    Channels and recipients of these messages that were left alone because they failed are tried again, too.
    """
    from engine.service.delivery.views.outbox import to_retry

    if sum((every, bool(channel), bool(ids))) != 1:
        raise click.UsageError("give the numbers of messages, --channel NAME, or --all")
    with ctx.reading(key) as case:
        found = to_retry(case, ids, channel=channel)
    if not found:
        emit(ctx, {"retried": 0}, "nothing failed")
        return
    answer = done(ctx, "retry", key, {"outgoing": [one.id for one in found]}, how)
    if not how.dry_run:
        _lift(ctx.desk(), found)
    tell(ctx, answer, f"{answer['retried']} queued again", how)


def _lift(desk: Desk, found: list[Outgoing]) -> None:
    from engine.service.delivery.lanes import lift

    for name in sorted({one.channel for one in found}):
        lift(desk, name, [one.recipient for one in found if one.channel == name])


@outbox.command(example="phasegate outbox channels")
@lists
@pass_context
def channels(ctx: Context, form: Form) -> None:
    """List channels with what waits for them, and whatever is left alone for a time because it failed."""
    from zoneinfo import ZoneInfo

    from engine.cli.shell.context import ZONE
    from engine.service.delivery.views.outbox import WAYS, ways
    from engine.service.kernel.sight import reader_here

    found = ways(ctx.desk(), ZoneInfo(ZONE), ctx.actor)
    emit_listing(ctx, WAYS.seen(reader_here(ctx.desk(), ctx.actor), found), form)


@outbox.command(example="phasegate outbox resume wecom")
@click.argument("channel")
@pass_context
def resume(ctx: Context, channel: str) -> None:
    """Try a channel again at once that was left alone because it failed."""
    from engine.service.audit.installation import office
    from engine.service.delivery.lanes import lift
    from notifications.channels import UnknownChannel, channel_names

    if channel not in channel_names():
        raise UnknownChannel(name=channel, known=[*channel_names()])
    office(ctx.desk(), ctx.actor, "resume")
    lift(ctx.desk(), channel)
    emit(ctx, {"channel": channel}, f"{channel} is tried again")
