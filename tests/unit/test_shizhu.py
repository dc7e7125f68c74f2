"""The first shipped campaign is the one that its plan prints."""

from __future__ import annotations

from datetime import date

import pytest

from engine import reader
from engine.calendar import load
from engine.check import check
from engine.gates.measured import points
from engine.model import Due, Offset, Workflow
from engine.units import expand, levels_with_contact, members
from notifications.render import examine

TOWNSHIPS = "各乡镇(街道)"
PRINTED = {
    "t1": "县发展改革委、县经济信息委、县财政局、县规划自然资源局、县住房城乡建委、县水利局、县农业农村委、县商务委、县文化旅游委、县林业局、县乡村振兴局,各乡镇(街道)",
    "t2": "县发展改革委、县经济信息委、县民族宗教委、县财政局、县规划自然资源局、县住房城乡建委、县交通局、县水利局、县农业农村委、县商务委、县文化旅游委、县市场监管局、县林业局、县乡村振兴局、县工业园区管委会,各乡镇(街道)",
    "t3": "县发展改革委、县教委、县经济信息委、县民政局、县人力社保局、县规划自然资源局、县住房城乡建委、县文化旅游委、县卫生健康委、县退役军人事务局、县市场监管局、县医疗保障局、团县委、县妇联、县工商联、县残联,各乡镇(街道)",
    "t4": "县法院、县委宣传部、县委统战部、县委政法委、县教委、县经济信息委、县民族宗教委、县公安局、县民政局、县司法局、县人力社保局、县城市管理局、县卫生健康委、县应急管理局、县市场监管局,各乡镇(街道)",
    "t5": "县委宣传部、县教委、县民族宗教委、县规划自然资源局、县住房城乡建委、县商务委、县文化旅游委,各乡镇(街道)",
    "t6": "县发展改革委、县经济信息委、县民族宗教委、县财政局、县规划自然资源局、县住房城乡建委、县城市管理局、县交通局、县水利局、县农业农村委、县商务委、县文化旅游委、县林业局、县乡村振兴局,各乡镇(街道)",
    "t7": "县委组织部、县委统战部、县委党校(县行政学校)、县教委、县民族宗教委、县人力社保局,各乡镇(街道)",
    "t8": "县发展改革委、县规划自然资源局、县生态环境局、县住房城乡建委、县城市管理局、县水利局、县农业农村委、县林业局,各乡镇(街道)",
    "t9": "县委办公室、县政府办公室、县人大常委会办公室、县政协办公室、县纪委监委机关、县法院、县检察院、县委组织部、县委宣传部、县委统战部、县民族宗教委、县司法局,各乡镇(街道)",
}
TOWNS = (
    "南宾街道 万安街道 下路街道 西沱镇 悦崃镇 临溪镇 黄水镇 马武镇 沙子镇 王场镇 沿溪镇 龙沙镇 鱼池镇 三河镇 大歇镇 桥头镇 万朝镇"
    " 冷水镇 黄鹤镇 枫木镇 黎场乡 三星乡 六塘乡 三益乡 王家乡 河嘴乡 石家乡 中益乡 洗新乡 龙潭乡 新乐乡 金铃乡 金竹乡"
)


@pytest.fixture(scope="module")
def shizhu() -> Workflow:
    return reader.read(reader.shipped_bundle("shizhu"), "shizhu")


def test_the_four_phases_have_the_windows_of_the_plan(shizhu: Workflow) -> None:
    assert [(p.title, str(p.window.first_day), str(p.window.last_day)) for p in shizhu.phases] == [
        ("动员部署阶段", "2021-12-01", "2022-06-30"),
        ("全面创建阶段", "2022-07-01", "2022-09-30"),
        ("创建冲刺阶段", "2022-10-01", "2022-12-31"),
        ("迎接验收阶段", "2023-01-01", "2023-06-30"),
    ]


@pytest.mark.parametrize("task", PRINTED)
def test_each_of_the_nine_tasks_names_exactly_the_units_of_the_plan(shizhu: Workflow, task: str) -> None:
    printed = tuple(PRINTED[task].replace(",", "、").split("、"))
    assert shizhu.task(task).responsible == printed
    assert (shizhu.task(task).lead, shizhu.task(task).supporting, shizhu.task(task).inherited) == ((), (), ())


def test_the_nine_tasks_stand_under_full_creation_due_on_its_last_day_as_derived(shizhu: Workflow) -> None:
    for name in PRINTED:
        task = shizhu.task(name)
        assert (task.phase, task.due) == ("creation", Due(kind="phase_end"))
        assert task.source.reading == (
            "方案未写所属阶段,列入全面创建阶段;未单列时限,以所在阶段“全面创建阶段”末日2022-09-30为限"
        )


def test_the_townships_are_33_in_the_order_of_the_directory(shizhu: Workflow) -> None:
    assert expand(shizhu.directory, [TOWNSHIPS]) == tuple(TOWNS.split())
    assert len(TOWNS.split()) == 33


def test_the_county_departments_are_every_other_unit_that_the_nine_tasks_name(shizhu: Workflow) -> None:
    named = {unit for task in PRINTED for unit in shizhu.task(task).responsible} - {TOWNSHIPS}
    assert set(expand(shizhu.directory, ["县级部门"])) == named
    assert len(named) == 42


def test_one_clause_is_many_assignments(shizhu: Workflow) -> None:
    fanned = {t.id: len(members(t, shizhu.directory, date(2022, 7, 5))) for t in shizhu.tasks}
    assert [fanned[name] for name in PRINTED] == [44, 48, 49, 48, 40, 47, 39, 41, 45]
    assert (fanned["measures"], fanned["selfcheck"], fanned["summary"]) == (75, 75, 75)


def test_the_self_check_is_due_on_30_november_whose_year_comes_from_its_phase(shizhu: Workflow) -> None:
    task = shizhu.task("selfcheck")
    assert task.due == Due(kind="date", on=date(2022, 11, 30))
    assert task.responsible == (TOWNSHIPS, "县级部门")
    assert task.source.reading.endswith("11-30未写年份,取所在阶段“创建冲刺阶段”的年份,即2022-11-30")


def test_the_steps_of_the_sprint_come_in_order(shizhu: Workflow) -> None:
    assert {t.id: (t.opens.after, t.opens.on) for t in shizhu.tasks if t.phase == "sprint"} == {
        "selfcheck": ((), None),
        "promotion": (("selfcheck",), None),
        "summary": ((), date(2022, 12, 1)),
        "recheck": (("promotion", "summary"), None),
    }
    assert shizhu.task("promotion").draft == "bulletin"
    assert shizhu.task("recheck").responsible == ("县创建工作领导小组",)


def test_the_steps_to_the_naming_come_in_order_and_most_are_not_ours(shizhu: Workflow) -> None:
    assert [(t.id, t.responsible, t.opens.after) for t in shizhu.tasks if t.phase == "acceptance"] == [
        ("application", ("县创建办",), ()),
        ("inspection", ("市民族宗教委",), ("application",)),
        ("report_up", ("市民族宗教委",), ("inspection",)),
        ("naming", ("国家民委",), ("report_up",)),
        ("commendation", ("县创建办",), ("naming",)),
    ]
    phase = shizhu.phase("acceptance")
    assert (phase.owner, phase.opens) == ("superior", "entry")
    assert shizhu.task("application").draft == "application"


def test_no_ladder_of_a_superior_tells_anybody_but_our_own_office(shizhu: Workflow) -> None:
    above = {name for name, unit in shizhu.directory.units.items() if unit.relation == "superior"}
    for task in shizhu.tasks:
        if above & set(task.responsible):
            assert {rung.notice for rung in shizhu.ladders[task.ladder].rungs} == {"office_nudge"}


def test_the_demonstration_points_are_of_eight_kinds_two_to_four_each(shizhu: Workflow) -> None:
    (quota,) = shizhu.quotas
    assert [(kind.title, kind.least, kind.most) for kind in quota.kinds] == [
        (name, 2, 4)
        for name in [
            "示范机关",
            "示范乡镇",
            "示范社区(村)",
            "示范学校",
            "示范企业",
            "示范宗教活动场所",
            "示范连队",
            "示范景区",
        ]
    ]
    assert quota.total == 25


def test_courts_offices_and_vertical_bureaus_are_asked_not_ordered(shizhu: Workflow) -> None:
    relations = {name: unit.relation for name, unit in shizhu.directory.units.items()}
    assert [name for name, relation in relations.items() if relation == "peer"] == [
        "县委办公室",
        "县人大常委会办公室",
        "县政府办公室",
        "县政协办公室",
        "县纪委监委机关",
        "县法院",
        "县检察院",
    ]
    assert [name for name, relation in relations.items() if relation == "vertical"] == ["县生态环境局"]


def test_every_task_and_phase_says_on_which_clause_and_words_it_rests(shizhu: Workflow) -> None:
    for part in (*shizhu.tasks, *shizhu.phases, *shizhu.quotas):
        assert part.source.clause and part.source.words and part.source.reading


def test_every_unit_that_owes_something_can_be_told_at_every_level(shizhu: Workflow) -> None:
    owing = {unit for t in shizhu.tasks for unit, _ in members(t, shizhu.directory, date(2022, 7, 5))}
    own = {name for name in owing if shizhu.directory.units[name].relation != "superior"}
    assert len(own) == 76
    for unit in own:
        assert levels_with_contact(shizhu, unit, date(2022, 7, 5)) == {0, 1, 2, 3, 4}


def test_every_address_is_under_example_org(shizhu: Workflow) -> None:
    addresses = [c.address for unit in shizhu.directory.units.values() for c in unit.contacts]
    assert len(addresses) == len(set(addresses)) == 76 * 3 + 3
    assert all(address.endswith(".example.org") for address in addresses)


def test_what_is_left_to_be_said_of_it_the_plan_deserves(shizhu: Workflow) -> None:
    found = check(shizhu, calendar=load("CN"), examine=examine)
    assert {p.severity for p in found} == {"note"}
    assert [p.code for p in found if p.code != "PW515"] == ["PW576", "PW516", "PW520", "PW540"]
    assert len(found) <= 12


def test_the_dates_that_the_office_set_itself_are_spans(shizhu: Workflow) -> None:
    spans = {t.id: (t.due.anchor, t.due.offset) for t in shizhu.tasks if t.due.kind == "offset"}
    assert spans == {
        "breakdown": ("adopted", Offset(count=10)),
        "promotion": ("task:selfcheck", Offset(count=5)),
        "application": ("phase:acceptance", Offset(count=10)),
        "commendation": ("task:naming", Offset(count=20)),
    }


def test_its_indicators_are_a_small_example_of_a_hundred_points_with_two_vetoes(shizhu: Workflow) -> None:
    found = shizhu.indicators
    assert found is not None
    assert len(found.indicators) == 12
    assert (points(found.indicators), points(found.indicators, extra=True)) == (100, 105)
    assert [one.id for one in found.indicators if one.veto] == ["9.1", "9.2"]
    assert found.source.clause == "六(二)1"
