"""Every kind of letter to every relation, with the shortest, the longest and the odd case (SEMANTICS N6, NOTICES)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from notice_examples import CHECK, EXAMPLES, LONG, PART, SUMMARY, letter

from notifications import layout, wording
from notifications.notice import Condition, Line, NoticeRequest
from notifications.render import render

OURS = [
    "task_issued",
    "receipt_reminder",
    "reminder",
    "overdue",
    "receipt",
    "phase",
    "adjusted",
    "extended",
    "gate_late",
    "paused",
    "resumed",
    "ended",
    "inspection",
    "monthly",
    "evidence_missing",
    "office_nudge",
]
RELATIONS = ("subordinate", "peer", "vertical", "own")
UNITS = {"subordinate": "中益乡", "peer": "县法院", "vertical": "县税务局", "own": "县创建办"}
ODD = replace(CHECK, title="报送总结报告", again=True, awaiting=tuple(f"第{n}村" for n in range(41)))
DOUBLED = replace(
    CHECK, title="完成重点任务", demand="", role="", due_on=date(2022, 12, 31), asked_on=date(2022, 12, 30)
)
MANY = tuple(
    replace(CHECK, title=f"第{n}项工作", due_on=date(2022, 11, 1 + n % 28), asked_on=date(2022, 11, 1 + n % 28))
    for n in range(400)
)
CASES: dict[str, tuple[Line, ...]] = {
    "none": (),
    "shortest": (Line(title="自查", due_on=date(2022, 11, 30), asked_on=date(2022, 11, 30)),),
    "longest": (LONG,),
    "odd": (ODD,),
    "doubled": (DOUBLED,),
    "part": (PART,),
    "mixed": (PART, CHECK, SUMMARY, ODD),
    "many": MANY,
}
TEMPLATES = {"own": {"office_nudge", "gate_late", "adjusted", "extended"}}
"""What our own office is told; the rest is worded for others."""


def letters() -> Iterator[tuple[str, NoticeRequest]]:
    for kind in OURS:
        for relation in RELATIONS:
            if (relation == "own") == (kind in TEMPLATES["own"]) or relation != "own":
                for name, items in CASES.items():
                    request = replace(EXAMPLES[kind], relation=relation, unit=UNITS[relation], units=())
                    request = replace(request, contact="" if relation == "own" else request.contact)
                    if items or not takes_items(request):
                        yield f"{kind}.{relation}.{name}", replace(request, items=items)


def takes_items(request: NoticeRequest) -> bool:
    return bool(request.items)


LETTERS = dict(letters())


def paragraphs(request: NoticeRequest) -> list[str]:
    return [line.strip() for line in render(request).body.splitlines() if line.strip()]


def test_every_kind_relation_and_case_is_there() -> None:
    kinds = {name.split(".")[0] for name in LETTERS}
    assert kinds == set(OURS) and len(LETTERS) > 300


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_whole_and_names_everything(name: str) -> None:
    request = LETTERS[name]
    body = render(request).body
    if takes_items(request) and not name.startswith(("gate_late", "inspection", "ended")):
        told = body.translate(str.maketrans("‘’", "“”"))
        assert [item.title for item in request.items if item.title not in told] == []
    for word in ("其余", "见附件", "见任务分解表", "见台账", "……", "…", "等41个", "等40个"):
        assert word not in body
    awaited = ODD in request.items and "尚待" in body
    assert not awaited or all(unit in body for unit in ODD.awaiting)


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_reads_without_doubled_words_and_lone_numbers(name: str) -> None:
    told = paragraphs(LETTERS[name])
    text = "\n".join(told)
    for word in (
        "报送“报送",
        "任务任务",
        "任务”任务",
        "工作工作",
        "因因",
        "。。",
        ";。",
        ",,",
        "《《",
        "None",
        "请请",
    ):
        assert word not in text
    assert not any(line.startswith("一、") for line in told) or any(line.startswith("二、") for line in told)
    for before, line, after in zip(["", *told], told, [*told[1:], ""], strict=False):
        if line.startswith("1. "):
            assert after.startswith("2. "), (before, line)


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_speaks_to_its_unit_as_what_it_is_and_names_the_office(name: str) -> None:
    request, (_, relation, _) = LETTERS[name], name.split(".")
    content = render(request)
    text = content.subject + content.body
    own = {"subordinate": "你乡", "peer": "贵单位", "vertical": "贵单位"}.get(relation, "")
    for word in {"你单位", "你乡", "贵单位", "你们"} - {own}:
        assert word not in text
    assert (request.contact in content.body) if relation != "own" else "联系单位" not in content.body
    if relation in ("peer", "vertical"):
        assert not re.search("特此通知|的通知$|催办|督办", text, re.MULTILINE)
    if relation == "own":
        assert re.search("工作提示$", content.subject) and "特此" not in text


@pytest.mark.parametrize("name", [name for name in LETTERS if name.endswith((".part", ".mixed"))])
def test_a_part_goes_to_its_lead_and_each_line_says_the_role(name: str) -> None:
    request = LETTERS[name]
    body = render(request).body
    kind, relation, case = name.split(".")
    if relation == "own" or kind in ("receipt", "evidence_missing", "gate_late", "inspection", "ended"):
        return
    assert "配合单位" in body and "牵头单位县教委" in body
    if case == "part" and kind in ("reminder", "overdue", "task_issued", "phase"):
        assert not re.search("(办理情况.*|前)(报|提供给|函告)县创建办", body)
    if case == "mixed":
        assert "自检自查(责任单位)" in body and "全面总结工作(牵头单位)" in body


# --- what single kinds say ----------------------------------------------------------------------


def test_a_day_that_was_moved_is_not_asked_for_any_more() -> None:
    for name in ("adjusted.holiday", "extended.holiday"):
        body = render(EXAMPLES[name]).body
        assert "由9月30日(星期五)调整为10月7日(星期五)17:30前(当日为休息日)" in body
        assert "请于9月30日" not in body
    later = replace(EXAMPLES["extended.holiday"].items[0], was_on=date(2022, 9, 1))
    assert "请于9月30日(星期五)17:30前报送" in render(replace(EXAMPLES["extended.holiday"], items=(later,))).body


def test_a_shut_gate_is_put_to_the_group_as_one_request_that_says_which_decision_is_its_own() -> None:
    for name in ("gate_late", "gate_late.consent_only", "gate_late.one"):
        content = render(EXAMPLES[name])
        assert content.subject == "关于创建冲刺阶段转段有关事项的请示"
        assert "报告" not in content.body and content.body.count("妥否,请批示。") == 1
    whole = render(EXAMPLES["gate_late"]).body
    assert "另有下列事项须由县创建工作领导小组决定:“县创建工作领导小组同意转入迎接验收阶段”" in whole
    assert "现为31项,应为33项" in whole and "现为24个,应为25个" in whole
    only = render(EXAMPLES["gate_late.consent_only"]).body
    assert "尚未具备" not in only and "现请县创建工作领导小组研究,对上述事项作出决定。" in only
    assert "须由" not in render(EXAMPLES["gate_late.one"]).body


def test_a_move_says_what_the_phase_asks_and_nothing_that_it_does_not() -> None:
    unit = render(EXAMPLES["phase.unit"]).body
    assert "自检自查(责任单位)" in unit and "本阶段转段前须具备:各乡镇(街道)完成自检自查;创建点达到规定数量。" in unit
    nothing = render(replace(EXAMPLES["phase.unit"], items=(), gate=())).body
    assert "本阶段目前没有待你镇办理的任务" in nothing
    for name in ("phase", "phase.unit", "phase.completed", "phase.peer"):
        assert (
            "自检自查,查漏补缺" in render(EXAMPLES[name]).body or "对照任务分解表" not in render(EXAMPLES[name]).body
        )
    assert "承办的任务" not in render(EXAMPLES["phase"]).body


def test_what_was_accepted_is_told_before_the_closing_words_each_with_whose_it_was() -> None:
    accepted = (Line(title="全面总结工作"), Line(title="制定措施"), Line(title="自检自查", unit="县教委"))
    told = paragraphs(replace(EXAMPLES["overdue"], accepted=accepted))
    place = told.index("另:你镇报送的“全面总结工作”“制定措施”、县教委报送的“自检自查”已审核通过。")
    assert told[place + 1] == "特此通知。"
    peer = paragraphs(replace(letter(EXAMPLES["reminder"]), accepted=accepted[:1]))
    assert "另:贵单位提供的“全面总结工作”已收悉办结,感谢支持。" in peer


def test_a_receipt_promises_what_is_kept_and_no_letter_of_its_own() -> None:
    for name in ("receipt", "receipt.part", "receipt.on_behalf", "receipt.peer"):
        assert "审核结果另行告知" not in render(EXAMPLES[name]).body
    assert "审核通过的,随下次通知一并告知,不单独发文。" in render(EXAMPLES["receipt"]).body
    assert "你镇向牵头单位县教委报送的“自检自查”材料(3件)已登记" in render(EXAMPLES["receipt.part"]).body


def test_a_title_that_is_too_long_counts_instead_of_being_cut() -> None:
    content = render(EXAMPLES["reminder.long_title"])
    assert content.subject == "关于1项任务到期的工作提示"
    assert EXAMPLES["reminder.long_title"].items[0].demand in content.body
    assert "…" not in content.subject + content.short


def test_a_unit_is_addressed_as_it_wishes_and_spoken_to_by_its_name() -> None:
    told = paragraphs(replace(EXAMPLES["reminder"], address_as="西沱镇党委、政府"))
    assert "西沱镇党委、政府:" in told and told[told.index("西沱镇党委、政府:") + 1].startswith("你镇承担的")


@pytest.mark.parametrize(
    ("names", "word"),
    [
        (("中益乡",), "你乡"),
        (("黎场土家族乡党委、政府",), "你乡"),
        (("西沱镇人民政府",), "你镇"),
        (("南宾街道",), "你街道"),
        (("下路街道办事处",), "你街道"),
        (("泾川县",), "你县"),
        (("华亭市",), "你市"),
        (("县财政局",), "你单位"),
        (("平凉工业园区(高新区)",), "你单位"),
        (("镇",), "你单位"),
        (("各乡镇",), "你们"),
        (("西沱镇", "中益乡"), "你们"),
        ((), "你单位"),
    ],
)
def test_a_township_is_spoken_to_by_the_end_of_its_name(names: tuple[str, ...], word: str) -> None:
    assert wording.you(names, courteous=False) == word
    assert wording.you(names, courteous=True) == "贵单位"


def test_a_reason_a_title_and_a_task_get_no_second_word() -> None:
    assert [wording.cause(text) for text in ("因防汛。", "因为防汛", "由于防汛", "防汛需要")] == [
        "防汛", "防汛", "防汛", "防汛需要",
    ]  # fmt: skip
    assert wording.cited("方案") == wording.cited("《方案》") == "《方案》"
    assert wording.cited("关于印发《方案》的通知") == "《关于印发〈方案〉的通知》"
    assert wording.cited("《甲》和《乙》") == "《〈甲〉和〈乙〉》"
    assert [wording.tasks(text) for text in ("“甲”", "“重点任务”", "“甲”等3项")] == [
        "“甲”任务", "“重点任务”", "“甲”等3项任务",
    ]  # fmt: skip


def test_an_item_is_named_with_its_role_lead_period_and_what_became_of_it() -> None:
    period = Line(title="专题学习(2022年)", period="2022年", role="责任单位")
    assert layout.named(period) == "专题学习(2022年,责任单位)"
    assert layout.named(Line(title="自查(社区)", role="责任单位")) == "自查(社区)(责任单位)"
    assert layout.named(replace(PART, again=True)) == "报送总结报告(配合单位,报牵头单位县教委,已退回,待重新报送)"
    assert layout.named(Line(title="自查")) == "自查"


def test_a_condition_of_a_gate_is_told_with_its_unit() -> None:
    odd = Condition(text="自评分达到规定", counted="88.5", needed="90", measure="分")
    body = render(replace(EXAMPLES["gate_late.one"], conditions=(odd,))).body
    assert "自评分达到规定:现为88.5分,应为90分。" in body
