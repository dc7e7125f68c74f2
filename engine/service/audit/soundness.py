"""Whether a database is whole: its pages, its tables, its history, the texts it keeps, and what is armed (H8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from engine.errors import DatabaseDamaged, DatabaseProblem
from engine.records import record
from engine.service.audit.audit import AuditFinding, verify_all, verify_chain, wrong_texts
from engine.service.kernel.case import TimerKind
from engine.service.kernel.desk import Desk
from engine.store import backup
from engine.store.queries import armed, items
from engine.store.revisions import misshapen

MOST = 100
"""So many findings of one part are told; whoever has more restores a backup in any case."""


@record
class DatabasePart:
    """One part that was looked at: what was found of it, and every place that does not hold."""

    name: str
    said: str
    findings: tuple[str, ...]
    records: int = 0


def parts(desk: Desk, *, replays: bool) -> Iterator[DatabasePart]:
    """Look at one part after the other; where the pages are not whole, nothing else is read from them.

    With `replays` the whole history is lived again beside the rows, which alone finds a cell that was changed.
    """
    pages = _looked("pages", "whole", partial(backup.integrity, desk.database))
    yield pages
    if pages.findings:
        return
    yield _looked("tables", "as their revision says", partial(_tables, desk))
    yield _looked("texts", "as their hashes say", partial(_texts, desk))
    yield _looked("moments", "each that comes is armed", partial(_moments, desk))
    yield _history(desk, replays=replays)


def damage_behind(desk: Desk, error: Exception, *, replays: bool) -> DatabaseDamaged | None:
    """Return the damage that may be behind an error that nobody foresaw; None where the database is whole."""
    findings = [finding for part in parts(desk, replays=replays) for finding in part.findings]
    if not findings:
        return None
    more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
    why = f"{findings[0]}{more} ({type(error).__name__}: {error})"
    return DatabaseDamaged(url=desk.database.url, why=why)


def _looked(name: str, said: str, look: Callable[[], Iterable[str]]) -> DatabasePart:
    try:
        return DatabasePart(name=name, said=said, findings=tuple(islice(look(), MOST)))
    except DatabaseProblem as error:
        return DatabasePart(name=name, said=said, findings=(error.line(),))


def _tables(desk: Desk) -> Iterator[str]:
    with desk.database.read() as work:
        yield from misshapen(work.rows, desk.database.backend)


def _texts(desk: Desk) -> Iterator[str]:
    with desk.database.read() as work:
        yield from map(_said, wrong_texts(work))


def _moments(desk: Desk) -> Iterator[str]:
    with desk.database.read() as work:
        for number, campaign in armed.not_armed(work, TimerKind.RUNG, MOST):
            yield f"deadline[{number}]: its next moment is not armed (campaign {campaign})"
        for number, campaign in armed.astray(work, TimerKind.RUNG, MOST):
            yield f"armed[{number}]: no deadline waits for it (campaign {campaign})"
        for campaign, count in items.without_moment(work, TimerKind.ITEMS, MOST):
            yield f"item: {count} wait to be told and no moment is armed for it (campaign {campaign})"


def _history(desk: Desk, *, replays: bool) -> DatabasePart:
    try:
        found = verify_all(desk) if replays else verify_chain(desk)
    except DatabaseProblem as error:
        return DatabasePart(name="history", said="", findings=(error.line(),))
    rows = f", {found.rows} rows as it says" if replays else ""
    said = f"{found.records} records up to their heads{rows}"
    return DatabasePart(name="history", said=said, findings=tuple(map(_said, found.findings)), records=found.records)


def _said(found: AuditFinding) -> str:
    return f"{found.place}: {found.what}"
