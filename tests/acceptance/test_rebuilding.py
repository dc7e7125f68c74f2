"""Rows that are not what the history says are made anew from it; the history itself is never touched (H5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from office import OTHER, TOWN, Office, opened

from engine.errors import HistoryBroken
from engine.model import Assignment, Deadline, Outgoing, Record
from engine.records import replace
from engine.service.audit.rebuilding import rebuild
from engine.store.codec import KEPT, OPERATIONS
from engine.store.database import Database
from engine.store.schema import TRIGGERS
from engine.store.work import UnitOfWork

Harm = Callable[[UnitOfWork], object]


@pytest.fixture
def office(database: Database) -> Office:
    """An office whose campaign runs, with messages sent and some that wait, one of them in a worker's hand."""
    office = opened(database=database).live_until("2022-08-26T12:00")
    office.submit()
    office.do("hold", task="report", unit=OTHER, level=2, reason="核实")
    return office.at("2022-09-01T11:00")


def rows(office: Office) -> dict[str, list[Any]]:
    """Return all rows of the state, but for operations."""
    kinds = KEPT.keys() - {Record, *OPERATIONS}
    with office.desk.database.read() as work:
        return {KEPT[kind].table: sorted(map(repr, work.find(kind))) for kind in kinds}


def history(office: Office) -> list[tuple[int, int, bytes]]:
    with office.desk.database.read() as work:
        return sorted((record.journal, record.seq, record.data) for record in work.find(Record))


def harmed(office: Office, harm: Harm) -> None:
    with office.desk.database.write() as work:
        harm(work)


def changed(work: UnitOfWork) -> None:
    for row in work.find(Assignment, unit=TOWN):
        work.put(replace(row, state="accepted", settled_on=None))
    for row in work.find(Deadline, unit=OTHER):
        work.put(replace(row, epoch=7))


def deleted(work: UnitOfWork) -> None:
    for table in ("armed", "evidence", "occurrence"):
        work.rows(f'DELETE FROM "{table}" RETURNING 1')


def added(work: UnitOfWork) -> None:
    first = work.find(Assignment, unit=TOWN)[0]
    work.add(replace(first, id=first.id | 0xFFFFFF, unit="新乡"))


HARMS: dict[str, Harm] = {"changed": changed, "deleted": deleted, "added": added}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_rows_that_somebody_changed_are_made_what_the_history_says(office: Office, harm: Harm) -> None:
    before, told = rows(office), history(office)
    harmed(office, harm)
    assert office.audit().findings != ()
    found = rebuild(office.desk)
    assert found.differences != ()
    after = rows(office)
    assert {name: lines for name, lines in after.items() if name != "system"} == {
        name: lines for name, lines in before.items() if name != "system"
    }
    assert office.audit().findings == ()
    assert history(office)[: len(told) + 1] != [] and [one for one in history(office) if one in told] == told


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_it_is_recorded_once_and_a_second_rebuild_finds_nothing(office: Office, harm: Harm) -> None:
    harmed(office, harm)
    rebuild(office.desk)
    assert rebuild(office.desk).differences == ()
    with office.desk.database.read() as work:
        assert [record.action for record in work.find(Record, journal=0)].count("rebuild") == 1


def test_a_sound_base_is_left_as_it_is_and_nothing_is_recorded(office: Office) -> None:
    before, told = rows(office), history(office)
    assert rebuild(office.desk).differences == ()
    assert (rows(office), history(office)) == (before, told)


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_dry_run_says_the_same_and_changes_nothing(office: Office, harm: Harm) -> None:
    harmed(office, harm)
    before, told = rows(office), history(office)
    foreseen = rebuild(office.desk, dry_run=True)
    assert (rows(office), history(office)) == (before, told)
    assert foreseen.differences == rebuild(office.desk).differences != ()


def test_what_a_worker_has_in_hand_stays_in_its_hand(office: Office) -> None:
    def leased(work: UnitOfWork) -> None:
        for one in work.find(Outgoing, order="id")[:1]:
            work.put(replace(one, state="queued", lease="worker#9", lease_until=office.clock.at))

    harmed(office, leased)
    kept = [(one.lease, one.lease_until) for one in office.find(Outgoing) if one.lease]
    rebuild(office.desk)
    assert [(one.lease, one.lease_until) for one in office.find(Outgoing) if one.lease] == kept != []
    assert {one.state for one in office.find(Outgoing)} == {"sent"}


def test_a_history_that_does_not_hold_rebuilds_nothing(office: Office) -> None:
    harmed(office, changed)
    with office.desk.database.write() as work:
        for statement in _of_one_who_may_do_anything(office.desk.database):
            work._cursor.execute(statement)
    before, told = rows(office), history(office)
    for dry_run in (True, False):
        with pytest.raises(HistoryBroken) as caught:
            rebuild(office.desk, dry_run=dry_run)
        assert caught.value.code == "PG320"
    assert (rows(office), history(office)) == (before, told)


def _of_one_who_may_do_anything(database: Database) -> Iterator[str]:
    """Yield what changes the hash of a record."""
    change = "UPDATE journal SET hash = 'x' WHERE journal = 1 AND seq = 3"
    if database.is_postgres:
        yield from ("ALTER TABLE journal DISABLE TRIGGER ALL", change)
        yield from (f"ALTER TABLE journal ENABLE ALWAYS TRIGGER {name}" for name in TRIGGERS["postgresql"])
    else:
        yield from (*(f"DROP TRIGGER {name}" for name in TRIGGERS["sqlite"]), change, *TRIGGERS["sqlite"].values())
