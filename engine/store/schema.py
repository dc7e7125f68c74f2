"""The tables, said once: which record each keeps, its key, and what is unique and quickly found.

The columns are the fields of the frozen records of `engine.model`: names, kinds and what may be empty stand there.
From this the codec takes keys, `store.tables` the tables that SQLModel lays out, and `store.shape` what a database
must look like. Plain data: neither SQLModel nor SQLAlchemy is imported for it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin, get_type_hints

from engine import model
from engine.records import fields

Columns = tuple[str, ...]
Stored = Literal["whole", "text", "bytes"]
STORED: Final[dict[type, Stored]] = {
    int: "whole",
    bool: "whole",
    datetime: "whole",
    str: "text",
    date: "text",
    bytes: "bytes",
}
"""How a database stores what a field holds: instants as milliseconds since 1970, dates as ISO text."""


class Table(NamedTuple):
    """A table: its key, what is unique beside it, its indexes by name, and whether SQLite clusters it by its key."""

    table: str
    key: Columns = ("id",)
    unique: tuple[Columns, ...] = ()
    indexes: tuple[tuple[str, Columns], ...] = ()
    is_clustered: bool = False


class TableColumn(NamedTuple):
    """A column: what its field holds (a text of few choices is a text), its choices, and whether it may be empty."""

    name: str
    kind: type
    choices: Columns
    may_be_empty: bool

    @property
    def stored(self) -> Stored:
        """How a database stores it."""
        return STORED[self.kind]


KEPT: Final[dict[type, Table]] = {
    model.Campaign: Table("campaign", unique=(("key",), ("uid",)), indexes=(("campaign_parent", ("parent",)),)),
    model.PhaseState: Table("phase", ("campaign", "phase")),
    model.Assignment: Table(
        "assignment",
        unique=(("campaign", "task", "unit", "period"),),
        indexes=(("assignment_unit", ("campaign", "unit")),),
    ),
    model.Deadline: Table(
        "deadline",
        indexes=(("deadline_assignment", ("assignment", "kind")), ("deadline_campaign", ("campaign", "kind"))),
    ),
    # Unique makes it exactly once (SEMANTICS F4).
    model.Occurrence: Table(
        "occurrence",
        unique=(("deadline", "epoch", "rung", "n_from"),),
        indexes=(("occurrence_campaign", ("campaign",)),),
    ),
    # Narrow, and clustered by time (SEMANTICS F2).
    model.Armed: Table(
        "armed", ("at", "kind", "ref"), indexes=(("armed_campaign", ("campaign", "at")),), is_clustered=True
    ),
    model.Item: Table(
        "item",
        indexes=(
            ("item_waiting", ("campaign", "state", "ready_at")),
            ("item_notice", ("notice",)),
            ("item_occurrence", ("occurrence",)),
        ),
    ),
    model.Notice: Table("notice", unique=(("digest",),), indexes=(("notice_campaign", ("campaign", "state")),)),
    model.Outgoing: Table(
        "outbox",
        indexes=(("outbox_next", ("state", "channel", "next_at")), ("outbox_notice", ("notice",))),
    ),
    model.Lane: Table("lane", ("channel", "recipient")),
    model.Sending: Table(
        "sending",
        ("ref", "fence"),
        indexes=(("sending_recipient", ("channel", "recipient", "at")), ("sending_at", ("at",))),
    ),
    model.Evidence: Table(
        "evidence",
        indexes=(("evidence_assignment", ("assignment",)), ("evidence_campaign", ("campaign", "kind"))),
    ),
    model.Event: Table("event", indexes=(("event_assignment", ("assignment",)), ("event_campaign", ("campaign",)))),
    model.Approval: Table("approval", indexes=(("approval_campaign", ("campaign", "name")),)),
    model.Tally: Table("tally", indexes=(("tally_campaign", ("campaign", "quota")),)),
    model.IndicatorScore: Table("indicator_score", unique=(("campaign", "indicator", "unit", "period", "kind"),)),
    model.IndicatorProof: Table(
        "proof",
        indexes=(
            ("proof_slot", ("campaign", "indicator", "slot", "unit")),
            ("proof_file", ("campaign", "sha256")),
        ),
    ),
    model.Veto: Table("veto", indexes=(("veto_campaign", ("campaign", "indicator")),)),
    model.Judgement: Table("judgement", unique=(("campaign", "sha256", "unit"),)),
    model.Pause: Table("pause", indexes=(("pause_campaign", ("campaign",)),)),
    model.Objection: Table(
        "objection",
        indexes=(("objection_campaign", ("campaign", "state")), ("objection_assignment", ("assignment",))),
    ),
    model.Hold: Table("hold", indexes=(("hold_deadline", ("deadline",)),)),
    model.UnitContact: Table("contact", indexes=(("contact_unit", ("campaign", "unit", "level")),)),
    model.DocumentNumber: Table("document_number", ("issuer", "year")),
    model.Round: Table("round", unique=(("campaign", "name"),)),
    model.Remark: Table("remark", indexes=(("remark_round", ("campaign", "round")),)),
    model.Answer: Table("answer", ("campaign", "key")),
    model.System: Table("system"),
    model.Record: Table("journal", ("journal", "seq")),
    model.Blob: Table("blob", ("sha",)),
    model.Worker: Table("worker"),
}
OPERATIONS: Final[frozenset[type]] = frozenset({model.Lane, model.Sending, model.Worker})
"""What only says how work goes on here: no history follows it, nor the columns of leases (SEMANTICS H3)."""
RECORD_OF: Final[dict[str, type]] = {table.table: record for record, table in KEPT.items()}


def columns(record: type) -> tuple[TableColumn, ...]:
    """Return the columns in which the records of a class are kept, in order."""
    hints = get_type_hints(record)
    return tuple(_column(each.name, hints[each.name]) for each in fields(record))


def _column(name: str, hint: Any) -> TableColumn:
    options = [each for each in get_args(hint) if each is not type(None)]
    may_be_empty = len(options) < len(get_args(hint))
    base = options[0] if may_be_empty else hint
    if get_origin(base) is Literal:
        return TableColumn(name, str, get_args(base), may_be_empty)
    return TableColumn(name, base, (), may_be_empty)


# --- what keeps the journal append-only (SEMANTICS H1) ---

REFUSAL: Final = "the journal is append-only"
TRIGGERS: Final[dict[str, dict[str, str]]] = {
    "sqlite": {
        f"journal_{verb}": f"CREATE TRIGGER journal_{verb} BEFORE {verb} ON journal\n"
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    },
    "postgresql": {
        "journal_rows": "CREATE TRIGGER journal_rows BEFORE DELETE OR UPDATE ON journal\n"
        "FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()",
        "journal_truncate": "CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON journal\n"
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()",
    },
}
FUNCTION: Final = (
    "CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS\n"
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
)
"""PostgreSQL: what its triggers call."""
