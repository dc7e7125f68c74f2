"""The kinds of notice: what each must be given, which names its template may use, its form."""

from __future__ import annotations

from typing import Final

from engine.records import fields, record
from notifications.notice import Condition, Corrected, Figures, KindCount, Line, Reported, Tallied

COMMON: Final = frozenset(
    [
        "kind",
        "relation",
        "level",
        "unit",
        "units",
        "to",
        "sender",
        "sender_full",
        "leading_group",
        "place",
        "we",
        "campaign",
        "work",
        "plan_title",
        "plan_number",
        "number",
        "day",
        "as_of",
        "reply_by",
        "reason",
        "document",
        "decision",
        "clause",
    ]
)
"""Names every template may use; `to` and `we` are worked out from the others."""

_RECORDS: Final = {
    "items": Line,
    "groups.items": Line,
    "by_unit.items": Line,
    "conditions": Condition,
    "corrects": Corrected,
    "figures": Figures,
    "tallies": Tallied,
    "tallies.kinds": KindCount,
    "done": Reported,
    "missing": Reported,
    "ahead": Reported,
}


def _dotted(root: str) -> set[str]:
    return {root} | {f"{root}.{field.name}" for field in fields(_RECORDS[root])}


LISTED: Final = (
    frozenset({"count", "rest", "matter", "titles", "groups", "by_unit"})
    | frozenset({"groups.mark", "groups.due_on", "groups.asked_on", "groups.count"})
    | frozenset({"by_unit.unit", "by_unit.count"})
    | _dotted("items")
    | _dotted("groups.items")
    | _dotted("by_unit.items")
)
"""Names of the items of a notice: all of them, by due day, by unit, and what is said of them."""

SEQUENCES: Final = frozenset(
    "items items.awaiting groups groups.items groups.items.awaiting by_unit by_unit.items".split()  # noqa: SIM905
) | {
    *("by_unit.items.awaiting", "predecessors", "conditions", "conditions.missing", "commended", "units"),
    "candidates",
    *("tallies", "tallies.kinds", "done", "missing", "ahead"),
}
"""Names that hold several things; `{% for %}` goes over these only."""

NEVER_IN_SHORT: Final = frozenset(
    "unit units to items.unit items.awaiting groups.items.unit groups.items.awaiting by_unit".split()  # noqa: SIM905
) | {"by_unit.unit", "by_unit.items.awaiting", "conditions.missing", "inspector", "candidates", "missing"}
"""Names that a short text may not use: it is pasted where everybody reads it (SEMANTICS N4)."""


_DATES: Final = frozenset(
    "day as_of reply_by object_by first_day last_day from_on due_on asked_on first_due_on was_on at on".split()  # noqa: SIM905
) | {"first_on", "last_on"}


def is_text(path: str) -> bool:
    """Return whether a name can be printed as it is: not a date, a list or a record."""
    return path.rsplit(".", 1)[-1] not in _DATES and path not in SEQUENCES and path not in _RECORDS


@record
class Kind:
    """A kind of notice.

    `needs` must be given; `formal` ones are single documents, never merged into a digest (N1);
    `upward` ones may go to a superior (L7); `drafted` ones a person signs before they go (L6).
    """

    needs: tuple[str, ...] = ()
    extra: frozenset[str] = frozenset()
    listed: bool = True
    formal: bool = False
    upward: bool = False
    drafted: bool = False
    single: bool = False

    def names(self) -> frozenset[str]:
        """Return the names that a template of this kind may use."""
        return COMMON | self.extra | (LISTED if self.listed else frozenset())


def _extra(*roots: str) -> frozenset[str]:
    return frozenset().union(*(_dotted(root) if root in _RECORDS else {root} for root in roots))


_PLAIN: Final = Kind(needs=("unit", "items"))
_PHASE: Final = ("phase", "next_phase", "first_day", "last_day", "from_on", "manner")

KINDS: Final = {
    "task_issued": Kind(needs=("unit", "items", "plan_title", "reply_by"), extra=_extra("object_by"), formal=True),
    "receipt_reminder": Kind(needs=("unit", "items", "reply_by")),
    "reminder": Kind(needs=("unit", "items", "campaign")),
    "overdue": Kind(needs=("unit", "items", "as_of", "reply_by", "campaign")),
    "pace": Kind(needs=("unit", "items", "campaign")),
    "shortfall": Kind(needs=("unit", "items", "as_of", "reply_by", "campaign")),
    "supervise": Kind(needs=("to", "items", "leading_group", "reply_by"), formal=True, drafted=True),
    "bulletin": Kind(
        needs=("to", "as_of", "figures", "reply_by", "campaign"),
        extra=_extra("figures", "commended"),
        formal=True,
        drafted=True,
    ),
    "evidence_missing": Kind(needs=("unit", "items", "reply_by")),
    "facts_shown": Kind(needs=("unit", "items", "as_of", "reply_by", "campaign")),
    "accountability": Kind(needs=("to", "items", "as_of", "plan_title"), formal=True, drafted=True),
    "phase": Kind(
        needs=("to", "next_phase", "from_on", "leading_group", "plan_title"),
        extra=_extra(*_PHASE, "conditions"),
        formal=True,
    ),
    "application": Kind(
        needs=("to", "place"),
        extra=_extra("award", "score", "rectified", "conditions"),
        formal=True,
        upward=True,
        drafted=True,
        single=True,
    ),
    "report": Kind(
        needs=("to", "place", "year", "as_of", "figures", "campaign"),
        extra=_extra("year", "figures", "tallies", "tallies.kinds", "done", "missing", "ahead"),
        listed=False,
        formal=True,
        upward=True,
        drafted=True,
        single=True,
    ),
    "correction": Kind(needs=("to", "corrects"), extra=_extra("corrects"), listed=False, formal=True, upward=True),
    "receipt": Kind(needs=("unit", "items"), upward=True),
    "returned": Kind(needs=("unit", "items")),
    "extended": Kind(needs=("unit", "items", "change"), extra=_extra("change")),
    "adjusted": Kind(needs=("unit", "items", "change"), extra=_extra("change")),
    "monthly": Kind(needs=("unit", "scope", "reply_by"), extra=_extra("scope")),
    "inspection": Kind(
        needs=("unit", "scope", "document", "inspector", "seed", "candidates"),
        extra=_extra("scope", "inspector", "seed", "candidates", "last_day"),
        listed=False,
    ),
    "paused": Kind(needs=("to", "scope", "from_on", "reason"), extra=_extra("scope", "from_on", "shift")),
    "resumed": Kind(needs=("to", "scope", "from_on"), extra=_extra("scope", "from_on", "shift")),
    "succession": Kind(needs=("unit", "from_on"), extra=_extra("from_on", "predecessors")),
    "objection": Kind(needs=("to", "items")),
    "objection_decided": Kind(needs=("unit", "items", "ruling", "reason"), extra=_extra("ruling", "successor")),
    "ended": Kind(needs=("to", "from_on", "reason", "document"), extra=_extra("from_on"), formal=True),
    "handover": Kind(needs=("unit", "from_on"), extra=_extra("address", "from_on")),
    "gate_late": Kind(needs=("to", "phase", "last_day", "as_of", "conditions"), extra=_extra(*_PHASE, "conditions")),
    "office_nudge": Kind(needs=("to", "items")),
}
"""Every kind shipped. A workflow may add one by its template alone; it is treated as a reminder."""

FIELDS: Final = frozenset(path.rsplit(".", 1)[1] for kind in KINDS.values() for path in kind.names() if "." in path)
"""The names that stand behind a dot in any template: parts of records."""


def kind_of(name: str) -> Kind:
    """Return the kind of the template `name`, which may end in a relation (`overdue.peer`)."""
    return KINDS.get(name.split(".", 1)[0], _PLAIN)


def fields_of(name: str) -> frozenset[str]:
    """Return the names, dotted where they have parts, that the template `name` may use."""
    return kind_of(name).names()


def template_names(kind: str, relation: str) -> tuple[str, ...]:
    """Return the templates that suit, the most particular first: a letter before a notice (L7)."""
    letter = (f"{kind}.peer",) if relation == "vertical" else ()
    return (f"{kind}.{relation}", *letter, kind)


def upward_kinds() -> tuple[str, ...]:
    """Return the kinds that may go to a superior (SEMANTICS L7)."""
    return tuple(name for name, kind in KINDS.items() if kind.upward)
