"""What documents say: moves, gates, bulletins, applications, reports, corrections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine import gates, units
from engine.gates import Shown
from engine.model import Assignment, Deadline, Evidence, Item
from engine.service.campaigns.commands.lifecycle import shown, verdict
from engine.service.kernel.case import NOON, SETTLED, Case
from engine.service.notices import reporting
from engine.service.notices.composing.kinds import Kinds
from engine.service.notices.composing.lines import STATES, in_order, title_of, units_first
from notifications.notice import Condition, Corrected, Figures, Line


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
        "conditions": _put_right(case, told["from"], told.get("unmet", ())),
    }


def _put_right(case: Case, phase: str, unmet: Sequence[str]) -> tuple[Condition, ...]:
    """Return the conditions of a gate that did not hold when it was passed."""
    texts = gates.texts(case.plan.phases[phase], case.plan.workflow)
    return tuple(Condition(text=texts.get(each, each)) for each in unmet)


def _for_gate_late(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    deadline = case.work.get(Deadline, items[0].deadline)
    phase = deadline.phase if deadline else case.head.phase
    unmet = [c for c in shown(case, verdict(case, phase)) if not c.holds]
    return {
        "phase": case.plan.phases[phase].title,
        "last_day": case.phase_state(phase).last_day,
        "conditions": tuple(_condition(c) for c in unmet),
    }


def _condition(found: Shown) -> Condition:
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
    late = [a for a in by_now if _is_late(case, a, dues[a.id])]
    on_time = [a for a in done if a.first_submitted_on and a.first_submitted_on <= dues[a.id].first_due_on]
    chased = [a for a in late if case.relation(a.unit) == "subordinate"]
    return {
        "unit": "",
        "units": in_order(case, _told_of(case, owed)),
        "commended": _commended(case, by_now, {a.id for a in on_time}),
        "figures": Figures(due=len(by_now), done=len(done), on_time=len(on_time), overdue=len(late)),
        "items": tuple(_state_line(case, a, dues[a.id]) for a in units_first(case, chased)),
    }


def _told_of(case: Case, owed: Sequence[Assignment]) -> set[str]:
    """Return the units that a bulletin goes to, as they are called today: no superior, not ourselves."""
    below = {a.unit for a in owed if case.relation(a.unit) != "superior"} - _ourselves(case)
    return set(units.current(case.plan.workflow.directory, below, case.today))


def _is_late(case: Case, owed: Assignment, due: Deadline) -> bool:
    """Tell whether something fell short, or is open though its day has passed; paused is not overdue (P1)."""
    overdue = due.due_on < case.today and due.state != "paused"
    return owed.state == "short" or (owed.state not in SETTLED and overdue)


def _for_facts_shown(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    """What a bulletin will say of one unit, for it to answer to (N5)."""
    by = date.fromisoformat(json.loads(items[0].facts)["by"])
    return {"items": facts_shown(case, items[0]), "reply_by": by, "close": NOON}


def facts_shown(case: Case, item: Item) -> tuple[Line, ...]:
    """Return what a bulletin would say now of the unit of an item."""
    if case.relation(item.unit) != "subordinate":
        return ()
    owed = case.work.find(Assignment, campaign=case.id, unit=item.unit, order="id")
    dues = {d.assignment: d for d in case.work.among(Deadline, "assignment", [a.id for a in owed]) if d.kind == "due"}
    late = [a for a in owed if a.id in dues and dues[a.id].due_on <= case.today and _is_late(case, a, dues[a.id])]
    return tuple(_state_line(case, each, dues[each.id]) for each in late)


def _commended(case: Case, by_now: Sequence[Assignment], on_time: set[int]) -> tuple[str, ...]:
    """Return the subordinate units that did in time all that was due; whoever signs may strike them."""
    ours = {a.unit for a in by_now if case.relation(a.unit) == "subordinate"} - _ourselves(case)
    return in_order(case, ours - {a.unit for a in by_now if a.id not in on_time})


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


KINDS: Kinds = {
    "phase": _for_phase,
    "gate_late": _for_gate_late,
    "bulletin": _for_bulletin,
    "facts_shown": _for_facts_shown,
    "application": _for_application,
    "report": _for_report,
    "accountability": _for_accountability,
    "correction": _for_correction,
}
