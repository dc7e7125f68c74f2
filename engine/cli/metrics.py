"""`phasegate metrics`: the numbers of the installation for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.cli.context import Context, pass_context
from engine.cli.verbs import Verb

if TYPE_CHECKING:
    from types import ModuleType


@click.command(cls=Verb, example=("phasegate metrics", "phasegate metrics > phasegate.prom"))
@pass_context
def metrics(ctx: Context) -> None:
    """Print once, as text, what `phasegate serve --metrics` serves of the installation.

    For a collector that reads files. What one process counts as it beats is served by that process alone.
    """
    print(library().metrics_text(ctx.desk()), end="")


def library() -> ModuleType:
    """Return what makes the numbers; ExtraMissing where its library is not installed."""
    from engine.errors import ExtraMissing

    try:
        from engine import metrics
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "prometheus_client":
            raise
        raise ExtraMissing(what="metrics", library="prometheus_client", extra="metrics") from error
    return metrics
