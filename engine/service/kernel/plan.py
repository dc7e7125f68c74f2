"""What a campaign runs on: its workflow version and its calendar, read once and kept by hash."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine import gates, units
from engine.calendar import Calendar
from engine.deadlines import Times
from engine.history import canonical
from engine.model import Blob, Ladder, Phase, Role, Task, Workflow
from engine.model.plain import made, plain
from engine.names import by_key, key
from engine.records import field, record
from engine.service.kernel.amendments import amended, amendments_from
from engine.store.codec import Unreadable
from engine.store.work import UnitOfWork

NO_LADDER = Ladder(id="", rungs=())


@record(kw_only=False, slots=False)
class Plan:
    """A workflow version with the calendar it is read by."""

    workflow: Workflow
    calendar: Calendar
    _members: dict[tuple[str, date], list[tuple[str, Role]]] = field(default_factory=dict, compare=False)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The business time zone (SEMANTICS D1)."""
        return ZoneInfo(self.workflow.timezone)

    @cached_property
    def times(self) -> Times:
        """Calendar, hours and zone, as the deadlines want them."""
        return Times(calendar=self.calendar, hours=self.workflow.hours, zone=self.zone)

    @cached_property
    def groups(self) -> units.Groups:
        """The units in each group."""
        return units.resolve(self.workflow.directory)

    @cached_property
    def tasks(self) -> Mapping[str, Task]:
        """Tasks by id."""
        return {task.id: task for task in self.workflow.tasks}

    @cached_property
    def phases(self) -> Mapping[str, Phase]:
        """Phases by id."""
        return {phase.id: phase for phase in self.workflow.phases}

    @cached_property
    def reads(self) -> Mapping[str, gates.Reads]:
        """What the gate of each phase reads, by phase (SEMANTICS F2)."""
        return {phase.id: gates.reads(phase.gate) for phase in self.workflow.phases}

    @cached_property
    def waiting_for(self) -> Mapping[str, tuple[Task, ...]]:
        """Tasks that are issued, or get their date, once a given task is settled."""
        found: dict[str, list[Task]] = defaultdict(list)
        for task in self.workflow.tasks:
            anchor = task.due.anchor.removeprefix("task:") if task.due.anchor.startswith("task:") else ""
            for other in {*task.opens.after, anchor} - {""}:
                found[other].append(task)
        return {name: tuple(tasks) for name, tasks in found.items()}

    def meant(self, kind: str, word: str) -> str:
        """Return what of the plan a word names, as the plan prints it; the word itself where it names nothing."""
        known, keys = self._named[kind]
        return word if word in known else keys.get(key(word), word)

    @cached_property
    def _named(self) -> Mapping[str, tuple[Collection[str], Mapping[str, str]]]:
        """What the plan names, by kind: as it is printed, and by its key."""
        workflow, directory = self.workflow, self.workflow.directory
        found: dict[str, Collection[str]] = {
            "unit": {**directory.groups, **directory.units},
            "group": directory.groups,
            "task": self.tasks,
            "title": {task.title: task for task in workflow.tasks},
            "phase": self.phases,
            "quota": {quota.id: quota for quota in workflow.quotas},
            "indicator": {one.id: one for one in workflow.indicators.indicators} if workflow.indicators else {},
        }
        return {kind: (names, by_key(names)) for kind, names in found.items()}

    def members(self, task: Task, on: date) -> list[tuple[str, Role]]:
        """Return each unit that a task falls to on a day, with its role."""
        known = self._members.get((task.id, on))
        if known is None:
            known = units.members(task, self.workflow.directory, on, self.groups)
            self._members[task.id, on] = known
        return known

    def ladder(self, name: str) -> Ladder:
        """Return a ladder by its id; the empty id is the ladder without rungs."""
        return self.workflow.ladders.get(name, NO_LADDER)

    def day(self, at: datetime) -> date:
        """Return the local date of an instant."""
        return at.astimezone(self.zone).date()


@record(kw_only=False)
class Library:
    """Keeps the plans that were read, by the hashes of their sources: `room` of them, those last asked for."""

    room: int = 256
    _plans: dict[tuple[str, str, str], Plan] = field(default_factory=dict)

    def plan(self, work: UnitOfWork, workflow: str, calendar: str, extra: str = "") -> Plan:
        """Return the plan of these hashes, reading it from the store the first time."""
        key = workflow, calendar, extra
        found = self._plans.pop(key, None)
        if found is None:
            found = self._extended(work, *key) if extra else _read(work, workflow, calendar)
        self._plans[key] = found
        for oldest in [*islice(self._plans, max(0, len(self._plans) - self.room))]:
            self._plans.pop(oldest, None)
        return found

    def _extended(self, work: UnitOfWork, workflow: str, calendar: str, extra: str) -> Plan:
        plain = self.plan(work, workflow, calendar)
        amendments = amendments_from(blob(work, extra))
        versions = {sha: self.plan(work, sha, calendar).workflow for sha in amendments.versions}
        changed = amended(plain.workflow, amendments, versions)
        return Plan(workflow=changed, calendar=plain.calendar)


def _read(work: UnitOfWork, workflow: str, calendar: str) -> Plan:
    return Plan(
        workflow=workflow_of(blob(work, workflow)),
        calendar=Calendar.from_json(blob(work, calendar).decode()),
    )


# --- editions: what was read of a workflow's files, kept beside them (SEMANTICS H5) ---

READER: Final = 1
"""The version of the shape in which what the reader read is kept; a new field with a default needs no new one."""
SINCE: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""By version of the shape, what brings a workflow that was kept in it into the next one."""


def keep_edition(work: UnitOfWork, bundle: Mapping[str, str], workflow: Workflow) -> str:
    """Keep a workflow as it was read, and the files it was read from, and return the hash of the first.

    A campaign runs what was read once: a reader that is stricter or reads otherwise later changes nothing for it.
    """
    source = keep(work, bundle_bytes(bundle))
    return keep(work, canonical({"source": source, "reader": READER, "workflow": plain(workflow)}))


def workflow_of(edition: bytes) -> Workflow:
    """Return the workflow that an edition holds, in today's shape."""
    told = json.loads(edition)
    workflow = told["workflow"]
    for version in range(told["reader"], READER):
        workflow = SINCE[version](workflow)
    return made(Workflow, workflow)


def source_of(work: UnitOfWork, edition: str) -> Mapping[str, str]:
    """Return the files that an edition was read from."""
    return bundle_from(blob(work, json.loads(blob(work, edition))["source"]))


def blob(work: UnitOfWork, sha: str) -> bytes:
    """Return the bytes kept under a hash; RowMissing where there are none, Unreadable where they are others."""
    found = work.must(Blob, sha).data
    if sha256(found).hexdigest() != sha:
        raise Unreadable(f"blob[{sha}] is not the text that its hash names")
    return found


def keep(work: UnitOfWork, data: bytes) -> str:
    """Keep bytes under their SHA-256 and return it."""
    sha = sha256(data).hexdigest()
    work.add_if_absent(Blob(sha=sha, data=data))
    return sha


def bundle_bytes(bundle: Mapping[str, str]) -> bytes:
    """Return the canonical bytes of a workflow's files."""
    return canonical(dict(bundle))


def bundle_from(data: bytes) -> Mapping[str, str]:
    """Return the files that canonical bytes hold."""
    files: dict[str, str] = json.loads(data)
    return files
