"""One durable transition against DBOS: a workflow of one step, its system database in SQLite.

Run: python -m bench.dbos

The peer is used as its documentation has it, with the file and the modes that it chooses by itself. Its step hands
in by one UPDATE of a database of its own, which waits for no disk: what is measured is what DBOS keeps of it.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dbos import DBOS, DBOSConfig

from bench import county, crowd
from bench.durable import submit
from bench.harness import Ratio, compare, run

TASKS, TOWNS = 20, 30


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where DBOS did not keep each workflow and its step."""
    rounds, each = (4, 5) if small else (20, 20)
    with tempfile.TemporaryDirectory() as folder:
        base, peer = Path(folder) / "ours.db", Path(folder) / "theirs.db"
        county.new(county.url_of(base), TASKS, TOWNS)
        desk = county.desk_of(county.url_of(base))
        handed_in = _launched(peer)
        ours, theirs = iter(county.owed(TASKS, TOWNS)), iter(county.owed(TASKS, TOWNS))
        yield compare(
            "durable transition (submit), one commit each, SQLite",
            "DBOS: a workflow of one step",
            lambda: submit(desk, *next(ours)),
            lambda: _submitted(*next(theirs)),
            goal=0.2,
            rounds=rounds,
            each=each,
            mode=_mode(crowd.mode(base), peer),
        )
        DBOS.destroy()
        _require_kept(peer, handed_in, rounds * each)


STATES: dict[tuple[str, str], str] = {}


@DBOS.step()
def _hand_in(task: str, unit: str) -> str:
    STATES[task, unit] = "submitted"
    return STATES[task, unit]


@DBOS.workflow()
def _submitted(task: str, unit: str) -> str:
    return _hand_in(task, unit)


def _launched(path: Path) -> dict[tuple[str, str], str]:
    config: DBOSConfig = {"name": "bench", "system_database_url": f"sqlite:///{path}", "log_level": "ERROR"}
    DBOS(config=config)
    DBOS.launch()
    return STATES


def _mode(ours: str, path: Path) -> str:
    connection = sqlite3.connect(path)
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    connection.close()
    theirs = f"DBOS its own: journal_mode={journal}, synchronous={'FULL' if level == 2 else level}"
    return f"{ours}; {theirs}"


def _require_kept(path: Path, handed_in: dict[tuple[str, str], str], number: int) -> None:
    connection = sqlite3.connect(path)
    kept = [
        connection.execute(sql).fetchone()[0]
        for sql in (
            "SELECT COUNT(*) FROM workflow_status WHERE status = 'SUCCESS'",
            "SELECT COUNT(*) FROM operation_outputs",
        )
    ]
    if kept != [number, number] or len(handed_in) != number:
        raise RuntimeError(f"{number} workflows of one step, DBOS keeps {kept}, {len(handed_in)} were handed in")


if __name__ == "__main__":
    run(measure)
