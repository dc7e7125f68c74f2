"""What the command line does to an installation: database, clock, calendar, sweep, doctor."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machine_clock import main_at
from office import Office, opened

from engine.cli.main import main
from engine.history import parse
from engine.model import Record
from engine.service.kernel.desk import Desk
from engine.store.database import open_database

AT = "2022-07-06T10:00"


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = tmp_path / "phasegate.db"
    shutil.copy(sqlite_template, path)
    monkeypatch.setenv("PHASEGATE_DB", f"sqlite:///{path}")
    monkeypatch.setenv("PHASEGATE_EML_DIR", str(tmp_path / "outbox"))
    return f"sqlite:///{path}"


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    """A campaign adopted on 2022-07-05, on whose database the commands work."""
    database = open_database(url)
    yield opened(database=database)
    database.close()


def read(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0, at: str = AT) -> Any:
    assert main_at(at, *args, "--json") == code
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def refused(capsys: pytest.CaptureFixture[str], *args: str, code: int = 2, at: str = AT) -> str:
    assert main_at(at, *args) == code
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    return err.strip()


def system_records(desk: Desk) -> list[dict[str, Any]]:
    with desk.database.read() as work:
        return [parse(record.data) for record in work.find(Record, journal=0, order="seq")]


# --- db ---


def test_upgrade_leaves_a_database_that_is_new_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    for verb in ("create", "upgrade", "upgrade"):
        found = read(capsys, "db", verb, "--db", url)
        assert found["url"] == url
    open_database(url).close()


@pytest.mark.parametrize("is_there", [False, True])
def test_upgrade_makes_nothing_where_nothing_is(
    is_there: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.db"
    if is_there:
        path.touch()
    assert refused(capsys, "db", "upgrade", "--db", f"sqlite:///{path}").startswith("PG302  ")
    assert [each.stat().st_size for each in tmp_path.iterdir() if each.name == path.name] == [0] * is_there


def test_a_database_of_a_newer_program_is_refused_and_left_alone(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    assert refused(capsys, "db", "upgrade").startswith(f"PG303  the database {url} was made by a newer Phasegate")
    assert refused(capsys, "sweep").startswith("PG303  ")
    assert path.read_bytes() == before


@pytest.mark.parametrize("wrong", ["nonsense", "mysql://x/y", "sqlite:////no/such/folder/x.db"])
def test_a_url_that_leads_nowhere_is_one_clear_line(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "db", "create", "--db", wrong).startswith("PG301  ")


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.db"
    path.write_text("not a database at all " * 100)
    assert refused(capsys, "sweep", "--db", f"sqlite:///{path}").startswith("PG301  ")


# --- sweep ---


def test_sweep_works_off_what_is_due_and_delivers_it(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = read(capsys, "sweep")
    assert found["swept"]["notices"] > 0
    assert found["delivered"]["sent"] > 0
    assert len(list((tmp_path / "outbox").rglob("*.eml"))) == found["delivered"]["sent"]
    again = read(capsys, "sweep")
    assert again["swept"] == {"campaigns": 0, "moments": 0, "notices": 0, "refused": 0}
    assert again["delivered"] == {"sent": 0, "queued": 0, "failed": 0, "rehearsed": 0}


def test_sweep_may_leave_the_notices_in_the_outbox(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read(capsys, "sweep", "--no-deliver")["delivered"]["sent"] == 0
    assert not (tmp_path / "outbox").exists()


# --- clock ---


def test_a_clock_behind_the_records_is_refused_until_a_person_accepts_it(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    read(capsys, "sweep")
    behind = "2022-07-06T09:00"
    assert refused(capsys, "sweep", at=behind).startswith("PG104  the clock is behind")
    assert refused(capsys, "clock", "accept", "--reason", " ", at=behind) == (
        "PG202  a reason is missing — give --reason"
    )
    told = read(capsys, "clock", "accept", "--reason", "时钟快了一小时", at=behind)
    assert told["now"] == "2022-07-06T01:00:00.000Z"
    read(capsys, "sweep", at=behind)
    last = system_records(office.desk)[-1]
    assert (last["action"], last["reason"]) == ("clock", "时钟快了一小时")


def test_only_the_office_accepts_the_clock_and_the_refusal_is_recorded(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, "clock", "accept", "--reason", "x", "--as", "auditor", code=1)
    assert line == "PG101  clock is not for auditor — roles that may: office — use --as with one of them"
    last = system_records(office.desk)[-1]
    assert [last[key] for key in ("actor", "action", "outcome")] == ["auditor", "clock", "refused"]
    assert last["facts"]["code"] == "PG101" and last["facts"]["with"]["roles"] == ["office"]
    assert office.at(AT).audit().findings == ()


# --- calendar ---

YEAR = {"year": 2031, "notice": "国务院办公厅通知", "off": {"2031-10-01": "国庆节"}, "work": ["2031-10-11"]}


def year_file(tmp_path: Path, **change: Any) -> str:
    path = tmp_path / "year.json"
    path.write_text(json.dumps(YEAR | change, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_an_applied_year_counts_in_this_installation(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = ["calendar", "add", "2031-09-30", "1wd"]
    assert read(capsys, *question)["date"] == "2031-10-06"
    file = year_file(tmp_path)
    told = read(capsys, "calendar", "apply", file, "--dry-run")
    assert told == {"calendar": "CN", "year": 2031, "applied": False, "moved": []}
    assert read(capsys, *question)["provisional"] is True
    assert read(capsys, "calendar", "apply", file)["applied"] is True
    answer = read(capsys, *question)
    assert (answer["date"], answer["provisional"]) == ("2031-10-02", False)
    assert read(capsys, "calendar", "show", "2031")["notice"] == "国务院办公厅通知"
    assert office.at(AT).audit().findings == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"work": ["2031-10-10"]}, "'2031-10-10 is no weekend'"),
        ({"off": {"2022-10-01": "国庆节"}}, "'2022-10-01 is not of this year'"),
        ({"more": 1}, "'the fields must be notice, off, work, year'"),
    ],
)
def test_a_file_that_is_no_year_changes_nothing(
    change: dict[str, Any], found: str, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(system_records(office.desk))
    line = refused(capsys, "calendar", "apply", year_file(tmp_path, **change))
    assert line.startswith(f"PG202  this is not an official year — found {found}")
    assert len(system_records(office.desk)) == before


def test_a_year_file_that_is_missing_is_told(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "calendar", "apply", "none.json") == (
        "PG202  the file cannot be read (No such file or directory) — found 'none.json' — "
        "check its name and its rights"
    )


def test_counting_goes_on_beside_a_database_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.db"
    path.write_text("not a database at all " * 100)
    assert main(["calendar", "add", "2022-09-30", "3wd", "--db", f"sqlite:///{path}"]) == 0
    out, err = capsys.readouterr()
    assert out == "2022-10-10\n"
    assert err.endswith(" — counted with the shipped calendar\n")


# --- doctor ---


def checks(found: dict[str, Any]) -> dict[str, str]:
    return {one["what"]: one["mark"] for one in found["checks"]}


def test_a_sound_installation_is_called_sound(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    read(capsys, "sweep")
    found = read(capsys, "doctor")
    assert found["sound"] is True
    unset = ("channel smtp", "channel webhook", "channel wecom", "channel wecom_bot")
    notes = (*unset, "workers", "links")
    # Where the tests lie in memory, as they do on some machines, `doctor` says so.
    assert {mark for what, mark in checks(found).items() if what not in (*notes, "keeping")} == {"ok"}
    assert {checks(found)[what] for what in notes} == {"note"}


def test_no_database_is_an_error_of_the_installation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = read(capsys, "doctor", "--db", f"sqlite:///{tmp_path}/none.db", code=1)
    assert (found["sound"], checks(found)["database"]) == (False, "error")


def test_a_unit_without_a_liaison_is_named(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.vacate("东镇", 0)
    found = read(capsys, "doctor", code=1, at="2022-07-05T09:00")
    said = {one["what"]: one["said"] for one in found["checks"]}
    assert said["contacts"] == "no liaison: 东镇 (county) — `phasegate units contact`"


def test_what_could_not_be_told_is_counted(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.vacate("东镇", 0)
    office.sweep("2022-07-05T09:00")
    found = read(capsys, "doctor", code=1, at="2022-07-05T09:00")
    said = {one["what"]: one["said"] for one in found["checks"]}
    assert said["notices aside"] == "1 put aside — `phasegate campaign show KEY`"


def test_moments_that_nobody_swept_show_as_lag(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    found = read(capsys, "doctor")
    assert checks(found)["lag"] == "warning"


def test_a_clock_behind_is_an_error_and_still_can_be_looked_at(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    found = read(capsys, "doctor", code=1, at="2022-07-04")
    assert checks(found)["clock"] == "error"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_completion_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    out, err = capsys.readouterr()
    assert "_PHASEGATE_COMPLETE" in out
    assert err == ""
