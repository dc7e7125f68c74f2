"""One document begins many tasks or findings: minutes (纪要), a superior's feedback (反馈意见; SEMANTICS L4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from engine.errors import BadInput
from engine.records import record
from engine.service.duties.apply.joining import join
from engine.service.duties.commands.adhoc import AddTask, next_name, pinned, require_ahead, units_given
from engine.service.kernel import params
from engine.service.kernel.action import Action, Answer, Decision, refuse
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.joining import NewTask
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Flag, Is, Line, Text


@record
class IssuedByDocument:
    """Tasks began together with a document; `extra` is the hash of all amendments."""

    document: str
    tasks: tuple[NewTask, ...]
    extra: str


@record
class IssueTasks:
    """Begin all tasks, or findings, of one document: its delivery is their receipt; all of them, or none."""

    document: Line
    findings: Flag = False
    letters: Flag = False
    due: Day | None = None
    reason: Text = ""
    rows: Annotated[Any, Is(kind="inner", inner=True)] = ()


def _decide(case: CampaignSession, actor: Actor, asked: IssueTasks) -> Decision:
    rows: Sequence[Mapping[str, Any]] = asked.rows
    if not rows:
        raise BadInput("no_tasks_to_issue", found=asked.document)
    tasks = tuple(_task(case, asked, row, place) for place, row in enumerate(rows))
    facts = IssuedByDocument(document=asked.document, tasks=tasks, extra=pinned(case, tasks))
    return Decision(subject=asked.document, facts=facts, reason=asked.reason)


def _task(case: CampaignSession, asked: IssueTasks, row: Mapping[str, Any], place: int) -> NewTask:
    one = params.read(AddTask, {"due": asked.due, **row, "document": asked.document})
    if asked.findings and one.due is None:
        raise refuse("rectification_without_date")
    require_ahead(case, one.due)
    return NewTask(
        id=next_name(case, "r" if asked.findings else "x", after=place),
        kind="rectification" if asked.findings else "adhoc",
        title=one.title,
        phase=case.head.phase,
        units=tuple(units_given(case, one.units)),
        due=one.due,
        demand=one.demand,
        document=asked.document,
        issue="letters" if asked.letters else "document",
    )


def _apply(case: CampaignSession, entry: Entry) -> Answer:
    facts: IssuedByDocument = entry.facts
    join(case, facts.extra, [task.id for task in facts.tasks])
    case.arm_gate()
    begun = [
        {"task": t.id, "title": t.title, "units": [*t.units], "due": t.due and t.due.isoformat()} for t in facts.tasks
    ]
    return {"document": facts.document, "tasks": [task.id for task in facts.tasks], "begun": begun}


ACTIONS = (
    Action(
        "issue_tasks",
        frozenset({"office", "leader"}),
        _decide,
        _apply,
        IssuedByDocument,
        IssueTasks,
        "task issue",
    ),
)
