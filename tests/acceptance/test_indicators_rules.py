"""Indicators of a running campaign: scores, evidence, vetoes, and files handed in twice (rules M1–M4)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import COURT, OTHER, TOWN, Office, opened, plan

from engine.errors import BadInput, NotAllowed, Refused, UnknownName, WrongState
from engine.gates.measured import points as points_of
from engine.gates.measured import total
from engine.model import IndicatorProof, IndicatorScore, Item, Judgement, Veto
from engine.service.indicators import apply as effects
from engine.service.indicators import rules
from engine.service.indicators.views import indicators as views

MARKS = """
id: marks
title: 某县测评指标
version: "2022-1"
items:
  - id: "1.1"
    title: 工作机制
    points: 60
    units: [各乡镇]
    evidence: [{id: 方案, title: 工作方案}, {id: 纪要, title: 会议纪要, per: year, least: 2}]
  - {id: "1.2", title: 年度宣传, points: 40, units: [县法院], period: year}
  - {id: "1.3", title: 经验推广, points: 5, units: [东镇], period: none}
  - {id: "9.1", title: 责任事故, veto: true, units: [各乡镇]}
"""
TOTAL = "{kind: indicator_score, least: 85}"
EACH = "{kind: indicator_score, least: 80%, over: each, of: checked}"
EVIDENCE = "{kind: evidence}"
NO_VETO = "{kind: no_veto}"
NOTE = {"text": "七月六日来电"}
PAPER = {"reason": "查实一起责任事故", "document": "通报6号"}


def measured(gate: str, at: str = "2022-07-06T10:00", *, database: Any = None, marks: str = MARKS) -> Office:
    """Return an office whose campaign is measured, its gate being `gate`."""
    return opened(bundle(gate, marks), database=database).at(at)


def bundle(gate: str, marks: str = MARKS, **parts: Any) -> dict[str, str]:
    return plan(gate=gate, top="indicators: indicators.yaml", templates={"indicators.yaml": marks}, **parts)


def file(name: str, sha: str) -> dict[str, Any]:
    return {"name": name, "sha256": sha * 64, "size": 7}


def score(office: Office, indicator: str, unit: str, points: object, **more: Any) -> dict[str, Any]:
    return office.do("score", who=unit, indicator=indicator, points=points, **more)


def prove(office: Office, slot: str, unit: str, name: str, sha: str, **more: Any) -> dict[str, Any]:
    return office.do("prove", who=unit, indicator="1.1", slot=slot, file=file(name, sha), **more)


def judged(office: Office) -> tuple[bool, str, str, tuple[str, ...]]:
    condition = office.conditions()[0]
    return condition.holds, condition.counted, condition.needed, condition.missing


# --- M1: scores ---


def test_the_score_of_the_whole_is_the_mean_of_the_units_of_each_indicator() -> None:
    office = measured(TOTAL)
    assert judged(office) == (False, "0", "85", ("1.1 自评:东镇、西乡", "1.2 自评:县法院"))
    score(office, "1.1", TOWN, "60")
    score(office, "1.1", OTHER, 40.5)
    assert judged(office) == (False, "50.25", "85", ("1.2 自评:县法院", "1.1 工作机制(50.25/60)"))
    score(office, "1.2", COURT, "35")
    assert judged(office) == (True, "85.25", "85", ())
    score(office, "1.3", TOWN, "5")
    assert judged(office)[1] == "90.25"
    assert office.audit().holds


def test_a_later_score_takes_the_place_of_the_earlier_and_the_history_keeps_both() -> None:
    office = measured(TOTAL)
    score(office, "1.1", TOWN, "50")
    assert score(office, "1.1", TOWN, "55.50")["before"] == "50"
    assert [(s.unit, s.points, s.kind) for s in office.find(IndicatorScore)] == [(TOWN, "55.5", "self")]
    assert [told["facts"]["points"] for told in office.history("score")] == ["50", "55.5"]


def test_what_the_office_checked_stands_beside_what_a_unit_gave_itself() -> None:
    office = measured(EACH)
    assert judged(office) == (False, "0", "3", ("县法院(0/32)", "东镇(0/48)", "西乡(0/48)"))
    for unit, own, checked in ((TOWN, "60", "48"), (OTHER, "60", "47.99")):
        score(office, "1.1", unit, own)
        office.do("score", indicator="1.1", unit=unit, points=checked, checked=True)
    office.do("score", indicator="1.2", unit=COURT, points="40", checked=True)
    assert judged(office) == (False, "2", "3", ("西乡(47.99/48)",))
    assert [s.points for s in office.find(IndicatorScore) if s.kind == "self"] == ["60", "60"]
    with pytest.raises(NotAllowed):
        score(office, "1.1", TOWN, "60", checked=True)


@pytest.mark.parametrize(
    ("points", "error"),
    [("60.01", Refused), ("-1", BadInput), ("nan", BadInput), ("8.555", BadInput), ("", BadInput), ("1e1", BadInput)],
)
def test_a_score_lies_between_nought_and_the_points_of_its_indicator(points: str, error: type[Exception]) -> None:
    office = measured(TOTAL)
    with pytest.raises(error):
        score(office, "1.1", TOWN, points)
    assert office.find(IndicatorScore) == []


def test_a_unit_acts_only_on_indicators_that_it_is_named_for() -> None:
    office = measured(TOTAL)
    with pytest.raises(NotAllowed):
        score(office, "1.2", TOWN, "10")
    with pytest.raises(NotAllowed):
        office.do("score", who=TOWN, indicator="1.1", unit=OTHER, points="10")
    with pytest.raises(UnknownName):
        office.do("score", indicator="1.2", unit=TOWN, points="10", voucher=NOTE)
    assert [(told["facts"]["code"], told["facts"]["why"]) for told in office.refusals()] == [
        ("PG101", "indicator_not_for"),
        ("PG101", "act_for"),
    ]


def test_the_office_scores_for_a_unit_with_a_voucher_and_the_day_it_happened() -> None:
    office = measured(TOTAL, at="2022-07-20T10:00")
    given = {"indicator": "1.1", "unit": TOWN, "points": "50"}
    with pytest.raises(Refused, match="needs a voucher"):
        office.do("score", **given)
    with pytest.raises(Refused, match="adoption"):
        office.do("score", **given, voucher=NOTE, on="2022-07-04")
    office.do("score", **given, voucher=NOTE, on="2022-07-18")
    told = office.history("score")[-1]
    assert (told["on_behalf"], told["facts"]["on"], told["facts"]["voucher"]) == (
        TOWN,
        "2022-07-18",
        {"kind": "voucher", **NOTE},
    )


def test_of_a_period_the_newest_that_has_begun_is_read_and_a_late_gate_reads_none_after_its_phase() -> None:
    office = measured(TOTAL, at="2022-12-30T10:00")
    score(office, "1.2", COURT, "40")
    assert judged(office)[1] == "40"
    with pytest.raises(UnknownName):
        score(office, "1.2", COURT, "40", period="2023")
    office.at("2023-01-05T10:00")
    assert judged(office)[1] == "40", "the phase ended in 2022"
    with office.case() as case:
        assert views.shown(case)["self"] == "0", "a new year has begun"
    score(office, "1.2", COURT, "30")
    assert [(s.period, s.points) for s in office.find(IndicatorScore)] == [("2022", "40"), ("2023", "30")]


# --- M2: evidence ---


def test_missing_evidence_is_named_by_slot_unit_and_year_and_opens_the_gate_when_it_is_there() -> None:
    office = measured(EVIDENCE)
    assert judged(office) == (False, "0", "4", ("1.1 工作方案:东镇、西乡", "1.1 会议纪要:东镇、西乡 2022年"))
    for unit, first, second, third in ((TOWN, "a", "b", "c"), (OTHER, "d", "e", "f")):
        prove(office, "方案", unit, "方案.pdf", first)
        prove(office, "纪要", unit, "一月.pdf", second)
        assert unit in judged(office)[3][-1], "one of two is missing"
        prove(office, "纪要", unit, "二月.pdf", third)
    assert judged(office) == (True, "4", "4", ())
    assert office.audit().holds


def test_the_same_name_again_is_the_next_version_and_only_the_latest_counts() -> None:
    office = measured(EVIDENCE)
    prove(office, "纪要", TOWN, "纪要.pdf", "a")
    assert prove(office, "纪要", TOWN, "纪要.pdf", "b")["version"] == 2
    assert [(p.version, p.state) for p in office.find(IndicatorProof)] == [(1, "replaced"), (2, "counts")]
    with office.case() as case:
        row = next(row for row in views.missing(case, TOWN) if row["what"] == "会议纪要")
    assert (row["have"], row["least"]) == (1, 2)


def test_one_file_counts_once_in_its_place_whatever_it_is_called() -> None:
    office = measured(EVIDENCE)
    prove(office, "纪要", TOWN, "一月.pdf", "a")
    with pytest.raises(Refused, match="there already"):
        prove(office, "纪要", TOWN, "二月.pdf", "a")


def test_a_piece_is_one_file_or_one_note() -> None:
    office = measured(EVIDENCE)
    with pytest.raises(Refused, match="one file or one note"):
        office.do("prove", who=TOWN, indicator="1.1", slot="方案")
    for text in ("见档案盒三", "见档案盒四"):
        office.do("prove", who=TOWN, indicator="1.1", slot="纪要", note=text)
    assert [p.state for p in office.find(IndicatorProof)] == ["counts", "counts"]
    with pytest.raises(UnknownName):
        office.do("prove", who=TOWN, indicator="1.1", slot="照片", note="照片")


def test_what_is_unmet_at_a_conditional_passage_falls_to_the_units_that_lack_it() -> None:
    office = measured(EVIDENCE, at="2022-09-20T10:00")
    prove(office, "方案", TOWN, "方案.pdf", "a")
    office.do("pass", who="leader", due="2022-11-30", document="会议纪要9号")
    office.sweep()
    with office.case() as case:
        joined = case.plan.tasks["r-1"]
    assert joined.responsible == (TOWN, OTHER)


def test_units_are_asked_for_what_is_missing_when_the_notice_is_written() -> None:
    office = measured(EVIDENCE)
    told = office.do("ask", due="2022-07-15")
    assert (told["units"], told["by"]) == ([COURT, TOWN, OTHER], "2022-07-15")
    score(office, "1.2", COURT, "40")
    score(office, "1.1", TOWN, "60")
    office.sweep()
    assert [note.rpartition(": ")[0] for note in office.notices("evidence_missing")] == [
        "07-06 10:00 evidence_missing 东镇 0 sent",
        "07-06 10:00 evidence_missing 西乡 0 sent",
    ]
    body = office.text("evidence_missing", TOWN).body
    assert "指标1.1 工作机制:会议纪要(2022年),需2份,已报0份。" in body and "自评分。" not in body
    assert "7月15日(星期五)17:30前" in body
    assert [item.state for item in office.find(Item, kind="evidence_missing")] == ["moot", "bound", "bound"]
    assert office.audit().holds


def test_nobody_is_asked_where_nothing_is_missing_and_only_the_office_asks() -> None:
    office = measured(EVIDENCE)
    with pytest.raises(Refused, match="not after today"):
        office.do("ask", due="2022-07-06")
    with pytest.raises(NotAllowed):
        office.do("ask", who=TOWN)
    score(office, "1.2", COURT, "40")
    with pytest.raises(Refused, match="nothing is missing"):
        office.do("ask", unit=COURT)


# --- M3: vetoes ---


def test_a_veto_shuts_the_gate_until_the_leader_lifts_it_and_both_rest_on_a_document() -> None:
    office = measured(NO_VETO)
    assert judged(office) == (True, "0", "0", ())
    with pytest.raises(Refused):
        office.do("veto", indicator="9.1", unit=TOWN, reason="事故")
    office.do("veto", indicator="9.1", unit=TOWN, **PAPER)
    assert judged(office) == (False, "1", "0", ("9.1 一票否决:东镇",))
    with pytest.raises(WrongState):
        office.do("veto", indicator="9.1", unit=TOWN, **PAPER)
    with pytest.raises(NotAllowed):
        office.do("unveto", indicator="9.1", unit=TOWN, **PAPER)
    office.do("unveto", who="leader", indicator="9.1", unit=TOWN, **PAPER)
    assert judged(office) == (True, "0", "0", ())
    with pytest.raises(WrongState):
        office.do("unveto", who="leader", indicator="9.1", unit=TOWN, **PAPER)
    assert [(v.unit, v.lifted_by) for v in office.find(Veto)] == [(TOWN, "查实一起责任事故(通报6号)")]
    assert office.audit().holds


def test_only_an_indicator_that_is_a_veto_is_vetoed_and_it_gives_no_points() -> None:
    office = measured(NO_VETO)
    with pytest.raises(Refused, match="no veto"):
        office.do("veto", indicator="1.1", **PAPER)
    with pytest.raises(Refused, match="gives no points"):
        score(office, "9.1", TOWN, "1")
    with pytest.raises(NotAllowed):
        office.do("veto", who=TOWN, indicator="9.1", **PAPER)


# --- M4: the same file from two units ---


def test_a_file_that_two_units_hand_in_is_flagged_and_a_refused_one_counts_no_longer() -> None:
    office = measured(EVIDENCE)
    prove(office, "方案", TOWN, "方案.pdf", "a")
    assert prove(office, "方案", OTHER, "我乡方案.pdf", "a")["also"] == [TOWN]
    assert "1.1 工作方案" not in "".join(judged(office)[3])
    office.do("judge", file="aaaa", unit=OTHER, verdict="refused", reason="照抄东镇")
    assert judged(office)[3][0] == "1.1 工作方案:西乡"
    with pytest.raises(Refused, match="was refused"):
        prove(office, "方案", OTHER, "又一份.pdf", "a")
    office.do("judge", file="aaaa", verdict="fine", reason="两地联合制定")
    assert "1.1 工作方案" not in "".join(judged(office)[3])
    assert [(j.unit, j.verdict) for j in office.find(Judgement)] == [(OTHER, "fine"), (TOWN, "fine")]
    assert office.audit().holds


def test_evidence_of_a_task_and_of_an_indicator_are_compared_with_each_other() -> None:
    office = measured(EVIDENCE)
    office.do("submit", who=OTHER, task="report", note="方案", files=[file("方案.pdf", "a")])
    prove(office, "方案", TOWN, "方案.pdf", "a")
    prove(office, "纪要", TOWN, "纪要.pdf", "b")
    with office.case() as case:
        (found,) = views.duplicates(case)
    assert (found["units"], found["settled"]) == ([OTHER, TOWN], False)
    assert [(hand["unit"], hand["of"], hand["where"]) for hand in found["handed_in"]] == [
        (TOWN, "indicator", "1.1/方案"),
        (OTHER, "task", "report"),
    ]
    refused = {"file": "aaaa", "verdict": "refused", "reason": "照抄"}
    assert office.do("judge", unit=TOWN, **refused)["tasks"] == []
    assert office.do("judge", unit=OTHER, **refused)["tasks"] == ["report/西乡"]


def test_files_that_wait_for_a_judgement_are_counted_alike_on_both_databases(database: Any) -> None:
    office = measured(EVIDENCE, database=database)
    office.do("submit", who=OTHER, task="report", note="方案", files=[file("方案.pdf", "a"), file("附件.pdf", "b")])
    for slot, name, sha in (("方案", "方案.pdf", "a"), ("纪要", "附件.pdf", "b"), ("纪要", "纪要.pdf", "c")):
        prove(office, slot, TOWN, name, sha)
    with office.case() as case:
        assert effects.unjudged(case) == 2
    office.do("judge", file="aaaa", verdict="fine", reason="共同拟定")
    office.do("judge", file="bbbb", unit=TOWN, verdict="fine", reason="待另一方说明")
    with office.case() as case:
        assert effects.unjudged(case) == 1
    assert office.audit().holds


def test_only_a_file_from_several_units_is_judged_and_only_with_a_reason() -> None:
    office = measured(EVIDENCE)
    prove(office, "方案", TOWN, "方案.pdf", "a")
    with pytest.raises(UnknownName):
        office.do("judge", file="aaaa", verdict="fine", reason="无妨")
    prove(office, "方案", OTHER, "方案.pdf", "a")
    with pytest.raises(Refused, match="reason"):
        office.do("judge", file="aaaa", verdict="fine")


# --- another version of the workflow (P4) ---


def moved(office: Office, *swaps: tuple[str, str]) -> None:
    """Move the campaign to a version in which words of the indicators are put in the place of others."""
    marks = MARKS
    for old, new in swaps:
        assert old in marks
        marks = marks.replace(old, new)
    files = bundle(TOTAL, marks)
    files["workflow.yaml"] = files["workflow.yaml"].replace('version: "1"', 'version: "2"')
    office.do("move", bundle=files, document="会议纪要7号")


def test_a_version_that_gives_fewer_points_lets_no_score_count_more_than_these() -> None:
    office = measured(TOTAL)
    score(office, "1.1", TOWN, "60")
    score(office, "1.1", OTHER, "20")
    assert judged(office)[1] == "40"
    moved(office, ("points: 60", "points: 50"))
    assert judged(office)[1] == "35"
    assert office.audit().holds


@pytest.mark.parametrize(
    ("swap", "lost"),
    [
        (("{id: 纪要, title: 会议纪要, per: year, least: 2}", "{id: 记录, title: 会议记录}"), "1.1/纪要"),
        (("title: 会议纪要, per: year,", "title: 会议纪要,"), "1.1/纪要"),
        (('id: "1.2"', 'id: "1.5"'), "1.2"),
        (("units: [县法院], period: year", "units: [县法院]"), "1.2"),
        (('id: "9.1"', 'id: "9.5"'), "the veto 9.1"),
    ],
)
def test_what_is_recorded_of_an_indicator_has_its_place_in_a_new_version(swap: tuple[str, str], lost: str) -> None:
    office = measured(TOTAL)
    score(office, "1.2", COURT, "40")
    prove(office, "纪要", TOWN, "纪要.pdf", "a")
    office.do("veto", indicator="9.1", **PAPER)
    with pytest.raises(Refused, match=f"no place for {lost}"):
        moved(office, swap)
    moved(office, ("title: 年度宣传", "title: 年度宣传教育"))
    assert office.audit().holds


def test_what_waits_to_be_asked_for_is_moot_once_a_version_has_no_indicators_any_more() -> None:
    office = measured(EVIDENCE).at("2022-07-06T18:00")
    office.do("ask", due="2022-07-15")
    files = plan(gate="{kind: approval, approval: 同意}")
    files["workflow.yaml"] = files["workflow.yaml"].replace('version: "1"', 'version: "2"')
    office.do("move", bundle=files, document="会议纪要7号")
    office.sweep("2022-07-07T09:05")
    assert {item.state for item in office.find(Item, kind="evidence_missing")} == {"moot"}
    assert office.audit().holds


# --- whatever the order ---

ACTS = st.lists(
    st.tuples(
        st.sampled_from([("1.1", TOWN), ("1.1", OTHER), ("1.2", COURT), ("1.3", TOWN)]),
        st.booleans(),
        st.decimals(0, 70, places=2),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda act: act[:2],
)


def scored(acts: Sequence[Any]) -> tuple[set[Any], Fraction, Fraction, Fraction]:
    """Return the scores that stand after acts, the sums, and the points that can be had; too high ones are refused."""
    office = measured(TOTAL)
    for (indicator, unit), checked, points in acts:
        try:
            if checked:
                office.do("score", indicator=indicator, unit=unit, points=str(points), checked=True)
            else:
                score(office, indicator, unit, str(points))
        except Refused:
            pass
    rows = {(s.indicator, s.unit, s.kind, s.points) for s in office.find(IndicatorScore)}
    with office.case() as case:
        found, standing = rules.set_of(case), rules.measured(case)
    most = points_of(found.indicators, extra=True)
    office.desk.database.close()
    return rows, total(found, standing, "self"), total(found, standing, "checked"), most


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS, seed=st.randoms(use_true_random=False))
def test_the_sums_lie_between_nought_and_all_points_and_the_order_of_acts_does_not_matter(
    acts: list[Any], seed: Any
) -> None:
    rows, own, checked, most = scored(acts)
    assert 0 <= own <= most == 105 and 0 <= checked <= most
    shuffled = list(acts)
    seed.shuffle(shuffled)
    assert scored(shuffled) == (rows, own, checked, most)
