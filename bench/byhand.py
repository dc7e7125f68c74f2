"""A unit's submission written by hand for SQLite: the least statements that leave the rows which Phasegate leaves."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bench.county import KEY, LATER, OFFICE
from engine.service.kernel.rules import RULES
from engine.store.sqlite import durable_pragmas

NOTE = "已落实"
NOW = int(LATER.timestamp() * 1000)
TODAY = "2026-11-02"
REVIEWED_BY, REVIEW_SEEN_AT = "2026-11-09", 1793926800000
"""Five working days on, and when its first rung is due: the same for whatever is submitted on one day."""

HEAD = 'SELECT id, uid, seq, head, counter, workflow FROM campaign WHERE "key" = ?'
OWED = "SELECT id, task, unit, phase FROM assignment WHERE campaign = ? AND task = ? AND unit = ?"
DATES = "SELECT id, kind, next_at FROM deadline WHERE assignment = ?"
SUBMITTED = (
    f"UPDATE assignment SET state = 'submitted', received_on = '{TODAY}', submitted_on = '{TODAY}', "
    f"first_submitted_on = '{TODAY}', submissions = 1 WHERE id = ?"
)
ENDED = "UPDATE deadline SET state = ?, next_at = NULL WHERE id = ?"
DISARMED = 'DELETE FROM armed WHERE "at" = ? AND kind = 1 AND ref = ?'
RECORD = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, 'submit', 'done', ?)"
EVIDENCE = f"INSERT INTO evidence VALUES (?, ?, ?, 1, 'note', '', '{NOTE}', '', 0)"
REVIEW = (
    f"INSERT INTO deadline VALUES (?, ?, ?, ?, '{OFFICE}', 'review', 'armed', 1, '{REVIEWED_BY}', '{REVIEWED_BY}', "
    f"'duration', '{TODAY}', '5wd', '审核', {NOW}, 0, NULL, {REVIEW_SEEN_AT})"
)
ARMED = f"INSERT INTO armed VALUES ({REVIEW_SEEN_AT}, 1, ?, ?)"
ITEM = f"INSERT INTO item VALUES (?, ?, 'receipt', ?, 0, '', 'send', {NOW}, 'waiting', 0, ?, 0, 0, ?)"
TO_TELL = f"INSERT OR IGNORE INTO armed VALUES ({NOW}, 5, ? << 32, ?)"
ROWS_EACH = 3
"""The rows of a submission that have numbers: its evidence, the date of the review, what is told to the unit."""
MOVED = f"UPDATE campaign SET seq = ?, head = ?, last_at = {NOW}, counter = ? WHERE id = ?"

Owed = tuple[int, str, str, str]


class Executes(Protocol):
    """What runs a statement: a connection of SQLite, or what translates for another database."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...


class Head(NamedTuple):
    """What a record needs of its campaign."""

    campaign: int
    uid: str
    seq: int
    before: str
    counter: int
    workflow: str

    @property
    def first(self) -> int:
        """The number of the next row that is new."""
        return (self.campaign << 32) + self.counter + 1

    def after(self, digest: str) -> Head:
        """Return it with a record more, which gave three rows their numbers."""
        return self._replace(seq=self.seq + 1, before=digest, counter=self.counter + ROWS_EACH)


def opened(path: Path) -> sqlite3.Connection:
    """Open a database in the mode in which Phasegate opens it."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in durable_pragmas():
        connection.execute(f"PRAGMA {pragma}")
    return connection


def mode(connection: sqlite3.Connection) -> str:
    """Return what both sides run on."""
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    return f"SQLite {sqlite3.sqlite_version}, journal_mode={journal}, synchronous=FULL"


def submit(connection: Executes, task: str, unit: str) -> None:
    """Hand in for one task of one unit, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    head = Head(*connection.execute(HEAD, (KEY,)).fetchone())
    campaign, first = head.campaign, head.first
    owed = connection.execute(OWED, (campaign, task, unit)).fetchone()
    for number, kind, next_at in connection.execute(DATES, (owed[0],)).fetchall():
        connection.execute(DISARMED, (next_at, number))
        connection.execute(ENDED, (left(kind), number))
    data = record(head, owed)
    head = head.after(sha256(data).hexdigest())
    connection.execute(SUBMITTED, (owed[0],))
    connection.execute(RECORD, (campaign, head.seq, data, head.before, NOW, unit, f"{task}/{unit}"))
    connection.execute(EVIDENCE, (first, campaign, owed[0]))
    connection.execute(REVIEW, (first + 1, campaign, owed[0], owed[3]))
    connection.execute(ARMED, (first + 1, campaign))
    connection.execute(ITEM, (first + 2, campaign, unit, owed[0], acknowledged(owed[0])))
    connection.execute(TO_TELL, (campaign, campaign))
    connection.execute(MOVED, (head.seq, head.before, head.counter, campaign))
    connection.execute("COMMIT")


def submit_all(connection: sqlite3.Connection, which: Sequence[tuple[str, str]]) -> None:
    """Hand in for many, set-wise, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    head = Head(*connection.execute(HEAD, (KEY,)).fetchone())
    campaign, first, records = head.campaign, head.first, []
    found = _all_owed(connection, campaign, which)
    dates = _all_dates(connection, [owed[0] for owed in found])
    for owed in found:
        data = record(head, owed)
        head = head.after(sha256(data).hexdigest())
        records.append((campaign, head.seq, data, head.before, NOW, owed[2], f"{owed[1]}/{owed[2]}"))
    numbered = [(first + ROWS_EACH * n, owed) for n, owed in enumerate(found)]
    connection.executemany(DISARMED, [(next_at, number) for number, _, next_at in dates])
    connection.executemany(ENDED, [(left(kind), number) for number, kind, _ in dates])
    connection.executemany(SUBMITTED, [(owed[0],) for owed in found])
    connection.executemany(RECORD, records)
    connection.executemany(EVIDENCE, [(n, campaign, owed[0]) for n, owed in numbered])
    connection.executemany(REVIEW, [(n + 1, campaign, owed[0], owed[3]) for n, owed in numbered])
    connection.executemany(ARMED, [(n + 1, campaign) for n, _ in numbered])
    items = [(n + 2, campaign, owed[2], owed[0], acknowledged(owed[0])) for n, owed in numbered]
    connection.executemany(ITEM, items)
    connection.execute(TO_TELL, (campaign, campaign))
    connection.execute(MOVED, (head.seq, head.before, head.counter, campaign))
    connection.execute("COMMIT")


def _all_owed(connection: sqlite3.Connection, campaign: int, which: Sequence[tuple[str, str]]) -> list[Owed]:
    tasks, units = list({task for task, _ in which}), list({unit for _, unit in which})
    marks = (", ".join("?" * len(tasks)), ", ".join("?" * len(units)))
    sql = f"SELECT id, task, unit, phase FROM assignment WHERE campaign = ? AND task IN ({marks[0]})"
    rows = connection.execute(f"{sql} AND unit IN ({marks[1]})", (campaign, *tasks, *units))
    known = {(row[1], row[2]): row for row in rows}
    return [known[each] for each in which]


def _all_dates(connection: sqlite3.Connection, owed: list[int]) -> list[tuple[int, str, int]]:
    marks = ", ".join("?" * len(owed))
    return connection.execute(
        f"SELECT id, kind, next_at FROM deadline WHERE assignment IN ({marks})", owed
    ).fetchall()


def left(kind: str) -> str:
    """Return the state in which a submission leaves a date of its assignment."""
    return "met" if kind == "receipt" else "suspended"


def record(head: Head, owed: Owed) -> bytes:
    """Return the bytes of the record of a submission."""
    told = {
        "account": "",
        "action": "submit",
        "actor": owed[2],
        "at": "2026-11-02T02:30:00.000Z",
        "campaign": head.uid,
        "door": {},
        "facts": {
            "assignment": owed[0] & 0xFFFFFFFF,
            "evidence": [{"kind": "note", "text": NOTE}],
            "on": TODAY,
        },
        "ids": [head.counter + 1, ROWS_EACH],
        "on_behalf": "",
        "once": {},
        "outcome": "done",
        "prev": head.before,
        "reason": "",
        "role": "unit",
        "rules": RULES,
        "seq": head.seq + 1,
        "subject": f"{owed[1]}/{owed[2]}",
        "workflow": head.workflow[:12],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def acknowledged(assignment: int) -> str:
    """Return what the receipt for a submission will say."""
    number = f"{assignment & 0xFFFFFFFF:06d}-1"
    return json.dumps({"number": number, "on": TODAY, "pieces": 1})


def require_same_rows(ours: Path, theirs: Path) -> None:
    """Compare every cell of two databases; RuntimeError names the first table that differs."""
    one, other = sqlite3.connect(ours), sqlite3.connect(theirs)
    tables = [row[0] for row in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        rows = [sorted(each.execute(f'SELECT * FROM "{table}"'), key=repr) for each in (one, other)]
        if rows[0] != rows[1]:
            raise RuntimeError(f"the rows of {table} differ: {len(rows[0])}, by hand {len(rows[1])}")
