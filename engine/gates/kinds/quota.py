"""So many things of each kind, in total and per unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import Finding, Kind, Params, in_order
from engine.gates.params import Param
from engine.model import Quota, Workflow


def _quota_reads(params: Params) -> Reads:
    return Reads(quotas=frozenset([str(params["quota"])]))


def _quota_judge(params: Params, facts: Facts) -> Finding:
    quota = _quota(params, facts.workflow)
    by_kind, by_unit, total = _sums(quota, facts)
    needed = quota.total if quota.total is not None else sum(kind.least for kind in quota.kinds)
    missing = [*_kinds_amiss(quota, by_kind), *_units_short(params, by_unit, facts.workflow)]
    if total < needed:
        missing.append(f"合计({total}/{needed})")
    return Finding(holds=not missing, counted=str(total), needed=str(needed), missing=tuple(missing))


def _quota_sentence(params: Params, workflow: Workflow) -> str:
    quota = _quota(params, workflow)
    total = f"{quota.total}个" if quota.total is not None else ""
    return f"{quota.title}{total}全部确定"


def _quota(params: Params, workflow: Workflow) -> Quota:
    return next(quota for quota in workflow.quotas if quota.id == params["quota"])


def _sums(quota: Quota, facts: Facts) -> tuple[dict[str, int], dict[str, int], int]:
    by_kind: dict[str, int] = {}
    by_unit: dict[str, int] = {}
    for tally in facts.tallies.get(quota.id, ()):
        by_kind[tally.kind] = by_kind.get(tally.kind, 0) + tally.number
        by_unit[tally.unit] = by_unit.get(tally.unit, 0) + tally.number
    return by_kind, by_unit, sum(by_kind.values())


def _kinds_amiss(quota: Quota, by_kind: Mapping[str, int]) -> Iterator[str]:
    for kind in quota.kinds:
        number = by_kind.get(kind.id, 0)
        if number < kind.least:
            yield f"{kind.title}({number}/{kind.least})"
        elif kind.most is not None and number > kind.most:
            yield f"{kind.title}({number},最多{kind.most})"


def _units_short(params: Params, by_unit: Mapping[str, int], workflow: Workflow) -> Iterator[str]:
    least = cast(Mapping[str, int], params.get("each", {}))
    for unit in in_order(least.keys(), workflow):
        if by_unit.get(unit, 0) < least[unit]:
            yield f"{unit}({by_unit.get(unit, 0)}/{least[unit]})"


KIND = Kind(
    name="quota",
    params=(Param(name="quota", type="quota", required=True), Param(name="each", type="minimums")),
    reads=_quota_reads,
    judge=_quota_judge,
    sentence=_quota_sentence,
)
