"""A campaign opened for work inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from engine.errors import UnknownName
from engine.model import Armed, Assignment, Campaign, Deadline, PhaseState, Task, Unit, UnitContact
from engine.service.plan import Library, Plan
from engine.store.work import Work

SETTLED = ("accepted", "waived", "cancelled")


class Moment(IntEnum):
    """What an armed moment is about, in the order of SEMANTICS F3 for equal instants."""

    RUNG = 1
    PHASE = 2
    TASK = 3
    GATE = 4
    ITEMS = 5


@dataclass
class Case:
    """The head of a campaign, its plan, the instant of the act, and the rows it touches."""

    work: Work
    library: Library
    plan: Plan
    head: Campaign
    at: datetime
    _contacts: dict[str, list[UnitContact]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The campaign's number."""
        return self.head.id

    @property
    def today(self) -> date:
        """The local date of the act."""
        return self.plan.day(self.at)

    def change(self, **values: Any) -> None:
        """Change the head row."""
        self.head = replace(self.head, **values)
        self.work.put(self.head)

    def next_id(self) -> int:
        """Return a number that no other row of this campaign has; the same again under replay."""
        self.head = replace(self.head, counter=self.head.counter + 1)
        self.work.put(self.head)
        return self.head.id << 32 | self.head.counter

    def use_calendar(self, sha: str) -> None:
        """Pin another calendar and read dates by it from now on (D6)."""
        self.change(calendar=sha)
        self.plan = self.library.plan(self.work, self.head.workflow, sha)

    # --- armed moments ---

    def arm(self, at: datetime, kind: Moment, ref: int) -> None:
        """Arm a moment, once."""
        if self.work.get(Armed, at, int(kind), ref) is None:
            self.work.add(Armed(at=at, kind=int(kind), ref=ref, campaign=self.id))

    def disarm(self, at: datetime | None, kind: Moment, ref: int) -> None:
        """Take an armed moment away."""
        if at is not None:
            self.work.drop(Armed, at, int(kind), ref)

    def arm_gate(self) -> None:
        """Have the gate of a phase that advances by itself looked at (SEMANTICS F2)."""
        phase = self.plan.phases.get(self.head.phase)
        if phase is not None and phase.advance == "automatic" and self.head.state == "running":
            self.arm(self.at, Moment.GATE, self.id)

    # --- looking up ---

    def task(self, name: str) -> Task:
        """Return a task by id or title; UnknownName with what is near."""
        found = self.plan.tasks.get(name) or next((t for t in self.plan.workflow.tasks if t.title == name), None)
        if found is None:
            raise UnknownName("task", name, list(self.plan.tasks))
        return found

    def unit(self, name: str) -> Unit:
        """Return a unit by name; UnknownName with what is near."""
        found = self.plan.workflow.directory.units.get(name)
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
        found = self.work.find(Assignment, campaign=self.id, task=task.id, unit=unit, period=period)
        if not found:
            others = self.work.find(Assignment, campaign=self.id, task=task.id)
            raise UnknownName(f"assignment of task {task.id} to", unit, [a.unit for a in others])
        return found[0]

    def deadlines(self, assignment: Assignment) -> list[Deadline]:
        """Return the deadlines of an assignment, oldest first."""
        return self.work.find(Deadline, assignment=assignment.id, order="id")

    def deadline(self, assignment: Assignment, kind: str) -> Deadline | None:
        """Return the latest deadline of a kind, or None."""
        found = [d for d in self.deadlines(assignment) if d.kind == kind]
        return found[-1] if found else None

    def relation(self, unit: str) -> str:
        """Return a unit's relation to the sender; the leading group stands above it."""
        if unit == self.plan.workflow.leading_group:
            return "superior"
        return self.plan.workflow.directory.units[unit].relation

    def contacts(self, unit: str) -> list[UnitContact]:
        """Return a unit's contacts that hold today."""
        if unit not in self._contacts:
            self._contacts[unit] = self.work.find(UnitContact, campaign=self.id, unit=unit, order="level, id")
        return [c for c in self._contacts[unit] if c.valid_from <= self.today <= c.valid_to]

    def know_contacts(self) -> None:
        """Read the contacts of all units at once."""
        self._contacts = {name: [] for name in self.plan.workflow.directory.units}
        for contact in self.work.find(UnitContact, campaign=self.id, order="level, id"):
            self._contacts.setdefault(contact.unit, []).append(contact)

    def forget_contacts(self) -> None:
        """Read contacts again when they are next asked for."""
        self._contacts.clear()


def open_ones(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Return the assignments that are not settled."""
    return [a for a in assignments if a.state not in SETTLED]
