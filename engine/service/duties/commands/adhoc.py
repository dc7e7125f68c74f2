"""Tasks that join a running campaign: from minutes or an instruction, and from what was found (SEMANTICS G4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

from engine import units
from engine.errors import BadInput, UnknownName
from engine.records import record
from engine.service.duties.apply.joining import join
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.joining import NewTask
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import ABOUT, Day, Line, Text, Unit

# --- what the records tell ---


@record
class Joined:
    """A task joined the campaign; `extra` is the hash of all its amendments."""

    task: NewTask
    extra: str


# --- what they are given ---


@record
class AddTask:
    """Add a task from minutes or an instruction to a running campaign."""

    title: Annotated[Line, ABOUT]
    units: tuple[Unit, ...] = ()
    due: Day | None = None
    demand: Text = ""
    document: Line
    issue: Literal["letters", "document"] = "letters"
    reason: Text = ""


@record
class Find(AddTask):
    """Record a finding: a rectification with units and a date, tracked until it is struck off (销号)."""


EITHER = frozenset({"office", "leader"})


# --- a task from a document, a finding to be put right ---


def _decide_add(case: CampaignSession, actor: Actor, asked: AddTask) -> Decision:
    return _joined(case, asked, "adhoc")


def _decide_find(case: CampaignSession, actor: Actor, asked: Find) -> Decision:
    return _joined(case, asked, "rectification")


def _joined(case: CampaignSession, asked: AddTask, kind: Literal["adhoc", "rectification"]) -> Decision:
    due = asked.due
    if due is None and kind == "rectification":
        raise refuse("rectification_without_date")
    require_ahead(case, due)
    task = NewTask(
        id=next_name(case, "x" if kind == "adhoc" else "r"),
        kind=kind,
        title=asked.title,
        phase=case.head.phase,
        units=tuple(units_given(case, asked.units)),
        due=due,
        demand=asked.demand,
        document=asked.document,
        issue=asked.issue,
    )
    facts = Joined(task=task, extra=pinned(case, [task]))
    return Decision(subject=task.id, facts=facts, reason=asked.reason)


def units_given(case: CampaignSession, named: Sequence[str]) -> list[str]:
    """Return the units and groups named, each known; a group stays one name."""
    directory = case.plan.workflow.directory
    for name in named:
        if name not in directory.units and name not in directory.groups:
            raise UnknownName("unit_or_group", name, [*directory.groups, *directory.units])
    if not units.expand(directory, named, case.today):
        raise BadInput("nobody_would_owe", found="、".join(named))
    return list(named)


def require_ahead(case: CampaignSession, due: date | None) -> None:
    """Refuse a day by which something is to be done, where there is one and it has passed."""
    if due is not None and due < case.today:
        raise refuse("day_passed", day=due)


def next_name(case: CampaignSession, letter: Literal["r", "x"], after: int = 0) -> str:
    """Return the next free id of a rectification or of another task that joins, or the one so many after it."""
    taken = sum(task.id.startswith(f"{letter}-") for task in case.amendments.tasks)
    return f"{letter}-{taken + 1 + after}"


def pinned(case: CampaignSession, tasks: Iterable[NewTask]) -> str:
    """Keep all amendments of the campaign, with tasks that join, and return their hash."""
    return case.pinned(case.amendments.plus(tasks=tasks))


def _apply_join(case: CampaignSession, entry: Entry) -> Answer:
    facts: Joined = entry.facts
    join(case, facts.extra, [facts.task.id])
    case.arm_gate()
    return {"tasks": [facts.task.id]}


ACTIONS = (
    Action(
        "add_task",
        EITHER,
        _decide_add,
        _apply_join,
        Joined,
        AddTask,
        "task add",
        (shows("shizhu-2022", title="报送简报", units=["中益乡"], due="2022-09-15", document="会议纪要〔2022〕3号"),),
    ),
    Action(
        "find",
        EITHER,
        _decide_find,
        _apply_join,
        Joined,
        Find,
        "task find",
        (shows("shizhu-2022", title="台账不全", units=["中益乡"], due="2022-11-20", document="抽查通报〔2022〕2号"),),
    ),
)
