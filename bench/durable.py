"""One durable transition on SQLite, each committed, against hand-written sqlite3 writing the same rows.

Run: python -m bench.durable
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bench.harness import Ratio, compare, run
from engine import reader
from engine.clock import SteppedClock
from engine.service.desk import Command, Desk, perform
from engine.service.founding import create_campaign
from engine.service.sweep import sweep
from engine.store.database import open_database
from engine.store.migrations import upgrade

HERE = timezone(timedelta(hours=8))
START = datetime(2022, 7, 5, 9, 0, tzinfo=HERE)
WRITES = {
    "assignment": (
        "UPDATE assignment SET id=?, campaign=?, task=?, unit=?, period=?, role=?, phase=?, state=?, issued_on=?, "
        "received_on=?, submitted_on=?, first_submitted_on=?, settled_on=?, submissions=?, extensions=? WHERE id=?"
    ),
    "deadline": (
        "UPDATE deadline SET id=?, campaign=?, assignment=?, phase=?, unit=?, kind=?, state=?, epoch=?, due_on=?, "
        'first_due_on=?, basis=?, anchor_on=?, "offset"=?, ladder=?, began_at=?, provisional=?, remaining=?, '
        "next_at=? WHERE id=?"
    ),
}


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where both databases do not hold the same number of rows afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        base, twin = Path(folder) / "ours.db", Path(folder) / "theirs.db"
        _desk(base).database.close()
        shutil.copyfile(base, twin)
        desk = Desk(open_database(f"sqlite:///{base}"), SteppedClock(START + timedelta(hours=1)))
        hand = sqlite3.connect(twin, isolation_level=None)
        hand.execute("PRAGMA synchronous=FULL")
        journal = hand.execute("PRAGMA journal_mode").fetchone()[0]
        todo = _todo(hand)
        ours, theirs = iter(todo), iter(todo)
        yield compare(
            "durable transition (submit), one commit each, SQLite",
            "hand-written sqlite3, same rows, same mode",
            lambda: _ours(desk, next(ours)),
            lambda: _theirs(hand, next(theirs)),
            goal=1.5,
            rounds=4 if small else 20,
            each=5 if small else 20,
            mode=f"SQLite {sqlite3.sqlite_version}, journal_mode={journal}, synchronous=FULL",
        )
        _require_same_rows(base, twin)


def _desk(path: Path) -> Desk:
    desk = Desk(upgrade(f"sqlite:///{path}"), SteppedClock(START))
    create_campaign(desk, "shizhu", reader.shipped_bundle("shizhu"), {"adopted": "2022-07-05"})
    sweep(desk)
    return desk


def _todo(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    sql = "SELECT task, unit FROM assignment WHERE task LIKE 't_' ORDER BY id"
    return [(row[0], row[1]) for row in connection.execute(sql)]


def _ours(desk: Desk, which: tuple[str, str]) -> None:
    task, unit = which
    perform(desk, Command("submit", "shizhu", {"task": task, "unit": unit, "note": "已落实"}, actor=unit))


def _theirs(connection: sqlite3.Connection, which: tuple[str, str]) -> None:
    """Do the same by hand: read the rows, write the same ones, chain the history, commit."""
    connection.execute("BEGIN IMMEDIATE")
    head = connection.execute("SELECT id, seq, head, counter FROM campaign WHERE key='shizhu'").fetchone()
    row = list(
        connection.execute("SELECT * FROM assignment WHERE campaign=1 AND task=? AND unit=?", which).fetchone()
    )
    deadlines = connection.execute("SELECT * FROM deadline WHERE assignment=? ORDER BY id", (row[0],)).fetchall()
    row[7], row[9], row[10], row[11], row[13] = "submitted", "2022-07-05", "2022-07-05", "2022-07-05", 1
    connection.execute(WRITES["assignment"], (*row, row[0]))
    for deadline in deadlines:
        _end(connection, list(deadline))
    _insert(connection, head, row)
    connection.execute("COMMIT")


def _end(connection: sqlite3.Connection, deadline: list[object]) -> None:
    connection.execute('DELETE FROM armed WHERE "at"=? AND kind=1 AND ref=?', (deadline[17], deadline[0]))
    deadline[6], deadline[17] = "met" if deadline[5] == "receipt" else "suspended", None
    connection.execute(WRITES["deadline"], (*deadline, deadline[0]))


def _insert(connection: sqlite3.Connection, head: tuple[int, int, str, int], row: list[object]) -> None:
    number, seq, before, counter = head
    ids = iter(_ids(number, counter))
    now = 1656986400000
    told = {
        "action": "submit",
        "prev": before,
        "seq": seq + 1,
        "subject": f"{row[2]}/{row[3]}",
        "facts": {
            "assignment": row[0],
            "on": "2022-07-05",
            "evidence": [{"kind": "note", "name": "", "text": "已落实"}],
        },
    }
    data = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(data).hexdigest()
    connection.execute(
        "INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?)",
        (number, seq + 1, data, digest, now, row[3], "submit", "done", told["subject"]),
    )
    connection.execute(
        "INSERT INTO evidence VALUES (?,?,?,?,?,?,?,?,?)", (next(ids), 1, row[0], 1, "note", "", "已落实", "", 0)
    )
    review = next(ids)
    connection.execute(
        f"INSERT INTO deadline VALUES ({','.join('?' * 18)})",
        (
            review,
            1,
            row[0],
            row[6],
            "县创建办",
            "review",
            "armed",
            1,
            "2022-07-12",
            "2022-07-12",
            "duration",
            "2022-07-05",
            "5wd",
            "审核",
            now,
            0,
            None,
            now + 5 * 86_400_000,
        ),
    )
    connection.execute("INSERT INTO armed VALUES (?,?,?,?)", (now + 5 * 86_400_000, 1, review, 1))
    connection.execute(
        f"INSERT INTO item VALUES ({','.join('?' * 14)})",
        (next(ids), 1, "receipt", row[3], 0, "", "send", now, "waiting", 0, row[0], 0, 0, "{}"),
    )
    connection.execute("INSERT OR IGNORE INTO armed VALUES (?,?,?,?)", (now, 5, 1, 1))
    connection.execute(
        "UPDATE campaign SET seq=?, head=?, last_at=?, counter=? WHERE id=?",
        (seq + 1, digest, now, counter + 3, number),
    )


def _ids(number: int, counter: int) -> Iterator[int]:
    return (number << 32 | n for n in range(counter + 1, counter + 4))


def _require_same_rows(base: Path, twin: Path) -> None:
    ours, theirs = _counts(base), _counts(twin)
    if ours != theirs:
        raise RuntimeError(f"rows differ: {ours}, by hand {theirs}")


def _counts(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    tables = ("journal", "assignment", "deadline", "armed", "item", "evidence")
    return {t: connection.execute(f"SELECT COUNT(*) FROM {t}").fetchone()[0] for t in tables}


if __name__ == "__main__":
    run(measure)
