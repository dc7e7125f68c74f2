"""A number that units handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import (
    ConditionFinding,
    ConditionKind,
    Params,
    before_adoption,
    owed,
    parts_in_order,
    tasks_in,
    to_be_asked,
)
from engine.gates.params import TASKS, UNITS, Param, ParamType, amount, choice, line
from engine.model import VerdictPart, Workflow
from engine.records import replace

NUMBER = line(
    "number", "the name of a number that a task asks for: 自评分", "the name of a number that the tasks ask for"
)
AMOUNT = ParamType(
    name="amount",
    form="word",
    read=amount,
    example="a number from 0: 85 or 92.5",
    about="the least number",
    pattern="[0-9]{1,12}(\\.[0-9]{1,6})?",
    called="a number from 0",
    sample="85 or 92.5",
    whole=True,
)
OVER = choice("over", ("each", "sum"), "`each` unit, or the `sum` of all")


def _score_reads(params: Params) -> Reads:
    return Reads(tasks=frozenset(tasks_in(params)), numbers=frozenset([str(params["number"])]))


def _score_judge(params: Params, facts: Facts) -> ConditionFinding:
    asked = [task for task in tasks_in(params) if not before_adoption(task, facts)]
    unopened = [task for task in asked if not facts.assignments.get(task)]
    units = {a.unit for a in owed(asked, params, facts) if a.state != "waived"}
    given = facts.numbers.get(str(params["number"]), {})
    least = cast(float, params["least"])
    judge = _score_sum if params.get("over") == "sum" else _score_each
    finding = judge(parts_in_order((_part(unit, given) for unit in units), facts.workflow), given, least)
    if not unopened:
        return finding
    missing = parts_in_order((*finding.missing, *to_be_asked(unopened, params, facts)), facts.workflow)
    return replace(finding, holds=False, missing=missing)


def _part(unit: str, given: Mapping[str, float]) -> VerdictPart:
    return VerdictPart(unit=unit, have=f"{given[unit]:g}") if unit in given else VerdictPart(unit=unit, code="silent")


def _score_each(asked: tuple[VerdictPart, ...], given: Mapping[str, float], least: float) -> ConditionFinding:
    missing = tuple(part for part in asked if given.get(part.unit, -1.0) < least)
    met = tuple(part for part in asked if part not in missing)
    return ConditionFinding(
        holds=not missing, counted=str(len(met)), needed=str(len(asked)), missing=missing, met=met
    )


def _score_sum(asked: tuple[VerdictPart, ...], given: Mapping[str, float], least: float) -> ConditionFinding:
    total = sum(given[unit] for unit in sorted(part.unit for part in asked) if unit in given)
    silent = tuple(part for part in asked if part.code)
    met = tuple(part for part in asked if not part.code)
    return ConditionFinding(holds=total >= least, counted=f"{total:g}", needed=f"{least:g}", missing=silent, met=met)


def _score_sentence(params: Params, workflow: Workflow) -> str:
    who = "合计" if params.get("over") == "sum" else "各单位"
    return f"{who}{params['number']}不低于{cast(float, params['least']):g}"


def _measure(params: Params) -> str:
    return "分" if params.get("over") == "sum" else "个单位"


KIND = ConditionKind(
    name="score",
    params=(
        Param(name="number", type=NUMBER, required=True),
        Param(name="least", type=AMOUNT, required=True),
        Param(name="tasks", type=TASKS, required=True),
        Param(name="over", type=OVER),
        Param(name="units", type=UNITS),
    ),
    reads=_score_reads,
    judge=_score_judge,
    sentence=_score_sentence,
    measure=_measure,
)
