"""What the office and the leader do beside single assignments: points, papers, moves, contacts, the release list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time

from engine import gates
from engine.demo.act import BEFORE_CLOSING, Act, at, minutes, working_day
from engine.demo.cast import Cast
from engine.demo.looking import spot_check
from engine.demo.points import designations
from engine.model import (
    Approval,
    Assignment,
    Deadline,
    Hold,
    Item,
    Notice,
    Phase,
    Tally,
    UnitContact,
)
from engine.model.plain import short
from engine.service.campaigns.commands.lifecycle import verdict
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices import binding

SIGNING = time(14, 30)
"""The hour at which the leader signs: units have answered to the facts of a bulletin by noon (SEMANTICS N5)."""
NEAR_THE_END = 5
"""Working days before its last day at which a phase is decided on where nothing is handed in for its gate."""
NEW_LIAISON = 25
"""Working days after adoption at which a liaison changes."""


def agenda(cast: Cast, case: CampaignSession, owed: Iterable[Assignment], *, tried: bool) -> Iterator[Act]:
    """Yield what stands on the agenda of the office and the leader, as the campaign stands now.

    `tried` where a move was asked for before: the first is asked for too early, and refused.
    """
    if case.head.state != "running":
        return
    known = list(owed)
    yield from designations(cast.plan, case, cast.points)
    yield from spot_check(cast, case)
    yield from _papers(cast, case)
    yield from _new_liaison(cast, case)
    yield from _release_list(cast, case, known)
    yield from _moves(cast, case, known, tried)


# --- papers to sign ---


def _papers(cast: Cast, case: CampaignSession) -> Iterator[Act]:
    for notice in case.work.find(Notice, campaign=case.id, state="draft", order="id"):
        on = working_day(cast.plan, notice.day, 1)
        given = {"notice": str(short(notice.id))}
        if _is_settled(case, notice):
            told = given | {"reason": "所列事项已报送"}
            yield Act(at=at(cast.plan, max(on, case.today)), action="withhold", given=told)
        else:
            yield Act(at=at(cast.plan, on, SIGNING), action="sign", actor="leader", given=given, refusable=True)


def _is_settled(case: CampaignSession, notice: Notice) -> bool:
    """Tell whether nothing that a draft asks for is missing any more: it is put away unsigned."""
    raised = [item for item in case.work.find(Item, notice=notice.id, order="id") if item.occurrence]
    return bool(raised) and all(binding.moot_reason(case, item) for item in raised)


# --- a liaison changes ---


def _new_liaison(cast: Cast, case: CampaignSession) -> Iterator[Act]:
    unit = cast.newcomer
    held = case.work.find(UnitContact, campaign=case.id, unit=unit, level=0, order="id") if unit else []
    if len(held) == 1:
        name, _, domain = held[0].address.partition("@")
        on = working_day(cast.plan, case.head.adopted_on, NEW_LIAISON)
        given = {"unit": unit, "level": 0, "address": f"{name}2@{domain}", "from": on, "reason": "联络员变更"}
        yield Act(at=at(cast.plan, on), action="contact", given=given)


# --- the release list ---


def _release_list(cast: Cast, case: CampaignSession, known: Iterable[Assignment]) -> Iterator[Act]:
    """Yield the one withholding, on the last working day on which its unit may still hand in."""
    playing = cast.playing("withheld")
    for owed in known:
        if (owed.task, owed.unit) in playing and owed.state in ("issued", "received"):
            due = case.deadline(owed, "due")
            if due is not None and not case.work.find(Hold, deadline=due.id):
                on = cast.plan.calendar.previous_working_day(due.due_on)
                given = {"notice": _upcoming(due), "reason": "该单位来电说明材料已盖章,次日送达"}
                yield Act(at=at(cast.plan, on, BEFORE_CLOSING), action="withhold", given=given)


def _upcoming(due: Deadline) -> str:
    """Return how the release list names the first notice of a due date."""
    return f"u{short(due.id)}-0"


# --- moves ---


def _moves(cast: Cast, case: CampaignSession, known: list[Assignment], tried: bool) -> Iterator[Act]:
    phase = cast.plan.phases[case.head.phase]
    if phase.advance == "automatic":
        return
    if _is_done(case, phase, known):
        yield from _decided(cast, case, phase, known)
    elif not tried:
        on = cast.plan.calendar.previous_working_day(case.phase_state(phase.id).last_day)
        given = {"decision": minutes(cast.plan.workflow.leading_group, on)}
        yield Act(at=at(cast.plan, on), action="advance", given=given, refusable=True)


def _is_done(case: CampaignSession, phase: Phase, known: list[Assignment]) -> bool:
    """Tell whether nothing but the leader's word is missing from a gate."""
    read = gates.reads(phase.gate).tasks
    if any(a.state not in SETTLED for a in known if a.task in read):
        return False
    approvals = {child.id for child in phase.gate.children if child.kind == "approval"}
    return all(c.holds or c.id in approvals for c in verdict(case, phase.id).conditions)


def _decided(cast: Cast, case: CampaignSession, phase: Phase, known: list[Assignment]) -> Iterator[Act]:
    """Yield the leader's approvals the working day after all is done, then the move a working day later."""
    reads, group = gates.reads(phase.gate), cast.plan.workflow.leading_group
    given = {a.name: a for a in case.work.find(Approval, campaign=case.id) if a.name in reads.approvals}
    missing = sorted(reads.approvals - given.keys())
    done = _done_on(cast, case, phase, known)
    on = working_day(cast.plan, max([*done, *(a.happened_on for a in given.values())]), 1)
    for name in missing:
        told = {"name": name, "document": minutes(group, on)}
        yield Act(at=at(cast.plan, on), action="approve", actor="leader", given=told)
    if not missing:
        documents = [given[name].document for name in sorted(given)]
        decision = documents[-1] if documents else minutes(group, on)
        yield Act(at=at(cast.plan, on), action="advance", given={"decision": decision})


def _done_on(cast: Cast, case: CampaignSession, phase: Phase, known: list[Assignment]) -> list[date]:
    """Return the days on which what a gate reads was done."""
    reads = gates.reads(phase.gate)
    done = [a.settled_on for a in known if a.task in reads.tasks and a.settled_on]
    done += [t.happened_on for t in case.work.find(Tally, campaign=case.id) if t.quota in reads.quotas]
    if reads.duties or not done:
        # Nothing is handed in for such a gate: it is decided when its phase has nearly run its course.
        last = cast.plan.calendar.previous_working_day(case.phase_state(phase.id).last_day)
        done.append(working_day(cast.plan, last, -NEAR_THE_END))
    return done
