"""What of a campaign is counted, and how it stands: the rows that `engine.reckoning` judges, read set-wise (L9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from engine import reckoning
from engine.model import Assignment, Deadline
from engine.reckoning import Owed, Reckoning
from engine.service.duties.apply.gathering import Gathering, gathering
from engine.service.kernel.case import CampaignSession


def owed_in(case: CampaignSession, **which: object) -> list[Owed]:
    """Return what the units of a campaign owe or did, or of it what has these values, with its due dates."""
    found = case.work.find(Assignment, campaign=case.id, order="id", **which)
    return owed_of(case, found, dues_of(case, found, whole=not which))


def dues_of(case: CampaignSession, found: Sequence[Assignment], *, whole: bool = False) -> dict[int, Deadline]:
    """Return the due dates of assignments, by these; of the `whole` campaign in one go."""
    if whole:
        return {d.assignment: d for d in case.work.find(Deadline, campaign=case.id, kind="due", order="id")}
    dues = case.work.among(Deadline, "assignment", [each.id for each in found], order="id")
    return {d.assignment: d for d in dues if d.kind == "due"}


def owed_of(
    case: CampaignSession,
    found: Sequence[Assignment],
    dues: Mapping[int, Deadline],
    gathered: Gathering | None = None,
) -> list[Owed]:
    """Return assignments with all that decides how each stands."""
    known = gathering(case, (each.task for each in found)) if gathered is None else gathered
    stops = _stops(case)
    return [_owed(case, each, dues.get(each.id), known, stops) for each in found]


def one(case: CampaignSession, assignment: Assignment) -> Owed:
    """Return one assignment with all that decides how it stands."""
    return owed_of(case, [assignment], dues_of(case, [assignment]))[0]


def counted(case: CampaignSession, found: Iterable[Owed]) -> Reckoning:
    """Return how things stand today, counted."""
    return reckoning.reckon(found, case.today)


def _owed(
    case: CampaignSession,
    assignment: Assignment,
    due: Deadline | None,
    gathered: Gathering,
    stops: Mapping[tuple[str, str], date],
) -> Owed:
    at_lead = assignment.state == "submitted" and bool(gathered.reviewer(assignment.id))
    stopped_on = _stopped_on(due, stops) if stops and due else None
    return reckoning.owed(case.plan.workflow, assignment, due, case.today, at_lead=at_lead, stopped_on=stopped_on)


def stopped(case: CampaignSession, dues: Iterable[Deadline]) -> dict[int, date]:
    """Return by assignment since when its clock has been stopped, of those whose clock is."""
    stops = _stops(case)
    found = {due.assignment: _stopped_on(due, stops) for due in dues if stops and due.kind == "due"}
    return {number: since for number, since in found.items() if since is not None}


def _stops(case: CampaignSession) -> dict[tuple[str, str], date]:
    """Return from which day on each scope is paused, of those that are."""
    stops: dict[tuple[str, str], date] = {}
    for pause in case.pauses():
        if pause.to_at is None:
            since = case.plan.day(pause.from_at)
            stops[pause.scope, pause.ref] = min(since, stops.get((pause.scope, pause.ref), since))
    return stops


def _stopped_on(due: Deadline, stops: Mapping[tuple[str, str], date]) -> date | None:
    """Return the day on which the clock of a deadline was stopped, if it is (P1)."""
    scopes = (("campaign", ""), ("phase", due.phase), ("assignment", str(due.assignment)))
    return min((stops[scope] for scope in scopes if scope in stops), default=None)
