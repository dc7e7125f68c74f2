"""`phasegate db create` and `db restore`: how a database begins, and begins again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    from engine.bootstrap import Settings
    from engine.service.audit.restoring import Again, Renewed

MOST = 20
"""How many of the messages that would go out again are named."""


@click.command(cls=Verb, example="phasegate db create --rehearsal")
@click.option("--rehearsal", is_flag=True, help="Its clock may be moved; its notices say so and go to a folder only.")
@pass_context
def create(ctx: Context, rehearsal: bool) -> None:
    """Create a new database; PHASEGATE_REHEARSAL=1 makes it a rehearsal, too.

    What it is stands in its first record and stays so: a rehearsal never becomes real.
    """
    from engine.bootstrap import founded, here, masked
    from engine.records import replace
    from engine.store.revisions import REVISION

    settings = ctx.settings()
    _require_none(settings)
    system = founded(replace(settings, rehearsal=rehearsal or settings.rehearsal), ctx.clock, here())
    kind = "a rehearsal" if system.rehearsal else "a database"
    url = masked(settings.db)
    data = {"url": url, "revision": REVISION, "rehearsal": system.rehearsal, "uid": system.uid}
    emit(ctx, data, f"{url} is {kind} at revision {REVISION}")


@click.command(cls=Verb, example="phasegate db restore /var/backups/phasegate-2026-10-09.db")
@click.argument("file", required=False)
@click.option("--here", is_flag=True, help="The database is a restored one already: only renew its ids.")
@click.option("--rehearsal", is_flag=True, help="Make a rehearsal of it; it never becomes real again.")
@pass_context
def restore(ctx: Context, file: str | None, here: bool, rehearsal: bool) -> None:
    """Make the database anew from a backup, with ids of its own, and say what it would send again.

    The backup is looked through first and stays as it is; no file is written over. For PostgreSQL restore it
    with pg_restore, then use --here.
    """
    from engine.bootstrap import here as door
    from engine.bootstrap import masked
    from engine.service.audit.restoring import bring_back, renew
    from engine.service.kernel.actor import Actor

    if here and file:
        raise click.UsageError("give FILE or --here, not both")
    settings, actor = ctx.settings(), Actor("system", "system", door=door())
    if here:
        renewed = renew(ctx.desk(), actor, rehearsal=rehearsal)
    else:
        renewed = bring_back(settings.db, file or "", ctx.clock, actor, rehearsal=rehearsal)
    data = {
        "url": masked(settings.db),
        "installation": renewed.installation,
        "rehearsal": renewed.rehearsal,
        "campaigns": renewed.campaigns,
        "records": renewed.records,
        "due": renewed.due,
        "again": [_plain(one) for one in renewed.again],
    }
    emit(ctx, data, [*_said(masked(settings.db), renewed)])


def _require_none(settings: Settings) -> None:
    from engine.bootstrap import masked
    from engine.errors import BadInput
    from engine.store.database import is_empty

    if not is_empty(settings.db):
        raise BadInput("database_there", found=masked(settings.db))


def _plain(one: Again) -> dict[str, object]:
    from engine.records import asdict

    return asdict(one)


def _said(url: str, renewed: Renewed) -> list[str]:
    kind = "a rehearsal" if renewed.rehearsal else "restored"
    lines = [f"{url} is {kind}: {renewed.campaigns} campaigns, {renewed.records} records"]
    lines += [f"{renewed.due} moments are due: the next sweep takes them"] if renewed.due else []
    if renewed.again:
        lines.append(f"{len(renewed.again)} messages wait; those that went out since the backup go out again:")
        lines += [f"  {one.campaign} {one.notice}  {one.recipient}  {one.subject}" for one in renewed.again[:MOST]]
        lines += [f"  and {len(renewed.again) - MOST} more"] if len(renewed.again) > MOST else []
    return lines
