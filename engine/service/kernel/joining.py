"""Tasks that join a running campaign: as a record tells them, and as they lie over the workflow (SEMANTICS G4, V)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from engine import gates
from engine.model import Condition, Due, Issue, Source, Task, Workflow
from engine.records import record

Joining = Literal["adhoc", "rectification", "condition", "spot", "mutual", "self", "month"]
"""From a document, from what was found, from a gate that was passed with conditions, or from a round of looking."""


@record
class Unmet:
    """A condition that was not met when the gate of a phase was passed, in the version that asked for it."""

    workflow: str
    phase: str
    condition: str


@record
class NewTask:
    """A task that joins; `title` is what somebody typed: of the task, of what was found, of the round, the month.

    `whom` is the unit that is inspected. Without a document it rests on that of the workflow. Where the document went
    to its units, that is the `issue` of it, and their receipt (L4).
    """

    id: str
    kind: Joining
    phase: str
    units: tuple[str, ...]
    document: str = ""
    title: str = ""
    due: date | None = None
    demand: str = ""
    whom: str = ""
    unmet: Unmet | None = None
    issue: Issue = "letters"


PREFIX: Final = "整改:"
"""What the title of a rectification begins with."""
SCORE: Final = "自评分"
"""The number that a self-check asks for."""
KINDS: Final[Mapping[Joining, Literal["adhoc", "rectification", "monthly"]]] = {
    "adhoc": "adhoc",
    "rectification": "rectification",
    "condition": "rectification",
    "spot": "adhoc",
    "mutual": "adhoc",
    "self": "adhoc",
    "month": "monthly",
}
AT_ONCE: Final[Mapping[str, Any]] = {"receipt": None, "review": None, "receipt_ladder": "", "review_ladder": ""}
"""Terms of what is settled by being answered: nobody signs for it or reviews it."""


def task_of(workflow: Workflow, told: NewTask, earlier: Mapping[str, Workflow]) -> Task:
    """Return a task that joined; its terms and ladders are those most tasks of the workflow have.

    `earlier` are versions of the workflow by their hash.
    """
    document = told.document or workflow.document.title
    return Task(
        id=told.id,
        title=_title(told, earlier),
        phase=told.phase,
        due=Due(kind="date", on=told.due) if told.due else Due(kind="none"),
        responsible=told.units,
        demand=_demand(told),
        kind=KINDS[told.kind],
        issue=told.issue,
        source=Source(document=document, clause=document),
        numbers={SCORE: "满分100"} if told.kind == "self" else {},
        needs=("number",) if told.kind == "self" else (),
        **(_usual_terms(workflow) | (dict(AT_ONCE) if told.kind == "month" else {})),
    )


def month_title(month: str) -> str:
    """Return a month as people write it: 2022年8月."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"


def _title(told: NewTask, earlier: Mapping[str, Workflow]) -> str:
    if told.unmet is not None:
        return PREFIX + _lacking(told.unmet, earlier[told.unmet.workflow])
    match told.kind:
        case "rectification":
            return PREFIX + told.title
        case "spot":
            return f"抽查:{told.title}"
        case "mutual":
            return f"互检:检查{told.whom}"
        case "self":
            return f"自查:{told.title}"
        case "month":
            return f"{month_title(told.title)}工作调度"
    return told.title


def _demand(told: NewTask) -> str:
    said = {
        "spot": "抽查情况和发现的问题",
        "mutual": f"对{told.whom}的检查情况和发现的问题",
        "self": f"{SCORE}和自查发现的问题",
        "month": "进展、问题、下步打算和需提请研究的事项",
    }
    return told.demand or said.get(told.kind, "")


def _lacking(unmet: Unmet, workflow: Workflow) -> str:
    """Return a condition as what is to be put right: by itself it reads as if it held."""
    condition = _named(workflow.phase(unmet.phase).gate, unmet.condition)
    text = gates.text_of(condition, workflow) if condition else unmet.condition
    return f"“{text.replace('“', '‘').replace('”', '’')}”尚未达到"


def _named(condition: Condition, name: str) -> Condition | None:
    """Return the node of a gate that bears an id."""
    if condition.id == name:
        return condition
    return next((found for child in condition.children if (found := _named(child, name))), None)


def _usual_terms(workflow: Workflow) -> dict[str, Any]:
    names = ("receipt", "review", "rework", "objection", "ladder", "receipt_ladder", "review_ladder")
    others = [task for task in workflow.clauses if task.responsible != (workflow.office,)] or list(workflow.clauses)
    usual = Counter(tuple(getattr(task, name) for name in names) for task in others).most_common(1)
    return dict(zip(names, usual[0][0], strict=True)) if usual else {}
