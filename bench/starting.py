"""Starting a campaign of 100,000 assignments, with history and armed moments, against executemany of the same rows.

Run: python -m bench.starting

Both sides begin in an empty database. The hand-written side is told the few rows of the campaign itself (its head,
its phase, its texts, its contacts, its records) and makes the rows of the assignments: each with two dates, their
armed moments and the item that tells the unit.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from bench import byhand, county
from bench.harness import Ratio, compare, run
from engine.clock import SteppedClock
from engine.records import replace
from engine.service.campaigns.founding import create_campaign
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from engine.store.migrations import upgrade

BEGUN_AT = int(county.BEGIN.timestamp() * 1000)
TODAY, DUE_ON, CONFIRM_ON = "2026-11-02", "2027-01-29", "2026-11-05"
DUE_SEEN_AT, CONFIRM_SEEN_AT = 1800925200000, 1793930400000
ASSIGNED = (
    f"INSERT INTO assignment VALUES (?, 1, ?, ?, '', 'responsible', 'first', 'issued', '{TODAY}', {'NULL, ' * 4}0, 0)"
)
DUE = (
    f"INSERT INTO deadline VALUES (?, 1, ?, 'first', ?, 'due', 'armed', 1, '{DUE_ON}', '{DUE_ON}', 'printed', "
    f"'{DUE_ON}', '', '催办', {BEGUN_AT}, 0, NULL, {DUE_SEEN_AT})"
)
CONFIRM = (
    f"INSERT INTO deadline VALUES (?, 1, ?, 'first', ?, 'receipt', 'armed', 1, '{CONFIRM_ON}', '{CONFIRM_ON}', "
    f"'duration', '{TODAY}', '3wd', '签收', {BEGUN_AT}, 0, NULL, {CONFIRM_SEEN_AT})"
)
ARMED = "INSERT INTO armed VALUES (?, 1, ?, 1)"
ITEM = f"INSERT INTO item VALUES (?, 1, 'task_issued', ?, 0, '', 'send', {BEGUN_AT}, 'waiting', 0, ?, ?, 0, '{{}}')"
FEW = ("campaign", "phase", "contact", "blob", "journal", "system")


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where any cell of the two databases differs afterwards."""
    tasks, towns, rounds = (20, 50, 2) if small else (200, 500, 5)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        upgrade(county.url_of(room / "empty.db")).close()
        few = _few_rows(room, tasks, towns)
        yield compare(
            f"starting a campaign of {tasks * towns:,} assignments",
            "hand-written executemany of the same rows",
            lambda: start(room / "ours.db", tasks, towns),
            lambda: start_by_hand(room / "theirs.db", tasks, towns, few),
            goal=2.0,
            rounds=rounds,
            mode=_mode(room / "empty.db"),
            by_cpu=True,
            before_ours=lambda: _empty(room, "ours.db"),
            before_theirs=lambda: _empty(room, "theirs.db"),
        )
        byhand.require_same_rows(room / "ours.db", room / "theirs.db")


def start(path: Path, tasks: int, towns: int) -> None:
    """Start the campaign of a county, as one command does; what is drawn by lot is counted, so that it repeats."""
    made = new_desk(open_database(county.url_of(path)), SteppedClock(county.BEGIN))
    names = count(1)
    desk = replace(made, token=lambda: f"{next(names):016x}")
    create_campaign(desk, county.KEY, county.bundle(tasks, towns), {"adopted": TODAY})
    desk.database.close()


Few = dict[str, list[Any]]


def start_by_hand(path: Path, tasks: int, towns: int, few: Few) -> None:
    """Write the rows of the same campaign, table by table."""
    first = (1 << 32) + towns + 3
    owed = [(first + 4 * n, task, unit) for n, (task, unit) in enumerate(county.owed(tasks, towns))]
    connection = byhand.opened(path)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(ASSIGNED, owed)
    connection.executemany(DUE, ((n + 1, n, unit) for n, _, unit in owed))
    connection.executemany(CONFIRM, ((n + 2, n, unit) for n, _, unit in owed))
    connection.executemany(ARMED, ((DUE_SEEN_AT, n + 1) for n, _, _ in owed))
    connection.executemany(ARMED, ((CONFIRM_SEEN_AT, n + 2) for n, _, _ in owed))
    connection.executemany(ITEM, ((n + 3, unit, n, n + 1) for n, _, unit in owed))
    _write_few(connection, few)
    connection.execute("COMMIT")
    connection.close()


def _few_rows(room: Path, tasks: int, towns: int) -> Few:
    """Return the rows of the campaign itself, and what is armed and dated for it, from one that was started."""
    _empty(room, "ours.db")
    start(room / "ours.db", tasks, towns)
    connection = sqlite3.connect(room / "ours.db")
    few = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in FEW}
    few["deadline"] = connection.execute("SELECT * FROM deadline WHERE kind = 'gate'").fetchall()
    gates = "SELECT id FROM deadline WHERE kind = 'gate'"
    few["armed"] = connection.execute(f"SELECT * FROM armed WHERE kind <> 1 OR ref IN ({gates})").fetchall()
    connection.close()
    return few


def _write_few(connection: sqlite3.Connection, few: Few) -> None:
    for table, rows in few.items():
        for row in rows:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def _empty(room: Path, name: str) -> None:
    shutil.copyfile(room / "empty.db", room / name)


def _mode(path: Path) -> str:
    with closing(byhand.opened(path)) as connection:
        return byhand.mode(connection)


if __name__ == "__main__":
    run(measure)
