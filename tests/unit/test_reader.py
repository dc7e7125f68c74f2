from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path

import pytest

from engine import reader
from engine.errors import BadInput, BadWorkflow, UnknownName
from engine.model import Condition, Due, Offset, Opens, Rung, Source, Window, Workflow
from engine.reader.bundles import sha_of
from engine.units import members

CORPUS = Path(__file__).parents[1] / "corpus"
SMALL = CORPUS / "valid" / "smallest.yaml"


def small(*edits: tuple[str, str]) -> Workflow:
    return reader.read(edited(*edits), "small.yaml")


def edited(*edits: tuple[str, str]) -> Mapping[str, str]:
    text = SMALL.read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return {"workflow.yaml": text}


def problems(bundle: Mapping[str, str], name: str = "small.yaml") -> list[str]:
    with pytest.raises(BadWorkflow) as caught:
        reader.read(bundle, name)
    return [str(problem) for problem in caught.value.problems]


# --- dates ---------------------------------------------------------------------------------------


def test_a_month_window_runs_from_the_first_of_its_first_to_the_last_of_its_last_month() -> None:
    window = small(("2024-01..2024-03", "2023-12..2024-02")).phase("first").window
    assert window == Window(first_day=date(2023, 12, 1), last_day=date(2024, 2, 29))


def test_a_window_may_mix_months_and_days() -> None:
    window = small(("2024-01..2024-03", "2024-01-15..2024-12")).phase("first").window
    assert window == Window(first_day=date(2024, 1, 15), last_day=date(2024, 12, 31))


def test_a_day_without_a_year_takes_it_from_its_phase_and_says_so() -> None:
    task = small(("due: 2024-03-15", "due: 3-15")).task("report")
    assert task.due == Due(kind="date", on=date(2024, 3, 15))
    assert task.source.reading == "3-15未写年份,取所在阶段“第一阶段”的年份,即2024-03-15"


def test_a_day_without_a_year_may_lie_in_the_second_year_of_its_phase() -> None:
    workflow = reader.read(reader.bundle_of(CORPUS / "valid" / "year-across-new-year.yaml"), "x.yaml")
    assert workflow.task("report").due.on == date(2025, 1, 20)


def test_a_task_without_a_date_is_due_with_its_phase_and_says_so_behind_its_own_reading() -> None:
    edit = ("due: 2024-03-15", "source: {clause: 一, reading: 由财政局牵头。}")
    task = small(edit).task("report")
    assert task.due == Due(kind="phase_end")
    assert task.source == Source(
        clause="一", reading="由财政局牵头;未单列时限,以所在阶段“第一阶段”末日2024-03-31为限"
    )


def test_a_printed_date_needs_no_reading() -> None:
    assert small().task("report").source == Source()


def test_none_is_no_date() -> None:
    task = small(("due: 2024-03-15", "due: none")).task("report")
    assert (task.due, task.source.reading) == (Due(kind="none"), "")


@pytest.mark.parametrize(
    ("written", "anchor"),
    [
        ("adopted", "adopted"),
        ("issued", "issued"),
        ("phase start", "phase.start"),
        ("phase end", "phase.end"),
        ('"task:other"', "task:other"),
        ("phase:second", "phase:second"),
    ],
)
def test_a_date_may_come_after_an_event(written: str, anchor: str) -> None:
    more = "\n  - {id: other, title: 另报, phase: first, responsible: [财政局]}\n"
    task = small(("due: 2024-03-15", f"due: {{after: {written}, offset: -10wd}}"), ("    ladder: 提醒\n", more)).task(
        "report"
    )
    assert task.due == Due(kind="offset", anchor=anchor, offset=Offset(count=-10))


def test_a_task_opens_with_its_phase_on_a_day_or_after_others() -> None:
    more = "    ladder: 提醒\n  - {id: b, title: 乙, phase: first, responsible: [财政局], opens: 02-01}\n"
    more += "  - {id: c, title: 丙, phase: first, responsible: [财政局], opens: {after: [report, b]}}\n"
    workflow = small(("    ladder: 提醒\n", more))
    assert [task.opens for task in workflow.tasks] == [
        Opens(),
        Opens(kind="date", on=date(2024, 2, 1)),
        Opens(kind="after", after=("report", "b")),
    ]


# --- text stays text -----------------------------------------------------------------------------


def test_words_that_look_like_values_stay_words() -> None:
    bundle = reader.bundle_of(CORPUS / "valid" / "words-that-look-like-values.yaml")
    workflow = reader.read(bundle, "x.yaml")
    assert (workflow.title, workflow.version, workflow.place_name, workflow.mark) == (
        "yes",
        "1.10",
        "2024-01-01",
        "off",
    )
    assert workflow.hours.remind == time(9, 30)
    assert workflow.task("report").title == "0x1F"


# --- ladders -------------------------------------------------------------------------------------


def rung(line: str) -> Rung:
    workflow = small(("{id: 催办, at: 1wd, level: 0, notice: overdue}", f"{{id: 催办, {line}}}"))
    return workflow.ladders["提醒"].rungs[1]


@pytest.mark.parametrize(
    ("line", "delivery"),
    [
        ("at: -1wd, level: 0, notice: reminder", "send"),
        ("at: 0d, level: 2, notice: reminder", "send"),
        ("at: 1wd, level: 0, notice: overdue", "release"),
        ("at: 1wd, level: 2, notice: overdue", "release"),
        ("at: 1wd, level: 3, notice: overdue", "draft"),
        ("at: 1wd, level: 4, notice: bulletin", "draft"),
        ("at: 1wd, level: 1, notice: overdue, delivery: manual", "manual"),
    ],
)
def test_a_rung_that_does_not_say_is_delivered_by_its_side_and_level(line: str, delivery: str) -> None:
    assert rung(line).delivery == delivery


def test_a_rung_repeats_to_its_end() -> None:
    assert rung("at: 1d, level: 0, notice: overdue, every: 5wd, until: 20wd, count: 3") == Rung(
        id="催办",
        at=Offset(count=1, unit="d"),
        level=0,
        notice="overdue",
        delivery="release",
        every=Offset(count=5),
        until=Offset(count=20),
        count=3,
    )


def test_a_ladder_has_a_least_gap_of_one_working_day_unless_it_says_otherwise() -> None:
    assert small().ladders["提醒"].min_gap == Offset(count=1)
    assert small(("  提醒:\n", "  提醒:\n    min_gap: 2d\n")).ladders["提醒"].min_gap == Offset(count=2, unit="d")


def test_defaults_serve_every_task_that_says_nothing_and_none_takes_them_away() -> None:
    defaults = "defaults: {receipt: 2wd, review: none, ladder: 提醒, receipt_ladder: 提醒, gate_ladder: 提醒}\n"
    other = "    receipt_ladder: none\n    receipt: none\n    review: 4wd\n"
    workflow = small(("phases:\n", f"{defaults}phases:\n"), ("    ladder: 提醒\n", other))
    task = workflow.task("report")
    assert (task.ladder, task.receipt_ladder, task.review_ladder) == ("提醒", "", "")
    assert (task.receipt, task.review, task.rework) == (None, Offset(count=4), Offset(count=5))
    assert workflow.phase("first").ladder == "提醒"


def test_without_defaults_a_receipt_has_three_a_review_and_a_rework_five_working_days() -> None:
    task = small().task("report")
    assert (task.receipt, task.review, task.rework) == (Offset(count=3), Offset(count=5), Offset(count=5))


def test_relations_cap_the_ladder_unless_the_workflow_lowers_them() -> None:
    assert small().caps == {"subordinate": 4, "peer": 1, "vertical": 1, "superior": -1}
    assert small(("place: 小县", "place: 小县\ncaps: {peer: 0, vertical: 2}")).caps == {
        "subordinate": 4,
        "peer": 0,
        "vertical": 2,
        "superior": -1,
    }


# --- phases and gates ----------------------------------------------------------------------------


def test_a_phase_leads_to_the_one_below_and_the_last_to_the_end() -> None:
    assert [phase.next for phase in small().phases] == [("second",), ()]


def test_a_phase_may_name_those_that_follow() -> None:
    phases = small(("    title: 第一阶段\n", "    title: 第一阶段\n    next: [second, first]\n")).phases
    assert [phase.next for phase in phases] == [("second", "first"), ()]


def test_a_gate_is_a_tree_whose_conditions_are_named_by_their_place_in_it() -> None:
    gate = reader.read(reader.bundle_of(CORPUS / "valid" / "any-of-two.yaml"), "x.yaml").phase("second").gate

    def outline(condition: Condition) -> object:
        return (condition.id, condition.kind, [outline(child) for child in condition.children])

    assert outline(gate) == (
        "second",
        "all",
        [
            (
                "second.1",
                "any",
                [
                    ("second.1.1", "approval", []),
                    ("second.1.2", "all", [("second.1.2.1", "date", []), ("second.1.2.2", "tasks", [])]),
                ],
            )
        ],
    )


def test_the_units_of_a_condition_are_expanded_and_its_values_read() -> None:
    gate = reader.read(reader.bundle_of(CORPUS / "valid" / "any-of-two.yaml"), "x.yaml").phase("second").gate
    leaf = gate.children[0].children[1].children[1]
    assert {name: str(value) for name, value in leaf.params.items()} == {
        "tasks": "('report',)",
        "share": "1/2",
        "state": "submitted",
        "units": "('河东镇', '河西镇')",
    }


def test_a_phase_without_a_gate_has_an_empty_one() -> None:
    edit = ("    gate:\n      all:\n        - {kind: approval, approval: 领导小组同意}\n", "")
    assert small(edit).phase("second").gate == Condition(id="second", kind="all", text="")


# --- bundles -------------------------------------------------------------------------------------


def test_a_folder_is_read_with_its_units_and_its_templates() -> None:
    bundle = reader.bundle_of(CORPUS / "valid" / "second-county")
    assert sorted(bundle) == ["templates/overdue.j2", "units.yaml", "workflow.yaml"]
    workflow = reader.read(bundle, "second-county")
    assert workflow.templates == {"overdue": bundle["templates/overdue.j2"]}


def test_problems_of_a_folder_name_the_file_in_it() -> None:
    bundle = dict(reader.bundle_of(CORPUS / "valid" / "second-county"))
    bundle["units.yaml"] = bundle["units.yaml"].replace("relation: peer", "relation: pear")
    bundle["templates/overdu.j2"] = "x"
    assert problems(bundle, "here/second-county/") == [
        "here/second-county/templates/overdu.j2:1:1  PW313  no notice is written by this template"
        " — found overdu — did you mean overdue, handover?",
        "here/second-county/units.yaml:22:51  PW205  relation is not one of the known words"
        " — found pear — did you mean peer, superior?",
    ]


def test_a_template_may_add_a_kind_of_notice_that_a_rung_uses() -> None:
    bundle = {**edited(("notice: overdue", "notice: visit")), "templates/visit.peer.j2": "x"}
    assert reader.read(bundle, "small.yaml").templates == {"visit.peer": "x"}


def test_a_template_is_for_a_relation_that_there_is() -> None:
    bundle = {**edited(), "templates/overdue.pear.j2": "x"}
    assert problems(bundle) == [
        "small.yaml/templates/overdue.pear.j2:1:1  PW313  the template is for no relation"
        " — found overdue.pear — did you mean peer, superior?"
    ]


def test_the_hash_is_that_of_the_canonical_texts() -> None:
    bundle = edited()
    assert reader.read(bundle, "a.yaml").sha == sha_of({"workflow.yaml": bundle["workflow.yaml"]})
    assert reader.read(bundle, "a.yaml").sha == reader.read(bundle, "another/name.yaml").sha
    assert sha_of(bundle) != sha_of(edited(("小县创建工作", "大县创建工作")))


def test_shipped_workflows_are_found_by_name() -> None:
    assert "shizhu" in reader.shipped()
    assert sorted(reader.shipped_bundle("shizhu")) == ["indicators.yaml", "units.yaml", "workflow.yaml"]


def test_an_unknown_shipped_name_gets_a_did_you_mean() -> None:
    with pytest.raises(UnknownName) as caught:
        reader.shipped_bundle("shizu")
    assert caught.value.line() == "PG201  there is no workflow 'shizu' — did you mean shizhu?"


def test_a_path_without_a_workflow_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        reader.bundle_of(tmp_path)
    assert caught.value.line() == (
        f"PG202  there is no workflow here — found {str(tmp_path)!r}"
        " — give a YAML file or a folder that holds workflow.yaml"
    )


def test_a_file_larger_than_a_mebibyte_is_refused_and_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_text("# 大" * 600_000, "utf-8")
    assert [line.split("  ")[1] for line in problems(reader.bundle_of(path), str(path))] == ["PW103"]


def test_the_known_calendars_may_be_given() -> None:
    workflow = reader.read(edited(("place: 小县", "place: 小县\ncalendar: XX")), "x.yaml", calendars=["XX"])
    assert workflow.calendar == "XX"


# --- problems ------------------------------------------------------------------------------------


def test_all_problems_are_told_at_once_each_on_one_line_in_the_order_of_the_file() -> None:
    path = CORPUS / "invalid" / "many_at_once.yaml"
    assert problems(reader.bundle_of(path), "plan.yaml") == [
        "plan.yaml:40:12  PW304  there is no such phase — found fist — did you mean first?",
        "plan.yaml:41:19  PW302  there is no such unit or group — found 财务局 — did you mean 财政局?",
        "plan.yaml:42:10  PW206  due is not a due date — found soon"
        " — write 2022-11-30, 11-30, phase end, none or {after: …, offset: 10wd}",
        "plan.yaml:43:13  PW305  there is no such ladder — found 题醒 — did you mean 提醒?",
        "plan.yaml:44:5  PW201  the task has no such key — found colour — did you mean source?",
    ]


def test_a_comma_within_braces_is_explained() -> None:
    path = CORPUS / "invalid" / "comma_in_braces.yaml"
    assert problems(reader.bundle_of(path), "plan.yaml") == [
        "plan.yaml:43:38  PW201  the source has no such key — found 抓好落实"
        " — put the text before it in quotes, a comma ends it here"
    ]


def test_a_broken_directory_does_not_make_every_unit_unknown() -> None:
    bundle = dict(reader.bundle_of(CORPUS / "valid" / "second-county"))
    bundle["units.yaml"] = "units: [\n"
    assert [line.split("  ")[1] for line in problems(bundle, "x")] == ["PW105"]


SETS = (CORPUS / "valid" / "sets-in-tasks.yaml").read_text("utf-8")


def test_a_set_where_units_stand_is_shown_as_it_is_said_and_means_whom_it_says() -> None:
    workflow = reader.read({"workflow.yaml": SETS}, "sets.yaml")
    task = workflow.task("report")
    assert (task.responsible, task.supporting) == (("各镇(除河西镇外)",), ("各镇(除河东镇外)(另加河东镇)",))
    assert members(task, workflow.directory, date(2024, 1, 2)) == [
        ("财政局", "lead"),
        ("河东镇", "responsible"),
        ("河西镇", "supporting"),
    ]


@pytest.mark.parametrize(
    ("written", "code"), [("{except: [河西镇]}", "PW202"), ("{all: 各镇, except: [河北镇]}", "PW302")]
)
def test_a_set_of_nothing_or_with_somebody_unknown_is_told_at_its_place(written: str, code: str) -> None:
    text = SETS.replace("{all: 各镇, except: [河西镇]}", written)
    found = [problem.split()[:2] for problem in problems({"workflow.yaml": text}, "sets.yaml")]
    assert [(place.split(":")[1], said) for place, said in found] == [("42", code)]


def test_a_unit_may_have_a_name_of_address_and_the_office_a_point_of_contact() -> None:
    plain = small()
    assert {unit.address_as for unit in plain.directory.units.values()} == {""} and plain.office_contact == ""
    bundle = dict(edited(("office: ", 'office_contact: "联系电话:0123-4567890"\noffice: ')))
    first = next(iter(plain.directory.units))
    name = next(key for key, text in bundle.items() if f"name: {first}" in text)
    bundle[name] = bundle[name].replace(f"name: {first}", f"address_as: {first}党委、政府, name: {first}", 1)
    told = reader.read(bundle, "small.yaml")
    assert (told.office_contact, told.directory.units[first].address_as) == (
        "联系电话:0123-4567890",
        f"{first}党委、政府",
    )
