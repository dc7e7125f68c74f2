"""The clock's way in: campaigns with due moments are claimed and worked off (SEMANTICS F2, F3, F5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine import deadlines as rules
from engine import gates
from engine.errors import ClockBehind
from engine.history import canonical, digest
from engine.model import Armed, Assignment, Deadline, PhaseState
from engine.service.actions.clockwork import armed_facts, firing_facts
from engine.service.actions.duties import subject_of
from engine.service.actions.lifecycle import verdict
from engine.service.binding import bind
from engine.service.case import Case, Moment
from engine.service.desk import Desk, claimed_case, system_act
from engine.service.effects import deadlines
from engine.service.effects.duties import turn_facts
from engine.store.codec import milliseconds

BATCH = 200
BATCH_SECONDS = 0.08
ALONE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Share:
    """Which of how many workers this is; each begins elsewhere, so that they do not walk in step (SEMANTICS X2)."""

    place: int = 0
    of: int = 1

    def part(self, campaigns: list[int]) -> list[int]:
        """Return the campaigns to begin with: all of them where one works alone."""
        first, end = (len(campaigns) * n // self.of for n in (self.place, self.place + 1))
        return campaigns[first:end]


@dataclass(slots=True)
class Swept:
    """What a sweep did: campaigns visited, moments taken, notices written, campaigns that refused."""

    campaigns: int = 0
    moments: int = 0
    notices: int = 0
    refused: int = 0


def sweep(
    desk: Desk, breathe: Callable[[], None] = lambda: None, *, alone: bool = False, share: Share | None = None
) -> Swept:
    """Work off every moment that is due now; `breathe` is called between batches (F3).

    Batches are not cut short where one is `alone` with a copy. Of several workers each takes its `share` of what
    is left until nothing is gained by that, then whatever there still is.
    """
    swept = Swept()
    while share and share.of > 1 and _walk(desk, share.part(_due_campaigns(desk)), swept, breathe, alone=alone):
        pass
    _walk(desk, _due_campaigns(desk), swept, breathe, alone=alone)
    return swept


def _walk(desk: Desk, campaigns: list[int], swept: Swept, breathe: Callable[[], None], *, alone: bool) -> bool:
    """Visit campaigns one after the other; tell whether anything was gained."""
    before, swept.refused = swept.moments + swept.notices, 0
    for campaign in campaigns:
        swept.campaigns += 1
        try:
            while _batch(desk, campaign, swept, alone=alone):
                breathe()
            while _bind(desk, campaign, swept):
                breathe()
            breathe()
        except ClockBehind:
            swept.refused += 1
    return swept.moments + swept.notices > before


def next_moment(desk: Desk) -> datetime | None:
    """Return the earliest armed moment of all campaigns, or None."""
    with desk.database.read() as work:
        found = work.select(Armed, "", order='"at"', limit=1)
        return found[0].at if found else None


def oldest_due(desk: Desk) -> datetime | None:
    """Return the oldest moment that is due and not worked off, or None."""
    earliest = next_moment(desk)
    return earliest if earliest is not None and earliest <= desk.now() else None


def _due_campaigns(desk: Desk) -> list[int]:
    with desk.database.read() as work:
        sql = 'SELECT campaign, MIN("at") AS first FROM "armed" WHERE "at" <= ? GROUP BY campaign ORDER BY first'
        return [row[0] for row in work.rows(sql, (milliseconds(desk.now()),))]


def _batch(desk: Desk, campaign: int, swept: Swept, *, alone: bool = False) -> bool:
    """Take due moments in order until the time of a batch is used; tell whether some are left."""
    until = desk.stopwatch() + (ALONE_SECONDS if alone else BATCH_SECONDS)
    with desk.database.write() as work:
        case = claimed_case(desk, work, campaign)
        if case is None:
            return False
        due = _due(case)
        case.know_deadlines(_deadlines_of(case, due))
        for armed in due:
            _take(case, armed)
            swept.moments += 1
            if desk.stopwatch() > until:
                break
        return bool(due and _due(case))


def _due(case: Case) -> list[Armed]:
    where = 'campaign = ? AND "at" <= ? AND kind < ?'
    values = (case.id, milliseconds(case.at), int(Moment.ITEMS))
    return case.work.select(Armed, where, values, order='"at", kind, ref', limit=BATCH)


def _deadlines_of(case: Case, due: Iterable[Armed]) -> list[Deadline]:
    found = case.work.among(Deadline, "id", [armed.ref for armed in due if armed.kind == Moment.RUNG])
    case.work.among(Assignment, "id", {d.assignment for d in found if d.assignment})
    return found


def _take(case: Case, armed: Armed) -> None:
    if case.work.get(Armed, armed.at, armed.kind, armed.ref) is None:
        return
    if armed.kind == Moment.RUNG:
        _fire(case, armed)
    elif armed.kind == Moment.GATE:
        _try_gate(case, armed)
    elif armed.kind == Moment.PHASE:
        _open_phase(case, armed)
    else:
        _open_task(case, armed)


def _open_task(case: Case, armed: Armed) -> None:
    task = case.plan.workflow.tasks[armed.ref & 0xFFFFFFFF]
    if task.counted is not None:
        facts = turn_facts(case, task) | {"armed": [armed_facts(armed)], "subject": task.id}
        system_act(case, "period", facts)
    else:
        system_act(case, "open", {"armed": [armed_facts(armed)], "task": task.id, "subject": task.id})


def _fire(case: Case, armed: Armed) -> None:
    deadline = case.work.must(Deadline, armed.ref)
    firing = rules.fire(deadlines.standing(case, deadline), case.at, case.plan.times)
    facts = firing_facts(deadline, firing.marks)
    system_act(case, "occur", facts | {"subject": subject(case, deadline)})


def subject(case: Case, deadline: Deadline) -> str:
    """Return how records name a deadline."""
    assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
    whose = subject_of(assignment) if assignment else deadline.phase
    return f"{whose} {deadline.kind}"


def _try_gate(case: Case, armed: Armed) -> None:
    """Move a phase that advances by itself, or record why not, once per verdict (SEMANTICS G5)."""
    system_act(case, "open", {"armed": [armed_facts(armed)], "subject": case.head.phase})
    if case.head.state != "running" or case.plan.phases[case.head.phase].advance != "automatic":
        return
    judged = verdict(case)
    if judged.open:
        system_act(case, "advance", {})
        return
    seen = digest(canonical(gates.plain(judged)))
    if seen != case.head.gate_verdict:
        unmet = ";".join(c.text for c in judged.conditions if not c.holds)
        system_act(case, "gate_seen", {"digest": seen, "verdict": gates.plain(judged), "reason": unmet})


def _open_phase(case: Case, armed: Armed) -> None:
    position = armed.ref & 0xFFFFFFFF
    state = case.work.find(PhaseState, campaign=case.id, position=position)[0]
    facts = {"armed": [armed_facts(armed)], "phase": state.phase, "subject": state.phase}
    system_act(case, "open", facts)


def _bind(desk: Desk, campaign: int, swept: Swept) -> bool:
    """Bind what waits into notices, once the campaign has no moment left (F5); tell whether some are left, or new."""
    with desk.database.write() as work:
        case = claimed_case(desk, work, campaign)
        if case is None:
            return False
        armed = [] if _due(case) else _due_items(case)
        if not armed:
            return False
        facts, left = bind(case, armed)
        swept.notices += len(facts["notices"])
        system_act(case, "bind", facts | {"subject": f"{len(facts['notices'])} notices"})
        return left or bool(_due_items(case))


def _due_items(case: Case) -> list[Armed]:
    where = 'campaign = ? AND "at" <= ? AND kind = ?'
    return case.work.select(Armed, where, (case.id, milliseconds(case.at), int(Moment.ITEMS)))
