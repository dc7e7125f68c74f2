"""Tasks without a date: listed as such until they get one, and what the day then does (SEMANTICS P2, P3)."""

from __future__ import annotations

import pytest
from office import BUREAU, COURT, OTHER, TOWN, Office, opened, plan
from test_forecast import foretold, last_notice, lived, written

from engine.errors import Refused
from engine.service import forecast
from engine.service.campaigns.views import campaign
from engine.service.duties.views import task
from engine.service.kernel.desk import reading

TASKS = f"""
  - {{id: report, title: 报送方案, phase: build, responsible: [{TOWN}], due: 2022-08-31}}
  - {{id: visits, title: 互观互检, phase: build, responsible: [各乡镇, {COURT}], due: none}}
  - {{id: talks, title: 适时交流, phase: sprint, responsible: [{BUREAU}], due: none}}
  - {{id: digest, title: 汇总, phase: build, responsible: [{BUREAU}], due: {{after: "task:visits", offset: 5wd}}}}
"""
PAPER = {"document": "会议纪要〔2022〕5号"}


def begun() -> Office:
    return opened(plan(tasks=TASKS)).live_until("2022-07-11T10:00")


def undated(office: Office) -> list[tuple[str, str]]:
    with reading(office.desk, office.key) as case:
        issued = [(row["task"], row["unit"]) for row in task.listed(case, undated=True)]
        return [*issued, *((row["task"], row["state"]) for row in task.unissued(case, undated=True))]


def test_a_task_without_a_date_is_listed_as_such_until_it_gets_one_issued_or_not() -> None:
    office = begun()
    digest = ("digest", BUREAU)
    everybody = [("visits", OTHER), ("visits", COURT), ("visits", TOWN)]
    assert sorted(undated(office)) == sorted([*everybody, digest, ("talks", "not_issued")])
    office.do("date", task="visits", to="2022-09-16", **PAPER)
    assert undated(office) == [digest, ("talks", "not_issued")]
    office.do("date", task="talks", to="2022-11-18", **PAPER)
    assert undated(office) == [digest]
    with reading(office.desk, office.key) as case:
        assert [row["task"] for row in campaign.shown(case)["undated"]] == ["digest"]


def test_the_day_starts_a_ladder_and_each_unit_is_told_once_in_the_words_of_its_relation() -> None:
    office = begun()
    office.do("date", task="visits", to="2022-09-16", **PAPER)
    office.sweep()
    assert office.due_on(TOWN, "visits") == "2022-09-16"
    assert office.deadline(TOWN, "visits").next_at is not None
    told = [f"07-11 10:00 adjusted {unit} 0 sent: visits" for unit in (TOWN, OTHER, COURT)]
    assert sorted(office.notices("adjusted")) == sorted(told)
    assert office.text("adjusted", TOWN).subject == "关于明确“互观互检”任务时限的通知"
    assert "时限为9月16日(星期五)17:30前" in office.text("adjusted", TOWN).body
    assert office.text("adjusted", COURT).subject == "关于明确“互观互检”任务有关时间的函"
    assert office.audit().holds


def test_a_task_of_a_phase_that_is_not_open_is_issued_with_its_day() -> None:
    office = begun()
    told = office.do("date", task="talks", to="2022-11-18", **PAPER)
    assert told["units"] == []
    office.live_until("2022-10-08T10:00")
    assert office.due_on(BUREAU, "talks") == "2022-11-18"
    assert office.notices("adjusted") == []
    assert office.audit().holds


def test_a_printed_day_off_stays_and_the_notice_asks_for_the_day_before() -> None:
    office = begun()
    office.do("date", task="visits", to="2022-09-17", **PAPER)
    office.sweep()
    assert office.due_on(TOWN, "visits") == "2022-09-17"
    assert "9月16日" in office.text("adjusted", TOWN).body


def test_what_was_handed_in_before_its_day_was_set_is_not_chased_while_it_is_reviewed() -> None:
    office = begun()
    office.submit(TOWN, "visits")
    office.do("date", task="visits", to="2022-07-15", **PAPER)
    assert office.deadline(TOWN, "visits").state == "suspended"
    office.live_until("2022-07-20T18:00")
    assert office.notices("overdue", TOWN) == []
    assert office.notices("overdue", OTHER) != []
    assert office.audit().holds


def test_a_day_that_has_passed_and_a_task_that_has_its_day_are_refused() -> None:
    office = begun()
    with pytest.raises(Refused, match="2022-07-08 has passed"):
        office.do("date", task="visits", to="2022-07-08", **PAPER)
    with pytest.raises(Refused, match="report has a date or a rule for it"):
        office.do("date", task="report", to="2022-08-30", **PAPER)
    with pytest.raises(Refused, match="document is missing"):
        office.do("date", task="visits", to="2022-09-16")
    office.hand_in(TOWN, OTHER, COURT, task="visits")
    with pytest.raises(Refused, match="nobody owes visits any more"):
        office.do("date", task="visits", to="2022-09-16", **PAPER)


def test_past_the_last_day_of_its_phase_a_day_needs_an_override() -> None:
    office = begun()
    with pytest.raises(Refused, match="the phase ends on 2022-09-30"):
        office.do("date", task="visits", to="2022-10-14", **PAPER)
    office.do("date", task="visits", to="2022-10-14", beyond=True, **PAPER)
    assert office.due_on(TOWN, "visits") == "2022-10-14"


def test_the_forecast_of_a_campaign_with_dated_tasks_is_what_then_happens() -> None:
    office = begun()
    office.do("date", task="visits", to="2022-09-16", **PAPER)
    office.do("date", task="talks", to="2022-11-18", **PAPER)
    found = forecast.of_campaign(office.desk, office.key, forecast.nobody())
    before = last_notice(office.desk)
    lived(office.desk, found.assumed, office.key)
    assert foretold(found) == written(office.desk, since=before)
    assert {"adjusted", "overdue"} <= {notice.kind for notice in found.notices}
