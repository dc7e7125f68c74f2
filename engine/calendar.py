"""Working days: weekends, official holidays and make-up days, which come in as data (SEMANTICS D3, D6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

from engine.errors import BadInput, UnknownName
from engine.model import Offset
from engine.records import field, record, replace
from engine.texts import from_json

DAY = timedelta(days=1)
SATURDAY = 5
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
OFFSET = re.compile(r"([+-]?[0-9]{1,4})(wd|d)")
YEAR_FIELDS = {"year", "notice", "off", "work"}


@record
class OfficialYear:
    """What the notice of one year says: days off with their reason, and make-up working days.

    A notice may reach back into the December before its year.
    """

    year: int
    notice: str
    off: Mapping[date, str]
    work: frozenset[date]


@record
class Step:
    """One day on the way to a date, and what was done with it.

    `number` is the running count of a counted day, else 0.
    """

    day: date
    kind: Literal["anchor", "counted", "skipped", "rolled", "printed"]
    number: int = 0
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {WEEKDAYS[self.day.weekday()]}: {self._said()}"

    def _said(self) -> str:
        because = f" — {self.reason}" if self.reason else ""
        if self.kind == "counted":
            return f"day {self.number}{because}"
        words = {"anchor": "the anchor, not counted", "skipped": "not counted"}
        return words.get(self.kind, self.kind) + because


@record(slots=False, eq=False)
class Calendar:
    """A working calendar; of a year without a loaded notice it knows weekends and `statutory` days (D6).

    These are the days off that the law itself names, by their ISO date; whether days are shifted or made up for,
    only the notice says. A calendar that was pinned before it knew them goes by weekends there, as it did. Two
    calendars are equal where their canonical text is.
    """

    name: str
    years: Mapping[int, OfficialYear]
    statutory: Mapping[str, str] = field(default_factory=dict)
    sha: str = field(init=False)
    _off: Mapping[date, str] = field(init=False, repr=False)
    _work: frozenset[date] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        off, work = _merged(self.years)
        object.__setattr__(self, "_off", off)
        object.__setattr__(self, "_work", frozenset(work))
        object.__setattr__(self, "sha", sha256(self.to_json().encode()).hexdigest())

    def __hash__(self) -> int:
        return hash(self.sha)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Calendar) and other.sha == self.sha)

    def is_working_day(self, day: date) -> bool:
        """Say whether `day` is worked, make-up days included."""
        if day in self._off:
            return False
        return day in self._work or (day.weekday() < SATURDAY and not self._statutory(day))

    def why_off(self, day: date) -> str:
        """Return why `day` is off: a holiday's name, 星期六 or 星期日; empty where it is worked."""
        if self.is_working_day(day):
            return ""
        return self._off.get(day) or self._statutory(day) or WEEKDAYS[day.weekday()]

    def days_off(self, year: int) -> Mapping[date, str]:
        """Return the holidays of a year as its notice has them; without one, those that the law names."""
        if year in self.years:
            return self.years[year].off
        return {date.fromisoformat(day): why for day, why in self.statutory.items() if day[:4] == str(year)}

    def is_makeup_day(self, day: date) -> bool:
        """Say whether `day` is a weekend day that a notice declares worked (调休)."""
        return day in self._work

    def is_provisional(self, day: date) -> bool:
        """Say whether what is known of `day` rests on weekends and the law only, its year having no notice (D6)."""
        return day.year not in self.years

    def add(self, day: date, offset: Offset) -> date:
        """Return the day that lies `offset` from `day`, the anchor not counted (D3)."""
        try:
            return _added(self, day, offset.count, offset.unit)
        except OverflowError as problem:
            raise BadInput("no_such_day", found=f"{day} {offset}") from problem

    def next_working_day(self, day: date) -> date:
        """Return `day`, or the first working day after it where it is off."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """Return `day`, or the last working day before it where it is off."""
        while not self.is_working_day(day):
            day -= DAY
        return day

    def working_days_between(self, a: date, b: date) -> int:
        """Return the number of working days after `a` up to and including `b`; negative where b < a."""
        return _between(self, a, b) if a <= b else -_between(self, b, a)

    def walk(self, day: date, offset: Offset) -> tuple[Step, ...]:
        """Return every day from `day` to the end of `offset`: counted, or skipped and why (D7)."""
        anchor = Step(day=day, kind="anchor")
        if offset.unit == "d":
            return anchor, *_plain_steps(day, offset.count)
        return anchor, *self._counted_steps(day, offset.count)

    def roll(self, day: date) -> tuple[Step, ...]:
        """Return the days off that `next_working_day` passes and the one on which it lands."""
        end = self.next_working_day(day)
        if end == day:
            return ()
        passed = (day + DAY * i for i in range((end - day).days))
        landed = Step(day=end, kind="rolled", reason="the next working day (D4)")
        return *(self._skipped(each) for each in passed), landed

    def to_json(self) -> str:
        """Return the canonical text, by whose sha256 a campaign pins its calendar."""
        years = [_year_facts(self.years[year]) for year in sorted(self.years)]
        statutory = {"statutory": self.statutory} if self.statutory else {}
        return _canonical({"name": self.name, "years": years, **statutory})

    @classmethod
    def from_json(cls, text: str) -> Calendar:
        """Return the calendar whose canonical text is `text`."""
        facts = json.loads(text)
        years = [_year_of(each) for each in facts["years"]]
        return cls(
            name=facts["name"], years={each.year: each for each in years}, statutory=facts.get("statutory", {})
        )

    def _statutory(self, day: date) -> str:
        """Return what the law says of a day of a year without a notice; a notice goes before it."""
        return "" if day.year in self.years else self.statutory.get(day.isoformat(), "")

    def _counted_steps(self, day: date, count: int) -> Iterator[Step]:
        number = 0
        step = DAY if count > 0 else -DAY
        while number < abs(count):
            day += step
            if not self.is_working_day(day):
                yield self._skipped(day)
                continue
            number += 1
            yield Step(day=day, kind="counted", number=number, reason=self._remark(day))

    def _skipped(self, day: date) -> Step:
        return Step(day=day, kind="skipped", reason=self.why_off(day) + self._doubt(day))

    def _remark(self, day: date) -> str:
        return "调休上班" if self.is_makeup_day(day) else self._doubt(day).strip()

    def _doubt(self, day: date) -> str:
        return f" (provisional: no notice for {day.year})" if self.is_provisional(day) else ""


def load(name: str) -> Calendar:
    """Return the shipped calendar `name`; UnknownName where there is none (D6)."""
    if name not in names():
        raise UnknownName("calendar", name, names())
    return _loaded(name)


def names() -> list[str]:
    """Return the names of the shipped calendars."""
    return sorted(each.name for each in _shelf().iterdir() if each.is_dir())


def with_year(calendar: Calendar, year: OfficialYear) -> Calendar:
    """Return `calendar` with `year` loaded, in place of what it knew of that year."""
    return replace(calendar, years={**calendar.years, year.year: year})


def year_from_json(text: str) -> OfficialYear:
    """Return the official year written in a data file; BadInput where the text is no such year."""
    try:
        return _checked(_year_of(_year_object(text)))
    except (ValueError, TypeError, AttributeError, KeyError) as problem:
        raise BadInput("no_official_year", found=str(problem)) from problem


def year_to_json(year: OfficialYear) -> str:
    """Return the canonical text of an official year."""
    return _canonical(_year_facts(year))


def parse_offset(text: str) -> Offset:
    """Return the offset written as `5wd`, `-3wd` or `10d` (D3); BadInput for anything else."""
    found = OFFSET.fullmatch(text)
    if found is None:
        raise BadInput("no_offset", found=text)
    return Offset(count=int(found[1]), unit="wd" if found[2] == "wd" else "d")


@lru_cache(maxsize=65536)
def _added(calendar: Calendar, day: date, count: int, unit: str) -> date:
    if unit == "d":
        return day + DAY * count
    step = DAY if count > 0 else -DAY
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_working_day(day)
    return day


@lru_cache(maxsize=16384)
def _between(calendar: Calendar, a: date, b: date) -> int:
    return sum(calendar.is_working_day(a + DAY * i) for i in range(1, (b - a).days + 1))


def _plain_steps(day: date, count: int) -> Iterator[Step]:
    sign = 1 if count > 0 else -1
    for number in range(1, abs(count) + 1):
        yield Step(day=day + DAY * number * sign, kind="counted", number=number)


def _merged(years: Mapping[int, OfficialYear]) -> tuple[dict[date, str], set[date]]:
    off: dict[date, str] = {}
    work: set[date] = set()
    for _, year in sorted(years.items()):
        work = (work - year.off.keys()) | year.work
        off = {day: why for day, why in {**off, **year.off}.items() if day not in year.work}
    return off, work


def _year_facts(year: OfficialYear) -> dict[str, object]:
    off = {day.isoformat(): why for day, why in sorted(year.off.items())}
    work = sorted(day.isoformat() for day in year.work)
    return {"year": year.year, "notice": year.notice, "off": off, "work": work}


def _year_of(facts: Mapping[str, object]) -> OfficialYear:
    off, work = facts["off"], facts["work"]
    if not isinstance(off, dict) or not isinstance(work, list):
        raise ValueError("`off` must be an object of days, `work` a list of days")
    return OfficialYear(
        year=int(str(facts["year"])),
        notice=str(facts["notice"]),
        off={date.fromisoformat(day): str(why) for day, why in off.items()},
        work=frozenset(date.fromisoformat(day) for day in work),
    )


def _year_object(text: str) -> dict[str, object]:
    facts = from_json(text)
    if not isinstance(facts, dict) or set(facts) != YEAR_FIELDS:
        raise ValueError(f"the fields must be {', '.join(sorted(YEAR_FIELDS))}")
    return facts


def _checked(year: OfficialYear) -> OfficialYear:
    first, last = date(year.year - 1, 12, 1), date(year.year, 12, 31)
    stray = sorted(day for day in {*year.off, *year.work} if not first <= day <= last)
    weekdays = sorted(day for day in year.work if day.weekday() < SATURDAY)
    both = sorted(year.work & year.off.keys())
    for days, fault in ((stray, "is not of this year"), (weekdays, "is no weekend"), (both, "is off too")):
        if days:
            raise ValueError(f"{days[0]} {fault}")
    return year


def _canonical(facts: Mapping[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _shelf() -> Traversable:
    return files("workflows") / "calendars"


@lru_cache(maxsize=8)
def _loaded(name: str) -> Calendar:
    texts = [each for each in (_shelf() / name).iterdir() if each.name.endswith(".json")]
    years = [year_from_json(each.read_text(encoding="utf-8")) for each in texts]
    return Calendar(name=name, years={each.year: each for each in years}, statutory=_statutory(name))


def _statutory(name: str) -> dict[str, str]:
    text = _shelf() / f"{name}.statutory.json"
    return dict(json.loads(text.read_text(encoding="utf-8"))) if text.is_file() else {}
