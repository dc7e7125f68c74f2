"""The tables as SQLModel lays them out, made of `store.schema`.

Dates are ISO text, instants are milliseconds since 1970 in UTC, flags are 0 and 1. Rows are never handed out:
`store.codec` turns them into the frozen records of `engine.model`.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import new_class
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, MetaData, Text, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from engine.store.schema import FUNCTION, KEPT, TRIGGERS, Stored, Table, TableColumn, columns

KEY: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
KINDS: dict[Stored, type[TypeEngine[Any]]] = {"whole": BigInteger, "text": Text, "bytes": LargeBinary}
DIALECTS: dict[str, Dialect] = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call]


def metadata() -> MetaData:
    """Return all tables, for migrations and for comparing with a database."""
    return SQLModel.metadata


def _row(record: type, table: Table) -> type[SQLModel]:
    made = columns(record)
    body = {
        "__tablename__": table.table,
        "__table_args__": (*_constraints(table), {"sqlite_with_rowid": not table.is_clustered}),
        "__annotations__": {each.name: _annotation(each) for each in made},
        "__module__": __name__,
        **{each.name: _field(each, table) for each in made},
    }
    return new_class(f"{record.__name__}Row", (SQLModel,), {"table": True}, lambda space: space.update(body))


def _constraints(table: Table) -> Iterator[UniqueConstraint | Index]:
    yield from (UniqueConstraint(*each) for each in table.unique)
    yield from (Index(name, *each) for name, each in table.indexes)


def _annotation(column: TableColumn) -> Any:
    plain: Any = {"whole": int, "text": str, "bytes": bytes}[column.stored]
    return plain | None if column.may_be_empty else plain


def _field(column: TableColumn, table: Table) -> Any:
    if column.name in table.key:
        kind = KEY if column.stored == "whole" else Text
        return Field(primary_key=True, sa_type=kind, sa_column_kwargs={"autoincrement": False})
    absent: dict[str, Any] = {"default": None} if column.may_be_empty else {}
    return Field(**absent, sa_type=KINDS[column.stored], nullable=column.may_be_empty)


ROWS: dict[type, type[SQLModel]] = {record: _row(record, table) for record, table in KEPT.items()}
"""The class of each record's rows."""


# --- as statements ---


def statements(backend: str) -> Iterator[str]:
    """Yield the statements that lay everything out on a kind of database: tables, indexes, triggers."""
    laid = metadata().tables
    for table in (laid[each.table] for each in KEPT.values()):
        yield _text(CreateTable(table), backend)
        yield from (_text(CreateIndex(index), backend) for index in sorted(table.indexes, key=_name))
    if backend == "postgresql":
        yield FUNCTION
    yield from TRIGGERS[backend].values()
    if backend == "postgresql":
        yield from (f"ALTER TABLE journal ENABLE ALWAYS TRIGGER {name}" for name in TRIGGERS[backend])


def _name(index: Index) -> str:
    return str(index.name)


def _text(statement: CreateTable | CreateIndex, backend: str) -> str:
    lines = str(statement.compile(dialect=DIALECTS[backend])).strip().replace("\t", "    ").splitlines()
    return "\n".join(line.rstrip() for line in lines)
