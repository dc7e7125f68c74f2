"""Commands that give and move dates for everybody: `task date`, `task reschedule`, `campaign adjust`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from engine.cli.shell.acts import How, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.foresight import done_or_foreseen
from engine.cli.shell.options import why
from engine.cli.shell.said import some
from engine.cli.shell.verbs import Verb

Command = Callable[..., None]


def _moves_all(command: Command) -> Command:
    """Give a command the task, its day and what it rests on."""
    beyond = click.option("--beyond", is_flag=True, help="Past the last day of the phase all the same.")
    day = click.argument("to", metavar="DATE")
    return click.argument("key")(click.argument("task")(day(why(beyond(writes(command))))))


def _units(units: list[str], missed: Sequence[str] = ()) -> str:
    if units:
        return f"for {some(units, 4)}"
    return "for whoever it is issued to from now on" if missed else "for whoever it will be issued to"


def _left(told: Mapping[str, Any]) -> str:
    missed = told["missed"]
    return f"; missed before and left as it was: {some(missed, 4)} (`task grant`)" if missed else ""


def _due(told: Mapping[str, Any]) -> str:
    return f"{told['task']} is due on {told['due_on']}"


@click.command(
    cls=Verb, example="phasegate task date guazhou-2019 conference 2019-03-15 --document 会议纪要〔2019〕5号"
)
@_moves_all
@pass_context
def date(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Give a task without a date its day (适时 until then).

    Every unit that owes it is told; where it is not issued yet, it will be issued with this day.
    The dry run lists every date, rung and notice that changes.
    """
    done_or_foreseen(ctx, "date", key, given, how, lambda told: f"{_due(told)} {_units(told['units'])}")


@click.command(
    cls=Verb,
    example=(
        "phasegate task reschedule mile-2023 t1 2023-11-20 --document 办〔2023〕9号 --dry-run",
        "phasegate task reschedule mile-2023 t1 2023-11-20 --document 办〔2023〕9号",
    ),
)
@_moves_all
@pass_context
def reschedule(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Move a task's day for everybody (时限调整).

    It costs no unit its extension. A unit's own later day stays, and so does a day that was missed.
    The dry run lists every date, rung and notice that changes.
    """

    def line(told: Mapping[str, Any]) -> str:
        return f"{_due(told)} {_units(told['units'], told['missed'])}{_left(told)}"

    done_or_foreseen(ctx, "reschedule", key, given, how, line)


@click.command(
    cls=Verb,
    example=(
        "phasegate campaign adjust mile-2023 implementation --last-day 2023-12-15 --document 办〔2023〕9号 --dry-run",
        "phasegate campaign adjust mile-2023 yearend --last-day 2024-01-31 --with-printed --document 办〔2023〕9号",
    ),
)
@click.argument("key")
@click.argument("phase")
@click.option("--last-day", required=True, metavar="DATE", help="The new last day of its window.")
@click.option("--with-printed", is_flag=True, help="Printed days of its tasks move by as many days.")
@click.option("--beyond", is_flag=True, help="Leave printed days although they lie past the last day then.")
@why
@writes
@pass_context
def adjust(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Move the last day of a phase for everybody (时限调整).

    Dates that rest on it move along, those of tasks not issued yet, too; printed ones stay unless
    --with-printed. The dry run lists every date, rung and notice that changes.
    """

    def line(told: Mapping[str, Any]) -> str:
        moved = f"; {len(told['moved'])} date{'s move' if len(told['moved']) != 1 else ' moves'} along"
        return f"{told['phase']} ends on {told['last_day']}{moved}{_left(told)}"

    done_or_foreseen(ctx, "adjust", key, given, how, line)
