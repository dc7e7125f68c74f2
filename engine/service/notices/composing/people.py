"""What is said of rounds, evidence, and of who takes over from whom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Assignment, Item
from engine.service.indicators.views import indicators
from engine.service.inspections import rounds
from engine.service.kernel.case import SETTLED, Case
from engine.service.notices.composing.duties import deadline_of, paused_line
from engine.service.notices.composing.kinds import Kinds
from engine.service.notices.composing.lines import ANSWER_IN, STATES, dates, title_of
from notifications.notice import Line


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
    owed = deadline_of(case, items[0], "due")
    lines = (paused_line(case, a.id, "") for a in rounds.open_of(case, items[0].unit))
    assignment = case.work.get(Assignment, items[0].assignment)
    month = case.plan.tasks[assignment.task].title.removesuffix("工作调度") if assignment else ""
    return {
        "scope": month,
        "items": tuple(filter(None, lines)),
        "reply_by": case.plan.calendar.previous_working_day(owed.due_on) if owed else None,
    }


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
            Line(title=title_of(case, a), state=STATES[a.state], **dates(case, case.deadline(a, "due"))) for a in owed
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
        "items": tuple(Line(title=title_of(case, a), state=STATES[a.state], **dates(case, dues[a.id])) for a in owed),
    }


KINDS: Kinds = {
    "evidence_missing": _for_evidence_missing,
    "handover": _for_handover,
    "succession": _for_succession,
    "objection_decided": _for_objection_decided,
    "inspection": _for_inspection,
    "monthly": _for_monthly,
}
