"""The tables. Dates are ISO text, instants are milliseconds since 1970 in UTC, flags are 0 and 1.

Rows are never handed out: `store.codec` turns them into the frozen records of `engine.model`,
whose field names the columns carry.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

Key: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


def part_of_key() -> int:
    """Declare a primary key that the application fills."""
    return Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})  # type: ignore[no-any-return]


def whole() -> int:
    """Declare a whole number that may count milliseconds."""
    return Field(sa_type=BigInteger)  # type: ignore[no-any-return]


def optional_whole() -> int | None:
    """Declare a whole number that may be absent."""
    return Field(default=None, sa_type=BigInteger, nullable=True)  # type: ignore[no-any-return]


def words() -> str:
    """Declare a text."""
    return Field(sa_type=Text)  # type: ignore[no-any-return]


def optional_words() -> str | None:
    """Declare a text that may be absent."""
    return Field(default=None, sa_type=Text, nullable=True)  # type: ignore[no-any-return]


class CampaignRow(SQLModel, table=True):
    """One campaign: the row that is locked for every write to it."""

    __tablename__ = "campaign"
    __table_args__ = (Index("campaign_parent", "parent"),)
    id: int = part_of_key()
    uid: str = Field(sa_type=Text, unique=True)
    key: str = Field(sa_type=Text, unique=True)
    title: str = words()
    workflow: str = words()
    calendar: str = words()
    extra: str = words()
    state: str = words()
    phase: str = words()
    adopted_on: str = words()
    trial: int = whole()
    seq: int = whole()
    head: str = words()
    last_at: int = whole()
    counter: int = whole()
    gate_verdict: str = words()
    parent: int = whole()
    parent_unit: str = words()


class PhaseRow(SQLModel, table=True):
    """One phase of a campaign."""

    __tablename__ = "phase"
    campaign: int = part_of_key()
    phase: str = Field(primary_key=True, sa_type=Text)
    position: int = whole()
    state: str = words()
    first_day: str = words()
    last_day: str = words()
    opened_at: int | None = optional_whole()
    entered_at: int | None = optional_whole()
    left_at: int | None = optional_whole()
    left_by: str = words()


class AssignmentRow(SQLModel, table=True):
    """What one unit owes for one task."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("campaign", "task", "unit", "period"),
        Index("assignment_unit", "campaign", "unit"),
    )
    id: int = part_of_key()
    campaign: int = whole()
    task: str = words()
    unit: str = words()
    period: str = words()
    role: str = words()
    phase: str = words()
    state: str = words()
    issued_on: str = words()
    received_on: str | None = optional_words()
    submitted_on: str | None = optional_words()
    first_submitted_on: str | None = optional_words()
    settled_on: str | None = optional_words()
    submissions: int = whole()
    extensions: int = whole()


class DeadlineRow(SQLModel, table=True):
    """A date somebody must keep."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index("deadline_assignment", "assignment", "kind"),
        Index("deadline_campaign", "campaign", "kind"),
    )
    id: int = part_of_key()
    campaign: int = whole()
    assignment: int = whole()
    phase: str = words()
    unit: str = words()
    kind: str = words()
    state: str = words()
    epoch: int = whole()
    due_on: str = words()
    first_due_on: str = words()
    basis: str = words()
    anchor_on: str = words()
    offset: str = words()
    ladder: str = words()
    began_at: int = whole()
    provisional: int = whole()
    remaining: int | None = optional_whole()
    next_at: int | None = optional_whole()


class OccurrenceRow(SQLModel, table=True):
    """What became of a rung; UNIQUE makes it exactly once (SEMANTICS F4)."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("deadline", "epoch", "rung", "n_from"),
        Index("occurrence_campaign", "campaign"),
    )
    id: int = part_of_key()
    campaign: int = whole()
    deadline: int = whole()
    epoch: int = whole()
    rung: str = words()
    n_from: int = whole()
    n_to: int = whole()
    level: int = whole()
    scheduled_at: int = whole()
    recorded_at: int = whole()
    outcome: str = words()
    reason: str = words()
    signed_at: int | None = optional_whole()


class ArmedRow(SQLModel, table=True):
    """The next moments, narrow and clustered by time (SEMANTICS F2)."""

    __tablename__ = "armed"
    __table_args__ = (Index("armed_campaign", "campaign", "at"), {"sqlite_with_rowid": False})
    at: int = part_of_key()
    kind: int = part_of_key()
    ref: int = part_of_key()
    campaign: int = whole()


class ItemRow(SQLModel, table=True):
    """One thing to tell one recipient."""

    __tablename__ = "item"
    __table_args__ = (
        Index("item_waiting", "campaign", "state", "ready_at"),
        Index("item_notice", "notice"),
        Index("item_occurrence", "occurrence"),
    )
    id: int = part_of_key()
    campaign: int = whole()
    kind: str = words()
    unit: str = words()
    level: int = whole()
    channel: str = words()
    delivery: str = words()
    ready_at: int = whole()
    state: str = words()
    occurrence: int = whole()
    assignment: int = whole()
    deadline: int = whole()
    notice: int = whole()
    facts: str = words()


class NoticeRow(SQLModel, table=True):
    """A notice as written."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_campaign", "campaign", "state"),)
    id: int = part_of_key()
    campaign: int = whole()
    kind: str = words()
    unit: str = words()
    level: int = whole()
    channel: str = words()
    state: str = words()
    day: str = words()
    subject: str = words()
    content: str = words()
    number: str = words()
    to: str = words()
    created_at: int = whole()
    digest: str = Field(sa_type=Text, unique=True)
    sent_at: int | None = optional_whole()
    corrects: int = whole()
    reason: str = words()


class OutgoingRow(SQLModel, table=True):
    """One recipient of a notice; the only table with leases."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_next", "state", "channel", "next_at"),
        Index("outbox_notice", "notice"),
    )
    id: int = part_of_key()
    campaign: int = whole()
    notice: int = whole()
    recipient: str = words()
    channel: str = words()
    state: str = words()
    attempts: int = whole()
    next_at: int = whole()
    error: str = words()
    settled_at: int | None = optional_whole()
    lease_until: int | None = optional_whole()
    lease: str = words()


class LaneRow(SQLModel, table=True):
    """A channel, or one recipient of it, as the workers know it: an operation, which no history follows."""

    __tablename__ = "lane"
    channel: str = Field(primary_key=True, sa_type=Text)
    recipient: str = Field(primary_key=True, sa_type=Text)
    fence: int = whole()
    failures: int = whole()
    until: int | None = optional_whole()
    reason: str = words()


class SendingRow(SQLModel, table=True):
    """One message sent to a recipient that has limits: an operation, which no history follows."""

    __tablename__ = "sending"
    __table_args__ = (Index("sending_recipient", "channel", "recipient", "at"), Index("sending_at", "at"))
    ref: int = part_of_key()
    fence: int = part_of_key()
    channel: str = words()
    recipient: str = words()
    at: int = whole()


class EvidenceRow(SQLModel, table=True):
    """What a unit handed in."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("evidence_assignment", "assignment"),
        Index("evidence_campaign", "campaign", "kind"),
    )
    id: int = part_of_key()
    campaign: int = whole()
    assignment: int = whole()
    submission: int = whole()
    kind: str = words()
    name: str = words()
    text: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    size: int = whole()


class EventRow(SQLModel, table=True):
    """Something that happened toward a counted duty."""

    __tablename__ = "event"
    __table_args__ = (Index("event_assignment", "assignment"), Index("event_campaign", "campaign"))
    id: int = part_of_key()
    campaign: int = whole()
    assignment: int = whole()
    submission: int = whole()
    number: int = whole()
    happened_on: str = words()
    recorded_on: str = words()
    taken_back_on: str | None = optional_words()
    reason: str = words()


class ApprovalRow(SQLModel, table=True):
    """A decision a gate may ask for."""

    __tablename__ = "approval"
    __table_args__ = (Index("approval_campaign", "campaign", "name"),)
    id: int = part_of_key()
    campaign: int = whole()
    name: str = words()
    document: str = words()
    happened_on: str = words()
    actor: str = words()


class TallyRow(SQLModel, table=True):
    """One entry toward a quota."""

    __tablename__ = "tally"
    __table_args__ = (Index("tally_campaign", "campaign", "quota"),)
    id: int = part_of_key()
    campaign: int = whole()
    quota: str = words()
    kind: str = words()
    unit: str = words()
    number: int = Field(sa_type=BigInteger)
    happened_on: str = words()
    note: str = words()


class IndicatorScoreRow(SQLModel, table=True):
    """What an indicator scores for a unit and a period."""

    __tablename__ = "indicator_score"
    __table_args__ = (UniqueConstraint("campaign", "indicator", "unit", "period", "kind"),)
    id: int = part_of_key()
    campaign: int = whole()
    indicator: str = words()
    unit: str = words()
    period: str = words()
    kind: str = words()
    points: str = words()
    scored_on: str = words()
    note: str = words()


class ProofRow(SQLModel, table=True):
    """A file or a note in an evidence slot of an indicator."""

    __tablename__ = "proof"
    __table_args__ = (
        Index("proof_slot", "campaign", "indicator", "slot", "unit"),
        Index("proof_file", "campaign", "sha256"),
    )
    id: int = part_of_key()
    campaign: int = whole()
    indicator: str = words()
    slot: str = words()
    unit: str = words()
    period: str = words()
    kind: str = words()
    name: str = words()
    text: str = Field(sa_type=Text)
    sha256: str = words()
    size: int = whole()
    version: int = whole()
    state: str = words()
    proved_on: str = words()


class VetoRow(SQLModel, table=True):
    """A veto that was raised over an indicator."""

    __tablename__ = "veto"
    __table_args__ = (Index("veto_campaign", "campaign", "indicator"),)
    id: int = part_of_key()
    campaign: int = whole()
    indicator: str = words()
    unit: str = words()
    reason: str = words()
    document: str = words()
    raised_on: str = words()
    lifted_on: str | None = optional_words()
    lifted_by: str = words()


class JudgementRow(SQLModel, table=True):
    """What a person found of a file that several units handed in."""

    __tablename__ = "judgement"
    __table_args__ = (UniqueConstraint("campaign", "sha256", "unit"),)
    id: int = part_of_key()
    campaign: int = whole()
    sha256: str = words()
    unit: str = words()
    verdict: str = words()
    reason: str = words()
    judged_on: str = words()


class PauseRow(SQLModel, table=True):
    """A span in which clocks are stopped."""

    __tablename__ = "pause"
    __table_args__ = (Index("pause_campaign", "campaign"),)
    id: int = part_of_key()
    campaign: int = whole()
    scope: str = words()
    ref: str = words()
    shift: int = whole()
    reason: str = words()
    document: str = words()
    from_at: int = whole()
    to_at: int | None = optional_whole()


class ObjectionRow(SQLModel, table=True):
    """A unit's word that a task is not its duty."""

    __tablename__ = "objection"
    __table_args__ = (Index("objection_campaign", "campaign", "state"), Index("objection_assignment", "assignment"))
    id: int = part_of_key()
    campaign: int = whole()
    assignment: int = whole()
    pause: int = whole()
    state: str = words()
    reason: str = words()
    raised_on: str = words()
    decided_on: str | None = optional_words()
    decision: str = words()
    successor: str = words()


class HoldRow(SQLModel, table=True):
    """A manual stop on a ladder."""

    __tablename__ = "hold"
    __table_args__ = (Index("hold_deadline", "deadline"),)
    id: int = part_of_key()
    campaign: int = whole()
    deadline: int = whole()
    level: int = whole()
    reason: str = words()
    from_at: int = whole()
    to_at: int | None = optional_whole()


class ContactRow(SQLModel, table=True):
    """A unit's work contact with its days."""

    __tablename__ = "contact"
    __table_args__ = (Index("contact_unit", "campaign", "unit", "level"),)
    id: int = part_of_key()
    campaign: int = whole()
    unit: str = words()
    level: int = whole()
    address: str = words()
    channel: str = words()
    valid_from: str = words()
    valid_to: str = words()


class DocumentNumberRow(SQLModel, table=True):
    """The last document number of an issuer in a year."""

    __tablename__ = "document_number"
    issuer: str = Field(primary_key=True, sa_type=Text)
    year: int = part_of_key()
    last: int = whole()


class RoundRow(SQLModel, table=True):
    """A round of looking or asking."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("campaign", "name"),)
    id: int = part_of_key()
    campaign: int = whole()
    name: str = words()
    kind: str = words()
    title: str = words()
    document: str = words()
    opened_on: str = words()
    outcome: str = words()
    due_on: str | None = optional_words()
    seed: str = words()
    seed_from: str = words()


class RemarkRow(SQLModel, table=True):
    """One line that a round brought in."""

    __tablename__ = "remark"
    __table_args__ = (Index("remark_round", "campaign", "round"),)
    id: int = part_of_key()
    campaign: int = whole()
    round: int = Field(sa_type=BigInteger)
    kind: str = words()
    unit: str = words()
    teller: str = words()
    text: str = Field(sa_type=Text)
    happened_on: str = words()
    state: str = words()
    task: str = words()
    reason: str = words()


class AnswerRow(SQLModel, table=True):
    """The first answer given under an idempotency key (SEMANTICS P5)."""

    __tablename__ = "answer"
    campaign: int = part_of_key()
    key: str = Field(primary_key=True, sa_type=Text)
    fingerprint: str = words()
    answer: str = words()


class SystemRow(SQLModel, table=True):
    """The one row of the installation: head of the system's journal and its clock."""

    __tablename__ = "system"
    id: int = part_of_key()
    uid: str = words()
    installation: str = words()
    rehearsal: int = whole()
    seq: int = whole()
    head: str = words()
    last_at: int = whole()
    campaigns: int = whole()
    clock_from: int = whole()
    clock_to: int = whole()


class JournalRow(SQLModel, table=True):
    """The append-only history: the hashed bytes and what is derived from them (SEMANTICS H1)."""

    __tablename__ = "journal"
    journal: int = part_of_key()
    seq: int = part_of_key()
    data: bytes = Field(sa_type=LargeBinary)
    hash: str = words()
    at: int = whole()
    actor: str = words()
    action: str = words()
    outcome: str = words()
    subject: str = words()


class BlobRow(SQLModel, table=True):
    """Texts kept under their SHA-256: workflow versions, calendars, notices."""

    __tablename__ = "blob"
    sha: str = Field(primary_key=True, sa_type=Text)
    data: bytes = Field(sa_type=LargeBinary)


class WorkerRow(SQLModel, table=True):
    """A process that serves, or did: operation, not history (SEMANTICS X1)."""

    __tablename__ = "worker"
    id: int = part_of_key()
    name: str = words()
    host: str = words()
    pid: int = whole()
    version: str = words()
    state: str = words()
    started_at: int = whole()
    seen_at: int = whole()
    every: int = whole()
    beats: int = whole()
    moments: int = whole()
    notices: int = whole()
    sent: int = whole()
    failed: int = whole()
    errors: int = whole()
    last_beat: int = whole()
    last_error: str = words()
