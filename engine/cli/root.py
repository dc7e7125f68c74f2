"""The nouns of the command line as a table, so that help needs none of their modules."""

from __future__ import annotations

import click

from engine import words
from engine.cli.shell.verbs import Noun
from engine.cli.shell.worded import lang_of

NOUNS = {
    "demo": ("nouns.demo", "demo"),
    "workflow": ("nouns.workflow.commands", "workflow"),
    "forecast": ("nouns.forecast", "forecast"),
    "calendar": ("nouns.calendar", "calendar"),
    "campaign": ("nouns.campaign.commands", "campaign"),
    "task": ("nouns.task.commands", "task"),
    "indicator": ("nouns.indicator.commands", "indicator"),
    "look": ("nouns.look.commands", "look"),
    "sheet": ("nouns.sheets", "sheet"),
    "units": ("nouns.units.commands", "units"),
    "sweep": ("nouns.sweep", "sweep"),
    "serve": ("nouns.serve", "serve"),
    "status": ("nouns.status", "status"),
    "metrics": ("nouns.metrics", "metrics"),
    "notice": ("nouns.notice", "notice"),
    "links": ("nouns.links", "links"),
    "outbox": ("nouns.outbox", "outbox"),
    "audit": ("nouns.audit", "audit"),
    "clock": ("nouns.clock", "clock"),
    "db": ("nouns.db.commands", "db"),
    "doctor": ("nouns.doctor", "doctor"),
    "completion": ("completion", "completion"),
}
"""Noun → the module below `engine.cli` and the attribute that hold its command; its line in the help: `noun.NAME`."""


class Root(Noun):
    """The group of all nouns; a noun's module is imported when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the nouns in the order of the table."""
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a noun."""
        if cmd_name not in NOUNS:
            return None
        from importlib import import_module

        module, attribute = NOUNS[cmd_name]
        found: click.Command = getattr(import_module(f"engine.cli.{module}"), attribute)
        return found

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return each noun with its line."""
        return [(name, words.label(f"noun.{name}", lang_of(ctx))) for name in NOUNS]


@click.group(cls=Root, example=("phasegate workflow show shizhu", "phasegate demo --out demo"))
def root() -> None:
    """Run creation campaigns: phases, deadlines, gates, reminders and an append-only history.

    Exit code 0: done, or yes; 1: a refusal, or no; 2: bad input.
    """
