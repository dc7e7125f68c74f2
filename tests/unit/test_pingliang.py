"""The shipped campaign of Pingliang is the one that its plan prints."""

from __future__ import annotations

import json
from datetime import date

import pytest

from engine import reader
from engine.calendar import load
from engine.check import check
from engine.cli.main import main
from engine.gates import reads
from engine.model import Due, Offset, Workflow
from engine.units import expand, levels_with_contact, members
from notifications.render import examine

COUNTIES = "各县(市、区)党委和人民政府"
PARK = "平凉工业园区(高新区)党工委和管委会"
PRINTED = {
    "t1": f"市委组织部、市委巡察办、{COUNTIES}、{PARK}",
    "t2": "市委组织部、市委宣传部、市委直属机关工委",
    "t3": "市委宣传部",
    "t4": "市委宣传部、市文旅局、市文联",
    "t5": "市委宣传部、市委统战部、市民宗委、市文旅局、市体育局、市融媒体中心",
    "t6": "市委宣传部、市委统战部、市民宗委、市自然资源局、市住建局、市文旅局",
    "t7": "市委宣传部、市委统战部、市民宗委、市教育局、市文旅局、市文明实践办",
    "t8": "市委组织部、市委宣传部、市委统战部、市委党校(行政学院)、市社会主义学院",
    "t9": "市教育局、市民宗委",
    "t10": "市委宣传部、市委统战部、市委网信办、市委党校(行政学院)、市融媒体中心、市民宗委、市文联、市社科联、甘肃医学院",
    "t11": "市发展改革委、市财政局、市科技局、市工信局、市住建局、市交通运输局、市农业农村局、市水务局、市商务局、市文旅局、市林草局、市乡村振兴局、市科协、市工商联",
    "t12": "市自然资源局、市生态环境局、市住建局、市水务局、市农业农村局",
    "t13": "市教育局、市人社局、市民政局、市财政局、市住建局、市农业农村局、市卫生健康委、市林草局、市医保局、市乡村振兴局",
    "t14": "市委统战部、市发展改革委、市民宗委、市公安局、市人社局、市政府国资委、市工商联",
    "t15": "市民宗委、市文旅局、崆峒山大景区管委会",
    "t16": "市委统战部、市民宗委、市教育局、团市委",
    "t17": "市委政法委、市民宗委、市公安局、市司法局、市市场监管局",
    "t18": "市委政法委、市民宗委、市公安局、市民政局、市司法局、市市场监管局",
    "t19": "市委政法委、市委统战部、市工信局、市公安局、市应急局、市市场监管局、市政府金融办",
    "t20": "市委统战部、市发展改革委、市教育局、市人社局、市民宗委、市民政局、市公安局、市住建局、市自然资源局、市卫生健康委",
    "t21": "市委政法委、市委统战部、市民宗委、市公安局、市应急局、市国安局",
    "t22": "",
    "t23": "市委直属机关工委",
    "t24": "市工信局、市政府国资委、市工商联",
    "t25": "市委政法委、市信访局、市民政局",
    "t26": "市教育局",
    "t27": "市民宗委",
    "t28": "市委统战部",
    "t29": "市文旅局",
}
SEVEN = ("崆峒区", "华亭市", "泾川县", "灵台县", "崇信县", "庄浪县", "静宁县")
FIVE = SEVEN[2:]


def names(task: str) -> tuple[str, ...]:
    """Return the units that the plan prints; the brackets of 各县(市、区) hold the same sign that stands between units."""
    marked = PRINTED[task].replace("(市、区)", "(市|区)")
    return tuple(name.replace("|", "、") for name in marked.split("、") if name)


@pytest.fixture(scope="module")
def pingliang() -> Workflow:
    return reader.read(reader.shipped_bundle("pingliang"), "pingliang")


def test_the_three_phases_have_the_windows_of_the_plan_and_share_a_month_each(pingliang: Workflow) -> None:
    assert [(p.title, str(p.window.first_day), str(p.window.last_day)) for p in pingliang.phases] == [
        ("宣传动员阶段", "2023-06-01", "2023-07-31"),
        ("组织实施阶段", "2023-07-01", "2025-03-31"),
        ("申报验收阶段", "2025-03-01", "2025-12-31"),
    ]
    assert pingliang.document.issued_on == date(2023, 6, 23)


@pytest.mark.parametrize("task", PRINTED)
def test_each_of_the_29_tasks_names_exactly_the_units_of_the_plan_in_its_order(
    pingliang: Workflow, task: str
) -> None:
    found = pingliang.task(task)
    assert found.responsible == names(task)
    assert (found.lead, found.supporting) == ((), ())


def test_every_task_but_the_first_also_falls_to_the_seven_counties_and_the_park(pingliang: Workflow) -> None:
    inherited = {task.id: task.inherited for task in pingliang.clauses if task.inherited}
    assert inherited == dict.fromkeys(list(PRINTED)[1:], (COUNTIES, PARK))
    assert expand(pingliang.directory, [COUNTIES, PARK]) == (*SEVEN, PARK)


def test_a_task_without_a_responsible_unit_is_shown_with_the_eight_alone(pingliang: Workflow) -> None:
    found = members(pingliang.task("t22"), pingliang.directory, date(2023, 7, 1))
    assert found == [(name, "inherited") for name in (*SEVEN, PARK)]


def test_one_clause_is_many_assignments(pingliang: Workflow) -> None:
    fanned = [len(members(pingliang.task(name), pingliang.directory, date(2023, 7, 1))) for name in PRINTED]
    named = [len(names(name)) for name in PRINTED]
    assert fanned == [10, *(number + 8 for number in named[1:])]
    assert sum(fanned) == 363


def test_the_29_tasks_stand_under_implementation_due_on_its_last_day_but_the_one_that_prints_its_own(
    pingliang: Workflow,
) -> None:
    for name in PRINTED:
        task = pingliang.task(name)
        wanted = Due(kind="date", on=date(2025, 12, 31)) if name == "t14" else Due(kind="phase_end")
        assert (task.phase, task.due) == ("implementation", wanted)
    assert "未单列时限,以所在阶段“组织实施阶段”末日2025-03-31为限" in pingliang.task("t15").source.reading


def test_what_the_plan_leaves_undated_is_listed_as_such(pingliang: Workflow) -> None:
    assert [task.id for task in pingliang.tasks if task.due.kind == "none"] == ["mutual"]
    assert "适时" in pingliang.task("mutual").source.words


def test_counties_and_departments_claim_their_tasks_and_the_park_is_not_asked_to(pingliang: Workflow) -> None:
    claim = pingliang.task("claim")
    assert claim.responsible == ("各县(市、区)", "市直各部门单位")
    found = [name for name, _ in members(claim, pingliang.directory, date(2023, 7, 1))]
    assert PARK not in found
    assert found[:7] == [*SEVEN]
    assert set(found[7:]) == {unit for name in PRINTED for unit in names(name)} - {COUNTIES, PARK}
    assert len(found) == 54


def test_the_points_of_each_unit_are_those_of_the_plan_and_none_are_stated_for_the_park(pingliang: Workflow) -> None:
    city, district = ("市上", True), ("市区联合", True)
    wanted = {
        "进乡镇街道": [(SEVEN[:2], 3), (FIVE, 2)],
        "进机关": [(city, 5), (SEVEN, 5)],
        "进企业": [(district, 5), (SEVEN[1:], 3)],
        "进社区村": [(SEVEN[:2], 5), (FIVE, 3)],
        "进学校": [(city, 3), (SEVEN[:2], 4), (FIVE, 3)],
        "进宗教活动场所": [(district, 5), (SEVEN[1:], 4)],
        "进两新组织": [(district, 2), (SEVEN[1:], 1)],
        "进景区": [(city, 1), (SEVEN, 1)],
    }
    found = {
        quota.id: [((s.title, True) if s.together else s.units, s.least) for s in quota.per_unit]
        for quota in pingliang.quotas[1:]
    }
    assert found == {name: [*shares, ((PARK,), None)] for name, shares in wanted.items()}


def test_what_city_and_district_have_together_stands_in_the_name_of_the_clause_s_own_units(
    pingliang: Workflow,
) -> None:
    clauses = dict(zip([quota.id for quota in pingliang.quotas[1:]], [f"t{n}" for n in range(22, 30)], strict=True))
    for quota in pingliang.quotas[1:]:
        for share in quota.per_unit:
            if share.together:
                more = ("崆峒区",) if share.title == "市区联合" else ()
                assert share.units == (*names(clauses[quota.id]), *more)


def test_the_points_of_task_14_are_seven_and_twenty_and_wait_for_the_end_of_2025(pingliang: Workflow) -> None:
    quota = pingliang.quotas[0]
    assert [(k.title, k.least, k.most) for k in quota.kinds] == [("省级示范点", 7, 7), ("市级示范点", 20, 20)]
    assert (quota.total, quota.per_unit) == (None, ())
    assert quota.id in reads(pingliang.phase("acceptance").gate).quotas


def test_the_gates_read_every_task_quota_and_decision(pingliang: Workflow) -> None:
    read = [reads(phase.gate) for phase in pingliang.phases]
    tasks = frozenset[str]().union(*(each.tasks for each in read))
    waited_for = {"application", "readiness", "third_party"}
    assert {task.id for task in pingliang.clauses} - tasks == waited_for
    assert frozenset[str]().union(*(each.quotas for each in read)) == {quota.id for quota in pingliang.quotas}
    assert [sorted(each.approvals) for each in read] == [
        ["领导小组同意转入组织实施阶段"],
        ["领导小组同意转入申报验收阶段"],
        [],
    ]


def test_the_steps_to_the_acceptance_come_in_order_and_the_last_are_not_ours(pingliang: Workflow) -> None:
    assert [(t.id, t.responsible, t.opens.after) for t in pingliang.tasks if t.phase == "acceptance"] == [
        ("report_up", ("市创建办",), ()),
        ("application", ("市创建办",), ()),
        ("readiness", ("市创建办",), ("application",)),
        ("third_party", ("省民委",), ("readiness",)),
        ("national", ("国家民委",), ("third_party",)),
    ]
    assert pingliang.task("application").draft == "application"


def test_the_dates_that_the_office_set_itself_are_spans(pingliang: Workflow) -> None:
    spans = {t.id: (t.due.anchor, t.due.offset) for t in pingliang.clauses if t.due.kind == "offset"}
    assert spans == {
        "claim": ("phase.start", Offset(count=20)),
        "application": ("phase:acceptance", Offset(count=20)),
        "readiness": ("task:application", Offset(count=20)),
    }


def test_no_ladder_of_a_superior_tells_anybody_but_our_own_office(pingliang: Workflow) -> None:
    above = {name for name, unit in pingliang.directory.units.items() if unit.relation == "superior"}
    for task in pingliang.tasks:
        if above & set(task.responsible):
            assert {rung.notice for rung in pingliang.ladders[task.ladder].rungs} == {"office_nudge"}


def test_who_is_not_under_the_city_is_asked_not_ordered(pingliang: Workflow) -> None:
    relations = {name: unit.relation for name, unit in pingliang.directory.units.items()}
    assert [name for name, relation in relations.items() if relation == "peer"] == ["市委巡察办", "甘肃医学院"]
    assert [name for name, relation in relations.items() if relation == "vertical"] == ["市生态环境局", "市国安局"]


def test_every_task_phase_and_quota_says_on_which_clause_and_words_it_rests(pingliang: Workflow) -> None:
    for part in (*pingliang.tasks, *pingliang.phases, *pingliang.quotas):
        assert part.source.clause and part.source.words and part.source.reading


def test_every_unit_that_owes_something_can_be_told_at_every_level(pingliang: Workflow) -> None:
    owing = {unit for t in pingliang.tasks for unit, _ in members(t, pingliang.directory, date(2023, 6, 23))}
    own = {name for name in owing if pingliang.directory.units[name].relation != "superior"}
    assert len(own) == 56
    for unit in own:
        assert levels_with_contact(pingliang, unit, date(2023, 6, 23)) == {0, 1, 2, 3, 4}


def test_every_address_is_under_example_org(pingliang: Workflow) -> None:
    addresses = [c.address for unit in pingliang.directory.units.values() for c in unit.contacts]
    assert len(addresses) == len(set(addresses)) == 56 * 3 + 3
    assert all(address.endswith(".example.org") for address in addresses)


def test_what_is_left_to_be_said_of_it_the_plan_deserves(pingliang: Workflow) -> None:
    found = check(pingliang, calendar=load("CN"), examine=examine)
    assert [(p.code, p.found) for p in found if p.severity != "note"] == [
        ("PW503", "found 2025-12-31, the phase is 2023-07-01..2025-03-31")
    ]
    assert {p.code for p in found if p.severity == "note"} == {"PW502", "PW514", "PW515", "PW516", "PW557"}
    assert len(found) <= 20


def test_show_gives_groups_unexpanded_and_shares_as_the_plan_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workflow", "show", "pingliang", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    tasks = {task["id"]: task for task in shown["tasks"]}
    assert {name: tasks[name]["responsible"] for name in PRINTED} == {name: [*names(name)] for name in PRINTED}
    assert tasks["t22"]["inherited"] == [COUNTIES, PARK]
    assert shown["quotas"][1]["per_unit"] == [
        {"units": ["崆峒区", "华亭市"], "least": 3, "together": False, "title": ""},
        {"units": ["其他县"], "least": 2, "together": False, "title": ""},
        {"units": [PARK], "least": None, "together": False, "title": ""},
    ]


def test_what_is_owed_so_often_in_every_year_and_term_is_counted(pingliang: Workflow) -> None:
    found = {t.id: (t.counted.least, t.counted.per, t.counted.measure) for t in pingliang.tasks if t.counted}
    assert found == {
        "t8.standing": (2, "year", "次"),
        "t8.executive": (2, "year", "次"),
        "t8.centre": (1, "year", "次"),
        "t9.primary": (12, "year", "课时"),
        "t9.middle": (12, "year", "课时"),
        "t9.lectures": (1, "term", "次"),
        "t9.study": (1, "year", "次"),
        "t9.lesson": (1, "term", "次"),
        "t16.exchange": (2, "year", "次"),
        "t23.study": (2, "year", "次"),
        "t23.practice": (2, "year", "次"),
    }
    read = reads(pingliang.phase("implementation").gate).duties
    assert read == reads(pingliang.phase("acceptance").gate).duties == frozenset(found)


def test_the_terms_are_five_and_the_park_is_not_asked_what_the_plan_asks_of_city_and_counties(
    pingliang: Workflow,
) -> None:
    assert [term.id for term in pingliang.terms] == ["2023秋", "2024春", "2024秋", "2025春", "2025秋"]
    on = date(2023, 9, 1)
    who = {t.id: [u for u, _ in members(t, pingliang.directory, on)] for t in pingliang.tasks if t.counted}
    assert who["t8.standing"] == ["市委统战部", *SEVEN]
    assert who["t9.lectures"] == ["市教育局", *SEVEN, PARK]
    assert who["t23.study"] == ["市委直属机关工委", *SEVEN, PARK]
