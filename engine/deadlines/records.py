"""What the rules of deadlines are given and what they answer: plain frozen records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from engine.calendar import Calendar, Step
from engine.model import Deadline, Hold, Hours, Ladder, Occurrence
from engine.model.plain import Coded
from engine.records import field, record

Basis = Literal["printed", "derived", "duration"]
Span = tuple[datetime, datetime | None]

RAISED = "raised"
ABSORBED = "absorbed"
MISSED = "missed"
BEFORE_ADOPTION = "before_adoption"
NOT_APPLICABLE = "not_applicable"
PAUSED = "paused"
NO_CONTACT = "no_contact"
CHANNEL_OFF = "channel_off"
WITHHELD = "withheld"
SUPERSEDED = "superseded"
SILENT = frozenset(
    {
        ABSORBED,
        MISSED,
        BEFORE_ADOPTION,
        NOT_APPLICABLE,
        PAUSED,
        NO_CONTACT,
        WITHHELD,
        SUPERSEDED,
        "moot",
        CHANNEL_OFF,
    }
)


@record
class Times:
    """The working calendar, the hours of sending and the time zone of a campaign (D1, D5)."""

    calendar: Calendar
    hours: Hours
    zone: ZoneInfo

    def __hash__(self) -> int:
        return hash(self.calendar)


@record
class Dated:
    """A date with the way to it (D7); `anchor_on` is the day from which `offset` was counted."""

    on: date
    basis: Basis
    anchor_on: date
    offset: str
    provisional: bool
    steps: tuple[Step, ...]


@record
class LadderStanding:
    """A deadline with all that decides what its ladder does.

    `cap` is the highest level that the unit's relation allows (L7), `done` what is recorded (of all
    epochs), `contacts` the levels that have a contact, `pauses` the spans of all scopes of the pause,
    `off` the rungs whose channel is switched off, each with the channel, `last_day` that of a unit that ends
    without a successor.
    """

    deadline: Deadline
    ladder: Ladder
    cap: int
    adopted_at: datetime
    done: tuple[Occurrence, ...] = ()
    holds: tuple[Hold, ...] = ()
    contacts: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    pauses: tuple[Span, ...] = ()
    off: tuple[tuple[str, str], ...] = ()
    last_day: date = date.max


@record(kw_only=False)
class Alike:
    """A standing, equal to all others that fare alike: what becomes of one becomes of a whole task's units."""

    essence: tuple[object, ...]
    standing: LadderStanding = field(compare=False)


def alike(standing: LadderStanding) -> Alike:
    """Return a standing by what decides its rungs in the present epoch."""
    deadline = standing.deadline
    done = [
        (each.rung, each.n_from, each.n_to, each.outcome in SILENT, each.recorded_at, each.signed_at)
        for each in standing.done
        if each.epoch == deadline.epoch and each.deadline == deadline.id
    ]
    days = (deadline.due_on, deadline.epoch, deadline.began_at, standing.adopted_at)
    reach = (standing.cap, standing.contacts, standing.holds, standing.pauses, standing.off, standing.last_day)
    return Alike((standing.ladder, *days, *reach, *done), standing)


@record
class Point:
    """One point of a ladder's grid: the n-th of a rung, and when it is scheduled."""

    rung: str
    n: int
    level: int
    scheduled_at: datetime
    reminds: bool = field(default=False)


@record
class RungMark:
    """What became of the points n_from..n_to of a rung (F6); `scheduled_at` is that of the last."""

    rung: str
    n_from: int
    n_to: int
    level: int
    scheduled_at: datetime
    outcome: str
    reason: Coded = ""


def occurrence_of(mark: RungMark, deadline: Deadline, number: int, at: datetime) -> Occurrence:
    """Return the row, of a number, that keeps what became of a deadline's rung and was recorded at an instant."""
    return Occurrence(
        id=number,
        campaign=deadline.campaign,
        deadline=deadline.id,
        epoch=deadline.epoch,
        rung=mark.rung,
        n_from=mark.n_from,
        n_to=mark.n_to,
        level=mark.level,
        scheduled_at=mark.scheduled_at,
        recorded_at=at,
        outcome=mark.outcome,
        reason=mark.reason,
    )


@record
class Firing:
    """The marks to record now, and the next moment at which there will be others."""

    marks: tuple[RungMark, ...]
    next_at: datetime | None
