from __future__ import annotations

from dataclasses import replace

import pytest
from samples import condition, county, every, phase, workflow

from engine.errors import WrongState
from engine.machine import (
    ABORTED,
    COMPLETED,
    assignment_after,
    assignment_table,
    assignment_triggers,
    campaign_after,
    campaign_moves,
    mermaid,
)


def test_the_table_of_an_assignment_is_exactly_this():
    assert dict(assignment_table()) == {
        ("issued", "receive"): "received",
        ("issued", "submit"): "submitted",
        ("received", "submit"): "submitted",
        ("returned", "submit"): "submitted",
        ("submitted", "submit"): "submitted",
        ("submitted", "accept"): "accepted",
        ("submitted", "return"): "returned",
        ("issued", "waive"): "waived",
        ("received", "waive"): "waived",
        ("submitted", "waive"): "waived",
        ("returned", "waive"): "waived",
        ("issued", "object"): "received",
        ("received", "object"): "received",
        ("issued", "cancel"): "cancelled",
        ("received", "cancel"): "cancelled",
        ("submitted", "cancel"): "cancelled",
        ("returned", "cancel"): "cancelled",
    }


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        assignment_table()["issued", "accept"] = "accepted"  # type: ignore[index]


def test_a_returned_assignment_is_submitted_again():
    assert assignment_after("returned", "submit") == "submitted"


def test_a_refusal_says_what_is_and_what_is_possible():
    with pytest.raises(WrongState) as refused:
        assignment_after("issued", "accept", "开展自检自查 西沱镇")
    assert refused.value.line() == (
        "PG102  cannot accept 开展自检自查 西沱镇 — it is issued — possible now: receive, submit, waive, object"
    )


@pytest.mark.parametrize("state", ["accepted", "waived", "cancelled"])
def test_a_settled_assignment_stays_as_it_is(state: str):
    assert assignment_triggers(state) == ()
    with pytest.raises(WrongState, match="it is settled, nothing is owed"):
        assignment_after(state, "submit")


def test_a_campaign_goes_from_phase_to_phase_and_from_the_last_to_its_end():
    assert dict(campaign_moves(county())) == {
        "mobilize": ("creation",),
        "creation": ("sprint",),
        "sprint": ("acceptance",),
        "acceptance": (COMPLETED,),
    }


def test_a_campaign_can_be_aborted_from_every_phase():
    for each in county().phases:
        assert campaign_after(county(), each.id, "abort") == ABORTED


@pytest.mark.parametrize("end", [COMPLETED, ABORTED])
def test_an_ended_campaign_moves_no_more(end: str):
    with pytest.raises(WrongState, match="it has ended"):
        campaign_after(county(), end, "advance")
    with pytest.raises(WrongState, match="it has ended"):
        campaign_after(county(), end, "abort")


def test_a_phase_with_a_choice_asks_where_to():
    branched = workflow(
        (
            phase("a", "甲", "2022-01-01", "2022-02-28", next=("b", "c")),
            phase("b", "乙", "2022-03-01", "2022-04-30", next=("c",)),
            phase("c", "丙", "2022-05-01", "2022-06-30"),
        ),
        (),
    )
    assert campaign_after(branched, "a", "advance", "c") == "c"
    assert campaign_after(branched, "b", "advance") == "c"
    with pytest.raises(WrongState, match="say where to: b, c"):
        campaign_after(branched, "a", "advance")
    with pytest.raises(WrongState, match="say where to: c"):
        campaign_after(branched, "b", "advance", "a")


def test_a_move_to_a_phase_that_does_not_exist_is_no_machine():
    with pytest.raises(KeyError, match="nowhere"):
        campaign_moves(workflow((phase("a", "甲", "2022-01-01", "2022-02-28", next=("nowhere",)),), ()))


@pytest.mark.parametrize("name", ["os.system", "builtins.exit", "on_enter_p1", "p0", "__class__", "initial", "去 向"])
def test_no_name_of_a_phase_is_taken_for_code(name: str):
    odd = workflow(
        (
            phase(name, "甲", "2022-01-01", "2022-02-28", next=("b",)),
            phase("b", "乙", "2022-03-01", "2022-04-30"),
        ),
        (),
    )
    assert dict(campaign_moves(odd)) == {name: ("b",), "b": (COMPLETED,)}


def test_the_mermaid_text_shows_phases_gates_and_the_end():
    assert mermaid(county()) == (
        "stateDiagram-v2\n"
        "    direction TB\n"
        '    state "动员部署阶段 2021-12-01至2022-06-30" as p0\n'
        '    state "全面创建阶段 2022-07-01至2022-09-30" as p1\n'
        '    state "创建冲刺阶段 2022-10-01至2022-12-31" as p2\n'
        '    state "迎接验收阶段 2023-01-01至2023-06-30" as p3\n'
        "    [*] --> p0\n"
        "    p0 --> p1\n"
        "    p1 --> p2 : “以乡村振兴战略统领创建”、“以经济社会发展助推创建”全部审核通过"
        "<br/>创建点5个全部确定<br/>领导小组同意转入冲刺阶段\n"
        "    p2 --> p3 : 各乡镇(街道)、县级部门自检自查报告全部审核通过"
        "<br/>各单位自评分不低于85,或者领导小组同意以整改代替自评分要求<br/>“报送创建工作总结报告”全部报送\n"
        "    p3 --> [*] : 国家民委命名决定<br/>2023年6月1日已到\n"
    )


def test_text_of_a_workflow_cannot_break_out_of_the_mermaid_diagram():
    gate = every(condition("approval", '同意"; p0 --> [*] : <b>#x</b>\n%%', approval="同意"))
    diagram = mermaid(workflow((phase("a", 'a" as q\n[*] --> q', "2022-01-01", "2022-02-28", gate),), ()))
    assert diagram.splitlines()[2:] == [
        '    state "a＂ as q ［*］ --＞ q 2022-01-01至2022-02-28" as p0',
        "    [*] --> p0",
        "    p0 --> [*] : 同意＂； p0 --＞ ［*］ ： ＜b＞＃x＜/b＞ ％％",
    ]


def test_two_versions_of_a_workflow_have_each_their_own_moves():
    changed = replace(county(), phases=(replace(county().phases[0], next=()),))
    assert dict(campaign_moves(changed)) == {"mobilize": (COMPLETED,)}
    assert campaign_moves(county())["mobilize"] == ("creation",)
