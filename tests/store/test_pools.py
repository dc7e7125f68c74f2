"""Connections are lent to one at a time, come back clean, and are replaced where they are gone."""

from __future__ import annotations

import gc
import sqlite3
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from records import TALLY

from engine.errors import DatabaseProblem
from engine.model import Tally
from engine.records import replace
from engine.store.database import Begin, Database, connect, revision
from engine.store.migrations import in_memory
from engine.store.pool import Lent
from engine.store.revisions import REVISION
from engine.store.sqlite import SPARE, file_in


@pytest.fixture
def lines() -> list[Any]:
    """Connections in the order in which they were opened or lent."""
    return []


def test_what_was_not_committed_is_rolled_back_when_a_connection_comes_back(database: Database) -> None:
    with database.lent() as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE alembic_version SET version_num = '9001'")
    assert revision(database) == REVISION


def test_a_new_connection_is_told_once_and_a_lent_one_each_time(database: Database, lines: list[Any]) -> None:
    opened: list[Any] = []
    database.close()
    database.pool.on_connect.append(opened.append)
    database.pool.on_lend.append(lines.append)
    for _ in range(3):
        with database.read():
            pass
    assert len(opened) == 1 and lines == opened * 3


def test_a_hook_that_fails_leaves_no_connection_open(tmp_path: Path) -> None:
    seen: list[sqlite3.Connection] = []

    def refuse(connection: sqlite3.Connection) -> None:
        seen.append(connection)
        raise ZeroDivisionError

    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    database.pool.on_connect.append(refuse)
    with pytest.raises(ZeroDivisionError), database.read():
        pass
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        seen[0].execute("SELECT 1")


def test_a_hook_that_fails_as_one_is_lent_leaves_it_with_the_pool(tmp_path: Path, lines: list[Any]) -> None:
    def refuse(connection: sqlite3.Connection) -> None:
        lines.append(connection)
        raise ZeroDivisionError

    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    database.pool.on_lend.append(refuse)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), database.read():
            pass
    assert lines[0] is lines[1]
    database.close()
    assert not is_open(lines[0])


@pytest.mark.parametrize("stops", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_whoever_is_stopped_while_it_waits_to_write_leaves_no_connection_open(
    tmp_path: Path, lines: list[Any], stops: type[BaseException]
) -> None:
    def stop(seconds: float) -> None:
        raise stops

    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    database.pool.on_lend.append(lines.append)
    waiting = replace(database, pause=stop)
    with database.write(), pytest.raises(stops), waiting.write():
        pass
    assert len(lines) == 2 and lines[0] is not lines[1]
    database.close()
    assert not any(map(is_open, lines))


def test_a_second_connection_on_which_nothing_begins_is_not_left_open(tmp_path: Path, lines: list[Any]) -> None:
    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    database.pool.on_lend.append(lines.append)
    with database.read():
        pass
    lines[0].close()
    with pytest.raises(DatabaseProblem), replace(database, begin=Begin(reading="BEGINS")).read():
        pass
    database.close()
    assert not any(map(is_open, lines))


def test_two_at_once_have_two_connections_and_the_next_has_one_of_them(tmp_path: Path, lines: list[Any]) -> None:
    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    database.pool.on_lend.append(lines.append)
    with database.read(), database.read():
        assert lines[0] is not lines[1]
    with database.read():
        assert lines[2] in lines[:2]
    database.close()


def test_no_more_are_kept_than_a_few(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    with ExitStack() as stack:
        held = [stack.enter_context(database.lent()) for _ in range(SPARE + 2)]
    assert sum(map(is_open, held)) == SPARE
    database.close()
    assert not any(map(is_open, held))


def test_one_that_is_lent_while_all_are_closed_is_closed_when_it_comes_back(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    with database.lent() as connection:
        database.close()
        assert is_open(connection)
    assert not is_open(connection)
    with database.lent() as other:
        assert is_open(other)
    database.close()


def test_a_connection_that_was_closed_by_others_is_replaced(tmp_path: Path, lines: list[Any]) -> None:
    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    database.pool.on_lend.append(lines.append)
    with database.read():
        pass
    lines[0].close()
    with database.read() as work:
        assert work.rows("SELECT 1")[0][0] == 1
    assert lines[2] is not lines[0]
    database.close()


def test_threads_never_have_the_same_connection_at_the_same_time(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'x.db'}", create=True)
    held: set[int] = set()
    twice: list[int] = []

    def borrow() -> None:
        for _ in range(200):
            lent: Lent = database.pool.lend()
            number = id(lent.driver_connection)
            twice.extend([number] if number in held else [])
            held.add(number)
            lent.driver_connection.execute("SELECT 1").fetchall()
            held.discard(number)
            lent.close()

    threads = [threading.Thread(target=borrow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert twice == []
    database.close()


def test_a_database_in_memory_has_one_connection_for_all() -> None:
    database = in_memory()
    with database.write() as work:
        work.add(TALLY)
    with database.lent() as one, database.lent() as other:
        assert one is other
    with database.read() as work:
        assert work.find(Tally) == [TALLY]
    database.close()


def test_a_database_in_memory_that_nobody_knows_any_more_has_its_connection_closed() -> None:
    database = in_memory()
    with database.lent() as connection:
        pass
    del database
    gc.collect()
    assert not is_open(connection)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///x.db", Path("x.db")),
        ("sqlite:////srv/x.db", Path("/srv/x.db")),
        ("sqlite+pysqlite:///x.db", Path("x.db")),
        ("sqlite:///乡 镇.db", Path("乡 镇.db")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
    ],
)
def test_a_url_of_sqlite_names_a_file_or_the_memory(url: str, file: Path | None) -> None:
    assert file_in(url) == file


@pytest.mark.parametrize("url", ["sqlite://x.db", "sqlite:///x.db?mode=ro", "sqlite+other:///x.db"])
def test_a_url_that_names_neither_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="names no file"):
        file_in(url)


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True
