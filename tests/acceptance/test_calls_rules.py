"""Whom to call, and what a recorded call stands in for (SEMANTICS L4, L8; docs/semantics.md J2)."""

from __future__ import annotations

from typing import Any

import pytest
from office import CITY, GROUP, OFFICE, OTHER, REPORT, TOWN, Office, opened, plan

from engine.errors import NotAllowed, Refused
from engine.model import Evidence
from engine.service.duties.views.rungs import of_one
from engine.service.forecast import nobody, of_campaign
from engine.service.kernel.desk import reading
from engine.service.kernel.plain import Row
from engine.service.notices.views import calls

TWICE = "[{id: 提前, at: -3wd, level: 0, notice: reminder}, {id: 催办, at: 1wd, level: 0, notice: overdue}, {id: 催分管, at: 3wd, level: 1, notice: overdue}]"


def listed(office: Office, days: int = 1) -> list[Row]:
    with office.case() as case:
        return calls.listed(case, days)


def called(office: Office, unit: str = TOWN, **given: Any) -> dict[str, Any]:
    return office.do("call", task="report", unit=unit, reason="答复本周内报送", **given)


def why(office: Office, rung: str, unit: str = TOWN) -> Row:
    with office.case() as case:
        return next(row for row in of_one(case, "report", unit) if row["rung"] == rung)


def test_whom_to_call_are_the_units_whose_next_letter_goes_on_the_next_sending_day() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T12:00")
    office.submit(OTHER)
    (row,) = listed(office)
    assert (row["unit"], row["task"], row["deadline"], row["due_on"]) == (TOWN, "report", "due", "2022-08-31")
    assert (row["kind"], row["level"], row["overdue"]) == ("overdue", 0, 0)
    assert row["goes_at"].startswith("2022-09-01T10:00") and row["to"] == ["liaison@east.example.org"]
    assert listed(office.live_until("2022-09-01T12:00")) == []
    assert [(r["unit"], r["level"], r["overdue"]) for r in listed(office, 3)] == [(TOWN, 1, 1)]


def test_neither_our_office_nor_a_superior_nor_who_stands_above_is_called() -> None:
    all_of_us = REPORT.replace(OTHER, f"{OTHER}, {OFFICE}, {CITY}, {GROUP}")
    office = opened(plan(ladder=TWICE, tasks=all_of_us)).live_until("2022-08-31T12:00")
    assert [row["unit"] for row in listed(office)] == [TOWN, OTHER]
    with pytest.raises(Refused, match="nobody to call"):
        called(office, OFFICE)


def test_a_recorded_call_takes_the_unit_out_of_that_rungs_letter_and_out_of_no_other() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T12:00")
    called(office)
    assert [row["unit"] for row in listed(office)] == [OTHER]
    office.live_until("2022-09-05T12:00")
    assert office.notices("overdue", TOWN) == [f"09-05 10:00 overdue {TOWN} 1 sent: report"]
    assert len(office.notices("overdue", OTHER)) == 2
    assert office.rungs() == ["08-26 09:00 提前 raised", "08-31 12:00 催办 answered", "09-05 10:00 催分管 raised"]
    assert office.audit().findings == ()


def test_the_history_says_on_which_day_the_unit_was_called_and_what_was_said() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T12:00")
    called(office, on="2022-08-30")
    row = why(office, "催办")
    assert row["outcome"] == "answered"
    assert "was called on 2022-08-30: 答复本周内报送" in row["sentence"]


def test_what_was_raised_and_waits_for_the_next_sending_day_is_answered_by_a_call() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T16:00")
    office.live_until("2022-09-01T10:00")
    for at in ("11:00", "11:30"):
        office.at(f"2022-09-01T{at}").do("raise", task="report", unit=TOWN, level=0, reason="急")
        office.sweep()
    assert [(r["unit"], r["kind"]) for r in listed(office)] == [(TOWN, "overdue")]
    called(office)
    office.live_until("2022-09-02T17:00")
    assert [n for n in office.notices("overdue", TOWN) if n.startswith("09-02")] == []
    assert [rung for rung in office.rungs() if "manual" in rung] == [
        "09-01 11:00 manual-0 raised",
        "09-01 11:30 manual-0 answered",
    ]
    assert office.audit().findings == ()


def test_an_answered_rung_counts_as_told_for_the_level_above() -> None:
    ladder = "[{id: 催办, at: 1wd, level: 0, notice: overdue}, {id: 催分管, at: 2wd, level: 1, notice: overdue}]"
    office = opened(plan(ladder=ladder, gap="3wd")).live_until("2022-08-31T12:00")
    called(office)
    office.live_until("2022-09-09T12:00")
    assert office.rungs() == ["08-31 12:00 催办 answered", "09-05 10:00 催分管 raised"]


def test_a_call_is_refused_where_no_letter_is_near_that_it_could_stand_in_for() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-01T12:00")
    with pytest.raises(Refused, match="within 3 working days"):
        called(office)
    assert office.refusals()[-1]["facts"]["why"] == "no_letter_near"


def test_a_formal_act_is_not_answered_by_a_call() -> None:
    ladder = "[{id: 督办, at: 1wd, level: 3, notice: supervise}]"
    office = opened(plan(ladder=ladder)).live_until("2022-08-31T12:00")
    assert listed(office, 3) == []
    with pytest.raises(Refused, match="within 3 working days"):
        called(office)


@pytest.mark.parametrize(("on", "said"), [("2022-09-01", "has not come"), ("2022-06-30", "was issued")])
def test_a_call_lies_between_the_issue_of_its_task_and_today(on: str, said: str) -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T12:00")
    with pytest.raises(Refused, match=said):
        called(office, on=on)


def test_a_recorded_call_is_a_receipt_with_its_note_as_voucher() -> None:
    office = opened(plan(ladder=TWICE, tasks=REPORT + "    receipt: 2wd\n")).live_until("2022-07-07T12:00")
    assert {row["deadline"] for row in listed(office)} == {"receipt"}
    called(office, kind="receipt")
    assert office.assignment().state == "received"
    assert office.deadline(kind="receipt").state == "met"
    assert [piece.kind for piece in office.find(Evidence, assignment=office.assignment().id)] == ["voucher"]
    office.live_until("2022-07-15T12:00")
    assert office.notices("receipt_reminder", TOWN) == [] and office.notices("receipt_reminder", OTHER)
    assert office.audit().findings == ()


def test_only_the_office_records_a_call() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T12:00")
    with pytest.raises(NotAllowed):
        called(office, who=TOWN)


def test_a_call_under_one_key_is_recorded_once() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T12:00")
    assert called(office, idempotent="k") == called(office, idempotent="k")
    assert len(office.history("call")) == 1


def test_the_forecast_after_a_call_is_what_the_run_then_tells() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T12:00")
    called(office)
    found = of_campaign(office.desk, office.key, nobody())
    foretold = [(f"{n.at:%m-%d %H:%M}", n.kind, n.unit) for n in found.notices]
    before = len(office.notices())
    office.live_until("2023-03-01T12:00")
    assert foretold
    assert [
        (" ".join(line.split(" ")[:2]), line.split(" ")[2], line.split(" ")[3]) for line in office.notices()[before:]
    ] == foretold


def test_a_unit_does_not_see_whom_the_office_calls() -> None:
    office = opened(plan(ladder=TWICE)).live_until("2022-08-31T12:00")
    with reading(office.desk, office.key, TOWN) as case, pytest.raises(NotAllowed):
        calls.listed(case)
