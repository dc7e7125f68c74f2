"""A shut gate passed with conditions: what is unmet becomes a rectification with a day (SEMANTICS G4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine import gates
from engine.model import ConditionVerdict, Verdict
from engine.records import record
from engine.service.campaigns.commands import lifecycle
from engine.service.duties.apply.joining import join
from engine.service.duties.commands.adhoc import next_name, pinned
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.joining import NewTask, Unmet
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Line


@record
class Passed(lifecycle.PhaseMoved):
    """A shut gate was passed with conditions: each unmet one became a rectification with a day (G4)."""

    tasks: tuple[str, ...]
    due: date
    extra: str


@record
class Pass(lifecycle.Leave):
    """Leave the present phase with conditions."""

    due: Day
    document: Line


def _decide_pass(case: CampaignSession, actor: Actor, asked: Pass) -> Decision:
    to = lifecycle.target_phase(case, asked)
    if to not in case.plan.phases:
        raise refuse("last_gate")
    document, due = asked.document, asked.due
    if due <= case.today:
        raise refuse("not_after_today", day=due, name="due")
    judged = lifecycle.verdict(case)
    if judged.open:
        raise refuse("gate_open", phase=case.head.phase)
    tasks = [*_unmet(case, judged, due, document, to)]
    facts = Passed(
        before=case.head.phase,
        to=to,
        verdict=judged,
        decision=document,
        tasks=tuple(task.id for task in tasks),
        due=due,
        extra=pinned(case, tasks),
    )
    return Decision(subject=f"{case.head.phase} → {to}", facts=facts)


def _unmet(case: CampaignSession, judged: Verdict, due: date, document: str, phase: str) -> Iterator[NewTask]:
    """Yield a rectification for each condition that does not hold, owed by who is missing, else by the office."""
    for n, condition in enumerate(c for c in judged.conditions if not c.holds):
        owing = _owing(case, condition) or [case.plan.workflow.office]
        yield NewTask(
            id=next_name(case, "r", n),
            kind="condition",
            unmet=Unmet(workflow=case.head.workflow, phase=judged.phase, condition=condition.id),
            phase=phase,
            units=tuple(owing),
            due=due,
            document=document,
        )


def _owing(case: CampaignSession, found: ConditionVerdict) -> list[str]:
    """Return in the order of the directory the units that a condition lacks."""
    named = {unit for part in gates.unmet(found) for unit in (part.unit, *part.among)}
    return [unit for unit in case.plan.workflow.directory.units if unit in named]


def _apply_pass(case: CampaignSession, entry: Entry) -> Answer:
    answer = lifecycle.apply_move(case, entry)
    facts: Passed = entry.facts
    join(case, facts.extra, facts.tasks)
    return answer | {"tasks": [*facts.tasks]}


ACTIONS = (
    Action(
        "pass",
        frozenset({"leader"}),
        _decide_pass,
        _apply_pass,
        Passed,
        Pass,
        "campaign pass",
        (shows("shizhu-2022", "leader", due="2022-10-31", document="会议纪要〔2022〕4号"),),
    ),
)
