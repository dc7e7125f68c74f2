"""No veto stands (一票否决)."""

from __future__ import annotations

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import Finding, Kind, Params
from engine.model import Workflow


def _reads(params: Params) -> Reads:
    return Reads(indicators=True)


def _judge(params: Params, facts: Facts) -> Finding:
    raised = facts.measured.vetoes
    missing = tuple(f"{indicator} 一票否决" + (f":{unit}" if unit else "") for indicator, unit in raised)
    holds = facts.workflow.indicators is not None and not raised
    return Finding(holds=holds, counted=str(len(raised)), needed="0", missing=missing)


def _sentence(params: Params, workflow: Workflow) -> str:
    return "未触发测评指标一票否决"


KIND = Kind(name="no_veto", params=(), reads=_reads, judge=_judge, sentence=_sentence)
