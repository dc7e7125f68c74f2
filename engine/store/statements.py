"""The texts of the statements for one kind of record, made once."""

from __future__ import annotations

from functools import lru_cache

from engine.records import record
from engine.store.codec import by_table


@record(kw_only=False)
class Statements:
    """Reading all or one, adding and removing."""

    select: str
    get: str
    insert: str
    insert_if_absent: str
    delete: str


@lru_cache(maxsize=128)
def statements(table: str, mark: str) -> Statements:
    """Return the statements for a table; `mark` stands for each value, in the driver's own way."""
    how = by_table(table)
    columns = ", ".join(f'"{c}"' for c in how.columns)
    marks = ", ".join([mark] * len(how.columns))
    select = f'SELECT {columns} FROM "{table}"'
    insert = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'
    return Statements(
        select=select,
        get=f"{select} WHERE {equal(how.key, mark)}",
        insert=insert,
        insert_if_absent=f"{insert} ON CONFLICT DO NOTHING",
        delete=f'DELETE FROM "{table}" WHERE {equal(how.key, mark)}',
    )


@lru_cache(maxsize=512)
def update(table: str, columns: tuple[str, ...], mark: str) -> str:
    """Return the statement that changes some columns of one record of a table."""
    sets = ", ".join(f'"{c}" = {mark}' for c in columns)
    return f'UPDATE "{table}" SET {sets} WHERE {equal(by_table(table).key, mark)}'


@lru_cache(maxsize=512)
def equal(columns: tuple[str, ...], mark: str) -> str:
    """Return the condition that some columns have given values."""
    return " AND ".join(f'"{c}" = {mark}' for c in columns)
