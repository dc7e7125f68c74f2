"""A day has come."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params
from engine.gates.params import Param, ParamType, text
from engine.model import ConditionVerdict, VerdictPart, Workflow


def _day(raw: object) -> date:
    if isinstance(raw, date):
        return raw
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text(raw)):
        raise ValueError
    return date.fromisoformat(text(raw))


DATE = ParamType(name="date", form="day", read=_day, example="a day: 2022-12-31", about="a day")


def _date_reads(params: Params) -> Reads:
    return Reads(dates=frozenset([cast(date, params["on_or_after"])]))


def _date_judge(params: Params, facts: Facts) -> ConditionFinding:
    day = cast(date, params["on_or_after"])
    come = facts.on >= day
    # What was counted is not today's date: a verdict changes when a condition does, not every night (G5).
    asked = (VerdictPart(name=day.isoformat()),)
    met, missing = (asked, ()) if come else ((), asked)
    return ConditionFinding(holds=come, counted=str(int(come)), needed="1", missing=missing, met=met)


def _figures(found: ConditionVerdict) -> tuple[str, str]:
    (day,) = (part.name for part in (*found.met, *found.missing))
    return "已到" if found.holds else "未到", day


def _lacking(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    """Say nothing: for a day nobody is waited for."""
    return ()


def _date_sentence(params: Params, workflow: Workflow) -> str:
    day = cast(date, params["on_or_after"])
    return f"{day.year}年{day.month}月{day.day}日已到"


KIND = ConditionKind(
    name="date",
    params=(Param(name="on_or_after", type=DATE, required=True),),
    reads=_date_reads,
    judge=_date_judge,
    sentence=_date_sentence,
    figures=_figures,
    lacking=_lacking,
)
