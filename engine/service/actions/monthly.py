"""The monthly round (月调度): who is asked in a month, and what each tells of its open tasks (SEMANTICS V4)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from engine.errors import BadInput, UnknownName
from engine.machine import OPEN_STATES, assignment_after
from engine.model import Assignment, Offset, Round
from engine.model.plain import made, plain
from engine.records import replace
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actions.adhoc import pinned, units_given
from engine.service.actions.duties import Piece, happened, keep_evidence, unit_of, vouchers
from engine.service.actions.looking import candidates
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import deadlines, objections, rounds
from engine.service.journal import Entry

ANYBODY = frozenset({"office", "leader", "unit"})
OPENERS = frozenset({"office", "leader", "system"})
SAID = ("progress", "problem", "next", "matter")
ANSWER_IN = Offset(count=5)
"""How many working days the units have where nothing else is said."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


# --- opened ---


def _decide_month(case: Case, actor: Actor, given: Given) -> Decision:
    month = _month(case, given)
    due = day_given(given, "due", case.plan.calendar.add(case.today, ANSWER_IN))
    if due < case.today:
        raise refuse(f"{due} has passed", "give a later day with --due")
    asked = _asked(case, given)
    if not asked:
        raise refuse("nobody would be asked", "no unit has an open task; name units with --unit")
    facts: dict[str, Any] = {
        "round": month,
        "kind": "month",
        "title": f"{int(month[:4])}年{int(month[5:])}月",
        "document": str(given.get("document") or case.plan.workflow.document.title),
        "due": due.isoformat(),
        "units": asked,
    }
    return Decision(subject=month, facts=facts | pinned(case, [_owed(case, facts)]))


def _month(case: Case, given: Given) -> str:
    month = str(given.get("month") or "")
    if not _MONTH.fullmatch(month):
        raise BadInput(what="that is no month", found=month, cure="write it as 2022-08")
    if month > case.today.strftime("%Y-%m"):
        raise refuse(f"{month} has not come", "ask when the month has begun")
    if month in {found.name for found in rounds.all_of(case)}:
        raise refuse(f"{month} was asked already", "see it with `look month --show`")
    return month


def _asked(case: Case, given: Given) -> list[str]:
    """Return the units named, or all that have something open; never a superior, never our own office."""
    if given.get("units"):
        return candidates(case, units_given(case, given), {})
    owing = rounds.owing(case)
    return candidates(case, [name for name in case.plan.workflow.directory.units if name in owing], {})


def _owed(case: Case, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"month-{facts['round']}",
        "kind": "monthly",
        "title": f"{facts['title']}工作调度",
        "phase": case.head.phase,
        "units": facts["units"],
        "due": facts["due"],
        "demand": "进展、问题、下步打算和需提请研究的事项",
        "document": facts["document"],
        "at_once": True,
    }


def _apply_month(case: Case, entry: Entry) -> Answer:
    return rounds.begin(case, entry.facts)


# --- told ---


def _decide_tell(case: Case, actor: Actor, given: Given) -> Decision:
    found = rounds.named(case, text_given(given, "round", "say of which month"))
    if found.kind != "month":
        raise refuse(f"{found.name} is no month", "use `look report`")
    unit = unit_of(actor, given)
    answered = _answered(case, found, unit)
    lines = _lines(given)
    task = _about(case, unit, given, lines)
    on, on_behalf = happened(case, actor, given, answered)
    facts = {
        "round": found.id,
        "assignment": answered.id,
        "unit": unit,
        "task": task,
        "lines": lines,
        "on": on.isoformat(),
        "evidence": [plain(piece) for piece in vouchers(given)],
    }
    return Decision(subject="/".join(filter(None, (found.name, unit, task))), facts=facts, on_behalf=on_behalf)


def _answered(case: Case, found: Round, unit: str) -> Assignment:
    """Return what a unit owes for a month: the answer."""
    if unit not in (asked := rounds.asked(case, found)):
        raise UnknownName(f"unit asked in {found.name}", unit, asked)
    return case.assignment(case.plan.tasks[f"month-{found.name}"], unit)


def _lines(given: Given) -> list[list[str]]:
    """Return what is told, by kind; or the one word that nothing changed."""
    lines = [[kind, text] for kind in SAID if (text := rounds.in_one_line(given.get(kind)))]
    if given.get("nothing"):
        if lines:
            raise refuse("something and nothing are told at once", "leave out --nothing")
        return [["nothing", "无变化"]]
    if not lines:
        raise refuse("nothing is told", "give --progress, --problem, --next, --matter or --nothing")
    return lines


def _about(case: Case, unit: str, given: Given, lines: list[list[str]]) -> str:
    """Return the task that is told of: one of the unit's own; a matter may be of none."""
    if given.get("task"):
        task = case.task(str(given["task"]))
        if not case.work.find(Assignment, campaign=case.id, task=task.id, unit=unit):
            raise refuse(f"{unit} does not owe {task.id}", "name one of its own tasks, see `task list`")
        return task.id
    if any(kind in ("progress", "problem", "next") for kind, _ in lines):
        raise refuse("no task is named", "give --task TASK")
    return ""


def _apply_tell(case: Case, entry: Entry) -> Answer:
    """Keep what is told; the first answer settles what the unit owes for the month."""
    facts = entry.facts
    owed = case.work.get(Assignment, facts["assignment"])
    assert owed is not None
    if owed.state in OPEN_STATES:
        owed = _settled(case, owed, date.fromisoformat(facts["on"]))
    keep_evidence(case, owed, [made(Piece, told) for told in facts["evidence"]])
    for kind, text in facts["lines"]:
        rounds.remark(case, facts["round"], kind, facts["unit"], facts["unit"], text, facts["on"], facts["task"])
    return {"unit": facts["unit"], "task": facts["task"], "lines": len(facts["lines"])}


def _settled(case: Case, owed: Assignment, on: date) -> Assignment:
    state = assignment_after(assignment_after(owed.state, "submit", owed.task), "accept", owed.task)
    owed = replace(
        owed,
        state=state,  # type: ignore[arg-type]
        received_on=owed.received_on or on,
        submitted_on=on,
        first_submitted_on=owed.first_submitted_on or on,
        settled_on=on,
        submissions=owed.submissions + 1,
    )
    case.work.put(owed)
    for deadline in case.deadlines(owed):
        deadlines.end(case, deadline, "met")
    objections.lapse(case, owed)
    return owed


ACTIONS = (
    Action("month", OPENERS, _decide_month, _apply_month),
    Action("tell", ANYBODY, _decide_tell, _apply_tell),
)
