"""What a verdict holds for the record: codes, names and figures, all who were counted and all who were missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import DEPARTMENTS, POINTS, TOWNS, assigned, condition, county, either, every, phase

from engine import gates
from engine.errors import GateShut, line_of
from engine.gates import KINDS, Below, Count, Facts, judge, shown, unmet
from engine.gates.found import CountedFinding
from engine.gates.measured import Filling, IndicatorMark, Measured
from engine.model import (
    Approval,
    Assignment,
    Condition,
    ConditionVerdict,
    Counted,
    EvidenceSlot,
    Indicator,
    IndicatorSet,
    Nested,
    Phase,
    PhaseState,
    QuotaShare,
    Tally,
    Verdict,
    VerdictPart,
    Workflow,
)
from engine.model.plain import MarkShare, made, plain
from engine.records import replace

EAST, WEST, NORTH, SOUTH = TOWNS
ON = date(2022, 12, 5)
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
INDICATORS = IndicatorSet(
    id="marks",
    title="测评指标",
    version="1",
    indicators=(
        Indicator(
            id="1.1",
            title="机制健全",
            points="60",
            units=(EAST, WEST),
            evidence=(EvidenceSlot(id="方案", title="实施方案", per="year"),),
        ),
        Indicator(id="1.2", title="宣传", points="40", units=(EAST,)),
        Indicator(id="9", title="事故", veto=True, units=(EAST, WEST)),
        Indicator(id="10", title="失信", veto=True, units=(EAST,)),
    ),
)
SHARES = (
    QuotaShare(units=(EAST,), least=2),
    QuotaShare(units=(WEST, NORTH), least=3, together=True, title="镇街联合"),
    QuotaShare(units=(SOUTH, "县教委"), least=1, together=True, printed=("县级部门", SOUTH)),
)


def here() -> Workflow:
    """Return a county with all that any kind of condition reads."""
    plan = county()
    lectures = replace(
        plan.task("revive"), id="study", title="专题学习", counted=Counted(of="revive", least=2, per="quarter")
    )
    return replace(
        plan,
        tasks=(*plan.tasks, lectures),
        indicators=INDICATORS,
        quotas=(replace(POINTS, per_unit=SHARES),),
        nested=tuple(Nested(unit=unit, workflow="sample") for unit in (EAST, WEST, NORTH, SOUTH)),
    )


HERE = here()


@dataclass(frozen=True)
class Example:
    """A condition with facts, how many it counts in all (None: it counts figures), and a word that only people see."""

    gate: Condition
    facts: Mapping[str, Any]
    whole: int | None
    said: str


def owed(*states: str) -> dict[str, list[Assignment]]:
    return {"selfcheck": [assigned(n, "selfcheck", TOWNS[n], state) for n, state in enumerate(states)]}


def tally(n: int, kind: str, unit: str, number: int) -> Tally:
    return Tally(id=n, campaign=1, quota="points", kind=kind, unit=unit, number=number, happened_on=ON)


def count(unit: str, period: str, done: int) -> Count:
    return Count(unit=unit, period=period, done=done, met=done >= 2, over=True)


def mark(indicator: str, unit: str, own: int | None) -> IndicatorMark:
    given_ = None if own is None else Fraction(own)
    return IndicatorMark(indicator=indicator, unit=unit, period="2022", when="2022年", own=given_)


def filling(unit: str, year: str, have: int) -> Filling:
    return Filling(
        indicator="1.1", slot="方案", title="实施方案", unit=unit, period=year, when=f"{year}年", have=have, least=1
    )


def below(state: str, at: str, *tallies: Tally) -> Below:
    stands = PhaseState(
        campaign=2,
        phase=at,
        position=0,
        state="open",
        first_day=date(2022, 1, 1),
        last_day=date(2022, 12, 31),
    )
    return Below(workflow=HERE, state=state, phase=at, phases={at: stands}, tallies={"points": tallies})


MARKS = Measured(
    marks=(mark("1.1", EAST, 60), mark("1.1", WEST, None), mark("1.2", EAST, 20)),
    fillings=(filling(EAST, "2022", 1), filling(WEST, "2022", 0), filling(EAST, "2023", 0)),
    vetoes=(("9", WEST),),
)
APPROVED = Approval(id=1, campaign=1, name="领导小组同意转段", document="纪要", happened_on=ON, actor="leader")
STANDING = {
    EAST: below("running", "creation", tally(1, "office", EAST, 1)),
    WEST: below("completed", "acceptance"),
    NORTH: below("aborted", "mobilize"),
}
EXAMPLES = {
    "tasks": Example(
        condition("tasks", tasks=("selfcheck", "summary", "meeting"), units=(*TOWNS[:3], "县财政局")),
        {"assignments": owed("accepted", "issued", "waived"), "to_be_asked": {"summary": TOWNS}},
        8,
        "召开创建工作推进会议并点评通报",
    ),
    "tasks by share": Example(
        condition("tasks", tasks=("selfcheck",), share=Fraction(1, 2)),
        {"assignments": owed("accepted", "issued", "accepted", "issued")},
        4,
        "50%以上",
    ),
    "quota": Example(
        condition("quota", quota="points"),
        {
            "tallies": {
                "points": (tally(1, "school", EAST, 4), tally(2, "office", "县教委", 1), tally(3, "school", EAST, 1))
            }
        },
        None,
        "最多3",
    ),
    "approval": Example(
        condition("approval", approval="领导小组同意转段"), {"approvals": {APPROVED.name: APPROVED}}, 1, "同意"
    ),
    "approval not given": Example(condition("approval", approval="领导小组同意转段"), {}, 1, "同意"),
    "score": Example(
        condition("score", number="自评分", least=85.0, tasks=("selfcheck", "summary")),
        {
            "assignments": owed("accepted", "accepted", "waived"),
            "numbers": {"自评分": {EAST: 90.0, WEST: 84.5}},
            "to_be_asked": {"summary": (NORTH,)},
        },
        3,
        "不低于85",
    ),
    "score in all": Example(
        condition("score", number="自评分", least=85.0, tasks=("selfcheck",), over="sum"),
        {"assignments": owed("accepted", "accepted"), "numbers": {"自评分": {EAST: 90.0}}},
        2,
        "合计",
    ),
    "date": Example(condition("date", on_or_after=ON), {}, 1, "已到"),
    "date to come": Example(condition("date", on_or_after=date(2023, 1, 1)), {}, 1, "未到"),
    "indicator_score": Example(
        condition("indicator_score", least=MarkShare(Fraction(9, 10))), {"measured": MARKS}, 5, "1.1 自评:西沱镇"
    ),
    "indicator_score of each": Example(
        condition("indicator_score", least=MarkShare(Fraction(7, 10)), over="each"),
        {"measured": MARKS},
        2,
        "西沱镇(0/42)",
    ),
    "evidence": Example(condition("evidence"), {"measured": MARKS}, 3, "1.1 实施方案:西沱镇 2022年"),
    "no_veto": Example(condition("no_veto"), {"measured": MARKS}, 2, "9 一票否决:西沱镇"),
    "counted": Example(
        condition("counted", duties=("study",)),
        {"counts": {"study": (count(WEST, "2022Q3", 1), count(EAST, "2022Q3", 2), count(WEST, "2022Q4", 0))}},
        3,
        "西沱镇 2022Q3 1/2、2022Q4 0/2",
    ),
    "nested": Example(condition("nested", phase="sprint"), {"nested": STANDING}, 4, "现处全面创建阶段"),
    "nested quota": Example(
        condition("nested", quota="points"), {"nested": STANDING}, 4, "南宾街道(示范机关(1/2)、示范学校(0/2)"
    ),
    "nested quota by number": Example(
        condition("nested", quota="points", least=1), {"nested": STANDING}, 4, "西沱镇(0/1)"
    ),
    "nested without that quota": Example(
        condition("nested", quota="villages"), {"nested": STANDING}, 4, "没有villages"
    ),
    "rectified": Example(
        condition("rectified"),
        {
            "findings": (
                CountedFinding(number=1, way="spot", unit=WEST, closed=False),
                CountedFinding(number=2, way="self", unit=EAST, closed=True),
            )
        },
        2,
        "整改销号",
    ),
}
EACH = pytest.mark.parametrize("name", EXAMPLES)
BY_LINE = ("indicator_score", "evidence", "quota")
"""Kinds that go by indicator, slot or line first."""


def gate_of(*conditions: Condition) -> Phase:
    return phase("sprint", "创建冲刺阶段", "2022-10-01", "2022-12-31", every(*conditions))


def verdict_of(gate: Phase, **facts: Any) -> Verdict:
    return judge(gate, Facts(workflow=HERE, on=ON, **facts))


def found(name: str) -> ConditionVerdict:
    example = EXAMPLES[name]
    (only,) = verdict_of(gate_of(example.gate), **example.facts).conditions
    return only


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def names(workflow: Workflow) -> set[str]:
    """Return what the workflow itself calls things."""
    found_ = workflow.indicators.indicators if workflow.indicators else ()
    return {
        *workflow.directory.units,
        *(each.title for each in workflow.phases),
        *(kind.title for quota in workflow.quotas for kind in quota.kinds),
        *(share.title for quota in workflow.quotas for share in quota.per_unit),
        *(printed for quota in workflow.quotas for share in quota.per_unit for printed in share.printed),
        *(slot.id for one in found_ for slot in one.evidence),
        "领导小组同意转段",
    }


def test_every_kind_of_condition_has_its_example() -> None:
    assert {example.gate.kind for example in EXAMPLES.values()} == set(KINDS)


@EACH
def test_a_verdict_holds_no_words_but_the_names_of_the_workflow(name: str) -> None:
    told = {text for text in texts(plain(found(name))) if CHINESE.search(text)}
    assert told - names(HERE) == set()


@EACH
def test_who_was_counted_and_who_was_missing_add_up(name: str) -> None:
    example, judged = EXAMPLES[name], found(name)
    if example.whole is not None:
        assert len(judged.met) + len(judged.missing) == example.whole
    everybody = [part.unit for part in (*judged.met, *judged.missing)]
    assert set(everybody) <= {*HERE.directory.units, ""}


@pytest.mark.parametrize("name", [name for name, each in EXAMPLES.items() if each.gate.kind not in BY_LINE])
def test_who_is_named_stands_in_the_order_of_the_directory(name: str) -> None:
    judged = found(name)
    place = {unit: n for n, unit in enumerate(HERE.directory.units)}
    for parts in (judged.met, judged.missing):
        order = [place[part.unit] for part in parts if part.unit]
        assert order == sorted(order)


@EACH
def test_a_verdict_is_read_back_from_its_record(name: str) -> None:
    example = EXAMPLES[name]
    gate = phase(
        "sprint", "创建冲刺阶段", "2022-10-01", "2022-12-31", either(example.gate, condition("date", on_or_after=ON))
    )
    verdict = verdict_of(gate, **example.facts)
    assert made(Verdict, json.loads(json.dumps(plain(verdict)))) == verdict


@EACH
def test_people_read_words_that_the_record_does_not_hold(name: str) -> None:
    example = EXAMPLES[name]
    gate = gate_of(example.gate)
    (read,) = shown(verdict_of(gate, **example.facts), gate, HERE)
    told = " ".join((read.text, read.counted, read.needed, *read.missing))
    assert example.said in told
    assert bool(read.missing) == (not read.holds and read.kind != "date")


def test_a_condition_that_holds_by_its_share_tells_who_was_missing_in_its_record_only() -> None:
    gate = gate_of(EXAMPLES["tasks by share"].gate)
    verdict = verdict_of(gate, **EXAMPLES["tasks by share"].facts)
    assert verdict.open
    assert [part.unit for part in verdict.conditions[0].missing] == [WEST, SOUTH]
    assert shown(verdict, gate, HERE)[0].missing == ()
    assert [*unmet(verdict.conditions[0])] == []


def test_each_part_of_a_condition_on_tasks_says_what_it_is_and_why_it_is_missing() -> None:
    judged = found("tasks")
    assert judged.met == (
        VerdictPart(unit=EAST, task="selfcheck"),
        VerdictPart(unit=NORTH, task="selfcheck", code="waived"),
    )
    assert judged.missing == (
        VerdictPart(unit=EAST, task="summary", code="not_opened"),
        VerdictPart(unit=WEST, task="selfcheck"),
        VerdictPart(unit=WEST, task="summary", code="not_opened"),
        VerdictPart(unit=NORTH, task="summary", code="not_opened"),
        VerdictPart(unit="县财政局", task="selfcheck", code="not_given"),
        VerdictPart(task="meeting", code="nobody"),
    )


def test_a_quota_tells_what_each_unit_has_of_each_kind_and_each_line_that_is_amiss() -> None:
    judged = found("quota")
    assert sum(int(part.have) for part in judged.met) == int(judged.counted) == 6
    assert [(part.unit, part.name, part.have) for part in judged.met] == [
        (EAST, "school", "5"),
        ("县教委", "office", "1"),
    ]
    assert [(p.unit or p.name or p.title or p.among, p.code, p.have, p.need) for p in judged.missing] == [
        ("office", "short", "1", "2"),
        ("school", "over", "5", "3"),
        ("镇街联合", "short", "0", "3"),
    ]


def test_what_a_campaign_below_lacks_is_told_in_codes_with_the_titles_of_its_own_workflow() -> None:
    assert found("nested").met == (VerdictPart(unit=WEST),)
    assert found("nested").missing == (
        VerdictPart(unit=EAST, name="creation", title="全面创建阶段", code="stands"),
        VerdictPart(unit=NORTH, code="aborted"),
        VerdictPart(unit=SOUTH, code="not_begun"),
    )
    first = found("nested quota").missing[0]
    assert (first.unit, first.name, first.code) == (EAST, "points", "short")
    assert first.lacks[0] == VerdictPart(name="office", title="示范机关", code="short", have="1", need="2")


@given(st.lists(st.sampled_from(["issued", "submitted", "returned", "accepted", "waived", "cancelled"]), max_size=4))
def test_of_all_who_owe_a_task_each_is_counted_or_missing_once(states: list[str]) -> None:
    (judged,) = verdict_of(gate_of(condition("tasks", tasks=("selfcheck",))), assignments=owed(*states)).conditions
    asked = [TOWNS[n] for n, state in enumerate(states) if state != "cancelled"]
    told = [part.unit for part in (*judged.met, *judged.missing) if part.unit]
    assert sorted(told) == sorted(asked)


def test_a_gate_that_was_changed_since_is_read_by_the_names_of_its_conditions() -> None:
    gate = gate_of(condition("approval", approval="领导小组同意转段"), EXAMPLES["date to come"].gate)
    verdict = verdict_of(gate)
    now = gate_of(condition("date", on_or_after=ON))
    assert [each.text for each in shown(verdict, now, HERE)] == ["approval", "date"]
    assert gates.why_shut(verdict, now, HERE) == "approval 0/1(领导小组同意转段);date 未到/2023-01-01"


def test_a_shut_gate_is_recorded_as_its_verdict_and_said_in_words_of_either_language() -> None:
    gate = gate_of(EXAMPLES["approval not given"].gate)
    verdict = verdict_of(gate)
    told = {"title": gate.title, "unmet": gates.why_shut(verdict, gate, HERE), "key": "county"}
    shut = GateShut(phase=gate.id, verdict=plain(verdict), **told)
    assert shut.plain() == {"code": "PG103", "why": "", "with": {"phase": "sprint", "verdict": plain(verdict)}}
    assert shut.line() == (
        "PG103  the gate of 创建冲刺阶段 is shut — 领导小组同意转段 0/1(领导小组同意转段)"
        " — see `phasegate campaign gate county`"
    )
    assert shut.line("zh") == (
        "PG103  “创建冲刺阶段”尚不具备转段条件:领导小组同意转段 0/1(领导小组同意转段)。"
        "可继续催办,或经领导小组研究附整改事项转段(详见 campaign gate county)。"
    )
    assert line_of(shut.plain(), "zh", **told) == shut.line("zh")


def test_of_those_missing_a_sentence_names_five_and_the_record_all() -> None:
    named = (*TOWNS, *DEPARTMENTS)
    gate = gate_of(condition("tasks", "全部审核通过", tasks=("selfcheck",)))
    verdict = verdict_of(gate, to_be_asked={"selfcheck": named})
    assert gates.why_shut(verdict, gate, HERE) == f"全部审核通过 0/7({'、'.join(named[:5])} 等)"
    assert len(verdict.conditions[0].missing) == 7
