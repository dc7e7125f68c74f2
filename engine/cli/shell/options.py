"""Options that several verbs of a task share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

KINDS = ("due", "receipt", "review", "objection")
F = TypeVar("F", bound=Callable[..., Any])


def _settings(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not name or not sign:
            raise click.BadParameter(f"{each!r} is not NAME=VALUE, for example place=某县", ctx, param)
        if name in found:
            raise click.BadParameter(f"{name} is set twice", ctx, param)
        found[name] = value
    return found


def fills(command: F) -> F:
    """Give a command that takes a workflow what fills the workflow's parameters."""
    told = "Fill a parameter of the workflow; as often as it has any."
    return click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", callback=_settings, help=told)(
        command
    )


def of_one(command: F) -> F:
    """Give a command the campaign, the task and the unit that it is about."""
    unit = click.option("--unit", default="", help="The unit; a unit that acts itself (--as) needs none.")
    return click.argument("key")(click.argument("task")(unit(command)))


def of_period(command: F) -> F:
    """Give a command the period of a counted duty that it is about."""
    text = "Of a counted duty: the period, as `task pace` names it; the latest by default."
    return click.option("--period", default="", help=text)(command)


def happened(command: F) -> F:
    """Give a command the day and the voucher of what is recorded for a unit (SEMANTICS D8)."""
    on = click.option("--on", metavar="DATE", default="", help="The day it happened; today by default.")
    path = click.option("--voucher", metavar="FILE", default="", help="Proof of what is recorded for a unit.")
    note = click.option("--voucher-note", metavar="TEXT", default="", help="The same in words: who rang, when.")
    return on(path(note(command)))


def why(command: F) -> F:
    """Give a command the reason and the document it rests on."""
    reason = click.option("--reason", default="", help="Why; it is recorded.")
    document = click.option("--document", default="", help="The document it rests on.")
    return reason(document(command))


def moves(command: F) -> F:
    """Give a command what a moved date needs (SEMANTICS P2, P3)."""
    to = click.option("--to", metavar="DATE", required=True, help="The new day.")
    applied = click.option("--applied", metavar="DATE", default="", help="The day the unit applied.")
    beyond = click.option("--beyond", is_flag=True, help="Past the last day of the phase all the same.")
    return to(why(applied(beyond(command))))


def of_ladder(command: F) -> F:
    """Give a command the ladder and the level that it is about."""
    level = click.option("--level", type=click.IntRange(0, 4), default=0, help="0 liaison … 4 formal act.")
    kind = click.option("--deadline", "kind", type=click.Choice(KINDS), default="due", help="Whose ladder.")
    reason = click.option("--reason", default="", help="Why; it is recorded.")
    return reason(level(kind(command)))


def joins(command: F) -> F:
    """Give a command what a task that joins a running campaign needs (SEMANTICS G4)."""
    unit = click.option("--unit", "units", multiple=True, metavar="UNIT", help="Who owes it; a unit or a group.")
    due = click.option("--due", default="", metavar="DATE", help="By when.")
    demand = click.option("--demand", default="", help="What is to be handed in.")
    document = click.option("--document", default="", help="The minutes or the instruction it rests on.")
    return unit(due(demand(document(command))))
