"""The kinds of condition a gate may be built from; a new kind is added here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.params import Param
from engine.model import Assignment, Quota, Workflow

Params = Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a condition found: whether it holds, what was counted, what was needed, who is missing."""

    holds: bool
    counted: str
    needed: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of condition: how it is written, what it reads, how it is judged and said in Chinese."""

    name: str
    params: tuple[Param, ...]
    reads: Callable[[Params], Reads]
    judge: Callable[[Params, Facts], Finding]
    sentence: Callable[[Params, Workflow], str]


# --- tasks: so many assignments have come at least so far ---------------------------------------

_PROGRESS = {"issued": 0, "received": 1, "returned": 1, "submitted": 2, "accepted": 3, "waived": 9}
_REACHED = {"received": "签收", "submitted": "报送", "accepted": "审核通过"}


def _tasks_reads(params: Params) -> Reads:
    return Reads(tasks=frozenset(_tasks(params)))


def _tasks_judge(params: Params, facts: Facts) -> Finding:
    asked = [task for task in _tasks(params) if not _before_adoption(task, facts)]
    unopened = [task for task in asked if not facts.assignments.get(task)]
    owed = list(_owed(asked, params, facts))
    least = _PROGRESS[str(params.get("state", "accepted"))]
    done = [a for a in owed if _PROGRESS[a.state] >= least]
    ungiven = [*_ungiven(asked, params, facts), *_to_be_asked(unopened, params, facts)]
    nobody = [facts.workflow.task(task).title for task in unopened if not facts.to_be_asked.get(task)]
    lacking = {a.unit for a in owed if _PROGRESS[a.state] < least}.union(ungiven)
    needed = _needed(len(owed) + len(ungiven) + len(nobody), params)
    holds = not unopened and len(done) >= needed
    missing = () if holds else (*_in_order(lacking, facts.workflow), *nobody)
    return Finding(holds=holds, counted=str(len(done)), needed=str(needed), missing=missing)


def _tasks_sentence(params: Params, workflow: Workflow) -> str:
    titles = "、".join(f"“{workflow.task(task).title}”" for task in _tasks(params))
    how_many = f"{params['count']}项" if "count" in params else _percent(params)
    return f"{titles}{how_many}{_REACHED[str(params.get('state', 'accepted'))]}"


def _owed(asked: Iterable[str], params: Params, facts: Facts) -> Iterator[Assignment]:
    units = _units(params)
    for task in asked:
        for assignment in facts.assignments.get(task, ()):
            if assignment.state != "cancelled" and (not units or assignment.unit in units):
                yield assignment


def _ungiven(asked: Iterable[str], params: Params, facts: Facts) -> Iterator[str]:
    """Yield the units that the condition names and that a task, though opened, was never given to."""
    for task in asked:
        given = {a.unit for a in facts.assignments.get(task, ())}
        if given:
            yield from (unit for unit in _units(params) if unit not in given)


def _to_be_asked(unopened: Iterable[str], params: Params, facts: Facts) -> Iterator[str]:
    """Yield the units that tasks not opened yet will fall to: they are missing already."""
    units = _units(params)
    for task in unopened:
        yield from (unit for unit in facts.to_be_asked.get(task, ()) if not units or unit in units)


def _before_adoption(task: str, facts: Facts) -> bool:
    """Tell whether nobody was asked for `task` because the campaign was adopted later (G9)."""
    phase = facts.phases.get(facts.workflow.task(task).phase)
    return phase is not None and phase.state == "before_adoption"


def _needed(total: int, params: Params) -> int:
    if "count" in params:
        return cast(int, params["count"])
    return ceil(total * cast(Fraction, params.get("share", Fraction(1))))


def _percent(params: Params) -> str:
    share = cast(Fraction, params.get("share", Fraction(1)))
    return "全部" if share == 1 else f"{float(share * 100):g}%以上"


# --- quota: so many things of each kind, in total and per unit ----------------------------------


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
    for unit in _in_order(least.keys(), workflow):
        if by_unit.get(unit, 0) < least[unit]:
            yield f"{unit}({by_unit.get(unit, 0)}/{least[unit]})"


# --- approval: a recorded decision --------------------------------------------------------------


def _approval_reads(params: Params) -> Reads:
    return Reads(approvals=frozenset([str(params["approval"])]))


def _approval_judge(params: Params, facts: Facts) -> Finding:
    name = str(params["approval"])
    approval = facts.approvals.get(name)
    given = approval is not None and approval.happened_on <= facts.on
    return Finding(holds=given, counted=str(int(given)), needed="1", missing=() if given else (name,))


def _approval_sentence(params: Params, workflow: Workflow) -> str:
    return str(params["approval"])


# --- score: a number that units handed in -------------------------------------------------------


def _score_reads(params: Params) -> Reads:
    return Reads(tasks=frozenset(_tasks(params)), numbers=frozenset([str(params["number"])]))


def _score_judge(params: Params, facts: Facts) -> Finding:
    asked = [task for task in _tasks(params) if not _before_adoption(task, facts)]
    unopened = [task for task in asked if not facts.assignments.get(task)]
    units = {a.unit for a in _owed(asked, params, facts) if a.state != "waived"}
    given = facts.numbers.get(str(params["number"]), {})
    least = cast(float, params["least"])
    judge = _score_sum if params.get("over") == "sum" else _score_each
    finding = judge(units, given, least, facts.workflow)
    if not unopened:
        return finding
    silent = [*_to_be_asked(unopened, params, facts)]
    nobody = [facts.workflow.task(task).title for task in unopened if not facts.to_be_asked.get(task)]
    missing = (*_in_order({*finding.missing, *silent}, facts.workflow), *nobody)
    return Finding(holds=False, counted=finding.counted, needed=finding.needed, missing=missing)


def _score_each(units: set[str], given: Mapping[str, float], least: float, workflow: Workflow) -> Finding:
    lacking = {unit for unit in units if given.get(unit, -1.0) < least}
    return Finding(
        holds=not lacking,
        counted=str(len(units) - len(lacking)),
        needed=str(len(units)),
        missing=_in_order(lacking, workflow),
    )


def _score_sum(units: set[str], given: Mapping[str, float], least: float, workflow: Workflow) -> Finding:
    total = sum(given[unit] for unit in sorted(units) if unit in given)
    silent = _in_order((unit for unit in units if unit not in given), workflow)
    holds = total >= least
    return Finding(holds=holds, counted=f"{total:g}", needed=f"{least:g}", missing=() if holds else silent)


def _score_sentence(params: Params, workflow: Workflow) -> str:
    who = "合计" if params.get("over") == "sum" else "各单位"
    return f"{who}{params['number']}不低于{cast(float, params['least']):g}"


# --- date: a day has come -----------------------------------------------------------------------


def _date_reads(params: Params) -> Reads:
    return Reads(dates=frozenset([cast(date, params["on_or_after"])]))


def _date_judge(params: Params, facts: Facts) -> Finding:
    day = cast(date, params["on_or_after"])
    come = facts.on >= day
    # What was counted is not today's date: a verdict changes when a condition does, not every night (G5).
    return Finding(holds=come, counted="已到" if come else "未到", needed=day.isoformat())


def _date_sentence(params: Params, workflow: Workflow) -> str:
    day = cast(date, params["on_or_after"])
    return f"{day.year}年{day.month}月{day.day}日已到"


# --- shared -------------------------------------------------------------------------------------


def _tasks(params: Params) -> tuple[str, ...]:
    return cast(tuple[str, ...], params["tasks"])


def _units(params: Params) -> tuple[str, ...]:
    return cast(tuple[str, ...], params.get("units", ()))


def _in_order(units: Iterable[str], workflow: Workflow) -> tuple[str, ...]:
    """Return each of `units` once, in the order of the directory, unknown ones last by name."""
    wanted = set(units)
    known = [unit for unit in workflow.directory.units if unit in wanted]
    return (*known, *sorted(wanted.difference(known)))


_ALL_KINDS = (
    Kind(
        name="tasks",
        params=(
            Param(name="tasks", type="tasks", required=True),
            Param(name="state", type="state"),
            Param(name="share", type="share"),
            Param(name="count", type="count"),
            Param(name="units", type="units"),
        ),
        reads=_tasks_reads,
        judge=_tasks_judge,
        sentence=_tasks_sentence,
    ),
    Kind(
        name="quota",
        params=(Param(name="quota", type="quota", required=True), Param(name="each", type="minimums")),
        reads=_quota_reads,
        judge=_quota_judge,
        sentence=_quota_sentence,
    ),
    Kind(
        name="approval",
        params=(Param(name="approval", type="approval", required=True),),
        reads=_approval_reads,
        judge=_approval_judge,
        sentence=_approval_sentence,
    ),
    Kind(
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
    ),
    Kind(
        name="date",
        params=(Param(name="on_or_after", type="date", required=True),),
        reads=_date_reads,
        judge=_date_judge,
        sentence=_date_sentence,
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL_KINDS}
"""Every kind of condition by its name in a workflow."""
