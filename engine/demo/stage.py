"""The two processes of a demonstration, one after the other; what joins them is the database alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from engine.clock import stopwatch
from engine.demo import folder
from engine.errors import PhasegateError, UnknownName
from engine.records import record
from engine.words import ENGLISH

Moved = Callable[[float, str], None]
HALVES = ("first", "second")


class HalfFailed(PhasegateError):
    """The process of one half of a demonstration failed."""

    code = "PG602"
    exit_code = 1

    def line(self, lang: str = ENGLISH) -> str:
        """Return what the process said, which has a code of its own, or how it ended."""
        return super().line(lang) if self.why else str(self.facts["said"])


@record(kw_only=False)
class Story:
    """What a demonstration runs: a workflow, the seed of its people, and what is set for its parameters."""

    workflow: str
    seed: str
    settings: Mapping[str, str]


@record
class Staged:
    """What a demonstration came to."""

    holds: bool
    text: str
    processes: tuple[int, ...]
    seconds: float


def require_shipped(workflow: str) -> None:
    """Refuse the name of a workflow that is not shipped; reading it is left to the processes."""
    shipped = sorted(f.name for f in files("workflows").iterdir() if (f / "workflow.yaml").is_file())
    if workflow not in shipped:
        raise UnknownName("workflow", workflow, shipped)


def run(out: Path, story: Story, moved: Moved) -> Staged:
    """Run a demonstration into a folder that was claimed; `moved` is told the share that is done."""
    began = stopwatch()
    told: dict[str, Any] = {}
    processes = []
    for half in HALVES:
        child = _started(half, out, story)
        processes.append(child.pid)
        try:
            told |= _played(child, moved)
        finally:
            _ended(child)
    return Staged(
        holds=bool(told.get("holds")),
        text=str(told.get("summary", "")),
        processes=tuple(processes),
        seconds=stopwatch() - began,
    )


def _started(half: str, out: Path, story: Story) -> subprocess.Popen[str]:
    settings = json.dumps(story.settings, ensure_ascii=False)
    command = [sys.executable, "-m", "engine.demo", half, str(out), story.workflow, story.seed, settings]
    errors = None if os.environ.get("PHASEGATE_DEBUG") else subprocess.DEVNULL
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8")


def _played(child: subprocess.Popen[str], moved: Moved) -> dict[str, Any]:
    """Return what a process told, once it has ended."""
    told: dict[str, Any] = {}
    for line in _lines(child):
        told |= line
        if "share" in line:
            moved(min(1.0, line["share"]), line["day"])
    child.wait()
    _require_well(child, told)
    return told


def _lines(child: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None
    for line in child.stdout:
        yield json.loads(line)


def _ended(child: subprocess.Popen[str]) -> None:
    """End a process that still runs: whatever ended this one early ends it, too."""
    if child.poll() is None:
        child.terminate()
    with child:
        child.wait()


def _require_well(child: subprocess.Popen[str], told: dict[str, Any]) -> None:
    if child.returncode == 130:
        raise KeyboardInterrupt
    if child.returncode != 0:
        if said := told.get("error"):
            raise HalfFailed(said=said)
        raise HalfFailed("ended", process=child.pid, status=child.returncode)


def summed_up(out: Path, shown: Staged) -> str:
    """Write the summary beside the other files and return it; only this process knows who worked and how long."""
    whole = "、".join(str(process) for process in shown.processes)
    ending = f"\n八、本次演示\n  先后由两个进程完成:{whole}\n  文件在:{out}\n  用时:{shown.seconds:.1f}秒\n"
    text = shown.text + ending
    (out / folder.SUMMARY).write_text(text, encoding="utf-8")
    return text
