"""Who plays which part: drawn from a seed for any workflow, the same again in every process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from engine import gates, units
from engine.clock import seeded
from engine.demo.points import Points, points_of
from engine.model import Condition, Offset, Task, Unit, Workflow
from engine.records import record
from engine.service.kernel.plan import Plan

Part = Literal[
    "in_time", "late", "late_to_deputy", "late_to_head", "supervised", "withheld", "returned", "extended", "by_office"
]
Pair = tuple[str, str]

LATENESS: Mapping[Part, tuple[int, int]] = {
    "late": (1, 2),
    "withheld": (1, 1),
    "late_to_deputy": (3, 5),
    "late_to_head": (6, 8),
    "supervised": (12, 12),
}
"""By how many working days, least and most, a part hands in after its due day."""
REACHES: Mapping[Part, int] = {"late": 0, "withheld": 0, "late_to_deputy": 1, "late_to_head": 2, "supervised": 3}
"""The highest level of the ladder that a part lets come."""
SHARES: Mapping[Part, float] = {"late": 0.03, "late_to_deputy": 0.01}
LATE_TO_HEAD = 3
EXTENSION = Offset(count=5)
SLOW_TO_CONFIRM = 0.04
SLOW_TO_REVIEW = 0.03


@record
class Conduct:
    """How one assignment is handled, in working days: confirmed after, handed in before due, reviewed after."""

    part: Part
    receive_after: int
    before_due: int
    after_due: int
    review_after: int


@record(kw_only=False)
class Cast:
    """The parts of a run; whoever is not named hands in on time."""

    plan: Plan
    seed: str
    parts: Mapping[Pair, Part]
    newcomer: str
    """The unit whose liaison changes, or an empty name."""
    points: Sequence[Points]
    """What is designated of each quota, where and in which order."""

    def conduct(self, task: str, unit: str) -> Conduct:
        """Return how a unit handles a task."""
        luck = seeded(f"{self.seed}/{task}/{unit}")
        part = self.parts.get((task, unit), "in_time")
        habit = seeded(f"{self.seed}/{unit}/{self.plan.tasks[task].phase}")
        confirms = habit.randint(4, 5) if habit.random() < SLOW_TO_CONFIRM else habit.choice((1, 1, 1, 2))
        return Conduct(
            part=part,
            receive_after=confirms,
            before_due=max(1, habit.randint(1, 16) + luck.choice((0, 0, 0, 1, 2))),
            after_due=luck.randint(*LATENESS.get(part, (0, 0))),
            review_after=luck.randint(4, 7) if luck.random() < SLOW_TO_REVIEW else luck.randint(1, 3),
        )

    def playing(self, part: Part) -> list[Pair]:
        """Return the assignments that play a part."""
        return [pair for pair, played in self.parts.items() if played == part]

    def number(self, task: Task, name: str, unit: str) -> str:
        """Return a number that a unit hands in, good enough for every gate that counts it."""
        least = max([85.0, *_least_scores(self.plan.workflow, name)])
        found = seeded(f"{self.seed}/{task.id}/{unit}/{name}").uniform(least + 1, max(least + 2, 98.0))
        return f"{found:.1f}"


def cast_of(plan: Plan, seed: str) -> Cast:
    """Draw the parts of a run from its seed."""
    pool = _Pool(plan.workflow, seed)
    first = plan.tasks[pool.pairs[0][0]].phase if pool.pairs else ""
    pool.give("supervised", 1, lambda task, unit: unit.relation == "subordinate" and task.phase == first)
    pool.give("extended", 1, lambda task, unit: _has_room(plan, task))
    pool.give("withheld", 1, pool.rather)
    pool.give("returned", 1, pool.rather)
    pool.give("by_office", 1, pool.rather)
    for relation in ("peer", "vertical"):
        pool.give("late", 1, lambda task, unit, wanted=relation: unit.relation == wanted)
    pool.give("late_to_head", LATE_TO_HEAD, lambda task, unit: unit.relation == "subordinate")
    for part, share in SHARES.items():
        number = max(1, round(share * len(pool.pairs)))
        pool.give(part, number, pool.rather)
    points = [points_of(plan.workflow, quota, seed) for quota in plan.workflow.quotas]
    return Cast(plan=plan, seed=seed, parts=pool.parts, newcomer=pool.newcomer(), points=points)


class _Pool:
    """The assignments that a workflow gives to ordinary units, and the parts handed out among them."""

    def __init__(self, workflow: Workflow, seed: str) -> None:
        self.workflow = workflow
        self.pairs = _pairs(workflow)
        self.parts: dict[Pair, Part] = {}
        self._shuffled = list(self.pairs)
        seeded(f"{seed}/cast").shuffle(self._shuffled)
        self._subordinates = {u for _, u in self.pairs if workflow.directory.units[u].relation == "subordinate"}

    def give(self, part: Part, number: int, suits: Callable[..., bool]) -> None:
        """Give a part to so many assignments that suit it and whose ladder goes that far."""
        for name, unit in self._shuffled:
            if number == 0:
                return
            task = self.workflow.task(name)
            free = (name, unit) not in self.parts and REACHES.get(part, -1) in {-1, *_levels(self.workflow, task)}
            if free and suits(task, self.workflow.directory.units[unit]):
                self.parts[name, unit] = part
                number -= 1

    def rather(self, task: Task, unit: Unit) -> bool:
        """Tell whether a unit is a subordinate one, or there is none of these in the whole plan."""
        return unit.relation == "subordinate" or not self._subordinates

    def newcomer(self) -> str:
        """Return a unit that plays no part, or an empty name."""
        busy = {unit for _, unit in self.parts}
        return next((unit for _, unit in self._shuffled if unit not in busy), "")


def adoption_of(workflow: Workflow) -> date:
    """Return the day on which a run begins: the plan's own, or where it has none the first window's."""
    return workflow.document.issued_on or workflow.phases[0].window.first_day


def is_ordinary(workflow: Workflow, unit: str) -> bool:
    """Tell whether a unit is one that owes things to the office: not the office, nobody above it."""
    above = workflow.directory.units[unit].relation == "superior"
    return not above and unit not in workflow.ours


def _pairs(workflow: Workflow) -> list[Pair]:
    adopted = adoption_of(workflow)
    running = {phase.id for phase in workflow.phases if phase.window.last_day >= adopted}
    return [
        (task.id, unit)
        for task in workflow.clauses
        if task.phase in running
        for unit, _ in units.members(task, workflow.directory, adopted)
        if is_ordinary(workflow, unit)
    ]


def _levels(workflow: Workflow, task: Task) -> set[int]:
    ladder = workflow.ladders.get(task.ladder)
    return {rung.level for rung in ladder.rungs if rung.at.count > 0} if ladder and task.due.kind != "none" else set()


def _has_room(plan: Plan, task: Task) -> bool:
    """Tell whether an extension of a printed date stays within the phase of a task."""
    if task.due.kind != "date" or task.due.on is None:
        return False
    return plan.calendar.add(task.due.on, EXTENSION) <= plan.phases[task.phase].window.last_day


def _least_scores(workflow: Workflow, name: str) -> Iterable[float]:
    for phase in workflow.phases:
        if name in gates.reads(phase.gate).numbers:
            yield from _leasts(phase.gate, name)


def _leasts(condition: Condition, name: str) -> Iterable[float]:
    if condition.params.get("number") == name:
        least = condition.params.get("least")
        yield float(str(least)) if least is not None else 0.0
    for child in condition.children:
        yield from _leasts(child, name)
