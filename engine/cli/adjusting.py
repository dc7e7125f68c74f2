"""Commands that give and move dates for everybody: `phasegate task date`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from engine.cli.acts import How, done, tell, writes
from engine.cli.context import Context, pass_context
from engine.cli.options import why
from engine.cli.said import some
from engine.cli.verbs import Verb

Command = Callable[..., None]


def _moves_all(command: Command) -> Command:
    """Give a command the task, its day and what it rests on."""
    beyond = click.option("--beyond", is_flag=True, help="Past the last day of the phase all the same.")
    day = click.argument("to", metavar="DATE")
    return click.argument("key")(click.argument("task")(day(why(beyond(writes(command))))))


@click.command(cls=Verb, example="phasegate task date shizhu-2022 visits 2022-11-18 --document 会议纪要〔2022〕5号")
@_moves_all
@pass_context
def date(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Give a task without a date its day (适时 until then).

    Every unit that owes it is told; where it is not issued yet, it will be issued with this day.
    """
    told = done(ctx, "date", key, given, how)
    who = f"for {some(told['units'], 4)}" if told["units"] else "for whoever it will be issued to"
    tell(ctx, told, f"{told['task']} is due on {told['due_on']} {who}", how)
