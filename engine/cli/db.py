"""`phasegate db`: the database itself."""

from __future__ import annotations

import click

from engine.cli.context import Context, pass_context
from engine.cli.output import emit
from engine.cli.verbs import Noun


@click.group(cls=Noun)
def db() -> None:
    """Create or upgrade the database."""


@db.command(example="phasegate db upgrade")
@pass_context
def upgrade(ctx: Context) -> None:
    """Create the database, or bring it to the revision of this program.

    A database made by a newer Phasegate is refused and left as it is.
    """
    from engine.store.database import REVISION
    from engine.store.migrations import upgrade as bring_up

    database = bring_up(ctx.settings().db)
    database.close()
    data = {"url": database.url, "revision": REVISION}
    emit(ctx, data, f"{database.url} is at revision {REVISION}")
