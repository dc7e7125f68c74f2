"""The roll of workers, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from engine.bootstrap import newcomer
from engine.clock import SteppedClock
from engine.model import Worker
from engine.service.clock.sweep import WorkShare
from engine.service.delivery.workers import enter, leave, liveliness, renew, roll
from engine.service.kernel.desk import Desk
from engine.service.kernel.registry import new_desk
from engine.store.database import Database, open_database

AT = datetime(2022, 10, 9, 1, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> Desk:
    return new_desk(database=database, clock=SteppedClock(AT))


def at(desk: Desk, seconds: float) -> Desk:
    return replace(desk, clock=SteppedClock(AT + timedelta(seconds=seconds)))


def rolled(desk: Desk) -> list[Worker]:
    with desk.database.read() as work:
        return roll(work)


def test_workers_that_enter_at_once_under_one_name_get_numbers_of_their_own(database_url: str) -> None:
    def come(_: int) -> str:
        database = open_database(database_url)
        entered = enter(new_desk(database=database, clock=SteppedClock(AT)), newcomer("east", 30))
        database.close()
        return entered.identity

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come, range(8))) == [f"east#{n}" for n in range(1, 9)]


def test_each_worker_has_its_place_among_those_that_live(desk: Desk) -> None:
    first, second, third = (enter(desk, newcomer(name, 30)) for name in "abc")
    assert [renew(desk, one) for one in (first, second, third)] == [WorkShare(0, 3), WorkShare(1, 3), WorkShare(2, 3)]
    leave(desk, second)
    assert renew(desk, third) == WorkShare(1, 2)
    assert renew(at(desk, 151), third) == WorkShare(0, 1)


def test_who_was_not_seen_for_a_day_is_forgotten_but_no_number_is_given_twice(desk: Desk) -> None:
    first, second = (enter(desk, newcomer(name, 30)) for name in "ab")
    leave(desk, first)
    leave(desk, second)
    later = at(desk, 86401)
    assert enter(later, newcomer("c", 30)).id == 3
    assert [one.name for one in rolled(desk)] == ["c"]
    fourth = enter(at(desk, 86402), newcomer("d", 30))
    again = at(desk, 3 * 86400)
    renew(again, replace(fourth, id=3, name="c"))
    assert enter(again, newcomer("e", 30)).id == 5


def test_who_slept_for_days_comes_back_under_its_own_number(desk: Desk) -> None:
    sleeper = enter(desk, newcomer("a", 30))
    later = at(desk, 2 * 86400)
    enter(later, newcomer("b", 30))
    assert [one.id for one in rolled(desk)] == [2]
    assert renew(later, sleeper) == WorkShare(0, 2)
    assert [one.id for one in rolled(desk)] == [1, 2]


def test_who_comes_back_while_another_forgets_it_stays_on_the_roll(desk: Desk, database_url: str) -> None:
    sleeper = enter(desk, newcomer("a", 30))
    enter(desk, newcomer("b", 30))
    later = at(desk, 2 * 86400)
    other = replace(later, database=open_database(database_url))
    forgetting = Thread(target=enter, args=(other, newcomer("c", 30)))

    def forget_before(statement: str) -> None:
        if statement.startswith('UPDATE "worker"'):
            forgetting.start()
            forgetting.join(0.3)

    renew(replace(later, database=replace(later.database, watch=forget_before)), sleeper)
    forgetting.join()
    other.database.close()
    assert [one.name for one in rolled(desk)] == ["a", "c"]


@pytest.mark.parametrize(
    ("every", "seconds", "stands"),
    [
        (30, 0, "alive"),
        (30, 60, "alive"),
        (30, 61, "late"),
        (30, 150, "late"),
        (30, 151, "dead"),
        (0.1, 20, "alive"),
        (0.1, 51, "dead"),
        (600, 1200, "alive"),
        (30, -3600, "alive"),
    ],
)
def test_a_worker_is_late_after_two_beats_and_dead_after_five(every: float, seconds: float, stands: str) -> None:
    worker = replace(newcomer("a", every), seen_at=AT)
    now = AT + timedelta(seconds=seconds)
    assert liveliness(worker, now) == stands
    assert liveliness(replace(worker, state="stopped"), now) == "stopped"


def test_a_worker_that_dies_while_it_stops_is_dead() -> None:
    worker = replace(newcomer("a", 30), seen_at=AT, state="stopping")
    assert liveliness(worker, AT) == "stopping"
    assert liveliness(worker, AT + timedelta(minutes=5)) == "dead"
