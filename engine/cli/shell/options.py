"""Options that several verbs share and no action declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

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
