"""Bringing a database to the newest revision, with Alembic."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final

from engine.store.database import Database, connect, vetted
from engine.store.revisions import REVISION, require_known, require_shape
from engine.store.work import UnitOfWork

FOLDER: Final = Path(__file__).parent
First = Callable[[Database, UnitOfWork], object]
"""Writes what a database begins with, within the transaction that lays its tables: nobody finds them without it."""


def upgrade(url: str, first: First | None = None) -> Database:
    """Create or upgrade the database at `url` and return it; a newer or retired one is refused and left as it is."""
    return upgrade_by(url, FOLDER, first)


def upgrade_by(url: str, folder: Path, first: First | None = None) -> Database:
    """Do so by the migrations of a folder; whatever goes wrong leaves the revision that was there."""
    database = connect(url, create=True, vet=require_known)
    try:
        if vetted(database, require_known) != REVISION:
            _run(database, folder, first)
        vetted(database, require_shape)
    except BaseException:
        database.close()
        raise
    return database


def in_memory() -> Database:
    """Return an empty database of the newest revision that lives in memory only."""
    database = connect("sqlite://", create=True)
    with database.lent() as connection:
        connection.deserialize(_empty())
    return database


@cache
def _empty() -> bytes:
    """Return an empty database as bytes: laying out the tables costs thirty times what reading them does."""
    from engine.store.tables import statements

    with closing(connect("sqlite://", create=True)) as database, database.lent() as connection:
        for statement in statements("sqlite"):
            connection.execute(statement)
        return bytes(connection.serialize())


def _run(database: Database, folder: Path, first: First | None) -> None:
    # A replay wants an empty database, not Alembic, which takes long to import.
    from alembic import command
    from alembic.config import Config

    from engine.store.alchemy import engine_of

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    with database.translated(), engine_of(database).connect() as connection:
        writing = connection.execution_options(phasegate_writes=True)
        writing.begin()
        work = UnitOfWork(writing.connection.driver_connection, is_postgres=database.is_postgres)
        work.alone()
        config.attributes["connection"] = writing
        command.upgrade(config, "head")
        # Within the same transaction: what does not lead to the right tables leaves the old ones.
        require_shape(work.rows, database.backend, database.url)
        if first is not None:
            first(database, work)
            work.flush()
        writing.commit()
