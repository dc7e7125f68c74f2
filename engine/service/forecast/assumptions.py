"""What people are assumed to do: nothing, or everything so many working days before its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Protocol

from engine import gates
from engine.gates import quotas
from engine.model import Approval, Condition, Offset, Phase, Tally, Task
from engine.model.plain import short
from engine.records import field, record
from engine.service.campaigns.commands.lifecycle import verdict
from engine.service.duties.apply.gathering import gathering
from engine.service.duties.views.objections import undecided
from engine.service.forecast.counting import next_count, open_counts
from engine.service.indicators import rules as indicators
from engine.service.inspections import rounds
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.plain import Row
from engine.service.kernel.plan import Plan
from engine.store.queries import assignments

HOUR = time(15, 0)
"""When people act: the notices of the morning have gone, what follows still goes the same day."""
PAPER = "预测假定"
"""What stands where an assumed act needs a document or a note."""
FULL_MARKS = 100.0
ONE = Offset(count=1)
TO_PUT_RIGHT = Offset(count=10)


@record
class AssumedAct:
    """What is to be done on a day: an action of the service, by whom, with what.

    Each is tried once: `once` tells it from every other act.
    """

    on: date
    action: str
    once: tuple[object, ...]
    actor: str = ""
    given: Row = field(default_factory=dict)


LOOK = "look"
"""An act that does nothing but have the gate looked at."""


class Assumption(Protocol):
    """Says what people do next, from the present state of a campaign alone."""

    @property
    def words(self) -> str:
        """Return the assumption in words."""

    def acts(self, case: CampaignSession) -> Iterable[AssumedAct]:
        """Return what is still to be done, each with its day."""


def acting_at(plan: Plan, on: date, now: datetime) -> datetime:
    """Return when what is planned for a day is done: at the hour of that day, or of the next working day."""
    day = max(on, plan.day(now))
    at = datetime.combine(plan.calendar.next_working_day(day), HOUR, plan.zone)
    if at < now:
        at = datetime.combine(plan.calendar.next_working_day(plan.day(now) + timedelta(days=1)), HOUR, plan.zone)
    return at


@record(kw_only=False)
class _Nobody:
    @property
    def words(self) -> str:
        return "nobody submits"

    def acts(self, case: CampaignSession) -> Iterable[AssumedAct]:
        return ()


def nobody() -> Assumption:
    """Assume that nobody does anything: no receipt, no submission, no signature, no release, no move."""
    return _Nobody()


def early(days: int) -> Assumption:
    """Assume that everybody does what is due so many working days before its day.

    Receipts and submissions come on that day, or at once where it has passed; the office accepts
    the same day, or the lead that a part is handed in to; a lead hands in once all its parts are
    accepted. What was found and waits for a decision is to be put right. What is counted keeps pace.
    An open objection is rejected as long before it is to be decided. The decisions and points that
    a gate asks for come so long before the last day of its phase, and the phase is left then, or as
    soon after as its gate is open.
    """
    return _Early(days)


def _findings(case: CampaignSession) -> Iterator[AssumedAct]:
    """Yield the adoption of what was reported and waits for the office (SEMANTICS V3)."""
    for remark in rounds.remarks(case):
        if remark.state == "open":
            due = case.plan.calendar.add(case.today, TO_PUT_RIGHT)
            number = str(short(remark.id))
            given = {"findings": [number], "due": due.isoformat(), "document": PAPER}
            yield AssumedAct(on=case.today, action="adopt", once=("finding", number), given=given)


@record(kw_only=False)
class _Early:
    days: int

    @property
    def words(self) -> str:
        if self.days == 0:
            return "everyone submits on the due day"
        return f"everyone submits {self.days} working day{'s' * (self.days != 1)} early"

    def acts(self, case: CampaignSession) -> Iterable[AssumedAct]:
        if case.head.state != "running":
            return ()
        return [
            *self._objections(case),
            *_findings(case),
            *self._duties(case),
            *self._counts(case),
            *self._gate(case),
        ]

    def _early(self, case: CampaignSession, on: date) -> date:
        calendar = case.plan.calendar
        return calendar.add(on, Offset(count=-self.days)) if self.days else calendar.previous_working_day(on)

    # --- objections ---

    def _objections(self, case: CampaignSession) -> Iterator[AssumedAct]:
        for found in undecided(case):
            given = {"task": found["task"], "unit": found["unit"], "reject": True, "reason": PAPER}
            on = self._early(case, date.fromisoformat(found["decide_by"]))
            yield AssumedAct(on=on, action="decide", once=(found["task"], found["unit"]), given=given)

    # --- duties ---

    def _duties(self, case: CampaignSession) -> Iterator[AssumedAct]:
        last = {state.phase: state.last_day for state in case.phase_states()}
        found = gathering(case, case.plan.tasks)
        owing = assignments.open_with_days(case.work, case.id, SETTLED)
        for number, task, unit, state, phase, issued, receipt, due in owing:
            if case.plan.tasks[task].counted is not None:
                continue
            subject = {"task": task, "unit": unit}
            if state == "submitted":
                lead = found.reviewer(number)
                yield AssumedAct(on=case.today, action="accept", once=(task, unit), actor=lead, given=subject)
                continue
            # Nobody hands in on the day on which the task is issued, before the notice of it has come.
            told = case.plan.calendar.add(issued, ONE)
            on = max(told, self._early(case, due or last[phase]))
            if receipt and (confirmed := max(told, self._early(case, receipt))) < on:
                yield AssumedAct(
                    on=confirmed, action="receive", once=(task, unit), actor=unit, given={"task": task, "unit": unit}
                )
            if found.waits(number):
                continue
            given = {"task": task, "unit": unit, **_evidence(case, case.plan.tasks[task], unit)}
            yield AssumedAct(on=on, action="submit", once=(task, unit, on), actor=unit, given=given)

    # --- counted duties ---

    def _counts(self, case: CampaignSession) -> Iterator[AssumedAct]:
        for owed, done in open_counts(case):
            counted = next_count(case, owed, done, lambda last: self._early(case, last))
            if counted is not None:
                on, number = counted
                given = {"task": owed.task, "unit": owed.unit, "number": number, "note": PAPER}
                yield AssumedAct(on=on, action="count", once=(owed.id, done), actor=owed.unit, given=given)

    # --- the gate of the present phase ---

    def _gate(self, case: CampaignSession) -> Iterator[AssumedAct]:
        phase = case.plan.phases[case.head.phase]
        on = self._early(case, case.phase_state(phase.id).last_day)
        yield from _papers(case, phase, on)
        yield from _points(case, phase, on)
        yield from _measures(case, phase, on)
        if phase.advance == "manual":
            yield from self._move(case, phase, on)

    def _move(self, case: CampaignSession, phase: Phase, on: date) -> Iterator[AssumedAct]:
        given = {"decision": PAPER, **({"to": phase.next[0]} if phase.next else {})}
        days = {on, *(day for day in gates.reads(phase.gate).dates if day > on)}
        if case.today >= on and verdict(case).open:
            yield AssumedAct(on=case.today, action="advance", once=(phase.id,), given=given)
        else:
            # Looked at on the days that the gate names, and whenever somebody acts (F2).
            yield from (AssumedAct(on=day, action=LOOK, once=(phase.id, day)) for day in sorted(days))


def _evidence(case: CampaignSession, task: Task, unit: str) -> Row:
    """Return what a task asks for, good enough for every gate that counts it."""
    given: Row = {"note": PAPER}
    if "file" in task.needs:
        data = f"{unit} {task.title}".encode()
        given["files"] = [{"name": f"{task.title}.pdf", "sha256": sha256(data).hexdigest(), "size": len(data)}]
    if task.numbers:
        given["numbers"] = {name: f"{_mark(case, name):g}" for name in task.numbers}
    return given


def _mark(case: CampaignSession, name: str) -> float:
    leasts = [least for phase in case.plan.workflow.phases for least in _leasts(phase.gate, name)]
    return max([FULL_MARKS, *leasts])


def _leasts(condition: Condition, name: str) -> Iterator[float]:
    if condition.params.get("number") == name and "least" in condition.params:
        yield float(str(condition.params["least"]))
    for child in condition.children:
        yield from _leasts(child, name)


def _papers(case: CampaignSession, phase: Phase, on: date) -> Iterator[AssumedAct]:
    known = {approval.name for approval in case.work.find(Approval, campaign=case.id)}
    for name in sorted(gates.reads(phase.gate).approvals - known):
        yield AssumedAct(
            on=on, action="approve", once=(name,), actor="leader", given={"name": name, "document": PAPER}
        )


def _points(case: CampaignSession, phase: Phase, on: date) -> Iterator[AssumedAct]:
    """Yield the points that are missing of the quotas a gate reads, for the units whose shares are short."""
    wanted = gates.reads(phase.gate).quotas
    for quota in case.plan.workflow.quotas:
        if quota.id in wanted:
            tallies = case.work.find(Tally, campaign=case.id, quota=quota.id)
            for n, (kind, hosts) in enumerate(quotas.lacking(quota, tallies)):
                unit = next(iter(hosts or quotas.hosts(quota)), "") or _host(case)
                given = {"quota": quota.id, "kind": kind, "unit": unit}
                yield AssumedAct(on=on, action="designate", once=(quota.id, kind, len(tallies), n), given=given)


def _measures(case: CampaignSession, phase: Phase, on: date) -> Iterator[AssumedAct]:
    """Yield the scores and the evidence that a gate on indicators asks for: full marks, and every slot."""
    found = case.plan.workflow.indicators
    if found is None or not gates.reads(phase.gate).indicators:
        return
    measured = indicators.measured(case, max(on, case.today))
    worth = {one.id: one.points for one in found.indicators}
    for mark in measured.marks:
        for kind, score in (("self", mark.own), ("checked", mark.checked)):
            given = {"indicator": mark.indicator, "unit": mark.unit, "period": mark.period}
            paper = {"checked": True} if kind == "checked" else {"voucher": {"text": PAPER}}
            if score is None:
                once = (kind, *given.values())
                yield AssumedAct(
                    on=on, action="score", once=once, given=given | paper | {"points": worth[mark.indicator]}
                )
    for each in measured.fillings:
        given = {"indicator": each.indicator, "slot": each.slot, "unit": each.unit, "period": each.period}
        for n in range(each.have, each.least):
            told = given | {"note": f"{PAPER}{n + 1}", "voucher": {"text": PAPER}}
            yield AssumedAct(on=on, action="prove", once=("prove", n, *given.values()), given=told)


def _host(case: CampaignSession) -> str:
    workflow = case.plan.workflow
    ordinary = (u.name for u in workflow.directory.units.values() if u.relation == "subordinate")
    return next((name for name in ordinary if name != workflow.office), workflow.office)
