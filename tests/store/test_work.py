"""A unit of work reads each record once and writes what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from records import TALLY

from engine.errors import DatabaseDamaged, DatabaseProblem
from engine.model import Armed, Blob, Tally
from engine.store.codec import mapping
from engine.store.database import Database
from engine.store.together import MOST
from engine.store.work import CHUNK, UnitOfWork

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def work(database: Database) -> Iterator[UnitOfWork]:
    with database.write() as found:
        yield found


def numbered(*numbers: int) -> list[Tally]:
    return [replace(TALLY, id=number) for number in numbers]


def test_a_record_is_read_once_and_is_the_same_thing_each_time(work: UnitOfWork) -> None:
    work.add(TALLY)
    work.forget(Tally)
    first = work.get(Tally, 1)
    assert first == TALLY
    assert work.get(Tally, 1) is first
    assert work.find(Tally, campaign=1)[0] is first
    assert work.among(Tally, "id", [1])[0] is first


def test_what_is_not_there_is_none(work: UnitOfWork) -> None:
    assert work.get(Tally, 1) is None
    assert work.find(Tally, campaign=1) == []
    assert work.among(Tally, "id", []) == []


def test_readers_see_what_was_added_put_and_dropped_before(work: UnitOfWork) -> None:
    for tally in numbered(1, 2, 3):
        work.add(tally)
    assert work.find(Tally, order="id") == numbered(1, 2, 3)
    changed = replace(TALLY, id=2, number=9)
    work.put(changed)
    work.drop(Tally, 3)
    work.add(replace(TALLY, id=4, number=9))
    assert work.get(Tally, 2) is changed
    assert work.get(Tally, 3) is None
    assert [t.id for t in work.find(Tally, number=9, order="id")] == [2, 4]
    assert [t.id for t in work.among(Tally, "id", [1, 3, 4], order="id")] == [1, 4]
    assert [t.id for t in work.select(Tally, "number < ?", (9,), order="id")] == [1]
    assert [t.id for t in work.stream(Tally, "number = ?", (9,), order="id")] == [2, 4]
    assert work.rows('SELECT COUNT(*) FROM "tally"')[0][0] == 3


def test_a_record_added_and_put_is_written_once_as_last_put(work: UnitOfWork) -> None:
    work.add(TALLY)
    work.put(replace(TALLY, number=2))
    work.put(replace(TALLY, number=3))
    work.forget(Tally)
    assert work.find(Tally) == [replace(TALLY, number=3)]


def test_what_is_added_as_rows_is_found_changed_and_dropped_like_any_other(work: UnitOfWork) -> None:
    for unit in ("first", "again"):
        work.add_rows(Tally, [mapping(Tally).encode(replace(each, unit=unit)) for each in numbered(1, 2, 3)])
        work.put(replace(TALLY, id=2, number=9))
        work.drop(Tally, 3)
        assert work.get(Tally, 1) == replace(TALLY, unit=unit)
        assert [(t.id, t.number) for t in work.find(Tally, order="id")] == [(1, TALLY.number), (2, 9)]
        work.drop(Tally, 1)
        work.drop(Tally, 2)
    work.add_rows(Tally, [mapping(Tally).encode(TALLY)])
    assert work.get(Tally, 1) == TALLY


def test_a_record_added_and_dropped_is_never_written(work: UnitOfWork) -> None:
    work.add(TALLY)
    work.drop(Tally, 1)
    assert work.find(Tally) == []


def test_a_record_put_and_dropped_is_gone(work: UnitOfWork) -> None:
    work.add(TALLY)
    work.flush()
    work.put(replace(TALLY, number=2))
    work.drop(Tally, 1)
    assert work.get(Tally, 1) is None
    assert work.find(Tally) == []


def test_a_record_dropped_and_added_again_is_there_as_added(work: UnitOfWork) -> None:
    work.add(TALLY)
    work.flush()
    work.drop(Tally, 1)
    work.add(replace(TALLY, number=5))
    work.forget(Tally)
    assert work.find(Tally) == [replace(TALLY, number=5)]


def test_a_moment_armed_disarmed_and_armed_again_in_every_order_is_there_once(work: UnitOfWork) -> None:
    armed = Armed(at=AT, kind=1, ref=7, campaign=1)
    for _ in range(3):
        work.add(armed)
        work.flush()
        work.drop(Armed, AT, 1, 7)
        work.add(armed)
        work.drop(Armed, AT, 1, 7)
        assert work.get(Armed, AT, 1, 7) is None
    work.add(armed)
    assert work.find(Armed) == [armed]


def test_dropping_what_is_not_there_is_nothing(work: UnitOfWork) -> None:
    work.drop(Tally, 77)
    work.flush()
    assert work.find(Tally) == []


def test_more_values_than_a_statement_takes_are_asked_for_in_parts(work: UnitOfWork) -> None:
    for tally in numbered(*range(1, 2 * CHUNK + 8)):
        work.add(tally)
    found = work.among(Tally, "id", range(1, 2 * CHUNK + 8))
    assert {tally.id for tally in found} == set(range(1, 2 * CHUNK + 8))


def test_a_stream_of_many_rows_is_whole_and_in_order(work: UnitOfWork) -> None:
    for tally in numbered(*range(1, 4502)):
        work.add(tally)
    assert [tally.id for tally in work.stream(Tally, order="id")] == list(range(1, 4502))


def test_texts_with_marks_in_them_are_only_texts(work: UnitOfWork) -> None:
    odd = replace(TALLY, quota="? %s % :x ' \" \\ ;--", note="100%")
    work.add(odd)
    work.forget(Tally)
    assert work.find(Tally, quota=odd.quota) == [odd]
    assert work.select(Tally, "note LIKE ?", ("100%",)) == [odd]


def test_what_is_written_at_the_end_goes_out_before_the_commit(database: Database) -> None:
    with database.write() as work:
        work.add(TALLY)
        work.put(replace(TALLY, number=2))
    with database.read() as work:
        assert work.find(Tally) == [replace(TALLY, number=2)]


def test_adding_what_is_there_is_refused_and_nothing_is_kept(database: Database) -> None:
    with database.write() as work:
        work.add(TALLY)
    with pytest.raises(DatabaseProblem), database.write() as work:  # noqa: PT012
        work.add(Blob(sha="a", data=b"a"))
        work.add(TALLY)
    with database.read() as work:
        assert work.find(Blob) == []


def test_changing_what_is_not_there_is_an_error_and_not_lost_in_silence(database: Database) -> None:
    with pytest.raises(DatabaseDamaged), database.write() as work:
        work.put(TALLY)


@pytest.mark.parametrize("number", [1, MOST, MOST + 1])
def test_little_or_much_is_written_whole_or_not_at_all(database: Database, number: int) -> None:
    many = numbered(*range(1, number + 1))
    with database.write() as work:
        for tally in many:
            work.add(tally)
    with pytest.raises(DatabaseDamaged):
        change(database, *many, replace(TALLY, id=number + 1))
    with database.write() as work:
        assert work.find(Tally, order="id") == many
        for tally in many:
            work.drop(Tally, tally.id)
    with database.read() as work:
        assert work.find(Tally) == []


def test_several_questions_are_answered_at_once_with_what_was_put_before(work: UnitOfWork) -> None:
    armed = Armed(at=AT, kind=1, ref=7, campaign=1)
    for record in (*numbered(3, 1, 2), armed):
        work.add(record)
    work.forget(Armed)
    second = work.must(Tally, 2)
    tallies, none, moments = work.gather(
        (Tally, "campaign = ? AND id < ?", (1, 3)), (Tally, "campaign = ?", (2,)), (Armed, "ref = ?", (7,))
    )
    assert (tallies, none, moments) == (numbered(1, 2), [], [armed])
    assert tallies[1] is second


def test_what_is_asked_first_is_answered_once_as_the_transaction_begins(database: Database) -> None:
    with database.write() as work:
        work.add(TALLY)
    asked = (Tally, "unit = ? AND id = ?", (TALLY.unit, 1))
    told: list[str] = []
    with replace(database, watch=told.append).write(asked) as work:
        found: list[Tally] = work.select(*asked)
        assert found == [TALLY]
        work.put(replace(TALLY, number=9))
        work.forget(Tally)
        assert [tally.number for tally in work.select(*asked)] == [9]
    assert [statement.split()[0] for statement in told][:2] == ["BEGIN", "SELECT"]


def change(database: Database, *tallies: Tally) -> None:
    with database.write() as work:
        for tally in tallies:
            work.put(replace(tally, number=7))


def test_a_watcher_is_told_each_statement_before_it_runs(database: Database) -> None:
    told: list[str] = []
    with replace(database, watch=told.append).write() as work:
        for tally in numbered(1, 2):
            work.add(tally)
        work.find(Tally)
        work.drop(Tally, 1)
    assert [statement.split()[0] for statement in told] == [
        "BEGIN",
        "INSERT",
        "SELECT",
        "DELETE",
        "COMMIT",
        "COMMITTED",
    ]
