"""The nouns of the command line as a table, so that help needs none of their modules."""

from __future__ import annotations

import click

from engine.cli.shell.verbs import Noun

NOUNS = {
    "demo": ("nouns.demo", "demo", "Run the Shizhu campaign from adoption to naming."),
    "workflow": ("nouns.workflow.commands", "workflow", "List, check, show and compare workflows."),
    "forecast": ("nouns.forecast", "forecast", "Say who will be reminded, when, and of what."),
    "calendar": ("nouns.calendar", "calendar", "Count working days; show and load official years."),
    "campaign": (
        "nouns.campaign.commands",
        "campaign",
        "Start a campaign and move it through its phases.",
    ),
    "task": ("nouns.task.commands", "task", "See what units owe; receive, submit, accept, extend."),
    "indicator": (
        "nouns.indicator.commands",
        "indicator",
        "Score indicators, prove them, see what is missing.",
    ),
    "look": ("nouns.look.commands", "look", "Look at units: draw, pair, put right, ask each month."),
    "sheet": ("nouns.sheets", "sheet", "Write the breakdown table out and read it in."),
    "units": ("nouns.units.commands", "units", "List units and keep their work contacts."),
    "sweep": ("nouns.sweep", "sweep", "Do what is due now, once, and deliver the notices."),
    "serve": ("nouns.serve", "serve", "Sweep and deliver until told to stop."),
    "status": ("nouns.status", "status", "Show who serves, what is due, what is on its way."),
    "metrics": ("nouns.metrics", "metrics", "Print the numbers of the installation for Prometheus."),
    "notice": ("nouns.notice", "notice", "See notices; release, withhold and sign them."),
    "links": ("nouns.links", "links", "Hand units links to sign by; serve the page they open."),
    "outbox": ("nouns.outbox", "outbox", "See messages on their way; try them again."),
    "audit": ("nouns.audit", "audit", "Read the history and prove it."),
    "clock": ("nouns.clock", "clock", "Accept the clock after it was set."),
    "db": ("nouns.db.commands", "db", "Create or upgrade the database."),
    "doctor": ("nouns.doctor", "doctor", "Say whether this installation is sound."),
    "completion": ("completion", "completion", "Print the completion script of a shell."),
}
"""Noun → the module below `engine.cli` and the attribute that hold its command, and its line in the help."""


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

        module, attribute, _ = NOUNS[cmd_name]
        found: click.Command = getattr(import_module(f"engine.cli.{module}"), attribute)
        return found

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return each noun with its line."""
        return [(name, line) for name, (_, _, line) in NOUNS.items()]


@click.group(cls=Root, example=("phasegate workflow show shizhu", "phasegate demo --out demo"))
def root() -> None:
    """Run creation campaigns: phases, deadlines, gates, reminders and an append-only history.

    Exit code 0: done, or yes; 1: a refusal, or no; 2: bad input.
    """
