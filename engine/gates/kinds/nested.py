"""Nested campaigns: so many have come to a phase, to their end, or have filled a quota of theirs (SEMANTICS G2)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import cast

from engine.gates.facts import Below, Facts, NestedRead, Reads
from engine.gates.kinds import quota
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params, things, units_in
from engine.gates.params import SHARE, Param, choice, count, line, lines
from engine.gates.quotas import in_words
from engine.model import Phase, VerdictPart, Workflow

UNITS = lines(
    "nested_units",
    "a list of units that run nested campaigns: [崆峒区]",
    "units whose nested campaigns count; all if left out",
    "unit",
)
PHASE = line(
    "nested_phase",
    "the id of a phase of the nested campaigns",
    "the phase that nested campaigns must have come to",
)
STATE = choice("nested_state", ("completed",), "`completed`: nested campaigns must have come to their end")
QUOTA = line(
    "nested_quota",
    "the id of a quota of the nested campaigns",
    "the quota that nested campaigns must have filled",
)
LEAST = count("nested_least", "so many entries of the quota rather than all it asks for")
ASKED = ("phase", "state", "quota")
"""What may be asked of nested campaigns; a condition asks one of them."""
ENDS = {"completed": "已完成", "aborted": "已终止"}


def reached(below: Below, phase: str) -> bool:
    """Tell whether a nested campaign has come to a phase: it stands there, passed it, or had it behind it at first.

    A phase that it entered and was brought back from (G11) is neither: it is open, and another is the current one.
    """
    state = below.phases.get(phase)
    if state is None:
        return False
    return below.state == "completed" or below.phase == phase or state.state in ("left", "before_adoption")


def asked(params: Params) -> tuple[str, str]:
    """Return what a condition asks of nested campaigns, and its name."""
    return next((what, str(params[what])) for what in ASKED if what in params)


def _nested_reads(params: Params) -> Reads:
    what, name = asked(params)
    return Reads(nested=frozenset(_read(unit, what, name) for unit in units_in(params) or ("",)))


def _read(unit: str, what: str, name: str) -> NestedRead:
    return unit, what, name


def _nested_judge(params: Params, facts: Facts) -> ConditionFinding:
    units = _units(params, facts.workflow)
    parts = {unit: _lacks(unit, params, facts) for unit in units}
    missing = tuple(part for part in parts.values() if part is not None)
    met = tuple(VerdictPart(unit=unit) for unit in units if parts[unit] is None)
    needed = ceil(len(units) * cast(Fraction, params.get("share", Fraction(1))))
    holds = bool(units) and len(met) >= needed
    return ConditionFinding(holds=holds, counted=str(len(met)), needed=str(needed), missing=missing, met=met)


def _units(params: Params, workflow: Workflow) -> tuple[str, ...]:
    """Return the units whose campaigns count, in the order in which the workflow nests them."""
    named = units_in(params)
    return tuple(each.unit for each in workflow.nested if not named or each.unit in named)


def _lacks(unit: str, params: Params, facts: Facts) -> VerdictPart | None:
    """Return what a unit's campaign lacks, or nothing."""
    below = facts.nested.get(unit)
    if below is None:
        return VerdictPart(unit=unit, code="not_begun")
    what, name = asked(params)
    if what == "quota":
        return _short_of(unit, below, params, facts)
    if below.state == "completed" or (what == "phase" and reached(below, name)):
        return None
    return _stands(unit, below)


def _stands(unit: str, below: Below) -> VerdictPart:
    """Return where a nested campaign stands: its phase, with the title that its own workflow gives it, or its end."""
    if below.state in ENDS:
        return VerdictPart(unit=unit, code=below.state)
    titles = {phase.id: phase.title for phase in below.workflow.phases}
    return VerdictPart(unit=unit, name=below.phase, title=titles.get(below.phase, ""), code="stands")


def _short_of(unit: str, below: Below, params: Params, facts: Facts) -> VerdictPart | None:
    """Return what a nested campaign's quota lacks: of a least number, or of all that the quota asks for."""
    name = str(params["quota"])
    if name not in {each.id for each in below.workflow.quotas}:
        return VerdictPart(unit=unit, name=name, code="no_quota")
    if "least" in params:
        least = cast(int, params["least"])
        there = sum(tally.number for tally in below.tallies.get(name, ()))
        return (
            VerdictPart(unit=unit, name=name, code="short", have=str(there), need=str(least))
            if there < least
            else None
        )
    own = Facts(workflow=below.workflow, on=facts.on, phases=below.phases, tallies=below.tallies)
    lacks = quota.KIND.judge({"quota": name}, own).missing
    return VerdictPart(unit=unit, name=name, code="short", lacks=lacks) if lacks else None


def _lacking(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    return tuple(f"{part.unit}({_why(part)})" for part in missing)


def _why(part: VerdictPart) -> str:
    """Say what a campaign below lacks."""
    said = ENDS | {
        "not_begun": "尚未启动",
        "stands": f"现处{part.title or part.name}",
        "no_quota": f"没有{part.name}",
        "short": "、".join(map(in_words, part.lacks)) or f"{part.have}/{part.need}",
    }
    return said[part.code]


def _nested_sentence(params: Params, workflow: Workflow) -> str:
    what, name = asked(params)
    share = cast(Fraction, params.get("share", Fraction(1)))
    who = "、".join(units_in(params)) or "各地"
    many = "全部" if share == 1 else f"{float(share * 100):g}%以上"
    if what == "state":
        return f"{who}创建工作{many}完成"
    if what == "phase":
        return f"{who}{many}转入{_title(name, workflow)}"
    least = f"{params['least']}个以上" if "least" in params else ""
    return f"{who}{name}{least}{many}确定"


def _title(phase: str, workflow: Workflow) -> str:
    """Return the title that the workflow itself gives to a phase of that id; plans of one name share their phases."""
    own: dict[str, Phase] = {each.id: each for each in workflow.phases}
    return own[phase].title if phase in own else phase


KIND = ConditionKind(
    name="nested",
    params=(
        Param(name="phase", type=PHASE),
        Param(name="state", type=STATE),
        Param(name="quota", type=QUOTA),
        Param(name="least", type=LEAST),
        Param(name="share", type=SHARE),
        Param(name="units", type=UNITS),
    ),
    reads=_nested_reads,
    judge=_nested_judge,
    sentence=_nested_sentence,
    lacking=_lacking,
    measure=things,
)
