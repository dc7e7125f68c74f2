"""A check without an error is a promise: the campaign can be run to its end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from player import Player

from engine import reader
from engine.calendar import load
from engine.check import check
from engine.errors import BadWorkflow
from engine.model import Workflow

CORPUS = Path(__file__).parents[1] / "corpus"
VALID = sorted((CORPUS / "valid").iterdir())
BROKEN = sorted((CORPUS / "broken").glob("*.yaml"))
PLAN = """phasegate: 1
id: small
title: 小县创建工作
version: "1"
place: 小县
document: {title: 小县创建工作方案, issued_on: 2024-01-02}
office: 创建办
leading_group: 领导小组
mark: 小创建发
units:
  - {name: 领导小组, relation: superior, contacts: {group: group@small.example.org}}
  - {name: 创建办, contacts: {liaison: office@small.example.org}}
  - {name: 财政局, contacts: {liaison: finance@small.example.org}}
  - {name: 河东镇, kind: 镇, contacts: {liaison: hedong@small.example.org}}
  - {name: 河西镇, kind: 镇, to: 2024-12-31, contacts: {liaison: hexi@small.example.org}}
groups:
  - {name: 各镇, kinds: [镇]}
ladders:
  提醒:
    rungs:
      - {id: 提前, at: -3wd, level: 0, notice: reminder}
reminders: daily
defaults: {issue: letters, receipt: none, review: none, ladder: 提醒}
quotas:
  - {id: 示范点, title: 示范点, total: 3, kinds: [{id: 示范村, range: 1..2}, {id: 示范学校, range: 0..2}]}
phases:
  - id: first
    title: 第一阶段
    window: 2024-01..2024-03
    gate:
      all:
        - {kind: tasks, tasks: [plan], count: 3}
        - {kind: tasks, tasks: [meeting], units: [创建办]}
  - id: second
    title: 第二阶段
    window: 2024-04..2024-06
    opens: entry
    next: [third]
    on_exit: keep
    gate:
      any:
        - all:
            - {kind: score, tasks: [check], number: 得分, least: 80, units: [各镇]}
            - {kind: quota, quota: 示范点}
        - all:
            - {kind: approval, approval: 领导小组同意}
            - {kind: tasks, tasks: [visit], share: 50%, state: submitted}
  - id: third
    title: 第三阶段
    window: 2024-07..2024-09
    opens: window
    advance: manual
    gate:
      all:
        - {kind: date, on_or_after: 2024-09-20}
        - {kind: tasks, tasks: [report, visit], state: received}
tasks:
  - id: plan
    title: 制定方案
    phase: first
    responsible: [财政局, 各镇]
    due: 2024-02-20
  - id: meeting
    title: 召开会议
    phase: first
    responsible: [创建办]
    opens: {after: [plan]}
    due: {after: "task:plan", offset: 5wd}
  - id: check
    title: 开展自查
    phase: second
    responsible: [各镇]
    opens: 2024-04-10
    due: 2024-05-20
    numbers: {得分: 满分100}
  - id: visit
    title: 实地检查
    phase: second
    responsible: [财政局]
    opens: {after: [check]}
    due: {after: "phase:second", offset: 30wd}
  - id: report
    title: 报送总结
    phase: third
    responsible: [财政局, 河东镇]
    opens: {after: [visit]}
"""
KINDS = (
    r"\b(?:first|second|third)\b",
    r"\b(?:plan|meeting|check|visit|report)\b",
    r"\b(?:window|entry)\b",
    r"\b(?:all|any)\b(?=:)",
    r"\b(?:manual|automatic)\b",
    r"\b(?:keep|cancel)\b",
    r"\b(?:submitted|received|accepted)\b",
    r"财政局|各镇|河东镇|河西镇|创建办|领导小组",
    r"2024-\d\d-\d\d",
    r"2024-\d\d(?=\.\.)|(?<=\.\.)2024-\d\d\b",
    r"(?<=count: )\d|(?<=total: )\d|(?<=\.\.)\d\b|(?<=range: )\d",
)
OTHERS = {
    8: ("2023-11-30", "2024-03-31", "2024-12-31", "2025-06-01"),
    9: ("2023-06", "2024-05", "2025-02"),
    10: "059",
}


def exchanged(text: str, kind: int, place: int, other: int) -> str:
    """Return `text` with one word exchanged for another of its kind, or a line left out."""
    if kind == len(KINDS):
        lines = text.splitlines()
        at = 22 + place % (len(lines) - 22)
        return "\n".join([*lines[:at], *lines[at + 1 :]]) + "\n"
    found = list(re.finditer(KINDS[kind], text))
    if not found:
        return text
    words = sorted({*(match[0] for match in found), *OTHERS.get(kind, ()), *WORDS.get(kind, ())})
    match = found[place % len(found)]
    return text[: match.start()] + words[other % len(words)] + text[match.end() :]


WORDS = {2: ("window", "entry"), 4: ("manual", "automatic"), 5: ("keep", "cancel"), 6: ("submitted", "received")}
EXCHANGE = st.tuples(st.integers(0, len(KINDS)), st.integers(0, 60), st.integers(0, 12))


def read_if_sound(text: str) -> Workflow | None:
    try:
        workflow = reader.read({"workflow.yaml": text}, "w.yaml")
    except BadWorkflow:
        return None
    found = check(workflow, calendar=load("CN"))
    return None if any(problem.severity == "error" for problem in found) else workflow


def test_the_plan_from_which_the_others_are_made_runs_to_its_end() -> None:
    workflow = read_if_sound(PLAN)
    assert workflow is not None
    for eager in (True, False):
        assert Player({"workflow.yaml": PLAN}, workflow, min, eager=eager).play() == "completed"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(exchanges=st.lists(EXCHANGE, min_size=1, max_size=4), eager=st.booleans(), way=st.integers(0, 3))
def test_a_changed_workflow_without_an_error_runs_to_its_end(
    exchanges: list[tuple[int, int, int]], eager: bool, way: int
) -> None:
    text = PLAN
    for exchange in exchanges:
        text = exchanged(text, *exchange)
    workflow = read_if_sound(text)
    if workflow is not None:
        played = Player({"workflow.yaml": text}, workflow, lambda ways: ways[way % len(ways)], eager=eager)
        assert played.play() == "completed", text


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_each_valid_workflow_runs_to_its_end(path: Path) -> None:
    bundle = reader.bundle_of(path)
    workflow = reader.read(bundle, path.stem)
    below = {nested.unit: reader.bundle_below(nested, path.parent) for nested in workflow.nested}
    assert Player(bundle, workflow, min, eager=False, below=below).play() == "completed"
