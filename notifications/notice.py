"""Plain records of a notice: what is asked of the renderer, and what it gives back."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import ClassVar, Literal

from engine.records import record

Relation = Literal["subordinate", "peer", "vertical", "superior", "own"]
Change = Literal["", "extension", "late_grant", "adjusted", "dated"]
Ruling = Literal["", "upheld", "rejected"]
Manner = Literal["", "conditional", "override"]


class NoticeError(Exception):
    """A notice cannot be written or delivered."""

    code: ClassVar[str] = "PG500"
    exit_code: ClassVar[int] = 2

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__((type(self).__doc__ or "").format(**facts))

    def line(self) -> str:
        """Return the one line a person reads: code and sentence."""
        return f"{self.code}  {self}"


class NoTemplate(NoticeError):
    """no template for the notice {name!r} — shipped: {known} — add templates/{name}.j2 to the workflow"""

    code = "PG501"


class BadTemplate(NoticeError):
    """template {name}, line {line}: {what} — found {found} — {cure}"""

    code = "PG502"


class MissingField(NoticeError):
    """the notice {kind} needs {field}, which was not given — fill it in before writing the notice"""

    code = "PG503"


class TooLong(NoticeError):
    """the notice {kind} is longer than {limit} characters — list fewer items or shorten the template"""

    code = "PG504"


class NotForSuperior(NoticeError):
    """{kind} is never sent to a superior, but {unit} is one — only {allowed} go upward (SEMANTICS L7)"""

    code = "PG505"


class OneRecipient(NoticeError):
    """the notice {kind} goes to exactly one unit — found {found} — write one for each"""

    code = "PG506"


class CannotRender(NoticeError):
    """template {name} could not be filled in — {why} — correct the template or the field"""

    code = "PG507"


@record
class Line:
    """One item of a notice, seen from the unit that owes it.

    `asked_on` is the working day before where the due day is a day off (SEMANTICS D4); `was_on`
    the due day before a change; `first_due_on` the one that timeliness is judged by; `overdue`
    counts working days. `at` is local time and `number` the number of what was received. Of a
    counted duty so many are `done` of `least`, in a `measure`, with so many working days `left`.
    `awaiting` names the units whose parts a lead waits for.
    """

    title: str
    unit: str = ""
    demand: str = ""
    clause: str = ""
    due_on: date | None = None
    asked_on: date | None = None
    first_due_on: date | None = None
    was_on: date | None = None
    overdue: int = 0
    state: str = ""
    reason: str = ""
    number: str = ""
    files: int = 0
    at: datetime | None = None
    on_behalf: bool = False
    done: int = 0
    least: int = 0
    measure: str = ""
    left: int = 0
    awaiting: tuple[str, ...] = ()


@record
class Condition:
    """One condition of a gate as it stood: what was counted, what was needed, who is missing."""

    text: str
    holds: bool = False
    counted: str = ""
    needed: str = ""
    missing: tuple[str, ...] = ()


@record
class Figures:
    """The overall state that a bulletin reports: how many were due, done, done in time, overdue, short of a count."""

    due: int
    done: int
    on_time: int = 0
    overdue: int = 0
    short: int = 0


@record
class KindCount:
    """How many of a kind there are by the end of the year reported, and how many came in it."""

    title: str
    total: int
    added: int = 0


@record
class Tallied:
    """A quota as a report counts it: in all, in the year, and by kind."""

    title: str
    total: int
    added: int = 0
    kinds: tuple[KindCount, ...] = ()


@record
class Reported:
    """One clause of the plan in a report: who owes it, between which days, and how it stands."""

    title: str
    clause: str = ""
    who: str = ""
    state: str = ""
    first_on: date | None = None
    last_on: date | None = None


@record
class Corrected:
    """The document that a correction names, and the words it puts right."""

    title: str
    on: date
    wrong: str
    right: str
    number: str = ""


@record(slots=False)
class NoticeRequest:
    """Everything a notice may say; which of it a kind uses is in `kinds.py`.

    `day` is the date of writing, `close` the hour by which a due day asks for a hand-in. All
    dates and times are local. `unit` is the recipient; a formal document may name `units` instead.
    """

    kind: str
    sender: str
    day: date
    relation: Relation = "subordinate"
    level: int = 0
    unit: str = ""
    units: tuple[str, ...] = ()
    sender_full: str = ""
    leading_group: str = ""
    place: str = ""
    campaign: str = ""
    plan_title: str = ""
    plan_number: str = ""
    number: str = ""
    close: time = time(17, 30)
    items: tuple[Line, ...] = ()
    reply_by: date | None = None
    as_of: datetime | None = None
    phase: str = ""
    next_phase: str = ""
    first_day: date | None = None
    last_day: date | None = None
    from_on: date | None = None
    decision: str = ""
    manner: Manner = ""
    conditions: tuple[Condition, ...] = ()
    figures: Figures | None = None
    commended: tuple[str, ...] = ()
    year: int = 0
    tallies: tuple[Tallied, ...] = ()
    done: tuple[Reported, ...] = ()
    missing: tuple[Reported, ...] = ()
    ahead: tuple[Reported, ...] = ()
    corrects: Corrected | None = None
    change: Change = ""
    reason: str = ""
    document: str = ""
    scope: str = ""
    shift: bool = False
    object_by: date | None = None
    predecessors: tuple[str, ...] = ()
    ruling: Ruling = ""
    successor: str = ""
    inspector: str = ""
    seed: str = ""
    candidates: tuple[str, ...] = ()
    award: str = ""
    score: str = ""
    rectified: bool = False
    clause: str = ""
    address: str = ""
    contact: str = ""
    attachments: tuple[str, ...] = ()
    head: str = ""


@record
class Content:
    """A notice as it goes out; `short` is for a group chat and names no late unit (N4)."""

    subject: str
    body: str
    short: str


def document_number(mark: str, year: int, n: int) -> str:
    """Return a document number such as 石创建办发〔2022〕21号."""
    if n < 1:
        raise ValueError(f"document numbers begin at 1, not {n}")
    return f"{mark}〔{year}〕{n}号"
