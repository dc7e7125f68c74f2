"""Bringing a database to the newest revision, with Alembic."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from engine.errors import DatabaseProblem
from engine.store.codec import KEPT
from engine.store.database import REVISION, Database, connect, newer, revision, translated
from engine.store.work import Work

FOLDER = Path(__file__).parent


def upgrade(url: str) -> Database:
    """Create or upgrade the database at `url` and return it; a newer one is refused."""
    database = connect(url, create=True)
    try:
        _bring_up(database)
    except DatabaseProblem:
        database.close()
        raise
    return database


def _bring_up(database: Database) -> None:
    found = revision(database)
    if found is not None and found > REVISION:
        raise newer(database, found)
    if found != REVISION:
        _run(database)


def in_memory() -> Database:
    """Return an empty database of the newest revision that lives in memory only."""
    database = connect("sqlite://", create=True)
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.deserialize(_empty())
    return database


@cache
def _empty() -> bytes:
    """Return an empty database as bytes: laying out the tables costs thirty times what reading them does."""
    from sqlmodel import SQLModel

    from engine.store import tables as tables

    database = connect("sqlite://", create=True)
    with database.engine.begin() as connection:
        SQLModel.metadata.create_all(connection, tables=[SQLModel.metadata.tables[p.table] for p in KEPT.values()])
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        return bytes(raw.serialize())


def _run(database: Database) -> None:
    # A replay wants an empty database, not Alembic, which takes long to import.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with translated(database), database.engine.connect() as connection:
        writing = connection.execution_options(phasegate_writes=True)
        writing.begin()
        Work(writing.connection.driver_connection, is_postgres=database.is_postgres).alone()
        config.attributes["connection"] = writing
        command.upgrade(config, "head")
        writing.commit()
