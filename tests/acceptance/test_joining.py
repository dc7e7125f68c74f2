"""Tasks that join a running campaign, findings put right, and a gate passed with conditions (SEMANTICS G4)."""

from __future__ import annotations

import pytest
from office import Office, opened, plan
from test_moving import version

from engine.errors import Refused, UnknownName
from engine.history import parse
from engine.model import Assignment, Record

DUE = {"due": "2022-08-12", "document": "会议纪要〔2022〕3号"}


def tasks(office: Office) -> list[tuple[str, str, str]]:
    found = office.find(Assignment)
    return [(a.task, a.unit, a.state) for a in found if a.task[:2] in ("x-", "r-")]


def test_a_task_from_minutes_joins_a_running_campaign_and_is_issued_like_any_other() -> None:
    office = opened().live_until("2022-07-11T10:00")
    office.do("add_task", title="报送简报", units=["东镇", "西乡"], **DUE)
    office.sweep()
    assert tasks(office) == [("x-1", "东镇", "issued"), ("x-1", "西乡", "issued")]
    assert "报送简报" in office.text("task_issued").body
    assert office.audit().holds


def test_a_second_task_does_not_take_the_first_ones_name() -> None:
    office = opened().live_until("2022-07-11T10:00")
    office.do("add_task", title="报送简报", units=["东镇"], **DUE)
    office.do("add_task", title="报送台账", units=["东镇"], **DUE)
    assert [task for task, _, _ in tasks(office)] == ["x-1", "x-2"]
    assert office.audit().holds


def test_a_finding_becomes_a_rectification_that_is_struck_off_when_accepted() -> None:
    office = opened().live_until("2022-07-11T10:00")
    office.do("find", title="台账不全", units=["东镇"], **DUE)
    office.do("submit", task="r-1", unit="东镇", note="已补齐", who="东镇")
    office.do("accept", task="r-1", unit="东镇")
    assert tasks(office) == [("r-1", "东镇", "accepted")]
    assert office.audit().holds


def test_a_finding_without_a_date_is_refused() -> None:
    office = opened().live_until("2022-07-11T10:00")
    with pytest.raises(Refused, match="a rectification has a date"):
        office.do("find", title="台账不全", units=["东镇"], document="抽查通报")


def test_a_task_for_nobody_known_names_who_is_near() -> None:
    office = opened().live_until("2022-07-11T10:00")
    with pytest.raises(UnknownName, match="东镇"):
        office.do("add_task", title="报送简报", units=["东县"], **DUE)


def test_the_leader_passes_a_shut_gate_with_conditions_and_each_unmet_one_is_tracked() -> None:
    office = opened(plan()).live_until("2022-07-11T10:00")
    before = office.conditions()
    told = office.do("pass", who="leader", **DUE)
    unmet = [c for c in before if not c.holds]
    assert len(told["tasks"]) == len(unmet)
    assert {task for task, _, _ in tasks(office)} == set(told["tasks"])
    office.sweep()
    assert "附整改事项转入" in office.text("phase").body
    said = titles(office)
    assert said and all(title.startswith("整改:“") and title.endswith("”尚未达到") for title in said)
    assert all(c.text in office.text("phase").body for c in unmet)
    assert office.audit().holds


def test_what_was_found_is_recorded_as_it_was_typed_and_gets_its_title_in_the_plan() -> None:
    office = opened().live_until("2022-07-11T10:00")
    office.do("find", title="台账不全", units=["东镇"], **DUE)
    assert office.history("find")[-1]["facts"]["task"] == {
        "id": "r-1",
        "kind": "rectification",
        "phase": "build",
        "units": ["东镇"],
        "document": "会议纪要〔2022〕3号",
        "title": "台账不全",
        "due": "2022-08-12",
    }
    assert titles(office) == ["整改:台账不全"]


def test_a_passage_names_its_conditions_by_id_and_no_sentence_of_ours() -> None:
    office = opened(plan()).live_until("2022-07-11T10:00")
    office.do("pass", who="leader", **DUE)
    facts = parse(office.find(Record, action="pass", outcome="done")[0].data)["facts"]
    assert (facts["tasks"], facts["due"], facts["decision"]) == (["r-1"], "2022-08-12", "会议纪要〔2022〕3号")
    assert "尚未达到" not in str(facts)


def test_an_unmet_condition_keeps_its_title_in_a_version_that_asks_for_something_else() -> None:
    office = opened(plan()).live_until("2022-07-11T10:00")
    office.do("pass", who="leader", **DUE)
    before = titles(office)
    assert before[0].startswith("整改:“") and before[0].endswith("”尚未达到")
    other = version(2, plan(gate="{kind: approval, approval: 领导小组同意}"))
    office.do("move", bundle=other, document="某委办〔2022〕8号")
    assert titles(office) == before
    office.at("2022-07-12T10:00").sweep()
    assert office.audit().holds


def titles(office: Office) -> list[str]:
    with office.case() as case:
        return [task.title for task in case.plan.workflow.tasks if task.kind == "rectification"]


def test_only_the_leader_passes_with_conditions() -> None:
    office = opened(plan()).live_until("2022-07-11T10:00")
    with pytest.raises(Refused, match="is not for"):
        office.do("pass", **DUE)
