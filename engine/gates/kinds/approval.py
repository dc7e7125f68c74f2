"""A recorded decision."""

from __future__ import annotations

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params
from engine.gates.params import Param, line
from engine.model import VerdictPart, Workflow

APPROVAL = line(
    "approval", "the name of an approval: 领导小组同意转段", "the name of a decision that must be recorded"
)


def _approval_reads(params: Params) -> Reads:
    return Reads(approvals=frozenset([str(params["approval"])]))


def _approval_judge(params: Params, facts: Facts) -> ConditionFinding:
    name = str(params["approval"])
    approval = facts.approvals.get(name)
    given = approval is not None and approval.happened_on <= facts.on
    asked = (VerdictPart(name=name),)
    met, missing = (asked, ()) if given else ((), asked)
    return ConditionFinding(holds=given, counted=str(int(given)), needed="1", missing=missing, met=met)


def _lacking(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    return tuple(part.name for part in missing)


def _approval_sentence(params: Params, workflow: Workflow) -> str:
    return str(params["approval"])


KIND = ConditionKind(
    name="approval",
    params=(Param(name="approval", type=APPROVAL, required=True),),
    reads=_approval_reads,
    judge=_approval_judge,
    sentence=_approval_sentence,
    lacking=_lacking,
)
