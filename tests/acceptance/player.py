"""Everybody does what is asked, at once: a campaign is played to its end, or to where it cannot go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine import gates, reader
from engine.clock import SteppedClock
from engine.gates import quotas
from engine.model import Assignment, Condition, Phase, Quota, Tally, Task, Workflow
from engine.service.campaigns.commands.lifecycle import shown, verdict
from engine.service.campaigns.founding import create_campaign
from engine.service.clock.sweep import sweep
from engine.service.duties.apply.gathering import gathering
from engine.service.indicators import rules as indicators
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Command, perform, reading
from engine.service.kernel.registry import new_desk
from engine.store.migrations import in_memory

KEY = "played"
PATIENCE = 4
"""So many days are waited for in vain after the last day that anything names."""
MOST_STEPS = 200
VOUCHER = {"name": "收文登记", "text": "书面材料"}
FILE = {"name": "材料.pdf", "sha256": "0" * 64, "size": 1}
A_GREAT_NUMBER = 1e12

Choose = Callable[[tuple[str, ...]], str]


class Player:
    """A campaign on a plan, adopted on the day of the plan, with an office that never tires; those below it, too."""

    def __init__(
        self,
        bundle: Mapping[str, str],
        workflow: Workflow,
        choose: Choose,
        *,
        eager: bool,
        below: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.workflow = workflow
        self.choose = choose
        self.eager = eager
        self.zone = ZoneInfo(workflow.timezone)
        adopted = workflow.document.issued_on or min(p.window.first_day for p in workflow.phases)
        self.clock = SteppedClock(self._morning(adopted))
        self.desk = new_desk(database=in_memory(), clock=self.clock)
        nested = below or {}
        plans = [workflow, *(reader.read(files, unit) for unit, files in nested.items())]
        self.days = sorted(day for plan in plans for day in set(_days(plan)) if day > adopted)
        self.keys = [*(f"{KEY}-{unit}" for unit in nested), KEY]
        create_campaign(self.desk, KEY, bundle, {"adopted": adopted.isoformat()}, nested=nested)

    def play(self) -> str:
        """Return the state in which the campaign ends, or why it does not."""
        waited = 0
        for _ in range(MOST_STEPS):
            sweep(self.desk)
            acts = []
            for key in self.keys:
                with reading(self.desk, key) as case:
                    acts += [Command(action, key, given) for action, given in self._acts(case)]
                    state, shut = case.head.state, _shut(case)
            if state != "running":
                return str(state)
            if acts:
                for command in acts:
                    perform(self.desk, command)
                continue
            waited += not self.days
            if waited > PATIENCE:
                return f"{case.head.phase} waits for {shut}"
            self._to_next_day()
        return "no end in sight"

    def _to_next_day(self) -> None:
        today = self.clock.at.astimezone(self.zone).date()
        self.days = [day for day in self.days if day > today]
        self.clock.move_to(self._morning(self.days[0] if self.days else today + timedelta(days=1)))

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, time(11, 0), self.zone)

    def _acts(self, case: CampaignSession) -> Iterator[tuple[str, dict[str, object]]]:
        """Yield all that can be done now; the move only once nothing else is left."""
        if case.head.state != "running":
            return
        duties = [act for a in case.work.find(Assignment, campaign=case.id) for act in self._of_assignment(case, a)]
        yield from duties
        phase = case.plan.phases[case.head.phase]
        decisions = [*_approvals(case, phase), *self._points(case, phase), *_measures(case, phase)]
        yield from decisions
        ready = self.eager or case.today >= phase.window.last_day
        if not duties and not decisions and ready and verdict(case).open and phase.advance == "manual":
            to = {"to": self.choose(phase.next)} if phase.next else {}
            yield "advance", {"decision": "会议纪要", **to}

    def _of_assignment(self, case: CampaignSession, found: Assignment) -> Iterator[tuple[str, dict[str, object]]]:
        task = case.plan.tasks[found.task]
        named = {"task": found.task, "unit": found.unit}
        if task.counted is not None:
            if found.state == "issued":
                yield "count", named | _evidence(task) | {"number": max(1, task.counted.least)}
            return
        if found.role == "lead" and gathering(case, [found.task]).waits(found.id) and found.state != "submitted":
            return
        if found.state in ("issued", "received", "returned"):
            yield "submit", named | _evidence(task)
        elif found.state == "submitted":
            yield "accept", named

    def _points(self, case: CampaignSession, phase: Phase) -> Iterator[tuple[str, dict[str, object]]]:
        for leaf in _leaves(phase.gate):
            if leaf.kind == "quota" and not _holds(leaf, case):
                quota = next(q for q in case.plan.workflow.quotas if q.id == leaf.params["quota"])
                yield from _designations(quota, case)
                return


def _shut(case: CampaignSession) -> list[str]:
    return [c.text for c in shown(case, verdict(case)) if not c.holds]


def _evidence(task: Task) -> dict[str, object]:
    numbers = dict.fromkeys(task.numbers, A_GREAT_NUMBER)
    return {"note": "材料", "files": [FILE], "numbers": numbers, "voucher": VOUCHER}


def _approvals(case: CampaignSession, phase: Phase) -> Iterator[tuple[str, dict[str, object]]]:
    for leaf in _leaves(phase.gate):
        if leaf.kind == "approval" and not _holds(leaf, case):
            yield "approve", {"name": str(leaf.params["approval"]), "document": "会议纪要"}


def _measures(case: CampaignSession, phase: Phase) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield full marks and a note for every slot, where a gate asks for them."""
    found = case.plan.workflow.indicators
    if found is None or all(_holds(leaf, case) for leaf in _leaves(phase.gate) if gates.reads(leaf).indicators):
        return
    measured = indicators.measured(case)
    for mark in measured.marks:
        points = next(one.points for one in found.indicators if one.id == mark.indicator)
        given = {"indicator": mark.indicator, "unit": mark.unit, "points": points, "voucher": VOUCHER}
        if mark.own is None:
            yield "score", given
        if mark.checked is None:
            yield "score", given | {"checked": True}
    for each in measured.fillings:
        given = {"indicator": each.indicator, "slot": each.slot, "unit": each.unit, "period": each.period}
        for n in range(each.have, each.least):
            yield "prove", given | {"note": f"材料{n}", "voucher": VOUCHER}


def _designations(quota: Quota, case: CampaignSession) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what fills a quota: each unit's share, each kind's least, and the total."""
    tallies = case.work.find(Tally, campaign=case.id, quota=quota.id)
    anybody = next(iter(quotas.hosts(quota)), next(iter(case.plan.workflow.directory.units)))
    lacking = Counter((kind, hosts[0] if hosts else anybody) for kind, hosts in quotas.lacking(quota, tallies))
    for (kind, unit), number in lacking.items():
        yield "designate", {"quota": quota.id, "kind": kind, "unit": unit, "number": number}


def _holds(leaf: Condition, case: CampaignSession) -> bool:
    from engine.service.campaigns.commands import lifecycle

    return gates.KINDS[leaf.kind].judge(leaf.params, lifecycle._facts(case, gates.reads(leaf))).holds


def _leaves(condition: Condition) -> Iterator[Condition]:
    if condition.kind not in gates.TREES:
        yield condition
    for child in condition.children:
        yield from _leaves(child)


def _days(workflow: Workflow) -> Iterator[date]:
    """Yield every day on which something may change by itself."""
    for phase in workflow.phases:
        yield from (phase.window.first_day, phase.window.last_day)
        yield from gates.reads(phase.gate).dates
    for task in workflow.tasks:
        if task.opens.on is not None and task.opens.on > date.min:
            yield task.opens.on
