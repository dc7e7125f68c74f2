"""How a workflow is shown: as plain data, and as text for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine import calendar, gates
from engine.cli.shell.output import Table
from engine.deadlines import Dated, date_of
from engine.model import Condition, IndicatorSet, Ladder, Phase, Quota, QuotaShare, Rung, Task, Workflow
from engine.pictures import words
from engine.records import asdict

STATIC_ANCHORS = ("phase.start", "phase.end")


def data(workflow: Workflow) -> dict[str, Any]:
    """Return the workflow as plain data, with units as the plan prints them."""
    return {
        "id": workflow.id,
        "title": workflow.title,
        "version": workflow.version,
        "sha": workflow.sha,
        "place": workflow.place_name,
        "timezone": workflow.timezone,
        "calendar": workflow.calendar,
        "document": workflow.document,
        "office": workflow.office,
        "leading_group": workflow.leading_group,
        "phases": [_phase(phase, workflow) for phase in workflow.phases],
        "parameters": [{"name": p.id, "title": p.title, "value": p.value} for p in workflow.parameters],
        "tasks": [_task(task, workflow) for task in workflow.clauses],
        "terms": [
            {"id": t.id, "title": t.title, "first_day": t.first_day, "last_day": t.last_day} for t in workflow.terms
        ],
        "quotas": [_quota(quota) for quota in workflow.quotas],
        "indicators": _indicators(workflow.indicators) if workflow.indicators else None,
        "ladders": [_ladder(ladder) for ladder in workflow.ladders.values()],
        "groups": {
            name: {"include": g.include, "exclude": g.exclude} for name, g in workflow.directory.groups.items()
        },
        "units": [
            {"name": u.name, "relation": u.relation, "kind": u.kind} for u in workflow.directory.units.values()
        ],
    }


def text(workflow: Workflow) -> Iterator[str | Table]:
    """Yield the sheets: head, phases with their gates, tasks, quotas and ladders."""
    document = workflow.document
    issued = f", {document.issued_on}" if document.issued_on else ""
    yield f"{workflow.title} ({workflow.id}, version {workflow.version})"
    yield f"{document.title} — {document.issuer}{issued}"
    yield from (f"{p.title} (${{{p.id}}}): {p.value}" for p in workflow.parameters)
    for number, phase in enumerate(workflow.phases, 1):
        yield "\n" + _phase_heading(number, phase)
        yield from (f"   · {sentence}" for sentence in gates.sentences(phase.gate, workflow))
    yield ""
    rows = [
        (_indented(t), t.title, t.phase, _due_words(t, workflow), _units(t))
        for clause in workflow.clauses
        for t in (clause, *workflow.duties_of(clause.id))
    ]
    yield Table(("task", "title", "phase", "due", "units"), rows)
    for quota in workflow.quotas:
        yield "\n" + _quota_words(quota)
    if workflow.indicators:
        yield from _indicator_words(workflow.indicators)
    for ladder in workflow.ladders.values():
        yield f"\nladder {ladder.id} (at least {ladder.min_gap} between levels)"
        yield Table(("rung", "at", "level", "notice", "delivery", "repeats"), [_rung(rung) for rung in ladder.rungs])


# --- plain data ---


def _phase(phase: Phase, workflow: Workflow) -> dict[str, Any]:
    return {
        "id": phase.id,
        "title": phase.title,
        "first_day": phase.window.first_day,
        "last_day": phase.window.last_day,
        "opens": phase.opens,
        "advance": phase.advance,
        "owner": phase.owner,
        "next": phase.next,
        "conditions": gates.sentences(phase.gate, workflow),
        "gate": _condition(phase.gate),
        "ladder": phase.ladder,
        "source": phase.source,
    }


def _condition(condition: Condition) -> dict[str, Any]:
    told = {"id": condition.id, "kind": condition.kind, "text": condition.text, "params": condition.params}
    return told | {"children": [_condition(child) for child in condition.children]}


def _task(task: Task, workflow: Workflow) -> dict[str, Any]:
    dated = due_of(task, workflow)
    return {
        "id": task.id,
        "title": task.title,
        "phase": task.phase,
        "lead": task.lead,
        "responsible": task.responsible,
        "supporting": task.supporting,
        "inherited": task.inherited,
        "due": dated.on if dated else None,
        "due_is": _basis(task, dated),
        "due_in_words": _due_words(task, workflow),
        "opens": task.opens,
        "ladder": task.ladder,
        "needs": task.needs,
        "numbers": task.numbers,
        "demand": task.demand,
        "source": task.source,
        "duties": [_duty(duty) for duty in workflow.duties_of(task.id)],
    }


def _duty(duty: Task) -> dict[str, Any]:
    counted = duty.counted
    assert counted is not None
    return {
        "id": duty.id,
        "title": duty.title,
        "least": counted.least,
        "per": counted.per,
        "measure": counted.measure,
        "until": counted.until,
        "in_words": words.counted(duty),
        "lead": duty.lead,
        "responsible": duty.responsible,
        "supporting": duty.supporting,
        "inherited": duty.inherited,
        "ladder": duty.ladder,
        "demand": duty.demand,
        "source": duty.source,
    }


def _basis(task: Task, dated: Dated | None) -> str:
    if task.due.kind == "none":
        return "none"
    return dated.basis if dated else "waits for its anchor"


def _quota(quota: Quota) -> dict[str, Any]:
    kinds = [{"id": k.id, "title": k.title, "least": k.least, "most": k.most} for k in quota.kinds]
    return {
        "id": quota.id,
        "title": quota.title,
        "total": quota.total,
        "kinds": kinds,
        "per_unit": [_share(share) for share in quota.per_unit],
        "source": quota.source,
    }


def _share(share: QuotaShare) -> dict[str, Any]:
    return {"units": share.printed, "least": share.least, "together": share.together, "title": share.title}


def _indicators(found: IndicatorSet) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "version": found.version,
        "sha256": found.sha,
        "source": found.source,
        "items": [asdict(one, dict_factory=_without_place) for one in found.indicators],
    }


def _without_place(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in fields if name != "place"}


def _indicator_words(found: IndicatorSet) -> Iterator[str | Table]:
    yield f"\nindicators {found.title} ({found.id}, version {found.version}, sha256 {found.sha[:16]}…)"
    rows = [
        (
            one.id,
            one.title,
            "veto" if one.veto else one.points,
            one.check,
            "" if one.veto else one.period,
            "、".join(one.units),
            "、".join(s.title for s in one.evidence),
        )
        for one in found.indicators
    ]
    yield Table(("no", "title", "points", "check", "per", "units", "evidence"), rows, right=frozenset({"points"}))


def _ladder(ladder: Ladder) -> dict[str, Any]:
    heads = ("id", "at", "level", "notice", "delivery", "repeats")
    rungs = [dict(zip(heads, _rung(rung), strict=True)) for rung in ladder.rungs]
    return {"id": ladder.id, "min_gap": str(ladder.min_gap), "rungs": rungs}


# --- words ---


def due_of(task: Task, workflow: Workflow) -> Dated | None:
    """Return the date of a task as far as the workflow alone tells it."""
    if task.due.kind == "none" or (task.due.kind == "offset" and task.due.anchor not in STATIC_ANCHORS):
        return None
    window = workflow.phase(task.phase).window
    first, last = window.first_day, window.last_day
    anchor = {"phase.start": first, "phase.end": last}.get(task.due.anchor)
    days = calendar.load(workflow.calendar)
    return date_of(task.due, phase_first=first, phase_last=last, anchor_on=anchor, calendar=days)


def _indented(task: Task) -> str:
    return task.id if task.counted is None else f"  {task.id}"


def _due_words(task: Task, workflow: Workflow) -> str:
    dated = due_of(task, workflow)
    if dated is None:
        return words.undated(task, workflow)
    return f"{dated.on}{'' if dated.basis == 'printed' else '(推算)'}"


def _units(task: Task) -> str:
    roles = (("牵头", task.lead), ("责任", task.responsible), ("配合", task.supporting), ("沿用", task.inherited))
    named = [(role, units) for role, units in roles if units]
    if len(named) == 1 and named[0][0] == "责任":
        return "、".join(named[0][1])
    return ";".join(f"{role}:{'、'.join(units)}" for role, units in named)


def _phase_heading(number: int, phase: Phase) -> str:
    superior = ", owned by a superior" if phase.owner == "superior" else ""
    span = f"{phase.window.first_day}…{phase.window.last_day}"
    return f"{number}. {phase.title} ({phase.id}) {span}{superior} — gate ({phase.advance}):"


def _quota_words(quota: Quota) -> str:
    kinds = "、".join(f"{kind.title} {_range(kind.least, kind.most)}" for kind in quota.kinds)
    shares = "".join(f"\n   · {_share_words(share)}" for share in quota.per_unit)
    return f"quota {quota.title}: {'not stated' if quota.total is None else quota.total} — {kinds}{shares}"


def _share_words(share: QuotaShare) -> str:
    units = "、".join(share.printed)
    number = "未规定" if share.least is None else f"{share.least}…"
    return f"{share.title}({units})共 {number}" if share.together else f"{units} {number}"


def _range(least: int, most: int | None) -> str:
    return f"{least}…{'' if most is None else most}"


def _rung(rung: Rung) -> tuple[str, str, int, str, str, str]:
    end = f", {rung.count} times" if rung.count else f", until {rung.until}" if rung.until else ""
    repeats = f"every {rung.every}{end}" if rung.every else ""
    return rung.id, str(rung.at), rung.level, rung.notice, rung.delivery, repeats
