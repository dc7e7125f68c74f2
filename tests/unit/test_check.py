from __future__ import annotations

from pathlib import Path

import pytest

from engine import reader
from engine.calendar import load
from engine.check import check
from notifications.render import examine

CORPUS = Path(__file__).parents[1] / "corpus" / "valid"
SMALL = (CORPUS / "smallest.yaml").read_text("utf-8")
FINE = {"PW515"}


def findings(*edits: tuple[str, str], quiet: set[str] = FINE, text: str = SMALL) -> list[str]:
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    workflow = reader.read({"workflow.yaml": text}, "s.yaml")
    found = check(workflow, calendar=load("CN"), examine=examine)
    return [f"{p.severity} {p.code} {p.line} {p.found}" for p in found if p.code not in quiet]


def test_a_sound_workflow_gives_no_finding() -> None:
    assert findings() == []


def test_a_hole_between_phases_is_a_warning_that_names_the_days() -> None:
    assert findings(("2024-04..2024-06", "2024-05..2024-06")) == ["warning PW501 31 found 2024-04-01..2024-04-30"]


def test_windows_that_share_days_are_noted() -> None:
    assert findings(("2024-04..2024-06", "2024-03-20..2024-06")) == ["note PW502 31 found 2024-03-20..2024-03-31"]


def test_a_phase_that_had_ended_before_the_plan_was_issued_is_noted() -> None:
    assert findings(("issued_on: 2024-01-02", "issued_on: 2024-04-02")) == [
        "note PW520 25 found 2024-03-31 before 2024-04-02"
    ]


def test_a_date_outside_its_phase_is_a_warning() -> None:
    assert findings(("due: 2024-03-15", "due: 2024-04-01\n    opens: 2023-12-31")) == [
        "warning PW503 38 found 2024-04-01, the phase is 2024-01-01..2024-03-31",
        "warning PW503 38 found 2023-12-31, the phase is 2024-01-01..2024-03-31",
    ]


def test_a_task_that_opens_after_it_is_due_is_an_error() -> None:
    assert findings(("due: 2024-03-15", "due: 2024-03-15\n    opens: 2024-03-16")) == [
        "error PW517 38 found opens 2024-03-16, due 2024-03-15"
    ]


def test_tasks_without_a_date_and_with_a_derived_date_are_noted() -> None:
    assert findings(("due: 2024-03-15", "due: none"), quiet=set()) == ["note PW514 38 found report"]
    assert findings(("due: 2024-03-15", "due: phase end"), quiet=set()) == ["note PW515 38 found report"]
    assert findings(("due: 2024-03-15", "due: {after: issued, offset: 5wd}"), quiet=set()) == [
        "note PW515 38 found 5wd after issued"
    ]


def test_a_year_without_its_official_notice_makes_its_dates_provisional() -> None:
    assert findings(("2024-04..2024-06", "2024-04..2031-06")) == ["note PW521 25 found 2027、2028、2029、2030、2031"]


def test_a_unit_that_owes_a_task_and_has_no_liaison_is_a_warning() -> None:
    assert findings(("{name: 财政局, contacts: {liaison: finance@small.example.org}}", "{name: 财政局}")) == [
        "warning PW504 14 found 财政局"
    ]


def test_a_group_that_matches_nothing_is_an_error() -> None:
    empty = "  - {name: 各镇, kinds: [镇]}\n  - {name: 无, include: [各镇], exclude: [各镇]}\n"
    assert findings(("  - {name: 各镇, kinds: [镇]}\n", empty), quiet=FINE | {"PW519"}) == ["error PW505 19 found 无"]


def test_a_task_whose_units_do_not_exist_in_its_phase_is_an_error() -> None:
    later = ("{name: 财政局,", "{name: 财政局, from: 2024-05-01,")
    assert findings(later, ("responsible: [财政局, 各镇]", "responsible: [财政局]"), quiet=FINE | {"PW519"}) == [
        "error PW525 25 found report is never settled by then",
        "error PW505 38 found report",
    ]


@pytest.mark.parametrize("above", ["领导小组", "省民委"])
def test_a_superior_that_a_ladder_would_chase_is_an_error(above: str) -> None:
    units = ("groups:\n", "  - {name: 省民委, relation: superior}\ngroups:\n")
    owed = ("responsible: [财政局, 各镇]", f"responsible: [各镇, {above}]")
    assert findings(units, owed) == [f"error PW506 39 found {above}"]


def test_a_superior_whose_step_only_nudges_our_office_is_fine() -> None:
    edits = [
        ("responsible: [财政局, 各镇]", "responsible: [领导小组]"),
        ("notice: reminder", "notice: office_nudge"),
        ("notice: overdue", "notice: office_nudge"),
    ]
    assert findings(*edits, quiet=FINE | {"PW519"}) == []


def test_a_level_without_a_contact_is_a_warning_that_names_the_units() -> None:
    edit = ("at: 1wd, level: 0, notice: overdue", "at: 1wd, level: 2, notice: overdue")
    assert findings(edit) == ["warning PW513 21 found 财政局、河东镇、河西镇"]


def test_level_three_needs_the_contact_of_the_leading_group() -> None:
    level = ("at: 1wd, level: 0, notice: overdue", "at: 1wd, level: 3, notice: supervise")
    assert findings(level) == []
    assert findings(level, (", contacts: {group: group@small.example.org}", "")) == [
        "warning PW513 21 found 财政局、河东镇、河西镇"
    ]


def test_rungs_that_a_relation_forbids_are_noted() -> None:
    edits = [("{name: 财政局,", "{name: 财政局, relation: peer,"), ("at: 1wd, level: 0", "at: 1wd, level: 2")]
    assert findings(*edits, quiet=FINE | {"PW513"}) == ["note PW516 21 found 财政局"]


def test_rungs_that_meet_in_one_moment_are_a_warning() -> None:
    more = "      - {id: 报分管, at: 1wd, level: 1, notice: overdue}\nphases:\n"
    assert findings(("phases:\n", more), quiet=FINE | {"PW513"}) == ["warning PW509 21 found 催办 and 报分管 at 1wd"]


def test_a_higher_level_told_before_a_lower_one_is_a_warning() -> None:
    more = "      - {id: 报分管, at: -5wd, level: 1, notice: reminder}\nphases:\n"
    assert findings(("phases:\n", more), quiet=FINE | {"PW513"}) == [
        "warning PW510 21 found 报分管 (level 1, -5wd) before 提前 (level 0, -3wd)"
    ]


def test_what_nothing_uses_is_noted() -> None:
    assert findings(("    ladder: 提醒\n", ""), ("[财政局, 各镇]", "[财政局]")) == [
        "note PW519 18 found 各镇",
        "note PW519 21 found 提醒",
        "note PW538 38 found report",
    ]


THIRD = """  - id: third
    title: 第三阶段
    window: 2024-07..2024-08
    gate: {all: [{kind: approval, approval: 结束}]}
tasks:
"""


def test_a_phase_that_cannot_be_reached_is_an_error() -> None:
    assert findings(
        ("tasks:\n  - id", THIRD + "  - id"), ("    title: 第一阶段\n", "    title: 第一阶段\n    next: [third]\n")
    ) == ["error PW507 32 found second"]


def test_phases_that_lead_round_in_a_ring_have_no_way_to_the_end() -> None:
    edit = ("    title: 第二阶段\n", "    title: 第二阶段\n    next: [first]\n")
    assert findings(edit) == ["error PW508 25 found first", "error PW508 31 found second"]


def test_a_phase_without_a_gate_is_a_warning() -> None:
    gate = "    gate:\n      all:\n        - {kind: approval, approval: 领导小组同意}\n"
    assert findings((gate, "")) == ["warning PW518 31 found 第二阶段"]


@pytest.mark.parametrize(("opens", "severity"), [("entry", "error"), ("window", "warning")])
def test_a_gate_that_waits_for_a_task_of_a_later_phase_is_found(opens: str, severity: str) -> None:
    edits = [
        ("    title: 第二阶段\n", f"    title: 第二阶段\n    opens: {opens}\n"),
        ("phase: first", "phase: second"),
        ("due: 2024-03-15", "due: 2024-05-15"),
    ]
    assert findings(*edits) == [f"{severity} PW512 25 found report in second"]


def test_a_ladder_that_tells_of_the_wrong_thing_is_an_error() -> None:
    assert findings(("phases:\n", "defaults: {gate_ladder: 提醒}\nphases:\n")) == ["error PW523 21 found 提前、催办"]
    assert findings(("notice: overdue", "notice: gate_late")) == ["error PW523 21 found 催办"]


def test_one_decision_that_opens_two_gates_is_a_warning() -> None:
    twice = ("        - {kind: tasks, tasks: [report]}", "        - {kind: approval, approval: 领导小组同意}")
    assert findings(twice, quiet=FINE | {"PW540"}) == ["warning PW524 31 found 领导小组同意"]


def test_a_condition_that_asks_for_more_than_there_will_be_is_an_error() -> None:
    assert findings(("tasks: [report]}", "tasks: [report], count: 4}")) == ["error PW522 30 found 4 of 3"]


def test_a_condition_that_asks_units_without_the_task_is_an_error() -> None:
    assert findings(("tasks: [report]}", "tasks: [report], units: [各镇, 创建办]}")) == [
        "error PW522 30 found 创建办"
    ]


def test_a_template_that_names_an_unknown_field_is_found_at_its_line() -> None:
    bundle = dict(reader.bundle_of(CORPUS / "second-county"))
    name = "templates/overdue.j2"
    bundle[name] = bundle[name].replace("确有困难的", "{{ household }}确有困难的")
    workflow = reader.read(bundle, "county")
    found = [p for p in check(workflow, examine=examine) if p.severity == "error"]
    assert [(p.file, p.line, p.code, p.what) for p in found] == [
        (
            "county/templates/overdue.j2",
            10,
            "PW511",
            "template overdue: a notice of this kind has no such name",
        )
    ]
    assert [p.code for p in check(workflow) if p.severity == "error"] == []
