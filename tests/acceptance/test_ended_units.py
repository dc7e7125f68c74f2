"""A unit that has ended is told nothing and is late with nothing; what it owes is the office's to hand on (L10)."""

from __future__ import annotations

import pytest
from office import BUREAU, OFFICE, OTHER, TOWN, UNITS, Office, opened, plan

from engine.model import Item
from engine.service.campaigns.views import campaign
from engine.service.duties.views.roster import roster
from engine.service.notices.reporting import LEFT, report
from engine.service.notices.views import upcoming

BOTH = f"""
  - id: report
    title: 报送方案
    phase: build
    responsible: [{TOWN}, {OTHER}]
    due: 2022-08-31
"""
GATHERED = f"""
  - id: report
    title: 报送方案
    phase: build
    lead: [{BUREAU}]
    supporting: [{TOWN}, {OTHER}]
    consolidate: true
    due: 2022-08-31
"""


def ending(on: str, name: str = "east") -> str:
    return UNITS.replace(f"code: {name},", f"code: {name}, to: {on},")


def living(on: str = "2022-07-31", tasks: str = BOTH, until: str = "2022-10-31T12:00") -> Office:
    return opened(plan(tasks=tasks, units=ending(on))).live_until(until)


def addresses(office: Office) -> list[str]:
    return [to for to, _ in office.mail() if "@east." in to]


def test_nobody_is_told_anything_of_a_unit_after_its_last_day_at_any_level() -> None:
    office = living()
    assert addresses(office) == ["liaison@east.example.org"]  # the task, while the unit was there
    assert {line.split()[-1] for line in office.rungs(TOWN)} == {"not_applicable"}
    assert "raised" in {line.split()[-1] for line in office.rungs(OTHER)}
    assert not [line for line in office.notices() if TOWN in line and " task_issued " not in line]
    assert office.audit().findings == ()


def test_a_unit_hears_what_falls_on_its_last_day_and_nothing_of_the_day_after() -> None:
    assert len(addresses(living("2022-09-05"))) > len(addresses(living("2022-09-04")))


def test_what_waited_to_be_told_when_a_unit_ended_is_not_true_any_more() -> None:
    office = opened(plan(tasks=BOTH, units=ending("2022-08-31"))).live_until("2022-08-31T18:00")
    office.do("extend", task="report", unit=TOWN, to="2022-09-15", reason="资料未齐", document="批复1号")
    office.live_until("2022-09-02T12:00")
    assert [item.state for item in office.find(Item, kind="extended")] == ["moot"]
    assert office.notices("extended") == []


def test_an_ended_unit_is_late_in_no_bulletin_and_in_no_report() -> None:
    office = living(until="2022-09-02T12:00")
    office.do("draft", kind="bulletin")
    office.live_until("2022-09-02T17:00")
    body = office.text("bulletin").body
    assert OTHER in body and TOWN not in body
    with office.case() as case:
        told = report(case)
    assert (told["figures"].due, told["figures"].overdue) == (1, 1)
    assert [(row.who, row.state) for row in told["missing"]] == [(OTHER, "逾期未办结"), (TOWN, LEFT)]
    assert TOWN not in {row.who for row in told["ahead"]}


def test_what_an_ended_unit_owes_stands_on_the_offices_list_until_somebody_takes_it_over() -> None:
    office = living(until="2022-09-02T12:00")
    with office.case() as case:
        entries = {entry.assignment.unit: entry for entry in roster(case)}
        assert [(row["task"], row["unit"], row["last_day"]) for row in campaign.shown(case)["left"]] == [
            ("report", TOWN, "2022-07-31")
        ]
    assert (entries[TOWN].light, entries[TOWN].overdue, entries[TOWN].late) == ("grey", False, False)
    assert (entries[OTHER].light, entries[OTHER].overdue, entries[OTHER].late) == ("red", True, True)
    office.do("merge_units", old=(TOWN, OTHER), new=OTHER, document="某府发〔2022〕9号", **{"from": "2022-08-01"})
    with office.case() as case:
        assert campaign.shown(case)["left"] == []
    assert office.audit().findings == ()


def test_the_letter_on_a_shut_gate_says_that_the_unit_is_no_more() -> None:
    body = living().text("gate_late", OFFICE).body
    assert f"{TOWN}(已撤并,待明确承接单位)" in body and OTHER in body


def test_a_lead_is_not_told_that_it_waits_for_a_unit_that_has_ended() -> None:
    office = living(tasks=GATHERED, until="2022-09-02T12:00")
    bodies = [office.text(kind, BUREAU).body for kind in ("reminder", "overdue")]
    assert all(OTHER in body and TOWN not in body for body in bodies)


def test_what_is_about_to_go_does_not_list_what_a_unit_will_not_live_to_hear() -> None:
    office = opened(plan(tasks=BOTH, units=ending("2022-08-26"))).live_until("2022-08-26T12:00")
    with office.case() as case:
        assert {row["unit"] for row in upcoming.listed(case, 15)} == {OTHER}


def test_the_successor_of_a_unit_hears_all_of_it() -> None:
    office = opened(plan(tasks=BOTH)).live_until("2022-07-31T12:00")
    office.do("rename_unit", old=TOWN, new="新镇", document="某府发〔2022〕9号", **{"from": "2022-07-31"})
    office.live_until("2022-09-09T12:00")
    assert [line.split()[3] for line in office.notices("overdue") if OTHER not in line][:1] == ["新镇"]


@pytest.mark.parametrize(("last", "late"), [("2022-08-30", False), ("2022-09-30", True)])
def test_a_unit_is_late_as_long_as_it_is_there(last: str, late: bool) -> None:
    office = living(last, until="2022-09-02T12:00")
    with office.case() as case:
        assert {entry.assignment.unit: entry.overdue for entry in roster(case)}[TOWN] is late
