"""The nouns of the command line as a table, so that help needs none of their modules."""

from __future__ import annotations

import click

from engine.cli.verbs import Noun

NOUNS = {
    "demo": ("engine.cli.demo", "demo", "Run the Shizhu campaign from adoption to naming."),
    "workflow": ("engine.cli.workflow", "workflow", "List, check, show and compare workflows."),
    "forecast": ("engine.cli.forecast", "forecast", "Say who will be reminded, when, and of what."),
    "calendar": ("engine.cli.calendar", "calendar", "Count working days; show and load official years."),
    "campaign": ("engine.cli.campaign", "campaign", "Start a campaign and move it through its phases."),
    "task": ("engine.cli.task", "task", "See what units owe; receive, submit, accept, extend."),
    "indicator": ("engine.cli.indicators", "indicator", "Score indicators, prove them, see what is missing."),
    "look": ("engine.cli.look", "look", "Look at units: draw, pair, put right, ask each month."),
    "sheet": ("engine.cli.sheets", "sheet", "Write the breakdown table out and read it in."),
    "units": ("engine.cli.units", "units", "List units and keep their work contacts."),
    "sweep": ("engine.cli.sweep", "sweep", "Do what is due now, once, and deliver the notices."),
    "serve": ("engine.cli.serve", "serve", "Sweep and deliver until told to stop."),
    "status": ("engine.cli.status", "status", "Show who serves, what is due, what is on its way."),
    "metrics": ("engine.cli.metrics", "metrics", "Print the numbers of the installation for Prometheus."),
    "notice": ("engine.cli.notice", "notice", "See notices; release, withhold and sign them."),
    "links": ("engine.cli.links", "links", "Hand units links to sign by; serve the page they open."),
    "outbox": ("engine.cli.outbox", "outbox", "See messages on their way; try them again."),
    "audit": ("engine.cli.audit", "audit", "Read the history and prove it."),
    "clock": ("engine.cli.clock", "clock", "Accept the clock after it was set."),
    "db": ("engine.cli.db", "db", "Create or upgrade the database."),
    "doctor": ("engine.cli.doctor", "doctor", "Say whether this installation is sound."),
    "completion": ("engine.cli.completion", "completion", "Print the completion script of a shell."),
}
"""Noun → the module and the attribute that hold its command, and its line in the help."""


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
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return each noun with its line."""
        return [(name, line) for name, (_, _, line) in NOUNS.items()]


@click.group(cls=Root, example=("phasegate workflow show shizhu", "phasegate demo --out demo"))
def root() -> None:
    """Run creation campaigns: phases, deadlines, gates, reminders and an append-only history.

    Exit code 0: done, or yes; 1: a refusal, or no; 2: bad input.
    """
