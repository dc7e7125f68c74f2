"""Leads that gather: who hands in to whom, and for whom a lead waits (docs/semantics.md R2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.model import Assignment
from engine.reckoning import OWING
from engine.records import record
from engine.service.duties.apply import deadlines
from engine.service.kernel.case import SETTLED, CampaignSession

PARTS = frozenset({"responsible", "supporting"})
"""Roles whose units hand in to the lead; who inherits a task answers to the office."""


@record(kw_only=False)
class Gathering:
    """Of the assignments of gathering tasks: the parts of each lead, and the lead of each part."""

    parts: Mapping[int, tuple[Assignment, ...]]
    leads: Mapping[int, Assignment]

    def unsettled(self, lead: int) -> tuple[Assignment, ...]:
        """Return the parts without which a lead is not to hand in."""
        return tuple(part for part in self.parts.get(lead, ()) if part.state not in SETTLED)

    def waits(self, lead: int) -> bool:
        """Tell whether a lead has parts that are not settled."""
        return bool(self.unsettled(lead))

    def awaited(self, lead: Assignment) -> tuple[str, ...]:
        """Return the units that an open lead waits for: they have handed nothing in to it (待配合单位)."""
        open_parts = () if lead.state in SETTLED else self.unsettled(lead.id)
        return tuple(part.unit for part in open_parts if part.state in OWING)

    def reviewer(self, part: int) -> str:
        """Return the open lead that reviews a part, or an empty name where the office does."""
        lead = self.leads.get(part)
        return lead.unit if lead is not None else ""


NOBODY = Gathering({}, {})


def gathering(case: CampaignSession, tasks: Iterable[str]) -> Gathering:
    """Return who gathers what among these tasks."""
    together = [_of_task(case, task) for task in sorted(set(tasks)) if case.plan.tasks[task].consolidate]
    if not together:
        return NOBODY
    return Gathering(
        {number: parts for each in together for number, parts in each.parts.items()},
        {number: lead for each in together for number, lead in each.leads.items()},
    )


def _of_task(case: CampaignSession, task: str) -> Gathering:
    owed = [a for a in case.work.find(Assignment, campaign=case.id, task=task, order="id") if a.state != "cancelled"]
    leads = [a for a in owed if a.role == "lead" and case.relation(a.unit) != "superior"]
    parts = {lead.id: tuple(a for a in owed if a.role in PARTS and a.period == lead.period) for lead in leads}
    return Gathering(parts, _first_open(leads, parts))


def _first_open(leads: Iterable[Assignment], parts: Mapping[int, Iterable[Assignment]]) -> dict[int, Assignment]:
    """Return by part the first of its leads that is open."""
    first: dict[int, Assignment] = {}
    for lead in (lead for lead in leads if lead.state not in SETTLED):
        for part in parts[lead.id]:
            first.setdefault(part.id, lead)
    return first


def hand_on_reviews(case: CampaignSession, task: str) -> None:
    """Let who reviews now owe the reviews that run: the lead that is open, or the office where there is none."""
    found = gathering(case, [task])
    for part in case.work.find(Assignment, campaign=case.id, task=task, state="submitted", order="id"):
        review = case.deadline(part, "review")
        reviewer = found.reviewer(part.id) or case.plan.workflow.office
        if review is None or review.state in ("met", "cancelled") or review.unit == reviewer:
            continue
        if reviewer == part.unit:
            deadlines.end(case, review, "cancelled")
        else:
            deadlines.change(case, review, unit=reviewer)


def may_review(case: CampaignSession, unit: str, part: Assignment) -> bool:
    """Tell whether a unit leads the task of a part, and so may accept or return it in its own name."""
    found = gathering(case, [part.task])
    return any(part in parts and _unit(case, lead) == unit for lead, parts in found.parts.items())


def _unit(case: CampaignSession, lead: int) -> str:
    found = case.work.get(Assignment, lead)
    return found.unit if found is not None else ""
