"""No veto stands (一票否决)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params
from engine.model import VerdictPart, Workflow


def _reads(params: Params) -> Reads:
    return Reads(indicators=True)


def _judge(params: Params, facts: Facts) -> ConditionFinding:
    raised = facts.measured.vetoes
    missing = tuple(VerdictPart(name=indicator, unit=unit, code="raised") for indicator, unit in raised)
    holds = facts.workflow.indicators is not None and not raised
    met = tuple(VerdictPart(name=name) for name in _vetoes(facts.workflow) if name not in dict(raised))
    return ConditionFinding(holds=holds, counted=str(len(raised)), needed="0", missing=missing, met=met)


def _vetoes(workflow: Workflow) -> Iterator[str]:
    found = workflow.indicators.indicators if workflow.indicators else ()
    yield from (one.id for one in found if one.veto)


def _lacking(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    return tuple(f"{part.name} 一票否决" + (f":{part.unit}" if part.unit else "") for part in missing)


def _sentence(params: Params, workflow: Workflow) -> str:
    return "未触发测评指标一票否决"


KIND = ConditionKind(name="no_veto", params=(), reads=_reads, judge=_judge, sentence=_sentence, lacking=_lacking)
