"""Whether a database can be written to, which only writing shows."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from engine.clock import token
from engine.errors import DatabaseProblem, no_room, os_word
from engine.store.database import Database

ROOM: Final = 1 << 20
"""How many bytes there must be room for."""
NOTHING: Final = "INSERT INTO journal SELECT * FROM journal WHERE FALSE RETURNING seq"


class _Enough(Exception):
    """Ends a transaction of which nothing is to be kept."""


def try_to_write(database: Database) -> None:
    """Write what changes nothing, as a command would; DatabaseProblem says why that cannot be done."""
    if database.is_postgres:
        _on_a_server(database)
        return
    _in_a_file(database)
    if database.file is not None:
        _beside(database.file, database.url)


def _on_a_server(database: Database) -> None:
    """Add no record: a server that only reads refuses that, and so does one where the right is lacking."""
    with suppress(_Enough), database.write() as work:
        work.rows(NOTHING)
        raise _Enough


def _in_a_file(database: Database) -> None:
    """Commit a number that stands in the file to it: its first page goes by the journal to the disk."""
    with database.lent() as connection:
        connection.execute("BEGIN IMMEDIATE")
        (kept,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {kept}")
        connection.execute("COMMIT")


def _beside(file: Path, url: str) -> None:
    """Write a file of some size beside the database, where its journal and what it grows by must find room."""
    trial = file.with_name(f".{file.name}.{token()[:8]}")
    try:
        _written(trial)
    except OSError as error:
        raise DatabaseProblem(url=url, why=os_word(error), cure="room" if no_room(error) else "writable") from error
    finally:
        with suppress(OSError):
            trial.unlink()


def _written(path: Path) -> None:
    with path.open("xb") as file:
        file.write(bytes(ROOM))
        file.flush()
        os.fsync(file.fileno())
