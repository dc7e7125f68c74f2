"""Lists of what is forecast and of what a change alters, by their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.names import apart
from engine.records import asdict
from engine.service.campaigns.views import burden
from engine.service.campaigns.views.versions import CHANGES
from engine.service.forecast.burden import over
from engine.service.forecast.difference import Difference
from engine.service.forecast.foreseeing import ChangedNotice, Foreseen
from engine.service.forecast.records import Forecast, ForecastNotice, Load
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row

BUSIEST: Final = 5
"""Of how many days it is told that they are heavy."""


def _due(row: Row) -> Row | str:
    """Return the day that the items of a notice are due, or the first and the last of several."""
    days = sorted({item["due_on"] for item in row["items"] if item["due_on"]})
    if not days:
        return ""
    return str(days[0]) if len(days) == 1 else f"{days[0]} … {days[-1]}"


def _old(row: Row) -> object:
    return row["old"] or {"code": "no_date"}


def _new(row: Row) -> object:
    return row["new"] or {"code": "no_date"}


NOTICES: Final = Listing(
    name="forecast_notices",
    key=("day", "kind", "unit"),
    columns=(
        Column(key="day", kind="day"),
        Column(key="at", of=lambda row: f"{row['at']:%H:%M}", width=8),
        Column(key="kind", kind="code", family="kind"),
        Column(key="level", kind="number", width=7),
        Column(key="units", head="unit", kind="names", width=24, most=3, leads="unit"),
        Column(key="titles", head="about", kind="names", width=40, most=2),
        Column(key="items", head="due", of=_due, width=24),
        Column(key="delivery", kind="code", family="delivery", width=10),
        Column(key="to", kind="names", width=30, most=1),
        Column(key="subject", width=40),
    ),
)
LOADS: Final = Listing(
    name="heavy_days",
    key=("unit", "day"),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="day", kind="day"),
        Column(key="notices", kind="number", width=8),
        Column(key="items", head="duties", kind="number", width=8),
    ),
)
CHANGED_DATES: Final = Listing(
    name="changed_dates",
    key=("task", "old", "new"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="old", kind="day", of=_old),
        Column(key="new", kind="day", of=_new),
        Column(key="units", kind="names", width=30, most=4, leads="unit"),
    ),
)
CHANGED_RUNGS: Final = Listing(
    name="changed_rungs",
    key=("task", "kind", "rung", "level", "old", "new"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="kind", head="deadline", kind="code", family="deadline"),
        Column(key="rung", width=18),
        Column(key="level", kind="number", width=7),
        Column(key="old", kind="day"),
        Column(key="new", kind="day"),
        Column(key="units", kind="names", width=30, most=4, leads="unit"),
    ),
)
CHANGED_NOTICES: Final = Listing(
    name="changed_notices",
    key=("day", "kind", "level", "tasks"),
    columns=(
        Column(key="day", kind="day"),
        Column(key="kind", kind="code", family="kind"),
        Column(key="level", kind="number", width=7),
        Column(key="units", kind="names", width=30, most=4, leads="unit"),
        Column(key="tasks", kind="names", width=30, leads="task"),
        Column(key="gained", kind="number", width=8),
        Column(key="lost", kind="number", width=8),
    ),
)
MOVED: Final = Listing(
    name="moved_dates",
    key=("task", "old", "new"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="old", kind="day", of=_old),
        Column(key="new", kind="day", of=_new),
        Column(key="units", kind="names", width=30, most=4, leads="unit"),
    ),
)
KINDS: Final = Listing(
    name="notice_kinds",
    key=("kind", "level"),
    columns=(
        Column(key="kind", kind="code", family="kind"),
        Column(key="level", kind="number", width=7),
        Column(key="old", width=8),
        Column(key="new", width=8),
        Column(key="gained", kind="number", width=8),
        Column(key="lost", kind="number", width=8),
    ),
)
MEETINGS: Final = Listing(
    name="meetings",
    key=("task", "day"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="day", kind="day"),
        Column(key="rungs", kind="names", width=30),
        Column(key="units", kind="names", width=30, most=4, leads="unit"),
    ),
)
CROWDED: Final = Listing(
    name="crowded",
    key=("unit", "day"),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="day", kind="day"),
        Column(key="old", width=8),
        Column(key="new", width=8),
    ),
)


def notices_of(found: Forecast) -> Listing:
    """Return every notice that will be written."""
    titles = {task.id: task.title for task in found.workflow.tasks}
    return NOTICES.of(_notice(one, titles) for one in found.notices)


def _notice(one: ForecastNotice, titles: dict[str, str]) -> Row:
    about = dict.fromkeys(titles[item.task] for item in one.items)
    return {**asdict(one), "units": list(one.units), "titles": list(about)}


def heavy_days(found: Forecast) -> Listing:
    """Return the days on which a single unit gets the most notices."""
    return LOADS.of(asdict(load) for load in sorted(found.loads, key=_busy)[:BUSIEST])


def over_limit(found: Forecast) -> Listing:
    """Return where a unit is asked more in a month than the workflow's limits allow."""
    return burden.OVER.of(over(found))


def _busy(load: Load) -> tuple[int, int, str]:
    return -load.notices, -load.items, str(load.day)


def foreseen_lists(found: Foreseen) -> tuple[Listing, ...]:
    """Return the dates, rungs and notices that a command changes."""
    return (
        CHANGED_DATES.of(map(asdict, found.dates)),
        CHANGED_RUNGS.of(map(asdict, found.rungs)),
        CHANGED_NOTICES.of(_alike(found.notices), assumption=found.after.assumption),
    )


def _alike(found: Iterable[ChangedNotice]) -> Iterator[Row]:
    """Yield the notices that change, a row for those of a day that differ in nothing but their unit."""
    alike: dict[tuple[object, ...], list[ChangedNotice]] = {}
    for one in found:
        alike.setdefault((one.day, one.kind, one.level, one.tasks, one.gained > one.lost), []).append(one)
    for group in alike.values():
        units = dict.fromkeys(unit for one in group for unit in apart(one.unit))
        gained, lost = sum(one.gained for one in group), sum(one.lost for one in group)
        yield {**asdict(group[0]), "units": list(units), "gained": gained, "lost": lost}


def difference_lists(found: Difference) -> tuple[Listing, ...]:
    """Return what differs between two workflows: definitions, due days, notices, and the days that are crowded."""
    return (
        CHANGES.of(map(asdict, found.changes)),
        MOVED.of(map(asdict, found.moved)),
        KINDS.of(asdict(kind) for kind in found.kinds if kind.gained or kind.lost),
        MEETINGS.of(map(asdict, found.meetings)),
        CROWDED.of(map(asdict, found.crowded)),
    )
