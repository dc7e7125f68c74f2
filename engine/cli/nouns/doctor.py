"""`phasegate doctor`: whether this installation is sound, and what to do where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from engine import words
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import Table, answer, emit
from engine.cli.shell.verbs import Verb
from engine.records import asdict, record, replace
from notifications.settings import masked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from engine.bootstrap import Settings
    from engine.service.audit.installation import Health
    from engine.service.delivery.standing import WorkStanding
    from engine.service.kernel.desk import Desk

PACKAGES = ("engine", "notifications", "workflows")
LEAST_PYTHON = (3, 11)
FEW = 5
LONG = 15
Mark = Literal["ok", "note", "warning", "error"]


@record(kw_only=False)
class Checked:
    """One thing that was looked at."""

    what: str
    mark: Mark
    said: str


@click.command(cls=Verb, example=("phasegate doctor", "phasegate doctor --json"))
@pass_context
def doctor(ctx: Context) -> None:
    """Look at Python, packages, SQLite, database, calendars, channels, lag and contacts.

    Ends with 1 where something is an error; warnings are for the office to look at.
    """
    looked = [*_program(), *_calendars(ctx), *_settings(ctx), *_channels(ctx), _links(ctx), *_database(ctx)]
    found = [replace(one, said=masked(one.said, ctx.hidden())) for one in looked]
    sound = all(one.mark != "error" for one in found)
    rows = [(one.mark, one.what, one.said) for one in found]
    data = {"sound": sound, "checks": [asdict(one) for one in found]}
    emit(ctx, data, [Table(("is", "what", "found"), rows), "sound" if sound else "not sound"])
    if not sound:
        answer(1)


# --- the program ---


def _program() -> Iterator[Checked]:
    import sqlite3
    import sys
    from importlib import import_module

    version = ".".join(map(str, sys.version_info[:3]))
    yield Checked("python", "ok" if sys.version_info[:2] >= LEAST_PYTHON else "error", version)
    for name in PACKAGES:
        yield _origin(import_module(name))
    yield Checked("sqlite", "ok", f"{sqlite3.sqlite_version} ({_wal(sqlite3.sqlite_version_info)})")


def _origin(package: ModuleType) -> Checked:
    """Say where a package comes from; all of ours lie in one folder."""
    from pathlib import Path

    home = Path(__file__).resolve().parents[3]
    origin = Path(package.__file__ or "").resolve()
    if origin.parent.parent == home:
        return Checked(f"package {package.__name__}", "ok", str(origin.parent))
    said = f"{origin.parent} is not ours ({home}) — another package bears the name; use a fresh environment"
    return Checked(f"package {package.__name__}", "error", said)


def _wal(version: tuple[int, ...]) -> str:
    from engine.store.sqlite import wal_is_safe

    return "has the WAL-reset fix" if wal_is_safe(version) else "lacks the WAL-reset fix: a rollback journal is used"


# --- calendars and channels ---


def _calendars(ctx: Context) -> Iterator[Checked]:
    from engine import calendar

    today = ctx.now.date()
    for name in calendar.names():
        days = calendar.load(name)
        loaded = f"{min(days.years)}…{max(days.years)}" if days.years else "no year"
        missing = [year for year in (today.year, today.year + 1) if year not in days.years]
        late = today.year in missing or (missing and today.month == 12)
        said = f"shipped: {loaded}"
        if missing:
            years = ", ".join(map(str, missing))
            said += f"; provisional: {years} — `phasegate calendar apply FILE` once the notice is out"
        yield Checked(f"calendar {name}", "warning" if late else "note" if missing else "ok", said)


def _settings(ctx: Context) -> Iterator[Checked]:
    """Say what is wrong with settings that are no channel's, and which names are none of ours."""
    from engine.bootstrap import unknown_settings, wrong_with_own

    wrong = wrong_with_own(ctx.settings())
    yield from (Checked("settings", "error", words.line(each.key, each.facts)) for each in wrong)
    if strange := unknown_settings(ctx.settings().given):
        yield Checked("settings", "warning", f"nobody reads {', '.join(strange)} — see docs/command-line.md")
    elif not wrong:
        yield Checked("settings", "ok", "read")


def _channels(ctx: Context) -> Iterator[Checked]:
    from notifications.channels import channel_names

    for name in channel_names():
        yield from _channel(ctx.settings(), name)


def _channel(settings: Settings, name: str) -> Iterator[Checked]:
    """Say whether a channel is ready; every setting that is wrong is named, where somebody wants it."""
    from engine.bootstrap import DEFAULT_SENDER
    from notifications.channels import is_set_up, open_channel, wrong_with
    from notifications.notice import NoticeError

    wanted, wrong = is_set_up(name, settings.given), wrong_with(name, settings.given)
    for each in wrong if wanted else wrong[:1]:
        yield Checked(f"channel {name}", "error" if wanted else "note", words.line(each.key, each.facts))
    if wrong:
        return
    try:
        open_channel(name, settings.given)
    except NoticeError as error:
        yield Checked(f"channel {name}", "error" if wanted else "note", words.line(error.key, error.facts))
        return
    plain = name == "smtp" and settings.sender == DEFAULT_SENDER
    said = f"the sender is {DEFAULT_SENDER} — set PHASEGATE_SENDER" if plain else "ready"
    yield Checked(f"channel {name}", "warning" if plain else "ok", said)


def _links(ctx: Context) -> Checked:
    from engine.service.signing.keys import doubts, links_from
    from notifications.notice import NoticeError

    given = ctx.settings().given
    try:
        links = links_from(given)
    except NoticeError as error:
        return Checked("links", "error", words.line(error.key, error.facts))
    if links is None:
        return Checked("links", "note", "no unit can sign by a link — PHASEGATE_LINK_URL, see docs/receipts.md")
    keys = "one key" if len(links.keys) == 1 else f"{len(links.keys)} keys"
    said = f"{links.url}, {keys}, {links.days} days"
    wrong = "; ".join(doubts(given, links))
    return Checked("links", "warning" if wrong else "ok", f"{said}; {wrong}" if wrong else said)


# --- the database ---


def _database(ctx: Context) -> Iterator[Checked]:
    """Look at the database from the ground up; what cannot be read is told, and what rests on it left out."""
    from engine.errors import DatabaseProblem
    from engine.service.audit.installation import health

    try:
        desk = ctx.desk()
        yield from _parts(desk)
        yield _writing(desk)
        found = health(desk)
        mode = f", journal mode {found.journal_mode}" if found.journal_mode else ""
        yield Checked("database", "ok", f"{desk.database.url}, revision {found.revision}{mode}")
        yield _kept(desk)
        yield Checked("campaigns", "ok", f"{found.standing.campaigns}, running: {found.standing.running}")
        yield from _running(ctx, found)
    except DatabaseProblem as error:
        yield Checked("database", "error", error.line())


def _kept(desk: Desk) -> Checked:
    """Say whether what is recorded outlives a loss of power."""
    from engine.store.keeping import forgets

    lost = forgets(desk.database)
    said = f"{lost}: what is recorded may be gone with the power — choose a disk, switch the safeguards on"
    return Checked("keeping", "warning" if lost else "ok", said if lost else "what is recorded reaches the disk")


def _parts(desk: Desk) -> Iterator[Checked]:
    """Say of each part of the database whether it is whole; `db check` also holds each row against the history."""
    from engine.service.audit.soundness import parts

    for part in parts(desk, replays=False):
        more = f" and {len(part.findings) - FEW} more" if len(part.findings) > FEW else ""
        wrong = "; ".join(part.findings[:FEW]) + more + " — `phasegate db check`, then restore a backup"
        yield Checked(part.name, "error" if part.findings else "ok", wrong if part.findings else part.said)


def _writing(desk: Desk) -> Checked:
    """Say whether anything can be recorded: a file that is read without trouble need not be writable."""
    from engine.errors import DatabaseBusy, DatabaseProblem
    from engine.store.trying import try_to_write

    try:
        try_to_write(desk.database)
    except DatabaseBusy as error:
        return Checked("writing", "warning", error.line())
    except DatabaseProblem as error:
        return Checked("writing", "error", error.line())
    return Checked("writing", "ok", "what is recorded is kept")


def _running(ctx: Context, found: Health) -> Iterator[Checked]:
    if found.clock_behind:
        said = "behind the last record — set it right, or `phasegate clock accept --reason …`"
        yield Checked("clock", "error", said)
    else:
        yield Checked("clock", "ok", ctx.now.isoformat())
    yield _lag(found.standing)
    yield from _lanes(ctx)
    yield from _workers(found.standing)
    yield from _waiting(found.standing)
    yield _contacts(found)


def _lanes(ctx: Context) -> Iterator[Checked]:
    """Say which channels are left alone for a while because they failed (SEMANTICS Y3)."""
    from zoneinfo import ZoneInfo

    from engine.cli.shell.context import ZONE
    from engine.service.delivery.views.outbox import ways

    for way in ways(ctx.desk(), ZoneInfo(ZONE)):
        if way["until"] and not way["recipient"]:
            said = f"left alone until {way['until']}: {way['reason']} — mend it, then `phasegate outbox resume`"
            yield Checked(f"outbox {way['channel']}", "warning", said)


def _lag(found: WorkStanding) -> Checked:
    if found.oldest_due is None:
        return Checked("lag", "ok", "nothing is due")
    minutes = int(found.lag_in_seconds // 60)
    said = f"oldest due moment {found.oldest_due.isoformat()}, {minutes} minutes ago — is `phasegate serve` running?"
    return Checked("lag", "warning" if minutes >= FEW else "ok", said)


def _workers(found: WorkStanding) -> Iterator[Checked]:
    """Say who serves, and name each whose place in the roll has grown cold."""
    said = "nobody serves — `phasegate serve`, or `phasegate sweep` from a cron line"
    yield Checked("workers", "ok" if found.serving else "note", f"{found.serving} alive" if found.serving else said)
    for one in found.workers:
        if one.stands in ("late", "dead"):
            worker, minutes = one.worker, int((found.at - one.worker.seen_at).total_seconds() // 60)
            said = f"{one.stands}, not seen for {minutes} minutes (host {worker.host}, process {worker.pid})"
            yield Checked(f"worker {worker.identity}", "warning" if one.stands == "dead" else "note", said)


def _waiting(found: WorkStanding) -> Iterator[Checked]:
    aside = f"{found.aside} put aside — `phasegate campaign show KEY`"
    yield Checked("notices aside", "error" if found.aside else "ok", aside if found.aside else "none")
    failed = f"{found.failed} not delivered — `phasegate outbox list`, then `phasegate outbox retry`"
    yield Checked("messages failed", "error" if found.failed else "ok", failed if found.failed else "none")
    minutes = int(found.waiting_in_seconds // 60)
    slow = minutes >= LONG
    said = f"{found.queued} queued, {found.leased} in hand"
    late = f"; one could have gone {minutes} minutes ago — is `phasegate serve` running, does the channel answer?"
    yield Checked("outbox", "warning" if slow else "ok", said + (late if slow else ""))


def _contacts(found: Health) -> Checked:
    lacking = found.without_contact
    if not lacking:
        return Checked("contacts", "ok", "every unit that owes something has a liaison")
    named = "、".join(f"{one.unit} ({one.campaign})" for one in lacking[:FEW])
    more = f" and {len(lacking) - FEW} more" if len(lacking) > FEW else ""
    return Checked("contacts", "error", f"no liaison: {named}{more} — `phasegate units contact`")
