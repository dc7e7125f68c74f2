"""The journal only grows, and an occurrence is recorded once, whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.errors import DatabaseProblem
from engine.history import GENESIS, link
from engine.model import Campaign, Occurrence, Record
from engine.store.database import Database

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
FACTS = {
    "campaign": "small",
    "at": "2026-11-02T01:00:00.000Z",
    "actor": "创建办",
    "action": "start",
    "outcome": "done",
    "subject": "small",
}
FIRST = link(1, 1, GENESIS, FACTS)
OCCURRENCE = Occurrence(
    id=1,
    campaign=1,
    deadline=5,
    epoch=1,
    rung="催办",
    n_from=1,
    n_to=1,
    level=0,
    scheduled_at=AT,
    recorded_at=AT,
    outcome="raised",
)


@pytest.fixture
def kept(database: Database) -> Database:
    with database.write() as work:
        work.add(FIRST)
    return database


def changing(database: Database, statement: str) -> None:
    with database.lent() as connection:
        connection.execute(statement)


def records(database: Database) -> list[Record]:
    with database.read() as work:
        return work.find(Record, order="journal, seq")


STATEMENTS = (
    "UPDATE journal SET actor = 'x'",
    "UPDATE journal SET seq = 2 WHERE seq = 1",
    "DELETE FROM journal",
    "DELETE FROM journal WHERE journal = 1 AND seq = 1",
)
SQLITE = (
    "INSERT OR REPLACE INTO journal SELECT journal, seq, data, 'x', at, actor, action, outcome, subject FROM journal",
    "REPLACE INTO journal SELECT * FROM journal",
    "INSERT INTO journal SELECT * FROM journal WHERE true ON CONFLICT DO UPDATE SET hash = 'x'",
)
POSTGRESQL = (
    "TRUNCATE journal",
    "TRUNCATE journal CASCADE",
    "INSERT INTO journal SELECT * FROM journal ON CONFLICT (journal, seq) DO UPDATE SET hash = 'x'",
    "SET LOCAL session_replication_role = replica; DELETE FROM journal",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_record_is_neither_changed_nor_taken_away(kept: Database, statement: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        changing(kept, statement)
    assert records(kept) == [FIRST]


@pytest.mark.parametrize(
    ("backend", "statement"),
    [
        *(("sqlite", s) for s in SQLITE),
        *(("postgresql", s) for s in POSTGRESQL),
    ],
    indirect=["backend"],
)
def test_no_way_round_leads_to_a_record(kept: Database, statement: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        changing(kept, statement)
    assert records(kept) == [FIRST]


def test_work_itself_cannot_change_a_record(kept: Database) -> None:
    def put() -> None:
        with kept.write() as work:
            work.put(replace(FIRST, actor="x"))

    with pytest.raises(DatabaseProblem) as told:
        put()
    assert "append-only" in told.value.line() and "\n" not in told.value.line()
    assert records(kept) == [FIRST]


def adding(database: Database, *things: object) -> Callable[[], None]:
    def add() -> None:
        with database.write() as work:
            for thing in things:
                work.add(thing)

    return add


def test_a_number_of_a_journal_is_given_once(kept: Database) -> None:
    with pytest.raises(DatabaseProblem):
        adding(kept, replace(FIRST, hash="other"))()
    adding(kept, link(2, 1, GENESIS, FACTS), link(1, 2, FIRST.hash, FACTS))()
    assert [(r.journal, r.seq) for r in records(kept)] == [(1, 1), (1, 2), (2, 1)]


def test_a_point_of_a_rung_is_recorded_once_in_an_epoch(database: Database) -> None:
    adding(database, OCCURRENCE)()
    with pytest.raises(DatabaseProblem):
        adding(database, replace(OCCURRENCE, id=2, outcome="absorbed"))()
    adding(
        database,
        replace(OCCURRENCE, id=3, epoch=2),
        replace(OCCURRENCE, id=4, n_from=2, n_to=2),
        replace(OCCURRENCE, id=5, rung="提前"),
        replace(OCCURRENCE, id=6, deadline=6),
    )()
    with database.read() as work:
        assert [o.id for o in work.find(Occurrence, order="id")] == [1, 3, 4, 5, 6]


def test_a_campaign_held_by_one_worker_is_skipped_by_the_next(postgres: Any, postgres_template: str) -> None:
    from engine.store.database import open_database

    url = postgres.new(postgres_template)
    first, second = open_database(url), open_database(url)
    adding(first, *(replace(HEAD, id=i, uid=f"c{i}", key=f"c{i}") for i in (1, 2, 3)))()
    sql = 'SELECT id FROM "campaign" ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1'
    with first.write() as one, second.write() as two:
        assert one.rows(sql)[0][0] == 1
        assert two.rows(sql)[0][0] == 2
    first.close()
    second.close()


HEAD = Campaign(
    id=1,
    uid="small",
    key="small",
    title="",
    workflow="w",
    calendar="c",
    extra="",
    state="running",
    phase="first",
    adopted_on=AT.date(),
    trial=False,
    rehearsal=True,
    seq=0,
    head=GENESIS,
    last_at=AT,
    counter=0,
)
