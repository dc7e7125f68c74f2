"""So many things of each kind, of each unit and in total."""

from __future__ import annotations

from engine.gates import quotas
from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params, parts_in_order, things
from engine.gates.params import Param, line
from engine.model import Quota, VerdictPart, Workflow

QUOTA = line("quota", "the id of a quota", "the id of a quota", "quota")


def _quota_reads(params: Params) -> Reads:
    return Reads(quotas=frozenset([str(params["quota"])]))


def _quota_judge(params: Params, facts: Facts) -> ConditionFinding:
    quota = _quota(params, facts.workflow)
    tallies = facts.tallies.get(quota.id, ())
    table = quotas.lines(quota, tallies)
    missing = quotas.amiss(quota, table)
    met = parts_in_order(quotas.hosted(quota, tallies), facts.workflow)
    counted, needed = str(table[-1].have), str(quotas.needed(quota))
    return ConditionFinding(holds=not missing, counted=counted, needed=needed, missing=missing, met=met)


def _lacking(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    return tuple(quotas.in_words(part) for part in missing)


def _quota_sentence(params: Params, workflow: Workflow) -> str:
    quota = _quota(params, workflow)
    total = f"{quota.total}个" if quota.total is not None else ""
    return f"{quota.title}{total}全部确定"


def _quota(params: Params, workflow: Workflow) -> Quota:
    return next(quota for quota in workflow.quotas if quota.id == params["quota"])


KIND = ConditionKind(
    name="quota",
    params=(Param(name="quota", type=QUOTA, required=True),),
    reads=_quota_reads,
    judge=_quota_judge,
    sentence=_quota_sentence,
    lacking=_lacking,
    measure=things,
)
