"""What a forecast tells: frozen records of notices, of what was assumed, and of what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from engine.calendar import Calendar
from engine.model import Delivery, Workflow
from engine.names import apart
from engine.records import field, record, replace
from engine.service.campaigns.views.burden import Key


@record
class ForecastItem:
    """One duty that a notice speaks of, with its due day as it stands when the notice is written."""

    task: str
    unit: str
    due_on: date | None


@record
class ForecastNotice:
    """One notice that will be written: when, to whom, about what; `delivery` says who lets it go (L6)."""

    day: date
    at: datetime
    kind: str
    level: int
    unit: str
    to: tuple[str, ...]
    subject: str
    items: tuple[ForecastItem, ...]
    delivery: Delivery

    @property
    def units(self) -> tuple[str, ...]:
        """Return the units it goes to; most notices go to one."""
        return tuple(apart(self.unit))

    def part_of(self, unit: str) -> ForecastNotice:
        """Return what one of its units reads in it: its own name, address and items."""
        units = self.units
        if units == (unit,):
            return self
        own = tuple(item for item in self.items if item.unit == unit)
        to = (self.to[units.index(unit)],) if len(self.to) == len(units) else self.to
        return replace(self, unit=unit, to=to, items=own or self.items)


@record
class Load:
    """How many notices one unit gets on one day, and how many duties they speak of."""

    unit: str
    day: date
    notices: int
    items: int


@record
class ForeseenDuty:
    """What a unit owes for a task, the day it was first due, and the day it is due now; None where it has no date."""

    task: str
    unit: str
    due_on: date | None
    now_on: date | None
    period: str = ""


@record
class ForecastRung:
    """A rung that was raised on a day: of which deadline of a unit's duty, or of a phase's gate (no unit's)."""

    task: str
    unit: str
    kind: str
    rung: str
    level: int
    day: date


@record
class Meeting:
    """Rungs of one ladder that fall on one day for so many units."""

    task: str
    day: date
    rungs: tuple[str, ...]
    units: tuple[str, ...]


@record
class Untold:
    """What could be told to nobody (F5): of which kind, to which unit; its reason, a code with what it speaks of."""

    kind: str
    unit: str
    reason: Mapping[str, Any] | str


@record
class Assumed:
    """An act of a person that was assumed; `refused` says why it could not be done.

    `below` names the unit whose nested campaign it was done in, if in one.
    """

    at: datetime
    action: str
    actor: str
    given: Mapping[str, Any]
    refused: str = ""
    below: str = ""


@record
class Forecast:
    """Everything that will be written from an instant on under an assumption, in order.

    `until` is the last day looked at, None where nothing was armed any more; `ended` says whether
    the campaign comes to its end; `aside` holds what could be told to nobody (F5);
    `rungs` are told only where they were asked for; `asked_before` counts what units had been asked by its beginning.
    """

    subject: str
    assumption: str
    workflow: Workflow
    calendar: Calendar
    began_at: datetime
    until: date | None
    ended: bool
    notices: tuple[ForecastNotice, ...]
    assumed: tuple[Assumed, ...]
    owed: tuple[ForeseenDuty, ...]
    meetings: tuple[Meeting, ...]
    aside: tuple[Untold, ...]
    rungs: tuple[ForecastRung, ...] = ()
    asked_before: Mapping[Key, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return the title of the plan."""
        return self.workflow.title

    @property
    def loads(self) -> tuple[Load, ...]:
        """Return what each unit gets on each day, day by day in the order of the directory."""
        return _loads(self.notices, tuple(self.workflow.directory.units))

    def only(self, unit: str) -> Forecast:
        """Return the same with what one unit is told and asked."""
        return replace(
            self,
            notices=tuple(one.part_of(unit) for one in self.notices if unit in one.units),
            owed=tuple(duty for duty in self.owed if duty.unit == unit),
            asked_before={key: number for key, number in self.asked_before.items() if key[0] == unit},
        )

    def without_addresses(self) -> Forecast:
        """Return the same for somebody whose business addresses are not."""
        return replace(self, notices=tuple(replace(one, to=()) for one in self.notices))

    def per_day(self) -> dict[date, Counter[str]]:
        """Return for each day how many notices of each kind are written."""
        found: dict[date, Counter[str]] = {}
        for notice in self.notices:
            found.setdefault(notice.day, Counter())[notice.kind] += 1
        return found


def _loads(notices: Iterable[ForecastNotice], order: tuple[str, ...]) -> tuple[Load, ...]:
    counted: Counter[tuple[date, str]] = Counter()
    items: Counter[tuple[date, str]] = Counter()
    for notice in notices:
        for unit in notice.units:
            counted[notice.day, unit] += 1
            items[notice.day, unit] += len(notice.part_of(unit).items)
    place = {name: n for n, name in enumerate(order)}
    keys = sorted(counted, key=lambda key: (key[0], place.get(key[1], len(place)), key[1]))
    return tuple(Load(unit=u, day=d, notices=counted[d, u], items=items[d, u]) for d, u in keys)
