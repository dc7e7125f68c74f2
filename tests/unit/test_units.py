from __future__ import annotations

from datetime import date
from graphlib import CycleError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import reader
from engine.model import Contact, Directory, Due, Group, Task, Unit, Workflow
from engine.units import contact, expand, levels_with_contact, members, resolve

DAY = date(2024, 3, 1)
CORPUS = Path(__file__).parents[1] / "corpus" / "valid"


def directory(*groups: Group) -> Directory:
    units = [
        Unit(name="甲局"),
        Unit(name="乙局", valid_from=date(2024, 4, 1)),
        Unit(name="丙镇"),
        Unit(name="丁镇", valid_to=date(2024, 2, 29)),
    ]
    return Directory(units={u.name: u for u in units}, groups={g.name: g for g in groups})


def task(**roles: tuple[str, ...]) -> Task:
    return Task(id="t", title="t", phase="p", due=Due(kind="none"), **roles)  # type: ignore[arg-type]


TOWNS = Group(name="各镇", include=("丁镇", "丙镇"))
ALL = Group(name="所有单位", include=("各镇", "乙局", "甲局"))
BUT = Group(name="丙镇以外", include=("所有单位",), exclude=("丙镇",))


def test_a_group_stands_for_its_members_in_the_order_of_the_directory() -> None:
    assert expand(directory(TOWNS, ALL), ["所有单位"]) == ("甲局", "乙局", "丙镇", "丁镇")


def test_a_group_of_groups_less_some_is_a_set() -> None:
    assert expand(directory(BUT, ALL, TOWNS), ["丙镇以外"]) == ("甲局", "乙局", "丁镇")


def test_names_keep_the_order_in_which_the_plan_prints_them_and_come_once() -> None:
    assert expand(directory(TOWNS), ["丁镇", "甲局", "各镇"]) == ("丁镇", "甲局", "丙镇")


def test_on_a_day_only_the_units_that_exist_then_are_meant() -> None:
    assert expand(directory(TOWNS, ALL), ["所有单位"], DAY) == ("甲局", "丙镇")
    assert expand(directory(TOWNS, ALL), ["所有单位"], date(2024, 2, 29)) == ("甲局", "丙镇", "丁镇")
    assert expand(directory(TOWNS, ALL), ["所有单位"], date(2024, 4, 1)) == ("甲局", "乙局", "丙镇")


def test_a_group_that_contains_itself_is_refused() -> None:
    with pytest.raises(CycleError):
        resolve(directory(Group(name="一", include=("二",)), Group(name="二", include=("一",))))


def test_a_long_chain_of_groups_is_followed() -> None:
    chain = [Group(name=f"g{n}", include=(f"g{n + 1}",)) for n in range(3000)]
    assert expand(directory(*chain, Group(name="g3000", include=("甲局",))), ["g0"]) == ("甲局",)


def test_a_unit_owes_a_task_once_in_its_weightiest_role() -> None:
    given_roles = task(lead=("甲局",), responsible=("各镇", "甲局"), supporting=("丙镇",), inherited=("甲局",))
    assert members(given_roles, directory(TOWNS), DAY) == [("甲局", "lead"), ("丙镇", "responsible")]


def test_units_that_inherit_a_task_come_last() -> None:
    assert members(task(responsible=("丙镇",), inherited=("甲局",)), directory(), DAY) == [
        ("丙镇", "responsible"),
        ("甲局", "inherited"),
    ]


@given(
    include=st.sets(st.sampled_from(["甲局", "乙局", "丙镇", "丁镇"])),
    exclude=st.sets(st.sampled_from(["甲局", "乙局", "丙镇", "丁镇"])),
)
def test_a_group_is_what_it_includes_less_what_it_excludes(include: set[str], exclude: set[str]) -> None:
    group = Group(name="g", include=tuple(include), exclude=tuple(exclude))
    assert set(expand(directory(group), ["g"])) == include - exclude


def test_the_contact_of_a_day_is_the_latest_that_began() -> None:
    old = Contact(level=0, address="old@a.example.org")
    new = Contact(level=0, address="new@a.example.org", valid_from=DAY, valid_to=date(2024, 3, 31))
    unit = Unit(name="甲局", contacts=(new, old))
    assert [contact(unit, 0, day) for day in (date(2024, 2, 29), DAY, date(2024, 4, 1))] == [old, new, old]
    assert contact(unit, 1, DAY) is None


def second_county() -> Workflow:
    return reader.read(reader.bundle_of(CORPUS / "second-county"), "second-county")


def test_the_levels_above_a_unit_are_told_through_the_leading_group() -> None:
    assert levels_with_contact(second_county(), "县财政局", DAY) == {0, 1, 3, 4}


def test_a_liaison_changes_on_its_day() -> None:
    unit = second_county().directory.units["白石乡"]
    days = (date(2024, 10, 15), date(2024, 10, 16))
    assert [found.address for day in days if (found := contact(unit, 0, day))] == [
        "liaison@baishi.gongxi.example.org",
        "office@baishi.gongxi.example.org",
    ]


def test_units_to_which_every_task_falls_inherit_it_unless_it_is_excepted_or_names_them() -> None:
    inherited = {each.id: each.inherited for each in second_county().tasks}
    assert inherited == {
        "plan": ("县教育体育局",),
        "selfcheck": ("县教育体育局",),
        "tax": (),
        "publicity": ("县教育体育局",),
        "acceptance": (),
    }


def test_a_unit_that_owes_a_task_through_a_group_does_not_inherit_it_too() -> None:
    county = second_county()
    owed = dict(members(county.task("plan"), county.directory, DAY))
    assert owed["县教育体育局"] == "responsible"
    assert dict(members(county.task("publicity"), county.directory, DAY))["县教育体育局"] == "inherited"
