"""What a database looks like, beside what it must look like: tables, columns, keys, what is unique, triggers.

A **shape** names each part and says how it is. SQLite is asked what it kept of the statements that laid it out, which
is read in a tenth of a millisecond and held against one digest; part by part it is only looked at where that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

from engine.store.schema import FUNCTION, KEPT, TRIGGERS, Stored, Table, columns

Fetch = Callable[[str], Sequence[Any]]
"""Runs a statement without values and returns its rows."""
Shape = dict[str, str]
KINDS: Final[dict[str, dict[Stored, str]]] = {
    "sqlite": {"whole": "BIGINT", "text": "TEXT", "bytes": "BLOB"},
    "postgresql": {"whole": "bigint", "text": "text", "bytes": "bytea"},
}
OURS: Final = ", ".join(f"'{table.table}'" for table in KEPT.values())
LAID_OUT: Final = f"""
SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({OURS}) AND sql IS NOT NULL ORDER BY type, name
"""
CATALOG: Final = f"""
WITH ours AS (
    SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) AND relname IN ({OURS})
), found AS (
    SELECT i.*, relname, (
        SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(indkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute ON attrelid = indrelid AND attnum = number
    ) AS columns FROM pg_index AS i JOIN ours ON ours.oid = indrelid WHERE indisvalid
)
SELECT 'column ' || relname || '.' || attname,
    format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN '' ELSE ', may be empty' END
FROM ours JOIN pg_attribute ON attrelid = ours.oid WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT CASE WHEN indisprimary THEN 'key ' || relname
    WHEN indisunique THEN 'unique ' || relname || ' (' || columns || ')'
    ELSE 'index ' || indexrelid::regclass END,
    CASE WHEN indisprimary THEN columns WHEN indisunique THEN '' ELSE relname || ' (' || columns || ')' END
        || CASE WHEN indpred IS NULL THEN '' ELSE ', of some rows' END
FROM found
UNION ALL
SELECT 'trigger ' || tgname, pg_get_triggerdef(t.oid, true)
    || CASE tgenabled WHEN 'A' THEN '' ELSE ', not always enabled' END || ' ' || prosrc
FROM pg_trigger AS t JOIN ours ON ours.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal
"""


def found(fetch: Fetch, backend: str) -> Shape:
    """Return the shape of our tables in a database."""
    rows = fetch(CATALOG) if backend == "postgresql" else _in_sqlite(fetch)
    return {str(place): _plain(how) for place, how in rows}


def digest(fetch: Fetch, backend: str) -> str:
    """Return what tells at once whether our tables are laid out as ever."""
    rows = fetch(LAID_OUT if backend == "sqlite" else CATALOG)
    lines = sorted("\t".join([*map(_plain, row)]) for row in rows)
    return sha256("\n".join(lines).encode()).hexdigest()


def declared(backend: str) -> Shape:
    """Return the shape that `store.schema` declares."""
    made = {place: how for record, table in KEPT.items() for place, how in _of(record, table, backend)}
    body = f" {FUNCTION.split('$$')[1]}" if backend == "postgresql" else ""
    return made | {f"trigger {name}": _plain(sql + body) for name, sql in TRIGGERS[backend].items()}


def differences(is_: Shape, must: Shape, *, indexes: bool = True) -> Iterator[str]:
    """Yield what differs, by name; without `indexes` only what decides about right and wrong, not about speed."""
    for place in sorted({*is_, *must}):
        if is_.get(place) == must.get(place) or (place.startswith("index ") and not indexes):
            continue
        if place not in is_:
            yield f"{place} is missing"
        elif place not in must:
            yield f"{place} is none of ours"
        else:
            yield f"{place} is {is_[place]!r} and not {must[place]!r}"


def _plain(text: Any) -> str:
    return " ".join(str(text).split())


# --- declared ---


def _of(record: type, table: Table, backend: str) -> Iterator[tuple[str, str]]:
    for column in columns(record):
        kind = KINDS[backend][column.stored]
        if backend == "sqlite" and column.name in table.key and column.stored == "whole":
            kind = "INTEGER"
        yield f"column {table.table}.{column.name}", kind + (", may be empty" if column.may_be_empty else "")
    yield f"key {table.table}", ", ".join(table.key) + (", clustered" if _clusters(table, backend) else "")
    yield from ((f"unique {table.table} ({', '.join(each)})", "") for each in table.unique)
    yield from ((f"index {name}", f"{table.table} ({', '.join(each)})") for name, each in table.indexes)


def _clusters(table: Table, backend: str) -> bool:
    return table.is_clustered and backend == "sqlite"


# --- in SQLite ---


def _in_sqlite(fetch: Fetch) -> Iterator[tuple[str, str]]:
    for kind, name, sql in fetch(LAID_OUT):
        if kind == "table":
            yield from _table(fetch, name, sql)
        elif kind == "trigger":
            yield f"trigger {name}", sql


def _table(fetch: Fetch, name: str, sql: str) -> Iterator[tuple[str, str]]:
    key: dict[int, str] = {}
    for _, column, kind, is_needed, _, place, _ in fetch(f'PRAGMA table_xinfo("{name}")'):
        yield f"column {name}.{column}", kind + ("" if is_needed else ", may be empty")
        if place:
            key[place] = column
    clustered = ", clustered" if "WITHOUT ROWID" in sql else ""
    yield f"key {name}", ", ".join(key[place] for place in sorted(key)) + clustered
    for _, index, is_unique, origin, is_partial in fetch(f'PRAGMA index_list("{name}")'):
        if origin != "pk":
            yield _index(name, index, _names(fetch(f'PRAGMA index_info("{index}")')), is_unique, is_partial)


def _index(table: str, index: str, names: str, is_unique: bool, is_partial: bool) -> tuple[str, str]:
    some = ", of some rows" if is_partial else ""
    return (f"unique {table} ({names})", some) if is_unique else (f"index {index}", f"{table} ({names}){some}")


def _names(rows: Iterable[Sequence[Any]]) -> str:
    return ", ".join(str(row[2]) for row in rows)
