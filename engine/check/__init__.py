"""What is wrong with a workflow that parses: each finding has a code, a place, a severity and a cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.calendar import Calendar
from engine.check import gates, ladders, people, texts, windows
from engine.check.texts import Examine
from engine.errors import Problem
from engine.model import Workflow

_RULES: tuple[Callable[[Workflow], Iterator[Problem]], ...] = (
    windows.findings,
    people.findings,
    ladders.findings,
    gates.findings,
)


def check(
    workflow: Workflow, *, calendar: Calendar | None = None, examine: Examine | None = None
) -> tuple[Problem, ...]:
    """Return all findings in the order of the files.

    `calendar` tells which dates are provisional; `examine` looks into the workflow's own templates,
    so that no template engine is needed here.
    """
    found = [finding for rule in _RULES for finding in rule(workflow)]
    if calendar is not None:
        found += windows.provisional(workflow, calendar)
    if examine is not None:
        found += texts.findings(workflow, examine)
    return tuple(sorted(found))


__all__ = ["Examine", "check"]
