from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import POINTS, TOWNS, assigned, condition, county, either, every, phase

from engine.errors import BadInput
from engine.gates import KINDS, Facts, Param, Reads, ShownCondition, judge, plain, reads, sentences, shown
from engine.model import (
    Approval,
    Assignment,
    Condition,
    ConditionVerdict,
    Phase,
    PhaseState,
    Tally,
    Verdict,
    VerdictPart,
    Workflow,
)
from engine.model import plain as records
from engine.model.plain import MarkShare

COUNTY = county()
ON = date(2022, 12, 5)
TYPES = {param.type.name: param.type for kind in KINDS.values() for param in kind.params}


def sprint(gate: Condition) -> Phase:
    return phase("sprint", "创建冲刺阶段", "2022-10-01", "2022-12-31", gate)


def verdict_of(gate: Condition, **facts: object) -> Verdict:
    values: dict[str, object] = {"workflow": COUNTY, "on": ON}
    return judge(sprint(gate), Facts(**(values | facts)))  # type: ignore[arg-type]


def only(gate: Condition, workflow: Workflow = COUNTY, **facts: object) -> ShownCondition:
    (found,) = shown(verdict_of(gate, workflow=workflow, **facts), sprint(gate), workflow)
    return found


def selfchecks(*states: str) -> Mapping[str, Sequence[Assignment]]:
    return {"selfcheck": [assigned(n, "selfcheck", TOWNS[n], state) for n, state in enumerate(states)]}


def counted(found: ShownCondition) -> tuple[bool, str, str, tuple[str, ...]]:
    return found.holds, found.counted, found.needed, found.missing


def tallies(*entries: tuple[str, str, int]) -> Mapping[str, Sequence[Tally]]:
    return {
        "points": [
            Tally(id=n, campaign=1, quota="points", kind=kind, unit=unit, number=number, happened_on=ON)
            for n, (kind, unit, number) in enumerate(entries)
        ]
    }


def approval(name: str, on: date) -> Mapping[str, Approval]:
    return {name: Approval(id=1, campaign=1, name=name, document="县创组〔2022〕1号", happened_on=on, actor="leader")}


# --- tasks --------------------------------------------------------------------------------------


def test_a_shut_gate_counts_what_came_and_names_who_is_missing_in_the_order_of_the_directory():
    gate = condition("tasks", "自检自查报告全部审核通过", tasks=("selfcheck",))
    late_first = {
        "selfcheck": tuple(reversed(selfchecks("issued", "accepted", "submitted", "accepted")["selfcheck"]))
    }
    assert verdict_of(gate, assignments=late_first) == Verdict(
        phase="sprint",
        open=False,
        conditions=(
            ConditionVerdict(
                id="自检自查报告全部审核通过",
                kind="tasks",
                holds=False,
                counted="2",
                needed="4",
                missing=tuple(VerdictPart(unit=unit, task="selfcheck") for unit in ("南宾街道", "黄水镇")),
                met=tuple(VerdictPart(unit=unit, task="selfcheck") for unit in ("西沱镇", "中益乡")),
            ),
        ),
    )
    assert only(gate, assignments=late_first) == ShownCondition(
        id="自检自查报告全部审核通过",
        kind="tasks",
        text="自检自查报告全部审核通过",
        holds=False,
        counted="2",
        needed="4",
        missing=("南宾街道", "黄水镇"),
        measure="项",
        met=tuple(VerdictPart(unit=unit, task="selfcheck") for unit in ("西沱镇", "中益乡")),
    )


def test_a_gate_opens_when_the_last_one_is_accepted():
    gate = condition("tasks", tasks=("selfcheck",))
    assert counted(only(gate, assignments=selfchecks(*["accepted"] * 4))) == (True, "4", "4", ())


@pytest.mark.parametrize(
    ("state", "done"),
    [
        ("received", ["received", "returned", "submitted", "accepted", "waived"]),
        ("submitted", ["submitted", "accepted", "waived"]),
        ("accepted", ["accepted", "waived"]),
    ],
)
def test_a_state_counts_if_it_has_come_at_least_so_far(state: str, done: list[str]):
    gate = condition("tasks", tasks=("selfcheck",), state=state)
    for each in ("issued", "received", "returned", "submitted", "accepted", "waived"):
        assert only(gate, assignments=selfchecks(each)).holds == (each in done)


def test_a_cancelled_assignment_is_left_out():
    gate = condition("tasks", tasks=("selfcheck",))
    assert counted(only(gate, assignments=selfchecks("accepted", "cancelled"))) == (True, "1", "1", ())


def test_a_task_that_was_never_opened_does_not_hold_and_is_named():
    gate = condition("tasks", tasks=("selfcheck", "summary"))
    found = only(gate, assignments=selfchecks("accepted", "issued"))
    assert counted(found) == (False, "1", "3", ("西沱镇", "报送创建工作总结报告"))


def test_a_share_of_what_was_opened_does_not_stand_for_what_was_not():
    gate = condition("tasks", tasks=("selfcheck", "summary"), share=Fraction(1, 2))
    assert not only(gate, assignments=selfchecks("accepted", "accepted", "accepted")).holds


def test_a_task_from_before_adoption_was_asked_of_nobody_and_is_left_out():
    gate = condition("tasks", tasks=("revive", "selfcheck"))
    before = PhaseState(
        campaign=1,
        phase="creation",
        position=1,
        state="before_adoption",
        first_day=date(2022, 7, 1),
        last_day=date(2022, 9, 30),
    )
    found = only(gate, assignments=selfchecks("accepted"), phases={"creation": before})
    assert counted(found) == (True, "1", "1", ())


def test_a_unit_that_owes_two_tasks_is_named_once():
    gate = condition("tasks", tasks=("selfcheck", "summary"))
    owed = {
        "selfcheck": [assigned(1, "selfcheck", "西沱镇")],
        "summary": [assigned(2, "summary", "西沱镇"), assigned(3, "summary", "南宾街道")],
    }
    assert counted(only(gate, assignments=owed)) == (False, "0", "3", ("南宾街道", "西沱镇"))


@pytest.mark.parametrize(("accepted", "holds"), [(2, False), (3, True), (4, True)])
def test_a_share_is_rounded_up_to_whole_assignments(accepted: int, holds: bool):
    gate = condition("tasks", tasks=("selfcheck",), share=Fraction(60, 100))
    found = only(gate, assignments=selfchecks(*["accepted"] * accepted, *["issued"] * (4 - accepted)))
    assert (found.holds, found.counted, found.needed) == (holds, str(accepted), "3")


def test_a_count_asks_for_so_many_and_no_more():
    gate = condition("tasks", tasks=("selfcheck",), count=2)
    assert counted(only(gate, assignments=selfchecks("accepted", "accepted", "issued"))) == (
        True,
        "2",
        "2",
        (),
    )
    assert counted(only(gate, assignments=selfchecks("accepted", "issued"))) == (False, "1", "2", ("西沱镇",))


def test_only_the_units_of_a_subset_are_counted_and_one_without_the_task_is_missing():
    gate = condition("tasks", tasks=("selfcheck",), units=("南宾街道", "县财政局"))
    assert counted(only(gate, assignments=selfchecks("accepted", "issued"))) == (
        False,
        "1",
        "2",
        ("县财政局",),
    )


# --- quota, approval, score, date ---------------------------------------------------------------


def test_a_quota_needs_each_kind_and_the_total():
    gate = condition("quota", quota="points")
    assert counted(only(gate)) == (False, "0", "5", ("示范机关(0/2)", "示范学校(0/2)", "合计(0/5)"))
    some = tallies(("office", "县教委", 2), ("school", "县教委", 2))
    assert counted(only(gate, tallies=some)) == (False, "4", "5", ("合计(4/5)",))
    enough = tallies(("office", "县教委", 2), ("office", "县财政局", 1), ("school", "县教委", 2))
    assert counted(only(gate, tallies=enough)) == (True, "5", "5", ())


def test_a_quota_is_not_met_by_too_many_of_one_kind():
    many = tallies(("office", "县教委", 2), ("school", "县教委", 4))
    assert counted(only(condition("quota", quota="points"), tallies=many)) == (
        False,
        "6",
        "5",
        ("示范学校(4,最多3)",),
    )


def test_a_quota_without_a_total_needs_the_least_of_each_kind():
    without = replace(COUNTY, quotas=(replace(POINTS, total=None),))
    some = tallies(("office", "县教委", 2), ("school", "县教委", 2))
    assert counted(only(condition("quota", quota="points"), workflow=without, tallies=some)) == (
        True,
        "4",
        "4",
        (),
    )


def test_an_approval_counts_from_the_day_it_was_given():
    gate = condition("approval", approval="领导小组同意转段")
    assert counted(only(gate)) == (False, "0", "1", ("领导小组同意转段",))
    given_ = approval("领导小组同意转段", ON)
    assert counted(only(gate, approvals=given_)) == (True, "1", "1", ())
    assert not only(gate, approvals=given_, on=date(2022, 12, 4)).holds


def test_every_unit_must_reach_a_score_and_one_without_is_missing():
    gate = condition("score", number="自评分", least=85.0, tasks=("selfcheck",))
    found = only(
        gate,
        assignments=selfchecks("accepted", "accepted", "submitted", "waived"),
        numbers={"自评分": {"南宾街道": 85.0, "西沱镇": 84.9}},
    )
    assert counted(found) == (False, "1", "3", ("西沱镇", "黄水镇"))


def test_scores_may_be_summed():
    gate = condition("score", number="自评分", least=100.0, tasks=("selfcheck",), over="sum")
    owed = selfchecks("accepted", "accepted")
    assert counted(only(gate, assignments=owed, numbers={"自评分": {"南宾街道": 60.5}})) == (
        False, "60.5", "100", ("西沱镇",),
    )  # fmt: skip
    both = {"自评分": {"南宾街道": 60.5, "西沱镇": 39.5, "县教委": 1.0}}
    assert counted(only(gate, assignments=owed, numbers=both)) == (True, "100", "100", ())


def test_a_score_of_a_task_that_was_never_opened_does_not_hold():
    gate = condition("score", number="自评分", least=0.0, tasks=("selfcheck",))
    assert counted(only(gate)) == (False, "0", "0", ("开展自检自查",))


@pytest.mark.parametrize(("on", "holds"), [("2022-12-30", False), ("2022-12-31", True), ("2023-01-01", True)])
def test_a_date_holds_from_its_day_on(on: str, holds: bool):
    gate = condition("date", on_or_after=date(2022, 12, 31))
    come = "已到" if holds else "未到"
    assert counted(only(gate, on=date.fromisoformat(on))) == (holds, come, "2022-12-31", ())


def test_a_verdict_does_not_change_because_a_night_has_passed():
    gate = every(condition("date", on_or_after=date(2022, 12, 31)), condition("approval", approval="同意"))
    assert verdict_of(gate, on=date(2022, 12, 5)) == verdict_of(gate, on=date(2022, 12, 6))


# --- trees --------------------------------------------------------------------------------------


def leaf(holds: bool) -> Condition:
    return condition("date", on_or_after=ON if holds else date(2030, 1, 1))


trees = st.recursive(
    st.booleans().map(leaf),
    lambda inner: st.builds(
        lambda kind, children: condition(kind, children=children),
        st.sampled_from(["all", "any"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


def holds(gate: Condition) -> bool:
    if gate.kind == "date":
        return gate.params["on_or_after"] == ON
    return (all if gate.kind == "all" else any)(holds(child) for child in gate.children)


@given(trees)
def test_a_gate_is_open_if_and_only_if_its_tree_holds(gate: Condition):
    verdict = verdict_of(gate)
    assert verdict.open == holds(gate)
    assert verdict.open == all(found.holds for found in verdict.conditions)


@given(
    st.lists(
        st.sampled_from(["issued", "submitted", "returned", "accepted", "waived", "cancelled"]),
        min_size=1,
        max_size=4,
    )
)
def test_a_gate_of_all_tasks_is_open_if_and_only_if_nobody_is_missing(states: Iterable[str]):
    verdict = verdict_of(condition("tasks", tasks=("selfcheck",)), assignments=selfchecks(*states))
    assert verdict.open == (verdict.conditions[0].missing == ())


@given(trees)
def test_the_plain_form_of_a_verdict_gives_it_back_through_json(gate: Condition):
    verdict = verdict_of(gate)
    assert records.made(Verdict, json.loads(json.dumps(records.plain(verdict)))) == verdict


def test_what_is_printed_says_in_words_what_the_record_holds_in_codes():
    gate = every(
        condition("tasks", "自检自查报告全部审核通过", tasks=("selfcheck",)),
        either(condition("approval", approval="同意甲"), condition("approval", approval="同意乙")),
    )
    leaf_ = {"kind": "approval", "holds": False, "counted": "0", "needed": "1", "met": [], "children": []}
    verdict = verdict_of(gate, assignments=selfchecks("accepted", "issued"))
    assert plain(verdict, sprint(gate), COUNTY) == {
        "phase": "sprint",
        "open": False,
        "conditions": [
            {
                "id": "自检自查报告全部审核通过",
                "kind": "tasks",
                "text": "自检自查报告全部审核通过",
                "holds": False,
                "counted": "1",
                "needed": "2",
                "missing": ["西沱镇"],
                "met": [{"unit": "南宾街道", "task": "selfcheck"}],
                "children": [],
            },
            {
                "id": "any",
                "kind": "any",
                "text": "同意甲,或者同意乙",
                "holds": False,
                "counted": "0",
                "needed": "1",
                "missing": ["同意甲", "同意乙"],
                "met": [],
                "children": [
                    {"id": "approval", "text": "同意甲", "missing": ["同意甲"], **leaf_},
                    {"id": "approval", "text": "同意乙", "missing": ["同意乙"], **leaf_},
                ],
            },
        ],
    }
    counts = {"holds": False, "counted": "0", "needed": "1"}
    assert records.plain(verdict) == {
        "phase": "sprint",
        "open": False,
        "conditions": [
            {
                "id": "自检自查报告全部审核通过",
                "kind": "tasks",
                "holds": False,
                "counted": "1",
                "needed": "2",
                "missing": [{"unit": "西沱镇", "task": "selfcheck"}],
                "met": [{"unit": "南宾街道", "task": "selfcheck"}],
            },
            {
                "id": "any",
                "kind": "any",
                **counts,
                "children": [
                    {"id": "approval", "kind": "approval", **counts, "missing": [{"name": name}]}
                    for name in ("同意甲", "同意乙")
                ],
            },
        ],
    }


def test_a_gate_without_conditions_is_open():
    assert verdict_of(every()) == Verdict(phase="sprint", open=True, conditions=())


def test_of_two_ways_one_is_enough_and_nobody_is_missing():
    gate = either(condition("approval", approval="同意甲"), condition("approval", approval="同意乙"))
    assert counted(only(gate, approvals=approval("同意乙", ON))) == (True, "1", "1", ())


# --- what is read, and how it is written --------------------------------------------------------


def test_a_condition_says_exactly_what_it_reads():
    sprint = COUNTY.phase("sprint").gate
    assert reads(sprint) == Reads(
        tasks=frozenset({"selfcheck", "summary"}),
        approvals=frozenset({"领导小组同意以整改代替自评分要求"}),
        numbers=frozenset({"自评分"}),
    )
    assert reads(COUNTY.phase("creation").gate).quotas == {"points"}
    assert reads(COUNTY.phase("acceptance").gate).dates == {date(2023, 6, 1)}


def test_conditions_say_themselves_in_chinese_where_the_plan_gives_no_words():
    gate = every(
        condition("tasks", tasks=("selfcheck",), share=Fraction(9, 10), state="submitted"),
        condition("tasks", tasks=("selfcheck",), count=2, state="received"),
        condition("quota", quota="points"),
        condition("score", number="自评分", least=85.0, tasks=("selfcheck",)),
        condition("date", on_or_after=date(2022, 12, 31)),
    )
    assert sentences(gate, COUNTY) == (
        "“开展自检自查”90%以上报送",
        "“开展自检自查”2项签收",
        "创建点5个全部确定",
        "各单位自评分不低于85",
        "2022年12月31日已到",
    )


def test_the_kinds_of_condition_are_these():
    assert {name: [param.name for param in kind.params] for name, kind in KINDS.items()} == {
        "tasks": ["tasks", "state", "share", "count", "units"],
        "quota": ["quota"],
        "approval": ["approval"],
        "score": ["number", "least", "tasks", "over", "units"],
        "date": ["on_or_after"],
        "indicator_score": ["least", "over", "of"],
        "evidence": ["share", "indicators"],
        "no_veto": [],
        "counted": ["duties", "share", "units"],
        "nested": ["phase", "state", "quota", "least", "share", "units"],
        "rectified": ["share", "source"],
    }


@pytest.mark.parametrize(
    ("type", "raw", "value"),
    [
        ("tasks", ["selfcheck"], ("selfcheck",)),
        ("tasks", "selfcheck", ("selfcheck",)),
        ("state", "accepted", "accepted"),
        ("share", "90%", Fraction(9, 10)),
        ("share", "33.3%", Fraction(333, 1000)),
        ("count", 3, 3),
        ("count", "3", 3),
        ("amount", "85.5", 85.5),
        ("date", "2022-12-31", date(2022, 12, 31)),
        ("over", "sum", "sum"),
        ("approval", " 同意 ", "同意"),
        ("mark", "92.5", Fraction(185, 2)),
        ("mark", "85%", MarkShare(Fraction(17, 20))),
        ("reach", "total", "total"),
        ("whose", "checked", "checked"),
        ("indicators", ["1.1"], ("1.1",)),
    ],
)
def test_a_parameter_is_read_from_its_text(type: str, raw: object, value: object):
    assert Param(name="x", type=TYPES[type]).value(raw) == value


@pytest.mark.parametrize(
    ("type", "raw"),
    [
        ("tasks", []),
        ("tasks", [3]),
        ("state", "done"),
        ("share", "0%"),
        ("share", "101%"),
        ("share", "0.9"),
        ("count", 0),
        ("count", True),
        ("count", "-1"),
        ("amount", "nan"),
        ("date", "11-30"),
        ("date", "20221231"),
        ("date", "2022-02-30"),
        ("over", "most"),
        ("mark", "-1"),
        ("mark", "101%"),
        ("reach", "sum"),
        ("whose", "other"),
        ("indicators", []),
        ("quota", ""),
    ],
)
def test_a_parameter_that_cannot_be_read_says_what_to_write(type: str, raw: object):
    with pytest.raises(BadInput, match=r"`x` cannot be read — found .* — write "):
        Param(name="x", type=TYPES[type]).value(raw)


def test_a_task_that_is_not_opened_yet_already_misses_every_unit_it_will_fall_to() -> None:
    gate = every(condition("tasks", tasks=("selfcheck",), state="accepted"))
    found = only(gate, to_be_asked={"selfcheck": TOWNS[:3]})
    assert counted(found) == (False, "0", "3", tuple(TOWNS[:3]))
