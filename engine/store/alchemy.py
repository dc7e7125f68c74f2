"""SQLAlchemy on a database of ours: for migrations and for looking at what they lay out, imported only then."""

from __future__ import annotations

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool

from engine.store.database import Begin, Database
from engine.store.postgres import PostgresPool
from engine.store.sqlite import SqlitePool


def engine_of(database: Database) -> Engine:
    """Return an engine; its transactions begin like ours, for writing where `phasegate_writes` is an option."""
    engine = _on(database)
    event.listen(engine, "begin", lambda connection: _begun(connection, database.begin))
    return engine


def _on(database: Database) -> Engine:
    pool = database.pool
    if isinstance(pool, PostgresPool):
        return pool.engine.execution_options()
    if isinstance(pool, SqlitePool):
        return create_engine("sqlite://", creator=pool.opened, poolclass=NullPool)
    raise TypeError(f"SQLAlchemy knows nothing of {type(pool).__name__}")


def _begun(connection: Connection, begin: Begin) -> None:
    writes = connection.get_execution_options().get("phasegate_writes")
    connection.exec_driver_sql(begin.writing if writes else begin.reading)
