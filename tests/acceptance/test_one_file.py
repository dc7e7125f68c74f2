"""What a new command costs: one file that declares an action, and every face has it (DESIGN, what a change should cost)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clerk import KEY, Clerk

from engine import service
from engine.cli.main import main
from engine.service.kernel import rooms
from engine.service.kernel.registry import ACTIONS

FILE = '''
"""A word on a task, kept in the history."""

from __future__ import annotations

from typing import Annotated

from engine.model.plain import Ref
from engine.records import record
from engine.service.duties.commands.duties import OfOne, subject_of, target
from engine.service.kernel.action import Action, Answer, Decision, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Is, Number, Text


@record
class Remarked:
    """Somebody said a word on what a unit owes."""

    assignment: Ref
    times: int


@record
class Remark(OfOne):
    """Say a word on what a unit owes (批注)."""

    note: Text
    times: Annotated[Number, Is(least=1, most=3)] = 1
    on: Day | None = None


def _decide(case: CampaignSession, actor: Actor, asked: Remark) -> Decision:
    _, assignment = target(case, actor, asked)
    facts = Remarked(assignment=assignment.id, times=asked.times)
    return Decision(subject=subject_of(assignment), facts=facts, reason=asked.note)


def _apply(case: CampaignSession, entry: Entry) -> Answer:
    return {"times": entry.facts.times, "said": entry.reason}


ACTIONS = (
    Action(
        "remark",
        frozenset({"office"}),
        _decide,
        _apply,
        Remarked,
        Remark,
        "task remark",
        (shows("shizhu-2022", task="t1", unit="中益乡", note="注意时限"),),
    ),
)
'''


@pytest.fixture
def remark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A room of the service whose one file declares an action."""
    folder = tmp_path / "service" / "scratch" / "commands"
    folder.mkdir(parents=True)
    for each in (folder, folder.parent):
        (each / "__init__.py").write_text("")
    (folder / "remarks.py").write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(service, "__path__", [*service.__path__, str(tmp_path / "service")])
    _forget()
    yield
    monkeypatch.undo()
    _forget()
    for name in [name for name in sys.modules if name.startswith("engine.service.scratch")]:
        del sys.modules[name]
    ACTIONS._known.pop("remark", None)


def _forget() -> None:
    rooms.places.cache_clear()
    rooms.verbs.cache_clear()


@pytest.mark.usefixtures("remark")
def test_an_action_in_one_file_has_its_command_with_help_and_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["task", "--help"]) == 0
    assert "remark      Say a word on what a unit owes (批注)." in capsys.readouterr().out
    assert main(["task", "remark", "--help"]) == 0
    said = capsys.readouterr().out
    assert "KEY TASK" in said
    assert "--times INTEGER RANGE" in said
    assert "--on DATE" in said
    assert "  phasegate task remark shizhu-2022 t1 --unit 中益乡 --note 注意时限" in said


@pytest.mark.usefixtures("remark")
def test_it_is_done_shown_before_refused_recorded_and_proved(clerk: Clerk) -> None:
    clerk.begin()
    words = ("task", "remark", KEY, "report", "--unit", "东镇")
    clerk.refused(*words)
    clerk.refused(*words, "--note", "注意时限", "--times", "4", code=2)
    clerk.refused(*words, "--note", "注意时限", "--as", "东镇")
    assert "times: 2, said: 注意时限" in clerk.run(*words, "--note", "注意时限", "--times", "2", "--dry-run")[0]
    assert clerk.json(*words, "--note", "注意时限", "--times", "2") == {"times": 2, "said": "注意时限"}

    clerk.told("audit", "verify")


def test_without_its_file_there_is_no_such_command(clerk: Clerk) -> None:
    clerk.begin()
    assert "there is no command 'remark'" in clerk.refused("task", "remark", KEY, "report", code=2)
