"""A clerk at the command line: real commands on a real SQLite file, one clock a command."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from machine_clock import main_at
from office import BUREAU, CITY, COURT, OFFICE, plan

KEY = "county"
TASKS = f"""
  - id: report
    title: 报送方案
    phase: build
    responsible: [各乡镇]
    due: 2022-08-31
    receipt: 3wd
    demand: 工作方案
    source: {{clause: 三(一), words: "8月31日前", reading: 年份取所在阶段}}
  - id: score
    title: 自评
    phase: build
    responsible: [{COURT}]
    due: 2022-09-17
    needs: [number, file]
    numbers: {{自评分: 满分100}}
  - id: talks
    title: 适时交流
    phase: build
    responsible: [{BUREAU}]
    due: none
  - id: digest
    title: 汇总
    phase: build
    responsible: [{OFFICE}]
    opens: {{after: [report]}}
    due: {{after: "task:report", offset: 5wd}}
  - id: visit
    title: 考核验收
    phase: sprint
    responsible: [{CITY}]
    due: phase end
    ladder: none
"""
GATE = """
      {kind: tasks, tasks: [report], text: 方案全部审核通过},
      {kind: quota, quota: 示范点, text: 示范点全部确定},
      {kind: approval, approval: 同意转段}
"""
QUOTA = "quotas: [{id: 示范点, title: 示范点, kinds: [{id: 示范村, range: 1..2}]}]"


@dataclass
class Clerk:
    """Types command lines and reads what they print."""

    capsys: pytest.CaptureFixture[str]
    folder: Path
    now: str = "2022-07-05T08:30"

    def at(self, now: str) -> Clerk:
        """Set the clock that every following command is given."""
        self.now = now
        return self

    def run(self, *words: str, code: int = 0) -> tuple[str, str]:
        """Run a command line, expect its exit code, and return what it printed on stdout and stderr."""
        found = main_at(self.now, *words)
        out, err = self.capsys.readouterr()
        assert found == code, out + err
        return out, err

    def told(self, *words: str, code: int = 0) -> str:
        """Return what a command prints; it has no message beside."""
        out, err = self.run(*words, code=code)
        assert err == ""
        return out

    def lines(self, *words: str, code: int = 0) -> list[str]:
        return self.told(*words, code=code).splitlines()

    def json(self, *words: str, code: int = 0) -> Any:
        """Return the JSON document that a command prints."""
        return json.loads(self.told(*words, "--json", code=code))

    def refused(self, *words: str, code: int = 1) -> str:
        """Return the one line in which a command is refused."""
        out, err = self.run(*words, code=code)
        assert (out, err.count("\n")) == ("", 1)
        return err.strip()

    def sweep(self, now: str) -> Clerk:
        self.at(now).run("sweep")
        return self

    # --- what most tests begin with ---

    def begin(self, *options: str, **changes: str) -> Clerk:
        """Start a campaign on a plan of two phases."""
        self.write_plan(**changes)
        self.told("campaign", "create", KEY, "--workflow", "plan", *options)
        return self

    def write_plan(self, **changes: str) -> None:
        """Write the plan into a folder of its name."""
        (self.folder / "plan").mkdir()
        for name, text in plan(**{"tasks": TASKS, "gate": GATE, "top": QUOTA} | changes).items():
            self.file(f"plan/{name}", text)

    def submit(self, unit: str, task: str = "report") -> Clerk:
        self.told("task", "submit", KEY, task, "--note", "材料", "--as", unit)
        return self

    def accept(self, unit: str, task: str = "report") -> Clerk:
        self.told("task", "accept", KEY, task, "--unit", unit)
        return self

    def file(self, name: str, text: str = "材料") -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name
