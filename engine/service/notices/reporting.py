"""What a report upward says of a year: counts, what was done, what is missing, what lies ahead (SEMANTICS Q2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from engine import reckoning
from engine.errors import BadInput
from engine.model import Assignment, Deadline, Quota, QuotaKind, Tally, Task
from engine.reckoning import Owed, Reckoning, Standing
from engine.records import record
from engine.service.duties import reckoned
from engine.service.kernel import counting
from engine.service.kernel.case import SETTLED, CampaignSession
from notifications.notice import Figures, KindCount, Reported, Tallied

DONE = ("accepted", "waived")
PENDING = "已报送待审核"
AGAIN = "已退回补正"
PAUSED = "暂缓"
LATE = "逾期未办结"
SHORT = "次数不足"
OPEN = "正在办理"
UNDATED = "尚未定期"
LEFT = "责任单位已撤并,待明确承接单位"
AHEAD = "按计划办理"
NOT_ISSUED = "尚未布置"
EACH = "每期不少于{least}{measure},还有{periods}期"


@record(kw_only=False)
class ReportedDuty:
    """An assignment with its task and its due date, if it has one."""

    task: Task
    assignment: Assignment
    due: Deadline | None
    owed: Owed

    @property
    def due_on(self) -> date | None:
        """Return the day on which it is due."""
        return self.due.due_on if self.due else None


def report(case: CampaignSession, *, year: int = 0, to: str = "", itself: str = "") -> dict[str, Any]:
    """Return what a report on a year says, as the fields of its document.

    It does not speak of the tasks that have `itself` drafted.
    """
    year, office = year or year_of(case), case.plan.workflow.office
    owed, left = _owed(case, itself)
    ours = [o for o in owed if case.relation(o.assignment.unit) != "superior"]
    last = min(case.today, date(year, 12, 31))
    return {
        "unit": to or superior(case),
        "units": (),
        "relation": "superior",
        "items": (),
        "year": year,
        "figures": _figures(ours, year, last),
        "tallies": tuple(_tallied(case, quota, year) for quota in case.plan.workflow.quotas),
        "done": tuple(_by_task([o for o in owed if _is_done_in(o, year)], _settled_on, "", office)),
        "missing": (*_missing(case, ours, last, office), *_by_task(left, _due_on, LEFT, office)),
        "ahead": (
            *_going_on(ours, last, office),
            *_by_task(_ahead(owed, last), _due_on, AHEAD, office),
            *_periods(case),
            *_unissued(case, itself),
        ),
    }


def is_all_done(case: CampaignSession, itself: str) -> bool:
    """Tell whether whatever the plan asks for was issued and is done, by superiors too."""
    owed, left = _owed(case, itself)
    if not owed or left or any(_periods(case)) or any(_unissued(case, itself)):
        return False
    return all(each.assignment.state in DONE for each in owed)


def year_of(case: CampaignSession) -> int:
    """Return the year that a report is about where nobody says so: in January the one before."""
    before = case.today.year - 1
    return before if case.today.month == 1 and case.head.adopted_on.year <= before else case.today.year


def superior(case: CampaignSession) -> str:
    """Return the first superior of the directory beside the leading group, or that group."""
    workflow = case.plan.workflow
    above = (u.name for u in workflow.directory.units.values() if u.relation == "superior")
    return next((name for name in above if name != workflow.leading_group), workflow.leading_group)


def year_given(case: CampaignSession, word: str) -> int:
    """Return the year that a person names, or the one a report is about; BadInput for one not lived."""
    first, last = case.head.adopted_on.year, case.today.year
    year = int(word) if word.isdecimal() and len(word) == 4 else 0
    if word and not first <= year <= last:
        raise BadInput("year_not_lived", first=first, last=last, found=word)
    return year or year_of(case)


def _owed(case: CampaignSession, itself: str) -> tuple[list[ReportedDuty], list[ReportedDuty]]:
    """Return what units owe or did, and what was left open by those that have ended (L10)."""
    order = {task.id: n for n, task in enumerate(case.plan.workflow.tasks)}
    found = sorted(reckoned.owed_in(case), key=lambda each: order[each.assignment.task])
    owed = [_duty(case, each) for each in found if each.assignment.state != "cancelled"]
    told = [each for each in owed if not _drafts(each.task, itself)]
    left = [each for each in told if case.is_left(each.assignment)]
    return [each for each in told if not case.is_left(each.assignment)], left


def _duty(case: CampaignSession, each: Owed) -> ReportedDuty:
    return ReportedDuty(case.plan.tasks[each.assignment.task], each.assignment, each.due, each)


def _drafts(task: Task, itself: str) -> bool:
    """Tell whether a task is to draft the very document."""
    return bool(itself) and task.draft == itself


def _is_done_in(owed: ReportedDuty, year: int) -> bool:
    settled = owed.assignment.settled_on
    return owed.assignment.state in DONE and settled is not None and settled.year == year


# --- figures ---


def _figures(owed: Sequence[ReportedDuty], year: int, last: date) -> Figures:
    """Return how what was due in the year by its last day stands, as the sum that it is (SEMANTICS L9)."""
    return figures(reckoning.reckon((o.owed for o in owed if _is_of(o, year, last)), last))


def _is_of(owed: ReportedDuty, year: int, last: date) -> bool:
    """Tell whether a year has something to say of what is owed: it was not settled before, and did not come after."""
    state, settled = owed.assignment.state, owed.assignment.settled_on
    if state == "short":
        return owed.due_on is not None and date(year, 1, 1) <= owed.due_on <= last
    if state not in ("accepted", "submitted"):
        return True
    came = owed.assignment.first_submitted_on or settled or last
    by_then = came <= last or (owed.due_on is not None and owed.due_on <= last)
    return by_then and (settled is None or settled.year >= year)


def figures(counted: Reckoning) -> Figures:
    """Return a count as documents tell it."""
    return Figures(
        due=counted.due,
        done=counted.done,
        handed_in=counted.handed_in,
        returned=counted.returned,
        owed=counted.owed,
        on_time=counted.on_time,
        overdue=counted.late - counted.short,
        short=counted.short,
        waived=counted.waived,
        paused=counted.paused,
        ahead=counted.ahead + counted.undated,
    )


def _is_late(owed: ReportedDuty, last: date) -> bool:
    return owed.assignment.state != "short" and reckoning.is_late(owed.owed, last)


def _standing(owed: Iterable[ReportedDuty], last: date, standing: Standing) -> list[ReportedDuty]:
    return [o for o in owed if reckoning.standing(o.owed, last) == standing]


# --- counts ---


def _tallied(case: CampaignSession, quota: Quota, year: int) -> Tallied:
    """Return a quota with each kind that was counted: what the plan reported, and what came since."""
    found = case.work.find(Tally, campaign=case.id, quota=quota.id)
    counts = [_count(kind, [t for t in found if t.kind == kind.id], year) for kind in quota.kinds]
    total, added = sum(each.total for each in counts), sum(each.added for each in counts)
    return Tallied(title=quota.title, total=total, added=added, kinds=tuple(e for e in counts if e.total))


def _count(kind: QuotaKind, found: Iterable[Tally], year: int) -> KindCount:
    by_then = [t for t in found if t.happened_on.year <= year]
    added = sum(t.number for t in by_then if t.happened_on.year == year)
    return KindCount(title=kind.title, added=added, total=kind.before + sum(t.number for t in by_then))


# --- clauses ---


def _missing(case: CampaignSession, owed: Sequence[ReportedDuty], last: date, office: str) -> Iterator[Reported]:
    """Yield what should have been done by the last day and was not; then what is open without a date."""
    for period, short in _short(case, owed, last).items():
        yield from _by_task(short, _due_on, f"{period}{SHORT}", office)
    open_ = [o for o in owed if o.assignment.issued_on <= last]
    yield from _by_task([o for o in open_ if _is_late(o, last)], _due_on, LATE, office)
    today = [o for o in _standing(open_, last, "owed") if o.due_on == last and o.assignment.state != "short"]
    yield from _by_task(today, _due_on, OPEN, office)
    yield from _by_task(_standing(open_, last, "undated"), _due_on, UNDATED, office)


def _short(case: CampaignSession, owed: Sequence[ReportedDuty], last: date) -> Mapping[str, list[ReportedDuty]]:
    """Return by period what a counted duty fell short of in the year of a day."""
    found: dict[str, list[ReportedDuty]] = {}
    for each in owed:
        if each.assignment.state == "short" and each.due_on and date(last.year, 1, 1) <= each.due_on <= last:
            found.setdefault(counting.period_of(case, each.assignment).title, []).append(each)
    return found


def _periods(case: CampaignSession) -> Iterator[Reported]:
    """Yield the counted duties of which further periods will begin."""
    running = case.head.state == "running"
    for task in case.plan.workflow.tasks if running else ():
        counted = task.counted
        ahead = [p for p in counting.owed(case, task) if p.first_day > case.today] if counted else []
        if counted and ahead:
            said = EACH.format(least=counted.least, measure=counted.measure, periods=len(ahead))
            clause = task.source.clause
            yield Reported(title=task.title, clause=clause, state=said, last_on=ahead[-1].last_day)


def _ahead(owed: Sequence[ReportedDuty], last: date) -> list[ReportedDuty]:
    """Return what is not handed in and whose day lies ahead, the steps of superiors among it."""
    found = (o for o in owed if o.assignment.state not in SETTLED and o.due_on is not None and o.due_on > last)
    return [o for o in found if reckoning.standing(o.owed, last) in ("ahead", "above")]


def _going_on(owed: Sequence[ReportedDuty], last: date, office: str) -> Iterator[Reported]:
    """Yield what is nobody's lateness: what waits for a review, was returned with a new day, or is paused."""
    returned = [o for o in _standing(owed, last, "returned") if not _is_late(o, last)]
    yield from _by_task(_standing(owed, last, "handed_in"), _due_on, PENDING, office)
    yield from _by_task(returned, _due_on, AGAIN, office)
    yield from _by_task(_standing(owed, last, "paused"), _due_on, PAUSED, office)


def _unissued(case: CampaignSession, itself: str) -> Iterator[Reported]:
    """Yield the tasks that nobody was given yet, those of phases from before adoption left out."""
    given = case.work.distinct(Assignment, "task", campaign=case.id)
    running = case.head.state == "running"
    for task in case.plan.workflow.clauses if running else ():
        before = case.phase_state(task.phase).state == "before_adoption"
        if not (task.id in given or before or _drafts(task, itself)):
            title = f"{case.plan.phases[task.phase].title}:{task.title}"
            yield Reported(title=title, clause=task.source.clause, state=NOT_ISSUED)


def _by_task(
    owed: Iterable[ReportedDuty], day_of: Callable[[ReportedDuty], date | None], state: str, office: str
) -> Iterator[Reported]:
    """Yield a line for each task, in the order of the plan: who, between which days, how it stands."""
    tasks: dict[str, list[ReportedDuty]] = {}
    for each in owed:
        tasks.setdefault(each.task.id, []).append(each)
    for found in tasks.values():
        days = [day for each in found if (day := day_of(each)) is not None]
        yield Reported(
            title=found[0].task.title,
            clause=found[0].task.source.clause,
            who=who(list(dict.fromkeys(each.assignment.unit for each in found)), office),
            state=state,
            first_on=min(days, default=None),
            last_on=max(days, default=None),
        )


def who(units: Sequence[str], office: str) -> str:
    """Return units as 甲、乙, all of them: no list of names is cut (N6); the office alone goes without saying."""
    return "" if list(units) == [office] else "、".join(units)


def _settled_on(owed: ReportedDuty) -> date | None:
    return owed.assignment.settled_on


def _due_on(owed: ReportedDuty) -> date | None:
    return owed.due_on
