"""Frozen records of a running campaign: its rows, as they are kept.

Dates are local to the workflow's time zone; instants are aware and in UTC (SEMANTICS D1).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from engine.model.workflow import Delivery, Role
from engine.records import record

NoticeState = Literal["listed", "draft", "queued", "sent", "failed", "withheld"]
DeadlineKind = Literal["receipt", "due", "review", "gate", "objection"]


@record
class Campaign:
    """The head row of a campaign: what it runs, where it stands, and its counters.

    `uid` is the random name by which the history knows it. `workflow`, `calendar` and `extra` are hashes of
    kept texts; `extra` holds what joined or changed without a new version.
    In a `rehearsal` the clock may be moved, and what goes out says so (I3).
    A nested campaign names its parent and the unit of the parent's directory that runs it.
    """

    id: int
    uid: str
    key: str
    title: str
    workflow: str
    calendar: str
    extra: str
    state: Literal["running", "completed", "aborted"]
    phase: str
    adopted_on: date
    trial: bool
    rehearsal: bool
    seq: int
    head: str
    last_at: datetime
    counter: int
    gate_verdict: str = ""
    parent: int = 0
    parent_unit: str = ""


@record
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


@record
class Assignment:
    """What one unit owes for one task; `period` is empty where the task does not recur.

    A counted duty that its period did not see done is `short`: settled, and a breach.
    """

    id: int
    campaign: int
    task: str
    unit: str
    period: str
    role: Role
    phase: str
    state: Literal["issued", "received", "submitted", "returned", "accepted", "waived", "cancelled", "short"]
    issued_on: date
    received_on: date | None = None
    submitted_on: date | None = None
    first_submitted_on: date | None = None
    settled_on: date | None = None
    submissions: int = 0
    extensions: int = 0


@record
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


@record
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


@record
class Armed:
    """The next moment at which something is to be looked at."""

    at: datetime
    kind: int
    ref: int
    campaign: int


@record
class Item:
    """One thing to tell one recipient, waiting for the notice that will carry it.

    What is `riding` has none of its own: it is told by the next one that goes to the unit anyway.
    """

    id: int
    campaign: int
    kind: str
    unit: str
    level: int
    channel: str
    delivery: Delivery
    ready_at: datetime
    state: Literal["waiting", "riding", "bound", "moot", "aside"]
    occurrence: int = 0
    assignment: int = 0
    deadline: int = 0
    notice: int = 0
    facts: str = "{}"


@record
class Notice:
    """A notice as it was written; its texts are kept under the hash `content`."""

    id: int
    campaign: int
    kind: str
    unit: str
    level: int
    channel: str
    state: NoticeState
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


@record
class Outgoing:
    """One recipient of a notice in the outbox; `settled_at` is when it was sent, or failed for good."""

    id: int
    campaign: int
    notice: int
    recipient: str
    channel: str
    state: Literal["queued", "sent", "failed"]
    attempts: int
    next_at: datetime
    error: str = ""
    settled_at: datetime | None = None
    lease_until: datetime | None = None
    lease: str = ""


@record
class Lane:
    """What the workers know of a channel, or of one recipient of it: an operation, no history.

    `fence` numbers the batches of a channel and only grows. After `failures` in a row nothing goes
    this way before `until`, for a `reason`; a recipient without failures is at its limit.
    """

    channel: str
    recipient: str = ""
    fence: int = 0
    failures: int = 0
    until: datetime | None = None
    reason: str = ""


@record
class Sending:
    """One message sent to a recipient that has limits: an operation, no history.

    `at` is when its result was known; until then the end of its lease, before which it must be sent.
    """

    ref: int
    fence: int
    channel: str
    recipient: str
    at: datetime


@record
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


@record
class Event:
    """Something that happened toward a counted duty; its evidence bears the same `submission`.

    One that was taken back keeps its row, with the day and the reason.
    """

    id: int
    campaign: int
    assignment: int
    submission: int
    number: int
    happened_on: date
    recorded_on: date
    taken_back_on: date | None = None
    reason: str = ""


@record
class Approval:
    """A recorded decision of the leading group or of a superior that a gate may ask for."""

    id: int
    campaign: int
    name: str
    document: str
    happened_on: date
    actor: str


@record
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


@record
class IndicatorScore:
    """What an indicator scores for a unit and a period: by the unit itself, or as the office checked it.

    `points` are written in decimals; a later score of the same kind takes the place of this one.
    """

    id: int
    campaign: int
    indicator: str
    unit: str
    period: str
    kind: Literal["self", "checked"]
    points: str
    scored_on: date
    note: str = ""


@record
class IndicatorProof:
    """A file or a note in an evidence slot of an indicator, for a unit and a period.

    What comes again under the same name is the next `version`; only the latest counts.
    """

    id: int
    campaign: int
    indicator: str
    slot: str
    unit: str
    period: str
    kind: Literal["note", "file"]
    name: str
    text: str
    sha256: str
    size: int
    version: int
    state: Literal["counts", "replaced"]
    proved_on: date


@record
class Veto:
    """A veto that was raised over an indicator (一票否决), for one unit or for all; it stands until lifted."""

    id: int
    campaign: int
    indicator: str
    unit: str
    reason: str
    document: str
    raised_on: date
    lifted_on: date | None = None
    lifted_by: str = ""


@record
class Judgement:
    """What a person found of a file that several units handed in: fine, or refused, for one of them."""

    id: int
    campaign: int
    sha256: str
    unit: str
    verdict: Literal["fine", "refused"]
    reason: str
    judged_on: date


@record
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


@record
class Objection:
    """A unit's word that a task is not its duty, and what the office decided (docs/semantics.md R1).

    `pause` stops its clock meanwhile; `successor` names the unit that the task was handed to.
    """

    id: int
    campaign: int
    assignment: int
    pause: int
    state: Literal["open", "upheld", "rejected", "lapsed"]
    reason: str
    raised_on: date
    decided_on: date | None = None
    decision: str = ""
    successor: str = ""


@record
class Hold:
    """A manual stop on a deadline from a level upward, with its reason (L8)."""

    id: int
    campaign: int
    deadline: int
    level: int
    reason: str
    from_at: datetime
    to_at: datetime | None = None


@record
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


@record
class DocumentNumber:
    """The last document number that an issuer gave out in a year."""

    issuer: str
    year: int
    last: int


@record
class Round:
    """A round of looking or asking: a spot check, a mutual inspection, a self-check or a month.

    `outcome` is canonical JSON: the draws of a spot check, the pairs of a mutual inspection, or the
    units that were asked. `seed` is empty where nothing was drawn.
    """

    id: int
    campaign: int
    name: str
    kind: Literal["spot", "mutual", "self", "month"]
    title: str
    document: str
    opened_on: date
    outcome: str
    due_on: date | None = None
    seed: str = ""
    seed_from: str = ""


@record
class Remark:
    """One line that a round brought in: what `teller` found at `unit`, or what a unit tells of a task.

    A finding is `open` until the office adopts it as a rectification (`task`) or drops it with a reason.
    """

    id: int
    campaign: int
    round: int
    kind: Literal["finding", "progress", "problem", "next", "matter", "nothing"]
    unit: str
    teller: str
    text: str
    happened_on: date
    state: Literal["open", "adopted", "dropped", "told"]
    task: str = ""
    reason: str = ""


@record
class Answer:
    """The first answer given under an idempotency key (SEMANTICS P5)."""

    campaign: int
    key: str
    fingerprint: str
    answer: str


@record
class System:
    """The installation: the head of its own journal, and the clock a person accepted (C4).

    `uid` is the random name of this database in its history. `installation` is renewed by a restore: what goes out
    bears it, so that no message of two installations has the same id. In a `rehearsal` the clock may be moved (I3).
    """

    id: int
    uid: str
    installation: str
    rehearsal: bool
    seq: int
    head: str
    last_at: datetime
    campaigns: int
    clock_from: datetime
    clock_to: datetime


@record
class Blob:
    """Bytes kept under their SHA-256."""

    sha: str
    data: bytes


@record
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
