"""Phases, tasks and units of a sheet as the keys of a workflow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from engine.records import record, replace
from engine.sheets.cells import heading
from engine.sheets.problems import SheetProblems
from engine.sheets.table import SheetTable
from engine.sheets.usual import DEFAULTS, LADDERS

LONGEST_LINE = 200
_OF_A_SHEET = re.compile(r"(重点|主要|目标)?任务(分解|分工)(一览)?表$")
_NO_TITLE = re.compile(
    r"附[件表录]?[\d一二三四五六七八九十-]{0,5}:?|.{0,4}(单位|部门|日期|时间|人|电话)(\(.{1,6}\))?:.*"
)
_PLACE = re.compile(r".{1,12}?[县市区州旗]")


@record
class Head:
    """What a breakdown sheet does not say of its plan; office and leading group where the sheet tells them, too."""

    id: str
    title: str = ""
    place: str = ""
    office: str = ""
    leading_group: str = ""
    issued_on: str = ""


@record
class Window:
    """A phase with its first and last day."""

    title: str
    first: date | None
    last: date | None


def workflow_keys(head: Head, title: str, phases: Sequence[Window], tasks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the keys of workflow.yaml."""
    place = _PLACE.match(title)
    return {
        "phasegate": "1",
        "id": head.id,
        "title": title,
        "version": "1",
        "place": head.place or (place[0] if place else "本地"),
        "document": {"title": title} | ({"issued_on": head.issued_on} if head.issued_on else {}),
        "office": head.office,
        "leading_group": head.leading_group,
        "mark": f"{head.office}发",
        "units": "units.yaml",
        "ladders": LADDERS,
        "defaults": DEFAULTS,
        "phases": [_phase_keys(f"p{n}", phase, tasks) for n, phase in enumerate(phases, 1)],
        "tasks": tasks,
    }


def _phase_keys(name: str, phase: Window, tasks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a phase with a gate: all its dated tasks accepted, or the leading group's word."""
    dated = [task["id"] for task in tasks if task["phase"] == name and task["due"] != "none"]
    gate: dict[str, Any] = {
        "kind": "approval",
        "approval": _fitting(f"领导小组同意结束{phase.title}", 60, "领导小组同意结束", name),
    }
    if dated:
        gate = {
            "kind": "tasks",
            "tasks": dated,
            "state": "accepted",
            "text": _fitting(f"{phase.title}各项任务全部办结", 200, "各项任务全部办结:", name),
        }
    window = f"{phase.first}..{phase.last}"
    return {"id": name, "title": phase.title, "window": window, "gate": {"all": [gate]}}


def _fitting(said: str, longest: int, general: str, name: str) -> str:
    """Return words with a title in them where they fit, else general ones with its id; no title is cut."""
    return said if len(said) <= longest else f"{general}{name}"


def settled(head: Head, units: list[str]) -> Head:
    """Return a head with its office and leading group: as given, else the one unit so named, else the usual name."""
    office = head.office or _only(units, "创建办", "创建办公室", "创建工作办公室") or "创建办"
    group = head.leading_group or _only(units, "领导小组") or "领导小组"
    return replace(head, office=office, leading_group=group)


def _only(units: list[str], *endings: str) -> str:
    found = [unit for unit in units if unit.endswith(endings)]
    return found[0] if len(found) == 1 else ""


def directory_keys(head: Head, units: Mapping[str, Any] | None, named: list[str]) -> dict[str, Any]:
    """Return the keys of units.yaml: the office and the leading group, and who else is listed or named."""
    above = {"name": head.leading_group, "relation": "superior"}
    others = [{"name": name} for name in named if name != head.leading_group]
    told = dict(units) if units else {"units": [above, *others]}
    known = {unit["name"] for unit in told["units"]}
    ours: list[dict[str, Any]] = []
    if head.leading_group not in known:
        ours.append(above)
    if head.office not in known:
        ours.append({"name": head.office})
    return told | {"units": [*ours, *told["units"]]}


def title_of(table: SheetTable, file: str, problems: SheetProblems) -> str:
    """Return the lines above the headings that are a title, else the name of the file."""
    above = [next((cell.text for cell in row if cell.text), "") for row in table.sheet.rows[: table.first - 1]]
    lines = [" ".join(text.split()) for text in above if text and not _NO_TITLE.fullmatch(heading(text))]
    said = "".join(dict.fromkeys(lines)) or PurePath(file).stem
    if len(said) > LONGEST_LINE:
        cure = f"at most {LONGEST_LINE} characters, or give --title"
        problems.add("PS506", "the title is too long", said, cure, sheet=table.sheet.name, row=1, column=1)
    return _OF_A_SHEET.sub("", said).strip() or said
