"""How much units are asked in a month (减负核算): figures that are those of the outbox and of the forecast."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from office import COURT, GROUP, OFFICE, OTHER, REPORT, TOWN, Office, opened, plan

from engine import reader
from engine.model import Notice, Outgoing
from engine.records import replace
from engine.service.campaigns.views import burden, campaign
from engine.service.forecast import Forecast, nobody, of_campaign
from engine.service.forecast.burden import findings, over, rows_of
from engine.service.kernel.desk import reading
from engine.service.kernel.plain import Row

THREE = (
    REPORT
    + f"""
  - id: summary
    title: 报送总结
    phase: build
    responsible: [{TOWN}, {COURT}]
    due: 2022-09-29
"""
)
LIMITS = "limits: {letters_per_unit_and_month: 3, formal_per_unit_and_month: 1, hand_ins_per_unit_and_month: 5}"


def lived(top: str = "", until: str = "2022-09-16T12:00") -> Office:
    """An office in which one unit handed in and one never did, and a 督办 was signed."""
    office = opened(plan(tasks=THREE, top=top)).live_until("2022-08-30T10:00")
    office.submit(OTHER)
    office.accept(OTHER)
    office.live_until("2022-09-15T12:00")
    office.do("sign", who="leader", notice=office.number("supervise", "draft"))
    return office.live_until(until)


def told(office: Office, **picked: str) -> list[Row]:
    with office.case() as case:
        return burden.picked(
            burden.rows(case.plan.workflow, burden.Burden(told=burden.so_far(case), ahead={})), **picked
        )


def ahead(office: Office, assumption: object = None) -> Forecast:
    return of_campaign(office.desk, office.key, assumption or nobody())  # type: ignore[arg-type]


def test_what_was_told_so_far_is_what_the_outbox_holds() -> None:
    office = lived()
    office.do("draft", kind="bulletin")
    office.live_until("2022-09-16T16:00")
    notices = {n.id: n for n in office.find(Notice)}
    posted = {out.notice for out in office.find(Outgoing)}
    letters: Counter[tuple[str, str, str]] = Counter()
    for number in posted:
        notice = notices[number]
        part = "formal" if notice.number else "hints"
        letters.update((unit, notice.day.isoformat()[:7], part) for unit in notice.unit.split("、"))
    ours = (OFFICE, GROUP)
    expected = {key: n for key, n in letters.items() if key[0] not in ours}
    found = {(r["unit"], r["month"], p): r[p] for r in told(office) for p in ("hints", "formal") if r[p]}
    assert found == expected
    assert (TOWN, "2022-09", "formal") in expected and len(posted) < len(notices)


def test_what_is_foreseen_is_what_the_forecast_holds_and_what_was_told_stays() -> None:
    office = lived(until="2022-09-15T09:00")
    found = ahead(office)
    foretold = Counter(
        (unit, n.day.isoformat()[:7]) for n in found.notices for unit in n.units if unit not in (OFFICE, GROUP)
    )
    rows = rows_of(found)
    assert {
        (r["unit"], r["month"]): r["ahead_hints"] + r["ahead_formal"]
        for r in rows
        if r["ahead_hints"] + r["ahead_formal"]
    } == foretold
    before = {(r["unit"], r["month"]): (r["hints"], r["formal"], r["hand_ins"]) for r in told(office)}
    assert {
        k: v for r in rows if any(v := (r["hints"], r["formal"], r["hand_ins"])) for k in [(r["unit"], r["month"])]
    } == before


def test_what_is_foreseen_is_what_the_run_asks() -> None:
    office = opened(plan(tasks=THREE, ladder="[{id: 催办, at: 1wd, level: 0, notice: overdue}]")).sweep()
    foretold = [
        (r["unit"], r["month"], r["hints"] + r["ahead_hints"], r["hand_ins"] + r["ahead_hand_ins"])
        for r in rows_of(ahead(office))
    ]
    office.live_until("2023-03-01T12:00")
    assert [(r["unit"], r["month"], r["hints"], r["hand_ins"]) for r in told(office)] == foretold


def test_units_stand_in_the_order_of_the_directory_whatever_they_are_asked() -> None:
    found = told(lived())
    order = [COURT, TOWN, OTHER]
    assert list(dict.fromkeys(row["unit"] for row in found)) == order
    assert [row["month"] for row in found if row["unit"] == TOWN] == ["2022-07", "2022-08", "2022-09"]


def test_what_is_to_be_handed_in_counts_in_the_month_of_its_day_and_what_was_waived_does_not() -> None:
    office = lived()
    assert [(r["month"], r["hand_ins"]) for r in told(office, unit=TOWN) if r["hand_ins"]] == [
        ("2022-08", 1),
        ("2022-09", 1),
    ]
    office.do("waive", who="leader", task="summary", unit=TOWN, reason="并入方案", document="批复2号")
    assert [(r["month"], r["hand_ins"]) for r in told(office, unit=TOWN) if r["hand_ins"]] == [("2022-08", 1)]


def test_a_month_over_its_limit_says_so_with_its_number() -> None:
    office = lived(LIMITS)
    (row,) = told(office, unit=TOWN, month="2022-09")
    assert row["hints"] + row["formal"] > 3
    assert row["over"] == [{"code": "over_letters", "number": row["hints"] + row["formal"], "limit": 3}]
    with office.case() as case:
        assert [(r["unit"], r["month"]) for r in campaign.shown(case)["over_limit"]] == [(TOWN, "2022-09")]


def test_a_month_at_its_limit_is_not_over_it() -> None:
    (row,) = told(lived(), unit=TOWN, month="2022-09")
    most = row["hints"] + row["formal"]
    assert told(lived(f"limits: {{letters_per_unit_and_month: {most}}}"), unit=TOWN, month="2022-09")[0]["over"] == []
    assert told(lived(f"limits: {{letters_per_unit_and_month: {most - 1}}}"), unit=TOWN, month="2022-09")[0]["over"]


def test_without_limits_nothing_is_over_any() -> None:
    office = lived()
    assert over(ahead(office)) == [] and all(row["over"] == [] for row in told(office))


def test_the_forecast_and_the_check_warn_of_a_limit_that_will_be_passed() -> None:
    office = opened(plan(tasks=THREE, top=LIMITS)).sweep()
    found = ahead(office)
    assert {row["unit"] for row in over(found)} >= {TOWN}
    place = replace(found.workflow.limits.place, file="plan/workflow.yaml")
    warned = findings(found, place)
    assert {(one.code, one.severity, one.file) for one in warned} == {("PW593", "warning", "plan/workflow.yaml")}
    assert any("more than 3 letters in a month, if nobody submits" in one.what for one in warned)


def test_a_unit_sees_in_its_campaign_only_its_own_month_over_the_limit() -> None:
    office = lived(LIMITS)
    with reading(office.desk, office.key, OTHER) as case:
        assert campaign.shown(case)["over_limit"] == []
    with reading(office.desk, office.key, TOWN) as case:
        assert [row["unit"] for row in campaign.shown(case)["over_limit"]] == [TOWN]


def test_limits_are_read_and_what_is_no_number_is_a_problem_at_its_line(tmp_path: Path) -> None:
    bundle = plan(top=LIMITS)
    limits = reader.read(bundle, "plan").limits
    assert (limits.letters, limits.formal, limits.hand_ins) == (3, 1, 5)
    assert limits.place.file == "plan/workflow.yaml" and limits.place.line > 1
