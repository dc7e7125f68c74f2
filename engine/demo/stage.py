"""The two processes of a demonstration, one after the other; what joins them is the database alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.clock import stopwatch
from engine.demo import folder
from engine.errors import PhasegateError

Moved = Callable[[float, str], None]
HALVES = ("first", "second")


class HalfFailed(PhasegateError):
    """{why}"""

    code = "PG602"
    exit_code = 1

    def line(self) -> str:
        """Return what the process said; it has a code of its own."""
        return str(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a demonstration came to."""

    holds: bool
    text: str
    processes: tuple[int, ...]
    seconds: float


def run(out: Path, workflow: str, seed: str, moved: Moved) -> Shown:
    """Run a demonstration into a folder that was claimed; `moved` is told the share that is done."""
    began = stopwatch()
    told: dict[str, Any] = {}
    processes = []
    for half in HALVES:
        child = _started(half, out, workflow, seed)
        processes.append(child.pid)
        for line in _lines(child):
            told |= line
            if "share" in line:
                moved(min(1.0, line["share"]), line["day"])
        _require_well(child, told)
    return Shown(
        holds=bool(told.get("holds")),
        text=str(told.get("summary", "")),
        processes=tuple(processes),
        seconds=stopwatch() - began,
    )


def _started(half: str, out: Path, workflow: str, seed: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "engine.demo", half, str(out), workflow, seed]
    errors = None if os.environ.get("PHASEGATE_DEBUG") else subprocess.DEVNULL
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8")


def _lines(child: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """Yield what a process tells; whatever ends this one early ends that one too."""
    assert child.stdout is not None
    try:
        for line in child.stdout:
            yield json.loads(line)
        child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
        child.stdout.close()


def _require_well(child: subprocess.Popen[str], told: dict[str, Any]) -> None:
    if child.returncode == 130:
        raise KeyboardInterrupt
    if child.returncode != 0:
        why = (
            f"PG602  process {child.pid} of the demonstration ended with {child.returncode} — see its log — try again"
        )
        raise HalfFailed(why=told.get("error") or why)


def write_summary(out: Path, text: str) -> None:
    """Write the summary beside the other files."""
    (out / folder.SUMMARY).write_text(text, encoding="utf-8")
