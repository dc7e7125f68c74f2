"""The demonstration from outside: one run of the command, then its folder read as an office would."""

from __future__ import annotations

import csv
import email
import io
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine import reader
from engine.demo import folder
from engine.model import Workflow

COMMAND = [sys.executable, "-c", "from engine.cli.main import run; run()", "demo"]
UPWARD = {"application", "receipt", "correction"}


@dataclass(frozen=True)
class Ran:
    """A run of the command: its exit code, what it printed, and the folder it wrote."""

    code: int
    out: str
    err: str
    folder: Path

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(f"file:{self.folder / folder.DATABASE}?mode=ro", uri=True)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()

    def history(self) -> list[dict[str, Any]]:
        text = (self.folder / folder.HISTORY).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def table(self, name: str) -> list[dict[str, str]]:
        text = (self.folder / name).read_bytes().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def mails(self) -> Iterator[Any]:
        for path in sorted((self.folder / folder.NOTICES).glob("*/*.eml")):
            yield email.message_from_bytes(path.read_bytes(), policy=policy.default)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("demo") / "run"
    done = subprocess.run(
        [*COMMAND, "--out", str(out)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr, out)


@pytest.fixture(scope="module")
def shizhu() -> Workflow:
    return reader.read(reader.shipped_bundle("shizhu"), "shizhu")


def test_it_ends_well_and_says_nothing_but_its_summary(ran: Ran) -> None:
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.strip() == (ran.folder / folder.SUMMARY).read_text(encoding="utf-8").strip()


def test_it_writes_its_folder(ran: Ran) -> None:
    names = {path.name for path in ran.folder.iterdir()}
    assert names | {f"{folder.DATABASE}-journal"} == {*folder.WRITTEN, folder.NOTICES}


def test_two_processes_did_it_and_both_are_in_the_log_and_the_summary(ran: Ran) -> None:
    log = (ran.folder / folder.LOG).read_text(encoding="utf-8")
    began = re.findall(r"^process (\d+): begins$", log, re.MULTILINE)
    assert len(set(began)) == 2
    assert re.findall(r"^process (\d+): stops after .*the campaign (goes on|has ended)$", log, re.MULTILINE) == [
        (began[0], "goes on"),
        (began[1], "has ended"),
    ]
    assert f"先后由两个进程完成:{began[0]}、{began[1]}" in ran.out


def test_the_campaign_is_completed_by_the_middle_of_2023(ran: Ran) -> None:
    assert ran.rows("SELECT state, adopted_on FROM campaign") == [("completed", "2022-07-05")]
    last = max(record["at"] for record in ran.history())
    assert "2023-04" < last < "2023-07"


def test_no_move_was_an_override_and_nothing_was_waived(ran: Ran) -> None:
    assert not {"override", "waive"} & {record["action"] for record in ran.history()}


def test_one_gate_was_refused_and_every_move_cites_a_decision(ran: Ran) -> None:
    moves = [record for record in ran.history() if record["action"] == "advance"]
    assert [move["outcome"] for move in moves] == ["refused", "done", "done", "done"]
    assert all(move["facts"]["decision"] for move in moves if move["outcome"] == "done")


def test_each_incident_of_the_story_happened(ran: Ran) -> None:
    done = [record["action"] for record in ran.history() if record["outcome"] == "done"]
    counted = {
        action: done.count(action) for action in ("return", "extend", "withhold", "contact", "sign", "approve")
    }
    assert counted == {"return": 1, "extend": 1, "withhold": 1, "contact": 1, "sign": 3, "approve": 2}


def test_levels_were_raised_up_to_a_signed_supervision(ran: Ran) -> None:
    sql = "SELECT kind, level, COUNT(*) FROM notice WHERE kind IN ('overdue', 'supervise') AND state = 'sent' GROUP BY 1, 2"
    levels = {(kind, level): count for kind, level, count in ran.rows(sql)}
    assert levels.keys() == {("overdue", 0), ("overdue", 1), ("overdue", 2), ("supervise", 3)}
    assert levels["overdue", 0] > levels["overdue", 1] > levels["overdue", 2] > levels["supervise", 3] == 1


def test_a_hand_in_was_recorded_for_a_unit_with_an_earlier_day_and_a_voucher(ran: Ran, shizhu: Workflow) -> None:
    behalf = [r for r in ran.history() if r["action"] == "submit" and r["on_behalf"]]
    assert all("voucher" in {piece["kind"] for piece in r["facts"]["evidence"]} for r in behalf)
    assert all(r["facts"]["on"] < r["at"][:10] for r in behalf)
    relations = {shizhu.directory.units[r["on_behalf"]].relation for r in behalf}
    assert relations == {"subordinate", "superior"}


def test_a_summary_of_the_office_says_the_history_holds(ran: Ran) -> None:
    assert re.search(r"历史核验:通过,记录\d+条", ran.out)
    verified = [sys.executable, "-c", "from engine.cli.main import run; run()", "--db"]
    url = f"sqlite:///{ran.folder / folder.DATABASE}"
    done = subprocess.run([*verified, url, "audit", "verify"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_superior_is_told_anything_but_what_a_superior_may_be_told(ran: Ran, shizhu: Workflow) -> None:
    above = {u.name: u for u in shizhu.directory.units.values() if u.relation == "superior"}
    del above[shizhu.leading_group]
    assert {kind for kind, unit in ran.rows("SELECT kind, unit FROM notice") if unit in above} <= UPWARD
    addresses = {contact.address for unit in above.values() for contact in unit.contacts}
    assert [mail["Subject"] for mail in ran.mails() if mail["To"] in addresses] == [
        f"【演练】关于申请{shizhu.award}考核验收的请示"
    ]


def test_nobody_is_chased_who_had_handed_in(ran: Ran) -> None:
    handed_in: dict[str, str] = {}
    chased = ran.rows(
        "SELECT a.task, a.unit, n.created_at FROM notice n JOIN item i ON i.notice = n.id "
        "JOIN assignment a ON a.id = i.assignment WHERE n.kind IN ('overdue', 'supervise') AND i.kind = n.kind"
    )
    for record in ran.history():
        if record["action"] == "submit" and record["outcome"] == "done":
            handed_in.setdefault(record["subject"], record["at"])
    from datetime import UTC, datetime

    for task, unit, created in chased:
        came = datetime.fromisoformat(handed_in[f"{task}/{unit}"]).astimezone(UTC).timestamp() * 1000
        assert came > created, f"{task}/{unit}"


def test_only_subordinates_are_chased_by_an_order(ran: Ran, shizhu: Workflow) -> None:
    for kind, unit, subject in ran.rows(
        "SELECT kind, unit, subject FROM notice WHERE kind IN ('overdue', 'task_issued')"
    ):
        form = "函" if shizhu.directory.units[unit].relation in ("peer", "vertical") else "通知"
        assert subject.endswith(form), f"{kind} to {unit}: {subject}"
    units = {unit for (unit,) in ran.rows("SELECT unit FROM notice WHERE kind = 'overdue'")}
    assert {shizhu.directory.units[unit].relation for unit in units} == {"subordinate", "peer", "vertical"}


def test_nothing_was_issued_or_sent_for_the_phase_before_adoption(ran: Ran, shizhu: Workflow) -> None:
    before = {task.title for task in shizhu.tasks if task.phase == "mobilization"}
    assert not before & {row["任务"] for row in ran.table(folder.LEDGER)}
    for mail in ran.mails():
        text = mail.get_content()
        assert not [title for title in before if title in text]
        assert mail["Date"].datetime.date().isoformat() >= "2022-07-05"


def test_the_quota_is_reached_within_its_ranges_hosted_by_units(ran: Ran, shizhu: Workflow) -> None:
    (quota,) = shizhu.quotas
    counted = dict(ran.rows("SELECT kind, SUM(number) FROM tally GROUP BY kind"))
    assert sum(counted.values()) == quota.total
    assert all(kind.least <= counted[kind.id] <= (kind.most or quota.total) for kind in quota.kinds)
    assert {unit for (unit,) in ran.rows("SELECT DISTINCT unit FROM tally")} <= shizhu.directory.units.keys()
    assert len(ran.rows("SELECT DISTINCT happened_on FROM tally")) > 4


def test_document_numbers_leave_no_gap(ran: Ran) -> None:
    numbers = sorted(number for (number,) in ran.rows("SELECT number FROM notice WHERE number <> ''"))
    assert numbers == ["石创建办发〔2022〕1号", "石创建办发〔2022〕2号", "石创建办发〔2023〕1号"]
    assert all(number in ran.out for number in numbers)


def test_every_assignment_is_settled_in_the_ledger(ran: Ran) -> None:
    ledger = ran.table(folder.LEDGER)
    assert {row["状态"] for row in ledger} == {"已办结"}
    assert len(ledger) == len(ran.table(folder.BREAKDOWN)) - 3  # the tasks before adoption are listed, not issued


def test_pictures_are_well_formed(ran: Ran) -> None:
    for name in (folder.TIMELINE, folder.DIAGRAM):
        assert ElementTree.fromstring((ran.folder / name).read_text(encoding="utf-8")).tag.endswith("svg")


def test_a_former_demo_is_replaced_but_no_other_folder(tmp_path: Path) -> None:
    folder.claim(tmp_path / "new", force=False)
    (tmp_path / "new" / folder.HISTORY).write_text("old", encoding="utf-8")
    (tmp_path / "new" / "mine.txt").write_text("mine", encoding="utf-8")
    folder.claim(tmp_path / "new", force=False)
    assert {path.name for path in (tmp_path / "new").iterdir()} == {folder.LOG, "mine.txt"}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "--out", str(tmp_path / "other")], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("PG202  the folder holds something else")
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["mine.txt"]


def test_an_interrupt_ends_it_quietly(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [*COMMAND, "--out", str(tmp_path / "run")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    log = tmp_path / "run" / folder.DATABASE
    for _ in range(600):
        if log.exists():
            break
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, b"", b"")
