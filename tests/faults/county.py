"""A made-up county with as many units and tasks as are asked for, and what lies due in it, counted by itself.

What lies due is computed here a second time: from the offsets below and the working days of the package
`chinese_calendar`, without a line of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
ADOPTED = datetime(2022, 1, 10, 8, 30, tzinfo=ZONE)
REMIND, OVERDUE = time(9), time(10)


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One rung of the ladder: `at` and `every` count working days."""

    id: str
    at: int
    level: int = 0
    notice: str = "overdue"
    every: int = 0
    count: int = 1

    def line(self) -> str:
        again = f", every: {self.every}wd, count: {self.count}" if self.every else ""
        return f"{{id: {self.id}, at: {self.at}wd, level: {self.level}, notice: {self.notice}{again}}}"


LADDER = (
    Rung(id="提前", at=-10, notice="reminder", every=2, count=3),
    Rung(id="提前三日", at=-3, notice="reminder"),
    Rung(id="提前一日", at=-1, notice="reminder"),
    Rung(id="当日", at=0, notice="reminder"),
    Rung(id="催联络员", at=1, every=1, count=3),
    Rung(id="催分管", at=5, level=1, every=2, count=3),
    Rung(id="催主要", at=11, level=2, every=2, count=3),
    Rung(id="再催主要", at=18, level=2, every=1, count=3),
)


@dataclass(frozen=True, kw_only=True)
class County:
    """How large it is, and on which days its tasks are due: so many tasks on each."""

    units: int
    tasks: int
    due: tuple[date, ...]
    channel: str = "eml"
    ladder: tuple[Rung, ...] = LADDER

    @property
    def fires(self) -> int:
        """How many points lie due in all."""
        return self.units * self.tasks * len(self.due) * sum(rung.count for rung in self.ladder)

    def last_at(self) -> datetime:
        """Return when the last of them lies due."""
        return points(self.due[-1], self.ladder)[-1].at

    def owed(self) -> Iterator[tuple[str, str, date]]:
        """Yield task, unit and due day of everything that is owed."""
        for task, day in self._tasks():
            for number in range(self.units):
                yield task, unit(number), day

    def _tasks(self) -> Iterator[tuple[str, date]]:
        for place, day in enumerate(self.due):
            for number in range(self.tasks):
                yield f"t{place * self.tasks + number + 1}", day

    def files(self) -> dict[str, str]:
        """Return the files of its plan."""
        tasks = "".join(
            f"\n  - {{id: {task}, title: 报送第{task[1:]}项方案, phase: build, responsible: [各乡镇], due: {day}}}"
            for task, day in self._tasks()
        )
        ladder = "".join(f"\n      - {rung.line()}" for rung in self.ladder or LADDER[-1:])
        text = WORKFLOW.format(tasks=tasks, ladder=ladder, last=self.due[-1].year, channel=self.channel)
        names = "".join(f"\n  - {{name: {unit(n)}, code: u{n}, kind: 镇}}" for n in range(self.units))
        return {"workflow.yaml": text, "units.yaml": UNITS + names + "\n"}


def unit(number: int) -> str:
    return f"第{number + 1}镇"


WORKFLOW = """
phasegate: 1
id: faults
title: 某县示范县创建工作
version: "1"
place: 某县
timezone: Asia/Shanghai
calendar: CN
document: {{title: 某县创建实施方案, issuer: 某县委办公室, number: "某委办〔2022〕1号", issued_on: 2022-01-05}}
office: 县创建办
leading_group: 县领导小组
mark: 某创建办发
channel: {channel}
units: units.yaml
ladders:
  到期:
    min_gap: 1wd
    rungs: {ladder}
  审核:
    rungs:
      - {{id: 审核将到期, at: -1wd, level: 0, notice: office_nudge}}
  转段:
    rungs:
      - {{id: 未转段, at: 1wd, level: 0, notice: gate_late, delivery: send}}
reminders: daily
defaults: {{issue: letters, receipt: none, review: 5wd, rework: 5wd, ladder: 到期, review_ladder: 审核, gate_ladder: 转段}}
phases:
  - id: build
    title: 全面创建阶段
    window: 2022-01..{last}-12
    gate: {{all: [{{kind: approval, approval: 领导小组同意, text: 领导小组同意}}]}}
tasks: {tasks}
"""
UNITS = """
contacts: {liaison: "liaison@{code}.example.org", deputy: "deputy@{code}.example.org", head: "head@{code}.example.org"}
groups:
  - {name: 各乡镇, kinds: [镇]}
units:
  - {name: 县领导小组, relation: superior, contacts: {group: group@example.org}}
  - {name: 县创建办, code: office}"""


# --- what lies due, computed a second time ---


@dataclass(frozen=True, order=True)
class Point:
    """The n-th point of a rung and the instant at which it lies due."""

    at: datetime
    rung: str
    n: int


def points(due_on: date, ladder: tuple[Rung, ...] = LADDER) -> list[Point]:
    """Return every point of a ladder on a due day."""
    return sorted(point for rung in ladder for point in _points_of(rung, due_on))


def _points_of(rung: Rung, due_on: date) -> Iterator[Point]:
    first = plus(due_on, rung.at)
    hour = OVERDUE if rung.at > 0 else REMIND
    for n in range(rung.count):
        day = plus(first, n * rung.every)
        if rung.at > 0 or day <= due_on:
            yield Point(datetime.combine(day, hour, ZONE).astimezone(UTC), rung.id, n + 1)


def plus(day: date, working_days: int) -> date:
    """Return the working day so many after or before a day, which is not counted itself."""
    step = DAY if working_days > 0 else -DAY
    left = abs(working_days)
    while left or not chinese_calendar.is_workday(day):
        day += step
        left -= left > 0 and chinese_calendar.is_workday(day)
    return day


def next_working_day(day: date) -> date:
    """Return the day itself, or the first working day after it."""
    while not chinese_calendar.is_workday(day):
        day += DAY
    return day


def due_days(number: int, *, first: date = date(2022, 2, 15), apart: int = 23) -> tuple[date, ...]:
    """Return so many due days, spread over the year and always working days."""
    return tuple(next_working_day(first + n * apart * DAY) for n in range(number))
