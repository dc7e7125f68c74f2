"""What a driver raised, said as one of our own errors: what is wrong, and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import DatabaseBusy, DatabaseDamaged, DatabaseProblem, RowRefused
from engine.store.codec import RowMissing, Unreadable

BUSY_STATES = {"55P03", "40P01", "40001"}
"""PostgreSQL: a lock not granted in time, a deadlock, a conflict of transactions."""
REFUSALS = {"IntegrityError", "DataError"}
"""What drivers raise for a row that breaks a constraint, or does not fit its column."""
CURES = {
    "is full": "room",
    "No space left on device": "room",
    "disk I/O error": "disk",
    "authentication failed": "password",
    "does not exist": "url",
    "starting up": "wait",
    "not yet accepting": "wait",
    "connection": "server",
    "readonly": "writable",
    "read-only": "writable",
    "unable to open": "writable",
    "not a database": "database_file",
}
"""What to do by what the driver says, as a code of the labels `cure`."""
NO_TEXT = "Could not decode to UTF-8"
"""SQLite: what the driver says of a text whose bytes are none."""
LONGEST = 300


@contextmanager
def translated(url: str, raised: type[Exception]) -> Iterator[None]:
    """Say what the driver raises, wrapped by SQLAlchemy or not, as one of our own errors."""
    try:
        yield
    except UnicodeDecodeError as error:
        # So Python says it where the words about a text that is none hold that text.
        raise DatabaseDamaged(url=url, why=_short(f"a text is no UTF-8: {error}")) from error
    except (Unreadable, RowMissing) as error:
        raise DatabaseDamaged(url=url, why=_short(str(error))) from error
    except Exception as error:
        cause = getattr(error, "orig", error)
        if not isinstance(cause, raised):
            raise
        raise problem(url, cause) from error


def problem(url: str, cause: BaseException) -> DatabaseProblem:
    """Return the error of ours that says what the driver raised."""
    why = _short(next(iter(str(cause).strip().splitlines()), "no reason given"))
    if _is_busy(cause):
        return DatabaseBusy(url=url, why=why)
    if any(kind.__name__ in REFUSALS for kind in type(cause).__mro__):
        return RowRefused(url=url, why=why)
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT or NO_TEXT in why:
        return DatabaseDamaged(url=url, why=why)
    cures = (cure for words, cure in CURES.items() if words in why)
    return DatabaseProblem(url=url, why=why, cure=next(cures, "all"))


def _short(why: str) -> str:
    """Return what is said as far as a line may hold it: a cell that is quoted may be a whole workflow."""
    return why if len(why) <= LONGEST else f"{why[:LONGEST]}…"


def _is_busy(cause: BaseException) -> bool:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or getattr(cause, "sqlstate", "") in BUSY_STATES
