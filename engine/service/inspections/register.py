"""The register of what was found (整改台账): every finding with its source, its unit and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine import reckoning
from engine.gates.found import CountedFinding, Way
from engine.model import Assignment, Deadline, Remark, Round
from engine.model.plain import short
from engine.records import record, replace
from engine.service.inspections import rounds
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.joining import PREFIX

WAITS, DROPPED, RUNS, HANDED_IN, CLOSED, LATE = "待立项", "不予立项", "整改中", "已报送", "已销号", "逾期"
ENDED = {"accepted": CLOSED, "waived": "经批准免报", "cancelled": "已撤销"}
DONE = frozenset({CLOSED, ENDED["waived"]})


@record
class RegisterEntry:
    """One line of the register; `remark` is the number of a finding that was reported in a round."""

    at: int
    finding: str
    way: Way
    round: str
    source: str
    unit: str
    state: str
    number: int = 0
    remark: int = 0
    teller: str = ""
    found_on: date | None = None
    task: str = ""
    due_on: date | None = None
    closed_on: date | None = None
    document: str = ""
    reason: str = ""


def register(case: CampaignSession) -> list[RegisterEntry]:
    """Return every finding, numbered in the order in which they came; a number never changes."""
    entries = sorted([*_reported(case), *_found(case)], key=lambda entry: entry.at)
    return [replace(entry, number=number) for number, entry in enumerate(entries, 1)]


def findings(case: CampaignSession) -> tuple[CountedFinding, ...]:
    """Return the findings that a gate counts: all but those dropped or cancelled."""
    left_out = (DROPPED, ENDED["cancelled"])
    counted = (entry for entry in register(case) if entry.state not in left_out)
    return tuple(
        CountedFinding(number=entry.number, way=entry.way, unit=entry.unit, closed=entry.state in DONE)
        for entry in counted
    )


def _reported(case: CampaignSession) -> Iterator[RegisterEntry]:
    """Yield what was reported in the rounds, adopted or not."""
    known = {found.id: found for found in rounds.all_of(case)}
    for remark in rounds.remarks(case):
        if remark.kind == "finding":
            yield _of_remark(case, remark, known[remark.round])


def _of_remark(case: CampaignSession, remark: Remark, found: Round) -> RegisterEntry:
    entry = RegisterEntry(
        at=remark.id,
        finding=remark.text,
        way=found.kind if found.kind != "month" else "other",
        round=found.name,
        source=found.title,
        unit=remark.unit,
        state=DROPPED if remark.state == "dropped" else WAITS,
        remark=short(remark.id),
        teller=remark.teller,
        found_on=remark.happened_on,
        document=found.document,
        reason=remark.reason,
    )
    if remark.state != "adopted":
        return entry
    return _with_task(case, entry, _put_right_by(case, remark.task))


def _put_right_by(case: CampaignSession, task: str) -> Assignment:
    """Return what is owed for a finding: by a successor or whoever took it over, where there is one (R1, R3)."""
    owed = case.work.find(Assignment, campaign=case.id, task=task, order="id")
    return max(owed, key=lambda each: (each.state != "cancelled", each.id))


def _found(case: CampaignSession) -> Iterator[RegisterEntry]:
    """Yield the rectifications that no round brought in: found by the office, or conditions of a passage."""
    reported = {remark.task for remark in rounds.remarks(case) if remark.state == "adopted"}
    for task in case.plan.workflow.tasks:
        if task.kind == "rectification" and task.id not in reported:
            for owed in case.work.find(Assignment, campaign=case.id, task=task.id, order="id"):
                entry = RegisterEntry(
                    at=owed.id,
                    finding=task.title.removeprefix(PREFIX),
                    way="other",
                    round="",
                    source=task.source.document,
                    unit=owed.unit,
                    state="",
                    found_on=owed.issued_on,
                )
                yield _with_task(case, entry, owed)


def _with_task(case: CampaignSession, entry: RegisterEntry, owed: Assignment) -> RegisterEntry:
    due = case.deadline(owed, "due")
    return replace(
        entry,
        unit=owed.unit,
        state=_state(case, owed, due),
        task=owed.task,
        due_on=due.due_on if due else None,
        closed_on=owed.settled_on,
        document=case.plan.tasks[owed.task].source.document,
    )


def _state(case: CampaignSession, owed: Assignment, due: Deadline | None) -> str:
    """Return the state in words; what is late is decided where all is counted (SEMANTICS L9)."""
    if owed.state in SETTLED:
        return ENDED.get(owed.state, CLOSED)
    if owed.state == "submitted":
        return HANDED_IN
    each = reckoning.owed(case.plan.workflow, owed, due, case.today)
    return LATE if reckoning.is_late(each, case.today) else RUNS
