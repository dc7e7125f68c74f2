"""A notice kind is one file and its template: nothing else knows it by name, and none is forgotten without a word."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from engine.records import fields
from engine.service.notices.kinds import KINDS, kind_of
from notifications import kinds as texts
from notifications.notice import NoticeRequest

ROOT = Path(__file__).parents[2]
FOLDER = "engine/service/notices/kinds/"

ALSO_OTHERWISE = {"adjusted", "ended", "extended", "monthly", "objection", "overdue", "pace", "paused"} | {
    *("phase", "receipt", "report", "restored", "returned")
}
"""Words that name a state, a deadline, a column or an action as well: these are looked for where kinds are meant."""

ISSUED = {
    "engine/service/campaigns/apply/succession.py": {"succession"},
    "engine/service/campaigns/commands/calendars.py": {"extended"},
    "engine/service/campaigns/commands/people.py": {"handover"},
    "engine/service/campaigns/commands/returning.py": {"restored"},
    "engine/service/campaigns/commands/taking_back.py": {"taken_back"},
    "engine/service/duties/apply/duties.py": {"shortfall"},
    "engine/service/duties/apply/objections.py": {"objection"},
    "engine/service/duties/commands/dates.py": {"extended"},
    "engine/service/duties/commands/handing_in.py": {"receipt"},
    "engine/service/duties/commands/objections.py": {"objection_decided"},
    "engine/service/duties/commands/review.py": {"returned"},
    "engine/service/indicators/commands/indicators.py": {"evidence_missing"},
    "engine/service/inspections/rounds.py": {"inspection"},
}
"""The events that put a kind on the list of what is to be told, by its name."""

CHOSEN = {
    "engine/service/campaigns/commands/lifecycle.py": {"phase", "ended"},
    "engine/service/duties/apply/adjusting.py": {"adjusted"},
    "engine/service/duties/apply/duties.py": {"task_issued"},
    "engine/service/duties/apply/pauses.py": {"paused", "resumed"},
    "engine/service/duties/apply/phases.py": {"monthly", "task_issued"},
    "engine/service/duties/commands/dates.py": {"reminder", "receipt_reminder", "overdue", "supervise"},
}
"""The events that choose by what happened which kind they put there."""

WRITTEN = {
    "engine/sheets/usual.py": {"reminder", "overdue", "supervise", "receipt_reminder", "office_nudge", "gate_late"}
}
"""The ladders that a plan from a sheet is given: they are read as any other."""

A_FACT = {
    "engine/service/notices/commands/paper.py": {"bulletin"},
    "engine/service/notices/shown.py": {"bulletin"},
}
"""What a record calls the bulletin whose facts are shown."""


@cache
def trees() -> dict[str, ast.Module]:
    files = (path for room in ("engine", "notifications") for path in sorted((ROOT / room).rglob("*.py")))
    found = {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in files}
    return {name: tree for name, tree in found.items() if not name.startswith(FOLDER)}


def quoted(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and each.value in {*KINDS}}


def enqueued(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("enqueue", "_tell_all")
        ):
            yield node


def by_file(found: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: kinds for name, kinds in found.items() if kinds}


# --- named nowhere else -------------------------------------------------------------------------


def test_an_event_puts_only_kinds_that_exist_on_the_list() -> None:
    calls = [(name, call.args[1]) for name, tree in trees().items() for call in enqueued(tree) if len(call.args) > 1]
    named = {(name, kind.value) for name, kind in calls if isinstance(kind, ast.Constant)}
    assert {kind for _, kind in named} <= {*KINDS}
    issued = {(name, kind) for name, kinds in ISSUED.items() for kind in kinds}
    moved = {("engine/service/campaigns/commands/lifecycle.py", kind) for kind in ("phase", "ended")}
    assert named == issued | moved


def test_nothing_else_in_the_code_names_a_kind() -> None:
    found = {name: quoted(tree) - ALSO_OTHERWISE for name, tree in trees().items()}
    listed = {name: set[str]() for table in (ISSUED, CHOSEN, WRITTEN, A_FACT) for name in table}
    for table in (ISSUED, CHOSEN, WRITTEN, A_FACT):
        for name, kinds in table.items():
            listed[name] |= kinds - ALSO_OTHERWISE
    assert by_file(found) == by_file(listed)


KIND_OF_SOMETHING = {"item", "notice", "first", "told", "found", "asked", "request", "row", "rung", "task", "facts"}


def tells_a_kind(node: ast.expr) -> bool:
    """Tell whether an expression is the kind of a notice: what a rung sends, a task drafts, an item or notice is."""
    if isinstance(node, ast.Attribute):
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        return node.attr in ("notice", "draft") or (node.attr == "kind" and owner in KIND_OF_SOMETHING - {"task"})
    return isinstance(node, ast.Name) and node.id == "kind"


def test_nothing_is_decided_by_the_name_of_a_kind() -> None:
    compared = [
        f"{name}:{node.lineno}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        if any(map(tells_a_kind, (node.left, *node.comparators))) and quoted(node)
    ]
    ours = [place for place in compared if place.startswith(("engine/service/notices/", "notifications/"))]
    assert ours == []
    others = {place.partition(":")[0] for place in compared}
    assert others == OTHER_KINDS | ISSUED_WITH_MORE


OTHER_KINDS = {
    "engine/check/fitting.py",
    "engine/check/waits.py",
    "engine/pictures/words.py",
    "engine/reader/tasks.py",
}
"""Where a variable called `kind` is the kind of an anchor or of a node of a gate, never of a notice."""
ISSUED_WITH_MORE = {"engine/service/duties/apply/pauses.py"}
"""Of the two kinds that a pause issues itself, the one for its beginning is given its document."""


def test_what_a_sheet_writes_into_ladders_may_stand_there() -> None:
    assert {kind for kinds in WRITTEN.values() for kind in kinds} <= {*texts.of_ladders()}


# --- whole by construction ----------------------------------------------------------------------


def test_every_kind_has_one_file_and_one_template_that_name_it() -> None:
    assert {*KINDS} == {*texts.KINDS}
    assert [name for name, kind in KINDS.items() if kind.name != name] == []


def test_what_is_drafted_by_hand_is_signed_and_what_is_named_may_be_said() -> None:
    known = {each.name for each in fields(NoticeRequest)} | {
        "to",
        "count",
        "unit_count",
        "commended_count",
        "many",
        "many_commended",
        "matter",
        "titles",
        "matters",
        "hand_in_to",
        "groups",
        "by_unit",
    }
    for name, kind in texts.KINDS.items():
        assert not kind.by_hand or kind.drafted, name
        assert {path.partition(".")[0] for path in kind.names()} - kind.facts() - {"we", "work", "you"} <= known, name


def test_one_kind_nudges_our_own_office() -> None:
    assert [name for name, kind in texts.KINDS.items() if kind.nudges] == [texts.nudging_kind()]


def test_a_kind_of_a_workflows_own_goes_by_itself_and_is_worded_as_a_reminder() -> None:
    assert kind_of("月度提示").gathers == "alone"
    assert texts.kind_of("月度提示").needs == texts.KINDS["receipt"].needs == ("unit", "items")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("", "templates/x.j2 does not begin with what its kind is"),
        ("{#\ntitle: 甲\nplace: 1\n#}\n", "templates/x.j2 does not begin with what its kind is"),
        (
            "{#\ntitle: 甲\nplace: 1\nneeds: unit\ncolour: red\n#}\n",
            "templates/x.j2 does not begin with what its kind",
        ),
        ("{#\ntitle: 甲\nplace: 1\nneeds: unit\nflags: loud\n#}\n", "has the flag or ladder loud"),
        ("{#\ntitle: 甲\nplace: 1\nneeds: unit\nladders: rope\n#}\n", "has the flag or ladder rope"),
    ],
)
def test_a_head_that_says_too_little_or_what_nobody_knows_is_told(head: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        texts.described("x", f"{head}{{% block subject %}}{{% endblock %}}")


# --- a new kind: one file and one template ------------------------------------------------------

KIND = '''
"""What is late is asked after in a friendly way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.model import Item
from engine.model.plain import coded
from engine.service.kernel.case import CampaignSession
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    return {"scope": f"{len(items)}件"}


def _moot(case: CampaignSession, told: About) -> str:
    spared = coded("nothing_overdue") if told.item.unit == "西乡" else ""
    return out_of_date(case, told) or spared


KIND = NoticeKind(name="asked_after", gathers="day", moot=_moot, fields=_fields)
'''
TEMPLATE = """{#
title: 询问
place: 90
needs: unit items scope
names: items scope
flags: chases
ladders: due
when: after
#}
{% block subject %}询问{{ scope }}{% endblock %}
{% block body %}
{% for item in items %}
{{ item.title }}办得如何?
{% endfor %}
{% endblock %}
{% block short %}询问{{ count }}项。{% endblock %}
"""
LIFE = """
import engine
from office import OTHER, TOWN, opened, plan
from engine.model import Item

assert engine.__file__.startswith(HERE), engine.__file__
task = '''
  - {{id: {0}, title: 任务{0}, phase: build, responsible: [东镇, 西乡, 县创建办], due: 2022-08-31}}'''
ladder = '''
      - {id: 询问, at: 1wd, level: 0, notice: asked_after, delivery: send}'''
approved = "{kind: approval, approval: 同意}"
bundle = plan(gate=approved, tasks=task.format("one") + task.format("two") + task.format("three"), ladder=ladder)
office = opened(bundle).live_until("2022-08-31T12:00")
office.hand_in(TOWN, task="three")
office.live_until("2022-09-01T12:00")
assert office.notices("asked_after") == ["09-01 10:00 asked_after 东镇 0 sent: one+two"], office.notices()
assert office.notices("office_nudge")[-1].endswith("one+two+three"), office.notices("office_nudge")
assert ("liaison@east.example.org", "询问2件") in office.mail(), office.mail()
assert office.text("asked_after").body.count("办得如何?") == 2
states = {(item.unit, item.state) for item in office.find(Item, kind="asked_after")}
assert states == {(TOWN, "bound"), (OTHER, "moot")}, states
assert "nothing_overdue" in next(i.facts for i in office.find(Item, kind="asked_after") if i.unit == OTHER)
assert office.audit().findings == ()
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A copy of the program, with a kind that it does not have."""
    here = tmp_path / "program"
    for room in ("engine", "notifications", "workflows"):
        shutil.copytree(ROOT / room, here / room, ignore=shutil.ignore_patterns("__pycache__"))
    (here / FOLDER / "asked_after.py").write_text(KIND, "utf-8")
    (here / "notifications/templates/asked_after.j2").write_text(TEMPLATE, "utf-8")
    return here


def run(here: Path, script: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, (here, ROOT / "tests" / "acceptance", ROOT / "tests")))
    script = f"HERE = {str(here)!r}\n{script}"
    told = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=here, env=told, capture_output=True, text=True, timeout=300
    )


def test_a_kind_of_one_file_and_one_template_is_issued_gathered_left_out_written_and_sent(scratch: Path) -> None:
    lived = run(scratch, LIFE)
    assert lived.returncode == 0, lived.stderr


def test_a_kind_without_a_template_and_a_template_without_a_kind_are_errors_at_start_by_name(scratch: Path) -> None:
    template = scratch / "notifications/templates/asked_after.j2"
    template.unlink()
    started = run(scratch, "import engine.service.notices.binding")
    assert started.returncode != 0
    assert "kinds of notice without a template in notifications/templates: asked_after" in started.stderr
    template.write_text(TEMPLATE, "utf-8")
    (scratch / FOLDER / "asked_after.py").unlink()
    started = run(scratch, "import engine.service.notices.binding")
    assert "templates without a kind in engine/service/notices/kinds: asked_after" in started.stderr


def test_a_template_for_a_relation_without_one_for_all_is_an_error_at_start(scratch: Path) -> None:
    (scratch / "notifications/templates/lonely.peer.j2").write_text(TEMPLATE, "utf-8")
    started = run(scratch, "import engine.reader")
    assert "templates for a relation without one for all: lonely" in started.stderr
