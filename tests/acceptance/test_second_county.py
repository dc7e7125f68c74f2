"""A second county, whose units, ladders and texts differ from the shipped ones, without a line of Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import Office, local, opened

from engine import reader
from engine.model import Assignment, Notice, Occurrence
from engine.service.campaigns.views import campaign as campaign_view

ROOT = Path(__file__).parents[2]
SECOND = ROOT / "tests/corpus/valid/second-county"
SHIZHU = ROOT / "workflows/shizhu"
TOWNS = ("城关镇", "河东镇", "柳林镇", "青山乡", "白石乡")


def bundle(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in (".yaml", ".j2")]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def missing_in(office: Office, phase: str) -> list[str]:
    with office.case() as case:
        found = campaign_view.gate(case, phase)["conditions"]
    return list(found[0]["missing"])


def test_adopted_on_the_day_of_the_plan_shizhu_sends_nothing_for_the_mobilization_phase() -> None:
    office = opened(bundle(SHIZHU), adopted="2022-07-05").live_until("2022-07-06T12:00")
    with office.case() as case:
        mobilization = {task.id for task in case.plan.workflow.tasks if task.phase == "mobilization"}
    assert mobilization and office.phase("mobilization").state == "before_adoption"
    assert office.head().phase == "creation"
    assert not [a for a in office.find(Assignment) if a.task in mobilization]
    assert not [n for n in office.find(Notice) if "动员" in n.subject]
    assert office.find(Assignment, state="received")


def test_the_sprint_gate_of_shizhu_names_each_township_without_a_self_check() -> None:
    office = opened(bundle(SHIZHU), at="2022-10-08T08:30")
    workflow = reader.read(bundle(SHIZHU), "shizhu")
    towns = [unit.name for unit in workflow.directory.units.values() if unit.kind in ("街道", "镇", "乡")]
    assert len(towns) == 33
    assert [unit for unit in missing_in(office, "sprint") if unit in towns] == towns
    for unit in ("中益乡", "南宾街道"):
        files = [{"name": "自检报告.pdf", "sha256": "0" * 64, "size": 1}]
        office.do("submit", who=unit, task="selfcheck", note="自检报告", numbers={"自评分": "92"}, files=files)
        office.accept(unit, "selfcheck")
    left = [unit for unit in missing_in(office, "sprint") if unit in towns]
    assert left == [unit for unit in towns if unit not in ("中益乡", "南宾街道")]


@pytest.fixture(scope="module")
def second() -> Office:
    return opened(bundle(SECOND), at="2024-09-05T08:00").live_until("2024-10-08T12:00")


def test_adopted_late_the_second_county_sends_nothing_for_what_lies_before(second: Office) -> None:
    assert second.phase("start").state == "before_adoption"
    assert not [a for a in second.find(Assignment) if a.task == "plan"]
    assert not [n for n in second.find(Notice) if "制定本单位实施方案" in n.subject]


def test_the_sprint_gate_of_the_second_county_names_its_own_townships(second: Office) -> None:
    assert [unit for unit in missing_in(second, "sprint") if unit in TOWNS] == list(TOWNS)
    second.submit("河东镇", "selfcheck", numbers={"自查得分": "90"})
    second.accept("河东镇", "selfcheck")
    assert "河东镇" not in missing_in(second, "sprint")


def test_a_new_notice_text_needs_no_python(second: Office) -> None:
    second.live_until("2024-11-06T12:00")
    own = (SECOND / "templates/overdue.j2").read_text(encoding="utf-8")
    words = [line for line in own.splitlines() if line and "{" not in line]
    assert any(line.strip() in second.text("overdue", "白石乡").body for line in words)


def test_a_new_ladder_and_hours_of_its_own_need_no_python(second: Office) -> None:
    second.live_until("2024-11-20T12:00")
    found: list[Occurrence] = second.find(Occurrence, deadline=second.deadline("白石乡", "selfcheck").id)
    assert {o.rung for o in found} >= {"提前一周", "当日", "周催", "报分管"}
    assert [n.state for n in second.find(Notice, kind="overdue", level=1, unit="白石乡")] == ["listed"]
    assert {local(n.created_at)[-2:] for n in second.find(Notice, kind="overdue")} == {"30"}


def test_a_changed_contact_of_the_directory_holds_from_its_day_on(second: Office) -> None:
    told = [to for to, _ in second.mail() if "baishi" in to]
    assert told[0] == "liaison@baishi.gongxi.example.org"
    assert told[-1] == "office@baishi.gongxi.example.org"


def test_the_second_county_verifies_too(second: Office) -> None:
    assert second.audit().findings == ()
