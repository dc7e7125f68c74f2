"""`phasegate demo`: the shipped campaign from adoption to naming, in seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.options import fills
from engine.cli.shell.output import answer, emit, progress
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    from engine.demo.stage import Staged

STEPS = 1000


@click.command(cls=Verb, example=("phasegate demo --out demo", "phasegate demo --workflow plans/cangling --out demo"))
@click.option("--out", metavar="DIR", default="demo", show_default=True, help="The folder to write.")
@click.option("--workflow", metavar="NAME|FOLDER", default="shizhu", show_default=True, help="What is run.")
@click.option("--seed", metavar="N", type=int, default=1, show_default=True, help="Another seed, another story.")
@click.option("--force", is_flag=True, help="Write into a folder that holds other things.")
@fills
@pass_context
def demo(ctx: Context, out: str, workflow: str, seed: int, force: bool, settings: dict[str, str]) -> None:
    """Run a campaign from adoption to its end under a stepped clock, people played by a seeded script.

    Two processes do it, one after the other. They write the database, the notices, the tables, the
    pictures and the history into a folder, prove the history, and print a summary.
    """
    from engine import reader
    from engine.cli.shell.sources import sound_bundle
    from engine.demo import folder, stage

    if not reader.is_path(workflow):
        stage.require_shipped(workflow)
    if settings or reader.is_path(workflow):
        sound_bundle(workflow, settings)
    where = Path(out)
    folder.claim(where, force=force)
    with progress(workflow, STEPS) as forward:
        shown = stage.run(where, stage.Story(workflow, str(seed), settings), _Bar(forward))
    emit(ctx, _plain(shown, where), stage.summed_up(where, shown))
    if not shown.holds:
        answer(1)


class _Bar:
    """Moves a progress bar to the share that is done."""

    def __init__(self, forward: Callable[[int], None]) -> None:
        self._forward = forward
        self._at = 0

    def __call__(self, share: float, day: str) -> None:
        steps = int(share * STEPS) - self._at
        if steps > 0:
            self._forward(steps)
            self._at += steps


def _plain(shown: Staged, where: Path) -> dict[str, Any]:
    return {
        "holds": shown.holds,
        "processes": shown.processes,
        "seconds": round(shown.seconds, 1),
        "folder": str(where),
        "summary": shown.text,
    }
