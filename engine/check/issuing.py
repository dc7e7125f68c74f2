"""Findings on who writes: demands that nobody may make, and in whose name they are made (SEMANTICS N9)."""

from __future__ import annotations

from collections.abc import Iterator

from engine import authority
from engine.check.finding import error, few, warning
from engine.check.sight import GateSight, is_above
from engine.errors import Problem
from engine.model import Ladder, Place, Rung, Unit, Workflow
from notifications.kinds import drafted_kinds, kind_of

CITE = (
    "write `issuer: {authority: {clause: 经…同意, document: …}}` with the decision by which it may, or"
    " `in_name_of:` the body above us that may"
)


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of the issuer and of the demands that the ladders make."""
    workflow = sight.workflow
    yield from _in_whose_name(workflow)
    for ladder in workflow.ladders.values():
        told = _asked(ladder, sight)
        if told:
            yield from _signed(ladder, told, workflow)
            yield from _hinted(ladder, told, workflow)


def _in_whose_name(workflow: Workflow) -> Iterator[Problem]:
    """Yield a body in whose name demands are made and that does not stand above the office."""
    name = workflow.issuer.in_name_of
    unit = workflow.directory.units.get(name)
    if unit is not None and not is_above(unit, workflow):
        cure = "name the leading group or a superior, or leave `in_name_of:` out"
        what = "demands are made in the name of a unit that does not stand above us"
        yield error("PW590", workflow.issuer.place, what, name, cure)


def _asked(ladder: Ladder, sight: GateSight) -> list[Unit]:
    """Return the subordinate units that a ladder of tasks speaks to, but for our own office."""
    found: dict[str, Unit] = {}
    for duty in sight.owing:
        if duty.task.ladder == ladder.id:
            found |= {unit.name: unit for unit in duty.units if unit.relation == "subordinate"}
    ours = {sight.workflow.office, sight.workflow.leading_group}
    return [unit for unit in found.values() if unit.name not in ours]


def _signed(ladder: Ladder, told: list[Unit], workflow: Workflow) -> Iterator[Problem]:
    """Yield the formal acts of a ladder that could not be signed."""
    rungs = [rung for rung in ladder.rungs if rung.notice in drafted_kinds() and kind_of(rung.notice).demands]
    refused = [unit.name for unit in told if not authority.may_demand(workflow, unit)]
    if rungs and refused:
        what = f"{_named(rungs)} of {ladder.id} could not be signed: {workflow.office} cites no authority"
        yield error("PW591", _place(workflow, ladder), what, few(refused), f"{CITE}; or leave the rungs out (N9)")


def _hinted(ladder: Ladder, told: list[Unit], workflow: Workflow) -> Iterator[Problem]:
    """Yield the units to which a 催办 of a ladder goes as a mere hint."""
    rungs = [rung for rung in ladder.rungs if rung.notice not in drafted_kinds() and kind_of(rung.notice).demands]
    hinted = [unit.name for unit in told if not authority.may_demand(workflow, unit)]
    if rungs and hinted:
        what = f"{_named(rungs)} of {ladder.id} goes to these as 工作提示: {workflow.office} cites no authority"
        yield warning("PW592", _place(workflow, ladder), what, few(hinted), f"{CITE}, if it may demand (N9)")


def _named(rungs: list[Rung]) -> str:
    return few(rung.id for rung in rungs)


def _place(workflow: Workflow, ladder: Ladder) -> Place:
    return workflow.issuer.place if workflow.issuer.place.file else ladder.place
