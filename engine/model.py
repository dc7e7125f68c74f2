"""Frozen records of a workflow and of a running campaign.

Dates are local to the workflow's time zone; instants are aware and in UTC (SEMANTICS D1).
A unit is known by the name its plan prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal, Protocol, TypeVar

OffsetUnit = Literal["wd", "d"]
Relation = Literal["subordinate", "peer", "superior", "vertical"]
Delivery = Literal["send", "release", "manual", "draft"]
Role = Literal["lead", "responsible", "supporting", "inherited"]
DeadlineKind = Literal["receipt", "due", "review", "gate"]


# --- workflow ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where in its source a part of a workflow stands: file, 1-based line and column."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The clause of a plan that a part of a workflow rests on, and how it was read."""

    document: str = ""
    clause: str = ""
    words: str = ""
    reading: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offset:
    """A span of working days (`wd`) or calendar days (`d`); negative before its anchor (D3)."""

    count: int
    unit: OffsetUnit = "wd"

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A span of days, both inclusive (D2)."""

    first_day: date
    last_day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """The local times of day at which things go out (D5)."""

    remind: time = time(9, 0)
    overdue: time = time(10, 0)
    last: time = time(17, 0)
    close: time = time(17, 30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One reminder (offset ≤ 0) or escalation (offset > 0) of a ladder.

    `every` repeats it until `count` points or the last point on or before due + `until` (L5).
    `notice` names the kind of notice, hence its template.
    """

    id: str
    at: Offset
    level: int
    notice: str
    delivery: Delivery
    every: Offset | None = None
    count: int | None = None
    until: Offset | None = None
    channel: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """The ordered rungs of a deadline and the least gap between two levels (L2)."""

    id: str
    rungs: tuple[Rung, ...]
    min_gap: Offset = Offset(count=1)
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """When a task is due.

    kind `date`: printed on `on`; `phase_end`: the last day of its phase (derived, D4);
    `offset`: `offset` after `anchor`; `none`: no date yet, listed as such.
    anchor is `phase.start`, `phase.end`, `adopted`, `issued`, `task:<id>` (all its assignments
    settled) or `phase:<id>` (that phase entered).
    """

    kind: Literal["date", "phase_end", "offset", "none"]
    on: date | None = None
    anchor: str = ""
    offset: Offset | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Opens:
    """When a task is issued: with its phase, on a day, or once other tasks are settled.

    `after` names tasks; all their assignments must be settled (accepted, waived or cancelled).
    """

    kind: Literal["phase", "date", "after"] = "phase"
    on: date | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A clause of the plan that somebody owes; unit lists as the plan prints them.

    `draft` names a kind of notice that is drafted for the office when the task is issued.
    """

    id: str
    title: str
    phase: str
    due: Due
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()
    opens: Opens = Opens()
    receipt: Offset | None = None
    review: Offset | None = None
    rework: Offset = Offset(count=5)
    ladder: str = ""
    receipt_ladder: str = ""
    review_ladder: str = ""
    needs: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    demand: str = ""
    draft: str = ""
    kind: Literal["plan", "adhoc", "rectification"] = "plan"
    source: Source = Source()
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A node of a gate: `all` or `any` over `children`, or a leaf of a registered kind (G1)."""

    id: str
    kind: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    children: tuple[Condition, ...] = ()
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """A state of the campaign with its window, its gate and what happens on leaving it."""

    id: str
    title: str
    window: Window
    gate: Condition
    next: tuple[str, ...] = ()
    opens: Literal["window", "entry"] = "window"
    advance: Literal["manual", "automatic"] = "manual"
    on_exit: Literal["keep", "cancel"] = "keep"
    owner: Literal["office", "superior"] = "office"
    ladder: str = ""
    source: Source = Source()
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaKind:
    """One kind of a quota with its least and greatest number."""

    id: str
    title: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """A number of things to reach, by kind and in total (`total` None where the plan gives none)."""

    id: str
    title: str
    kinds: tuple[QuotaKind, ...]
    total: int | None = None
    source: Source = Source()
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A unit's work contact at a level (0 liaison, 1 deputy head, 2 head, 3 leading group)."""

    level: int
    address: str
    channel: str = ""
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """An organisation in the directory, known by the name the plan prints."""

    name: str
    relation: Relation = "subordinate"
    kind: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    contacts: tuple[Contact, ...] = ()
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A named set of units: what it includes (units or groups), less what it leaves out."""

    name: str
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """All units in the order of the directory, and the groups over them."""

    units: Mapping[str, Unit]
    groups: Mapping[str, Group]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDocument:
    """The document that issued the plan."""

    title: str
    issuer: str = ""
    number: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Workflow:
    """The declarative definition of a campaign."""

    id: str
    title: str
    version: str
    place_name: str
    document: PlanDocument
    timezone: str
    calendar: str
    office: str
    leading_group: str
    mark: str
    hours: Hours
    phases: tuple[Phase, ...]
    tasks: tuple[Task, ...]
    ladders: Mapping[str, Ladder]
    quotas: tuple[Quota, ...]
    directory: Directory
    caps: Mapping[Relation, int]
    award: str = ""
    channel: str = "eml"
    max_extensions: int = 1
    signers: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    sha: str = ""

    def phase(self, phase_id: str) -> Phase:
        """Return the phase `phase_id`; KeyError if there is none."""
        return _named(self.phases, phase_id)

    def task(self, task_id: str) -> Task:
        """Return the task `task_id`; KeyError if there is none."""
        return _named(self.tasks, task_id)


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_HasId)


def _named(things: tuple[_T, ...], wanted: str) -> _T:
    for thing in things:
        if thing.id == wanted:
            return thing
    raise KeyError(wanted)


# --- running campaign -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """The head row of a campaign: what it runs, where it stands, and its counters.

    `workflow`, `calendar` and `extra` are hashes of kept texts; `extra` holds the tasks that joined later.
    """

    id: int
    key: str
    title: str
    workflow: str
    calendar: str
    extra: str
    state: Literal["running", "completed", "aborted"]
    phase: str
    adopted_on: date
    trial: bool
    seq: int
    head: str
    last_at: datetime
    counter: int
    gate_verdict: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseState:
    """A phase of a campaign; its days may be shifted by a pause or an adjustment."""

    campaign: int
    phase: str
    position: int
    state: Literal["before_adoption", "waiting", "open", "left"]
    first_day: date
    last_day: date
    opened_at: datetime | None = None
    entered_at: datetime | None = None
    left_at: datetime | None = None
    left_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """What one unit owes for one task; `period` is empty where the task does not recur."""

    id: int
    campaign: int
    task: str
    unit: str
    period: str
    role: Role
    phase: str
    state: Literal["issued", "received", "submitted", "returned", "accepted", "waived", "cancelled"]
    issued_on: date
    received_on: date | None = None
    submitted_on: date | None = None
    first_submitted_on: date | None = None
    settled_on: date | None = None
    submissions: int = 0
    extensions: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A date that somebody must keep, with its ladder and its armed next moment.

    `basis` is `printed`, `derived` or `duration`; a duration is counted from `anchor_on` by
    `offset` and keeps `remaining` while paused (P1). `began_at` is when this epoch began;
    `first_due_on` is the date by which timeliness is judged (P2).
    """

    id: int
    campaign: int
    assignment: int
    phase: str
    unit: str
    kind: DeadlineKind
    state: Literal["armed", "suspended", "paused", "met", "cancelled"]
    epoch: int
    due_on: date
    first_due_on: date
    basis: Literal["printed", "derived", "duration"]
    anchor_on: date
    offset: str
    ladder: str
    began_at: datetime
    provisional: bool = False
    remaining: int | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """What became of one rung (or of the points n_from..n_to of a repeating one) in one epoch."""

    id: int
    campaign: int
    deadline: int
    epoch: int
    rung: str
    n_from: int
    n_to: int
    level: int
    scheduled_at: datetime
    recorded_at: datetime
    outcome: str
    reason: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Armed:
    """The next moment at which something is to be looked at."""

    at: datetime
    kind: int
    ref: int
    campaign: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing to tell one recipient, waiting for the notice that will carry it."""

    id: int
    campaign: int
    kind: str
    unit: str
    level: int
    channel: str
    delivery: Delivery
    ready_at: datetime
    state: Literal["waiting", "bound", "moot", "aside"]
    occurrence: int = 0
    assignment: int = 0
    deadline: int = 0
    notice: int = 0
    facts: str = "{}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A notice as it was written; its texts are kept under the hash `content`."""

    id: int
    campaign: int
    kind: str
    unit: str
    level: int
    channel: str
    state: Literal["listed", "draft", "queued", "sent", "failed", "withheld"]
    day: date
    subject: str
    content: str
    number: str
    to: str
    created_at: datetime
    digest: str
    sent_at: datetime | None = None
    corrects: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """One recipient of a notice in the outbox."""

    id: int
    campaign: int
    notice: int
    recipient: str
    channel: str
    state: Literal["queued", "sent", "failed"]
    attempts: int
    next_at: datetime
    error: str = ""
    lease_until: datetime | None = None
    lease: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A note, a number or a file that a unit handed in, by its hash."""

    id: int
    campaign: int
    assignment: int
    submission: int
    kind: Literal["note", "number", "file", "voucher"]
    name: str
    text: str
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """A recorded decision of the leading group or of a superior that a gate may ask for."""

    id: int
    campaign: int
    name: str
    document: str
    happened_on: date
    actor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """One entry toward a quota: so many of a kind, hosted by a unit."""

    id: int
    campaign: int
    quota: str
    kind: str
    unit: str
    number: int
    happened_on: date
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A span in which clocks are stopped; `ref` names a phase or an assignment, or is empty."""

    id: int
    campaign: int
    scope: Literal["campaign", "phase", "assignment"]
    ref: str
    shift: bool
    reason: str
    document: str
    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A manual stop on a deadline from a level upward, with its reason (L8)."""

    id: int
    campaign: int
    deadline: int
    level: int
    reason: str
    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitContact:
    """A unit's contact in a running campaign, with the days on which it holds."""

    id: int
    campaign: int
    unit: str
    level: int
    address: str
    channel: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentNumber:
    """The last document number that an issuer gave out in a year."""

    issuer: str
    year: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The first answer given under an idempotency key (SEMANTICS P5)."""

    campaign: int
    key: str
    fingerprint: str
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """The installation: the head of its own journal, and the clock a person accepted (C4)."""

    id: int
    seq: int
    head: str
    last_at: datetime
    campaigns: int
    clock_from: datetime
    clock_to: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Blob:
    """Bytes kept under their SHA-256."""

    sha: str
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One entry of a journal: the bytes that were hashed and what is derived from them."""

    journal: int
    seq: int
    data: bytes
    hash: str
    at: datetime
    actor: str
    action: str
    outcome: str
    subject: str


# --- verdicts ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionVerdict:
    """Whether one condition holds, what was counted, what was needed and who is missing."""

    id: str
    kind: str
    text: str
    holds: bool
    counted: str
    needed: str
    missing: tuple[str, ...] = ()
    children: tuple[ConditionVerdict, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The verdict of a gate at an instant: open or shut, and why (G1)."""

    phase: str
    open: bool
    conditions: tuple[ConditionVerdict, ...]
