"""What must hold when a run is over, read with plain SQL and counted without the engine."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import Any

import psycopg

from tests.faults.clocks import EPOCH, MILLISECOND
from tests.faults.county import County, points

Rows = list[tuple[Any, ...]]
GENESIS = "0" * 64
SHOWN = 5
ATTEMPTS = 300


@dataclass
class Eye:
    """Looks into a database with plain SQL over one connection; again where it is locked or its server was gone.

    `meanwhile` is called between attempts: who holds the lock may be one that was frozen.
    """

    url: str
    meanwhile: Callable[[], None] = lambda: None
    _connection: Any = None

    def rows(self, sql: str) -> Rows:
        """Return the rows of a statement."""
        for _ in range(ATTEMPTS):
            try:
                return list(self._open().execute(sql).fetchall())
            except (psycopg.OperationalError, sqlite3.OperationalError) as error:
                if isinstance(error, sqlite3.Error) and "locked" not in str(error):
                    raise
                self.close()
                self.meanwhile()
                sleep(0.1)
        raise TimeoutError(f"{self.url} does not answer")

    def one(self, sql: str) -> int:
        """Return the one number that a statement finds."""
        return int(self.rows(sql)[0][0])

    def _open(self) -> Any:
        if self._connection is None and self.url.startswith("sqlite"):
            self._connection = sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=0.1)
        elif self._connection is None:
            self._connection = psycopg.connect(self.url, autocommit=True)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def stated(what: str, found: Iterable[object]) -> list[str]:
    """Return one finding for all of a kind: how many there are, and the first of them."""
    every = list(found)
    return [f"{len(every)} {what}: {'; '.join(map(str, every[:SHOWN]))}"] if every else []


# --- rungs (F4) ---

RUNGS = """
SELECT c."key", a.task, a.unit, o.rung, o.n_from, o.n_to, o.scheduled_at, o.recorded_at
FROM occurrence o JOIN deadline d ON d.id = o.deadline JOIN assignment a ON a.id = d.assignment
JOIN campaign c ON c.id = o.campaign WHERE d.kind = 'due'
"""
SUBMITTED = """
SELECT c."key", j.subject, j.at FROM journal j JOIN campaign c ON c.id = j.journal
WHERE j.action = 'submit' AND j.outcome = 'done'
"""
LONGEST_WAIT = timedelta(days=30)


def rungs(eye: Eye, counties: Mapping[str, County], until: datetime) -> list[str]:
    """Hold what is recorded against what lay due until an instant: nothing missing, doubled, early or made up.

    What was handed in owes nothing that lies due afterwards. What came due shortly before may have waited for
    its turn: for a working day, or for the level below.
    """
    closed = {(row[0], *row[1].split("/")): EPOCH + row[2] * MILLISECOND for row in eye.rows(SUBMITTED)}
    fired: Counter[tuple[object, ...]] = Counter()
    wrong = []
    instants = _instants(counties)
    for key, task, unit, rung, n_from, n_to, scheduled, recorded in eye.rows(RUNGS):
        where = (key, task, unit, rung)
        fired.update((*where, n) for n in range(n_from, n_to + 1))
        at = instants.get((*where, n_to))
        if at is None or scheduled != ms_of(at) or recorded < scheduled:
            wrong.append((*where, n_to, scheduled, recorded))
    due = {
        where
        for where, at in instants.items()
        if at <= min(until, closed.get(where[:3], until + LONGEST_WAIT) - LONGEST_WAIT)
    }
    doubled = [where for where, times in fired.items() if times > 1]
    late = [where for where in fired if where in instants and instants[where] > closed.get(where[:3], until)]
    return [
        *stated("points missing", sorted(due - fired.keys())),
        *stated("points doubled", doubled),
        *stated("points at a wrong instant", wrong),
        *stated("points after the end", late),
    ]


def _instants(counties: Mapping[str, County]) -> dict[tuple[str, str, str, str, int], datetime]:
    grids = {(day, county.ladder): points(day, county.ladder) for county in counties.values() for day in county.due}
    return {
        (key, task, unit, point.rung, point.n): point.at
        for key, county in counties.items()
        for task, unit, day in county.owed()
        for point in grids[day, county.ladder]
    }


def ms_of(at: datetime) -> int:
    return (at - EPOCH) // MILLISECOND


def fires(eye: Eye) -> int:
    """Return how many points are recorded."""
    return eye.one("SELECT COALESCE(SUM(n_to - n_from + 1), 0) FROM occurrence")


# --- acts of persons (P5) ---


def acts(eye: Eye, noted: Iterable[Mapping[str, Any]]) -> list[str]:
    """Hold the history against what a clerk noted: the acknowledged once, the refused never, the rest at most once."""
    kept = Counter((row[0], json.loads(bytes(row[1]))["once"].get("key")) for row in eye.rows(ACTS))
    last = {(note["campaign"], note["key"]): note["word"] for note in noted}
    wrong = {
        "acknowledged acts not recorded once": [a for a, word in last.items() if word == "done" and kept[a] != 1],
        "refused acts recorded": [a for a, word in last.items() if word == "refused" and kept[a]],
        "acts recorded twice": [a for a, times in kept.items() if a[1] and times > 1],
        "acts given up": [a for a, word in last.items() if word == "gave up"],
        "acts that nobody meant": [a for a in kept if a[1] and a not in last],
    }
    return [line for what, found in wrong.items() for line in stated(what, found)]


ACTS = """
SELECT c."key", j.data FROM journal j JOIN campaign c ON c.id = j.journal
WHERE j.outcome = 'done' AND j.action IN ('submit', 'accept')
"""


# --- chains and heads (H1) ---


def chains(eye: Eye) -> list[str]:
    """Hash every record again and follow each journal to its head."""
    ends: dict[int, tuple[int, str]] = {}
    broken = []
    for journal, seq, data, kept in eye.rows('SELECT journal, seq, data, "hash" FROM journal ORDER BY 1, 2'):
        last, before = ends.get(journal, (0, GENESIS))
        told = json.loads(bytes(data))
        if (seq, told["prev"], kept) != (last + 1, before, sha256(bytes(data)).hexdigest()):
            broken.append(f"{journal}:{seq}")
        ends[journal] = (seq, kept)
    heads = eye.rows("SELECT id, seq, head FROM campaign UNION ALL SELECT id, seq, head FROM system")
    wrong = [number for number, *head in heads if tuple(head) != ends.get(number)]
    return [*stated("records out of the chain", broken), *stated("heads that are not the last record", wrong)]


# --- what is told (F5, N1, N3) ---


def notices(eye: Eye) -> list[str]:
    """Hold items, notices and messages against each other: each raise told once, nothing half way."""
    untold = """SELECT o.id FROM occurrence o LEFT JOIN item i ON i.occurrence = o.id
        WHERE o.outcome = 'raised' AND i.id IS NULL"""
    twice = """SELECT occurrence FROM item WHERE occurrence <> 0 GROUP BY occurrence, unit HAVING count(*) > 1"""
    loose = """SELECT i.id FROM item i LEFT JOIN notice n ON n.id = i.notice
        WHERE i.state <> 'moot' AND (i.state <> 'bound' OR n.id IS NULL)"""
    unsent = "SELECT id FROM notice WHERE state NOT IN ('sent', 'failed')"
    a_day = """SELECT campaign, unit, kind, level, day FROM notice WHERE kind IN ('reminder', 'overdue')
        GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1"""
    lost = "SELECT n.id FROM notice n LEFT JOIN outbox o ON o.notice = n.id WHERE o.id IS NULL"
    return [
        *stated("raised rungs without an item", eye.rows(untold)),
        *stated("occurrences told twice to one unit", eye.rows(twice)),
        *stated("items neither in a notice nor moot", eye.rows(loose)),
        *stated("notices not sent", eye.rows(unsent)),
        *stated("notices beside another of the day", eye.rows(a_day)),
        *stated("notices without a message", eye.rows(lost)),
    ]


def messages(eye: Eye, now: datetime) -> list[str]:
    """Nothing is queued, and no lease outlasts its worker."""
    queued = "SELECT id FROM outbox WHERE state = 'queued'"
    leased = f"SELECT id FROM outbox WHERE state = 'queued' AND lease_until > {ms_of(now)}"
    return [
        *stated("messages still queued", eye.rows(queued)),
        *stated("messages still leased", eye.rows(leased)),
    ]


def letters(eye: Eye, folder: Path) -> list[str]:
    """Each message that was sent lies in the folder once, whole, to its recipient; nothing else does."""
    sent = {row[0]: row[1] for row in eye.rows(SENT)}
    campaigns = dict(eye.rows("SELECT uid, id FROM campaign"))
    found = dict(_letter(path, campaigns) for path in folder.rglob("*.eml"))
    wrong = [name for name, to in found.items() if sent.get(name, name) != to]
    return [
        *stated("messages sent without a letter", sorted(sent.keys() - found.keys())),
        *stated("letters that nobody sent, or to another", wrong),
    ]


SENT = "SELECT id, recipient FROM outbox WHERE state = 'sent'"


def _letter(path: Path, campaigns: Mapping[str, int]) -> tuple[int, str]:
    letter = message_from_bytes(path.read_bytes())
    _, campaign, _, outgoing = str(letter["Message-ID"]).strip("<>").partition("@")[0].split(".")
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes) and body, f"{path} is cut short"
    return campaigns[campaign] << 32 | int(outgoing), str(letter["To"])


# --- what is left behind ---


def locks(eye: Eye) -> list[str]:
    """Nobody but us is connected, and no lock is held."""
    if eye.url.startswith("sqlite"):
        return []
    here = "FROM pg_database WHERE datname = current_database()"
    others = f"SELECT pid, state, query FROM pg_stat_activity WHERE datid = (SELECT oid {here}) AND pid <> pg_backend_pid()"
    held = f"SELECT locktype, mode FROM pg_locks WHERE database = (SELECT oid {here}) AND pid <> pg_backend_pid()"
    return [*stated("connections left", eye.rows(others)), *stated("locks left", eye.rows(held))]


def settled(check: Callable[[], list[str]], patience: Callable[[], Iterator[None]]) -> list[str]:
    """Return what is found once it is nothing, or when patience is over: a server notices a death after a moment."""
    found = check()
    for _ in patience():
        if not found:
            break
        found = check()
    return found
