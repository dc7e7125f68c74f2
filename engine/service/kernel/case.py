"""A campaign opened for work inside one transaction."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime, time
from enum import IntEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from engine import units
from engine.errors import BadInput, UnknownName
from engine.machine import SETTLED_STATES
from engine.model import (
    Armed,
    Assignment,
    Campaign,
    Deadline,
    Objection,
    Pause,
    PhaseState,
    Task,
    Unit,
    UnitContact,
    changed,
)
from engine.reckoning import OWING
from engine.records import field, record
from engine.service.kernel.actor import SYSTEM, Actor
from engine.service.kernel.amendments import NONE, Amendments, amendments_from
from engine.service.kernel.known import Prefetch
from engine.service.kernel.plan import Library, Plan, blob, keep
from engine.service.kernel.rules import RULES
from engine.store.queries import assignments
from engine.store.work import UnitOfWork

if TYPE_CHECKING:
    from engine.service.kernel.action import Action

T = TypeVar("T")
SETTLED = SETTLED_STATES
NOON = time(12)
"""By when units answer to the facts that a bulletin will tell of them (SEMANTICS N5)."""


class TimerKind(IntEnum):
    """What an armed moment is about, in the order of SEMANTICS F3 for equal instants."""

    RUNG = 1
    PHASE = 2
    TASK = 3
    GATE = 4
    ITEMS = 5


HELD_BY_PAUSE = (TimerKind.PHASE, TimerKind.TASK, TimerKind.GATE)
"""What does not happen by itself while the campaign is paused; when it goes on it is looked for again (P1)."""


@record(frozen=False, kw_only=False, slots=False)
class CampaignSession:
    """The head of a campaign, its plan, the instant of the act, and the rows it touches.

    `rules` is the version of them that the record at hand was, or will be, decided under.
    `known` is what the transaction has read ahead, of this campaign and of others that share it. `writes`
    where it was opened for an act; `above` is the campaign whose head was locked before this one's because
    its gate reads what happens here (SEMANTICS F2). `reader` is who reads, where it was opened to be looked at.
    """

    work: UnitOfWork
    library: Library
    actions: Mapping[str, Action]
    plan: Plan
    head: Campaign
    at: datetime
    known: Prefetch
    writes: bool = False
    above: int = 0
    rules: int = RULES
    reader: Actor = SYSTEM
    id: int = field(init=False)
    today: date = field(init=False)
    _counter: int = field(init=False)
    _assignments: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _deadlines: dict[int, list[int]] = field(default_factory=dict)
    _contacts: dict[str, list[UnitContact]] = field(default_factory=dict)
    _objections: dict[int, list[int]] = field(default_factory=dict)
    _worked_out: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fix the local date of the act."""
        self.id = self.head.id
        self.today = self.plan.day(self.at)
        self._counter = self.head.counter

    def move_to(self, at: datetime) -> None:
        """Go on to a later act of the same campaign, in the same transaction."""
        self.at = at
        if self.today != self.plan.day(at):
            self.today = self.plan.day(at)
            self._contacts.clear()
            self._worked_out.clear()

    def change(self, **values: Any) -> None:
        """Change the head row."""
        self.head = changed(self.head, **values)
        self.work.put(self.head)

    def next_id(self) -> int:
        """Return a number that no other row of this campaign has; the same again under replay."""
        self._counter += 1
        return self.head.id << 32 | self._counter

    @property
    def numbers(self) -> int:
        """How many numbers were given."""
        return self._counter

    def number_on(self, count: int) -> None:
        """Take so many numbers at once, for rows that were numbered in step."""
        self._counter += count

    def number_from(self, first: int) -> None:
        """Go on with the numbers that a record says its rows were given."""
        self._counter = first - 1

    def recorded(self, seq: int, head: str, last_at: datetime) -> None:
        """Write down how far the journal has come, and the numbers with it; every act ends with it."""
        self.change(seq=seq, head=head, last_at=last_at, counter=self._counter)

    def use_calendar(self, sha: str) -> None:
        """Pin another calendar and read dates by it from now on (D6)."""
        self._use(calendar=sha)

    def use_extra(self, sha: str) -> None:
        """Lay the amendments kept under a hash over the workflow."""
        self._use(extra=sha)

    def use_version(self, workflow: str, extra: str) -> None:
        """Pin another version of the workflow with the amendments that were carried over (P4)."""
        self._use(workflow=workflow, extra=extra)
        self.forget_contacts()

    def _use(self, **hashes: str) -> None:
        self.change(**hashes)
        self.plan = self.library.plan(self.work, self.head.workflow, self.head.calendar, self.head.extra)
        self._worked_out.clear()

    def worked_out(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """Return what follows from the plan, the day, who is reached and `key`: worked out once for all alike."""
        if key not in self._worked_out:
            self._worked_out[key] = work_out()
        found: T = self._worked_out[key]
        return found

    @property
    def amendments(self) -> Amendments:
        """What joined or changed in this campaign without a new version."""
        return amendments_from(blob(self.work, self.head.extra)) if self.head.extra else NONE

    def pinned(self, amendments: Amendments) -> str:
        """Keep amendments under their hash and return it, for the facts of a record."""
        return keep(self.work, amendments.to_bytes())

    # --- armed moments ---

    def arm(self, at: datetime, kind: TimerKind, ref: int) -> None:
        """Arm a moment; only a rung's is its own, any other is armed once however often it is asked for."""
        if kind in HELD_BY_PAUSE and self.is_paused:
            return
        armed = Armed(at=at, kind=int(kind), ref=ref, campaign=self.id)
        if kind == TimerKind.RUNG:
            self.work.add(armed)
        else:
            self.work.add_if_absent(armed)

    def arm_campaign(self, at: datetime, kind: TimerKind) -> None:
        """Arm a moment that is about the campaign as a whole."""
        self.arm(at, kind, self.id << 32)

    def disarm(self, at: datetime | None, kind: TimerKind, ref: int) -> None:
        """Take an armed moment away."""
        if at is not None:
            self.work.drop(Armed, at, int(kind), ref)

    def arm_gate(self) -> None:
        """Have the gate of a phase that advances by itself looked at (SEMANTICS F2)."""
        phase = self.plan.phases.get(self.head.phase)
        if phase is not None and phase.advance == "automatic" and self.head.state == "running":
            self.arm_campaign(self.at, TimerKind.GATE)

    # --- looking up ---

    def task(self, name: str) -> Task:
        """Return a task by id or title; UnknownName with what is near."""
        plan = self.plan
        found = plan.tasks.get(name) or next((t for t in plan.workflow.tasks if t.title == name), None)
        if found is None and (found := plan.tasks.get(plan.meant("task", name))) is None:
            title = plan.meant("title", name)
            found = next((t for t in plan.workflow.tasks if t.title == title), None)
        if found is None:
            raise UnknownName("task", name, list(self.plan.tasks))
        return found

    def unit(self, name: str) -> Unit:
        """Return a unit by its name, however it is spelled; UnknownName with what is near."""
        found = self.plan.workflow.directory.units.get(self.plan.meant("unit", name))
        if found is None:
            raise UnknownName("unit", name, list(self.plan.workflow.directory.units))
        return found

    def phase_state(self, phase: str) -> PhaseState:
        """Return a phase of the campaign; UnknownName if there is none."""
        found = self.work.get(PhaseState, self.id, phase)
        if found is None:
            raise UnknownName("phase", phase, list(self.plan.phases))
        return found

    def phase_states(self) -> list[PhaseState]:
        """Return all phases in order."""
        return self.work.find(PhaseState, campaign=self.id, order="position")

    def assignment(self, task: Task, unit: str, period: str = "") -> Assignment:
        """Return what a unit owes for a task; UnknownName lists the task's units."""
        known = self._assignments.get((task.id, unit, period))
        if known is not None and (there := self.work.get(Assignment, known)):
            return there
        found = self.work.find(Assignment, campaign=self.id, task=task.id, unit=unit, period=period)
        if not found:
            others = self.work.find(Assignment, campaign=self.id, task=task.id)
            raise self.owes_not(task, unit, [a.unit for a in others])
        return found[0]

    def heir(self, unit: str) -> str:
        """Return the unit as which another one goes on since it was renamed or merged; nothing where it does not."""
        return next((each.name for each in self.plan.workflow.directory.units.values() if unit in each.succeeds), "")

    def owes_not(self, task: Task, unit: str, others: Iterable[str]) -> UnknownName | BadInput:
        """Return the error for a unit that does not owe a task: it goes on as another, or others owe it."""
        if unit not in self.plan.workflow.directory.units:
            return UnknownName("assignment", unit, sorted(set(others)), "owed_by", task=task.id)
        if heir := self.heir(unit):
            return BadInput("goes_on_as", task=task.id, heir=heir, found=unit)
        known = list(islice(dict.fromkeys(others), 6))
        return BadInput("owed_by_others" if known else "owed_by_nobody", task=task.id, known=known, found=unit)

    def know_assignments(self, tasks: Iterable[str], units: Iterable[str]) -> None:
        """Read what units owe for tasks, the deadlines of that and the objections to it, set-wise."""
        names, owing = list(dict.fromkeys(tasks)), list(dict.fromkeys(units))
        if not (names and owing):
            return
        found, deadlines, objections = self.known.with_what_starts_deadlines(
            self.id,
            self.plan.workflow.ours,
            *assignments.owed(self.id, names, owing),
        )
        self._assignments |= {(a.task, a.unit, a.period): a.id for a in found}
        self._deadlines |= {a.id: [] for a in found}
        self._objections |= {a.id: [] for a in found}
        for deadline in deadlines:
            self._deadlines[deadline.assignment].append(deadline.id)
        for objection in objections:
            self._objections[objection.assignment].append(objection.id)

    def deadlines(self, assignment: Assignment) -> list[Deadline]:
        """Return the deadlines of an assignment, oldest first."""
        known = self._deadlines.get(assignment.id)
        if known is None:
            found = self.work.find(Deadline, assignment=assignment.id, order="id")
            self._deadlines[assignment.id] = [deadline.id for deadline in found]
            return found
        return [deadline for number in known if (deadline := self.work.get(Deadline, number))]

    def deadline(self, assignment: Assignment, kind: str) -> Deadline | None:
        """Return the latest deadline of a kind, or None."""
        found = [d for d in self.deadlines(assignment) if d.kind == kind]
        return found[-1] if found else None

    def relation(self, unit: str) -> str:
        """Return a unit's relation to the sender; the leading group stands above it."""
        if unit == self.plan.workflow.leading_group:
            return "superior"
        return self.plan.workflow.directory.units[unit].relation

    def has_ended(self, unit: str) -> bool:
        """Tell whether a unit is no more and nobody follows it: it is told nothing, late with nothing (L10)."""
        return self.today > units.last_day(self.plan.workflow.directory, unit)

    def now_called(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return units as they are called today, in their order, without those that have ended (L10)."""
        living = [name for name in names if not self.has_ended(name)]
        directory = self.plan.workflow.directory
        return tuple(dict.fromkeys(units.called(directory, name, self.today) for name in living))

    def is_left(self, owed: Assignment) -> bool:
        """Tell whether a unit that has ended still owes something, which waits to be taken over (L10)."""
        return owed.state in OWING and self.has_ended(owed.unit)

    def contacts(self, unit: str) -> list[UnitContact]:
        """Return a unit's contacts that hold today."""
        if unit not in self._contacts:
            self._contacts[unit] = [c for c in self.known.contacts(self.id, unit) if self._holds_today(c)]
        return self._contacts[unit]

    def _holds_today(self, contact: UnitContact) -> bool:
        return contact.valid_from <= self.today <= contact.valid_to

    def know_contacts(self, units: Iterable[str] | None = None) -> None:
        """Read the contacts of many units at once, or of all."""
        asked = self.plan.workflow.directory.units if units is None else units
        self.known.read_contacts((self.id, name) for name in asked)

    def forget_units(self) -> None:
        """Read anew what units owe, and who is reached: their names have changed."""
        self._assignments.clear()
        self.forget_contacts()

    def forget_contacts(self) -> None:
        """Read contacts again when they are next asked for."""
        self._contacts.clear()
        self._worked_out.clear()
        self.known.forget_contacts(self.id)

    def objections(self, assignment: Assignment) -> list[Objection]:
        """Return every objection to an assignment, oldest first."""
        known = self._objections.get(assignment.id)
        if known is None:
            found = self.work.find(Objection, assignment=assignment.id, order="id")
            self._objections[assignment.id] = [objection.id for objection in found]
            return found
        return [self.work.must(Objection, number) for number in known]

    def keep_objection(self, objection: Objection) -> None:
        """Keep a new objection."""
        self.work.add(objection)
        self._objections.pop(objection.assignment, None)

    # --- what decides rungs, read once ---

    def pauses(self) -> list[Pause]:
        """Return all pauses of the campaign, open and ended."""
        return self.known.pauses(self.id)

    @property
    def is_paused(self) -> bool:
        """Tell whether the campaign as a whole is paused."""
        return any(pause.scope == "campaign" and pause.to_at is None for pause in self.pauses())

    def know_new(self, deadline: int, assignment: int) -> None:
        """Know of a deadline that starts now, and that nothing is recorded of it."""
        if assignment in self._deadlines:
            self._deadlines[assignment].append(deadline)
        self.known.start(deadline)
