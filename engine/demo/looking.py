"""A spot check where a gate waits for what is found: drawn, reported, made a rectification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine import gates
from engine.demo.act import Act, at, minutes, working_day
from engine.demo.cast import Cast, is_ordinary
from engine.model import Round
from engine.service.inspections import rounds
from engine.service.kernel.case import CampaignSession

DRAWN_AFTER = 4
"""Working days after a phase is entered at which its spot check is drawn."""
REPORTED_AFTER = 3
ADOPTED_AFTER = 1
TO_PUT_RIGHT = 10
"""Working days that a unit has to put right what was found."""
FOUND = "责任分工未落实到岗位"


def spot_check(cast: Cast, case: CampaignSession) -> Iterator[Act]:
    """Yield what comes next of the spot check of the present phase, if its gate reads what is found."""
    if not gates.reads(cast.plan.phases[case.head.phase].gate).findings:
        return
    for found in rounds.all_of(case):
        yield from _found(cast, case, found)
        return
    yield from _drawn(cast, case)


def _drawn(cast: Cast, case: CampaignSession) -> Iterator[Act]:
    workflow, entered = cast.plan.workflow, case.phase_state(case.head.phase).entered_at
    among = [u.name for u in workflow.directory.units.values() if is_ordinary(workflow, u.name)]
    if entered is None or not among:
        return
    on = working_day(cast.plan, cast.plan.day(entered), DRAWN_AFTER)
    given: dict[str, Any] = {
        "title": "责任落实情况",
        "document": minutes(workflow.office, on),
        "among": among,
        "count": "1",
        "seed": f"{workflow.id}-{cast.seed}",
        "seed_from": workflow.leading_group,
        "due": working_day(cast.plan, on, REPORTED_AFTER),
    }
    yield Act(at=at(cast.plan, on), action="draw", given=given)


def _found(cast: Cast, case: CampaignSession, drawn: Round) -> Iterator[Act]:
    """Yield the report on the unit that was drawn, then the decision to have it put right."""
    told = rounds.remarks(case, drawn.id)
    reported = working_day(cast.plan, drawn.opened_on, REPORTED_AFTER)
    if not told:
        for unit, _ in rounds.looks(case, drawn):
            looked = {"round": drawn.name, "unit": unit, "findings": [FOUND]}
            yield Act(at=at(cast.plan, reported), action="report", given=looked)
    elif any(remark.state == "open" for remark in told):
        on = working_day(cast.plan, reported, ADOPTED_AFTER)
        due = working_day(cast.plan, on, TO_PUT_RIGHT)
        given: dict[str, Any] = {"round": drawn.name, "due": due, "document": minutes(cast.plan.workflow.office, on)}
        yield Act(at=at(cast.plan, on), action="adopt", given=given)
