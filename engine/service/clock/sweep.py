"""The clock's way in: campaigns with due moments are claimed and worked off (SEMANTICS F2, F3, F5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from engine.errors import ClockBehind, DatabaseDamaged, DatabaseProblem, PhasegateError, RowRefused
from engine.machine import assignment_table
from engine.model import Armed, Assignment, Campaign, Deadline
from engine.records import field, record
from engine.service.clock import moments
from engine.service.kernel.case import CampaignSession, TimerKind
from engine.service.kernel.desk import Desk, claimed_cases, system_act
from engine.service.notices import binding
from engine.store.queries import armed as queries
from engine.store.work import UnitOfWork

BATCH_SECONDS = 0.08
ON_POSTGRES = 2.5
"""How many times as long a batch lasts where it holds only its own campaigns: less is read ahead in vain."""
ALONE_SECONDS = 3600.0
TOGETHER = 48
"""About how many moments the small campaigns have that share their transactions."""
AHEAD, MOST_AHEAD = 16, 64
"""For how many moments is read what decides them, at first and at most: what time leaves undone is read again."""
PAGE = 5000
"""How many due moments are listed at a time, so that a look at them is short."""


@record(kw_only=False)
class WorkShare:
    """Which of how many workers this is; each begins elsewhere, so that they do not walk in step (SEMANTICS X2)."""

    place: int = 0
    of: int = 1

    def part(self, campaigns: list[int]) -> list[int]:
        """Return the campaigns to begin with: all of them where one works alone."""
        first, end = (len(campaigns) * n // self.of for n in (self.place, self.place + 1))
        return campaigns[first:end]


ALL = WorkShare()


@record(frozen=False, kw_only=False)
class Swept:
    """What a sweep did: campaigns visited, moments taken, notices written, campaigns that refused."""

    campaigns: int = 0
    moments: int = 0
    notices: int = 0
    refused: int = 0


class CampaignsFailed(PhasegateError):
    """Campaigns could not be worked off; the others went on."""

    code = "PG205"

    def __init__(self, swept: Swept, **facts: object) -> None:
        self.swept = swept
        super().__init__(**facts)


@record(frozen=False, kw_only=False)
class Holding:
    """Measures for how long batches hold the database, and lets others have it in time (F3)."""

    stopwatch: Callable[[], float]
    breathe: Callable[[], None]
    seconds: float
    _held: float = 0.0
    _since: float = 0.0

    def begin(self) -> None:
        """Tell that a batch holds the database from now on."""
        self._since = self.stopwatch()

    @property
    def is_used(self) -> bool:
        """Tell whether the time of a batch is used, with what was held since the last breath."""
        return self.stopwatch() - self._since + self._held > self.seconds

    def end(self) -> None:
        """Tell that the batch is over; half of the time is enough for the next one to begin with."""
        self._held += self.stopwatch() - self._since
        if self._held >= self.seconds / 2:
            self.breathe()
            self._held = 0.0


@record(frozen=False, kw_only=False)
class Sweeping:
    """A sweep on its way: what it did, which campaigns it leaves out and why, and what it found waiting in others."""

    desk: Desk
    holding: Holding
    swept: Swept = field(default_factory=Swept)
    left_out: dict[int, Exception] = field(default_factory=dict)
    listed: dict[int, binding.Listed] = field(default_factory=dict)

    def claimed(self, work: UnitOfWork, campaigns: Sequence[int]) -> dict[int, CampaignSession]:
        """Open the campaigns that no other worker holds, in the order of their numbers."""
        self.holding.begin()
        return claimed_cases(self.desk, work, campaigns, self.left_out)


@record(frozen=False, kw_only=False)
class SweepBatch:
    """What one transaction did, and which of its campaigns it did not finish."""

    moments: int = 0
    notices: int = 0
    left: list[int] = field(default_factory=list)


Step = Callable[[Sweeping, Sequence[int]], SweepBatch]


def sweep(
    desk: Desk, breathe: Callable[[], None] = lambda: None, *, alone: bool = False, share: WorkShare = ALL
) -> Swept:
    """Work off every moment that is due now; `breathe` is called between batches (F3).

    Batches are not cut short where one is `alone` with a copy. Of several workers each takes its `share` of what
    is left until nothing is gained by that, then whatever there still is. CampaignsFailed, where there are any,
    comes last.
    """
    _make_ready()
    sweeping = Sweeping(desk, Holding(desk.stopwatch, breathe, ALONE_SECONDS if alone else _seconds(desk)))
    while share.of > 1 and _walk(sweeping, share):
        pass
    _walk(sweeping, ALL)
    return _told(sweeping)


def _make_ready() -> None:
    """Import what only some commands use, so that no batch holds the database meanwhile."""
    import notifications.render  # noqa: F401

    assignment_table()


def _seconds(desk: Desk) -> float:
    """Return for how long a batch may hold what it works on."""
    return BATCH_SECONDS * (1 if desk.database.has_one_writer else ON_POSTGRES)


def _walk(sweeping: Sweeping, share: WorkShare) -> bool:
    """Visit a share of the campaigns in which something is due; tell whether anything was gained."""
    swept = sweeping.swept
    before = swept.moments + swept.notices
    for group in _groups(sweeping.desk, share):
        swept.campaigns += len(group)
        sweeping.listed.clear()
        for step in (_fire, _bind):
            _work_off(sweeping, step, group)
    return swept.moments + swept.notices > before


def _told(sweeping: Sweeping) -> Swept:
    failed = {number: why for number, why in sweeping.left_out.items() if not isinstance(why, ClockBehind)}
    sweeping.swept.refused = len(sweeping.left_out) - len(failed)
    for number, why in failed.items():
        with sweeping.desk.database.read() as work:
            key = work.must(Campaign, number).key
        told = {"code": why.key, **why.facts} if isinstance(why, PhasegateError) else f"{type(why).__name__}: {why}"
        raise CampaignsFailed(sweeping.swept, count=len(failed), first=key, why=told) from why
    return sweeping.swept


def next_moment(desk: Desk) -> datetime | None:
    """Return the earliest armed moment of all campaigns, or None."""
    with desk.database.read() as work:
        return queries.first_at(work)


# --- which campaigns ---


def _groups(desk: Desk, share: WorkShare = ALL) -> Iterator[list[int]]:
    """Yield the campaigns in which something is due, those of the oldest moments first, small ones together.

    A nested one goes alone: what it changes may be written into the journal above it as well (G2).
    """
    for page in _pages(desk):
        group, size = list[int](), 0
        for campaign in share.part([*page]):
            count, is_nested = page[campaign]
            if is_nested:
                yield [campaign]
            elif group and size + count > TOGETHER:
                yield group
                group, size = [campaign], count
            else:
                group, size = [*group, campaign], size + count
        if group:
            yield group


def _pages(desk: Desk) -> Iterator[dict[int, tuple[int, bool]]]:
    """Yield campaigns, page by page of due moments, with how much is due in each and whether it is nested."""
    now, after, seen = desk.now(), queries.START, set[int]()
    while True:
        with desk.database.read() as work:
            found = queries.page_due(work, now, after, PAGE)
        nested = {each.campaign: each.parent > 0 for each in found if each.campaign not in seen}
        is_last = len(found) < PAGE
        counts = Counter(each.campaign for each in found) if is_last else _due_in(desk, [*nested], now)
        yield {campaign: (counts[campaign], is_nested) for campaign, is_nested in nested.items()}
        if is_last:
            return
        seen |= nested.keys()
        after = found[-1].place


def _due_in(desk: Desk, campaigns: Sequence[int], now: datetime) -> Counter[int]:
    """Return how many moments are due in each of these campaigns: a large one may have but its first on a page."""
    with desk.database.read() as work:
        return Counter(queries.due_in(work, campaigns, now))


# --- in batches ---


def _work_off(sweeping: Sweeping, step: Step, group: Sequence[int]) -> None:
    """Do a step for campaigns, batch by batch; where it fails for several together, for each by itself."""
    waiting = [list(group)]
    while waiting:
        campaigns = [number for number in waiting.pop() if number not in sweeping.left_out]
        try:
            batch = step(sweeping, campaigns)
        except Exception as error:
            if isinstance(error, DatabaseProblem) and not isinstance(error, RowRefused | DatabaseDamaged):
                raise
            if len(campaigns) == 1:
                sweeping.left_out[campaigns[0]] = error
            else:
                waiting += [[number] for number in reversed(campaigns)]
        else:
            sweeping.swept.moments += batch.moments
            sweeping.swept.notices += batch.notices
            waiting += [batch.left] if batch.left else []
        sweeping.holding.end()


def _fire(sweeping: Sweeping, campaigns: Sequence[int]) -> SweepBatch:
    """Take the due moments of campaigns in order, until the time of a batch is used."""
    batch = SweepBatch()
    with sweeping.desk.database.write() as work:
        cases = sweeping.claimed(work, campaigns)
        ahead = AHEAD
        while due := _due(work, cases, ahead):
            ahead = min(2 * ahead, MOST_AHEAD)
            _read_ahead(work, cases, due)
            for armed in due:
                moments.take(cases[armed.campaign], armed)
                batch.moments += 1
                if sweeping.holding.is_used:
                    batch.left = [number for number in cases if number >= armed.campaign]
                    return batch
    return batch


def _due(work: UnitOfWork, cases: dict[int, CampaignSession], most: int) -> list[Armed]:
    return queries.due(work, cases, _earliest(cases), TimerKind.ITEMS, most) if cases else []


def _earliest(cases: dict[int, CampaignSession]) -> datetime:
    """Return the instant up to which moments are due in all of these campaigns (C4)."""
    return min(case.at for case in cases.values())


def _read_ahead(work: UnitOfWork, cases: dict[int, CampaignSession], due: Sequence[Armed]) -> None:
    found = work.among(Deadline, "id", [armed.ref for armed in due if armed.kind == TimerKind.RUNG])
    work.among(Assignment, "id", {deadline.assignment for deadline in found if deadline.assignment})
    known = cases[due[0].campaign].known
    whose = {(deadline.campaign, deadline.unit) for deadline in found}
    known.read_contacts(whose | {(each, cases[each].plan.workflow.leading_group) for each, _ in whose})
    known.read_deadlines(found)


def _bind(sweeping: Sweeping, campaigns: Sequence[int]) -> SweepBatch:
    """Bind what waits into notices, in campaigns that have no moment left (F5)."""
    batch = SweepBatch()
    with sweeping.desk.database.write() as work:
        cases = sweeping.claimed(work, campaigns)
        quiet = _quiet(work, cases)
        waiting = _due_items(work, quiet)
        if not waiting:
            return batch
        open_cases = [quiet[number] for number in waiting]
        ready = binding.gathered(work, open_cases, waiting, _earliest(quiet), sweeping.listed)
        sweeping.listed |= ready
        for number, armed in waiting.items():
            batch.notices += _bind_listed(sweeping, quiet[number], ready[number], armed)
            if sweeping.holding.is_used:
                break
        batch.left = [*_due_items(work, quiet)]
    return batch


def _bind_listed(sweeping: Sweeping, case: CampaignSession, listed: binding.Listed, armed: Sequence[Armed]) -> int:
    """Bind what is listed of a campaign, record by record, until the time of a batch is used; return the notices."""
    groups, written, read = [*listed.groups], 0, 0
    while True:
        read = read or binding.read_ahead(case, groups)
        left = len(groups)
        facts = binding.bind(case, groups, armed)
        read = max(0, read - left + len(groups))
        system_act(case, "bind", facts, str(len(facts.notices)))
        written += len(facts.notices)
        sweeping.listed[case.id] = binding.rest_of(case, listed, groups, facts)
        if not groups or binding.tells_more(facts) or sweeping.holding.is_used:
            return written


def _quiet(work: UnitOfWork, cases: dict[int, CampaignSession]) -> dict[int, CampaignSession]:
    """Return the campaigns in which no moment is due any more."""
    if not cases:
        return {}
    busy = queries.busy(work, cases, _earliest(cases), TimerKind.ITEMS)
    return {number: case for number, case in cases.items() if number not in busy}


def _due_items(work: UnitOfWork, cases: dict[int, CampaignSession]) -> dict[int, list[Armed]]:
    """Return the due moments at which items wait, by campaign."""
    found: dict[int, list[Armed]] = {}
    for armed in queries.due_of_kind(work, cases, _earliest(cases), TimerKind.ITEMS) if cases else ():
        found.setdefault(armed.campaign, []).append(armed)
    return found
