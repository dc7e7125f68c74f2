"""Ladders, deadlines and times from which the tests of deadlines start."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.calendar import load, parse_offset
from engine.deadlines import Firing, LadderStanding, RungMark, Times, fire, next_moment
from engine.model import Deadline, Hours, Ladder, Occurrence, Rung

ZONE = ZoneInfo("Asia/Shanghai")
TIMES = Times(calendar=load("CN"), hours=Hours(), zone=ZONE)
LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def rung(rung_id: str, at: str, level: int, **repeat: object) -> Rung:
    spans = {name: parse_offset(str(repeat[name])) for name in ("every", "until") if name in repeat}
    count = repeat.get("count")
    return Rung(
        id=rung_id,
        at=parse_offset(at),
        level=level,
        notice="overdue",
        delivery="send",
        every=spans.get("every"),
        until=spans.get("until"),
        count=count if isinstance(count, int) else None,
    )


def ladder(*rungs: Rung, gap: str = "1wd") -> Ladder:
    return Ladder(id="到期提醒", rungs=rungs, min_gap=parse_offset(gap))


SEVEN = ladder(
    rung("提前十日", "-10wd", 0),
    rung("提前三日", "-3wd", 0),
    rung("催办", "1wd", 0),
    rung("催办分管", "3wd", 1),
    rung("催办主要", "6wd", 2),
    rung("督办", "10wd", 3),
    rung("通报", "15wd", 4),
)


def deadline(due_on: date = date(2022, 11, 30), **changes: object) -> Deadline:
    plain = Deadline(
        id=7,
        campaign=1,
        assignment=3,
        phase="sprint",
        unit="南宾街道",
        kind="due",
        state="armed",
        epoch=1,
        due_on=due_on,
        first_due_on=due_on,
        basis="printed",
        anchor_on=due_on,
        offset="",
        ladder="到期提醒",
        began_at=LONG_AGO,
    )
    return replace(plain, **changes)


def standing(steps: Ladder = SEVEN, due_on: date = date(2022, 11, 30), **changes: object) -> LadderStanding:
    plain = LadderStanding(deadline=deadline(due_on), ladder=steps, cap=4, adopted_at=LONG_AGO)
    return replace(plain, **changes)


def record(
    before: LadderStanding, marks: tuple[RungMark, ...], now: datetime, *, sign: bool = False
) -> LadderStanding:
    """Return the standing with `marks` recorded at `now`; with `sign`, level 3 is signed at once."""
    new = [occurrence(before, mark, now, sign=sign) for mark in marks]
    return replace(before, done=(*before.done, *new))


def occurrence(before: LadderStanding, mark: RungMark, now: datetime, *, sign: bool) -> Occurrence:
    return Occurrence(
        id=0,
        campaign=1,
        deadline=before.deadline.id,
        epoch=before.deadline.epoch,
        rung=mark.rung,
        n_from=mark.n_from,
        n_to=mark.n_to,
        level=mark.level,
        scheduled_at=mark.scheduled_at,
        recorded_at=now,
        outcome=mark.outcome,
        reason=mark.reason,
        signed_at=now if sign and mark.level == 3 and mark.outcome == "raised" else None,
    )


def sweep(before: LadderStanding, now: datetime, *, sign: bool = False) -> tuple[Firing, LadderStanding]:
    firing = fire(before, now, TIMES)
    return firing, record(before, firing.marks, now, sign=sign)


def brief(marks: tuple[RungMark, ...]) -> list[str]:
    """Return marks as `rung` or `rung n–m`, with their outcome."""
    return [f"{mark.rung}{_numbers(mark)} {mark.outcome}" for mark in marks]


def _numbers(mark: RungMark) -> str:
    if mark.n_from == mark.n_to == 1:
        return ""
    return f" {mark.n_from}" + (f"–{mark.n_to}" if mark.n_to > mark.n_from else "")


def run(before: LadderStanding, first: datetime, *, sign: bool = True) -> list[tuple[str, list[str]]]:
    """Sweep at `first` and then at each next moment; return local minute and marks of each sweep."""
    log: list[tuple[str, list[str]]] = []
    now: datetime | None = first
    while now is not None:
        firing, before = sweep(before, now, sign=sign)
        if firing.marks:
            log.append((now.astimezone(ZONE).strftime("%m-%d %H:%M"), brief(firing.marks)))
        now = next_moment(before, now, TIMES)
    return log
