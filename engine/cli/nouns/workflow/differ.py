"""`phasegate workflow diff`: what a change of a workflow would alter, before anybody is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, day_from, pass_context
from engine.cli.shell.listing import below
from engine.cli.shell.options import fills
from engine.cli.shell.output import Table, emit
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    from engine.service.forecast.difference import Difference


@click.command(
    "diff",
    cls=Verb,
    example=(
        "phasegate workflow diff guazhou plans/guazhou",
        "phasegate workflow diff guazhou plans/guazhou --adopted 2019-01-20 --more-than 2 --json",
    ),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--adopted", metavar="DATE", default="", help="The day of adoption of both; else each plan's own.")
@click.option(
    "--more-than", type=click.IntRange(0), default=3, show_default=True, help="How many are many on one day."
)
@fills
@pass_context
def diff(ctx: Context, old: str, new: str, adopted: str, more_than: int, settings: dict[str, str]) -> None:
    """Say what differs between two workflows: definitions, due days and the notices that go out.

    OLD and NEW are shipped workflows, files or folders. Both are forecast from their adoption with
    nobody submitting, so that every rung is seen; the days are told on which a unit gets many notices.
    """
    from engine.cli.shell.sources import workflow_bundle
    from engine.service.forecast import nobody
    from engine.service.forecast.difference import difference

    day = day_from(adopted) if adopted else None
    both = workflow_bundle(old, settings), workflow_bundle(new, settings)
    found = difference(*both, day, nobody(), more_than=more_than)
    emit(ctx, data(found), lambda: sheet(found, ctx.lang))


def data(found: Difference) -> dict[str, Any]:
    """Return a difference as plain data."""
    return {
        "old": found.old,
        "new": found.new,
        "assumption": found.assumption,
        "headline": headline(found),
        "notices": found.notices,
        "deadlines": found.deadlines,
        "changes": found.changes,
        "moved": found.moved,
        "kinds": found.kinds,
        "meetings": found.meetings,
        "crowded": found.crowded,
    }


def headline(found: Difference) -> str:
    """Return the difference in one line."""
    if found.is_none:
        return "no difference"
    rungs = sum(len(meeting.rungs) for meeting in found.meetings)
    gained, lost = (sum(getattr(kind, way) for kind in found.kinds) for way in ("gained", "lost"))
    both = f" ({gained} gained, {lost} lost)" if gained and lost else ""
    parts = [
        f"{found.notices:+d} notice{'s' * (abs(found.notices) != 1)}{both}",
        f"{found.deadlines} deadline{'s move' if found.deadlines != 1 else ' moves'}",
    ]
    if rungs:
        parts.append(f"{rungs} rungs meet on one day")
    return ", ".join(parts)


def sheet(found: Difference, lang: str) -> Iterator[str | Table]:
    """Yield the lists of a difference, without those that are empty."""
    from engine.service.forecast.lists import difference_lists

    yield f"{found.old} → {found.new}: {headline(found)}"
    yield from below(difference_lists(found), lang)
