"""Frozen records of a workflow: what a plan declares, units known by the names it prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Literal, Protocol, TypeVar

from engine.model.indicators import IndicatorSet
from engine.model.issuing import Issuer, Limits
from engine.model.source import Place, Source
from engine.records import field, record

OffsetUnit = Literal["wd", "d"]
Relation = Literal["subordinate", "peer", "superior", "vertical"]
Delivery = Literal["send", "release", "manual", "draft"]
Role = Literal["lead", "responsible", "supporting", "inherited"]
Issue = Literal["document", "letters"]
Pacing = Literal["weekly", "daily"]
Per = Literal["year", "half", "quarter", "month", "week", "term", "phase"]


@record
class Offset:
    """A span of working days (`wd`) or calendar days (`d`); negative before its anchor (D3)."""

    count: int
    unit: OffsetUnit = "wd"

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


@record
class Window:
    """A span of days, both inclusive (D2)."""

    first_day: date
    last_day: date


@record
class Hours:
    """The local times of day at which things go out (D5)."""

    remind: time = time(9, 0)
    overdue: time = time(10, 0)
    last: time = time(17, 0)
    close: time = time(17, 30)


@record
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


@record
class Ladder:
    """The ordered rungs of a deadline and the least gap between two levels (L2).

    `reminders` that are `weekly` wait for the first working day of a week, or for the last three before the day (N1).
    """

    id: str
    rungs: tuple[Rung, ...]
    min_gap: Offset = Offset(count=1)
    reminders: Pacing = "daily"
    place: Place = Place()

    def __hash__(self) -> int:
        return hash(self.id)


@record
class Due:
    """When a task is due.

    kind `date`: printed on `on`; `phase_end`: the last day of its phase (derived, D4);
    `offset`: `offset` after `anchor`; `none`: no date yet, listed as such; `period`: with each of its
    periods (a counted duty).
    anchor is `phase.start`, `phase.end`, `adopted`, `issued`, `task:<id>` (all its assignments
    settled) or `phase:<id>` (that phase entered).
    """

    kind: Literal["date", "phase_end", "offset", "none", "period"]
    on: date | None = None
    anchor: str = ""
    offset: Offset | None = None


@record
class Opens:
    """When a task is issued: with its phase, on a day, or once other tasks are settled.

    `after` names tasks; all their assignments must be settled (accepted, waived or cancelled).
    """

    kind: Literal["phase", "date", "after"] = "phase"
    on: date | None = None
    after: tuple[str, ...] = ()


@record
class Counted:
    """What a duty counts: at least so many in each period, as long as `until` says.

    `of` is the clause it stands under, `measure` the word that is counted (次, 课时, 期).
    """

    of: str
    least: int
    per: Per
    measure: str = "次"
    until: Literal["campaign", "phase"] = "campaign"


@record
class Term:
    """A school term: data of the workflow, both days inclusive."""

    id: str
    title: str
    first_day: date
    last_day: date
    place: Place = Place()


@record
class Task:
    """A clause of the plan that somebody owes; unit lists as the plan prints them.

    `draft` names a kind of notice that is drafted for the office when the task is issued, and
    `addressee` the superior to whom it goes. A duty (kind `duty`) says in `counted` what is to happen
    how often in each period. Where the lead consolidates, responsible and supporting units hand in to it.
    What is issued by its `document` was received with it; else each unit gets a letter, and says that it has it (L4).
    """

    id: str
    title: str
    phase: str
    due: Due
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()
    consolidate: bool = False
    opens: Opens = Opens()
    issue: Issue = "letters"
    receipt: Offset | None = None
    review: Offset | None = None
    rework: Offset = Offset(count=5)
    objection: Offset | None = Offset(count=3)
    ladder: str = ""
    receipt_ladder: str = ""
    review_ladder: str = ""
    needs: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    demand: str = ""
    draft: str = ""
    addressee: str = ""
    kind: Literal["plan", "duty", "adhoc", "rectification", "monthly"] = "plan"
    counted: Counted | None = None
    source: Source = Source()
    place: Place = Place()


@record
class Condition:
    """A node of a gate: `all` or `any` over `children`, or a leaf of a registered kind (G1)."""

    id: str
    kind: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    children: tuple[Condition, ...] = ()
    place: Place = Place()


@record
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


@record
class QuotaKind:
    """One kind of a quota with its least and greatest number; `before` counts what the plan reports as there."""

    id: str
    title: str
    least: int = 0
    most: int | None = None
    before: int = 0


@record
class QuotaShare:
    """What units are to have of a quota: each of them, or all `together`, at least so many (SEMANTICS Q1).

    `least` is None where the plan states no number: nothing is asked of these units, and they may still host.
    `units` are single units, `printed` the units and groups as the plan has them.
    """

    units: tuple[str, ...]
    least: int | None = None
    together: bool = False
    title: str = ""
    printed: tuple[str, ...] = ()
    place: Place = Place()


@record
class Quota:
    """A number of things to reach, by kind, by unit and in total (`total` None where the plan gives none)."""

    id: str
    title: str
    kinds: tuple[QuotaKind, ...]
    total: int | None = None
    per_unit: tuple[QuotaShare, ...] = ()
    source: Source = Source()
    place: Place = Place()


@record
class Contact:
    """A unit's work contact at a level (0 liaison, 1 deputy head, 2 head, 3 leading group)."""

    level: int
    address: str
    channel: str = ""
    valid_from: date = date.min
    valid_to: date = date.max


@record
class Unit:
    """An organisation in the directory, known by the name the plan prints; letters may address it otherwise."""

    name: str
    relation: Relation = "subordinate"
    kind: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    contacts: tuple[Contact, ...] = ()
    succeeds: tuple[str, ...] = ()
    address_as: str = ""
    place: Place = Place()


@record
class Group:
    """A named set of units: what it includes (units or groups), less what it leaves out."""

    name: str
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    place: Place = Place()


@record
class Directory:
    """All units in the order of the directory, and the groups over them."""

    units: Mapping[str, Unit]
    groups: Mapping[str, Group]

    def lines(self) -> Mapping[str, frozenset[str]]:
        """Return for each unit that follows another, or is followed, all the names of its line."""
        lines: dict[str, frozenset[str]] = {}
        for unit in self.units.values():
            if unit.succeeds:
                names = {unit.name, *unit.succeeds}
                line = frozenset(names).union(*(lines.get(name, ()) for name in names))
                lines |= dict.fromkeys(line, line)
        return lines

    def line_of(self, unit: str) -> frozenset[str]:
        """Return all the names of the line of a unit, its own among them."""
        return self.lines().get(unit, frozenset({unit}))


@record
class PlanDocument:
    """The document that issued the plan."""

    title: str
    issuer: str = ""
    number: str = ""
    issued_on: date | None = None


@record
class Parameter:
    """What a workflow leaves open: its name in `${…}`, what it means, and what it is filled with."""

    id: str
    title: str
    value: str
    default: str = ""
    place: Place = Place()


@record
class Nested:
    """A campaign below this one: the unit that runs it, its workflow, and what fills the workflow's parameters."""

    unit: str
    workflow: str
    settings: Mapping[str, str] = field(default_factory=dict)
    place: Place = Place()


@record
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
    office_contact: str = ""
    channel: str = "eml"
    channels_off: tuple[str, ...] = ()
    max_extensions: int = 1
    signers: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    indicators: IndicatorSet | None = None
    terms: tuple[Term, ...] = ()
    nested: tuple[Nested, ...] = ()
    issuer: Issuer = Issuer()
    limits: Limits = Limits()
    sha: str = ""

    @property
    def clauses(self) -> tuple[Task, ...]:
        """The tasks of the plan, without the duties that stand under them."""
        return tuple(task for task in self.tasks if task.counted is None)

    @property
    def ours(self) -> tuple[str, str]:
        """The office and the leading group: what is asked of them is no demand on others."""
        return self.office, self.leading_group

    def duties_of(self, task_id: str) -> tuple[Task, ...]:
        """Return the counted duties that stand under a clause."""
        return tuple(task for task in self.tasks if task.counted is not None and task.counted.of == task_id)

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
