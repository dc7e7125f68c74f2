"""Running ahead: the production sweep, binding and delivery on a copy, from moment to moment."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine import deadlines as rules
from engine import reader
from engine.clock import SteppedClock
from engine.errors import PhasegateError, Refused, UnknownName
from engine.model import Assignment, Campaign, Deadline, Item, Notice, Workflow
from engine.model.plain import full, reason_in
from engine.records import field, record, replace
from engine.service.campaigns.founding import create_campaign
from engine.service.campaigns.views.burden import so_far
from engine.service.clock import sweep
from engine.service.delivery import relaying
from engine.service.forecast.assumptions import LOOK, AssumedAct, Assumption, acting_at
from engine.service.forecast.records import (
    Assumed,
    Forecast,
    ForecastItem,
    ForecastNotice,
    ForecastRung,
    ForeseenDuty,
    Meeting,
    Untold,
)
from engine.service.forecast.replica import replica_of
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Command, Desk, case_at, perform_all, reading
from engine.service.kernel.registry import new_desk
from engine.store.migrations import in_memory
from engine.store.queries import deadlines as dues
from engine.store.queries import notices as written
from notifications.channels import Channel, ChannelResult, Envelope, all_alike

NEW_KEY = "forecast"
"""The key under which the campaign of a workflow runs in its copy."""
FELL_ON_ITS_DAY = ("raised", "absorbed", "answered", "moot", "superfluous")


class ForecastStuck(PhasegateError):
    """A forecast cannot go on, since what is due stays due."""

    code = "PG621"
    exit_code = 1


def of_campaign(desk: Desk, key: str, assumption: Assumption, until: date | None = None) -> Forecast:
    """Forecast a campaign from its present state; the database it stands in is only read."""
    replica = replica_of(desk, key)
    try:
        with reading(replace(desk, database=replica), key) as case:
            began_at = case.at
        ahead = replace(desk, database=replica, clock=SteppedClock(began_at))
        return run_ahead(ahead, key, assumption, until)
    finally:
        replica.close()


def run_ahead(
    desk: Desk, key: str, assumption: Assumption, until: date | None = None, *, with_rungs: bool = False
) -> Forecast:
    """Run a campaign of a copy ahead from where the copy's stepped clock stands."""
    return _Ahead(desk, key, assumption, until, with_rungs).run(key)


def of_workflow(
    bundle: Mapping[str, str],
    adopted: date | None,
    assumption: Assumption,
    until: date | None = None,
    *,
    beside: Path | None = None,
) -> Forecast:
    """Forecast a workflow adopted on a day at the hour of its reminders; BadWorkflow if it cannot be read.

    The campaigns that it nests begin with it, if their workflows stand in the folder `beside` or are shipped.
    """
    workflow = reader.read(bundle, NEW_KEY)
    day = adopted or adoption_day(workflow)
    began_at = datetime.combine(day, workflow.hours.remind, ZoneInfo(workflow.timezone))
    room = in_memory()
    try:
        ahead = new_desk(room, SteppedClock(began_at))
        below = dict(_below(workflow, beside))
        create_campaign(ahead, NEW_KEY, bundle, {"adopted": day.isoformat()}, nested=below)
        return _Ahead(ahead, NEW_KEY, assumption, until).run(workflow.id)
    finally:
        room.close()


def _below(workflow: Workflow, beside: Path | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    for nested in workflow.nested:
        with suppress(UnknownName):
            yield nested.unit, reader.bundle_below(nested, beside)


def adoption_day(workflow: Workflow) -> date:
    """Return the day on which a campaign begins by its plan: of its document, else of its first window."""
    return workflow.document.issued_on or workflow.phases[0].window.first_day


class _Nowhere:
    """A channel that takes every message and carries it nowhere."""

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        return tuple(all_alike(envelope, "accepted", ""))


@record(frozen=False, kw_only=False, slots=False)
class _Ahead:
    """One run: a copy, its clock, and what was seen so far.

    Campaigns below the one that is forecast live on beside it under the same assumption; of what
    they write nothing is told.
    """

    desk: Desk
    key: str
    assumption: Assumption
    until: date | None
    with_rungs: bool = False
    notices: list[ForecastNotice] = field(default_factory=list)
    assumed: list[Assumed] = field(default_factory=list)
    _seen: int = 0
    _units: dict[str, str] = field(default_factory=dict)
    _tried: set[tuple[object, ...]] = field(default_factory=set)
    _channel: Channel = field(default_factory=_Nowhere)

    def run(self, subject: str) -> Forecast:
        with reading(self.desk, self.key) as case:
            self._seen = started = full(case.head.counter, case.id)
            asked = so_far(case)
            aside = {item.id for item in case.work.find(Item, campaign=case.id, state="aside")}
            end = rules.last_moment_of(self.until, case.plan.zone) if self.until else None
            began_at = case.at.astimezone(case.plan.zone)
        self._clock_turns()
        while (at := self._next()) is not None and (end is None or at <= end):
            self._clock.move_to(max(at, self._clock.at))
            self._clock_turns()
            self._people_act()
        with reading(self.desk, self.key) as case:
            return Forecast(
                subject=subject,
                assumption=self.assumption.words,
                workflow=case.plan.workflow,
                calendar=case.plan.calendar,
                began_at=began_at,
                until=self.until,
                ended=case.head.state != "running",
                notices=tuple(self.notices),
                assumed=tuple(self.assumed),
                owed=tuple(_owed(case)),
                meetings=tuple(_meetings(case, started)),
                aside=tuple(_aside(case, aside)),
                rungs=tuple(_rungs(case, started)) if self.with_rungs else (),
                asked_before=asked,
            )

    @property
    def _clock(self) -> SteppedClock:
        clock = self.desk.clock
        assert isinstance(clock, SteppedClock)
        return clock

    # --- from moment to moment ---

    def _next(self) -> datetime | None:
        """Return the next due moment or act, whichever comes first."""
        armed = sweep.next_moment(self.desk)
        if armed is not None and armed <= self._clock.at and not self._is_new(armed):
            raise ForecastStuck(at=armed)
        acts = [at for at, _, _ in self._planned()]
        return min([*acts, *([armed] if armed else [])], default=None)

    def _is_new(self, armed: datetime) -> bool:
        """Tell whether a due moment was armed by an act after the last sweep; one such is looked at once."""
        name = (armed, self._clock.at, len(self.assumed))
        known = name in self._tried
        self._tried.add(name)
        return not known

    def _planned(self) -> Iterator[tuple[datetime, str, AssumedAct]]:
        """Yield what is still to be done, with the instant and the campaign: first in those below."""
        with self.desk.database.read() as work:
            for head in reversed(work.find(Campaign, order="id")):
                self._units[head.key] = head.parent_unit if head.key != self.key else ""
                case = case_at(self.desk, work, head, max(self.desk.now(), head.last_at))
                for act in self.assumption.acts(case):
                    if (head.key, act.action, *act.once) not in self._tried:
                        yield acting_at(case.plan, act.on, self._clock.at), head.key, act

    def _clock_turns(self) -> None:
        """Do what a beat of `serve` does, and look at what was written."""
        sweep.sweep(self.desk, alone=True)
        relaying.deliver(self.desk, lambda name: self._channel, "forecast@example.org", "forecast")
        with reading(self.desk, self.key) as case:
            found = written.since(case.work, case.id, self._seen)
            self.notices += _told(case, found)
        self._seen = max([self._seen, *(notice.id for notice in found)])

    def _people_act(self) -> None:
        """Do what people are assumed to do now, until that leads to nothing more to be done now."""
        while acts := self._due_acts():
            for key, due in acts.items():
                self._tried |= {(key, act.action, *act.once) for act in due}
                self._do(key, [act for act in due if act.action != LOOK])

    def _do(self, key: str, acts: list[AssumedAct]) -> None:
        commands = [Command(action=a.action, campaign=key, given=a.given, actor=a.actor) for a in acts]
        outcomes = perform_all(self.desk, key, commands)
        for act, outcome in zip(acts, outcomes, strict=True):
            why = outcome.line() if isinstance(outcome, Refused) else ""
            self.assumed.append(
                Assumed(
                    at=self._clock.now(),
                    action=act.action,
                    actor=act.actor,
                    given=act.given,
                    refused=why,
                    below=self._units[key],
                )
            )

    def _due_acts(self) -> dict[str, list[AssumedAct]]:
        found: dict[str, list[AssumedAct]] = defaultdict(list)
        for at, key, act in self._planned():
            if at <= self._clock.at:
                found[key].append(act)
        return found


# --- what was written ---


def _told(case: CampaignSession, found: Iterable[Notice]) -> Iterator[ForecastNotice]:
    notices = list(found)
    items: dict[int, list[Item]] = defaultdict(list)
    for item in case.work.among(Item, "notice", [notice.id for notice in notices], order="id"):
        items[item.notice].append(item)
    everything = [item for each in items.values() for item in each]
    case.work.among(Assignment, "id", {item.assignment for item in everything} - {0})
    case.work.among(Deadline, "id", {item.deadline for item in everything} - {0})
    for notice in notices:
        yield ForecastNotice(
            day=notice.day,
            at=notice.created_at.astimezone(case.plan.zone),
            kind=notice.kind,
            level=notice.level,
            unit=notice.unit,
            to=tuple(json.loads(notice.to)),
            subject=notice.subject,
            items=tuple(_item(case, item) for item in items[notice.id] if item.assignment),
            delivery=items[notice.id][0].delivery,
        )


def _item(case: CampaignSession, item: Item) -> ForecastItem:
    assignment = case.work.must(Assignment, item.assignment)
    deadline = case.work.get(Deadline, item.deadline) if item.deadline else case.deadline(assignment, "due")
    return ForecastItem(task=assignment.task, unit=assignment.unit, due_on=deadline.due_on if deadline else None)


# --- what was found beside ---


def _owed(case: CampaignSession) -> Iterator[ForeseenDuty]:
    dues = {d.assignment: d for d in case.work.find(Deadline, campaign=case.id, kind="due", order="id")}
    for assignment in case.work.find(Assignment, campaign=case.id, order="id"):
        due = dues.get(assignment.id)
        yield ForeseenDuty(
            task=assignment.task,
            unit=assignment.unit,
            due_on=due.first_due_on if due else None,
            now_on=due.due_on if due and due.state != "cancelled" else None,
            period=assignment.period,
        )


def _rungs(case: CampaignSession, since: int) -> Iterator[ForecastRung]:
    """Yield the rungs that were raised, by the day on which somebody is told."""
    found = dues.told_since(case.work, case.id, since)
    deadlines = {d.id: d for d in case.work.find(Deadline, campaign=case.id)}
    owed = {a.id: a for a in case.work.find(Assignment, campaign=case.id)}
    for each in found:
        deadline = deadlines[each.deadline]
        assignment = owed.get(deadline.assignment)
        yield ForecastRung(
            task=assignment.task if assignment else deadline.phase,
            unit=assignment.unit if assignment else deadline.unit,
            kind=deadline.kind,
            rung=each.rung,
            level=each.level,
            day=case.plan.day(each.recorded_at),
        )


def _meetings(case: CampaignSession, since: int) -> Iterator[Meeting]:
    """Yield the days on which several rungs of one duty's ladder fall, most of which reach nobody (C1, L2)."""
    days: dict[tuple[int, date], list[str]] = defaultdict(list)
    for found in dues.occurrences_since(case.work, case.id, since):
        if found.outcome in FELL_ON_ITS_DAY and not found.rung.startswith("manual-"):
            days[found.deadline, case.plan.day(found.scheduled_at)].append(found.rung)
    units: dict[tuple[str, date, tuple[str, ...]], list[str]] = defaultdict(list)
    for (number, day), rungs in days.items():
        deadline = case.work.get(Deadline, number)
        assignment = case.work.get(Assignment, deadline.assignment) if deadline and deadline.assignment else None
        if assignment is not None and len(set(rungs)) > 1:
            units[assignment.task, day, tuple(dict.fromkeys(rungs))].append(assignment.unit)
    for (task, day, names), of in sorted(units.items()):
        yield Meeting(task=task, day=day, rungs=names, units=tuple(of))


def _aside(case: CampaignSession, before: set[int]) -> Iterator[Untold]:
    """Yield what was put aside on the way, and not `before`."""
    for item in case.work.find(Item, campaign=case.id, state="aside", order="id"):
        if item.id not in before:
            yield Untold(kind=item.kind, unit=item.unit, reason=reason_in(json.loads(item.facts).get("aside", "")))
