"""Tasks: from their keys to their records, with every derived date and how it was derived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import cast

from engine.model import Due, Issue, Offset, Opens, Phase, Source, Task
from engine.reader.days import derived, settle
from engine.reader.duties import read_duties
from engine.reader.ladders import offset
from engine.reader.names import Names
from engine.reader.shape import Filled, Leaf
from engine.reader.sources import read_source, with_reading
from engine.records import replace

_ROLES = ("lead", "responsible", "supporting")
_ANCHORS = {
    "adopted": "adopted",
    "issued": "issued",
    "phase start": "phase.start",
    "phase end": "phase.end",
}


def read_tasks(
    rows: tuple[Filled, ...], defaults: Filled, inherit: Filled, phases: Mapping[str, Phase], names: Names
) -> Iterator[Task]:
    """Yield the tasks in `rows`, with what `defaults` and `inherit` add to them, each before its duties."""
    inherited = names.owing(inherit, "units")
    without = {names.task(leaf) for leaf in inherit.leaves("except")}
    for row in rows:
        named = _named(row, names)
        also = () if row.text("id") in without else tuple(u for u in inherited if u not in named)
        if not also and not named and not _is_spoilt(row):
            cure = "add `responsible:` with at least one unit"
            names.problems.add("PW410", row.place, "nobody owes the task", row.text("id"), cure)
        _check_needs(row, names)
        task = replace(_with_dates(_task(row, defaults, names), row, phases, names), inherited=also)
        yield replace(task, consolidate=_consolidates(row, task))
        yield from read_duties(row, task, defaults, names)


def _consolidates(row: Filled, task: Task) -> bool:
    """Tell whether the lead gathers what the others hand in: as written, else wherever there are both."""
    written = row.text("consolidate")
    return written == "true" if written else bool(task.lead and (task.responsible or task.supporting))


def check_order(tasks: tuple[Task, ...], names: Names) -> None:
    """Note tasks that wait for each other."""
    waits = {task.id: task.opens.after for task in tasks}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        place = next(task.place for task in tasks if task.id in error.args[1])
        cure = "let one of them open by itself"
        found = " → ".join(reversed(error.args[1]))
        names.problems.add("PW409", place, "tasks wait for each other", found, cure)


def _task(row: Filled, defaults: Filled, names: Names) -> Task:
    return Task(
        id=row.text("id"),
        title=row.text("title"),
        phase=names.phase(row.leaf("phase")),
        due=Due(kind="none"),
        lead=names.owing(row, "lead"),
        responsible=names.owing(row, "responsible"),
        supporting=names.owing(row, "supporting"),
        issue=issue_of(row, defaults),
        receipt=_term("receipt", row, defaults, Offset(count=3)),
        review=_term("review", row, defaults, Offset(count=5)),
        rework=_term("rework", row, defaults, Offset(count=5)) or Offset(count=5),
        objection=_term("objection", row, defaults, _time_to_object(row, defaults)),
        ladder=_ladder("ladder", row, defaults, names),
        receipt_ladder=_ladder("receipt_ladder", row, defaults, names),
        review_ladder=_ladder("review_ladder", row, defaults, names),
        needs=tuple(leaf.text for leaf in row.leaves("needs")),
        numbers={name: row.part("numbers").text(name) for name in row.part("numbers").values},
        demand=row.text("demand"),
        draft=row.text("draft"),
        addressee=names.one_unit(row.leaf("addressee")),
        source=read_source(row),
        place=row.place,
    )


def _named(row: Filled, names: Names) -> set[str]:
    found: set[str] = set()
    for leaf in (leaf for role in _ROLES for leaf in row.leaves(role)):
        name = names.meant(leaf.text)
        if name in found:
            cure = "name it once"
            names.problems.add("PW411", leaf.place, "the unit is named twice", leaf.text, cure)
        found.add(name)
    return found | {"" for role in _ROLES if row.rows(role)}


def _check_needs(row: Filled, names: Names) -> None:
    for leaf in row.leaves("needs"):
        if leaf.text == "number" and not row.part("numbers").places:
            cure = "add `numbers: {自评分: 满分100}`"
            names.problems.add("PW412", leaf.place, "the task names no number", leaf.text, cure)


def _is_spoilt(row: Filled) -> bool:
    """Tell whether units were written in a way that does not fit, which is told already."""
    return any(role in row.places and role not in row.values for role in _ROLES)


def _term(key: str, row: Filled, defaults: Filled, otherwise: Offset | None) -> Offset | None:
    for filled in (row, defaults):
        if filled.leaf(key):
            return offset(filled, key)
    return otherwise


def _time_to_object(row: Filled, defaults: Filled) -> Offset:
    """Return three working days, or the time to confirm where that is shorter."""
    receipt = _term("receipt", row, defaults, None)
    shorter = receipt is not None and receipt.count < (3 if receipt.unit == "wd" else 5)
    return receipt if receipt and shorter else Offset(count=3)


def issue_of(row: Filled, defaults: Filled) -> Issue:
    """Return how a task is issued: by the document of the plan where nothing else is written (SEMANTICS L4)."""
    return cast(Issue, row.text("issue") or defaults.text("issue", "document"))


def _ladder(key: str, row: Filled, defaults: Filled, names: Names) -> str:
    if own := row.leaf(key):
        return names.ladder(own)
    default = defaults.text(key)
    return "" if default == "none" else default


def _with_dates(task: Task, row: Filled, phases: Mapping[str, Phase], names: Names) -> Task:
    phase = phases.get(task.phase)
    due, due_reading = _due(row, phase, names)
    opens, opens_reading = _opens(row, phase, names)
    source: Source = with_reading(with_reading(task.source, due_reading), opens_reading)
    return replace(task, due=due, opens=opens, source=source)


def _due(row: Filled, phase: Phase | None, names: Names) -> tuple[Due, str]:
    leaf = row.leaf("due")
    if "due" in row.values and leaf is None:
        return _due_after(row.part("due"), row, names), ""
    if leaf is None or leaf.text == "phase end":
        return Due(kind="phase_end"), derived(phase) if phase else ""
    if leaf.text == "none":
        return Due(kind="none"), ""
    on, reading = settle(leaf, phase, names.problems)
    return Due(kind="date", on=on), reading


def _due_after(part: Filled, row: Filled, names: Names) -> Due:
    leaf = part.leaf("after")
    anchor = _anchor(leaf, row.text("id"), names) if leaf else ""
    return Due(kind="offset", anchor=anchor, offset=offset(part, "offset"))


def _anchor(leaf: Leaf, task: str, names: Names) -> str:
    kind, _, name = leaf.text.partition(":")
    if leaf.text in _ANCHORS:
        return _ANCHORS[leaf.text]
    if kind == "task":
        if name == task:
            names.problems.add("PW409", leaf.place, "the task waits for itself", name, "name another")
        return f"task:{names.task(Leaf(leaf.place, name, name))}"
    if kind == "phase":
        return f"phase:{names.phase(Leaf(leaf.place, name, name))}"
    known = [*_ANCHORS, "task:ID", "phase:ID"]
    cure = names.problems.near(leaf.text, known, f"write one of {', '.join(known)}")
    names.problems.add("PW205", leaf.place, "after names no event", leaf.text, cure)
    return ""


def _opens(row: Filled, phase: Phase | None, names: Names) -> tuple[Opens, str]:
    leaf = row.leaf("opens")
    if leaf is None:
        after = tuple(names.task(each) for each in row.part("opens").leaves("after"))
        return (Opens(kind="after", after=after) if after else Opens()), ""
    if leaf.text == "phase":
        return Opens(), ""
    on, reading = settle(leaf, phase, names.problems)
    return Opens(kind="date", on=on if on else date.min), reading
