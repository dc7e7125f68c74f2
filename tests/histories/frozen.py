"""A database as a file that any later program and either database can be given: its revision and all its rows."""

from __future__ import annotations

import json
import lzma
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config

from engine.store import migrations
from engine.store.alchemy import engine_of
from engine.store.database import Database, connect, revision
from engine.store.work import UnitOfWork

FOLDER = Path(__file__).parent / "frozen"
LEFT_OUT = frozenset({"alembic_version", "lane", "sending", "worker"})
"""What only says how work went on: no history follows it."""
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
}


def names() -> list[str]:
    """Return the names of all frozen histories."""
    return sorted(path.name.removesuffix(".jsonl.xz") for path in FOLDER.glob("*.jsonl.xz"))


def freeze(database: Database, name: str) -> int:
    """Write all rows of a database into a file, and return its size."""
    FOLDER.mkdir(exist_ok=True)
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in _lines(database))
    packed = lzma.compress(lines.encode(), preset=9 | lzma.PRESET_EXTREME)
    (FOLDER / f"{name}.jsonl.xz").write_bytes(packed)
    return len(packed)


def _lines(database: Database) -> Iterator[Any]:
    yield {"revision": revision(database), "written_on": database.backend}
    with database.read() as work:
        for row in work.rows(TABLES[database.backend]):
            if row[0] not in LEFT_OUT:
                yield from _table(work, row[0])


def _table(work: UnitOfWork, table: str) -> Iterator[Any]:
    columns = [row[0] for row in _columns(work, table)]
    listed = ", ".join(f'"{column}"' for column in columns)
    order = ", ".join(map(str, range(1, min(4, len(columns)) + 1)))
    yield {"table": table, "columns": columns}
    for row in work.rows(f'SELECT {listed} FROM "{table}" ORDER BY {order}'):
        yield [{"bytes": b64encode(bytes(v)).decode()} if isinstance(v, bytes | memoryview) else v for v in row]


def _columns(work: UnitOfWork, table: str) -> Sequence[Any]:
    if work.is_postgres:
        sql = "SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position"
        return work.rows(sql, (table,))
    return work.rows("SELECT name FROM pragma_table_info(?)", (table,))


def thaw(name: str, url: str) -> None:
    """Lay out an empty database at the revision of a frozen history, and put its rows there."""
    lines = lzma.decompress((FOLDER / f"{name}.jsonl.xz").read_bytes()).decode().split("\n")[:-1]
    head = json.loads(lines[0])
    database = connect(url, create=True)
    _lay_out(database, head["revision"])
    with database.write() as work:
        statement, rows = "", list[list[Any]]()
        for line in map(json.loads, lines[1:]):
            if isinstance(line, dict):
                _put(work, statement, rows)
                statement, rows = _insert(line), []
            else:
                rows.append([b64decode(v["bytes"]) if isinstance(v, dict) else v for v in line])
        _put(work, statement, rows)
    database.close()


def _lay_out(database: Database, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER).replace("%", "%%"))
    with engine_of(database).connect() as connection:
        writing = connection.execution_options(phasegate_writes=True)
        writing.begin()
        config.attributes["connection"] = writing
        command.upgrade(config, to)
        writing.commit()


def _insert(line: dict[str, Any]) -> str:
    columns = ", ".join(f'"{column}"' for column in line["columns"])
    return f'INSERT INTO "{line["table"]}" ({columns}) VALUES ({", ".join("?" * len(line["columns"]))})'


def _put(work: UnitOfWork, statement: str, rows: list[list[Any]]) -> None:
    if rows:
        do(work, statement, rows)


def do(work: UnitOfWork, statement: str, rows: Sequence[Sequence[Any]] = ((),)) -> None:
    """Run a statement past everything that would refuse it."""
    work._cursor.executemany(statement.replace("?", work._mark), rows)
