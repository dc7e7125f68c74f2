"""`phasegate db`: the database itself."""

from __future__ import annotations

import click

from engine.cli.nouns.db.founding import create, restore
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import answer, emit, progress
from engine.cli.shell.verbs import Noun


@click.group(cls=Noun)
def db() -> None:
    """Create or upgrade the database, back it up, check it."""


@db.command(example="phasegate db upgrade")
@pass_context
def upgrade(ctx: Context) -> None:
    """Bring the database to the revision of this program.

    A database made by a newer Phasegate, or by another program, is refused and left as it is. One that
    is not there yet is made by the first command that writes, or by `phasegate db create`.
    """
    from engine.bootstrap import here, masked, upgraded
    from engine.store.revisions import REVISION

    settings = ctx.settings()
    system = upgraded(settings, here())
    data = {"url": masked(settings.db), "revision": REVISION, "rehearsal": system.rehearsal}
    emit(ctx, data, f"{masked(settings.db)} is at revision {REVISION}")


@db.command(example="phasegate db backup /var/backups/phasegate-2026-10-09.db")
@click.argument("file")
@pass_context
def backup(ctx: Context, file: str) -> None:
    """Copy a SQLite database into a new file while it is in use, and check the copy.

    Nobody waits for it noticeably. Whoever writes meanwhile makes the copy begin anew; after ten
    minutes of that it gives up. For PostgreSQL it names the command of pg_dump.
    """
    from pathlib import Path

    from engine.service.audit.backing import back_up

    with progress("copy", 100) as bar:
        reached = [0]

        def forward(done: int, pages: int) -> None:
            percent = done * 100 // max(pages, 1)
            bar(max(percent - reached[0], 0))
            reached[0] = max(percent, reached[0])

        made = back_up(ctx.desk(), Path(file), forward)
    copied, checked = made.copied, made.checked
    data = {
        "file": file,
        "bytes": copied.size,
        "seconds": round(copied.seconds, 3),
        "restarts": copied.restarts,
        "longest_hold_seconds": round(copied.longest_hold, 4),
        "revision": checked.revision,
        "records": checked.records,
    }
    size = f"{copied.size / 1e6:.1f} MB in {copied.seconds:.1f} s"
    emit(
        ctx, data, f"{file}: {size}, whole, revision {checked.revision}, {checked.records} records up to their heads"
    )


@db.command(example="phasegate db check --db sqlite:////var/backups/phasegate-2026-10-09.db")
@pass_context
def check(ctx: Context) -> None:
    """Look whether the database is whole: pages, tables, texts, what is armed, the history and every row.

    Ends with 1 where something is wrong. Meant for a backup: with a rollback journal whoever writes
    waits while a table is looked through. The rows are held against the history lived again, as by
    `phasegate audit verify`.
    """
    from engine.service.audit.backing import check as look

    desk = ctx.desk()
    found = look(desk)
    said = f"whole, revision {found.revision}, {found.records} records up to their heads, each row as they say"
    data = {"url": desk.database.url, "sound": not found.findings, "revision": found.revision}
    data |= {"records": found.records, "findings": list(found.findings)}
    emit(ctx, data, [f"{desk.database.url}: {said if not found.findings else 'not sound'}", *found.findings])
    answer(1 if found.findings else 0)


for command in (create, restore):
    db.add_command(command)
