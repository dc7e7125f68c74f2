"""Counties and their city at once: heads are locked from the city down, nobody waits for ever, and one order holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from nested_city import LOWER, UPPER, begin, city_runs, county_runs, do, head, move, point, told
from small_county import desk_at
from test_races import at_once

from engine.errors import GateShut, PhasegateError
from engine.service.audit.audit import verify_all
from engine.service.clock import sweep
from engine.service.kernel.desk import Desk
from engine.store.database import Database, open_database
from engine.store.queries import campaigns

AT = "2023-07-18 10:00"


@pytest.fixture
def desk(database: Database) -> Desk:
    found = desk_at(database, "2023-06-23 09:00")
    begin(found)
    city_runs(found)
    for key in (UPPER, LOWER):
        county_runs(found, key)
        point(found, key, 2)
    move(found, AT)
    sweep.sweep(found)
    return found


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    """Another process on the same database; it does not wait long for a lock."""
    found = open_database(database_url, busy_seconds=0.1)
    yield found
    found.close()


def advancing(key: str) -> Callable[[Desk], object]:
    return lambda desk: do(desk, key, "advance", decision="会议纪要2号")


def test_two_counties_that_advance_while_the_city_is_looked_at_leave_one_order_and_move_it(
    desk: Desk, database_url: str
) -> None:
    before = len(told(desk))
    answers = at_once(database_url, AT, advancing(UPPER), sweep.sweep, advancing(LOWER), sweep.sweep)
    assert not [answer for answer in answers if isinstance(answer, PhasegateError)]
    sweep.sweep(desk)
    assert head(desk).phase == "finish"
    assert len(told(desk)) == before + 2
    assert verify_all(desk).findings == ()


def test_a_city_that_a_leader_moves_while_its_counties_advance_waits_for_nobody_for_ever(
    desk: Desk, database_url: str
) -> None:
    override = {"reason": "经研究先行转段", "document": "会议纪要2号"}
    answers = at_once(
        database_url,
        AT,
        advancing(LOWER),
        lambda desk: do(desk, "city", "override", "leader", **override),
        advancing(UPPER),
    )
    assert not [answer for answer in answers if isinstance(answer, PhasegateError)]
    assert [head(desk, key).phase for key in ("city", UPPER, LOWER)] == ["finish"] * 3
    assert verify_all(desk).findings == ()


def test_a_city_that_looks_at_its_counties_waits_while_one_of_them_is_held(desk: Desk, other: Database) -> None:
    if desk.database.is_postgres:
        with desk.database.write() as work:
            assert campaigns.locked(work, head(desk, LOWER).id) is not None
            with pytest.raises(PhasegateError, match="lock"):
                do(desk_at(other, AT), "city", "advance", decision="会议纪要2号")
    with pytest.raises(GateShut):
        do(desk_at(other, AT), "city", "advance", decision="会议纪要2号")


def test_a_county_waits_while_the_city_that_listens_to_it_is_held_and_is_skipped_by_the_clock(
    desk: Desk, other: Database
) -> None:
    if desk.database.is_postgres:
        with desk.database.write() as work:
            assert campaigns.locked(work, head(desk).id) is not None
            with pytest.raises(PhasegateError, match="lock"):
                do(desk_at(other, AT), UPPER, "pause", reason="防汛", document="函1号")
            assert sweep.sweep(desk_at(other, "2023-09-26 10:00")).moments == 0
    point(desk_at(other, AT), UPPER)
    assert verify_all(desk).findings == ()
