"""What was refused, in words: a record holds its code and its facts (SEMANTICS H1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import gates
from engine.errors import line_of
from engine.model import Verdict
from engine.model.plain import made
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Desk, reading
from engine.service.kernel.plan import Plan
from engine.store.queries import texts
from engine.words import ENGLISH


def refusal(desk: Desk, key: str, told: Mapping[str, Any], lang: str = ENGLISH) -> str:
    """Return the line that was said when a record of a campaign's journal was refused; nothing where it was not."""
    if told["outcome"] != "refused":
        return ""
    facts = told["facts"]
    if "verdict" not in facts["with"]:
        return line_of(facts, lang)
    with reading(desk, key) as case:
        return line_of(facts, lang, **_of_gate(case, str(told["workflow"]), facts["with"]))


def _of_gate(case: CampaignSession, version: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return what a shut gate says in words, by the version of the workflow that shut it."""
    plan = _plan(case, version)
    judged = made(Verdict, facts["verdict"])
    phase = plan.phases[judged.phase]
    return {"title": phase.title, "unmet": gates.why_shut(judged, phase, plan.workflow), "key": case.head.key}


def _plan(case: CampaignSession, version: str) -> Plan:
    """Return the plan of the version that a record names by the first letters of its hash."""
    if case.head.workflow.startswith(version):
        return case.plan
    (sha,) = texts.beginning(case.work, version)
    return case.library.plan(case.work, sha, case.head.calendar)
