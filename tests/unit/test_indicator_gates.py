"""Conditions on indicators: what they count, what they need and what is missing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from samples import TOWNS, county

from engine.gates import KINDS, Facts, ShownCondition, judge, shown
from engine.gates.measured import Filling, IndicatorMark, Measured, said
from engine.model import Condition, EvidenceSlot, Indicator, IndicatorSet, Workflow
from engine.model.plain import MarkShare

COUNTY = county()
EAST, WEST, *_ = TOWNS
SET = IndicatorSet(
    id="marks",
    title="测评指标",
    version="1",
    indicators=(
        Indicator(
            id="1",
            title="机制",
            points="60",
            units=(EAST, WEST),
            evidence=(EvidenceSlot(id="a", title="方案", per="year"),),
        ),
        Indicator(id="2", title="宣传", points="40", units=(EAST,), period="year"),
        Indicator(id="3", title="推广", points="5", units=(WEST,), period="none"),
        Indicator(id="9", title="事故", veto=True, units=(EAST,)),
    ),
)
MEASURED_COUNTY = replace(COUNTY, indicators=SET)


def mark(indicator: str, unit: str, own: object = None, checked: object = None) -> IndicatorMark:
    numbers = [None if score is None else Fraction(str(score)) for score in (own, checked)]
    return IndicatorMark(indicator=indicator, unit=unit, period="", when="", own=numbers[0], checked=numbers[1])


def filling(unit: str, have: int, year: str) -> Filling:
    return Filling(
        indicator="1", slot="a", title="方案", unit=unit, period=year, when=f"{year}年", have=have, least=1
    )


def judged(kind: str, measured: Measured, workflow: Workflow = MEASURED_COUNTY, **params: Any) -> ShownCondition:
    facts = Facts(workflow=workflow, on=COUNTY.phases[0].window.first_day, measured=measured)
    asked = replace(COUNTY.phases[0], gate=Condition(id="it", kind=kind, text="", params=params))
    (found,) = shown(judge(asked, facts), asked, workflow)
    return found


def words(kind: str, **params: Any) -> str:
    return KINDS[kind].sentence(params, MEASURED_COUNTY)


def test_extra_points_help_the_whole_and_are_asked_of_nobody() -> None:
    marks = (mark("1", EAST, 60), mark("1", WEST, 60), mark("2", EAST, 20), mark("3", WEST, None))
    least = {"least": MarkShare(Fraction(84, 100))}
    short = judged("indicator_score", Measured(marks=marks), **least)
    assert (short.holds, short.counted, short.needed, short.missing) == (False, "80", "84", ("2 宣传(20/40)",))
    full = judged("indicator_score", Measured(marks=(*marks[:3], mark("3", WEST, 4))), **least)
    assert (full.holds, full.counted, full.needed) == (True, "84", "84")


def test_each_unit_is_judged_by_its_own_points_and_who_is_only_named_for_extra_points_is_left_out() -> None:
    others = Indicator(id="3", title="推广", points="5", units=(WEST,), period="none")
    only_extra = replace(MEASURED_COUNTY, indicators=replace(SET, indicators=(SET.indicators[1], others)))
    marks = (mark("2", EAST, 39), mark("3", WEST, None))
    found = judged("indicator_score", Measured(marks=marks), only_extra, least=MarkShare(Fraction(1)), over="each")
    assert (found.holds, found.counted, found.needed, found.missing) == (False, "0", "1", (f"{EAST}(39/40)",))


def test_evidence_is_counted_by_slot_unit_and_period_and_rounded_up() -> None:
    measured = Measured(fillings=(filling(EAST, 1, "2022"), filling(WEST, 0, "2022"), filling(EAST, 0, "2023")))
    found = judged("evidence", measured, share=Fraction(1, 2))
    assert (found.holds, found.counted, found.needed) == (False, "1", "2")
    assert found.missing == (f"1 方案:{WEST} 2022年", f"1 方案:{EAST} 2023年")
    assert judged("evidence", measured, share=Fraction(1, 3)).missing == ()
    assert judged("evidence", measured, indicators=("2",)).holds


@pytest.mark.parametrize("kind", ["indicator_score", "evidence", "no_veto"])
def test_without_indicators_no_condition_on_them_holds(kind: str) -> None:
    assert not judged(kind, Measured(), COUNTY, least=Fraction(0)).holds


def test_conditions_on_indicators_say_in_words_what_must_hold() -> None:
    assert words("indicator_score", least=Fraction(85)) == "测评指标自评得分不低于85分"
    each = words("indicator_score", least=MarkShare(Fraction(4, 5)), over="each", of="checked")
    assert each == "测评指标各单位复核得分不低于80%"
    assert words("evidence") == "测评指标各项印证材料齐全"
    assert words("evidence", share=Fraction(9, 10), indicators=("1",)) == "测评指标1印证材料齐备90%以上"
    assert words("no_veto") == "未触发测评指标一票否决"


def test_a_score_is_said_with_two_decimals_at_most() -> None:
    assert [said(Fraction(text)) for text in ("0", "10", "8.50", "1/3")] == ["0", "10", "8.5", "0.33"]
