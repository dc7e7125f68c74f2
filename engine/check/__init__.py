"""What is wrong with a workflow that parses: each finding has a code, a place, a severity and a cure."""

from __future__ import annotations

from engine.calendar import Calendar
from engine.check import fitting, gates, indicators, ladders, names, people, phases, texts, waits, windows
from engine.check.course import course_of
from engine.check.sight import sight_of
from engine.check.texts import Examine
from engine.errors import Problem
from engine.model import Workflow


def check(
    workflow: Workflow, *, calendar: Calendar | None = None, examine: Examine | None = None
) -> tuple[Problem, ...]:
    """Return all findings in the order of the files.

    `calendar` lays ladders over real days and tells which are provisional; `examine` looks into the
    workflow's own templates, so that no template engine is needed here.
    """
    sight = sight_of(workflow, calendar)
    course = course_of(sight)
    found = [
        *phases.findings(sight),
        *gates.findings(sight, course),
        *waits.findings(sight, course),
        *windows.findings(sight),
        *people.findings(sight),
        *ladders.findings(sight),
        *fitting.findings(sight),
        *names.findings(sight),
        *indicators.findings(sight),
    ]
    if examine is not None:
        found += texts.findings(workflow, examine)
    return tuple(sorted(found))


__all__ = ["Examine", "check"]
