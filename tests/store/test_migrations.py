"""Migrations lead from nothing to exactly the tables that the program knows."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect
from sqlalchemy.engine import Engine

from engine.store import alchemy
from engine.store.alchemy import engine_of
from engine.store.database import Database, connect, open_database, revision
from engine.store.migrations import FOLDER, in_memory, upgrade
from engine.store.revisions import KNOWN, REVISION
from engine.store.tables import metadata


def schema(database: Database) -> dict[str, list[tuple[str, str, bool]]]:
    """Return all tables with the names, kinds and emptiness of their columns."""
    looked = inspect(engine_of(database))
    return {
        table: [(c["name"], str(c["type"]), bool(c["nullable"])) for c in looked.get_columns(table)]
        for table in looked.get_table_names()
    }


def test_the_tables_made_are_exactly_those_that_the_program_knows(empty_url: str) -> None:
    database = upgrade(empty_url)
    with engine_of(database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata()) == []
    assert set(schema(database)) == set(metadata().tables) | {"alembic_version"}
    assert revision(database) == REVISION
    database.close()


def test_the_program_knows_each_migration_in_order() -> None:
    found = [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()]
    assert tuple(reversed(found)) == KNOWN


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    first = upgrade(empty_url)
    before = schema(first)
    first.close()
    second = upgrade(empty_url)
    assert schema(second) == before
    second.close()


def columns(pragma: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the columns without their defaults, which a column added by a migration keeps for the rows that were."""
    return [(*row[:4], row[5]) for row in pragma]


def test_a_copy_in_memory_has_the_same_tables_as_a_file(tmp_path: Path) -> None:
    kept, copied = upgrade(f"sqlite:///{tmp_path / 'x.db'}"), in_memory()
    with kept.read() as work, copied.read() as other:
        sql = (
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'index') AND name <> 'alembic_version' ORDER BY 1"
        )
        assert [name for (name,) in work.rows(sql) if not name.endswith("alembic_version_1")] == [
            name for (name,) in other.rows(sql)
        ]
        for table in metadata().tables:
            pragma = f'PRAGMA table_info("{table}")'
            assert columns(work.rows(pragma)) == columns(other.rows(pragma))
        for place in (work, other):
            sql = "SELECT sql FROM sqlite_master WHERE name = 'armed'"
            assert "WITHOUT ROWID" in place.rows(sql)[0][0]
    kept.close()
    copied.close()


class Crash(Exception):
    pass


def test_a_crash_at_any_statement_of_an_upgrade_leaves_nothing(
    empty_url: str, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Statements that define tables are rolled back like any other; a sample shows that we ask for it.
    stride = 4 if backend == "sqlite" else 9
    at, seen = 1, _crashed_upgrade(empty_url, 1, monkeypatch)
    while seen == at:
        at += stride
        seen = _crashed_upgrade(empty_url, at, monkeypatch)
    assert at > seen > len(metadata().tables)


def _crashed_upgrade(url: str, at: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Crash an upgrade before a statement, look for what it left, and return how many statements were asked for."""
    seen = 0

    def before(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            raise Crash

    def watched(database: Database) -> Engine:
        made.append(engine_of(database))
        event.listen(made[-1], "before_cursor_execute", before)
        return made[-1]

    made: list[Engine] = []
    monkeypatch.setattr(alchemy, "engine_of", watched)
    try:
        upgrade(url).close()
    except Crash:
        made.pop().dispose()
        looked = connect(url, create=True)
        assert schema(looked) == {}, f"a crash before statement {at} left tables"
        looked.close()
    return seen


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_two_that_upgrade_at_once_both_find_it_done(new_url: Callable[..., str]) -> None:
    url = new_url(empty=True)
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            try:
                upgrade(url)
                os._exit(0)
            except BaseException:
                os._exit(1)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0, 0]
    database = open_database(url)
    assert set(schema(database)) == set(metadata().tables) | {"alembic_version"}
    database.close()
