"""Connections to PostgreSQL: SQLAlchemy's pool; nothing of it is imported for a SQLite file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.store.pool import Backend, Hook, Lent

DRIVER = "postgresql+psycopg"


class PostgresPool:
    """Lends connections to one database of a server; ModuleNotFoundError where the driver is not installed."""

    backend: Backend = "postgresql"
    file: Path | None = None

    def __init__(self, address: URL) -> None:
        # Each transaction is begun by a statement of ours: psycopg would send one more round trip for it.
        self.engine = create_engine(address, isolation_level="AUTOCOMMIT")
        self.error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        self.on_connect: list[Hook] = [_with_one_kind_of_number, _with_nothing_prepared_behind_a_pooler]
        self.on_lend: list[Hook] = []
        event.listen(self.engine, "connect", lambda connection, _: _tell(self.on_connect, connection))
        event.listen(self.engine, "checkout", lambda connection, *_: _tell(self.on_lend, connection))

    def lend(self) -> Lent:
        """Lend a connection on which nothing has begun."""
        return self.engine.raw_connection()

    def was_lost(self, lent: Lent, error: Exception) -> bool:
        """Tell whether an error says that the connection is gone."""
        said: Any = error
        on: Any = lent
        return self.engine.dialect.is_disconnect(said, on, None)

    def close(self) -> None:
        """Close those that are not lent; a later asker is given a new one."""
        self.engine.dispose()

    @property
    def address(self) -> str:
        """The URL as PostgreSQL's own programs take it, without the password."""
        at = _without_secrets(self.engine.url)
        return URL.create("postgresql", at.username, None, at.host, at.port, at.database, at.query).render_as_string()


class Unescaped(ValueError):
    """Something of a URL holds an `@` that was not escaped: part of the password would be taken for the host."""


def shown(target: URL) -> str:
    """Return a URL as it may be shown, without any password."""
    return _without_secrets(target).render_as_string(hide_password=True)


def _without_secrets(target: URL) -> URL:
    return target.difference_update_query([key for key in target.query if "password" in key.lower()])


def parsed(url: str) -> URL:
    """Return what a URL of PostgreSQL says; ValueError where it is none."""
    try:
        target = make_url(url)
        if "+" not in target.drivername:
            target = target.set(drivername=DRIVER)
        target.get_dialect()
        if "@" in f"{target.host}{target.database}":
            raise Unescaped
    except ArgumentError as error:
        raise ValueError(str(error)) from error
    return target


def _tell(hooks: list[Hook], connection: Any) -> None:
    for hook in hooks:
        hook(connection)


def _with_one_kind_of_number(connection: Any) -> None:
    """Have whole numbers sent as one type: a statement is prepared for each combination of types."""
    from psycopg.types.numeric import Int8BinaryDumper

    connection.adapters.register_dumper(int, Int8BinaryDumper)


def _with_nothing_prepared_behind_a_pooler(connection: Any) -> None:
    """Have nothing prepared where somebody stands between: the next transaction may run on another connection.

    A pooler such as PgBouncer gives its clients a process number of its own making to cancel by.
    """
    found = connection.execute("SELECT pg_backend_pid()").fetchone()
    if not connection.autocommit:
        connection.rollback()
    if found[0] != connection.info.backend_pid:
        connection.prepare_threshold = None
