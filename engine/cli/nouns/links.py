"""`phasegate links`: who has not signed, links to hand on, and the page that they lead to."""

from __future__ import annotations

import signal
import sys
from typing import Any

import click

from engine.cli.shell.acts import How
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, as_table, emit_listing, lists
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Noun

LISTEN = "127.0.0.1:8080"


@click.group(cls=Noun)
def links() -> None:
    """Hand units links to sign by; serve the page they open."""


@links.command(example="phasegate links key > /etc/phasegate/link.key")
@pass_context
def key(ctx: Context) -> None:
    """Print a new key to sign links with, for PHASEGATE_LINK_KEY or the file of PHASEGATE_LINK_KEY_FILE.

    The first key signs, all of them are believed: put a new one before the old, and take the old away
    when its links have run out.
    """
    from engine.clock import token

    found = token() + token()
    emit(ctx, {"key": found}, found)


@links.command("list", example="phasegate links list shizhu-2022 --unit 中益乡")
@click.argument("key")
@click.option("--unit", default="", help="Only this unit.")
@lists
@pass_context
def list_(ctx: Context, key: str, unit: str, form: Form) -> None:
    """List who has not signed yet, with the latest notice that asked for it."""
    from engine.service.signing.views.links import LIST, listed

    with ctx.reading(key) as case:
        found = LIST.seen(case.reader, listed(case, unit=case.unit(unit).name if unit else ""))
    emit_listing(ctx, found, form)


@links.command(
    example=("phasegate links give shizhu-2022 1042", "phasegate links give shizhu-2022 --all --json"),
)
@click.argument("key")
@click.argument("notices", nargs=-1, metavar="[NOTICE…]")
@click.option("--all", "every", is_flag=True, help="For every unit that has not signed.")
@click.option("--key", "once", default="", metavar="KEY", help="Repeating it gives the first answer.")
@pass_context
def give(ctx: Context, /, key: str, notices: tuple[str, ...], every: bool, once: str) -> None:
    """Print links for the office to hand on itself, each to its own unit; that it did is recorded.

    Whoever has a link can sign in the name of its unit: send each to its unit alone, never to a group.
    """
    from engine.service.signing.views.links import GIVEN, listed

    if every == bool(notices):
        raise click.UsageError("give the numbers of notices, or --all")
    if every:
        with ctx.reading(key) as case:
            notices = tuple(str(row["notice"]) for row in listed(case))
    found = [_given(ctx, key, notice, How(once)) for notice in notices]
    emit(ctx, found, lambda: as_table(GIVEN.of(found), ctx.lang))


def _given(ctx: Context, key: str, notice: str, how: How) -> dict[str, Any]:
    from engine.cli.parts.signing import links_of
    from engine.service.kernel.desk import Command
    from engine.service.signing.receipts import give

    command = Command("give_link", key, {"notice": notice}, ctx.actor, how.of(notice).key)
    return give(ctx.desk(), links_of(ctx), command)


@links.command(
    example=("phasegate links serve", "phasegate links serve --listen 127.0.0.1:8080 --log json"),
)
@click.option(
    "--listen",
    default=LISTEN,
    metavar="HOST:PORT",
    show_default=True,
    help="Where it listens; TLS is the matter of a proxy before it.",
)
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text", help="How it logs, on stderr.")
@pass_context
def serve(ctx: Context, listen: str, form: str) -> None:
    """Serve the page on which units sign, until SIGTERM or Ctrl-C.

    Opening a link shows what it is for and changes nothing; the button signs. It needs PHASEGATE_LINK_URL
    (the address by which units reach it) and a key.
    """
    from engine.cli.parts.signing import links_of
    from engine.cli.shell.log import logger
    from engine.errors import BadInput
    from engine.serving import ServingEvent
    from engine.web.room import Room

    if ctx.has_own_now:
        raise BadInput("clock_of_machine", command="links serve", found="--now")
    host, port = _address(listen)
    url, wired, say, run = links_of(ctx).url, ctx.wired(), logger(form), _server()
    room = Room(desk=wired.desk, links=wired.links, say=say, name=wired.worker)

    def ready(at: str) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        say(ServingEvent(event="serving", worker=wired.worker, line=f"serving {url} on {at}"))

    run(room, host, port, ready)


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise click.BadParameter(f"{listen!r} is not HOST:PORT, for example {LISTEN}")
    return host.strip("[]"), int(port)


def _server() -> Any:
    from engine.errors import ExtraMissing

    try:
        from engine.web.server import serve
    except ModuleNotFoundError as error:
        raise ExtraMissing(what="page", library=error.name, extra="web") from error
    return serve
