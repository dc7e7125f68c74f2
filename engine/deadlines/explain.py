"""Why a date is that date, and why a rung did, did not, or will reach anybody (SEMANTICS D7, F6, L2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from engine import words
from engine.deadlines.records import Dated, LadderStanding, Point, Times
from engine.deadlines.turns import (
    FORMAL_LEVEL,
    SIGNED_LEVEL,
    LadderSheet,
    day_over,
    fate,
    first_sending,
    lock,
    open_sheet,
    turn_of,
)
from engine.model import Occurrence
from engine.model.plain import coded, reason_in
from engine.records import record

Prospect = tuple[str, str, datetime | None]


@record
class RungRow:
    """What became, or is to become, of the points n_from..n_to of a rung in an epoch.

    `outcome` is a recorded one, or `scheduled`, `waits`, `due` (the next sweep takes it) or `stopped`.
    `until` is when it will be tried, where that is known.
    """

    epoch: int
    rung: str
    n_from: int
    n_to: int
    level: int
    scheduled_at: datetime
    outcome: str
    reason: str = ""
    until: datetime | None = None

    def sentence(self, zone: ZoneInfo) -> str:
        """Return the row as one line for an auditor, in local time."""
        number = f"{self.n_from}" if self.n_from == self.n_to else f"{self.n_from}–{self.n_to}"
        head = f"{self.rung} ({number}), level {self.level}, for {_local(self.scheduled_at, zone)}"
        until = f" until {_local(self.until, zone)}" if self.until else ""
        return f"{head}: {self.outcome}{until}" + (
            f" — {words.reason(reason_in(self.reason))}" if self.reason else ""
        )


def why(standing: LadderStanding, now: datetime, times: Times) -> tuple[RungRow, ...]:
    """Return a row for everything recorded in any epoch and for every point still ahead (F6)."""
    sheet = open_sheet(standing, times)
    ahead = (_row_ahead(sheet, point, now) for point in sheet.unrecorded())
    rows = [*_rows_done(standing), *ahead]
    return tuple(sorted(rows, key=lambda row: (row.epoch, row.scheduled_at, row.level)))


def sentences(dated: Dated) -> tuple[str, ...]:
    """Return the way to a date, one sentence a day, the date itself last (D7)."""
    shaky = "; provisional, for a year on the way has no notice yet" if dated.provisional else ""
    return (*(str(step) for step in dated.steps), f"due on {dated.on.isoformat()} ({dated.basis}){shaky}")


def _rows_done(standing: LadderStanding) -> Iterator[RungRow]:
    for each in standing.done:
        if each.deadline == standing.deadline.id:
            yield _row_done(each)


def _row_done(each: Occurrence) -> RungRow:
    return RungRow(
        epoch=each.epoch,
        rung=each.rung,
        n_from=each.n_from,
        n_to=each.n_to,
        level=each.level,
        scheduled_at=each.scheduled_at,
        outcome=each.outcome,
        reason=each.reason,
    )


def _row_ahead(sheet: LadderSheet, point: Point, now: datetime) -> RungRow:
    outcome, reason, until = _prospect(sheet, point, now)
    return RungRow(
        epoch=sheet.standing.deadline.epoch,
        rung=point.rung,
        n_from=point.n,
        n_to=point.n,
        level=point.level,
        scheduled_at=point.scheduled_at,
        outcome=outcome,
        reason=reason,
        until=until,
    )


def _prospect(sheet: LadderSheet, point: Point, now: datetime) -> Prospect:
    state = sheet.standing.deadline.state
    if state != "armed":
        return "stopped", coded("deadline_is", state=state), None
    settled = fate(sheet, point)
    if settled is not None:
        return ("scheduled" if point.scheduled_at > now else "due"), _not_sent(settled[1]), None
    turn = turn_of(sheet, point, now)
    if point.reminds and (turn is None or turn >= day_over(sheet)):
        return _will_be_missed(sheet, now)
    if turn is not None and turn <= now:
        return "due", coded("next_sweep"), None
    if turn == point.scheduled_at:
        return "scheduled", "", turn
    return "waits", _waiting_for(sheet, point, now, turn), turn


def _will_be_missed(sheet: LadderSheet, now: datetime) -> Prospect:
    over = day_over(sheet)
    reason = _not_sent(coded("not_before_day_over"))
    return ("due", reason, None) if over <= now else ("waits", reason, over)


def _not_sent(reason: str) -> str:
    return coded("not_sent", reason=reason_in(reason))


def _waiting_for(sheet: LadderSheet, point: Point, now: datetime, turn: datetime | None) -> str:
    held = lock(sheet, point)
    if held.blocker is not None:
        return coded("lower_first", level=held.blocker.level, rung=held.blocker.rung, n=held.blocker.n)
    if held.free_at is None:
        return coded("waits_for_signature", level=FORMAL_LEVEL, signed=SIGNED_LEVEL)
    gap = sheet.standing.ladder.min_gap
    if turn != first_sending(sheet, point, max(held.free_at, now)):
        return coded("gap_after_pause", gap=str(gap))
    if held.free_at > max(point.scheduled_at, now):
        return coded("gap_after_lower", gap=str(gap))
    return coded("not_sent_before")


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
