"""What a change of a workflow alters: its definition, its dates, and the notices that go out by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from engine.records import record
from engine.service.campaigns.changes import Change, changes
from engine.service.forecast.ahead import of_workflow
from engine.service.forecast.assumptions import Assumption
from engine.service.forecast.records import Forecast, Meeting

MORE_THAN = 3
"""More notices than this are many for one unit on one day."""


@record
class MovedDue:
    """A task of both whose first due day is another for these units; None where it has no date."""

    task: str
    title: str
    old: date | None
    new: date | None
    units: tuple[str, ...]


@record
class KindDifference:
    """How many notices of a kind and level go out by the old and by the new; gained and lost go by unit and day."""

    kind: str
    level: int
    old: int
    new: int
    gained: int
    lost: int


@record
class Crowded:
    """A day on which a unit gets more notices by the new than are well, and how many it got by the old."""

    unit: str
    day: date
    old: int
    new: int


@record
class Difference:
    """All that two workflows differ in, under an assumption."""

    old: str
    new: str
    assumption: str
    notices: int
    changes: tuple[Change, ...]
    moved: tuple[MovedDue, ...]
    kinds: tuple[KindDifference, ...]
    meetings: tuple[Meeting, ...]
    crowded: tuple[Crowded, ...]

    @property
    def deadlines(self) -> int:
        """Return how many due days move, each unit counted."""
        return sum(len(moved.units) for moved in self.moved)

    @property
    def is_none(self) -> bool:
        """Tell whether nothing differs."""
        return not (self.changes or self.moved or self.meetings or any(k.gained or k.lost for k in self.kinds))


def difference(
    old: Mapping[str, str],
    new: Mapping[str, str],
    adopted: date | None,
    assumption: Assumption,
    *,
    more_than: int = MORE_THAN,
) -> Difference:
    """Compare two workflows and their forecasts; without a day each is adopted on its own plan's."""
    before, after = (of_workflow(bundle, adopted, assumption) for bundle in (old, new))
    return Difference(
        old=f"{before.subject} {before.workflow.version}",
        new=f"{after.subject} {after.workflow.version}",
        assumption=assumption.words,
        notices=len(after.notices) - len(before.notices),
        changes=tuple(changes(before.workflow, after.workflow)),
        moved=tuple(_moved(before, after)),
        kinds=tuple(_kinds(before, after)),
        meetings=tuple(meeting for meeting in after.meetings if meeting not in before.meetings),
        crowded=tuple(_crowded(before, after, more_than)),
    )


# --- dates and notices ---


def _moved(old: Forecast, new: Forecast) -> Iterator[MovedDue]:
    before = {(one.task, one.unit, one.period): one.due_on for one in old.owed}
    moved: dict[tuple[str, date | None, date | None], list[str]] = defaultdict(list)
    for one in new.owed:
        key = (one.task, one.unit, one.period)
        if key in before and before[key] != one.due_on:
            moved[one.task, before[key], one.due_on].append(one.unit)
    for (task, was, is_), units in moved.items():
        yield MovedDue(task=task, title=new.workflow.task(task).title, old=was, new=is_, units=tuple(units))


def _kinds(old: Forecast, new: Forecast) -> Iterator[KindDifference]:
    before, after = _told(old), _told(new)
    gained, lost = after - before, before - after
    for kind, level in sorted({(kind, level) for kind, level, _, _ in before | after}):
        counts = [_of(kind, level, counted) for counted in (before, after, gained, lost)]
        yield KindDifference(kind=kind, level=level, old=counts[0], new=counts[1], gained=counts[2], lost=counts[3])


Told = Counter[tuple[str, int, str, date]]


def _told(found: Forecast) -> Told:
    return Counter((n.kind, n.level, n.unit, n.day) for n in found.notices)


def _of(kind: str, level: int, counted: Told) -> int:
    return sum(number for key, number in counted.items() if key[:2] == (kind, level))


def _crowded(old: Forecast, new: Forecast, more_than: int) -> Iterator[Crowded]:
    before = {(load.unit, load.day): load.notices for load in old.loads}
    for load in new.loads:
        was = before.get((load.unit, load.day), 0)
        if load.notices > more_than:
            yield Crowded(unit=load.unit, day=load.day, old=was, new=load.notices)
