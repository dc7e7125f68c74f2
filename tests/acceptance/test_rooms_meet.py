"""Where one rule meets another: successions, objections, leads, rounds, counted duties, versions, campaigns below."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from duty_plan import duty_plan
from nested_city import ADOPTED, LOWER, UPPER, begin, bundle, city_runs, county_runs, do, told
from office import BUREAU, COURT, OFFICE, OTHER, TOWN, Office, opened, plan
from small_county import desk_at
from test_duties_rules import MEETING, count
from test_looking_rules import ask, county, pair
from test_looking_rules import sheet as month_sheet
from test_moving import PAPER, first, second, version
from test_roles_rules import LED, NEW, decide, led, merged, objects, one, renamed

from engine.errors import Refused, UnknownName
from engine.model import Assignment, Item, Notice, Round
from engine.service.audit.audit import verify_all
from engine.service.campaigns.founding import NoPlaceBelow, create_campaign
from engine.service.inspections.views.findings import listed as register_of
from engine.service.kernel.case import TimerKind
from engine.service.kernel.desk import reading
from engine.store.database import Database

OBJECTION = ", objection: 20wd"
PUT_RIGHT = "{kind: rectified, text: 发现的问题已整改}"


def without(lines: str, files: Mapping[str, str]) -> dict[str, str]:
    """Return files without the lines of the workflow that hold one of some words."""
    words = lines.split("|")
    kept = [line for line in files["workflow.yaml"].splitlines() if not any(word in line for word in words)]
    return {**files, "workflow.yaml": "\n".join(kept)}


def move(office: Office, files: Mapping[str, str]) -> dict[str, object]:
    return office.do("move", bundle=files, **PAPER)


def owed(office: Office, task: str = "report") -> list[tuple[str, str, str]]:
    return [(a.unit, a.role, a.state) for a in office.find(Assignment, task=task)]


# --- looking and successions ---


def inspector_of(office: Office, whom: str) -> str:
    pairs = json.loads(office.find(Round)[-1].outcome)["pairs"]
    return str(next(who for who, inspected in pairs if inspected == whom))


def inspected_by(office: Office, who: str) -> str:
    pairs = json.loads(office.find(Round)[-1].outcome)["pairs"]
    return str(next(whom for inspector, whom in pairs if inspector == who))


def test_a_renamed_unit_inspects_and_is_inspected_under_its_new_name() -> None:
    office = county(gate=PUT_RIGHT)
    pair(office)
    who, whom = inspector_of(office, TOWN), inspected_by(office, TOWN)
    renamed(office)
    assert office.do("report", who=NEW, round="m-1", findings=["账不全"])["unit"] == whom
    assert office.do("report", who=who, round="m-1", unit=TOWN, findings=["无记录"])["unit"] == NEW
    with pytest.raises(UnknownName):
        office.do("report", round="m-1", unit="北镇", findings=["无记录"])
    assert office.audit().findings == ()


def test_a_finding_goes_on_with_the_successor_and_the_gate_names_it() -> None:
    office = county(gate=PUT_RIGHT)
    pair(office)
    office.do("report", who=inspector_of(office, TOWN), round="m-1", findings=["账不全"])
    renamed(office)
    office.do("adopt", round="m-1", document="纪要6号", due="2022-08-20")
    renamed(office, NEW, "东岭镇")
    with office.case() as case:
        assert [(row["unit"], row["state"]) for row in register_of(case)] == [("东岭镇", "整改中")]
    assert office.missing() == ["东岭镇"]
    office.hand_in("东岭镇", task="r-1")
    assert office.missing() == []
    assert office.audit().findings == ()


def test_a_rectification_that_was_handed_over_keeps_the_gate_shut_until_its_new_unit_is_done() -> None:
    office = county(gate=PUT_RIGHT, defaults=OBJECTION)
    pair(office)
    office.do("report", who=inspector_of(office, TOWN), round="m-1", findings=["账不全"])
    office.do("adopt", round="m-1", document="纪要6号", due="2022-08-20")
    office.do("object", who=TOWN, task="r-1", reason="已划转")
    office.do("decide", task="r-1", unit=TOWN, uphold=True, to=BUREAU, reason="职责已划转")
    assert office.missing() == [BUREAU]
    assert office.audit().findings == ()


def test_the_sheet_of_a_month_lives_through_a_succession() -> None:
    office = county()
    ask(office)
    office.do("tell", who=OTHER, round="2022-07", nothing=True)
    renamed(office)
    merged(office, "第1镇", OTHER, new="西山镇")
    assert month_sheet(office)["asked"] == [NEW, OTHER]
    assert month_sheet(office)["silent"] == [NEW]
    office.do("tell", who=NEW, round="2022-07", nothing=True)
    with pytest.raises(UnknownName):
        office.do("tell", who=BUREAU, round="2022-07", nothing=True)
    assert (month_sheet(office)["silent"], month_sheet(office)["unchanged"]) == ([], [NEW, OTHER])
    assert office.audit().findings == ()


def test_a_line_of_successions_is_one_however_the_directory_orders_it() -> None:
    office = opened(plan(tasks=one("2022-08-31"))).at("2022-07-06T10:00")
    renamed(office, OTHER, "西山乡")
    merged(office, "西山乡", TOWN, new=TOWN)
    with office.case() as case:
        lines = case.plan.workflow.directory.lines()
    assert {lines[name] for name in (OTHER, "西山乡", TOWN)} == {frozenset({OTHER, "西山乡", TOWN})}


# --- successions, leads, objections ---


def test_a_lead_that_merges_with_its_part_goes_on_leading() -> None:
    for new in ("县新院", TOWN):
        office = led().at("2022-07-20T10:00")
        office.submit(TOWN)
        merged(office, COURT, TOWN, new=new)
        roles = {a.unit: (a.role, a.state) for a in office.find(Assignment, task="report") if a.state != "cancelled"}
        assert roles == {new: ("lead", "issued"), OTHER: ("supporting", "issued")}
        office.submit(OTHER)
        assert office.deadline(OTHER, kind="review").unit == new
        office.do("accept", who=new, task="report", unit=OTHER)
        office.hand_in(new)
        assert office.missing() == []
        assert office.audit().findings == ()


@pytest.mark.parametrize(("to", "reviewer"), [("", OFFICE), (BUREAU, BUREAU)])
def test_the_reviews_of_a_lead_that_was_let_off_fall_to_who_leads_then(to: str, reviewer: str) -> None:
    office = led(defaults=OBJECTION).live_until("2022-07-20T10:00")
    office.submit(TOWN)
    objects(office, COURT)
    decide(office, COURT, uphold=True, to=to)
    assert office.deadline(TOWN, kind="review").unit == reviewer
    office.live_until("2022-07-28T18:00")
    assert {line.split()[3] for line in office.notices("office_nudge")} == {reviewer, OFFICE} - (
        set() if reviewer == OFFICE else {OFFICE}
    )
    assert office.audit().findings == ()


def test_the_reviews_of_a_lead_that_is_waived_or_led_no_more_by_the_new_version_fall_to_the_office() -> None:
    office = led().live_until("2022-07-20T10:00")
    office.submit(TOWN)
    office.do("waive", task="report", unit=COURT, reason="统一报送", document="纪要5号")
    assert office.deadline(TOWN, kind="review").unit == OFFICE
    other = led().live_until("2022-07-20T10:00")
    other.submit(TOWN)
    move(other, version(2, plan(tasks=LED.replace(f"lead: [{COURT}]", f"lead: [{BUREAU}]"))))
    assert other.deadline(TOWN, kind="review").unit == BUREAU
    assert other.audit().findings == ()


def test_a_task_that_was_handed_over_comes_back_to_a_unit_that_had_objected_when_the_two_merge() -> None:
    office = opened(plan(tasks=one("2022-08-31"), defaults=OBJECTION)).live_until("2022-07-06T10:00")
    objects(office, TOWN)
    decide(office, TOWN, uphold=True, to=BUREAU)
    assert merged(office, BUREAU, TOWN, new=TOWN)["tasks"] == ["report"]
    assert [(unit, state) for unit, _, state in owed(office)] == [
        (TOWN, "issued"),
        (OTHER, "issued"),
        (BUREAU, "cancelled"),
    ]
    assert (office.due_on(TOWN), office.missing()) == ("2022-08-31", [TOWN, OTHER])
    assert office.audit().findings == ()


def test_of_units_that_merge_the_period_goes_on_in_which_most_is_counted() -> None:
    office = opened(duty_plan()).live_until("2022-07-11T10:00")
    count(office, OTHER)
    merged(office, TOWN, OTHER)
    assert count(office, NEW)["state"] == "accepted"
    assert office.audit().findings == ()


# --- successions and what nobody sent yet ---

BY_HAND = "\n      - {id: 催办, at: 1wd, level: 0, notice: overdue, delivery: manual}\n"


def test_a_notice_that_waits_for_its_release_goes_to_the_successor() -> None:
    office = opened(plan(ladder=BY_HAND)).live_until("2022-09-01T12:00")
    listed = next(n for n in office.find(Notice) if n.kind == "overdue" and n.unit == TOWN)
    renamed(office)
    office.do("release", notice=office.short_of(listed))
    office.sweep()
    released = next(n for n in office.find(Notice) if n.id == listed.id)
    assert (released.unit, released.state, json.loads(released.to)) == (NEW, "sent", ["liaison@east.example.org"])
    assert NEW in office.text("overdue", NEW).body and TOWN not in office.text("overdue", NEW).body
    assert office.audit().findings == ()


def test_a_notice_whose_contact_is_gone_is_not_released_to_nobody() -> None:
    office = opened(plan(ladder=BY_HAND)).live_until("2022-09-01T12:00")
    listed = next(n for n in office.find(Notice) if n.kind == "overdue" and n.unit == TOWN)
    office.vacate(TOWN, 0)
    with pytest.raises(Refused, match=f"nobody of {TOWN} is reached"):
        office.do("release", notice=office.short_of(listed))
    assert office.audit().findings == ()


def test_a_draft_is_signed_in_the_names_that_units_have_by_then() -> None:
    office = opened().live_until("2022-09-20T10:00")
    merged(office, TOWN, OTHER)
    office.do("sign", who="leader", notice=office.number("supervise"))
    assert "东山镇:\n　　你镇承办的“报送方案”任务" in office.text("supervise").body
    assert office.audit().findings == ()


# --- versions ---


def test_a_counted_duty_that_is_gone_is_owed_in_no_later_period() -> None:
    office = opened(duty_plan()).live_until("2022-07-11T10:00")
    move(office, without("id: meeting", version(2, duty_plan())))
    office.live_until("2023-01-20T10:00")
    assert [(a.unit, a.period, a.state) for a in office.find(Assignment, task=MEETING)] == [
        (unit, "2022Q3", "cancelled") for unit in (TOWN, OTHER, COURT)
    ]
    assert office.audit().findings == ()


@pytest.mark.parametrize("names_the_new", [False, True])
def test_a_campaign_whose_units_changed_moves_to_a_version_that_knows_of_it_or_not(names_the_new: bool) -> None:
    office = opened(first()).live_until("2022-07-12T10:00")
    office.hand_in(TOWN)
    renamed(office)
    office.do("start_unit", new="北山镇", groups=["各乡镇"], document="县委编〔2022〕6号")
    files = {name: text.replace(TOWN, NEW) if names_the_new else text for name, text in second().items()}
    told = move(office, files)
    assert (told["cancelled"], told["issued"]) == ([], [])
    assert office.missing() == [COURT, OTHER]
    move(office, {n: t.replace('version: "2"', 'version: "3"') for n, t in files.items()})
    office.live_until("2022-12-20T10:00")
    assert office.audit().findings == ()


def test_an_event_taken_back_opens_the_period_for_the_successor() -> None:
    office = opened(duty_plan()).live_until("2022-08-12T10:00")
    event = [count(office, TOWN)["event"] for _ in range(2)][-1]
    renamed(office)
    assert office.do("uncount", task=MEETING, unit=TOWN, event=event, reason="重复登记")["unit"] == NEW
    assert office.deadline(NEW, MEETING).unit == NEW
    assert count(office, NEW)["state"] == "accepted"
    assert office.audit().findings == ()


def test_what_was_handed_over_is_cancelled_with_its_task() -> None:
    office = opened(first(defaults=OBJECTION)).live_until("2022-07-06T10:00")
    objects(office, TOWN)
    decide(office, TOWN, uphold=True, to=BUREAU)
    files = second(defaults=OBJECTION, gate="{kind: approval, approval: 同意}")
    move(office, without("id: report|id: digest", files))
    assert {state for _, _, state in owed(office)} == {"cancelled"}
    assert office.audit().findings == ()


def test_a_gate_that_moves_by_itself_is_looked_at_when_a_version_asks_for_less() -> None:
    def files(least: int) -> dict[str, str]:
        gate = "{kind: counted, duties: [study.meeting]}, {kind: date, on_or_after: 2022-07-08}"
        found = duty_plan(gate=gate, build="advance: automatic")
        return {n: t.replace("least: 2, per: quarter", f"least: {least}, per: quarter") for n, t in found.items()}

    office = opened(files(2)).live_until("2022-07-07T10:00")
    move(office, version(2, files(1)))
    assert office.armed(TimerKind.GATE)
    assert office.audit().findings == ()


def test_a_move_has_what_was_put_aside_tried_again_by_the_template_of_the_new_version() -> None:
    broken = {"templates/overdue.j2": "{% block body %}{{ items[0].no_such_field.at_all }}{% endblock %}"}
    office = opened(plan(templates=broken)).live_until("2022-09-01T12:00")
    aside = [item.unit for item in office.find(Item, state="aside")]
    assert aside == [TOWN, OTHER]
    move(office, version(2, plan()))
    office.sweep("2022-09-01T15:00")
    assert office.find(Item, state="aside") == []
    assert [line.split()[3] for line in office.notices("overdue")] == aside
    assert office.audit().findings == ()


# --- quotas ---

POINTS = """
quotas:
  - id: 创建点
    title: 创建点
    kinds: [{id: 示范村, range: 1..9}]
    per_unit:
"""
HAS_POINTS = "{kind: quota, quota: 创建点, text: 创建点已确定}"


def with_shares(*shares: str) -> Office:
    lines = "".join(f"      - {share}\n" for share in shares)
    return opened(plan(top=POINTS + lines, gate=HAS_POINTS)).live_until("2022-07-12T10:00")


def hosts(office: Office, unit: str, number: int) -> None:
    office.do("designate", quota="创建点", kind="示范村", unit=unit, number=number)


@pytest.mark.parametrize(
    "shares",
    [
        (f"{{units: [{TOWN}], least: 2}}", f"{{units: [{OTHER}, {COURT}], least: 1}}"),
        (f"{{units: [{TOWN}, {COURT}], least: 1}}", f"{{units: [{OTHER}], least: 2}}"),
    ],
)
@pytest.mark.parametrize("new", [NEW, OTHER])
def test_a_merged_unit_is_to_host_what_each_of_the_old_ones_was(shares: tuple[str, ...], new: str) -> None:
    office = with_shares(*shares)
    hosts(office, TOWN, 2)
    hosts(office, COURT, 1)
    merged(office, TOWN, OTHER, new=new)
    assert office.missing() == [f"{new}(2/3)"]
    hosts(office, new, 1)
    assert office.missing() == []
    assert office.audit().findings == ()


def test_a_renamed_unit_keeps_its_share_and_units_that_are_asked_for_together_stay_together() -> None:
    together = f"{{units: [{BUREAU}, {COURT}], least: 3, together: true, title: 两家}}"
    office = with_shares(f"{{units: [{TOWN}, {OTHER}], least: 1}}", together)
    renamed(office)
    renamed(office, COURT, "县新院")
    assert office.missing() == ["示范村(0/1)", f"{NEW}(0/1)", f"{OTHER}(0/1)", "两家(0/3)"]
    hosts(office, NEW, 1)
    hosts(office, "县新院", 2)
    merged(office, BUREAU, "县新院", new=BUREAU)
    assert office.missing() == [f"{OTHER}(0/1)", "两家(2/3)"]
    hosts(office, BUREAU, 1)
    hosts(office, OTHER, 1)
    assert office.missing() == []
    assert office.audit().findings == ()


# --- campaigns below ---


def test_what_a_county_lacks_is_put_right_by_that_county_and_one_that_was_aborted_may_begin_anew(
    database: Database,
) -> None:
    desk = desk_at(database, "2023-06-23 09:00")
    begin(desk)
    city_runs(desk)
    again = {**ADOPTED, "parent": "city", "unit": "下游县"}
    with pytest.raises(NoPlaceBelow, match="runs city-下游县 already"):
        create_campaign(desk, "anew", bundle("nested-county"), again)
    do(desk, LOWER, "abort", "leader", reason="区划调整", document="市委2号")
    create_campaign(desk, "anew", bundle("nested-county"), again)
    do(desk, "city", "pass", "leader", due="2023-09-01", document="纪要3号")
    with reading(desk, "city") as case:
        found = case.work.find(Assignment, campaign=case.id, order="id")
    assert [(a.task, a.unit) for a in found if a.task.startswith("r-")] == [
        ("r-1", "上游县"),
        ("r-1", "下游县"),
        ("r-2", "上游县"),
        ("r-2", "下游县"),
    ]
    assert verify_all(desk).findings == ()


def test_a_county_whose_new_version_asks_for_fewer_points_has_the_gate_of_its_city_looked_at(
    database: Database,
) -> None:
    desk = desk_at(database, "2023-06-23 09:00")
    begin(desk)
    city_runs(desk)
    county_runs(desk, UPPER)
    before = len(told(desk))
    do(desk, UPPER, "move", bundle=version(2, bundle("nested-county")), **PAPER)
    assert len(told(desk)) == before
    fewer = {name: text.replace("range: 2..", "range: 1..") for name, text in bundle("nested-county").items()}
    do(desk, UPPER, "move", bundle=version(3, fewer), **PAPER)
    assert [json.loads(record.data)["facts"]["what"] for record in told(desk)[before:]] == ["quota 示范点"]
    assert verify_all(desk).findings == ()
