"""A worker whose clock jumped or was accepted: it says so, and acts on it, at its next look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from test_serving import START, Clocks, Service

from engine.model import System
from engine.service.campaigns.founding import accept_clock
from engine.service.kernel.installing import establish
from engine.service.kernel.journal import SYSTEM_JOURNAL


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    found = Service(monkeypatch)
    found.clocks = Clocks()  # type: ignore[attr-defined]
    found.beat.guard = found.clocks.guard()  # type: ignore[attr-defined]
    return found


def jumped(service: Service, seconds: float) -> None:
    service.clocks.run(1, 1 + seconds)  # type: ignore[attr-defined]
    service.clock.at += timedelta(seconds=seconds)
    service.later(1)


def seconds_until_it_sweeps(service: Service) -> int:
    return service.sweeps_at(40)[0]


def test_a_jump_is_told_at_the_next_look_and_not_at_the_next_full_beat(service: Service) -> None:
    service.beat()
    jumped(service, 3600)
    service.beat()
    assert [told.code for told in service.told if told.event == "error"] == ["PG105"]


def test_a_jump_that_is_accepted_is_obeyed_at_the_next_look(service: Service) -> None:
    service.beat()
    jumped(service, 3600)
    service.beat()
    service.later(1)
    assert service.sweeps_at(5) == []
    accept_clock(service.desk, "主板电池更换")
    assert seconds_until_it_sweeps(service) == 0


def test_while_the_clock_stands_behind_it_looks_no_oftener_than_it_would(service: Service) -> None:
    behind(service)
    assert service.sweeps_at(62) == [0, 30, 60]


def test_an_accepted_clock_is_obeyed_at_the_next_look(service: Service) -> None:
    behind(service)
    assert service.sweeps_at(5) == [0]
    with service.desk.database.write() as work:
        system = work.must(System, SYSTEM_JOURNAL)
        work.put(replace(system, clock_from=service.clock.at, clock_to=START + timedelta(days=1)))
    assert seconds_until_it_sweeps(service) == 0
    assert service.lines()[-1] == "the clock stands behind no record any more"


def behind(service: Service) -> None:
    """Keep a campaign whose last record is of tomorrow."""
    establish(service.desk, rehearsal=False)
    service.records_of(START + timedelta(days=1))
