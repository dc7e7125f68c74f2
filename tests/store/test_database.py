"""Opening databases and running transactions on them; every fault is one line with a code."""

from __future__ import annotations

import os
import pickle
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from records import TALLY

from engine import words
from engine.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseProblem,
    PhasegateError,
)
from engine.model import Tally
from engine.store.database import Database, connect, open_database
from engine.store.migrations import upgrade
from engine.store.problems import CURES, problem
from engine.store.sqlite import wal_is_safe


def tallies(database: Database) -> list[Tally]:
    with database.read() as work:
        return work.find(Tally, order="id")


# --- transactions ---


def test_what_a_transaction_writes_is_kept(database: Database) -> None:
    with database.write() as work:
        work.add(TALLY)
    assert tallies(database) == [TALLY]


def test_an_exception_takes_back_what_was_written_and_what_was_not_yet(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        writing_and_failing(database)
    assert tallies(database) == []
    with database.write() as work:
        work.add(TALLY)
    assert tallies(database) == [TALLY]


def writing_and_failing(database: Database) -> None:
    with database.write() as work:
        work.add(TALLY)
        work.flush()
        work.add(replace(TALLY, id=2))
        raise ZeroDivisionError


def test_a_reader_never_sees_half_of_a_transaction(database: Database, database_url: str) -> None:
    other = open_database(database_url)
    with database.write() as work:
        work.add(TALLY)
        work.flush()
        assert tallies(other) == []
        work.add(replace(TALLY, id=2))
    assert tallies(other) == [TALLY, replace(TALLY, id=2)]
    other.close()


def test_a_reader_that_began_before_a_commit_does_not_see_it(postgres: Any, postgres_template: str) -> None:
    url = postgres.new(postgres_template)
    reader, writer = open_database(url), open_database(url)
    with reader.read() as work:
        assert work.find(Tally) == []
        with writer.write() as writing:
            writing.add(TALLY)
        assert work.find(Tally) == []
    assert tallies(reader) == [TALLY]
    reader.close()
    writer.close()


def test_a_commit_waits_for_a_reader_on_sqlite(tmp_path: Path) -> None:
    database = upgrade(f"sqlite:///{tmp_path / 'x.db'}")
    with sqlite3.connect(tmp_path / "x.db", check_same_thread=False) as reader:
        rows = reader.execute("SELECT name FROM sqlite_master")
        rows.fetchone()
        import threading

        threading.Timer(0.3, rows.close).start()
        with database.write() as work:
            work.add(TALLY)
    reader.close()
    assert tallies(database) == [TALLY]
    database.close()


def test_a_read_transaction_cannot_write_on_postgresql(postgres: Any, postgres_template: str) -> None:
    database = open_database(postgres.new(postgres_template))
    with database.read() as work:
        work.add(TALLY)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction) as told:
            work.flush()
    assert "read-only" in str(told.value)
    database.close()


def test_a_writer_that_waits_too_long_is_told_in_one_line(database: Database, database_url: str) -> None:
    other = open_database(database_url, busy_seconds=0.1)
    with database.write() as work:
        work.add(TALLY)
        work.flush()
        with pytest.raises(DatabaseBusy) as told, other.write() as writing:
            writing.add(TALLY)
    line = told.value.line()
    assert line.startswith("PG304  the database ") and line.endswith("try again in a moment")
    assert "\n" not in line
    assert tallies(database) == [TALLY]
    other.close()


def test_a_writer_on_sqlite_holds_the_lock_from_its_first_moment(tmp_path: Path) -> None:
    first = upgrade(f"sqlite:///{tmp_path / 'x.db'}")
    second = open_database(f"sqlite:///{tmp_path / 'x.db'}", busy_seconds=0.1)
    with first.write(), pytest.raises(DatabaseBusy), second.write():
        pass
    first.close()
    second.close()


def test_whoever_waits_to_write_on_sqlite_looks_oftener_than_others_leave_it_free_for(tmp_path: Path) -> None:
    first = upgrade(f"sqlite:///{tmp_path / 'x.db'}")
    with ExitStack() as held:
        held.enter_context(first.write())
        pauses: list[float] = []

        def third_look(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 3:
                held.close()

        with replace(first, pause=third_look).write() as work:
            work.add(TALLY)
    assert len(pauses) == 3 and max(pauses) < 0.03
    assert tallies(first) == [TALLY]
    first.close()


def test_sqlite_keeps_the_promises_that_the_journal_rests_on(tmp_path: Path) -> None:
    database = upgrade(f"sqlite:///{tmp_path / 'x.db'}")
    with database.read() as work:
        pragmas = {
            name: work.rows(f"PRAGMA {name}")[0][0]
            for name in ("foreign_keys", "recursive_triggers", "synchronous", "journal_mode")
        }
    mode = "wal" if wal_is_safe(sqlite3.sqlite_version_info) else "persist"
    assert pragmas == {"foreign_keys": 1, "recursive_triggers": 1, "synchronous": 2, "journal_mode": mode}
    database.close()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 49, 2), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_where_its_reset_is_mended(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


# --- what cannot be opened ---


def line_of(error: type[PhasegateError], deed: Callable[[], object]) -> str:
    with pytest.raises(error) as told:
        deed()
    assert type(told.value) is error
    assert told.value.exit_code == 2
    assert "\n" not in told.value.line()
    return told.value.line()


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("sqlite:///{}/none.db", "PG302  {}处没有 Phasegate 数据库——文件不存在——请执行 `phasegate db create`"),
        ("sqlite:///{}", "PG301  数据库{}不能使用——所指不是文件——请指定文件"),
        ("mysql://x", "PG301  数据库{}不能使用——没有这种 URL——请写 sqlite:///FILE 或 postgresql://…"),
    ],
)
def test_what_is_wrong_with_a_database_is_said_in_chinese_too(url: str, line: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem) as error:
        open_database(url.format(tmp_path))
    assert error.value.line("zh") == line.format(url.format(tmp_path))
    assert "why" not in error.value.plain()["with"]  # type: ignore[operator]


def test_what_a_driver_says_is_told_with_a_cure_in_either_language(tmp_path: Path) -> None:
    full = problem("x", sqlite3.OperationalError("database or disk is full"))
    assert full.line().endswith(
        "database or disk is full — make room on its disk and do it again: nothing of it was kept"
    )
    assert (
        full.line("zh") == "PG301  数据库x不能使用——database or disk is full——请腾出磁盘空间后重做:本次未作任何保存"
    )


def test_each_cure_for_what_drivers_say_has_its_words() -> None:
    assert [cure for cure in {*CURES.values(), "all"} if f"cure.{cure}" not in words.catalog(words.CHINESE)] == []


def test_a_file_that_does_not_exist_is_missing_and_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    line = line_of(DatabaseMissing, lambda: open_database(url))
    assert line == (
        f"PG302  there is no Phasegate database at {url} — the file does not exist — run `phasegate db create`"
    )
    assert not (tmp_path / "none.db").exists()


def test_a_database_without_tables_is_missing(new_url: Callable[..., str]) -> None:
    url = new_url(empty=True)
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch()
    assert line_of(DatabaseMissing, lambda: open_database(url)).startswith("PG302")


def test_a_newer_database_is_neither_opened_nor_upgraded(database_url: str) -> None:
    database = connect(database_url)
    with database.lent() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9001'")
    database.close()
    for deed in (open_database, upgrade):
        assert line_of(DatabaseNewer, lambda deed=deed: deed(database_url)).startswith("PG303")


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"Sehr geehrte Damen und Herren, " * 100)
    before = path.read_bytes()
    for deed in (open_database, upgrade):
        line = line_of(DatabaseProblem, lambda deed=deed: deed(f"sqlite:///{path}"))
        assert "file is not a database" in line
    assert path.read_bytes() == before


def test_a_database_cut_short_is_told(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        path.write_bytes(path.read_bytes()[:9000])
        line_of(DatabaseDamaged, lambda: open_database(database_url))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "phasegate.db",
        "mysql://host/db",
        "oracle://host/db",
        "nonsense://host",
        "sqlite+nonsense:///x.db",
        "postgresql://host:port/db",
        "://",
    ],
)
def test_a_url_of_another_kind_is_told(url: str) -> None:
    line = line_of(DatabaseProblem, lambda: open_database(url))
    assert line.endswith("no such kind of URL — write sqlite:///FILE or postgresql://…")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    for deed in (open_database, upgrade):
        assert "it is not a file" in line_of(DatabaseProblem, lambda deed=deed: deed(f"sqlite:///{tmp_path}"))


def test_a_folder_that_is_not_there_cannot_hold_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'no' / 'x.db'}"
    assert "PG302" in line_of(DatabaseMissing, lambda: open_database(url))
    assert "its folder does not exist" in line_of(DatabaseProblem, lambda: upgrade(url))


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://clerk:geheim@/phasegate?host={tmp_path}"
    line = line_of(DatabaseProblem, lambda: open_database(url))
    assert line.startswith("PG301") and "geheim" not in line


def test_a_database_that_the_server_does_not_know_is_told(postgres: Any) -> None:
    url = postgres.server.get_uri("nobody_made_this")
    assert "does not exist" in line_of(DatabaseProblem, lambda: open_database(url))


# --- what may not be written ---


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def unprivileged(deed: Callable[[], Any]) -> Any:
    """Return what a deed gives to a user who is bound by the permissions of files."""
    if os.geteuid() != 0:
        return deed()
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        try:
            answer = deed()
        except BaseException as error:
            answer = error.line() if isinstance(error, PhasegateError) else repr(error)
        os.write(send, pickle.dumps(answer))
        os._exit(0)
    os.close(send)
    os.waitpid(child, 0)
    with os.fdopen(receive, "rb") as pipe:
        return pickle.loads(pipe.read())


def writing(url: str) -> str:
    """Return the one line of the error that writing gives."""
    try:
        with closing(open_database(url)) as database, database.write() as work:
            work.add(TALLY)
    except PhasegateError as error:
        return error.line()
    return "written"


def reading(url: str) -> Any:
    try:
        with closing(open_database(url)) as database:
            return tallies(database)
    except PhasegateError as error:
        return error.line()


def test_a_writer_that_stands_still_loses_its_locks_and_a_long_reader_is_left_alone(
    postgres_template: str, postgres: Any
) -> None:
    database = open_database(postgres.new(postgres_template))
    asked = "SHOW idle_in_transaction_session_timeout"
    with database.write() as work:
        assert work.rows(asked)[0][0] == "5min"
    with database.read() as work:
        assert work.rows(asked)[0][0] == "0"
    begin = replace(database.begin, writing=database.begin.writing.replace("'300000'", "'100'"))
    with pytest.raises(DatabaseProblem, match="idle-in-transaction"):
        standing_still(replace(database, begin=begin))
    assert tallies(database) == []
    database.close()


def test_connections_lost_between_transactions_are_replaced_and_one_lost_in_the_middle_is_told(
    postgres_template: str, postgres: Any
) -> None:
    database = open_database(postgres.new(postgres_template))
    with database.read(), database.read():
        pass
    end_all(postgres, database)
    with database.write((Tally, "id = ?", (1,))) as work:
        work.add(TALLY)
    end_all(postgres, database)
    assert tallies(database) == [TALLY]
    with pytest.raises(DatabaseProblem):
        losing_it(postgres, database)
    assert tallies(database) == [TALLY]
    database.close()


def test_a_connection_lost_in_the_middle_is_told_in_one_line_and_nothing_else(
    postgres_template: str, postgres: Any, caplog: pytest.LogCaptureFixture
) -> None:
    database = open_database(postgres.new(postgres_template))
    with pytest.raises(DatabaseProblem):
        losing_it(postgres, database)
    with pytest.raises(DatabaseProblem), database.read() as work:  # noqa: PT012
        end_all(postgres, database)
        work.rows("SELECT 1")
    assert tallies(database) == [] and caplog.records == []
    database.close()


def losing_it(postgres: Any, database: Database) -> None:
    with database.write() as work:
        work.add(replace(TALLY, id=2))
        work.flush()
        end_all(postgres, database)


def end_all(postgres: Any, database: Database) -> None:
    name = urlsplit(database.pool.address).path[1:]
    postgres.do(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")


def test_a_statement_stays_prepared_when_a_reading_is_over(postgres_template: str, postgres: Any) -> None:
    database = open_database(postgres.new(postgres_template))
    prepared = "SELECT COUNT(*) FROM pg_prepared_statements WHERE strpos(statement, 'tally') > 0"
    for _ in range(7):
        assert tallies(database) == []
    with database.read() as work:
        assert work.rows(prepared)[0][0] == 1
    database.close()


def standing_still(database: Database) -> None:
    with database.write() as work:
        work.add(TALLY)
        work.flush()
        sleep(0.5)
        work.rows("SELECT 1")


def test_a_server_that_is_away_or_has_no_such_database_is_told_with_what_to_do(postgres: Any) -> None:
    away = reading("postgresql://postgres@127.0.0.1:1/phasegate?connect_timeout=2")
    assert away.startswith("PG301") and away.endswith("see that its server runs and can be reached, then do it again")
    missing = reading(postgres.server.get_uri("nowhere"))
    assert missing.startswith("PG301") and missing.endswith("check the URL")


FORKS = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@FORKS
def test_a_file_that_may_only_be_read_is_read_and_not_written(open_folder: Path, sqlite_template: Path) -> None:
    path = open_folder / "x.db"
    path.write_bytes(sqlite_template.read_bytes())
    path.chmod(0o444)
    url = f"sqlite:///{path}"
    assert unprivileged(lambda: reading(url)) == []
    line = unprivileged(lambda: writing(url))
    assert line.startswith("PG301") and line.endswith("make the file and its folder writable")


@FORKS
def test_a_folder_that_may_not_be_written_holds_no_journal_file(open_folder: Path, sqlite_template: Path) -> None:
    path = open_folder / "x.db"
    path.write_bytes(sqlite_template.read_bytes())
    path.chmod(0o666)
    open_folder.chmod(0o555)
    url = f"sqlite:///{path}"
    line = unprivileged(lambda: writing(url))
    assert line.startswith("PG301") and line.endswith("make the file and its folder writable")
    line = unprivileged(lambda: upgraded(f"sqlite:///{open_folder / 'y.db'}"))
    assert line.startswith("PG301") and "its folder cannot be written" in line


@FORKS
def test_a_file_that_may_not_be_read_is_told(open_folder: Path, sqlite_template: Path) -> None:
    path = open_folder / "x.db"
    path.write_bytes(sqlite_template.read_bytes())
    path.chmod(0o000)
    line = unprivileged(lambda: reading(f"sqlite:///{path}"))
    assert line.startswith("PG301") and line.endswith("make the file and its folder writable")


def upgraded(url: str) -> str:
    try:
        upgrade(url)
    except PhasegateError as error:
        return error.line()
    return "upgraded"
