"""Gates, phases and moves of a running campaign (SEMANTICS G1–G3, G5–G10)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from office import ALL_IN, CITY, GROUP, OFFICE, OTHER, REPORT, TOWN, Office, instant, opened, plan

from engine.clock import SteppedClock
from engine.errors import BadInput, BadWorkflow, GateShut, NotAllowed, Refused
from engine.gates import KINDS, kinds
from engine.model import Assignment, Deadline, Item, Notice, Verdict
from engine.model.plain import made, plain
from engine.service.campaigns.commands.lifecycle import shown, verdict
from engine.service.campaigns.founding import create_campaign
from engine.service.campaigns.views import campaign as campaign_view
from engine.service.clock.sweep import next_moment
from engine.service.kernel.desk import Command, perform
from engine.service.kernel.registry import new_desk
from engine.store.migrations import in_memory, upgrade

SPRINT = f"""
  - id: check
    title: 自检自查
    phase: sprint
    responsible: [{TOWN}]
    due: 2022-11-30
"""


# --- G1 ---


def test_a_verdict_says_what_was_counted_what_is_needed_and_who_is_missing() -> None:
    office = opened().live_until("2022-07-06T12:00")
    office.hand_in(OTHER)
    judged = office.verdict()
    assert not judged.open
    assert [(c.text, c.holds, c.counted, c.needed, c.missing) for c in office.conditions()] == [
        ("方案全部审核通过", False, "1", "2", (TOWN,))
    ]


def test_the_same_verdict_is_shown_recorded_and_mailed() -> None:
    office = opened(plan(build="advance: automatic")).live_until("2022-07-06T12:00")
    office.hand_in(OTHER)
    office.live_until("2022-10-09T10:00").live_until("2022-10-10T12:00")
    recorded = office.history("gate_seen")[-1]["facts"]["verdict"]
    assert made(Verdict, recorded) == office.verdict()
    text = office.text("gate_late", OFFICE).body
    assert "方案全部审核通过" in text and TOWN in text and OTHER not in text


def test_a_gate_may_be_a_tree_of_all_and_any() -> None:
    tree = "{any: [{kind: approval, approval: 领导小组同意转段}, {kind: date, on_or_after: 2022-09-20}]}"
    office = opened(plan(gate=f"{ALL_IN}, {tree}")).live_until("2022-07-06T12:00")
    office.hand_in(TOWN, OTHER)
    assert not office.verdict().open
    office.do("approve", who="leader", name="领导小组同意转段", document="纪要1号")
    assert office.verdict().open


A_KIND = """
from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params
from engine.gates.params import Param, choice
from engine.model import VerdictPart, Workflow

SEASON = choice("season", ("spring", "autumn"), "the season that must have come")
BEGINS = {"spring": 3, "autumn": 8}
SAID = {"spring": "春季", "autumn": "秋季"}


def judge(params: Params, facts: Facts) -> ConditionFinding:
    season = str(params["of"])
    asked = (VerdictPart(name=season),)
    met, missing = (asked, ()) if facts.on.month >= BEGINS[season] else ((), asked)
    return ConditionFinding(holds=bool(met), counted=str(len(met)), needed="1", missing=missing, met=met)


KIND = ConditionKind(
    name="season",
    params=(Param(name="of", type=SEASON, required=True),),
    reads=lambda params: Reads(),
    judge=judge,
    sentence=lambda params, workflow: f"{SAID[str(params['of'])]}已到",
    lacking=lambda missing, params, workflow: tuple(SAID[part.name] for part in missing),
)
"""


@pytest.fixture
def with_a_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lay one file beside the kinds of condition, as if it had been there when the program was started."""
    (tmp_path / "season.py").write_text(A_KIND, encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    monkeypatch.setitem(KINDS, "season", kinds._found()["season"])
    yield
    del sys.modules["engine.gates.kinds.season"]


def test_a_kind_of_condition_is_one_file(with_a_kind: None) -> None:
    office = opened(plan(gate="{kind: season, of: autumn}")).live_until("2022-07-06T12:00")
    with pytest.raises(GateShut, match="秋季已到 0/1"):
        office.advance()
    (told,) = office.refusals()[-1]["facts"]["with"]["verdict"]["conditions"]
    counts = {"holds": False, "counted": "0", "needed": "1", "missing": [{"name": "autumn"}]}
    assert told == {"id": told["id"], "kind": "season", **counts}
    office.live_until("2022-08-01T12:00").advance()
    assert (office.head().phase, office.audit().findings) == ("sprint", ())
    with pytest.raises(BadWorkflow) as wrong:
        opened(plan(gate="{kind: season, of: summer}"))
    assert [(each.code, each.found) for each in wrong.value.problems] == [("PW205", "found summer")]


# --- G2 ---


def test_conditions_read_recorded_facts_only() -> None:
    office = opened(plan(gate="{kind: approval, approval: 领导小组同意转段}")).live_until("2022-07-06T12:00")
    assert not office.verdict().open
    with pytest.raises(Refused, match="has not come"):
        office.do("approve", who="leader", name="领导小组同意转段", document="纪要1号", on="2022-07-07")
    office.do("approve", who="leader", name="领导小组同意转段", document="纪要1号", on="2022-07-05")
    assert office.verdict().open


def test_a_quota_counts_what_was_designated_and_names_the_kinds_that_are_short() -> None:
    quota = "quotas: [{id: 点, title: 创建点, total: 3, kinds: [{id: 机关, range: 1..2}, {id: 学校, range: 1..2}]}]"
    office = opened(plan(top=quota, gate="{kind: quota, quota: 点}")).live_until("2022-07-06T12:00")
    office.do("designate", quota="点", kind="机关", unit=TOWN, number=2)
    assert office.missing() == ["学校(0/1)", "合计(2/3)"]
    with pytest.raises(Refused, match="at most 2"):
        office.do("designate", quota="点", kind="机关", unit=OTHER, number=1)
    with pytest.raises(Refused, match="2022-07-07 has not come"):
        office.do("designate", quota="点", kind="学校", unit=OTHER, number=1, on="2022-07-07")
    office.do("designate", quota="点", kind="学校", unit=OTHER, number=1)
    assert office.verdict().open


def test_a_score_is_that_of_the_latest_submission() -> None:
    tasks = REPORT + "    numbers: {自评分: 满分100}\n"
    office = opened(plan(tasks=tasks, gate="{kind: score, tasks: [report], number: 自评分, least: 80}"))
    office.live_until("2022-07-06T12:00")
    for unit, score in ((TOWN, "90"), (OTHER, "79"), (TOWN, "70"), (OTHER, "80")):
        office.submit(unit, numbers={"自评分": score})
    assert office.missing() == [TOWN]
    assert office.conditions()[0].text == "各单位自评分不低于80"


# --- G3 ---


def test_a_move_cites_the_decision_it_rests_on_and_so_does_its_notice() -> None:
    office = opened().live_until("2022-07-06T12:00")
    office.hand_in(TOWN, OTHER)
    with pytest.raises(Refused, match="decision is missing"):
        office.do("advance")
    office.advance()
    office.live_until("2022-07-07T12:00")
    assert office.history("advance")[-1]["facts"]["decision"] == "领导小组第2次会议"
    assert "领导小组第2次会议" in office.text("phase", f"{TOWN}、{OTHER}").body


def test_a_date_alone_never_moves_a_phase() -> None:
    office = opened(plan(gate="{kind: date, on_or_after: 2022-08-01}")).live_until("2022-12-31T12:00")
    assert (office.head().phase, office.verdict().open) == ("build", True)


def test_a_phase_moves_by_itself_where_the_workflow_says_so() -> None:
    gate = "{kind: date, on_or_after: 2022-08-01}"
    office = opened(plan(gate=gate, build="advance: automatic")).live_until("2022-08-01T12:00")
    assert office.head().phase == "sprint"
    assert (office.history("advance")[-1]["role"], office.phase("build").left_by) == ("system", "system")


# --- G5 ---


def test_a_refused_move_changes_nothing_but_the_history() -> None:
    office = opened().live_until("2022-07-06T12:00")
    before = (office.head().phase, office.find(Assignment), office.find(Deadline), office.find(Notice))
    with pytest.raises(GateShut, match=TOWN):
        office.advance()
    assert (office.head().phase, office.find(Assignment), office.find(Deadline), office.find(Notice)) == before
    refusal = office.refusals()[-1]
    assert (refusal["actor"], refusal["action"]) == (OFFICE, "advance")
    assert (refusal["facts"]["code"], refusal["facts"]["with"]) == (
        "PG103",
        {"phase": "build", "verdict": office.plain_verdict()},
    )
    assert [part["unit"] for part in office.plain_verdict()["conditions"][0]["missing"]] == [TOWN, OTHER]


def test_an_automatic_refusal_is_recorded_only_when_the_verdict_changes() -> None:
    office = opened(plan(build="advance: automatic")).live_until("2022-07-06T12:00")
    seen = len(office.history("gate_seen"))
    office.submit(TOWN)
    office.live_until("2022-07-07T12:00")
    assert len(office.history("gate_seen")) == seen  # handed in is not accepted: the verdict stands
    office.accept(TOWN)
    office.live_until("2022-07-08T12:00")
    assert len(office.history("gate_seen")) == seen + 1


# --- G6 ---


def test_of_two_moves_that_race_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'race.db'}"
    office = opened(
        plan(gate="{kind: date, on_or_after: 2022-07-01}", sprint_gate="{kind: date, on_or_after: 2022-07-01}"),
        database=upgrade(url),
    )
    other = new_desk(database=upgrade(url), clock=SteppedClock(office.clock.at))
    given = {"decision": "领导小组第2次会议", "from": "build"}
    office.do("advance", **given)
    with pytest.raises(Refused, match="sprint"):
        perform(other, Command("advance", office.key, given))
    assert office.head().phase == "sprint"
    assert office.refusals()[-1]["action"] == "advance"
    for desk in (office.desk, other):
        desk.database.close()


def test_a_gate_that_was_open_when_somebody_looked_is_judged_again_when_it_is_passed() -> None:
    office = opened().live_until("2022-07-06T12:00")
    office.hand_in(OTHER)
    office.submit(TOWN)
    office.accept(TOWN)
    seen = office.verdict()
    assert seen.open and office.advance()["to"] == "sprint"
    assert office.history("advance")[-1]["facts"]["verdict"] == plain(seen)


# --- G7 ---


def test_a_phase_opens_on_the_first_day_of_its_window_though_another_is_current() -> None:
    office = opened(plan(tasks=REPORT + SPRINT)).live_until("2022-09-30T23:59")
    assert office.find(Assignment, task="check") == []
    office.live_until("2022-10-01T12:00")
    assert (office.head().phase, office.phase("sprint").state) == ("build", "open")
    assert office.assignment(TOWN, "check").issued_on == date(2022, 10, 1)
    assert office.deadline(TOWN, "check").next_at == instant("2022-11-25T09:00")


def test_a_phase_opens_on_entry_if_that_comes_first() -> None:
    office = opened(plan(tasks=REPORT + SPRINT)).live_until("2022-07-06T12:00")
    office.hand_in(TOWN, OTHER)
    office.advance()
    assert office.assignment(TOWN, "check").issued_on == date(2022, 7, 6)


def test_where_a_superior_owns_the_phase_it_opens_on_entry_only() -> None:
    office = opened(plan(tasks=REPORT + SPRINT, sprint="opens: entry")).live_until("2022-10-10T12:00")
    assert office.find(Assignment, task="check") == []
    office.hand_in(TOWN, OTHER)
    office.advance()
    assert len(office.find(Assignment, task="check")) == 1


def test_a_task_opens_once_those_before_it_are_settled() -> None:
    then = SPRINT.replace("sprint", "build").replace("2022-11-30", "{after: 'task:report', offset: 5wd}")
    office = opened(plan(tasks=REPORT + then + "    opens: {after: [report]}\n")).live_until("2022-07-06T12:00")
    office.hand_in(TOWN)
    assert office.find(Assignment, task="check") == []
    office.hand_in(OTHER)
    assert office.due_on(TOWN, "check") == "2022-07-13"


# --- G8 ---


def test_leaving_a_phase_cancels_nothing() -> None:
    office = opened(plan(gate="{kind: date, on_or_after: 2022-07-01}")).live_until("2022-08-29T12:00")
    before = office.deadline()
    office.advance()
    assert office.deadline() == before
    office.live_until("2022-09-02T12:00")
    assert office.rungs()[-1] == "09-01 10:00 催办 raised"
    office.hand_in(TOWN)
    assert office.assignment().state == "accepted"


def test_cancelling_on_exit_must_be_written() -> None:
    gate = "{kind: date, on_or_after: 2022-07-01}"
    office = opened(plan(gate=gate, build="on_exit: cancel")).live_until("2022-08-29T12:00")
    office.advance()
    assert (office.assignment().state, office.deadline().state) == ("cancelled", "cancelled")


def test_a_task_that_waited_for_one_that_leaving_cancelled_is_issued_then() -> None:
    follow = f"""
  - id: review
    title: 总结回顾
    phase: sprint
    responsible: [{TOWN}]
    opens: {{after: [report]}}
    due: 2022-11-30
"""
    gate = "{kind: approval, approval: 领导小组同意转段}"
    office = opened(plan(tasks=REPORT + follow, gate=gate, build="on_exit: cancel")).live_until("2022-08-29T12:00")
    office.do("approve", who="leader", name="领导小组同意转段", document="纪要1号")
    office.advance()
    assert {(a.task, a.unit, a.state) for a in office.find(Assignment)} == {
        ("report", TOWN, "cancelled"),
        ("report", OTHER, "cancelled"),
        ("review", TOWN, "issued"),
    }
    assert office.audit().findings == ()


def test_a_phase_that_cancels_on_exit_issues_nothing_more_once_it_was_left() -> None:
    follow = f"""
  - id: review
    title: 总结回顾
    phase: build
    responsible: [{TOWN}]
    opens: {{after: [report]}}
    due: 2022-09-30
"""
    gate = "{kind: date, on_or_after: 2022-07-01}"
    office = opened(plan(tasks=REPORT + follow, gate=gate, build="on_exit: cancel")).live_until("2022-08-29T12:00")
    office.advance()
    assert {(a.task, a.state) for a in office.find(Assignment)} == {("report", "cancelled")}
    assert office.audit().findings == ()


def test_an_abort_tells_every_unit_that_has_a_part_why_it_ends() -> None:
    office = opened().live_until("2022-07-06T12:00")
    office.do("abort", who="leader", reason="上级调整部署", document="函2号")
    office.live_until("2022-07-07T12:00")
    assert {n.unit for n in office.find(Notice, kind="ended")} == {f"{TOWN}、{OTHER}"}
    body = office.text("ended", f"{TOWN}、{OTHER}").body
    assert "上级调整部署" in body and "函2号" in body and "不再提醒、催办" in body


def test_the_end_of_the_campaign_cancels_what_is_open() -> None:
    gate = "{kind: date, on_or_after: 2022-07-01}"
    office = opened(plan(gate=gate, sprint_gate=gate)).live_until("2022-08-29T12:00")
    office.advance()
    assert office.advance()["state"] == "completed"
    assert (office.assignment().state, office.head().state) == ("cancelled", "completed")
    with pytest.raises(Refused):
        office.submit()


def test_a_gate_shut_past_the_last_day_is_told_to_the_office_and_the_leading_group() -> None:
    office = opened().live_until("2022-10-12T12:00")
    assert office.notices("gate_late") == [
        f"10-08 10:00 gate_late {OFFICE} 0 sent: ",
        f"10-10 10:00 gate_late {GROUP} 3 sent: ",
    ]
    assert office.mail()[-1][0] == "group@example.org"


def test_a_gate_passed_in_time_is_told_to_nobody() -> None:
    office = opened().live_until("2022-09-28T12:00")
    office.hand_in(TOWN, OTHER)
    office.advance()
    office.live_until("2022-10-20T12:00")
    assert (office.notices("gate_late"), office.find(Item, kind="gate_late")) == ([], [])


def test_a_gate_that_is_open_but_not_passed_yet_is_called_late_to_nobody() -> None:
    office = opened().live_until("2022-09-28T12:00")
    office.hand_in(TOWN, OTHER)
    office.live_until("2022-10-20T12:00")
    assert office.notices("gate_late") == []
    assert [item.state for item in office.find(Item, kind="gate_late")] == ["moot", "moot"]
    assert office.audit().findings == ()


# --- G9 ---


def late(*, tasks: str = "", at: str = "2022-10-20T08:30", **given: object) -> Office:
    before = REPORT + SPRINT + tasks
    return opened(plan(tasks=before, **given), at=at)  # type: ignore[arg-type]


def test_adoption_enters_the_earliest_phase_whose_window_has_not_ended() -> None:
    office = late().live_until("2022-10-25T12:00")
    assert (office.head().phase, office.phase("build").state) == ("sprint", "before_adoption")
    assert office.find(Assignment, task="report") == []
    assert {notice.unit for notice in office.find(Notice)} == {TOWN}


def test_adoption_on_the_last_day_of_a_phase_still_enters_it() -> None:
    assert opened(at="2022-09-30T08:30").head().phase == "build"
    assert opened(at="2022-10-01T08:30").head().phase == "sprint"


def test_a_phase_from_before_adoption_has_no_verdict() -> None:
    office = late(sprint_gate="{kind: tasks, tasks: [report, check], text: 全部}")
    with office.case() as case:
        assert [c.missing for c in shown(case, verdict(case))] == [(TOWN,)]
        with pytest.raises(BadInput, match="before adoption has no verdict"):
            campaign_view.gate(case, "build")


def test_a_duration_anchored_before_adoption_counts_from_it() -> None:
    tasks = f"""
  - id: early
    title: 早期任务
    phase: sprint
    responsible: [{TOWN}]
    due: {{after: phase start, offset: 5wd}}
"""
    office = late(tasks=tasks)
    assert office.due_on(TOWN, "early") == "2022-10-27"


def test_what_waits_for_something_before_adoption_counts_from_adoption() -> None:
    tasks = f"""
  - id: follow
    title: 后续任务
    phase: sprint
    responsible: [{TOWN}]
    opens: {{after: [report]}}
    due: {{after: "task:report", offset: 5wd}}
  - id: entered
    title: 转段后任务
    phase: sprint
    responsible: [{TOWN}]
    due: {{after: "phase:build", offset: 4wd}}
"""
    office = late(tasks=tasks)
    assert (office.due_on(TOWN, "follow"), office.due_on(TOWN, "entered")) == ("2022-10-27", "2022-10-26")


def test_a_date_before_adoption_gets_no_ladder() -> None:
    office = late(
        tasks=REPORT.replace("report", "past").replace("build", "sprint").replace("2022-08-31", "2022-10-14")
    )
    assert (office.due_on(TOWN, "past"), office.deadline(TOWN, "past").ladder) == ("2022-10-14", "")
    office.live_until("2022-11-15T12:00")
    assert office.notices("overdue") == []


def test_a_rung_between_the_start_of_the_window_and_adoption_is_not_sent() -> None:
    office = opened(at="2022-08-29T08:30", adopted="2022-08-29").live_until("2022-08-31T12:00")
    assert [line.split()[2:] for line in office.rungs()] == [["提前三日", "before_adoption"]]
    assert office.notices("reminder") == []


def test_an_adoption_after_everything_or_in_the_future_is_refused() -> None:
    for at, adopted in (("2023-01-05T08:30", "2023-01-05"), ("2022-07-05T08:30", "2022-07-06")):
        clock = SteppedClock(instant(at))
        desk = new_desk(database=in_memory(), clock=clock)
        with pytest.raises(BadInput):
            create_campaign(desk, "late", plan(), {"adopted": adopted})
        assert next_moment(desk) is None


# --- G10 ---


def test_a_unit_acts_only_on_its_own_assignments() -> None:
    office = opened().live_until("2022-07-06T12:00")
    with pytest.raises(NotAllowed):
        office.do("submit", who=OTHER, task="report", unit=TOWN, note="材料")
    with pytest.raises(NotAllowed):
        office.do("accept", who=TOWN, task="report")
    assert office.assignment().state == "issued"
    assert [(r["actor"], r["role"], r["action"]) for r in office.refusals()] == [
        (OTHER, "unit", "submit"),
        (TOWN, "unit", "accept"),
    ]


@pytest.mark.parametrize("action", ["override", "grant"])
def test_override_and_late_grant_are_the_leaders(action: str) -> None:
    office = opened().live_until("2022-09-02T12:00")
    given = {"task": "report", "unit": TOWN, "to": "2022-09-15"} if action == "grant" else {}
    with pytest.raises(NotAllowed):
        office.do(action, reason="r", document="d", **given)
    assert office.refusals()[-1]["action"] == action
    office.do(action, who="leader", reason="r", document="d", **given)


def test_an_auditor_only_reads() -> None:
    office = opened().live_until("2022-07-06T12:00")
    office.submit()
    for action in ("accept", "waive", "pause", "advance", "approve", "contact", "draft"):
        with pytest.raises(NotAllowed):
            office.do(action, who="auditor", task="report", unit=TOWN)
    assert len(office.refusals()) == 7
    assert office.verdict().conditions


def test_an_override_needs_a_reason_and_a_document_and_records_the_verdict_as_it_stood() -> None:
    office = opened().live_until("2022-07-06T12:00")
    with pytest.raises(Refused, match="document"):
        office.do("override", who="leader", reason="经研究先行转段")
    before = office.verdict()
    office.do("override", who="leader", reason="经研究先行转段", document="纪要2号")
    assert made(Verdict, office.history("override")[-1]["facts"]["verdict"]) == before
    assert (office.head().phase, office.phase("build").left_by) == ("sprint", "override")


def test_a_superior_owes_its_step_and_is_told_nothing_of_the_move() -> None:
    tasks = REPORT.replace(OTHER, CITY).replace("2022-08-31", "none")
    office = opened(plan(tasks=tasks, gate="{kind: date, on_or_after: 2022-07-01}")).live_until("2022-07-06T12:00")
    office.advance()
    office.live_until("2022-07-07T12:00")
    assert office.notices("phase") == [f"07-06 12:00 phase {TOWN} 0 sent: "]


def test_one_sweep_takes_also_what_came_due_by_what_it_did() -> None:
    gates = {"gate": "{kind: date, on_or_after: 2022-10-08}", "sprint_gate": "{kind: date, on_or_after: 2022-09-01}"}
    office = opened(plan(**gates, build="advance: automatic", sprint="advance: automatic"))
    office.live_until("2022-10-07T12:00").sweep("2022-10-08T12:00")
    assert office.head().state == "completed"
