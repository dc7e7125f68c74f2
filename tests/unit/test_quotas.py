"""Quotas by kind, by the share of each unit and in total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from samples import POINTS, condition, county, phase

from engine.gates import Facts, ShownCondition, judge, quotas, shown
from engine.model import Quota, QuotaKind, QuotaShare, Tally

ON = date(2022, 12, 5)
GATE = condition("quota", quota="points")


def tallies(*entries: tuple[str, str, int]) -> Sequence[Tally]:
    return [
        Tally(id=n, campaign=1, quota="points", kind=kind, unit=unit, number=number, happened_on=ON)
        for n, (kind, unit, number) in enumerate(entries)
    ]


def judged(quota: Quota, *entries: tuple[str, str, int]) -> ShownCondition:
    workflow = replace(county(), quotas=(quota,))
    facts = Facts(workflow=workflow, on=ON, tallies={"points": tallies(*entries)})
    sprint = phase("sprint", "创建冲刺阶段", "2022-10-01", "2022-12-31", GATE)
    (found,) = shown(judge(sprint, facts), sprint, workflow)
    return found


def shared(*shares: QuotaShare, total: int | None = 5) -> Quota:
    return replace(POINTS, per_unit=shares, total=total)


def said(found: ShownCondition) -> tuple[bool, str, str, tuple[str, ...]]:
    return found.holds, found.counted, found.needed, found.missing


def test_a_quota_may_ask_a_number_of_each_unit() -> None:
    quota = shared(QuotaShare(units=("西沱镇",), least=1), QuotaShare(units=("南宾街道",), least=3))
    found = judged(quota, ("office", "南宾街道", 2), ("school", "西沱镇", 3))
    assert said(found) == (False, "5", "5", ("南宾街道(2/3)",))


def test_units_may_have_a_number_of_a_quota_together() -> None:
    both = shared(QuotaShare(units=("西沱镇", "南宾街道"), least=5, together=True, title="镇街联合"))
    entries = ("office", "南宾街道", 2), ("school", "西沱镇", 2), ("school", "县教委", 1)
    assert said(judged(both, *entries)) == (False, "5", "5", ("镇街联合(4/5)",))
    assert judged(both, *entries[:2], ("school", "南宾街道", 1)).holds


def test_of_a_unit_without_a_stated_number_nothing_is_asked_and_what_it_hosts_counts() -> None:
    unstated = shared(QuotaShare(units=("西沱镇",)), QuotaShare(units=("南宾街道",), least=1))
    entries = ("office", "西沱镇", 2), ("school", "西沱镇", 2)
    assert judged(unstated, *entries).missing == ("南宾街道(0/1)", "合计(4/5)")
    assert said(judged(unstated, *entries, ("school", "南宾街道", 1))) == (True, "5", "5", ())


def test_a_quota_without_a_total_needs_what_its_shares_ask_for() -> None:
    each = shared(QuotaShare(units=("西沱镇", "南宾街道"), least=3), total=None)
    found = judged(each, ("office", "西沱镇", 3), ("school", "南宾街道", 2))
    assert said(found) == (False, "5", "6", ("南宾街道(2/3)",))


def test_the_table_has_a_line_for_each_kind_each_share_and_the_total() -> None:
    quota = shared(
        QuotaShare(units=("西沱镇", "南宾街道"), least=1),
        QuotaShare(units=("县教委", "县财政局"), least=2, together=True, printed=("县级部门",)),
        QuotaShare(units=("中益乡",)),
    )
    found = quotas.lines(quota, tallies(("office", "南宾街道", 1), ("school", "中益乡", 1)))
    assert [(line.by, line.name, line.have, line.need, line.short) for line in found] == [
        ("kind", "示范机关", 1, 2, 1),
        ("kind", "示范学校", 1, 2, 1),
        ("unit", "西沱镇", 0, 1, 1),
        ("unit", "南宾街道", 1, 1, 0),
        ("unit", "县级部门", 0, 2, 2),
        ("unit", "中益乡", 1, None, 0),
        ("total", "合计", 2, 5, 3),
    ]


POOL = st.lists(st.tuples(st.sampled_from(["office", "school"]), st.sampled_from("甲乙丙丁"), st.integers(1, 3)))


@given(
    some=POOL,
    least=st.integers(0, 2),
    most=st.sampled_from([None, 2]),
    each=st.sampled_from([None, 1, 3]),
    both=st.sampled_from([None, 1, 4]),
    total=st.sampled_from([None, 12]),
)
def test_once_there_is_what_a_quota_lacks_nothing_is_missing(
    some: list[tuple[str, str, int]],
    least: int,
    most: int | None,
    each: int | None,
    both: int | None,
    total: int | None,
) -> None:
    kinds = QuotaKind(id="office", title="机关", least=least, most=most), QuotaKind(id="school", title="学校")
    shares = (
        QuotaShare(units=("甲",), least=each),
        QuotaShare(units=("乙", "丙"), least=both, together=both is not None),
    )
    quota = Quota(id="points", title="点", kinds=kinds, total=total, per_unit=shares)
    added = [(kind, (hosts or ("甲",))[0], 1) for kind, hosts in quotas.lacking(quota, tallies(*some))]
    then = tallies(*some, *added)
    assert [line.name for line in quotas.lines(quota, then) if line.short] == []
    assert quotas.lacking(quota, then) == []
