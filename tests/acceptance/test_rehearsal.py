"""A rehearsal says so in its history and on each of its notices, which leave no folder; it never becomes real (I3)."""

from __future__ import annotations

import email
import json
import shutil
import sqlite3
from email import policy
from pathlib import Path
from typing import Any

import pytest
from clerk import KEY, Clerk

REHEARSAL = "【演练】"


@pytest.fixture
def clerk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clerk:
    """A clerk in a folder where no database is yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///phasegate.db")
    return Clerk(capsys, tmp_path)


def rehearsing(clerk: Clerk) -> Clerk:
    """Found a rehearsal database and begin a campaign in it."""
    assert clerk.json("db", "create", "--rehearsal")["rehearsal"] is True
    return clerk.begin()


def records(clerk: Clerk, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in clerk.lines("audit", "log", *words, "--json")]


def marks(clerk: Clerk) -> list[bool]:
    """Return whether the base, and each campaign, is a rehearsal by its first record."""
    return [
        records(clerk)[0]["facts"].get("rehearsal", False),
        records(clerk, KEY)[0]["facts"].get("rehearsal", False),
    ]


def kept(path: Path) -> list[int]:
    """Return whether the base, and each campaign, is a rehearsal by its rows."""
    connection = sqlite3.connect(path)
    found = [
        row[0] for row in connection.execute("SELECT rehearsal FROM system UNION ALL SELECT rehearsal FROM campaign")
    ]
    connection.close()
    return found


def mails(clerk: Clerk) -> list[Any]:
    found = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in clerk.folder.rglob("*.eml")
    ]
    return sorted(found, key=lambda mail: mail["Message-ID"])


def test_what_it_is_stands_in_the_first_record_of_the_base_and_of_each_campaign(clerk: Clerk) -> None:
    assert marks(rehearsing(clerk)) == [True, True]
    assert records(clerk)[0]["action"] == "install" and records(clerk, KEY)[0]["action"] == "start"


def test_a_real_base_bears_no_mark(clerk: Clerk) -> None:
    assert clerk.json("db", "create")["rehearsal"] is False
    assert marks(clerk.begin()) == [False, False]


@pytest.mark.parametrize(("said", "is_one"), [("1", True), ("0", False), ("", False)])
def test_the_environment_makes_whatever_is_founded_a_rehearsal(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, said: str, is_one: bool
) -> None:
    monkeypatch.setenv("PHASEGATE_REHEARSAL", said)
    assert clerk.json("db", "create")["rehearsal"] is is_one
    assert marks(clerk.begin()) == [is_one, is_one]


def test_every_notice_says_that_it_is_one(clerk: Clerk) -> None:
    rehearsing(clerk).sweep("2022-07-05T09:00").sweep("2022-08-26T09:00")
    found = mails(clerk)
    assert len(found) > 4
    for mail in found:
        assert mail["Subject"].startswith(REHEARSAL)
        assert mail.get_content().startswith(REHEARSAL)
    shorts = [row["short"] for row in _contents(clerk)]
    assert shorts and all(short.startswith(REHEARSAL) and len(short) <= 150 for short in shorts)


def _contents(clerk: Clerk) -> list[Any]:
    connection = sqlite3.connect(clerk.folder / "phasegate.db")
    rows = connection.execute("SELECT data FROM blob JOIN notice ON content = sha").fetchall()
    connection.close()
    return [json.loads(row[0]) for row in rows]


def test_a_real_notice_says_nothing_of_the_kind(clerk: Clerk) -> None:
    clerk.told("db", "create")
    clerk.begin().sweep("2022-07-05T09:00")
    assert mails(clerk) and not any(REHEARSAL in mail["Subject"] + mail.get_content() for mail in mails(clerk))


@pytest.mark.parametrize("channel", ["smtp", "console", "webhook", "wecom", "wecom_bot"])
def test_whatever_the_channel_its_notices_go_to_the_folder_only(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    # Nobody listens there: a message that was sent by its channel would fail.
    monkeypatch.setenv("PHASEGATE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("PHASEGATE_SMTP_PORT", "9")
    rehearsing(clerk)
    connection = sqlite3.connect(clerk.folder / "phasegate.db")
    clerk.at("2022-07-05T09:00").told("sweep", "--no-deliver")
    connection.execute("UPDATE outbox SET channel = ?", (channel,))
    connection.commit()
    connection.close()
    out, _ = clerk.at("2022-07-05T09:05").run("sweep")
    assert REHEARSAL not in out
    number = len(mails(clerk))
    assert f"; 0 sent, 0 to be tried again, 0 failed; {number} laid into the folder of the rehearsal" in out
    assert {row["state"] for row in clerk.json("outbox", "list", KEY)} == {"sent"}
    assert len(mails(clerk)) == len(clerk.json("outbox", "list", KEY))


def test_a_copy_a_backup_and_a_restore_keep_it(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsing(clerk)
    shutil.copy("phasegate.db", "copied.db")
    clerk.told("db", "backup", "saved.db")
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///restored.db")
    assert clerk.json("db", "restore", "saved.db")["rehearsal"] is True
    for name in ("copied", "saved", "restored"):
        monkeypatch.setenv("PHASEGATE_DB", f"sqlite:///{name}.db")
        assert marks(clerk) == [True, True] and kept(clerk.folder / f"{name}.db") == [1, 1]
        assert clerk.json("audit", "verify")["holds"] is True


def test_a_restored_copy_of_a_real_base_becomes_one_each_campaign_by_a_record(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.told("db", "create")
    clerk.begin().told("db", "backup", "saved.db")
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///trial.db")
    assert clerk.json("db", "restore", "saved.db", "--rehearsal")["rehearsal"] is True
    assert kept(clerk.folder / "trial.db") == [1, 1]
    assert [(r["action"], r["facts"].get("rehearsal")) for r in records(clerk)][-1] == ("restore", True)
    assert [r["action"] for r in records(clerk, KEY)] == ["start", "rehearse"]
    assert clerk.json("audit", "verify")["holds"] is True
    clerk.sweep("2022-07-05T09:00")
    assert mails(clerk) and all(mail["Subject"].startswith(REHEARSAL) for mail in mails(clerk))
    assert kept(clerk.folder / "phasegate.db") == [0, 0]


def test_nothing_makes_a_rehearsal_real(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsing(clerk)
    monkeypatch.setenv("PHASEGATE_REHEARSAL", "0")
    assert clerk.json("db", "upgrade")["rehearsal"] is True
    assert clerk.json("db", "restore", "--here")["rehearsal"] is True
    assert clerk.refused("db", "create", code=2).startswith("PG")
    clerk.told("audit", "rebuild")
    connection = sqlite3.connect("phasegate.db")
    connection.execute("UPDATE campaign SET rehearsal = 0")
    connection.execute("UPDATE system SET rehearsal = 0")
    connection.commit()
    connection.close()
    assert clerk.json("audit", "verify", code=1)["holds"] is False
    clerk.told("audit", "rebuild")
    assert kept(clerk.folder / "phasegate.db") == [1, 1]
    assert clerk.json("audit", "verify")["holds"] is True
