"""`phasegate metrics`: the numbers of the installation for Prometheus."""

from __future__ import annotations

import click

from engine.cli.parts.counters import library
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.verbs import Verb


@click.command(cls=Verb, example=("phasegate metrics", "phasegate metrics > phasegate.prom"))
@pass_context
def metrics(ctx: Context) -> None:
    """Print once, as text, what `phasegate serve --metrics` serves of the installation.

    For a collector that reads files. What one process counts as it beats is served by that process alone.
    """
    print(library().metrics_text(ctx.desk()), end="")
