"""What a command would alter: a campaign forecast from its present state, without and with it (SEMANTICS P4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from engine.clock import SteppedClock
from engine.records import record, replace
from engine.service.forecast.ahead import run_ahead
from engine.service.forecast.assumptions import Assumption, nobody
from engine.service.forecast.records import Forecast, ForecastNotice, ForecastRung
from engine.service.forecast.replica import replica_of
from engine.service.kernel.desk import Command, Desk, perform, reading


@record
class ChangedDate:
    """A due day that is another after the command for these units; None where there is none."""

    task: str
    old: date | None
    new: date | None
    units: tuple[str, ...]


@record
class ChangedRung:
    """A rung of a deadline of these units that falls on another day; None where it falls on none."""

    task: str
    kind: str
    rung: str
    level: int
    old: date | None
    new: date | None
    units: tuple[str, ...]


@record
class ChangedNotice:
    """Notices of a kind to a unit on a day about these tasks: so many come with the command, so many go."""

    day: date
    kind: str
    level: int
    unit: str
    tasks: tuple[str, ...]
    gained: int
    lost: int


@record
class Foreseen:
    """What a command would answer, and every date, rung and notice that it changes if nobody does anything."""

    answer: dict[str, Any]
    dates: tuple[ChangedDate, ...]
    rungs: tuple[ChangedRung, ...]
    notices: tuple[ChangedNotice, ...]
    before: Forecast
    after: Forecast


def foreseen(desk: Desk, command: Command, assumption: Assumption | None = None) -> Foreseen:
    """Say what a command would alter, or raise its refusal; the database is only read."""
    assumed = assumption or nobody()
    before, _ = _run(desk, command.campaign, None, assumed)
    after, answer = _run(desk, command.campaign, command, assumed)
    return Foreseen(
        answer=answer,
        dates=tuple(_dates(before, after)),
        rungs=tuple(_rungs(before, after)),
        notices=tuple(_notices(before, after)),
        before=before,
        after=after,
    )


def _run(desk: Desk, key: str, command: Command | None, assumption: Assumption) -> tuple[Forecast, dict[str, Any]]:
    replica = replica_of(desk, key)
    try:
        with reading(replace(desk, database=replica), key) as case:
            began_at = case.at
        ahead = replace(desk, database=replica, clock=SteppedClock(began_at))
        answer = perform(ahead, command) if command else {}
        return run_ahead(ahead, key, assumption, with_rungs=True), answer
    finally:
        replica.close()


# --- differences ---


def _dates(before: Forecast, after: Forecast) -> Iterator[ChangedDate]:
    days = [{(one.task, one.unit): one.now_on for one in found.owed} for found in (before, after)]
    moved: dict[tuple[str, date | None, date | None], list[str]] = {}
    for task, unit in dict.fromkeys([*days[0], *days[1]]):
        old, new = (each.get((task, unit)) for each in days)
        if old != new:
            moved.setdefault((task, old, new), []).append(unit)
    for (task, old, new), units in moved.items():
        yield ChangedDate(task=task, old=old, new=new, units=tuple(units))


def _rungs(before: Forecast, after: Forecast) -> Iterator[ChangedRung]:
    days = [_days(found.rungs) for found in (before, after)]
    moved: dict[tuple[str, str, str, int, date | None, date | None], list[str]] = {}
    for name in dict.fromkeys([*days[0], *days[1]]):
        task, unit, kind, rung, level = name
        for old, new in _pairs(days[0].get(name, []), days[1].get(name, [])):
            moved.setdefault((task, kind, rung, level, old, new), []).append(unit)
    for (task, kind, rung, level, old, new), units in moved.items():
        yield ChangedRung(task=task, kind=kind, rung=rung, level=level, old=old, new=new, units=tuple(units))


def _days(rungs: Iterable[ForecastRung]) -> dict[tuple[str, str, str, str, int], list[date]]:
    found: dict[tuple[str, str, str, str, int], list[date]] = {}
    for one in rungs:
        found.setdefault((one.task, one.unit, one.kind, one.rung, one.level), []).append(one.day)
    return found


def _pairs(old: list[date], new: list[date]) -> Iterator[tuple[date | None, date | None]]:
    """Yield the days of a rung that are not the same, in their order."""
    gone = sorted((Counter(old) - Counter(new)).elements())
    come = sorted((Counter(new) - Counter(old)).elements())
    for n in range(max(len(gone), len(come))):
        yield (gone[n] if n < len(gone) else None, come[n] if n < len(come) else None)


def _notices(before: Forecast, after: Forecast) -> Iterator[ChangedNotice]:
    old, new = (Counter(map(_name, found.notices)) for found in (before, after))
    for name in sorted({*old, *new}):
        if old[name] != new[name]:
            day, kind, level, unit, tasks = name
            gained, lost = max(0, new[name] - old[name]), max(0, old[name] - new[name])
            yield ChangedNotice(day=day, kind=kind, level=level, unit=unit, tasks=tasks, gained=gained, lost=lost)


def _name(notice: ForecastNotice) -> tuple[date, str, int, str, tuple[str, ...]]:
    tasks = tuple(sorted({item.task for item in notice.items}))
    return notice.day, notice.kind, notice.level, notice.unit, tasks
