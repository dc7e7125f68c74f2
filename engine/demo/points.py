"""The points of a quota: which unit hosts each, drawn from the seed once, and on which day it is designated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby

from engine import gates, units
from engine.clock import Luck, seeded
from engine.demo.act import Act, at, working_day
from engine.gates import quotas
from engine.model import PhaseState, Quota, Unit, Workflow
from engine.records import record
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.plan import Plan
from engine.store.queries import proofs

FIRST_POINTS = 15
"""Working days after the start of a phase at which its first points are designated."""
LAST_POINTS = 8
"""Working days before its end by which the last are."""
UNASKED = (1, 3)
"""How many points of a kind are designated, least and most, where the plan asks for none."""
Point = tuple[str, str]


@record(kw_only=False)
class Points:
    """All points of a quota in batches, each designated on one day, and the phases whose gates wait for them."""

    quota: str
    batches: Sequence[Sequence[Point]]
    phases: Sequence[str]

    def next_batch(self, done: int) -> tuple[int, Sequence[Point]]:
        """Return the number of the batch that is at hand once `done` are designated, and what is left of it."""
        for number, batch in enumerate(self.batches):
            if done < len(batch):
                return number, batch[done:]
            done -= len(batch)
        return len(self.batches), ()


def points_of(workflow: Workflow, quota: Quota, seed: str) -> Points:
    """Draw (kind, hosting unit) for every point of a quota, each kind and each unit's share as asked."""
    drawn = groupby(_drawn(workflow, quota, seed), partial(_batch, quota))
    reading = [phase.id for phase in workflow.phases if quota.id in gates.reads(phase.gate).quotas]
    return Points(quota.id, [[*batch] for _, batch in drawn], reading)


def designations(plan: Plan, case: CampaignSession, drawn: Sequence[Points]) -> Iterator[Act]:
    """Yield the next batch of each quota for which a phase now waits."""
    done = proofs.number_by_quota(case.work, case.id)
    for points in drawn:
        number, left = points.next_batch(done.get(points.quota, 0))
        phase = _phase_of(case, points) if left else None
        if phase is not None:
            on = _day(plan, case, phase, number, len(points.batches))
            for kind, unit in left:
                given = {"quota": points.quota, "kind": kind, "unit": unit}
                yield Act(at=at(plan, on), action="designate", given=given)


def _drawn(workflow: Workflow, quota: Quota, seed: str) -> list[Point]:
    luck = seeded(f"{seed}/{quota.id}")
    kinds = _kinds(quota, luck)
    order = [kind.id for kind in quota.kinds]
    asked = [hosts for _, hosts in quotas.lacking(quota, ()) if hosts]
    free = list(quotas.hosts(quota)) or _hosts(workflow)
    asked += [tuple(free)] * (len(kinds) - len(asked))
    return [(kind, luck.choice(hosts)) for kind, hosts in zip(sorted(kinds, key=order.index), asked, strict=False)]


def _kinds(quota: Quota, luck: Luck) -> list[str]:
    """Return the kind of each point: the least of each kind, then by lot what is still needed."""
    kinds = [kind.id for kind in quota.kinds for _ in range(kind.least)]
    wanted = quotas.needed(quota)
    room = [kind.id for kind in quota.kinds for _ in range((kind.most or wanted) - kind.least)]
    luck.shuffle(room)
    kinds += room[: max(0, wanted - len(kinds))]
    # Where nothing is required some come all the same.
    return kinds or [kind.id for kind in quota.kinds for _ in range(luck.randint(*UNASKED))]


def _batch(quota: Quota, point: Point) -> str:
    """Return what is designated on one day: a kind, or where units have shares what one of them is to have."""
    kind, unit = point
    return unit if quota.per_unit else kind


def _phase_of(case: CampaignSession, points: Points) -> PhaseState | None:
    """Return the phase that runs and whose gate waits for a quota, or where none does, the one in which we are."""
    states = (case.phase_state(phase) for phase in points.phases or [case.head.phase])
    return next((state for state in states if state.state == "open"), None)


def _day(plan: Plan, case: CampaignSession, phase: PhaseState, batch: int, batches: int) -> date:
    first = working_day(plan, max(phase.first_day, case.head.adopted_on), FIRST_POINTS)
    last = working_day(plan, phase.last_day, -LAST_POINTS)
    room = max(0, plan.calendar.working_days_between(first, last))
    return working_day(plan, first, batch * room // max(1, batches - 1))


def _hosts(workflow: Workflow) -> list[str]:
    """Return the units that host points: the largest group of subordinate units."""
    groups = units.resolve(workflow.directory).values()
    own = [[name for name in workflow.directory.units if name in group] for group in groups]
    ordinary = [name for name in workflow.directory.units if _may_host(workflow, workflow.directory.units[name])]
    fitting = [group for group in own if all(name in ordinary for name in group)]
    return max(fitting, key=len, default=ordinary)


def _may_host(workflow: Workflow, unit: Unit) -> bool:
    return unit.relation == "subordinate" and unit.name not in workflow.ours
