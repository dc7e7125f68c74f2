"""A recorded decision."""

from __future__ import annotations

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import Finding, Kind, Params
from engine.gates.params import Param, line
from engine.model import Part, Workflow

APPROVAL = line(
    "approval", "the name of an approval: 领导小组同意转段", "the name of a decision that must be recorded"
)


def _approval_reads(params: Params) -> Reads:
    return Reads(approvals=frozenset([str(params["approval"])]))


def _approval_judge(params: Params, facts: Facts) -> Finding:
    name = str(params["approval"])
    approval = facts.approvals.get(name)
    given = approval is not None and approval.happened_on <= facts.on
    asked = (Part(name=name),)
    met, missing = (asked, ()) if given else ((), asked)
    return Finding(holds=given, counted=str(int(given)), needed="1", missing=missing, met=met)


def _lacking(missing: tuple[Part, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    return tuple(part.name for part in missing)


def _approval_sentence(params: Params, workflow: Workflow) -> str:
    return str(params["approval"])


KIND = Kind(
    name="approval",
    params=(Param(name="approval", type=APPROVAL, required=True),),
    reads=_approval_reads,
    judge=_approval_judge,
    sentence=_approval_sentence,
    lacking=_lacking,
)
