"""Counted duties lived through: periods, counting, pace, shortfall, gate (docs/semantics.md, K)."""

from __future__ import annotations

import pytest
from duty_plan import duty_plan
from office import COURT, OTHER, TOWN, Office, opened

from engine.errors import PhasegateError
from engine.model import Event
from engine.service.views import pace

MEETING, YEARLY, SCHOOL = "study.meeting", "study.yearly", "study.school"
VOUCHER = {"name": "签到表", "text": "县创建办补录"}


def count(office: Office, unit: str, task: str = MEETING, **given: object) -> dict[str, object]:
    """Have a unit record what happened today."""
    return office.do("count", who=unit, task=task, note="活动记录", **given)


def record(office: Office, unit: str, on: str, task: str = MEETING, **given: object) -> dict[str, object]:
    """Have the office record what happened on a day."""
    return office.do("count", task=task, unit=unit, on=on, voucher=VOUCHER, **given)


def said(office: Office, unit: str = "", task: str = "") -> list[str]:
    """Return each period issued so far as `task unit period: pace`."""
    with office.case() as case:
        rows = pace.listed(case, unit=unit, task=task, every=True)
    return [f"{r['task']} {r['unit']} {r['period']}: {r['said']}" for r in rows]


def refusal(office: Office, action: str, **given: object) -> str:
    with pytest.raises(PhasegateError) as refused:
        office.do(action, **given)
    return refused.value.line()


def test_a_year_is_lived_with_a_year_a_quarter_and_a_term_and_its_history_replays() -> None:
    office = opened(duty_plan())
    office.live_until("2022-07-20T12:00")
    record(office, TOWN, "2022-03-04", YEARLY)
    office.live_until("2022-08-01T12:00")
    count(office, TOWN)
    count(office, TOWN)
    office.live_until("2022-10-20T12:00")
    count(office, OTHER, SCHOOL, number=8)
    count(office, TOWN)
    count(office, TOWN, YEARLY)
    office.live_until("2022-12-13T12:00")
    count(office, OTHER, SCHOOL, number=4)
    office.live_until("2023-01-20T12:00")
    assert said(office) == [
        f"{MEETING} {COURT} 2022Q3: 0 of 2 done, short",
        f"{MEETING} {COURT} 2022Q4: 0 of 2 done, short",
        f"{MEETING} {TOWN} 2022Q3: 2 of 2 done, done",
        f"{MEETING} {TOWN} 2022Q4: 1 of 2 done, short",
        f"{MEETING} {OTHER} 2022Q3: 0 of 2 done, short",
        f"{MEETING} {OTHER} 2022Q4: 0 of 2 done, short",
        f"{YEARLY} {TOWN} 2022: 2 of 2 done, done",
        f"{SCHOOL} {OTHER} 2022秋: 12 of 12 done, done",
    ]
    assert office.notices("shortfall") == [
        f"10-08 10:00 shortfall {OTHER} 1 sent: {MEETING}",
        f"10-08 10:00 shortfall {COURT} 1 sent: {MEETING}",
        f"01-03 10:00 shortfall {TOWN} 1 sent: {MEETING}",
        f"01-03 10:00 shortfall {OTHER} 1 sent: {MEETING}",
        f"01-03 10:00 shortfall {COURT} 1 sent: {MEETING}",
    ]
    assert office.audit().findings == ()


def test_an_event_taken_back_counts_no_more_and_stays_on_record() -> None:
    office = opened(duty_plan())
    office.live_until("2022-08-01T12:00")
    first = count(office, TOWN)
    assert count(office, TOWN)["state"] == "accepted"
    back = office.do("uncount", task=MEETING, unit=TOWN, event=first["event"], reason="重复登记")
    assert (back["state"], back["done"]) == ("issued", 1)
    assert [(e.number, e.reason) for e in office.find(Event)] == [(1, "重复登记"), (1, "")]
    assert office.deadline(TOWN, MEETING).state == "armed"
    assert office.audit().findings == ()
