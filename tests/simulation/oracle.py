"""What an onlooker makes of a run: its history as plain facts, and a small model that lives it again.

The model knows the workflow as it was drawn and the reference's words, and none of the engine's code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from tests.simulation.acts import Act
from tests.simulation.days import counted, forward
from tests.simulation.workflows import GROUP, OFFICE, ZONE, Leaf, Made
from tests.simulation.world import EPOCH, FIRST, World

OPEN = ("issued", "received", "submitted", "returned")
MOVES = {
    "receive": (("issued",), "received"),
    "submit": (OPEN, "submitted"),
    "accept": (("submitted",), "accepted"),
    "return": (("submitted",), "returned"),
    "waive": (OPEN, "waived"),
    "object": (("issued", "received"), "received"),
    "unaccept": (("accepted",), "submitted"),
    "unwaive": (("waived",), "received"),
}
"""From which states an act leads to which."""
REDATING = ("reschedule", "adjust", "pause", "resume", "object", "date", "decide", "calendar", "move")
"""After these the model does not know a due day any more."""


@dataclass(frozen=True)
class Told:
    """One record of a journal, as its bytes tell it."""

    journal: int
    seq: int
    data: bytes
    hash: str
    facts: dict[str, Any]

    @property
    def action(self) -> str:
        return str(self.facts["action"])

    @property
    def done(self) -> bool:
        return bool(self.facts["outcome"] == "done")

    @property
    def more(self) -> dict[str, Any]:
        return dict(self.facts["facts"])

    def rows_of(self, name: str) -> list[dict[str, Any]]:
        """Return what a record tells under a name, which is left out where there is nothing to tell."""
        return list(self.more.get(name, ()))

    @property
    def key(self) -> str:
        return str(self.facts["once"].get("key", ""))

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.facts["at"])

    @property
    def day(self) -> date:
        return self.at.astimezone(ZONE).date()

    @property
    def about(self) -> tuple[str, str]:
        """The task and the unit of an act on an assignment."""
        task, _, unit = str(self.facts["subject"]).partition("/")
        return task, unit.partition("/")[0]


@dataclass
class Seen:
    """A run that has come to rest, and what is kept of it."""

    world: World

    @cached_property
    def records(self) -> list[Told]:
        rows = self.rows("SELECT journal, seq, data, hash FROM journal ORDER BY journal, seq")
        return [Told(row[0], row[1], bytes(row[2]), row[3], json.loads(bytes(row[2]))) for row in rows]

    @cached_property
    def history(self) -> list[Told]:
        """The history of the campaign."""
        return [told for told in self.records if told.journal == FIRST]

    @property
    def made(self) -> Made:
        return self.world.made

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def actor(self, act: Act) -> str:
        """Return the name under which the history knows who asked."""
        return {"office": OFFICE, "leader": GROUP}.get(act.actor, act.actor)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.world.store.rows(sql, values)

    def table(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a table as dictionaries."""
        columns = [row[1] for row in self.rows(f'PRAGMA table_info("{name}")')]
        return [dict(zip(columns, row, strict=True)) for row in self.rows(f'SELECT * FROM "{name}" ORDER BY 1')]

    @cached_property
    def deadlines(self) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.table("deadline")}

    @cached_property
    def assignments(self) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.table("assignment")}

    @cached_property
    def occurrences(self) -> list[dict[str, Any]]:
        return self.table("occurrence")

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        return self.table("item")

    def walk(self) -> Iterator[tuple[Model, Told]]:
        """Yield each record of the campaign with the model as it stood before it."""
        model = Model(self.made, self.assignments)
        for told in self.history:
            yield model, told
            if told.done:
                model.live(told)

    @cached_property
    def end(self) -> Model:
        """The model as it stands when all is told."""
        model = Model(self.made, self.assignments)
        for told in self.history:
            if told.done:
                model.live(told)
        return model


def full(number: int) -> int:
    """Return the number that a row has in the database; records count within their campaign, here the first."""
    return FIRST << 32 | number


def instant(milliseconds: int | None) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds or 0)


@dataclass
class Model:
    """What the campaign should be, as its done acts tell."""

    made: Made
    known: dict[int, dict[str, Any]]
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    due: dict[tuple[str, str], date | None] = field(default_factory=dict)
    phase: str = ""
    state: str = "running"
    approvals: list[str] = field(default_factory=list)
    points: int = 0
    unsure: bool = False
    rectified: bool = False
    waits: bool = False
    paused: bool = False

    def __post_init__(self) -> None:
        for row in self.known.values():
            if not row["period"]:
                self.states[row["task"], row["unit"]] = "issued"
                self.due[row["task"], row["unit"]] = self._first_due(row)

    def _first_due(self, row: dict[str, Any]) -> date | None:
        task = next((task for task in self.made.tasks if task.id == row["task"]), None)
        if task is None:
            return None
        if isinstance(task.due, date):
            return task.due
        if task.due == "phase end":
            return self.made.phase(task.phase).last
        return forward(counted(date.fromisoformat(row["issued_on"]), task.days))

    # --- living it again ---

    def live(self, told: Told) -> None:
        """Do what a record says."""
        if told.action in MOVES and told.about in self.states:
            self.states[told.about] = MOVES[told.action][1]
        if told.action in REDATING:
            self.unsure = True
        getattr(self, f"_{told.action}", lambda told: None)(told)

    def _start(self, told: Told) -> None:
        self.phase = self.made.phases[0].id

    def _extend(self, told: Told) -> None:
        self.due[told.about] = date.fromisoformat(told.more["to"])

    _grant = _extend

    def _return(self, told: Told) -> None:
        before = self.due.get(told.about)
        self.due[told.about] = max(self.rework(told.day), before) if before else None

    def rework(self, day: date) -> date:
        return forward(counted(day, self.made.rework))

    def _approve(self, told: Told) -> None:
        self.approvals.append(told.more["name"])

    def _unapprove(self, told: Told) -> None:
        self.approvals.remove(told.more["name"])

    def _designate(self, told: Told) -> None:
        self.points += told.more["number"]

    def _undesignate(self, told: Told) -> None:
        self.points -= told.more["number"]

    def _unwaive(self, told: Told) -> None:
        self.states[told.about] = told.more["state"]
        if "due_on" in told.more:
            self.due[told.about] = date.fromisoformat(told.more["due_on"])

    def _return_phase(self, told: Told) -> None:
        self.phase, self.waits = told.more["to"], told.more["verdict"]["open"]

    def _advance(self, told: Told) -> None:
        left = self.made.phase(told.more["before"])
        if left.cancels or told.more["to"] == "completed":
            self._cancel(None if told.more["to"] == "completed" else left.id)
        self.phase, self.waits = told.more["to"], False
        self.state = "completed" if told.more["to"] == "completed" else self.state

    _override = _advance

    def _pass(self, told: Told) -> None:
        self._advance(told)
        self.unsure = self.rectified = True

    def _cancel(self, phase: str | None) -> None:
        mine = {task.id for task in self.made.tasks if phase in (None, task.phase)}
        for (task, unit), state in self.states.items():
            if (task in mine or phase is None) and state in OPEN:
                self.states[task, unit] = "cancelled"

    def _pause(self, told: Told) -> None:
        self.paused = True

    # --- asking it ---

    def strange(self, about: tuple[str, str] | None = None) -> bool:
        """Tell whether something was done that the model does not follow: rectifications, tasks of no plan."""
        known = about is None or (about in self.states and any(task.id == about[0] for task in self.made.tasks))
        return self.rectified or not known

    def _is_planned(self, name: str) -> bool:
        return any(task.id == name for task in self.made.tasks)

    def is_open(self, day: date) -> bool:
        """Tell whether the gate of the present phase holds, by the words of the workflow."""
        phase = self.made.phase(self.phase)
        found = [self._holds(leaf, day) for leaf in phase.leaves]
        return any(found) if phase.tree == "any" else all(found)

    def _holds(self, leaf: Leaf, day: date) -> bool:
        if leaf.kind == "approval":
            return leaf.name in self.approvals
        if leaf.kind == "quota":
            return self.points >= leaf.least
        if leaf.kind == "date":
            assert leaf.day is not None
            return day >= leaf.day
        return all(self._is_done(task) for task in leaf.tasks)

    def _is_done(self, name: str) -> bool:
        task = next(task for task in self.made.tasks if task.id == name)
        found = [self.states.get((name, unit)) for unit in task.units]
        return None not in found and all(state in ("accepted", "waived", "cancelled") for state in found)
