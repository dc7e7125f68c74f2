"""How a workflow is shown: as plain data, and as text for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine import calendar, gates
from engine.cli.nouns.workflow import lists
from engine.cli.shell.listing import as_table
from engine.cli.shell.output import Table
from engine.deadlines import Dated, date_of
from engine.model import Condition, IndicatorSet, Ladder, Phase, Quota, QuotaShare, Rung, Task, Workflow
from engine.pictures import words
from engine.records import asdict, replace
from engine.service.kernel.plain import Row

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


def text(workflow: Workflow, lang: str) -> Iterator[str | Table]:
    """Yield the sheets in a language: head, phases with their gates, tasks, quotas and ladders."""
    document = workflow.document
    issued = f", {document.issued_on}" if document.issued_on else ""
    yield f"{workflow.title} ({workflow.id}, version {workflow.version})"
    yield f"{document.title} — {document.issuer}{issued}"
    yield from (f"{p.title} (${{{p.id}}}): {p.value}" for p in workflow.parameters)
    for number, phase in enumerate(workflow.phases, 1):
        yield "\n" + _phase_heading(number, phase)
        yield from (f"   · {sentence}" for sentence in gates.sentences(phase.gate, workflow))
    yield ""
    tasks = [t for clause in workflow.clauses for t in (clause, *workflow.duties_of(clause.id))]
    yield as_table(replace(lists.TASKS, rows=[_listed(t, workflow) for t in tasks]), lang)
    for quota in workflow.quotas:
        yield "\n" + _quota_words(quota)
    if workflow.indicators:
        yield from _indicator_words(workflow.indicators, lang)
    for ladder in workflow.ladders.values():
        yield f"\nladder {ladder.id} (at least {ladder.min_gap} between levels)"
        yield as_table(replace(lists.RUNGS, rows=[*map(_rung, ladder.rungs)]), lang)


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


def _indicator_words(found: IndicatorSet, lang: str) -> Iterator[str | Table]:
    yield f"\nindicators {found.title} ({found.id}, version {found.version}, sha256 {found.sha[:16]}…)"
    rows = [
        {
            "no": one.id,
            "title": one.title,
            "points": "veto" if one.veto else str(one.points),
            "check": one.check,
            "per": "" if one.veto else one.period,
            "units": one.units,
            "evidence": [s.title for s in one.evidence],
        }
        for one in found.indicators
    ]
    yield as_table(replace(lists.INDICATORS, rows=rows), lang)


def _ladder(ladder: Ladder) -> dict[str, Any]:
    return {"id": ladder.id, "min_gap": str(ladder.min_gap), "rungs": [*map(_rung, ladder.rungs)]}


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


def _listed(task: Task, workflow: Workflow) -> Row:
    depth = 0 if task.counted is None else 1
    told = {"id": task.id, "depth": depth, "title": task.title, "phase": task.phase}
    return told | {"due": _due_words(task, workflow), "units": _units(task)}


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


def _rung(rung: Rung) -> Row:
    end = f", {rung.count} times" if rung.count else f", until {rung.until}" if rung.until else ""
    return {
        "id": rung.id,
        "at": str(rung.at),
        "level": rung.level,
        "notice": rung.notice,
        "delivery": rung.delivery,
        "repeats": f"every {rung.every}{end}" if rung.every else "",
    }
