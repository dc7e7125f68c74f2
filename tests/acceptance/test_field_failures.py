"""What schedulers and workflow engines in the field get wrong, each as a test of what happens here instead."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from crashes import Crash, Fault
from office import Office, opened

from engine.clock import SteppedClock
from engine.model import Occurrence
from engine.service.clock.sweep import sweep
from engine.service.kernel.case import TimerKind
from engine.service.kernel.registry import new_desk
from engine.store.database import Database, open_database

DAY_OF_THE_FIRST_OVERDUE = "2022-09-01T10:00"


def recorded(office: Office) -> list[tuple[str, int]]:
    found: list[Occurrence] = office.find(Occurrence)
    return [(one.rung, one.deadline) for one in found]


@pytest.mark.parametrize("late", ["2022-09-01T10:00:02", "2022-09-01T16:00", "2022-09-05T11:00", "2022-11-30T11:00"])
def test_a_job_that_is_late_is_not_lost_by_any_grace_as_in_apscheduler(late: str) -> None:
    """There a job more than a second late is dropped by default (misfire_grace_time=1)."""
    office = opened().sweep(late)
    assert [line.partition(" ")[2].partition(" ")[2] for line in office.rungs()] == ["提前三日 missed", "催办 raised"]
    assert len(office.notices("overdue", "东镇")) == 1


def test_several_processes_fire_a_job_once_and_not_each_of_them_as_in_apscheduler(
    new_url: Callable[..., str],
) -> None:
    """There every process that shares a job store runs every job."""
    url = new_url()
    office = opened(database=open_database(url)).at(DAY_OF_THE_FIRST_OVERDUE)
    desks = [new_desk(database=open_database(url), clock=SteppedClock(office.clock.at)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sweep, desks))
    for desk in desks:
        desk.database.close()
    assert len(recorded(office)) == len(set(recorded(office))) > 0
    assert [line for line in office.notices("overdue") if "东镇" in line] == [
        "09-01 10:00 overdue 东镇 0 queued: report"
    ]
    assert office.audit().findings == ()
    office.desk.database.close()


def test_there_is_no_storm_after_an_outage_as_of_zeebes_timers() -> None:
    """There every timer that came due meanwhile fires at once when the broker is back."""
    office = opened().sweep("2022-07-05T09:00")
    office.sweep("2022-11-29T10:00")
    told = [line for line in office.notices() if "overdue" in line or "reminder" in line]
    assert told == ["11-29 10:00 overdue 东镇 0 sent: report", "11-29 10:00 overdue 西乡 0 sent: report"]
    assert [line.rpartition(" ")[2] for line in office.rungs()] == ["missed", "raised"]


@pytest.mark.parametrize("statement", [2, 9, 16, 23])
def test_a_restart_doubles_no_timer_as_in_jbpm(statement: int, database: Database) -> None:
    """There a timer was armed again by the node that came up, beside the one that was in the database."""
    office = opened(database=database).at(DAY_OF_THE_FIRST_OVERDUE)
    dying = replace(office.desk, database=replace(database, watch=Fault(statement)))
    with pytest.raises(Crash):
        sweep(dying)
    restarted = new_desk(database=database, clock=office.clock)
    sweep(restarted)
    armed = [each.ref for each in office.armed(TimerKind.RUNG)]
    assert len(armed) == len(set(armed)) == 3
    assert len(recorded(office)) == len(set(recorded(office))) == 4
    assert office.audit().findings == ()
