"""The monthly round (月调度): who is asked in a month, and what each tells of its open tasks (SEMANTICS V4)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

from engine.errors import BadInput, UnknownName
from engine.machine import OPEN_STATES, assignment_after
from engine.model import Assignment, Offset, Round
from engine.model.plain import Ref
from engine.records import record, replace
from engine.service.duties.apply import deadlines, objections
from engine.service.duties.commands.adhoc import pinned, require_ahead, units_given
from engine.service.duties.commands.duties import Piece, happened, keep_evidence, unit_of, vouchers
from engine.service.inspections import rounds
from engine.service.inspections.commands.looking import candidates
from engine.service.inspections.rounds import Begun
from engine.service.kernel.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import Case
from engine.service.kernel.joining import NewTask
from engine.service.kernel.journal import Entry

Said = Literal["progress", "problem", "next", "matter", "nothing"]


@record
class Told:
    """A unit told what changed in a month, of one of its tasks or of none; a line may say that nothing did."""

    round: str
    assignment: Ref
    on: date
    lines: tuple[tuple[Said, str], ...]
    task: str = ""
    evidence: tuple[Piece, ...] = ()


ANYBODY = frozenset({"office", "leader", "unit"})
OPENERS = frozenset({"office", "leader", "system"})
SAID: Final[tuple[Said, ...]] = ("progress", "problem", "next", "matter")
NOTHING_NEW = "无变化"
ANSWER_IN = Offset(count=5)
"""How many working days the units have where nothing else is said."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


# --- opened ---


def _decide_month(case: Case, actor: Actor, given: Given) -> Decision:
    month = _month(case, given)
    due = day_given(given, "due", case.plan.calendar.add(case.today, ANSWER_IN))
    require_ahead(case, due)
    asked = tuple(_asked(case, given))
    if not asked:
        raise refuse("nobody_to_ask")
    document = str(given.get("document") or "")
    task = NewTask(
        id=f"month-{month}",
        kind="month",
        title=month,
        phase=case.head.phase,
        units=asked,
        due=due,
        document=document,
    )
    facts = Begun(
        round=month,
        kind="month",
        document=document,
        due=due,
        units=asked,
        tasks=(task.id,),
        extra=pinned(case, [task]),
    )
    return Decision(subject=month, facts=facts)


def _month(case: Case, given: Given) -> str:
    month = str(given.get("month") or "")
    if not _MONTH.fullmatch(month):
        raise BadInput("no_such_month", found=month)
    if month > case.today.strftime("%Y-%m"):
        raise refuse("month_not_come", month=month)
    if month in {found.name for found in rounds.all_of(case)}:
        raise refuse("month_asked_already", month=month)
    return month


def _asked(case: Case, given: Given) -> list[str]:
    """Return the units named, or all that have something open; never a superior, never our own office."""
    if given.get("units"):
        return candidates(case, units_given(case, given), {})
    owing = rounds.owing(case)
    return candidates(case, [name for name in case.plan.workflow.directory.units if name in owing], {})


def _apply_month(case: Case, entry: Entry) -> Answer:
    return rounds.begin(case, entry.facts)


# --- told ---


def _decide_tell(case: Case, actor: Actor, given: Given) -> Decision:
    found = rounds.named(case, text_given(given, "round"))
    if found.kind != "month":
        raise refuse("not_a_month", round=found.name)
    unit = unit_of(actor, given)
    answered = _answered(case, found, unit)
    lines = _lines(given)
    task = _about(case, unit, given, lines)
    on, on_behalf = happened(case, actor, given, answered)
    facts = Told(round=found.name, assignment=answered.id, on=on, lines=lines, task=task, evidence=vouchers(given))
    return Decision(subject="/".join(filter(None, (found.name, unit, task))), facts=facts, on_behalf=on_behalf)


def _answered(case: Case, found: Round, unit: str) -> Assignment:
    """Return what a unit owes for a month: the answer."""
    if unit not in (asked := rounds.asked(case, found)):
        raise UnknownName(f"unit asked in {found.name}", unit, asked)
    return case.assignment(case.plan.tasks[f"month-{found.name}"], unit)


def _lines(given: Given) -> tuple[tuple[Said, str], ...]:
    """Return what is told, by kind; or the one word that nothing changed."""
    lines = tuple((kind, text) for kind in SAID if (text := rounds.in_one_line(given.get(kind))))
    if given.get("nothing"):
        if lines:
            raise refuse("something_and_nothing")
        return (("nothing", ""),)
    if not lines:
        raise refuse("nothing_told")
    return lines


def _about(case: Case, unit: str, given: Given, lines: tuple[tuple[Said, str], ...]) -> str:
    """Return the task that is told of: one of the unit's own; a matter may be of none."""
    if given.get("task"):
        task = case.task(str(given["task"]))
        if not case.work.find(Assignment, campaign=case.id, task=task.id, unit=unit):
            raise refuse("does_not_owe", unit=unit, task=task.id)
        return task.id
    if any(kind in ("progress", "problem", "next") for kind, _ in lines):
        raise refuse("no_task_named")
    return ""


def _apply_tell(case: Case, entry: Entry) -> Answer:
    """Keep what is told; the first answer settles what the unit owes for the month."""
    facts: Told = entry.facts
    owed = case.work.must(Assignment, facts.assignment)
    if owed.state in OPEN_STATES:
        owed = _settled(case, owed, facts.on)
    keep_evidence(case, owed, facts.evidence)
    found = rounds.named(case, facts.round).id
    for kind, text in facts.lines:
        rounds.remark(case, found, kind, owed.unit, owed.unit, text or NOTHING_NEW, facts.on, facts.task)
    return {"unit": owed.unit, "task": facts.task, "lines": len(facts.lines)}


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
    Action("month", OPENERS, _decide_month, _apply_month, Begun),
    Action("tell", ANYBODY, _decide_tell, _apply_tell, Told),
)
