"""Campaigns below a campaign: what its gates read of them, and how what they do has its gate looked at (F2, G2)."""

from __future__ import annotations

import json

import pytest
from nested_city import (
    ADOPTED,
    LOWER,
    UPPER,
    begin,
    bundle,
    city_finishes,
    city_runs,
    county_finishes,
    county_runs,
    do,
    head,
    move,
    point,
    told,
    turn_in,
)
from small_county import desk_at

from engine.errors import GateShut
from engine.model import Armed
from engine.service.audit.audit import verify_all
from engine.service.campaigns.founding import KeyTaken, NoPlaceBelow, create_campaign
from engine.service.campaigns.views.campaign import gate, listed, shown
from engine.service.clock import sweep
from engine.service.exports.export import files
from engine.service.kernel.case import TimerKind
from engine.service.kernel.desk import Command, Desk, perform_all, reading
from engine.store.database import Database


@pytest.fixture
def desk(database: Database) -> Desk:
    return desk_at(database, "2023-06-23 09:00")


def facts(desk: Desk) -> list[tuple[str, str]]:
    return [(json.loads(r.data)["subject"], json.loads(r.data)["facts"]["what"]) for r in told(desk)]


def gate_armed(desk: Desk) -> bool:
    with desk.database.read() as work:
        return bool(work.find(Armed, campaign=head(desk).id, kind=int(TimerKind.GATE)))


def unmet(desk: Desk, key: str = "city") -> list[tuple[str, str, list[str]]]:
    with reading(desk, key) as case:
        found = gate(case)["conditions"]
    return [(c["counted"], c["needed"], c["missing"]) for c in found if not c["holds"]]


# --- W1: how they hang together ---


def test_a_campaign_begins_with_those_below_it_each_linked_to_it(desk: Desk) -> None:
    begin(desk)
    assert [(row["key"], row["parent"], row["depth"]) for row in listed(desk)] == [
        ("city", "", 0),
        (UPPER, "city", 1),
        (LOWER, "city", 1),
    ]
    assert facts(desk) == [(UPPER, "joined"), (LOWER, "joined")]
    assert verify_all(desk).findings == ()


def test_a_campaign_is_put_below_another_by_hand_once_for_each_unit_that_it_nests(desk: Desk) -> None:
    begin(desk, "2023-06-23 09:00", "上游县")

    def put(key: str, parent: str, unit: str) -> object:
        return create_campaign(desk, key, bundle("nested-county"), {**ADOPTED, "parent": parent, "unit": unit})

    for unit, why in (("上游县", "上游县 runs city-上游县 already"), ("市创建办", "nests no campaign of 市创建办")):
        with pytest.raises(NoPlaceBelow, match=why):
            put("third", "city", unit)
    with pytest.raises(NoPlaceBelow, match="add `nested:`"):
        put("third", UPPER, "县教育局")
    put("second", "city", "下游县")
    assert head(desk, "second").parent == head(desk).id
    do(desk, "city", "abort", "leader", reason="上级取消", document="市委1号")
    with pytest.raises(NoPlaceBelow, match="it is aborted"):
        put("third", "city", "下游县")
    assert verify_all(desk).findings == ()


def test_what_cannot_begin_below_takes_the_whole_beginning_back(desk: Desk) -> None:
    create_campaign(desk, LOWER, bundle("nested-county"), ADOPTED)
    with pytest.raises(KeyTaken):
        begin(desk)
    assert [row["key"] for row in listed(desk)] == [LOWER]


# --- W2: what a gate reads of them ---


def test_a_gate_names_the_counties_and_what_each_lacks(desk: Desk) -> None:
    begin(desk, "2023-06-23 09:00", "上游县")
    city_runs(desk)
    county_runs(desk, UPPER)
    assert unmet(desk) == [
        ("0", "2", ["上游县(现处实施阶段)", "下游县(尚未启动)"]),
        ("0", "2", ["上游县(示范学校(0/2)、合计(0/2))", "下游县(尚未启动)"]),
    ]
    with reading(desk, "city") as case:
        upper, lower = shown(case)["nested"]
    assert (upper["phase"], upper["open"], upper["overdue"], lower["state"]) == ("run", 0, 0, "not begun")
    assert [(q["have"], q["need"]) for q in upper["quotas"]] == [(0, 2)]


def test_a_verdict_counts_the_counties_as_they_stand_when_it_is_given_and_its_record_keeps_them(desk: Desk) -> None:
    begin(desk)
    city_runs(desk)
    seen = told(desk, action="gate_seen")[-1]
    county_runs(desk, UPPER)
    county_finishes(desk, UPPER)
    assert unmet(desk)[0] == ("1", "2", ["下游县(现处动员阶段)"])
    kept = json.loads(seen.data)["facts"]["verdict"]["conditions"][0]
    stands = {"name": "start", "title": "动员阶段", "code": "stands"}
    assert kept["missing"] == [{"unit": "上游县", **stands}, {"unit": "下游县", **stands}]


def test_a_county_that_was_ended_early_has_come_no_further_than_it_stood(desk: Desk) -> None:
    begin(desk)
    city_runs(desk)
    do(desk, LOWER, "abort", "leader", reason="上级取消", document="市委1号")
    assert unmet(desk)[0][2] == ["上游县(现处动员阶段)", "下游县(已终止)"]


def test_an_export_holds_a_table_of_the_counties(desk: Desk) -> None:
    begin(desk, "2023-06-23 09:00", "上游县")
    city_runs(desk)
    county_runs(desk, UPPER)
    point(desk, UPPER)
    (table,) = [b"".join(file.parts) for file in files(desk, "city") if file.name == "nested.csv"]
    assert table.decode("utf-8-sig").splitlines() == [
        "单位,工作,状态,阶段,指标,未办结,已逾期,曾逾期",
        "上游县,city-上游县,进行中,实施阶段,示范点1/2,0,0,2",
        "下游县,,尚未启动,,,,,",
    ]


# --- W3: what they do has the gate looked at ---


def test_a_county_that_comes_so_far_has_the_gate_of_its_city_looked_at(desk: Desk) -> None:
    city_finishes(desk)
    assert head(desk).phase == "finish"
    assert verify_all(desk).findings == ()


def test_only_what_the_gate_reads_is_told_above_and_once_for_each_act(desk: Desk) -> None:
    begin(desk)
    joined = len(facts(desk))
    city_runs(desk)
    county_runs(desk, UPPER)
    assert facts(desk)[joined:] == []
    point(desk, UPPER)
    assert gate_armed(desk)
    sweep.sweep(desk)
    assert not gate_armed(desk)
    point(desk, UPPER)
    do(desk, UPPER, "advance", decision="会议纪要2号")
    assert facts(desk)[joined:] == [(UPPER, "quota 示范点"), (UPPER, "quota 示范点"), (UPPER, "phase finish")]
    assert verify_all(desk).findings == ()


def test_what_is_done_in_one_transaction_is_told_above_once(desk: Desk) -> None:
    begin(desk)
    city_runs(desk)
    county_runs(desk, UPPER)
    before = len(facts(desk))
    given = {"quota": "示范点", "kind": "示范学校", "unit": "县教育局"}
    perform_all(desk, UPPER, [Command("designate", UPPER, given, "office")] * 2)
    assert len(facts(desk)) == before + 1
    assert verify_all(desk).findings == ()


def test_nothing_is_told_to_a_city_that_a_person_moves_or_that_has_ended(desk: Desk) -> None:
    begin(desk)
    joined = len(facts(desk))
    move(desk, "2023-07-17 10:00")
    county_runs(desk, UPPER)
    do(desk, "city", "abort", "leader", reason="上级取消", document="市委1号")
    county_finishes(desk, UPPER)
    assert len(facts(desk)) == joined
    assert verify_all(desk).findings == ()


def test_a_person_moves_the_city_by_what_the_counties_are_now(desk: Desk) -> None:
    begin(desk)
    city_runs(desk)
    for key in (UPPER, LOWER):
        county_runs(desk, key)
        county_finishes(desk, key)
    sweep.sweep(desk)
    turn_in(desk, "city", "report", "上游县", "下游县")
    with pytest.raises(GateShut) as shut:
        do(desk, "city", "advance", decision="会议纪要3号")
    assert "上游县(现处验收阶段)" in shut.value.line()
    before = len(facts(desk))
    turn_in(desk, LOWER, "report", "县教育局", "县文旅局")
    do(desk, LOWER, "advance", decision="会议纪要3号")
    assert len(facts(desk)) == before
    do(desk, "city", "advance", decision="会议纪要3号")
    assert head(desk).state == "completed"
    assert verify_all(desk).findings == ()
