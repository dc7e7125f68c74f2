"""PostgreSQL: what is to be written, or read, as one statement, so that it takes one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from engine.store.codec import RowMissing
from engine.store.drawer import Write

MOST = 48
"""How many rows are written by one statement at the most; of more, a statement each costs less."""
MISSING = "22012"
"""The state of a division by zero."""
One = tuple[str, list[Any]]


def together(writes: Sequence[Write]) -> One | None:
    """Return one statement that does all of it, in this order, and its values; None where it is too much.

    It fails with a division by zero where a row that is to be changed is not there. Its marks are those of the
    server: a text with so many of psycopg's is taken apart anew each time.
    """
    if sum(len(write.rows) for write in writes) > MOST:
        return None
    text = _statement(tuple((write.sql, write.changes) for write in writes for _ in write.rows))
    return text, [value for write in writes for row in write.rows for value in row]


def run_together(connection: Any, one: One) -> None:
    """Run it."""
    from psycopg import RawCursor

    RawCursor(connection).execute(*one)


@contextmanager
def nothing_missing(one: One) -> Iterator[None]:
    """Raise RowMissing where a row that was to be changed was not there."""
    try:
        yield
    except Exception as error:
        if getattr(error, "sqlstate", "") != MISSING:
            raise
        raise RowMissing(f"not all of it was there to change: {one[0]}") from error


@lru_cache(maxsize=512)
def _statement(shapes: tuple[tuple[str, bool], ...]) -> str:
    parts = ", ".join(f"w{n} AS ({sql} RETURNING 1)" for n, (sql, _) in enumerate(shapes))
    # Each part is counted, for what is not asked for is done at the end, in an order of its own.
    counts = " AND ".join(
        f"(SELECT count(*) FROM w{n}) {'=' if changes else '<='} 1" for n, (_, changes) in enumerate(shapes)
    )
    first, *rest = f"WITH {parts} SELECT 1 / ({counts})::int".split("%s")
    return first + "".join(f"${n}{text}" for n, text in enumerate(rest, 1))


@lru_cache(maxsize=512)
def union(selects: tuple[str, ...]) -> str:
    """Return one statement for several that read: each row is the place of its question, and its columns as JSON."""
    return " UNION ALL ".join(_numbered(n, text) for n, text in enumerate(selects))


def _numbered(place: int, select: str) -> str:
    columns, _, rest = select.removeprefix("SELECT ").partition(" FROM ")
    return f"SELECT {place}, json_build_array({columns}) FROM {rest}".replace("?", "%s")
