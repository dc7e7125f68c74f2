"""A database is held against what its revision must look like, and led on by migrations with all that is in it."""

from __future__ import annotations

import gzip
import os
import signal
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from small_county import SCRIPT, desk_at, lived

from engine.errors import (
    DatabaseAltered,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseOlder,
    DatabaseRetired,
)
from engine.service.audit.audit import verify_all
from engine.store import migrations, revisions, shape
from engine.store.database import Database, connect, open_database, revision
from engine.store.migrations import upgrade, upgrade_by
from engine.store.revisions import DIGESTS, misshapen
from engine.store.schema import KEPT

HERE = Path(__file__).parent


def run(url: str, *statements: str) -> None:
    """Run statements on a database past everything that would refuse it."""
    database = connect(url)
    with database.lent() as connection:
        for statement in statements:
            connection.execute(statement)
    database.close()


def wrong(database: Database) -> list[str]:
    with database.read() as work:
        return misshapen(work.rows, database.backend)


# --- what it must look like ---


def test_a_new_database_looks_exactly_as_declared_and_is_known_at_once(database: Database) -> None:
    assert wrong(database) == []
    with database.read() as work:
        assert shape.digest(work.rows, database.backend) == DIGESTS[database.backend], (
            "where the schema was changed by a revision of its own: python tests/store/freeze.py"
        )


BOTH = {
    "DROP INDEX item_waiting": "index item_waiting is missing",
    "CREATE INDEX mine ON item (kind)": "index mine is none of ours",
    "ALTER TABLE campaign RENAME COLUMN head TO tail": "column campaign.head is missing",
    "ALTER TABLE worker ADD COLUMN mood TEXT": "column worker.mood is none of ours",
    "CREATE UNIQUE INDEX mine ON item (kind)": "unique item (kind) is none of ours",
    "DROP TABLE hold": "column hold.campaign is missing",
}
SQLITE = BOTH | {
    "DROP TRIGGER journal_DELETE": "trigger journal_DELETE is missing",
    "CREATE TRIGGER mine AFTER UPDATE ON item BEGIN DELETE FROM armed; END": "trigger mine is none of ours",
}
POSTGRES = BOTH | {
    "DROP TRIGGER journal_truncate ON journal": "trigger journal_truncate is missing",
    "ALTER TABLE journal ENABLE TRIGGER journal_rows": "trigger journal_rows is ",
    "ALTER TABLE round DROP CONSTRAINT round_campaign_name_key": "unique round (campaign, name) is missing",
    "ALTER TABLE item ALTER COLUMN facts DROP NOT NULL": "column item.facts is 'text, may be empty' and not 'text'",
    "ALTER TABLE item ALTER COLUMN level TYPE integer": "column item.level is 'integer' and not 'bigint'",
    "CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NULL; END $$": "trigger journal_rows is ",
}
CASES = [("sqlite", *case) for case in SQLITE.items()] + [("postgresql", *case) for case in POSTGRES.items()]


@pytest.mark.parametrize(("backend", "statement", "said"), CASES, ids=[f"{c[0]}-{c[1][:40]}" for c in CASES])
def test_what_is_not_as_declared_is_told_by_name_and_refused_unless_it_is_only_slow(
    backend: str, database_url: str, statement: str, said: str
) -> None:
    run(database_url, statement)
    looked = connect(database_url)
    assert any(each.startswith(said) for each in wrong(looked)), wrong(looked)
    looked.close()
    if said.startswith("index "):
        open_database(database_url).close()
        return
    for deed in (open_database, upgrade):
        with pytest.raises(DatabaseAltered) as told:
            deed(database_url)
        assert "PG310" in told.value.line() and said in told.value.line()


def test_a_unique_index_that_was_taken_away_in_sqlite_is_told(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(sqlite_template.read_bytes())
    columns = "deadline, epoch, rung, n_from"
    laid = next(s for s in baseline("sqlite") if s.startswith("CREATE TABLE occurrence"))
    without = laid.replace(f",\n    UNIQUE ({columns})", "")
    assert without != laid
    run(
        f"sqlite:///{path}",
        "DROP TABLE occurrence",
        without,
        "CREATE INDEX occurrence_campaign ON occurrence (campaign)",
    )
    with pytest.raises(DatabaseAltered, match=rf"unique occurrence \({columns}\) is missing"):
        open_database(f"sqlite:///{path}")


def test_tables_without_a_revision_are_neither_opened_nor_upgraded(database_url: str) -> None:
    run(database_url, "DELETE FROM alembic_version")
    for deed in (open_database, upgrade):
        with pytest.raises(DatabaseAltered, match="it says no revision"):
            deed(database_url)


def test_a_table_of_somebody_else_beside_ours_is_let_be(database_url: str) -> None:
    run(database_url, "CREATE TABLE stranger (word TEXT)")
    open_database(database_url).close()


def baseline(backend: str) -> list[str]:
    name = f"{revisions.KNOWN[0]}_{backend}.sql"
    return (migrations.FOLDER / "versions" / name).read_text(encoding="utf-8").strip().split("\n\n")


# --- of before the first release ---


@pytest.mark.parametrize("commit", ["3e71589", "e221d6b"])
def test_a_database_of_before_is_refused_with_the_way_out_and_nothing_is_written_into_it(
    commit: str, tmp_path: Path
) -> None:
    """Both were made by these commits: a small county that runs and was swept."""
    path = tmp_path / "x.db"
    path.write_bytes(gzip.decompress((HERE / "retired" / f"{commit}.db.gz").read_bytes()))
    before = sha256(path.read_bytes()).hexdigest()
    for deed in (open_database, upgrade):
        with pytest.raises(DatabaseRetired) as told:
            deed(f"sqlite:///{path}")
        line = told.value.line()
        assert line.startswith("PG308  ") and "revision 0001" in line and "`phasegate campaign export KEY`" in line
    assert sha256(path.read_bytes()).hexdigest() == before
    assert [each.name for each in tmp_path.iterdir()] == ["x.db"]


def test_a_revision_of_before_is_refused_on_either_database(database_url: str) -> None:
    run(database_url, "UPDATE alembic_version SET version_num = '0001'")
    for deed in (open_database, upgrade):
        with pytest.raises(DatabaseRetired):
            deed(database_url)


# --- from one revision to the next, with a campaign that runs ---

OLD, NEW = "s0001", "s0002"
BACK = (
    "ALTER TABLE campaign RENAME COLUMN title TO name",
    "ALTER TABLE worker DROP COLUMN last_error",
    "DROP INDEX item_notice",
    f"UPDATE alembic_version SET version_num = '{OLD}'",
)
"""Makes of a database of the newest revision one of the scratch revision before it."""
FORTH = """
from alembic import op
import os, signal
revision, down_revision = "{new}", "{old}"


def upgrade():
    for statement in (
        "ALTER TABLE campaign RENAME COLUMN name TO title",
        "ALTER TABLE worker ADD COLUMN last_error TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX item_notice ON item (notice)",
    ):
        op.get_bind().exec_driver_sql(statement)
    {end}
"""
FIRST = 'revision, down_revision = "{old}", None\n\n\ndef upgrade():\n    raise AssertionError("it is there")\n'


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a folder of two migrations, the second of which this program is at."""
    monkeypatch.setattr(revisions, "KNOWN", (OLD, NEW))
    monkeypatch.setattr(revisions, "REVISION", NEW)
    monkeypatch.setattr(migrations, "REVISION", NEW)

    def write(end: str = "") -> Path:
        folder = tmp_path / "line"
        (folder / "versions").mkdir(parents=True, exist_ok=True)
        (folder / "env.py").write_text((migrations.FOLDER / "env.py").read_text())
        (folder / "versions" / "s0001_first.py").write_text(FIRST.format(old=OLD))
        (folder / "versions" / "s0002_next.py").write_text(FORTH.format(old=OLD, new=NEW, end=end))
        return folder

    return write


def halfway(url: str) -> int:
    """Live through half of a campaign on a database, make it one of the revision before, and say how far it came."""
    until = len(SCRIPT) // 2
    database = connect(url)
    for _ in lived(desk_at(database), until):
        pass
    database.close()
    run(url, *BACK)
    return until


def contents(url: str) -> dict[str, list[str]]:
    database = connect(url)
    tables = [*(table.table for table in KEPT.values()), "alembic_version"]
    with database.read() as work:
        found = {name: sorted(map(repr, work.rows(f'SELECT * FROM "{name}"'))) for name in tables}
    database.close()
    return found


def test_a_campaign_that_runs_is_led_to_the_next_revision_is_proved_and_goes_on(
    database_url: str, scratch: Callable[..., Path]
) -> None:
    until = halfway(database_url)
    with pytest.raises(DatabaseOlder, match="run `phasegate db upgrade`"):
        open_database(database_url)
    upgrade_by(database_url, scratch()).close()
    database = open_database(database_url)
    assert (revision(database), wrong(database)) == (NEW, [])
    desk = desk_at(database)
    before = verify_all(desk)
    for step in SCRIPT[until:]:
        step(desk)
    after = verify_all(desk)
    assert (before.findings, after.findings) == ((), ())
    assert after.records > before.records > 20
    database.close()


def test_an_upgrade_that_fails_leaves_the_revision_and_every_row_as_they_were(
    database_url: str, scratch: Callable[..., Path]
) -> None:
    halfway(database_url)
    before = contents(database_url)
    with pytest.raises(ZeroDivisionError):
        upgrade_by(database_url, scratch("raise ZeroDivisionError"))
    assert contents(database_url) == before


def test_an_upgrade_that_does_not_lead_to_the_declared_tables_is_taken_back(
    database_url: str, scratch: Callable[..., Path]
) -> None:
    halfway(database_url)
    before = contents(database_url)
    with pytest.raises(DatabaseAltered, match=r"column hold\.campaign is missing"):
        upgrade_by(database_url, scratch("op.get_bind().exec_driver_sql('DROP TABLE hold')"))
    assert contents(database_url) == before


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_an_upgrade_killed_in_the_middle_leaves_the_revision_and_every_row_as_they_were(
    database_url: str, scratch: Callable[..., Path]
) -> None:
    halfway(database_url)
    before, folder = contents(database_url), scratch("os.kill(os.getpid(), signal.SIGKILL)")
    child = os.fork()
    if child == 0:
        upgrade_by(database_url, folder)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert contents(database_url) == before
    upgrade_by(database_url, scratch()).close()
    open_database(database_url).close()


def test_an_older_program_refuses_a_newer_database_and_leaves_it_as_it_is(
    database_url: str, scratch: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    halfway(database_url)
    upgrade_by(database_url, scratch()).close()
    before = contents(database_url)
    monkeypatch.setattr(revisions, "KNOWN", (OLD,))
    monkeypatch.setattr(revisions, "REVISION", OLD)
    for deed in (open_database, upgrade):
        with pytest.raises(DatabaseNewer, match="made by a newer Phasegate"):
            deed(database_url)
    assert contents(database_url) == before


def test_an_empty_file_is_no_database_yet(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    with pytest.raises(DatabaseMissing):
        open_database(f"sqlite:///{tmp_path / 'x.db'}")
    assert (tmp_path / "x.db").read_bytes() == b""
