"""Objections as plain values: those to one assignment, and those that wait for the office (docs/semantics.md R1)."""

from __future__ import annotations

from typing import Final

from engine.model import Assignment, Objection
from engine.service.duties.views.visible import seen
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day

UNDECIDED: Final = Listing(
    name="undecided",
    key=("task", "unit"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="raised_on", head="since", kind="day"),
        Column(key="decide_by", head="decide by", kind="day"),
        Column(key="reason", width=40),
    ),
)
RAISED: Final = Listing(
    name="objections",
    key=("raised_on",),
    columns=(
        Column(key="raised_on", head="raised", kind="day"),
        Column(key="reason", width=40),
        Column(key="state", kind="code", family="state"),
        Column(key="decided_on", head="decided", kind="day"),
        Column(key="decision", head="why", width=40),
        Column(key="successor", head="handed to", kind="reference", width=18, leads="unit"),
    ),
)


def undecided(case: CampaignSession) -> list[Row]:
    """Return the objections that wait for the office and that who reads may see, oldest first."""
    found = case.work.find(Objection, campaign=case.id, state="open", order="id")
    owed = case.work.among(Assignment, "id", [each.assignment for each in found])
    visible = {each.id for each in seen(case, owed)}
    return [_row(case, each) for each in found if each.assignment in visible]


def to_one(case: CampaignSession, assignment: Assignment) -> list[Row]:
    """Return every objection to an assignment with what was decided, oldest first."""
    return [_row(case, each) for each in case.work.find(Objection, assignment=assignment.id, order="id")]


def _row(case: CampaignSession, objection: Objection) -> Row:
    assignment = case.work.must(Assignment, objection.assignment)
    deadline = case.deadline(assignment, "objection")
    return {
        "task": assignment.task,
        "title": case.plan.tasks[assignment.task].title,
        "unit": assignment.unit,
        "state": objection.state,
        "reason": objection.reason,
        "raised_on": day(objection.raised_on),
        "decide_by": day(deadline.due_on) if deadline else None,
        "decided_on": day(objection.decided_on),
        "decision": objection.decision,
        "successor": objection.successor,
    }
