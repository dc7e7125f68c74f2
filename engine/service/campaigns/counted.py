"""Which moves counted something, here and in the campaigns above, by the verdicts that they recorded (G11, H7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine import gates
from engine.gates.kinds.nested import asked
from engine.model import Assignment, Campaign, Condition, ConditionVerdict, VerdictPart
from engine.records import record, replace
from engine.service.inspections import register
from engine.service.kernel.action import Action
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry, entry_of
from engine.service.kernel.plan import Plan
from engine.store.queries import journal

MOVES = ("advance", "override", "pass")
BACK = "return_phase"
Counts = Callable[[ConditionVerdict, Condition | None], bool]
"""Tells whether a condition counted something; the condition itself is not known where the gate has it no more."""


@record
class Made:
    """An act of a campaign's history: its place there, what its record tells, and the facts of it as a record."""

    seq: int
    entry: Entry
    facts: Any


@record
class Move(Made):
    """A move between phases; one from which the leading group brought the campaign back is `mended`."""

    mended: bool = False


@record
class CountedBy:
    """A move that counted something: of which campaign, between which phases, when, by whom, on which decision."""

    campaign: str
    before: str
    to: str
    on: date
    by: str
    decision: str = ""


@record
class Sought:
    """What a move may have counted: since which record of which instant; `quota` is read from above by its name."""

    counts: Counts
    seq: int
    at: datetime
    quota: str = ""


# --- acts of the history ---


def acts(case: CampaignSession, head: Campaign, names: Iterable[str]) -> Iterator[Made]:
    """Yield the acts of some names that were done in a campaign, oldest first."""
    for found in journal.acts(case.work, head.id, [*names]):
        entry = entry_of(found)
        action: Action = case.actions[entry.action]
        yield Made(seq=found.seq, entry=entry, facts=action.told(entry.facts, entry.rules, head.id))


def moves(case: CampaignSession, head: Campaign) -> list[Move]:
    """Return the moves of a campaign, oldest first."""
    found: list[Move] = []
    for made in acts(case, head, (*MOVES, BACK)):
        if made.entry.action == BACK:
            _mend(found, made.facts.to)
        else:
            found.append(Move(seq=made.seq, entry=made.entry, facts=made.facts))
    return found


def _mend(found: list[Move], to: str) -> None:
    """Mark the moves from which a campaign was brought back: the last ones, down to the one that left the phase."""
    for place in reversed(range(len(found))):
        if not found[place].mended:
            found[place] = replace(found[place], mended=True)
            if found[place].facts.before == to:
                return


def standing(found: Iterable[Move]) -> list[Move]:
    """Return the moves that still hold."""
    return [move for move in found if not move.mended]


# --- who counted ---


def counted(case: CampaignSession, sought: Sought) -> CountedBy | None:
    """Return the move that counted something, here or in a campaign above; None where none did that still holds.

    What a mended move counted is free again, unless a campaign above has counted the phase that it led to.
    """
    found = [
        move
        for move in moves(case, case.head)
        if move.seq > sought.seq and _has(case, case.head, move, sought.counts)
    ]
    for move in standing(found):
        return _told(case.head, case.plan, move)
    return _above(case, case.head, found, sought)


def counted_above(case: CampaignSession, led: Iterable[Move]) -> CountedBy | None:
    """Return the move of a campaign above that counted where these moves led."""
    return _above(case, case.head, [*led], None)


def _above(case: CampaignSession, head: Campaign, led: list[Move], sought: Sought | None) -> CountedBy | None:
    parent = case.work.get(Campaign, head.parent) if head.parent else None
    if parent is None:
        return None
    found = [
        move for move in moves(case, parent) if _has(case, parent, move, _below(head.parent_unit, move, led, sought))
    ]
    for move in standing(found):
        return _told(parent, _plan(case, parent), move)
    return _above(case, parent, found, None) if found else None


def _below(unit: str, move: Move, led: Iterable[Move], sought: Sought | None) -> Counts:
    """Return what tells whether a move counted the campaign below of a unit: where moves there led, or its quota."""
    at = move.entry.at
    has_led = any(each.entry.at <= at for each in led)
    quota = sought.quota if sought is not None and sought.at <= at else ""

    def counts(found: ConditionVerdict, condition: Condition | None) -> bool:
        if found.kind != "nested" or all(part.unit != unit for part in found.met):
            return False
        if condition is None:
            return has_led or bool(quota)
        what, name = asked(condition.params)
        return name == quota if what == "quota" else has_led

    return counts


def _has(case: CampaignSession, head: Campaign, move: Move, counts: Counts) -> bool:
    """Tell whether a move counted something; by its own version of the gate, where the campaign still runs that."""
    phase = None
    if head.workflow.startswith(move.entry.workflow):
        phase = _plan(case, head).phases.get(move.facts.verdict.phase)
    leaves = gates.leaves(move.facts.verdict, phase.gate if phase else None)
    return any(counts(found, condition) for found, condition in leaves)


def _plan(case: CampaignSession, head: Campaign) -> Plan:
    if head.id == case.id:
        return case.plan
    return case.library.plan(case.work, head.workflow, head.calendar, head.extra)


def _told(head: Campaign, plan: Plan, move: Move) -> CountedBy:
    titles: Mapping[str, str] = {phase.id: phase.title for phase in plan.workflow.phases}
    return CountedBy(
        campaign=head.key,
        before=titles.get(move.facts.before, move.facts.before),
        to=titles.get(move.facts.to, move.facts.to),
        on=plan.day(move.entry.at),
        by=move.entry.actor,
        decision=move.facts.decision,
    )


# --- what may have been counted ---


def of_assignment(case: CampaignSession, owed: Assignment) -> Counts:
    """Return what tells whether a condition counted that a unit's part is accepted, or waived."""
    names = case.plan.workflow.directory.line_of(owed.unit)
    finding = {str(entry.number) for entry in register.register(case) if _is_of(entry, owed)}

    def is_meant(part: VerdictPart) -> bool:
        return (part.task, part.period) == (owed.task, owed.period) and part.unit in names

    def counts(found: ConditionVerdict, condition: Condition | None) -> bool:
        if found.kind == "rectified":
            return any(part.name in finding for part in found.met)
        if found.kind not in ("tasks", "counted") or not any(map(is_meant, found.met)):
            return False
        return owed.state == "waived" or condition is None or _wants_acceptance(condition)

    return counts


def _wants_acceptance(condition: Condition) -> bool:
    return str(condition.params.get("state", "accepted")) == "accepted"


def _is_of(entry: register.RegisterEntry, owed: Assignment) -> bool:
    return (entry.task, entry.unit) == (owed.task, owed.unit)


def of_approval(name: str) -> Counts:
    """Return what tells whether a condition counted an approval."""
    return lambda found, _: found.kind == "approval" and any(part.name == name for part in found.met)


def of_designation(case: CampaignSession, quota: str, kind: str, unit: str) -> Counts:
    """Return what tells whether a condition counted what was designated of a kind for a unit."""
    names = case.plan.workflow.directory.line_of(unit)

    def counts(found: ConditionVerdict, condition: Condition | None) -> bool:
        if found.kind != "quota" or (condition is not None and condition.params.get("quota") != quota):
            return False
        return any(part.name == kind and part.unit in names for part in found.met)

    return counts
