"""Any one byte of a stored record, and any one cell of the state, changed is found and its place named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_county import SCRIPT, desk_at

from engine.service.audit.audit import Audit, AuditFinding, verify_all, verify_chain
from engine.service.audit.cells import LEASES
from engine.store.codec import KEPT, OPERATIONS, mapping
from engine.store.database import open_database
from engine.store.migrations import upgrade
from engine.store.schema import TRIGGERS

EARLY = 26
"""So many steps in, moments are armed and notices wait, but nobody approved or counted anything."""
CELLS = [
    (how.table, column)
    for how in map(mapping, KEPT)
    for column in how.columns
    if how.table != "journal" and how.record not in OPERATIONS and column not in LEASES
]
TABLES = sorted({table for table, _ in CELLS})
KEYS = [(how.table, column) for how in map(mapping, KEPT) if how.table in TABLES for column in how.key]
SAMPLED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    return _lived(tmp_path_factory.mktemp("early") / "base.db", sqlite_template, EARLY)


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    return _lived(tmp_path_factory.mktemp("late") / "base.db", sqlite_template, len(SCRIPT))


def _lived(path: Path, template: Path, steps: int) -> Path:
    shutil.copy(template, path)
    database = open_database(f"sqlite:///{path}")
    desk = desk_at(database)
    for step in SCRIPT[:steps]:
        step(desk)
    database.close()
    return path


@contextmanager
def tampered(base: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy of a database for changes that no trigger stands against."""
    path = tmp_path / "tampered.db"
    shutil.copy(base, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name in TRIGGERS["sqlite"]:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        # Whoever tampers puts them back: a database without them is not even opened.
        for statement in TRIGGERS["sqlite"].values():
            connection.execute(statement)


def found(tmp_path: Path) -> tuple[AuditFinding, ...]:
    database = open_database(f"sqlite:///{tmp_path / 'tampered.db'}")
    try:
        return verify_all(desk_at(database)).findings
    finally:
        database.close()


def places(tmp_path: Path) -> list[str]:
    return [finding.place for finding in found(tmp_path)]


def test_what_nobody_touched_verifies(early: Path, late: Path, tmp_path: Path) -> None:
    for base in (early, late):
        with tampered(base, tmp_path):
            pass
        assert found(tmp_path) == ()


@SAMPLED
@given(data=st.data())
def test_a_byte_of_a_record_changed_is_found_at_that_record(early: Path, tmp_path: Path, data: st.DataObject) -> None:
    with tampered(early, tmp_path) as connection:
        records = connection.execute("SELECT journal, seq, data FROM journal ORDER BY journal, seq").fetchall()
        journal, seq, was = data.draw(st.sampled_from(records))
        offset = data.draw(st.integers(0, len(was) - 1))
        byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != was[offset]))
        became = was[:offset] + bytes([byte]) + was[offset + 1 :]
        connection.execute("UPDATE journal SET data = ? WHERE journal = ? AND seq = ?", (became, journal, seq))
    assert f"record {journal}:{seq}" in places(tmp_path)


def test_a_record_that_would_break_the_tables_themselves_is_only_named(late: Path, tmp_path: Path) -> None:
    with tampered(late, tmp_path) as connection:
        sql = """UPDATE journal SET data = CAST(replace(CAST(data AS TEXT), '"key":"other"', '"key":"small"') AS BLOB)
            WHERE journal = 2 AND seq = 1"""
        connection.execute(sql)
    assert {place for place in places(tmp_path) if place.startswith("record")} == {"record 2:1"}


@pytest.mark.parametrize("column", [c for how in map(mapping, KEPT) if how.table == "journal" for c in how.columns])
def test_a_derived_column_of_a_record_changed_is_found_at_that_record(
    column: str, early: Path, tmp_path: Path
) -> None:
    with tampered(early, tmp_path) as connection:
        sql = f'SELECT "{column}" FROM journal WHERE journal = 1 AND seq = 7'
        became = other(connection.execute(sql).fetchone()[0], step=500)
        connection.execute(f'UPDATE journal SET "{column}" = ? WHERE journal = 1 AND seq = 7', (became,))
    expected = {"journal": "record 501:7", "seq": "record 1:507"}.get(column, "record 1:7")
    assert expected in places(tmp_path)


def other(value: Any, step: int = 1) -> Any:
    """Return another value of the same type."""
    if isinstance(value, int):
        return value + step
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    return 1 if value is None else value + "x"


@pytest.mark.parametrize("table", TABLES)
def test_each_cell_of_a_row_of_the_state_changed_is_named(
    table: str, early: Path, late: Path, tmp_path: Path
) -> None:
    """One row with every cell changed is proved once; each finding names its own cell."""
    with tampered(_filled(table, early, late, tmp_path), tmp_path) as connection:
        key, at = a_row(connection, table)
        cells = [column for its, column in CELLS if its == table and column not in key]
        for column in cells:
            change(connection, table, column, key, at)
    said = places(tmp_path)
    assert [place for column in cells if (place := named(table, at, column)) not in said] == []


@pytest.mark.parametrize(("table", "column"), KEYS)
def test_a_key_of_a_row_of_the_state_changed_is_named(
    table: str, column: str, early: Path, late: Path, tmp_path: Path
) -> None:
    with tampered(_filled(table, early, late, tmp_path), tmp_path) as connection:
        key, at = a_row(connection, table)
        change(connection, table, column, key, at)
    assert any(found == named(table, at) or (table == "blob" and found[:5] == "blob ") for found in places(tmp_path))


def _filled(table: str, early: Path, late: Path, tmp_path: Path) -> Path:
    """Return the database that has rows in a table."""
    with tampered(early, tmp_path) as connection:
        return early if connection.execute(f'SELECT 1 FROM "{table}"').fetchone() else late


def a_row(connection: sqlite3.Connection, table: str) -> tuple[list[str], tuple[Any, ...]]:
    """Return the names of a table's key and the key of a row in its middle."""
    key = [r[1] for r in connection.execute(f'PRAGMA table_info("{table}")') if r[5]]
    rows = connection.execute(f'SELECT {", ".join(key)} FROM "{table}" ORDER BY 1, {len(key)}').fetchall()
    return key, rows[len(rows) // 2]


def change(connection: sqlite3.Connection, table: str, column: str, key: list[str], at: tuple[Any, ...]) -> None:
    where = " AND ".join(f'"{name}" = ?' for name in key)
    was = connection.execute(f'SELECT "{column}" FROM "{table}" WHERE {where}', at).fetchone()[0]
    connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', (other(was, step=5000), *at))


def named(table: str, at: tuple[Any, ...], column: str = "") -> str:
    """Return how a finding names a cell or a row."""
    if table == "blob":
        return f"blob {at[0][:12]}"
    return f"{table}[{', '.join(map(str, at))}]" + (f".{column}" if column else "")


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_the_state_taken_away_is_named(table: str, early: Path, late: Path, tmp_path: Path) -> None:
    with tampered(_filled(table, early, late, tmp_path), tmp_path) as connection:
        key, gone = a_row(connection, table)
        where = " AND ".join(f'"{name}" = ?' for name in key)
        connection.execute(f'DELETE FROM "{table}" WHERE {where}', gone)
    assert named(table, gone) in places(tmp_path)


def test_the_files_that_a_workflow_was_read_from_are_named_where_they_are_gone(early: Path, tmp_path: Path) -> None:
    with tampered(early, tmp_path) as connection:
        sql = "SELECT data FROM blob WHERE sha IN (SELECT workflow FROM campaign) ORDER BY sha"
        source = json.loads(connection.execute(sql).fetchone()[0])["source"]
        connection.execute("DELETE FROM blob WHERE sha = ?", (source,))
    assert named("blob", (source,)) in places(tmp_path)


def chain(tmp_path: Path) -> Audit:
    database = open_database(f"sqlite:///{tmp_path / 'tampered.db'}")
    try:
        return verify_chain(desk_at(database))
    finally:
        database.close()


def test_the_chain_alone_holds_with_what_was_appended_while_it_was_read(late: Path, tmp_path: Path) -> None:
    with tampered(late, tmp_path) as connection:
        records = connection.execute("SELECT COUNT(*) FROM journal").fetchone()[0]
    assert chain(tmp_path) == Audit(records=records, rows=0, findings=())


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("UPDATE journal SET data = CAST('{}' AS BLOB) WHERE journal = 1 AND seq = 7", "record 1:7"),
        ("UPDATE journal SET data = '{}' WHERE journal = 1 AND seq = 7", "record 1:7"),
        ("UPDATE journal SET hash = seq WHERE journal = 1 AND seq = 7", "record 1:7"),
        ("DELETE FROM journal WHERE journal = 1 AND seq = 7", "record 1:8"),
        ("DELETE FROM journal WHERE journal = 1 AND seq > 20", "record 1:20"),
        ("UPDATE campaign SET head = workflow WHERE id = 1", "record 1:"),
    ],
)
def test_a_break_of_the_chain_alone_is_named(change: str, finding: str, early: Path, tmp_path: Path) -> None:
    with tampered(early, tmp_path) as connection:
        connection.execute(change)
    assert chain(tmp_path).findings[0].place.startswith(finding)


@pytest.mark.parametrize("journal", [0, 1])
def test_a_tail_cut_off_is_found_by_the_head(journal: int, early: Path, tmp_path: Path) -> None:
    with tampered(early, tmp_path) as connection:
        last = connection.execute("SELECT MAX(seq) FROM journal WHERE journal = ?", (journal,)).fetchone()[0]
        connection.execute("DELETE FROM journal WHERE journal = ? AND seq = ?", (journal, last))
    assert found(tmp_path)[0] == AuditFinding(
        f"record {journal}:{last - 1}", f"the journal ends here, its head is {last}"
    )


def test_a_record_taken_out_of_the_middle_is_found(early: Path, tmp_path: Path) -> None:
    with tampered(early, tmp_path) as connection:
        connection.execute("DELETE FROM journal WHERE journal = 1 AND seq = 5")
    assert found(tmp_path)[0] == AuditFinding("record 1:6", "seq is 6, after 4 comes 5")


def test_a_row_that_no_record_speaks_of_is_named(early: Path, tmp_path: Path) -> None:
    with tampered(early, tmp_path) as connection:
        connection.execute("INSERT INTO document_number VALUES ('别处', 2026, 7)")
    assert found(tmp_path) == (AuditFinding("document_number[别处, 2026]", "the history knows no such row"),)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("INSERT INTO tally VALUES (77, 1, '额', '种', '乡', 1, '2022-07-05', '')", "tally[77]"),
        (
            "INSERT INTO tally VALUES ((9 << 32) + 1, 9, '额', '种', '乡', 1, '2022-07-05', '')",
            f"tally[{(9 << 32) + 1}]",
        ),
        ("INSERT INTO armed VALUES (5, 1, 1, 900)", "armed[5, 1, 1]"),
        ("INSERT INTO answer VALUES (-3, 'k', '', '')", "answer[-3, k]"),
        (
            "INSERT INTO system SELECT 5, '5', installation, rehearsal, seq, head, last_at, campaigns, clock_from, clock_to FROM system",
            "system[5]",
        ),
    ],
)
def test_a_row_that_bears_the_number_of_no_journal_is_named(
    change: str, place: str, early: Path, tmp_path: Path
) -> None:
    with tampered(early, tmp_path) as connection:
        connection.execute(change)
    assert AuditFinding(place, "the history knows no such row") in found(tmp_path)


def test_a_lease_is_no_state(early: Path, tmp_path: Path) -> None:
    with tampered(early, tmp_path) as connection:
        connection.execute("UPDATE outbox SET lease = 'another', lease_until = 5")
    assert found(tmp_path) == ()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE journal SET subject = '另' WHERE journal = 1 AND seq = 4", "record 1:4"),
        ("UPDATE assignment SET state = 'accepted' WHERE unit = '河西镇'", "assignment["),
    ],
)
def test_it_is_found_on_postgresql_too(postgres: Any, postgres_template: str, change: str, place: str) -> None:
    database = upgrade(postgres.new(postgres_template))
    desk = desk_at(database)
    for step in SCRIPT[:EARLY]:
        step(desk)
    assert verify_all(desk).findings == ()
    with database.lent() as connection:
        connection.execute("ALTER TABLE journal DISABLE TRIGGER ALL")
        connection.execute(change)
    assert [f for f in verify_all(desk).findings if f.place.startswith(place)]
    database.close()
