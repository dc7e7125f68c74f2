"""A shipped plan as `workflow show --json` shows it, and what the tests of all plans ask of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from engine import reader
from engine.calendar import load
from engine.check import check
from engine.cli.main import main
from engine.errors import Problem
from engine.model import Workflow
from notifications.render import examine

ROLES = ("lead", "responsible", "supporting", "inherited")


def read(name: str) -> Workflow:
    """Return a shipped workflow."""
    return reader.read(reader.shipped_bundle(name), name)


def shown(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return what the command line shows of a shipped workflow."""
    assert main(["workflow", "show", name, "--json"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


def windows(plan: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the phases with their windows."""
    return [(phase["title"], phase["first_day"], phase["last_day"]) for phase in plan["phases"]]


def units_of(task: dict[str, Any]) -> dict[str, str]:
    """Return the units of a task by role, as printed: joined as the plan joins them."""
    return {role: "、".join(task[role]) for role in ROLES if task[role]}


def findings(workflow: Workflow) -> dict[str, dict[str, int]]:
    """Return how often `workflow check` finds what, by severity and code."""
    found: list[Problem] = [*check(workflow, calendar=load(workflow.calendar), examine=examine)]
    counted = Counter((problem.severity, problem.code) for problem in found)
    by_severity: dict[str, dict[str, int]] = {}
    for (severity, code), number in sorted(counted.items()):
        by_severity.setdefault(severity, {})[code] = number
    return by_severity


def rests_on_the_plan(workflow: Workflow) -> None:
    """Hold that each part names its clause, the words it rests on and how they were read."""
    for part in (*workflow.tasks, *workflow.phases, *workflow.quotas):
        assert part.source.clause and part.source.words and part.source.reading, part.id


def is_about_units_only(workflow: Workflow) -> None:
    """Hold that every address is one of example.org."""
    addresses = [c.address for unit in workflow.directory.units.values() for c in unit.contacts]
    assert addresses and all(address.endswith(".example.org") for address in addresses)
