"""Commands that give and move dates for everybody: `task date`, `task reschedule`, `campaign adjust`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.cli.shell.acts import How
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.foresight import done_or_foreseen
from engine.cli.shell.said import some
from engine.cli.shell.verbs import Noun

Given = Mapping[str, Any]


def _units(units: list[str], missed: Sequence[str] = ()) -> str:
    if units:
        return f"for {some(units, 4)}"
    return "for whoever it is issued to from now on" if missed else "for whoever it will be issued to"


def _left(told: Mapping[str, Any]) -> str:
    missed = told["missed"]
    return f"; missed before and left as it was: {some(missed, 4)} (`task grant`)" if missed else ""


def _due(told: Mapping[str, Any]) -> str:
    return f"{told['task']} is due on {told['due_on']}"


def date_everybody(task: Noun) -> None:
    """Have the verbs of tasks that give and move dates say in a dry run every date, rung and notice that changes."""
    task.does("date")(_date)
    task.does("reschedule")(_reschedule)


@pass_context
def _date(ctx: Context, key: str, given: Given, how: How) -> None:
    done_or_foreseen(ctx, "date", key, given, how, lambda told: f"{_due(told)} {_units(told['units'])}")


@pass_context
def _reschedule(ctx: Context, key: str, given: Given, how: How) -> None:
    def line(told: Given) -> str:
        return f"{_due(told)} {_units(told['units'], told['missed'])}{_left(told)}"

    done_or_foreseen(ctx, "reschedule", key, given, how, line)


@pass_context
def adjust(ctx: Context, key: str, given: Given, how: How) -> None:
    """Move the last day of a phase for everybody; the dry run says all that changes."""

    def line(told: Given) -> str:
        moved = f"; {len(told['moved'])} date{'s move' if len(told['moved']) != 1 else ' moves'} along"
        return f"{told['phase']} ends on {told['last_day']}{moved}{_left(told)}"

    done_or_foreseen(ctx, "adjust", key, given, how, line)
