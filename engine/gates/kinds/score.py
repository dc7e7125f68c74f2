"""A number that units handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import Finding, Kind, Params, before_adoption, in_order, owed, tasks_in, to_be_asked
from engine.gates.params import Param
from engine.model import Workflow


def _score_reads(params: Params) -> Reads:
    return Reads(tasks=frozenset(tasks_in(params)), numbers=frozenset([str(params["number"])]))


def _score_judge(params: Params, facts: Facts) -> Finding:
    asked = [task for task in tasks_in(params) if not before_adoption(task, facts)]
    unopened = [task for task in asked if not facts.assignments.get(task)]
    units = {a.unit for a in owed(asked, params, facts) if a.state != "waived"}
    given = facts.numbers.get(str(params["number"]), {})
    least = cast(float, params["least"])
    judge = _score_sum if params.get("over") == "sum" else _score_each
    finding = judge(units, given, least, facts.workflow)
    if not unopened:
        return finding
    silent = [*to_be_asked(unopened, params, facts)]
    nobody = [facts.workflow.task(task).title for task in unopened if not facts.to_be_asked.get(task)]
    missing = (*in_order({*finding.missing, *silent}, facts.workflow), *nobody)
    return Finding(holds=False, counted=finding.counted, needed=finding.needed, missing=missing)


def _score_each(units: set[str], given: Mapping[str, float], least: float, workflow: Workflow) -> Finding:
    lacking = {unit for unit in units if given.get(unit, -1.0) < least}
    return Finding(
        holds=not lacking,
        counted=str(len(units) - len(lacking)),
        needed=str(len(units)),
        missing=in_order(lacking, workflow),
    )


def _score_sum(units: set[str], given: Mapping[str, float], least: float, workflow: Workflow) -> Finding:
    total = sum(given[unit] for unit in sorted(units) if unit in given)
    silent = in_order((unit for unit in units if unit not in given), workflow)
    holds = total >= least
    return Finding(holds=holds, counted=f"{total:g}", needed=f"{least:g}", missing=() if holds else silent)


def _score_sentence(params: Params, workflow: Workflow) -> str:
    who = "合计" if params.get("over") == "sum" else "各单位"
    return f"{who}{params['number']}不低于{cast(float, params['least']):g}"


KIND = Kind(
    name="score",
    params=(
        Param(name="number", type="number", required=True),
        Param(name="least", type="amount", required=True),
        Param(name="tasks", type="tasks", required=True),
        Param(name="over", type="over"),
        Param(name="units", type="units"),
    ),
    reads=_score_reads,
    judge=_score_judge,
    sentence=_score_sentence,
)
