"""What is wrong with a workflow that parses: each finding has a code, a place, a severity and a cure."""

from __future__ import annotations

from engine.calendar import Calendar
from engine.check import (
    counting,
    fitting,
    gates,
    indicators,
    issuing,
    ladders,
    names,
    nested,
    people,
    phases,
    roles,
    texts,
    waits,
    windows,
)
from engine.check.course import course_of
from engine.check.nested import Nests
from engine.check.sight import sight_of
from engine.check.texts import Examine
from engine.errors import Problem
from engine.model import Workflow
from engine.reader import workflow_below


def check(
    workflow: Workflow,
    *,
    calendar: Calendar | None = None,
    examine: Examine | None = None,
    nests: Nests = workflow_below,
) -> tuple[Problem, ...]:
    """Return all findings in the order of the files.

    `calendar` lays ladders over real days and tells which are provisional; `examine` looks into the
    workflow's own templates, so that no template engine is needed here; `nests` returns the workflows
    of nested campaigns, which by themselves are those that are shipped.
    """
    sight = sight_of(workflow, calendar)
    course = course_of(sight)
    found = [
        *phases.findings(sight),
        *gates.findings(sight, course),
        *nested.findings(sight, nests),
        *waits.findings(sight, course),
        *windows.findings(sight),
        *people.findings(sight),
        *issuing.findings(sight),
        *roles.findings(sight),
        *ladders.findings(sight),
        *fitting.findings(sight),
        *names.findings(sight),
        *counting.findings(sight),
        *indicators.findings(sight),
    ]
    if examine is not None:
        found += texts.findings(workflow, examine)
    return tuple(sorted(found))


__all__ = ["Examine", "Nests", "check"]
