"""Of each rung of a deadline: what became of it, why, and the notices that carried it (SEMANTICS F6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from engine import deadlines as rules
from engine import words
from engine.model import Assignment, Deadline, Item, Notice, Occurrence
from engine.model.plain import coded, reason_in
from engine.service.duties.apply import deadlines, phases
from engine.service.duties.commands.duties import period_named
from engine.service.duties.views.visible import require_seen
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, local, minute, short
from engine.service.kernel.sight import sees_notice

_Key = tuple[int, int, str, int]


def _rung(row: Row) -> str:
    """Return a rung with the numbers of its occurrences, where it has several."""
    first, last = row["n_from"], row["n_to"]
    if first == last == 1:
        return str(row["rung"])
    return f"{row['rung']} #{first}" + (f"–#{last}" if first != last else "")


def _became(row: Row) -> Row | str:
    waits = row["outcome"] == "waits" and row["until"]
    return {"code": "waits_until", "until": minute(row["until"])} if waits else str(row["outcome"])


def _carriers(row: Row) -> Row | str:
    told = [{**each, "code": "carried_by" if each["notice"] else "waits_as_item"} for each in row["carried"]]
    return {"code": "carried", "by": [{**each, "at": minute(each["at"])} for each in told]} if told else ""


LIST: Final = Listing(
    name="rungs",
    key=("deadline", "epoch", "rung", "n_from"),
    empty="(no ladder)",
    columns=(
        Column(key="deadline", kind="code", family="deadline"),
        Column(key="epoch", width=8),
        Column(key="rung", of=_rung, width=18),
        Column(key="level", width=7),
        Column(key="scheduled_at", head="scheduled", kind="instant", width=16),
        Column(key="outcome", kind="code", of=_became, family="outcome", width=20),
        Column(key="reason", head="why", width=30),
        Column(key="carried", head="notice", of=_carriers, width=30),
    ),
)
"""What became of each rung, why, and the notice that carried it."""


def rungs(case: CampaignSession, found: Sequence[Deadline]) -> list[Row]:
    """Return a row for every rung recorded in any epoch and for every one still ahead."""
    case.known.read_deadlines(found)
    standings = {deadline.id: deadlines.standing(case, deadline) for deadline in found}
    carried = _carried(case, [each for standing in standings.values() for each in standing.done])
    return [
        _row(case, deadline, row, carried)
        for deadline in found
        for row in rules.why(standings[deadline.id], case.at, case.plan.times)
    ]


def of_one(case: CampaignSession, name: str, unit: str) -> list[Row]:
    """Return a row for every rung of what a unit owes for a task; of a counted duty in the latest of its periods."""
    task, owing = case.task(name), case.unit(unit).name
    assignment = case.assignment(task, owing, period_named(case, task, owing, ""))
    require_seen(case, assignment)
    return of_assignment(case, assignment, case.deadlines(assignment))


def of_assignment(case: CampaignSession, assignment: Assignment, found: Sequence[Deadline]) -> list[Row]:
    """Return first by which document a unit has its task, where one was the receipt (L4), then every rung."""
    return [*_by_document(case, assignment), *rungs(case, found)]


def _by_document(case: CampaignSession, assignment: Assignment) -> Iterator[Row]:
    task = case.plan.tasks[assignment.task]
    if not phases.reached_by_document(case, task, assignment.unit) or phases.has_a_letter(case, assignment):
        return
    plan = case.plan.workflow.document
    on = rules.start_of(assignment.issued_on, case.plan.zone)
    reason = coded("document_is_receipt", document=task.source.document or f"《{plan.title}》{plan.number}")
    yield {
        "deadline": "receipt",
        "epoch": 1,
        "rung": "",
        "n_from": 1,
        "n_to": 1,
        "level": None,
        "scheduled_at": local(on, case.plan.zone),
        "outcome": "by_document",
        "reason": reason,
        "until": None,
        "carried": [],
        "sentence": f"issued on {assignment.issued_on}: {words.reason(reason_in(reason))}",
    }


def _row(case: CampaignSession, deadline: Deadline, row: rules.RungRow, carried: dict[_Key, list[Row]]) -> Row:
    zone = case.plan.zone
    return {
        "deadline": deadline.kind,
        "epoch": row.epoch,
        "rung": row.rung,
        "n_from": row.n_from,
        "n_to": row.n_to,
        "level": row.level,
        "scheduled_at": local(row.scheduled_at, zone),
        "outcome": row.outcome,
        "reason": row.reason,
        "until": local(row.until, zone),
        "carried": carried.get((deadline.id, row.epoch, row.rung, row.n_from), []),
        "sentence": row.sentence(zone),
    }


def _carried(case: CampaignSession, done: Sequence[Occurrence]) -> dict[_Key, list[Row]]:
    """Return what carried each occurrence: the notice it is in, if who reads may see that, or what still waits."""
    keys = {each.id: (each.deadline, each.epoch, each.rung, each.n_from) for each in done}
    items = case.work.among(Item, "occurrence", keys, order="id")
    notices = {n.id: n for n in case.work.among(Notice, "id", {i.notice for i in items if i.notice})}
    carried: dict[_Key, list[Row]] = defaultdict(list)
    for item in items:
        notice = notices.get(item.notice)
        if notice is not None and not sees_notice(case, notice):
            continue
        carried[keys[item.occurrence]].append(_carrier(case, item, notice))
    return carried


def _carrier(case: CampaignSession, item: Item, notice: Notice | None) -> Row:
    zone = case.plan.zone
    if notice is None:
        return {"notice": None, "state": item.state, "at": local(item.ready_at, zone), "subject": ""}
    at = local(notice.sent_at or notice.created_at, zone)
    return {"notice": short(notice.id), "state": notice.state, "at": at, "subject": notice.subject}
