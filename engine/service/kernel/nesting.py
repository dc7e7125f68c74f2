"""Nested campaigns: what a gate reads of those below, and what one below changes of that (SEMANTICS F2, G2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.gates import Below, NestedRead
from engine.model import Campaign, PhaseState, Tally
from engine.records import record
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.comparing import same
from engine.service.kernel.journal import Entry
from engine.service.kernel.plan import Plan
from engine.store.queries import campaigns


@record
class NestedChanged:
    """A campaign below changed something that the gate here reads; `what` is a state, a phase or a quota."""

    campaign: str
    unit: str
    what: str


ENDS = ("completed", "aborted")


def listened(plan: Plan, head: Campaign) -> frozenset[NestedRead]:
    """Return what the gate that a campaign tries by itself reads of those below it; people look themselves."""
    phase = plan.phases.get(head.phase)
    if head.state != "running" or phase is None or phase.advance != "automatic":
        return frozenset()
    return plan.reads[phase.id].nested


def heads(case: CampaignSession) -> list[Campaign]:
    """Return the campaigns below one in the order of their ids, locked so if this one is open for writing (G2)."""
    if case.writes:
        campaigns.hold_below(case.work, case.id)
    return case.work.find(Campaign, parent=case.id, order="id")


def below(case: CampaignSession) -> Mapping[str, Below]:
    """Return where the campaigns below one stand now, by the unit that runs each."""
    return {head.parent_unit: stands(case, head) for head in heads(case)}


def session(case: CampaignSession, head: Campaign) -> CampaignSession:
    """Return another campaign, below or above, opened to be looked at in the same transaction."""
    return CampaignSession(
        actions=case.actions,
        work=case.work,
        library=case.library,
        plan=case.library.plan(case.work, head.workflow, head.calendar, head.extra),
        head=head,
        at=max(case.at, head.last_at),
        known=case.known,
    )


def stands(case: CampaignSession, head: Campaign) -> Below:
    """Return where a campaign below this one stands now."""
    plan = case.library.plan(case.work, head.workflow, head.calendar, head.extra)
    tallies: dict[str, list[Tally]] = {}
    for tally in case.work.find(Tally, campaign=head.id, order="id"):
        tallies.setdefault(tally.quota, []).append(tally)
    return Below(
        workflow=plan.workflow,
        state=head.state,
        phase=head.phase,
        phases={state.phase: state for state in case.work.find(PhaseState, campaign=head.id)},
        tallies=tallies,
    )


def changed(case: CampaignSession, reads: Iterable[NestedRead], before: Campaign, entry: Entry) -> str:
    """Return what an act changed of what is read of a campaign: a phase, its end, a quota, or nothing."""
    after = case.head
    ended = after.state in ENDS and before.state not in ENDS
    names = (after.phase, *getattr(entry.facts, "over", ()))
    moved = {("phase", name) for name in names} if after.phase != before.phase else set()
    counted = {("quota", name) for name in (*_restated(case, before), getattr(entry.facts, "quota", ""))}
    for whose, what, name in sorted(reads):
        if whose in ("", after.parent_unit) and (ended or (what, name) in moved | counted):
            return after.state if ended else f"{what} {name}"
    return ""


def _restated(case: CampaignSession, before: Campaign) -> list[str]:
    """Return the quotas that ask for something else since: by a new version, or because of units that merged."""
    if (before.workflow, before.extra) == (case.head.workflow, case.head.extra):
        return []
    plan = case.library.plan(case.work, before.workflow, before.calendar, before.extra)
    known = {quota.id: quota for quota in plan.workflow.quotas}
    return [quota.id for quota in case.plan.workflow.quotas if not same(quota, known.get(quota.id))]
