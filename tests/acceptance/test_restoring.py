"""A restored database is nobody else's: its ids are its own, and it says what it would send again."""

from __future__ import annotations

import email
import hashlib
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from email import policy
from pathlib import Path

import pytest
from clerk import KEY, Clerk
from office import OTHER, TOWN

from engine.store.files import MAGIC


@pytest.fixture
def clerk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clerk:
    """A clerk with a campaign whose first notices are written and wait, and a backup of then."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///phasegate.db")
    clerk = Clerk(capsys, tmp_path)
    clerk.told("db", "create")
    clerk.begin().at("2022-07-05T09:00").told("sweep", "--no-deliver")
    clerk.told("db", "backup", "saved.db")
    return clerk


@pytest.fixture
def elsewhere(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """The same clerk, at work on another database that is not there yet, with a folder of its own."""
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///restored.db")
    monkeypatch.setenv("PHASEGATE_EML_DIR", "restored")
    return clerk


def letters(folder: Path) -> dict[str, str]:
    """Return the letters of a folder: the id of each by the name of its file."""
    found = {
        path.name: email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in folder.rglob("*.eml")
    }
    return {name: str(mail["Message-ID"]) for name, mail in found.items()}


def test_no_id_and_no_file_name_of_a_restored_copy_is_one_of_the_original(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHASEGATE_EML_DIR", "eml")
    clerk.at("2022-07-05T09:05").told("sweep")
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///restored.db")
    monkeypatch.setenv("PHASEGATE_EML_DIR", "restored")
    clerk.told("db", "restore", "saved.db")
    clerk.told("sweep")
    ours, theirs = letters(clerk.folder / "eml"), letters(clerk.folder / "restored")
    assert len(ours) == len(theirs) > 1
    assert not ours.keys() & theirs.keys()
    assert not {*ours.values()} & {*theirs.values()}


def test_a_message_keeps_its_id_until_the_base_is_restored_anew(elsewhere: Clerk) -> None:
    first = elsewhere.json("db", "restore", "saved.db")["installation"]
    again = elsewhere.json("db", "restore", "--here")["installation"]
    assert len({first, again}) == 2 and all(len(each) == 16 for each in (first, again))


def test_it_says_what_waits_and_may_have_gone_out_since(elsewhere: Clerk) -> None:
    told = elsewhere.json("db", "restore", "saved.db")
    waiting = elsewhere.json("outbox", "list", KEY)
    assert {row["state"] for row in waiting} == {"queued"}
    assert {each["recipient"] for each in told["again"]} == {row["to"] for row in waiting}
    assert {each["campaign"] for each in told["again"]} == {KEY} and told["campaigns"] == 1
    assert all(each["notice"] < 2**32 and each["subject"] for each in told["again"])
    (elsewhere.folder / "restored.db").unlink()
    said = elsewhere.lines("db", "restore", "saved.db")
    assert said[0] == f"sqlite:///restored.db is restored: 1 campaigns, {told['records']} records"
    assert f"{len(waiting)} messages wait; those that went out since the backup go out again:" in said
    assert any(line.endswith(told["again"][0]["subject"]) for line in said)


def test_it_says_how_much_is_due(elsewhere: Clerk) -> None:
    assert elsewhere.at("2022-09-05T12:00").json("db", "restore", "saved.db")["due"] > 0


def test_the_proof_of_a_restored_base_holds_and_its_work_goes_on(elsewhere: Clerk) -> None:
    elsewhere.told("db", "restore", "saved.db")
    elsewhere.at("2022-07-06T09:00").submit(TOWN).submit(OTHER).accept(TOWN).told("sweep")
    assert elsewhere.json("audit", "verify")["holds"] is True
    assert elsewhere.json("db", "check")["sound"] is True


def test_the_backup_stays_as_it_is(elsewhere: Clerk) -> None:
    backup = elsewhere.folder / "saved.db"
    before = hashlib.sha256(backup.read_bytes()).digest()
    elsewhere.told("db", "restore", "saved.db")
    assert hashlib.sha256(backup.read_bytes()).digest() == before


def test_nothing_is_written_over(clerk: Clerk) -> None:
    before = (clerk.folder / "phasegate.db").read_bytes()
    assert "phasegate.db" in clerk.refused("db", "restore", "saved.db", code=2)
    assert (clerk.folder / "phasegate.db").read_bytes() == before
    assert not list(clerk.folder.glob("*.part"))


def test_nothing_is_restored_beside_what_a_database_that_is_gone_had_not_finished(elsewhere: Clerk) -> None:
    journal = elsewhere.folder / "restored.db-journal"
    killed_in_a_transaction(elsewhere.folder / "restored.db")
    (elsewhere.folder / "restored.db").unlink()
    assert "restored.db-journal" in elsewhere.refused("db", "restore", "saved.db", code=2)
    assert not (elsewhere.folder / "restored.db").exists()
    journal.unlink()
    elsewhere.told("db", "restore", "saved.db")
    assert elsewhere.json("db", "check")["sound"] is True


def test_a_file_that_was_copied_while_it_was_written_is_no_backup(elsewhere: Clerk) -> None:
    killed_in_a_transaction(elsewhere.folder / "copied.db")
    assert "copied.db-journal" in elsewhere.refused("db", "restore", "copied.db", code=2)
    assert not list(elsewhere.folder.glob("restored.db*"))


def killed_in_a_transaction(path: Path) -> None:
    """Leave a database as a process does that is killed in the middle: half written, with its journal."""
    shutil.copy("saved.db", path)
    run = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for text in ("PRAGMA journal_mode=PERSIST", "PRAGMA cache_size=2", "BEGIN", "UPDATE item SET kind = kind || 'x'"):
    connection.execute(text)
connection.execute("UPDATE notice SET subject = subject || ?", ("x" * 2000,))
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", run, str(path)], check=True)
    assert path.with_name(f"{path.name}-journal").read_bytes().startswith(MAGIC)


def test_a_restore_that_cannot_renew_the_ids_leaves_nothing_behind(elsewhere: Clerk) -> None:
    before = {path.name for path in elsewhere.folder.iterdir()}
    assert elsewhere.at("2022-01-01T09:00").refused("db", "restore", "saved.db", code=2).startswith("PG104")
    assert {path.name for path in elsewhere.folder.iterdir()} == before


def test_what_a_restore_cannot_write_or_is_not_to_read_is_said(
    elsewhere: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = (("sqlite:///none/restored.db", "PG202", "none/restored.db"), ("sqlite:///:memory:", "PG301", ":memory:"))
    for url, code, said in cases:
        monkeypatch.setenv("PHASEGATE_DB", url)
        refusal = elsewhere.refused("db", "restore", "saved.db", code=2)
        assert refusal.startswith(f"{code}  ") and said in refusal
    assert elsewhere.refused("db", "restore", "saved.db", "--here", code=2).startswith("PG214  ")


def test_a_backup_that_is_damaged_or_is_not_there_is_not_restored(elsewhere: Clerk) -> None:
    assert "nowhere.db" in elsewhere.refused("db", "restore", "nowhere.db", code=2)
    connection = sqlite3.connect("saved.db")
    connection.execute("UPDATE assignment SET state = 'accepted'")
    connection.commit()
    connection.close()
    assert elsewhere.refused("db", "restore", "saved.db", code=2).startswith("PG3")
    assert not (elsewhere.folder / "restored.db").exists() and not list(elsewhere.folder.glob("*.part"))


def test_a_base_that_was_put_in_place_by_hand_is_renewed_where_it_stands(clerk: Clerk) -> None:
    with closing(sqlite3.connect("phasegate.db")) as connection:
        before = connection.execute("SELECT uid, installation FROM system").fetchone()
    told = clerk.json("db", "restore", "--here")
    with closing(sqlite3.connect("phasegate.db")) as connection:
        uid, installation = connection.execute("SELECT uid, installation FROM system").fetchone()
    assert installation == told["installation"] != before[1] and uid == before[0]
    assert clerk.json("audit", "verify")["holds"] is True
