"""Plain records of a notice: what is asked of the renderer, and what it gives back."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from datetime import date, datetime, time
from typing import ClassVar, Literal

from engine.records import record

LONGEST_FACT = 100
"""What is longer is cut: a record is told of a failure, it does not keep what failed."""
Relation = Literal["subordinate", "peer", "vertical", "superior", "own"]
Change = Literal["", "extension", "late_grant", "adjusted", "dated"]
Ruling = Literal["", "upheld", "rejected"]
Manner = Literal["", "conditional", "override"]


def coded(code: str, **facts: object) -> str:
    """Return what is told of a message as records keep it: no words, but a code and its facts, as a line of JSON."""
    told = {"code": code, **{name: _plain(value) for name, value in facts.items()}}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def is_coded(text: str) -> bool:
    """Tell whether a text was written by `coded`."""
    try:
        told = json.loads(text) if text.startswith("{") else None
    except ValueError:
        return False
    return isinstance(told, dict) and "code" in told


def _plain(value: object) -> object:
    if isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return str(value)[:LONGEST_FACT]


class NoticeError(Exception):
    """A notice cannot be written or delivered."""

    code: ClassVar[str] = "PG500"
    exit_code: ClassVar[int] = 2

    def __init__(self, why: str = "", /, **facts: object) -> None:
        self.why = why
        self.facts = facts
        super().__init__(self.coded())

    @property
    def key(self) -> str:
        """The key by which a face finds its sentence."""
        return f"{self.code}.{self.why}" if self.why else self.code

    def coded(self) -> str:
        """Return it as a record keeps it: its key and what it speaks of, see `coded`."""
        return coded(self.key, **self.facts)


class NoTemplate(NoticeError):
    """There is no template for a notice."""

    code = "PG501"


class BadTemplate(NoticeError):
    """A template is wrong at a line."""

    code = "PG502"


class MissingField(NoticeError):
    """A notice needs a field that was not given."""

    code = "PG503"


class TooLong(NoticeError):
    """A notice is longer than any may be."""

    code = "PG504"


class NotForSuperior(NoticeError):
    """A notice that is never sent to a superior was meant for one (SEMANTICS L7)."""

    code = "PG505"


class OneRecipient(NoticeError):
    """A notice that goes to one unit was meant for several."""

    code = "PG506"


class CannotRender(NoticeError):
    """A template could not be filled in."""

    code = "PG507"


class Unborne(NoticeError):
    """A notice claims what no record bears (SEMANTICS N6)."""

    code = "PG508"


@record
class Line:
    """One item of a notice, seen from the unit that owes it.

    `asked_on` is the working day before where the due day is a day off (SEMANTICS D4); `was_on`
    the due day before a change; `first_due_on` the one that timeliness is judged by; `overdue`
    counts working days. `at` is local time and `number` the number of what was received. Of a
    counted duty so many are `done` of `least`, in a `measure`, with so many working days `left`.
    `awaiting` names the units whose parts a lead waits for, `steps` what went out about it so far. `role` is that of
    the unit in the task (牵头单位), `lead` the unit to which its part goes instead of to the office; `period` stands
    in the title of a counted duty. What was returned and is owed `again` was handed in before. `ref` is the number by
    which its records are found; no template prints it.
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
    role: str = ""
    lead: str = ""
    period: str = ""
    again: bool = False
    steps: str = ""
    ref: int = 0


@record
class Condition:
    """One condition of a gate as it stood: what was counted, what was needed, in a `measure`, and who is missing."""

    text: str
    holds: bool = False
    counted: str = ""
    needed: str = ""
    missing: tuple[str, ...] = ()
    measure: str = ""


@record
class Figures:
    """The overall state: what was `due` is the sum of `done`, `handed_in`, `returned` and `owed` (L9).

    Of what is done so many came `on_time`, of what is not so many are `overdue`, and so many fell `short` of a count;
    what was `waived`, `paused` or lies `ahead` stands beside.
    """

    due: int
    done: int
    on_time: int = 0
    overdue: int = 0
    short: int = 0
    handed_in: int = 0
    returned: int = 0
    owed: int = 0
    waived: int = 0
    paused: int = 0
    ahead: int = 0


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
    """The document that a correction names, and the words it puts right, at so many `places`.

    `had` names the units it went to that go on as who is told now.
    """

    title: str
    on: date
    wrong: str
    right: str
    number: str = ""
    places: int = 1
    had: tuple[str, ...] = ()


@record(slots=False)
class NoticeRequest:
    """Everything a notice may say; which of it a kind uses is in `kinds.py`.

    `day` is the date of writing, `close` the hour by which a due day asks for a hand-in. All
    dates and times are local. `unit` is the recipient; a formal document may name `units` instead, and has others
    `copied` in (抄送); `address_as` are the words of the address line where they are not these names. `accepted` was
    accepted since the unit last heard. `authority` is the clause by which a demand is made; where none may be made of
    the unit, `demands` is false. `borne` names the facts that are recorded of each item it speaks of (SEMANTICS N6).
    """

    kind: str
    sender: str
    day: date
    relation: Relation = "subordinate"
    level: int = 0
    unit: str = ""
    units: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
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
    consents: tuple[str, ...] = ()
    gate: tuple[Condition, ...] = ()
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
    clause: str = ""
    authority: str = ""
    demands: bool = True
    address: str = ""
    contact: str = ""
    attachments: tuple[str, ...] = ()
    accepted: tuple[Line, ...] = ()
    address_as: str = ""
    head: str = ""
    borne: Container[str] = frozenset()


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
