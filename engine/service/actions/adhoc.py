"""Tasks that join a running campaign: from minutes or an instruction, and from what was found (SEMANTICS G4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine import gates, units
from engine.errors import BadInput, UnknownName
from engine.model import ConditionVerdict, Verdict
from engine.records import record
from engine.service.actions import lifecycle
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import phases
from engine.service.journal import Entry


@record
class Passed(lifecycle.PhaseMoved):
    """A shut gate was passed with conditions: each unmet one became a rectification (G4)."""

    tasks: tuple[dict[str, Any], ...]
    extra: str


EITHER = frozenset({"office", "leader"})
LEADER = frozenset({"leader"})


# --- a task from a document, a finding to be put right ---


def _decide_add(case: Case, actor: Actor, given: Given) -> Decision:
    return _joined(case, given, "adhoc", text_given(given, "title", "say what is owed"))


def _decide_find(case: Case, actor: Actor, given: Given) -> Decision:
    found = text_given(given, "title", "say what was found")
    return _joined(case, given, "rectification", f"整改:{found}")


def _joined(case: Case, given: Given, kind: str, title: str) -> Decision:
    document = text_given(given, "document", "it rests on a document")
    due = day_given(given, "due") if given.get("due") else None
    if due is None and kind == "rectification":
        raise refuse("a rectification has a date", "give --due DATE")
    if due is not None and due < case.today:
        raise refuse(f"{due} has passed", "give a later day with --due")
    told = told_of(case, kind, title, units_given(case, given), due, document, case.head.phase)
    told["demand"] = str(given.get("demand") or "")
    return Decision(subject=told["id"], facts=pinned(case, [told]), reason=str(given.get("reason") or ""))


def units_given(case: Case, given: Given) -> list[str]:
    """Return the units and groups named, each known; a group stays one name."""
    directory = case.plan.workflow.directory
    named = [str(name) for name in given.get("units") or []]
    for name in named:
        if name not in directory.units and name not in directory.groups:
            raise UnknownName("unit or group", name, [*directory.groups, *directory.units])
    if not units.expand(directory, named, case.today):
        raise BadInput(what="nobody would owe it", found="、".join(named) or "no unit", cure="give --unit")
    return named


def told_of(
    case: Case, kind: str, title: str, owing: list[str], due: date | None, document: str, phase: str
) -> dict[str, Any]:
    """Return a task that joins, as its record tells it, under the next free id of its kind."""
    letter = "r" if kind == "rectification" else "x"
    taken = sum(task["id"].startswith(f"{letter}-") for task in case.amendments.tasks)
    return {
        "id": f"{letter}-{taken + 1}",
        "kind": kind,
        "title": title,
        "phase": phase,
        "units": owing,
        "due": due.isoformat() if due else "",
        "demand": "",
        "document": document,
    }


def pinned(case: Case, tasks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the facts of tasks that join; all amendments of the campaign are kept under one hash."""
    return {"tasks": tasks, "extra": case.pinned(case.amendments.plus(tasks=tasks))}


def apply_join(case: Case, entry: Entry) -> Answer:
    """Do what the record of tasks that join says."""
    issue_joined(case, entry.facts)
    case.arm_gate()
    return {"tasks": [task["id"] for task in entry.facts["tasks"]]}


def issue_joined(case: Case, facts: Mapping[str, Any]) -> None:
    """Let the tasks of a record join the plan, and issue them."""
    case.use_extra(facts["extra"])
    for told in facts["tasks"]:
        phases.issue(case, case.plan.tasks[told["id"]])


# --- passing a shut gate with conditions (G4) ---


def _decide_pass(case: Case, actor: Actor, given: Given) -> Decision:
    to = lifecycle.target_phase(case, given)
    if to not in case.plan.phases:
        raise refuse("the last gate cannot be passed with conditions", "what is unmet must be done first")
    document = text_given(given, "document", "a conditional passage rests on a document")
    due = day_given(given, "due")
    if due <= case.today:
        raise refuse(f"{due} is not after today", "give a later day with --due")
    judged = lifecycle.verdict(case)
    if judged.open:
        raise refuse("the gate is open", "use `campaign advance`")
    joined = pinned(case, _unmet(case, judged, due, document, to))
    facts = Passed(before=case.head.phase, to=to, verdict=judged, decision=document, **joined)
    return Decision(subject=f"{case.head.phase} → {to}", facts=facts)


def _unmet(case: Case, judged: Verdict, due: date, document: str, phase: str) -> list[dict[str, Any]]:
    """Return a rectification for each condition that does not hold, owed by who is missing, else by the office."""
    tasks: list[dict[str, Any]] = []
    for found, condition in zip(judged.conditions, lifecycle.shown(case, judged), strict=True):
        if found.holds:
            continue
        owing = _owing(case, found) or [case.plan.workflow.office]
        told = told_of(case, "rectification", f"整改:{_lacking(condition.text)}", owing, due, document, phase)
        number = int(told["id"].partition("-")[2]) + len(tasks)
        tasks.append(told | {"id": f"r-{number}"})
    return tasks


def _owing(case: Case, found: ConditionVerdict) -> list[str]:
    """Return in the order of the directory the units that a condition lacks."""
    named = {unit for part in gates.unmet(found) for unit in (part.unit, *part.among)}
    return [unit for unit in case.plan.workflow.directory.units if unit in named]


def _lacking(text: str) -> str:
    """Return a condition as what is to be put right: by itself it reads as if it held."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”尚未达到"


def _apply_pass(case: Case, entry: Entry) -> Answer:
    answer = lifecycle.apply_move(case, entry)
    facts: Passed = entry.facts
    issue_joined(case, {"extra": facts.extra, "tasks": facts.tasks})
    return answer | {"tasks": [task["id"] for task in facts.tasks]}


ACTIONS = (
    Action("add_task", EITHER, _decide_add, apply_join),
    Action("find", EITHER, _decide_find, apply_join),
    Action("pass", LEADER, _decide_pass, _apply_pass, Passed),
)
