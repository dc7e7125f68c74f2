"""A report on a year to a superior (情况报告, Q2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.model import Item
from engine.service.kernel.action import refuse
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts, reporting
from engine.service.notices.composing.lines import addressee
from engine.service.notices.kind import NoticeKind

NAME = "report"


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    to = told.get("to") or addressee(case, items[0])
    return reporting.report(case, year=told.get("year", 0), to=to, itself=NAME)


def _ordered(case: CampaignSession, named: str, year: str) -> tuple[str, int]:
    """Return to which superior and on which year a report is (SEMANTICS Q2)."""
    to = case.unit(named).name if named else reporting.superior(case)
    if case.relation(to) != "superior":
        raise refuse("no_superior", unit=to)
    return to, reporting.year_given(case, year)


KIND = NoticeKind(
    name="report",
    fields=_fields,
    reaches_any=True,
    ordered=_ordered,
    bears={
        "counted": facts.given("figures"),
        "some_done": facts.given("done"),
        "none_done": facts.not_given("done"),
        "tallied": facts.given("tallies"),
        "no_quota": lambda said: not said.case.plan.workflow.quotas,
        "none_missing": facts.not_given("missing"),
        "all_done": lambda said: reporting.is_all_done(said.case, NAME) and not said.values["missing"],
    },
)
