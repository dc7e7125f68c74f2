"""From items to the request that a notice is rendered from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from engine import units
from engine.history import short_head
from engine.model import Assignment, Deadline, Evidence, Item, Offset, Task, UnitContact
from engine.service import counting, reporting
from engine.service.actions.lifecycle import verdict
from engine.service.case import NOON, SETTLED, Case
from engine.service.effects import rounds
from engine.service.effects.gathering import gathering
from engine.service.views import indicators
from notifications.notice import Condition, Corrected, Figures, Line, NoticeRequest

ANSWER_IN = Offset(count=3)
"""How many working days a notice gives for an answer where nothing else is said."""

UPWARD = frozenset({"application", "report"})
"""Documents to a superior, who is reached at whatever contact there is."""

STATES = {
    "issued": "待签收",
    "received": "办理中",
    "submitted": "已报送待审核",
    "returned": "已退回待完善",
    "accepted": "已办结",
    "waived": "经批准免报",
    "cancelled": "已撤销",
    "short": "周期内未达标",
}


def request(
    case: Case, kind: str, unit: str, level: int, items: Sequence[Item], *, number: str = ""
) -> NoticeRequest:
    """Return what a notice of `kind` to `unit` is to say about `items`."""
    workflow = case.plan.workflow
    values: dict[str, Any] = {
        "kind": kind,
        "relation": relation(case, unit),
        "level": level,
        "unit": unit,
        "sender": workflow.office,
        "sender_full": workflow.office,
        "leading_group": workflow.leading_group,
        "place": workflow.place_name,
        "campaign": workflow.title,
        "plan_title": workflow.document.title,
        "plan_number": workflow.document.number,
        "number": number,
        "close": workflow.hours.close,
        "day": case.today,
        "as_of": case.at.astimezone(case.plan.zone),
        "reply_by": case.plan.calendar.add(case.today, ANSWER_IN),
        "items": _worst_first([line(case, item) for item in items if item.assignment]),
        "head": short_head(case.head.head),
    }
    extra = _EXTRA.get(kind)
    if extra is not None:
        values |= extra(case, items)
    if len({item.unit for item in items}) > 1:
        values |= {"unit": "", "units": _in_order(case, {item.unit for item in items})}
    return NoticeRequest(**values)


def relation(case: Case, unit: str) -> Literal["subordinate", "peer", "vertical", "superior", "own"]:
    """Return the relation a notice is worded for; our own office and the group above it are our own."""
    workflow = case.plan.workflow
    if unit in ("", workflow.office):
        return "own"
    if unit == workflow.leading_group:
        return "subordinate"
    return workflow.directory.units[unit].relation


def line(case: Case, item: Item) -> Line:
    """Return one item as the unit sees it."""
    assignment = case.work.get(Assignment, item.assignment)
    if assignment is None:
        raise KeyError(item.assignment)
    task = case.plan.tasks[assignment.task]
    deadline = case.work.get(Deadline, item.deadline) if item.deadline else None
    told = json.loads(item.facts)
    return Line(
        title=title_of(case, assignment),
        unit=assignment.unit,
        demand=_demand(case, task),
        clause=task.source.clause,
        state=OBJECTED if deadline and deadline.kind == "objection" else state_text(case, assignment),
        awaiting=_awaiting(case, assignment),
        **_dates(case, deadline),
        **_told(case, assignment, told),
        **_pace(case, assignment, task),
    )


def title_of(case: Case, assignment: Assignment) -> str:
    """Return a task as a notice names it; of a counted duty with its period."""
    title = case.plan.tasks[assignment.task].title
    return f"{title}({counting.period_of(case, assignment).title})" if assignment.period else title


def _demand(case: Case, task: Task) -> str:
    """Return what is asked for; of a counted duty how many in the period."""
    if task.counted is None:
        return task.demand
    target = f"不少于{task.counted.least}{task.counted.measure}"
    return f"{target},{task.demand}" if task.demand else target


def _pace(case: Case, assignment: Assignment, task: Task) -> dict[str, Any]:
    if task.counted is None:
        return {}
    pace = counting.pace_of(case, assignment)
    return {"done": pace.done, "least": pace.least, "measure": task.counted.measure, "left": pace.left}


def _awaiting(case: Case, assignment: Assignment) -> tuple[str, ...]:
    """Return the units that a lead waits for (R2)."""
    if assignment.role != "lead" or not case.plan.tasks[assignment.task].consolidate:
        return ()
    return gathering(case, [assignment.task]).awaited(assignment)


def _worst_first(lines: list[Line]) -> tuple[Line, ...]:
    """Return what has been due longest first, what has no date last (SEMANTICS N1)."""
    return tuple(sorted(lines, key=lambda each: each.due_on or date.max))


OBJECTED = "已提出异议,待裁定"
"""What is said of a task that its unit says is not its duty, while the office decides."""


def state_text(case: Case, assignment: Assignment) -> str:
    """Return an assignment's state in words; a superior's open step awaits the reply (L7)."""
    if assignment.state in ("issued", "received"):
        if case.relation(assignment.unit) == "superior":
            return "已报请,待复"
        if assignment.unit == case.plan.workflow.office:
            return "办理中"
    if assignment.state == "accepted" and case.plan.tasks[assignment.task].kind == "rectification":
        return "已销号"
    return STATES[assignment.state]


def _dates(case: Case, deadline: Deadline | None) -> dict[str, Any]:
    if deadline is None:
        return {}
    calendar = case.plan.calendar
    asked = calendar.previous_working_day(deadline.due_on)
    late = calendar.working_days_between(deadline.due_on, case.today)
    return {
        "due_on": deadline.due_on,
        "asked_on": asked if asked >= case.today else deadline.due_on,
        "first_due_on": deadline.first_due_on,
        "overdue": max(0, late),
    }


def _told(case: Case, assignment: Assignment, told: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "reason" in told:
        values["reason"] = told["reason"]
    if told.get("from") and "to" in told:
        values["was_on"] = date.fromisoformat(told["from"])
    if "number" in told:
        on = datetime.combine(date.fromisoformat(told["on"]), case.at.astimezone(case.plan.zone).time())
        values |= {"number": told["number"], "files": told["pieces"], "at": on}
        values["on_behalf"] = _by_office(case, assignment)
    return values


def _by_office(case: Case, assignment: Assignment) -> bool:
    found = case.work.find(Evidence, assignment=assignment.id, submission=assignment.submissions)
    return any(piece.kind == "voucher" for piece in found)


# --- what single kinds need beside their items ---


def _for_task_issued(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    found = [_deadline_of(case, item, "receipt") for item in items]
    days = [deadline.due_on for deadline in found if deadline is not None]
    return ({"reply_by": max(days)} if days else {}) | {"object_by": _object_by(case, items)}


def _object_by(case: Case, items: Sequence[Item]) -> date | None:
    """Return the first day on which the time to object to one of these tasks is over, if it has any."""
    owed = [case.work.get(Assignment, item.assignment) for item in items]
    spans = [(a.issued_on, case.plan.tasks[a.task].objection) for a in owed if a is not None]
    return min((case.plan.calendar.add(on, span) for on, span in spans if span is not None), default=None)


def _for_receipt_reminder(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    days = [d.due_on for d in (case.work.get(Deadline, i.deadline) for i in items) if d is not None]
    ahead = [day for day in days if day >= case.today]
    return {"reply_by": min(ahead)} if ahead else {"reply_by": case.plan.calendar.add(case.today, Offset(count=1))}


def _deadline_of(case: Case, item: Item, kind: str) -> Deadline | None:
    assignment = case.work.get(Assignment, item.assignment)
    return None if assignment is None else case.deadline(assignment, kind)


def _for_extended(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    change = "adjusted" if "late" not in told else "late_grant" if told["late"] else "extension"
    return {"change": change, "reason": told["reason"], "document": told["document"]}


def _for_adjusted(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = [json.loads(item.facts) for item in items]
    only_dated = all(each["to"] and not each["from"] for each in told)
    words = {name: dict.fromkeys(each[name] for each in told if each[name]) for name in ("reason", "document")}
    joined = {name: "、".join(found) for name, found in words.items()}
    return {"change": "dated" if only_dated else "adjusted", **joined}


def _for_returned(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {"reply_by": date.fromisoformat(told["due_on"]), "reason": told["reason"]}


def _for_pause(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    lines = (_paused_line(case, number, was_on) for number, was_on in told["tasks"])
    words = {name: told[name] for name in ("scope", "reason", "document", "shift")}
    return words | {"from_on": date.fromisoformat(told["from"]), "items": tuple(filter(None, lines))}


def _for_ended(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {"from_on": case.today, "reason": told["reason"], "document": told["document"], "items": ()}


def _paused_line(case: Case, number: int, was_on: str) -> Line | None:
    assignment = case.work.get(Assignment, number)
    if assignment is None or assignment.state in SETTLED:
        return None
    return Line(
        title=title_of(case, assignment),
        was_on=date.fromisoformat(was_on) if was_on else None,
        **_dates(case, case.deadline(assignment, "due")),
    )


def _for_inspection(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {
        "scope": told["title"],
        "document": told["document"],
        "inspector": told["inspector"],
        "seed": told["seed"],
        "candidates": tuple(told["candidates"]),
        "last_day": date.fromisoformat(told["due"]) if told["due"] else None,
        "reply_by": None,
    }


def _for_monthly(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    """Ask for what changed in each of the unit's open tasks, as they stand when it is written."""
    owed = _deadline_of(case, items[0], "due")
    lines = (_paused_line(case, a.id, "") for a in rounds.open_of(case, items[0].unit))
    assignment = case.work.get(Assignment, items[0].assignment)
    month = case.plan.tasks[assignment.task].title.removesuffix("工作调度") if assignment else ""
    return {
        "scope": month,
        "items": tuple(filter(None, lines)),
        "reply_by": case.plan.calendar.previous_working_day(owed.due_on) if owed else None,
    }


def _for_phase(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    phases = case.plan.phases
    to = phases.get(told["to"])
    if to is None:
        return {
            "phase": phases[told["from"]].title,
            "next_phase": "创建工作总结巩固",
            "from_on": case.today,
            "decision": told["decision"],
            "reply_by": None,
        }
    state = case.phase_state(to.id)
    entered = case.plan.day(state.entered_at) if state.entered_at else case.today
    return {
        "phase": phases[told["from"]].title,
        "next_phase": to.title,
        "first_day": state.first_day,
        "last_day": state.last_day,
        "from_on": entered,
        "decision": told["decision"],
        "reply_by": None,
        "manner": told["manner"],
        "conditions": tuple(Condition(text=text) for text in told.get("unmet", ())),
    }


def _for_gate_late(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    deadline = case.work.get(Deadline, items[0].deadline)
    phase = deadline.phase if deadline else case.head.phase
    unmet = [c for c in verdict(case, phase).conditions if not c.holds]
    return {
        "phase": case.plan.phases[phase].title,
        "last_day": case.phase_state(phase).last_day,
        "conditions": tuple(_condition(c) for c in unmet),
    }


def _condition(found: Any) -> Condition:
    """Return a condition as a notice tells it: a decision, or what is not begun, is not counted."""
    if found.kind == "approval":
        return Condition(text=found.text, holds=found.holds)
    counted, needed = (found.counted, found.needed) if found.needed != "0" else ("", "")
    return Condition(text=found.text, holds=found.holds, counted=counted, needed=needed, missing=found.missing)


def _for_bulletin(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    """Overall state of what was due by now, in the order of the directory, naming no person (N5)."""
    dues = {d.assignment: d for d in case.work.find(Deadline, campaign=case.id, kind="due")}
    owed = [a for a in case.work.find(Assignment, campaign=case.id) if a.state not in ("cancelled", "waived")]
    by_now = [a for a in owed if a.id in dues and dues[a.id].due_on <= case.today]
    done = [a for a in by_now if a.state == "accepted"]
    late = [a for a in by_now if a.state == "short" or (a.state not in SETTLED and _is_overdue(case, dues[a.id]))]
    on_time = [a for a in done if a.first_submitted_on and a.first_submitted_on <= dues[a.id].first_due_on]
    chased = [a for a in late if case.relation(a.unit) == "subordinate"]
    return {
        "unit": "",
        "units": _in_order(case, _told_of(case, owed)),
        "commended": _commended(case, by_now, {a.id for a in on_time}),
        "figures": Figures(due=len(by_now), done=len(done), on_time=len(on_time), overdue=len(late)),
        "items": tuple(_state_line(case, a, dues[a.id]) for a in _units_first(case, chased)),
    }


def _told_of(case: Case, owed: Sequence[Assignment]) -> set[str]:
    """Return the units that a bulletin goes to, as they are called today: no superior, not ourselves."""
    below = {a.unit for a in owed if case.relation(a.unit) != "superior"} - _ourselves(case)
    return set(units.current(case.plan.workflow.directory, below, case.today))


def _is_overdue(case: Case, due: Deadline) -> bool:
    """Tell whether a due day has passed; paused is not overdue (P1)."""
    return due.due_on < case.today and due.state != "paused"


def _for_evidence_missing(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    """List what a unit has not given toward the indicators, as it stands when it is written (I2)."""
    told = max(date.fromisoformat(json.loads(item.facts)["by"]) for item in items)
    by = told if told > case.today else case.plan.calendar.add(case.today, ANSWER_IN)
    return {"items": evidence_missing(case, items[0].unit), "reply_by": by}


def evidence_missing(case: Case, unit: str) -> tuple[Line, ...]:
    """Return a line for each self-score and each slot of evidence that a unit has not given."""
    return tuple(_missing_line(row) for row in indicators.missing(case, unit))


def _missing_line(row: dict[str, Any]) -> Line:
    when = f"({row['period']})" if row["period"] else ""
    title = f"指标{row['indicator']} {row['title']}:{row['what']}{when}"
    return Line(title=title, done=row["have"], least=row["least"], measure="份" if row["of"] == "evidence" else "")


def _for_facts_shown(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    """What a bulletin will say of one unit, for it to answer to (N5)."""
    by = date.fromisoformat(json.loads(items[0].facts)["by"])
    return {"items": facts_shown(case, items[0]), "reply_by": by, "close": NOON}


def facts_shown(case: Case, item: Item) -> tuple[Line, ...]:
    """Return what a bulletin would say now of the unit of an item."""
    return tuple(told for told in _for_bulletin(case, [item])["items"] if told.unit == item.unit)


def _commended(case: Case, by_now: Sequence[Assignment], on_time: set[int]) -> tuple[str, ...]:
    """Return the subordinate units that did in time all that was due; whoever signs may strike them."""
    ours = {a.unit for a in by_now if case.relation(a.unit) == "subordinate"} - _ourselves(case)
    return _in_order(case, ours - {a.unit for a in by_now if a.id not in on_time})


def _ourselves(case: Case) -> set[str]:
    return {case.plan.workflow.office}


def _for_accountability(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    """A proposal to the leading group: what its subordinates still owe; never more than a proposal (L1)."""
    return {"unit": case.plan.workflow.leading_group, "units": (), "items": _for_bulletin(case, items)["items"]}


def _state_line(case: Case, assignment: Assignment, deadline: Deadline) -> Line:
    return Line(
        title=title_of(case, assignment),
        unit=assignment.unit,
        state=STATES[assignment.state],
        due_on=deadline.due_on,
    )


def _for_application(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    workflow = case.plan.workflow
    scores = [
        piece.text
        for piece in case.work.find(Evidence, campaign=case.id, kind="number", order="id")
        if _unit_of(case, piece) == workflow.leading_group
    ]
    return {
        "unit": _addressee(case, items[0]),
        "relation": "superior",
        "items": (),
        "award": workflow.award,
        "score": scores[-1] if scores else "",
    }


def _for_report(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    to = told.get("to") or _addressee(case, items[0])
    return reporting.report(case, year=told.get("year", 0), to=to)


def _addressee(case: Case, item: Item) -> str:
    """Return the superior that the task of a draft names, or the first of the directory above the group."""
    assignment = case.work.get(Assignment, item.assignment) if item.assignment else None
    named = case.plan.tasks[assignment.task].addressee if assignment else ""
    return named or reporting.superior(case)


def _unit_of(case: Case, piece: Evidence) -> str:
    assignment = case.work.get(Assignment, piece.assignment)
    return assignment.unit if assignment else ""


def _for_objection_decided(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {name: told[name] for name in ("ruling", "reason", "successor")}


def _for_succession(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    owed = [a for number in told["tasks"] if (a := case.work.get(Assignment, number)) and a.state not in SETTLED]
    return {
        "from_on": date.fromisoformat(told["from"]),
        "predecessors": tuple(told["old"]),
        "document": told["document"],
        "items": tuple(
            Line(title=title_of(case, a), state=STATES[a.state], **_dates(case, case.deadline(a, "due")))
            for a in owed
        ),
    }


def _for_handover(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    unit = items[0].unit
    owed = [a for a in case.work.find(Assignment, campaign=case.id, unit=unit) if a.state not in SETTLED]
    dues = {a.id: case.deadline(a, "due") for a in owed}
    return {
        "from_on": date.fromisoformat(told["from"]),
        "address": told["address"],
        "items": tuple(
            Line(title=title_of(case, a), state=STATES[a.state], **_dates(case, dues[a.id])) for a in owed
        ),
    }


def _for_correction(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    corrected = Corrected(
        title=told["title"],
        on=date.fromisoformat(told["day"]),
        number=told["number"],
        wrong=told["wrong"],
        right=told["right"],
    )
    several = len(told["units"]) > 1
    return {
        "corrects": corrected,
        "items": (),
        "unit": "" if several else told["units"][0],
        "units": tuple(told["units"]) if several else (),
    }


_EXTRA = {
    "task_issued": _for_task_issued,
    "receipt_reminder": _for_receipt_reminder,
    "adjusted": _for_adjusted,
    "extended": _for_extended,
    "returned": _for_returned,
    "phase": _for_phase,
    "gate_late": _for_gate_late,
    "bulletin": _for_bulletin,
    "evidence_missing": _for_evidence_missing,
    "facts_shown": _for_facts_shown,
    "application": _for_application,
    "report": _for_report,
    "accountability": _for_accountability,
    "handover": _for_handover,
    "succession": _for_succession,
    "objection_decided": _for_objection_decided,
    "inspection": _for_inspection,
    "monthly": _for_monthly,
    "paused": _for_pause,
    "resumed": _for_pause,
    "ended": _for_ended,
    "correction": _for_correction,
}


def _in_order(case: Case, units: set[str]) -> tuple[str, ...]:
    return tuple(name for name in case.plan.workflow.directory.units if name in units)


def _units_first(case: Case, found: list[Assignment]) -> list[Assignment]:
    order = {name: i for i, name in enumerate(case.plan.workflow.directory.units)}
    return sorted(found, key=lambda a: (order[a.unit], a.id))


def addresses(case: Case, kind: str, units: Sequence[str], level: int) -> list[str]:
    """Return where a notice goes: the contacts that hold today, each once."""
    told: dict[str, None] = {}
    for unit in units:
        for contact in _reached(case, kind, unit, level):
            told[contact.address] = None
    return list(told)


def _reached(case: Case, kind: str, unit: str, level: int) -> list[UnitContact]:
    """A demand goes to the head of the unit, other documents to its desk, the rest to its own level (L1)."""
    contacts = case.contacts(unit)
    if unit == case.plan.workflow.leading_group:
        return [c for c in contacts if c.level == 3] or contacts[:1]
    wanted = 2 if kind == "supervise" else level if level < 3 else 0
    exact = [c for c in contacts if c.level == wanted]
    return exact or (contacts[:1] if level >= 3 or kind in UPWARD else [])
