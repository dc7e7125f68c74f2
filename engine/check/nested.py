"""Findings on nested campaigns: workflows that cannot be had, and gates that ask them for what they do not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from engine.check.course import nested_of, units_of
from engine.check.finding import error, few, warning
from engine.check.sight import GateSight, leaves
from engine.errors import BadWorkflow, PhasegateError, Problem
from engine.gates.kinds.nested import asked
from engine.model import Condition, Nested, Workflow

Nests = Callable[[Nested], Workflow]
"""Returns the workflow of a nested campaign, or raises what is wrong with it."""
UNFILLED = {"PW567", "PW568"}
"""What the reader says where a parameter has no value, or something is set that is none."""


def findings(sight: GateSight, nests: Nests) -> Iterator[Problem]:
    """Yield what is to be said of nested campaigns and of the gates that read them (SEMANTICS G2)."""
    below: dict[str, Workflow] = {}
    for nested in sight.workflow.nested:
        try:
            below[nested.unit] = nests(nested)
        except PhasegateError as problem:
            yield _not_to_be_had(nested, problem)
    yield from _rings(sight.workflow, below, nests)
    for phase in sight.workflow.phases:
        for leaf in leaves(phase.gate):
            if leaf.kind == "nested":
                yield from _unknown_below(leaf, below)


def _not_to_be_had(nested: Nested, problem: PhasegateError) -> Problem:
    if isinstance(problem, BadWorkflow) and {each.code for each in problem.problems} <= UNFILLED:
        loose, cure = problem.problems[0], "write each under `settings:`, and nothing else"
        what = f"the settings of {nested.unit} do not fill {nested.workflow}"
        return error("PW586", nested.place, what, f"{loose.what}, {loose.found}", cure)
    first = problem.problems[0] if isinstance(problem, BadWorkflow) and problem.problems else None
    found = f"{nested.workflow}: {first.what}, {first.found}" if first else str(problem)
    cure = "put its folder beside this one, or name a shipped workflow"
    return error("PW585", nested.place, f"the workflow of {nested.unit} cannot be read", found, cure)


def _rings(workflow: Workflow, below: dict[str, Workflow], nests: Nests) -> Iterator[Problem]:
    for nested in workflow.nested:
        if nested.unit in below and (way := _way_back(below[nested.unit], (workflow.id,), nests)):
            what = "a workflow nests itself"
            yield error("PW589", nested.place, what, " → ".join(way), "leave the nested campaign out")


def _way_back(workflow: Workflow, above: tuple[str, ...], nests: Nests) -> tuple[str, ...]:
    """Return the way by which a workflow comes back to one above it, or nothing."""
    way = (*above, workflow.id)
    if workflow.id in above:
        return way
    for nested in workflow.nested:
        try:
            found = _way_back(nests(nested), way, nests)
        except PhasegateError:
            continue
        if found:
            return found
    return ()


def asks_nobody(leaf: Condition, tell: Callable[..., Problem], sight: GateSight) -> Iterator[Problem]:
    """Yield what of a condition no nested campaign of the workflow can meet."""
    known = {each.unit for each in sight.workflow.nested}
    if not nested_of(leaf, sight):
        cure = "add `nested:` with the units that run campaigns, or leave the condition out"
        yield tell("PW587", leaf.place, "the condition asks campaigns that the workflow does not nest", "", cure)
    elif loose := [unit for unit in units_of(leaf) if unit not in known]:
        what = "the condition names units that run no nested campaign"
        yield warning("PW587", leaf.place, what, few(loose), "leave them out, or nest their campaigns")


def _unknown_below(leaf: Condition, below: dict[str, Workflow]) -> Iterator[Problem]:
    """Yield a finding where a condition names a phase or a quota that a nested workflow does not have."""
    what, name = asked(leaf.params)
    named = cast(tuple[str, ...], leaf.params.get("units", ()))
    for unit, workflow in below.items():
        known = [each.id for each in (workflow.phases if what == "phase" else workflow.quotas)]
        if what != "state" and name not in known and (not named or unit in named):
            cure = f"name one of {few(known)}" if known else f"give {workflow.id} a {what}"
            told = f"{workflow.id} has no such {what}"
            yield error("PW588", leaf.place, told, name, cure)
            return
