"""The monthly round (月调度): who is asked in a month, and what each tells of its open tasks (SEMANTICS V4)."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Literal

from engine.errors import BadInput, UnknownName
from engine.machine import OPEN_STATES, assignment_after
from engine.model import Assignment, Offset, Round
from engine.model.plain import Ref
from engine.records import field, record, replace
from engine.service.duties.apply import deadlines, objections
from engine.service.duties.commands.adhoc import pinned, require_ahead, units_given
from engine.service.duties.commands.duties import happened, unit_of
from engine.service.duties.commands.evidence import Piece, keep_evidence, vouchers
from engine.service.inspections import rounds
from engine.service.inspections.commands.looking import candidates
from engine.service.inspections.rounds import Begun
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.joining import NewTask
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import (
    ABOUT,
    Day,
    Flag,
    Is,
    Line,
    Text,
    Unit,
    Voucher,
)
from engine.service.kernel.params import (
    Round as RoundNamed,
)
from engine.service.kernel.params import (
    Task as TaskNamed,
)

Said = Literal["progress", "problem", "next", "matter", "nothing"]


@record
class MonthTold:
    """A unit told what changed in a month, of one of its tasks or of none; a line may say that nothing did."""

    round: str
    assignment: Ref
    on: date
    lines: tuple[tuple[Said, str], ...]
    task: str = ""
    evidence: tuple[Piece, ...] = ()


# --- what they are given ---


@record
class Month:
    """Ask units for the month's progress (月调度)."""

    month: Annotated[Line, ABOUT]
    units: tuple[Unit, ...] = ()
    due: Day | None = None
    document: Line = ""


@record
class Tell:
    """Answer for a month: what changed in a task, or that nothing did."""

    round: Annotated[RoundNamed, Is(about=True, called="month")]
    unit: Unit = ""
    task: TaskNamed = ""
    progress: Text = ""
    problem: Text = ""
    next: Text = ""
    matter: Text = ""
    nothing: Flag = False
    on: Day | None = None
    voucher: Voucher = field(default_factory=dict)


ANYBODY = frozenset({"office", "leader", "unit"})
OPENERS = frozenset({"office", "leader", "system"})
SAID: Final[tuple[Said, ...]] = ("progress", "problem", "next", "matter")
NOTHING_NEW = "无变化"
ANSWER_IN = Offset(count=5)
"""How many working days the units have where nothing else is said."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


# --- opened ---


def _decide_month(case: CampaignSession, actor: Actor, asked: Month) -> Decision:
    month = _month(case, asked.month)
    due = asked.due or case.plan.calendar.add(case.today, ANSWER_IN)
    require_ahead(case, due)
    owing = tuple(_asked(case, asked.units))
    if not owing:
        raise refuse("nobody_to_ask")
    task = NewTask(
        id=f"month-{month}",
        kind="month",
        title=month,
        phase=case.head.phase,
        units=owing,
        due=due,
        document=asked.document,
    )
    facts = Begun(
        round=month,
        kind="month",
        document=asked.document,
        due=due,
        units=owing,
        tasks=(task.id,),
        extra=pinned(case, [task]),
    )
    return Decision(subject=month, facts=facts)


def _month(case: CampaignSession, month: str) -> str:
    if not _MONTH.fullmatch(month):
        raise BadInput("no_such_month", found=month)
    if month > case.today.strftime("%Y-%m"):
        raise refuse("month_not_come", month=month)
    if month in {found.name for found in rounds.all_of(case)}:
        raise refuse("month_asked_already", month=month)
    return month


def _asked(case: CampaignSession, units: tuple[str, ...]) -> list[str]:
    """Return the units named, or all that have something open; never a superior, never our own office."""
    if units:
        return candidates(case, units_given(case, units))
    owing = rounds.owing(case)
    return candidates(case, [name for name in case.plan.workflow.directory.units if name in owing])


def _apply_month(case: CampaignSession, entry: Entry) -> Answer:
    return rounds.begin(case, entry.facts)


# --- told ---


def _decide_tell(case: CampaignSession, actor: Actor, asked: Tell) -> Decision:
    found = rounds.named(case, asked.round)
    if found.kind != "month":
        raise refuse("not_a_month", round=found.name)
    unit = unit_of(actor, asked.unit)
    answered = _answered(case, found, unit)
    lines = _lines(asked)
    task = _about(case, unit, asked.task, lines)
    on, on_behalf = happened(case, actor, asked.on, asked.voucher, answered)
    facts = MonthTold(
        round=found.name, assignment=answered.id, on=on, lines=lines, task=task, evidence=vouchers(asked.voucher)
    )
    return Decision(subject="/".join(filter(None, (found.name, unit, task))), facts=facts, on_behalf=on_behalf)


def _answered(case: CampaignSession, found: Round, unit: str) -> Assignment:
    """Return what a unit owes for a month: the answer."""
    if unit not in (asked := rounds.asked(case, found)):
        raise UnknownName("asked_unit", unit, asked)
    return case.assignment(case.plan.tasks[f"month-{found.name}"], unit)


def _lines(asked: Tell) -> tuple[tuple[Said, str], ...]:
    """Return what is told, by kind; or the one word that nothing changed."""
    lines = tuple((kind, text) for kind in SAID if (text := rounds.in_one_line(getattr(asked, kind))))
    if asked.nothing:
        if lines:
            raise refuse("something_and_nothing")
        return (("nothing", ""),)
    if not lines:
        raise refuse("nothing_told")
    return lines


def _about(case: CampaignSession, unit: str, named: str, lines: tuple[tuple[Said, str], ...]) -> str:
    """Return the task that is told of: one of the unit's own; a matter may be of none."""
    if named:
        task = case.task(named)
        if not case.work.find(Assignment, campaign=case.id, task=task.id, unit=unit):
            raise refuse("does_not_owe", unit=unit, task=task.id)
        return task.id
    if any(kind in ("progress", "problem", "next") for kind, _ in lines):
        raise refuse("no_task_named")
    return ""


def _apply_tell(case: CampaignSession, entry: Entry) -> Answer:
    """Keep what is told; the first answer settles what the unit owes for the month."""
    facts: MonthTold = entry.facts
    owed = case.work.must(Assignment, facts.assignment)
    if owed.state in OPEN_STATES:
        owed = _settled(case, owed, facts.on)
    keep_evidence(case, owed, facts.evidence)
    found = rounds.named(case, facts.round).id
    for kind, text in facts.lines:
        rounds.remark(case, found, kind, owed.unit, owed.unit, text or NOTHING_NEW, facts.on, facts.task)
    return {"unit": owed.unit, "task": facts.task, "lines": len(facts.lines)}


def _settled(case: CampaignSession, owed: Assignment, on: date) -> Assignment:
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
    Action(
        "month",
        OPENERS,
        _decide_month,
        _apply_month,
        Begun,
        Month,
        "look month",
        (shows("shizhu-2022", month="2022-08", due="2022-09-01"),),
    ),
    Action(
        "tell",
        ANYBODY,
        _decide_tell,
        _apply_tell,
        MonthTold,
        Tell,
        "look tell",
        (
            shows("shizhu-2022", "中益乡", round="2022-08", task="t1", progress="已建成2个", next="9月验收"),
            shows("shizhu-2022", "黄水镇", round="2022-08", nothing=True),
        ),
    ),
)
