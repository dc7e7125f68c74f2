"""What units are asked by a forecast, beside what they were asked so far (减负核算)."""

from __future__ import annotations

from collections import Counter

from engine.check.finding import few, warning
from engine.errors import Problem
from engine.model import Place
from engine.service.campaigns.views import burden
from engine.service.campaigns.views.burden import Burden, Key
from engine.service.forecast.records import Forecast
from engine.service.kernel.plain import Row


def foreseen(found: Forecast) -> Burden:
    """Return what units were asked before a forecast began, and what it foresees beyond."""
    asked = burden.hand_ins((duty.unit, duty.now_on) for duty in found.owed)
    told = Counter(found.asked_before)
    issued: Counter[Key] = Counter({key: number for key, number in told.items() if key[2] == "hand_ins"})
    letters = burden.letters((notice.kind, notice.units, notice.day) for notice in found.notices)
    return Burden(told=told, ahead=letters + (asked - issued))


def rows_of(found: Forecast) -> list[Row]:
    """Return the rows of a forecast: what was asked and what is foreseen, by unit and month."""
    return burden.rows(found.workflow, foreseen(found))


def over(found: Forecast) -> list[Row]:
    """Return where a forecast asks more of a unit in a month than the limits of its workflow allow."""
    return burden.over(rows_of(found)) if burden.has_limits(found.workflow) else []


def findings(found: Forecast, place: Place) -> list[Problem]:
    """Return for each limit that a forecast is over a finding of the workflow's check, at the place of its limits."""
    told: dict[str, list[str]] = {}
    for row in over(found):
        for each in row["over"]:
            told.setdefault(each["code"], []).append(f"{row['unit']} {row['month']}: {each['number']}")
    return [_finding(code, units, found, place) for code, units in told.items()]


def _finding(code: str, units: list[str], found: Forecast, place: Place) -> Problem:
    limits = found.workflow.limits
    what, limit = {
        "over_letters": ("letters", limits.letters),
        "over_formal": ("formal documents", limits.formal),
        "over_hand_ins": ("hand-ins", limits.hand_ins),
    }[code]
    said = f"{len(units)} times a unit is asked more than {limit} {what} in a month, if {found.assumption}"
    return warning("PW593", place, said, few(units), "merge tasks or thin out ladders, or raise the limit")
