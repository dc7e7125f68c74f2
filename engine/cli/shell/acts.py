"""Commands that write: their common options, and the one way they reach the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import click

from engine.cli.shell.context import Context
from engine.cli.shell.output import emit, say
from engine.records import record, replace

Command = Callable[..., None]
REHEARSED = "(dry run: nothing was kept)"


@record(kw_only=False)
class How:
    """How a command is to be carried out: under an idempotency key, or only rehearsed."""

    key: str = ""
    dry_run: bool = False

    def of(self, part: str) -> How:
        """Return the same for one part of a command that is many; each part has a key of its own."""
        return replace(self, key=f"{self.key}/{part}") if self.key else self


def writes(command: Command) -> Command:
    """Give a command the options of everything that writes; it is handed them as `how`."""

    @click.option("--key", "idempotency", default="", metavar="KEY", help="Repeating it gives the first answer.")
    @click.option("--dry-run", is_flag=True, help="Say what would happen, or why not, and keep nothing.")
    @wraps(command)
    def with_how(*args: Any, idempotency: str, dry_run: bool, **given: Any) -> None:
        command(*args, how=How(idempotency, dry_run), **given)

    return with_how


def done(ctx: Context, action: str, campaign: str, given: Mapping[str, Any], how: How) -> dict[str, Any]:
    """Have the service do something to a campaign, or rehearse it, and return the answer."""
    from engine.service.kernel.desk import Command, perform, rehearse

    command = Command(action=action, campaign=campaign, given=stated(given), actor=ctx.actor, key=how.key)
    return (rehearse if how.dry_run else perform)(ctx.desk(), command)


def stated(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said of an act, without the options that were left out."""
    return {name: value for name, value in given.items() if _is_stated(value)}


def _is_stated(value: object) -> bool:
    return not (value is None or value is False or value in ("", (), [], {}))


def tell(ctx: Context, answer: object, line: str, how: How) -> None:
    """Print what was done."""
    emit(ctx, answer, line)
    if how.dry_run:
        say(REHEARSED)


def act(ctx: Context, action: str, campaign: str, given: Mapping[str, Any], line: str, how: How) -> None:
    """Do something and say it in one line, filled in from the answer."""
    answer = done(ctx, action, campaign, given, how)
    tell(ctx, answer, line.format(**{name: _shown(value) for name, value in answer.items()}), how)


def _shown(value: object) -> object:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else value
