"""Settings at the command line: what is wrong is told when `sweep`, `serve` and `doctor` start, and nothing secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from clerk import KEY, Clerk

from engine.store.database import connect
from engine.store.keeping import forgets, kind_of_mount

WORD = "Kennwort9-of-the-office"
BAD = {"SMTP_HOST": "mail.example.org", "SMTP_CA": "/nosuch/ca.pem", "WEBHOOK_SECRET": "short"}


@pytest.fixture
def wrong(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """A clerk whose channels are set up wrongly."""
    clerk.begin()
    for name, text in BAD.items():
        monkeypatch.setenv(f"PHASEGATE_{name}", text)
    return clerk


def test_a_sweep_begins_nothing_while_a_setting_is_wrong_and_names_each(wrong: Clerk) -> None:
    out, err = wrong.at("2022-07-05T09:05").run("sweep", code=2)
    assert out == "" and [line.split(":")[0] for line in err.splitlines()] == [
        "PG511  setting PHASEGATE_SMTP_CA",
        "PG511  setting PHASEGATE_WEBHOOK_SECRET",
    ]
    assert wrong.json("outbox", "list", KEY) == []


def test_a_worker_does_not_start_either(wrong: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.cli.main import main

    assert main(["serve"]) == 2
    assert "PHASEGATE_SMTP_CA" in wrong.capsys.readouterr().err


def test_a_doctor_calls_no_channel_ready_whose_settings_are_wrong(wrong: Clerk) -> None:
    checks = wrong.json("doctor", code=1)["checks"]
    marks = {each["what"]: (each["mark"], each["said"]) for each in checks}
    assert marks["channel smtp"][0] == marks["channel webhook"][0] == "error"
    assert "PHASEGATE_SMTP_CA" in marks["channel smtp"][1] and "at least 16 bytes" in marks["channel webhook"][1]
    assert marks["channel eml"] == ("ok", "ready") and marks["settings"][0] == "ok"


def test_a_doctor_names_a_setting_that_nobody_reads(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.begin()
    monkeypatch.setenv("PHASEGATE_SENDR", "office@county.example.org")
    (found,) = [each for each in clerk.json("doctor")["checks"] if each["what"] == "settings"]
    assert found["mark"] == "warning" and "PHASEGATE_SENDR" in found["said"]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file::memory:?cache=shared",
        "sqlite:///x?mode=memory",
    ],
)
@pytest.mark.parametrize("words", [("db", "upgrade"), ("db", "create"), ("sweep",), ("campaign", "list")])
def test_a_database_that_keeps_nothing_is_refused(
    url: str, words: tuple[str, ...], clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHASEGATE_DB", url)
    told = clerk.refused(*words, code=2)
    assert told.startswith("PG301  the database sqlite://")
    assert "it lies in memory and is gone when the command ends" in told


@pytest.mark.parametrize(
    "url",
    [f"postgresql://office:geheim@{WORD}@127.0.0.1:1/db", f"postgresql://office:{WORD}@127.0.0.1:1/db",
     f"postgresql://127.0.0.1:1/db?user=office&password={WORD}", f"postgresq://office:{WORD}/db"],
)  # fmt: skip
def test_no_password_of_a_database_is_in_any_line_or_traceback(
    url: str, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHASEGATE_DEBUG", "1")
    told = "".join(clerk.run("campaign", "list", "--db", url, code=2))
    told += "".join(clerk.run("doctor", "--db", url, code=1)) + "".join(
        clerk.run("db", "upgrade", "--db", url, code=2)
    )
    monkeypatch.setenv("PHASEGATE_DB", url)
    told += "".join(clerk.run("sweep", code=2))
    assert "Traceback" in told and WORD not in told and "geheim" not in told


def test_a_sweep_whose_results_find_no_room_says_what_is_kept(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.errors import DatabaseProblem
    from engine.service.delivery import relaying

    def full(*_: object, **__: object) -> None:
        raise DatabaseProblem(url="sqlite:///phasegate.db", why="database or disk is full", cure="room")

    clerk.begin()
    monkeypatch.setattr(relaying, "deliver", full)
    out, err = clerk.at("2022-07-05T09:05").run("sweep", code=2)
    first, second = err.splitlines()
    assert out == "" and "notices written: that is kept; the delivery broke off" in first
    assert second.startswith("PG301  the database") and "is full" in second


def test_what_lies_in_memory_is_said_to_be_lost_with_the_power(database_url: str, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\ntmpfs /run/a\\040b tmpfs rw 0 0\n/dev/sdb /run/a\\040b/disk xfs rw 0 0\n"
    )
    assert kind_of_mount(Path("/run/a b/x.db"), mounts) == "tmpfs"
    assert kind_of_mount(Path("/run/a b/disk/x.db"), mounts) == "xfs"
    assert kind_of_mount(Path("/srv/x.db"), mounts) == "ext4"
    assert kind_of_mount(Path("/srv/x.db"), tmp_path / "none") == ""
    database = connect(database_url)
    try:
        if database.is_postgres:
            assert "fsync" in forgets(database), "the server of the tests waits for no disk"
    finally:
        database.close()
