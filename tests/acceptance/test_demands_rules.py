"""SEMANTICS N9: who may demand of whom, by which authority, under which number."""

from __future__ import annotations

import pytest
from office import BUREAU, COURT, GROUP, OFFICE, OTHER, REPORT, TOWN, Office, opened, plan

from engine.errors import Refused
from engine.model import DocumentNumber, Notice

DEPARTMENT = "issuer: {kind: department}"
CITED = "issuer: {kind: department, authority: {clause: 经县委同意, document: 某委〔2022〕8号}}"
IN_NAME = f"issuer: {{in_name_of: {GROUP}}}"
HINTS = "[{id: 催办, at: 1wd, level: 0, notice: overdue}]"


def late(top: str = "", ladder: str = HINTS, tasks: str = REPORT) -> Office:
    return opened(plan(top=top, ladder=ladder, tasks=tasks)).live_until("2022-09-01T12:00")


def supervised(top: str = "") -> tuple[Office, str]:
    """An office with the draft of a 督办, and its number."""
    office = opened(plan(top=top)).live_until("2022-09-15T12:00")
    return office, office.number("supervise", "draft")


# --- what a demand cites ---


def test_a_demand_cites_the_plan_that_somebody_else_issued() -> None:
    text = late().text("overdue", TOWN)
    assert "催办通知" in text.subject
    assert "按照《某县创建实施方案》要求,请于" in text.body


def test_a_demand_cites_the_decision_that_the_workflow_names_with_its_document() -> None:
    text = late(CITED).text("overdue", TOWN)
    assert "催办通知" in text.subject
    assert "经县委同意(某委〔2022〕8号),请于" in text.body


def test_a_demand_is_signed_by_the_body_in_whose_name_it_is_made_and_a_hint_by_the_office() -> None:
    office = late(
        IN_NAME, "[{id: 提前, at: -3wd, level: 0, notice: reminder}, {id: 催办, at: 1wd, level: 0, notice: overdue}]"
    )
    demand, hint = office.text("overdue", TOWN).body, office.text("reminder", TOWN).body
    assert demand.rstrip().splitlines()[-5:-3] != hint.rstrip().splitlines()[-5:-3]
    assert GROUP in [line.strip() for line in demand.splitlines()]
    assert GROUP not in [line.strip() for line in hint.splitlines()]
    assert OFFICE in [line.strip() for line in hint.splitlines()]


# --- where nothing may be demanded ---


def test_an_office_of_a_department_gives_a_township_a_hint_and_no_demand() -> None:
    office = late(DEPARTMENT)
    text = office.text("overdue", TOWN)
    assert "工作提示" in text.subject and "催办" not in text.subject + text.body + text.short
    assert "贵单位" in text.body and "你单位" not in text.body and "特此通知" not in text.body
    assert office.text("task_issued", TOWN).subject.endswith("函")


def test_a_department_presses_its_own_institutions() -> None:
    own = REPORT.replace(OTHER, "考察中心")
    units = plan()["units.yaml"] + "  - {name: 考察中心, code: centre, kind: 直属单位}\n"
    office = opened(plan(top=DEPARTMENT, ladder=HINTS, tasks=own, units=units)).live_until("2022-09-01T12:00")
    assert "催办通知" in office.text("overdue", "考察中心").subject
    assert "工作提示" in office.text("overdue", TOWN).subject


def test_a_plan_of_the_office_itself_is_no_authority() -> None:
    files = plan(ladder=HINTS)
    files["workflow.yaml"] = files["workflow.yaml"].replace("issuer: 某县委办公室", f"issuer: {OFFICE}")
    office = opened(files).live_until("2022-09-01T12:00")
    assert "工作提示" in office.text("overdue", TOWN).subject


@pytest.mark.parametrize("unit", [COURT, BUREAU])
def test_a_peer_and_a_vertical_unit_get_a_letter_whatever_is_cited(unit: str) -> None:
    office = late(CITED, tasks=REPORT.replace(OTHER, unit))
    office.live_until("2022-09-02T12:00")
    assert office.text("overdue", unit).subject.endswith("函")


def test_a_formal_act_without_an_authority_is_refused_when_it_is_to_be_signed() -> None:
    office, draft = supervised(DEPARTMENT)
    with pytest.raises(Refused, match=f"demand nothing of {TOWN}, {OTHER}") as caught:
        office.do("sign", who="leader", notice=draft)
    assert "issuer" in str(caught.value)
    assert office.refusals()[-1]["facts"]["why"] == "no_authority_over"
    assert office.find(Notice, kind="supervise")[0].state == "draft"
    assert office.audit().findings == ()


@pytest.mark.parametrize("kind", ["bulletin", "accountability"])
def test_a_formal_act_without_an_authority_is_not_even_drafted(kind: str) -> None:
    files = plan(ladder=HINTS)
    files["workflow.yaml"] = files["workflow.yaml"].replace("issuer: 某县委办公室", f"issuer: {OFFICE}")
    office = opened(files).live_until("2022-09-05T09:00")
    with pytest.raises(Refused, match="cites no authority"):
        office.do("draft", kind=kind)


def test_a_formal_act_by_a_cited_authority_is_signed() -> None:
    office, draft = supervised(CITED)
    assert office.do("sign", who="leader", notice=draft)["state"] == "queued"


# --- its number ---


def test_the_first_number_of_a_year_is_the_one_that_the_register_has() -> None:
    office, draft = supervised()
    assert office.do("sign", who="leader", notice=draft, number="18")["number"] == "某创建办发〔2022〕18号"
    office.do("draft", kind="accountability")
    office.live_until("2022-09-15T16:00")
    second = office.number("accountability", "draft")
    assert office.do("sign", who="leader", notice=second)["number"] == "某创建办发〔2022〕19号"
    assert office.audit().findings == ()


def test_a_number_that_was_given_out_is_not_given_again() -> None:
    office, draft = supervised()
    office.do("sign", who="leader", notice=draft, number="18")
    office.do("draft", kind="accountability")
    office.live_until("2022-09-15T16:00")
    second = office.number("accountability", "draft")
    for taken in ("18", "3", "某创建办发〔2022〕18号"):
        with pytest.raises(Refused, match="某创建办发〔2022〕18号"):
            office.do("sign", who="leader", notice=second, number=taken)


def test_a_number_of_another_register_is_entered_and_ours_does_not_count_it() -> None:
    office, draft = supervised()
    told = office.do("sign", who="leader", notice=draft, number="某委办〔2022〕41号")
    assert told["number"] == "某委办〔2022〕41号"
    assert "某委办〔2022〕41号" in office.text("supervise").body
    with office.desk.database.read() as work:
        assert work.get(DocumentNumber, "某创建办发", 2022) is None
    assert office.audit().findings == ()


@pytest.mark.parametrize("number", ["0", "018", "某委办2022-41", "-1", "第3号"])
def test_what_is_no_document_number_is_refused(number: str) -> None:
    office, draft = supervised()
    with pytest.raises(Refused, match="no document number"):
        office.do("sign", who="leader", notice=draft, number=number)
