"""A recorded decision."""

from __future__ import annotations

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import Finding, Kind, Params
from engine.gates.params import Param
from engine.model import Workflow


def _approval_reads(params: Params) -> Reads:
    return Reads(approvals=frozenset([str(params["approval"])]))


def _approval_judge(params: Params, facts: Facts) -> Finding:
    name = str(params["approval"])
    approval = facts.approvals.get(name)
    given = approval is not None and approval.happened_on <= facts.on
    return Finding(holds=given, counted=str(int(given)), needed="1", missing=() if given else (name,))


def _approval_sentence(params: Params, workflow: Workflow) -> str:
    return str(params["approval"])


KIND = Kind(
    name="approval",
    params=(Param(name="approval", type="approval", required=True),),
    reads=_approval_reads,
    judge=_approval_judge,
    sentence=_approval_sentence,
)
