"""A whole workflow from an office's breakdown sheet: phases, tasks, units and a usual ladder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from engine.errors import did_you_mean
from engine.names import by_key, is_group, is_name, key
from engine.records import field, record
from engine.sheets.book import Book
from engine.sheets.headings import PLAN, UNITS
from engine.sheets.keys import LONGEST_LINE, Head, Window, directory_keys, settled, title_of, workflow_keys
from engine.sheets.problems import SheetProblems
from engine.sheets.spans import due_of, limit_of, span_of
from engine.sheets.table import SheetTable, TableRow, left_out, only, tables
from engine.sheets.units import CONTACTS, UNIT, directory, dumped, names_in, require_name

PHASE, SPAN, FIRST, LAST, TASK, DUE = "阶段", "起止日期", "开始日期", "结束日期", "任务", "时限"
ROLES: Mapping[str, str] = {"牵头单位": "lead", "责任单位": "responsible", "配合单位": "supporting"}
CLAUSE, DEMAND = "依据", "要求"
NEEDED = (PHASE, TASK)
COLUMNS = (PHASE, SPAN, FIRST, LAST, TASK, DEMAND, *ROLES, DUE, CLAUSE)


@record(frozen=False)
class _Phase:
    title: str
    row: TableRow
    first: date | None = None
    last: date | None = None


@record(frozen=False)
class _Task:
    title: str
    phase: _Phase
    row: TableRow
    due: str = ""
    demand: str = ""
    clause: str = ""
    units: dict[str, list[str]] = field(default_factory=dict)


@record(frozen=False, kw_only=False)
class _Plan:
    phases: dict[str, _Phase] = field(default_factory=dict)
    tasks: dict[tuple[str, str], _Task] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)

    def as_before(self, phase: str, title: str) -> str:
        """Return a title as it was first written, of those that differ only in what cannot be seen."""
        return self.titles.setdefault((phase, key(title)), title)


@record(kw_only=False)
class PlanRead:
    """The files of a workflow that a sheet means, and what of the sheet was not read."""

    texts: Mapping[str, str]
    left: tuple[str, ...] = ()


def workflow_files(book: Book, head: Head) -> PlanRead:
    """Return workflow.yaml and units.yaml that a sheet means; BadSheet with every mistake at its cell."""
    problems = SheetProblems(book.file)
    found = tables(book, NEEDED, PLAN, problems)
    only(found, NEEDED, problems, book)
    listed = _lists(book, problems)
    units = directory(listed, problems, {}) if listed else None
    plan = _planned(found, problems)
    named = _named(plan, units, problems)
    tasks = _tasks(plan, found, problems)
    title = head.title or (title_of(found[0], book.file, problems) if found else "")
    problems.settle()
    head = settled(head, [each["name"] for each in (units or {}).get("units", ())] or named)
    phases = [Window(title=each.title, first=each.first, last=each.last) for each in plan.phases.values()]
    texts = {
        "workflow.yaml": dumped(workflow_keys(head, title, phases, tasks)),
        "units.yaml": dumped(directory_keys(head, units, named)),
    }
    return PlanRead(texts, tuple(left_out(book, [*found, *listed])))


def _tasks(plan: _Plan, found: list[SheetTable], problems: SheetProblems) -> list[dict[str, Any]]:
    """Return the keys of each task; a sheet that names none is told."""
    tasks = [_task(f"t{n}", task, list(plan.phases), problems) for n, task in enumerate(plan.tasks.values(), 1)]
    if found and not tasks and not problems.found:
        row = TableRow(found[0], found[0].top)
        row.wrong(problems, "PS401", TASK, "the sheet names no task", "", "write one in a row")
    return tasks


def _lists(book: Book, problems: SheetProblems) -> list[SheetTable]:
    """Return the tables that list the units."""
    return [table for table in tables(book, [UNIT], UNITS, problems) if _lists_units(table)]


def _planned(found: Iterable[SheetTable], problems: SheetProblems) -> _Plan:
    """Return the phases and tasks of all tables."""
    plan = _Plan()
    for table in found:
        _read(table, plan, problems)
    _require_days(plan, problems)
    return plan


def _lists_units(table: SheetTable) -> bool:
    return not table.has(TASK) and any(table.has(column) for column in ("类别", "关系", "组", *CONTACTS))


# --- rows → phases and tasks ---


def _read(table: SheetTable, plan: _Plan, problems: SheetProblems) -> None:
    phase: _Phase | None = None
    task: _Task | None = None
    for row in table.rows():
        if not any(row.text(column) for column in COLUMNS):  # told as left out
            continue
        phase = _phase(row, phase, plan, problems)
        if phase is None:
            row.wrong(problems, "PS401", PHASE, "the row belongs to no phase", "", "write the phase")
            continue
        title = plan.as_before(phase.title, " ".join(row.words(TASK, problems).split()))
        task = _task_of(row, title, phase, task, plan, problems)
        if task is not None:
            _add_units(row, task, problems)


def _phase(row: TableRow, before: _Phase | None, plan: _Plan, problems: SheetProblems) -> _Phase | None:
    """Return the phase of a row; an empty cell goes on with the phase above."""
    title = plan.as_before("", " ".join(row.words(PHASE, problems).split()))
    if not title:
        phase = before
    else:
        _require_short(row, PHASE, title, problems)
        phase = plan.phases.setdefault(title, _Phase(title=title, row=row))
    if phase is not None:
        _set_days(row, phase, problems)
    return phase


def _set_days(row: TableRow, phase: _Phase, problems: SheetProblems) -> None:
    if row.text(SPAN):
        column = SPAN
        said = _span(row, problems)
    elif row.text(FIRST) or row.text(LAST):
        column = FIRST
        said = row.day(FIRST, problems), row.day(LAST, problems)
    else:
        return
    first, last = said
    if first is None or last is None:
        return
    if last < first:
        row.wrong(problems, "PS501", column, "the phase ends before it begins", f"{first} to {last}", "swap the days")
    elif phase.first is not None and (phase.first, phase.last) != said:
        cure = "write the same days for a phase, or give it another name"
        what = f"the phase has other days in row {phase.row.number}"
        row.wrong(problems, "PS501", column, what, f"{first} to {last}", cure)
    else:
        phase.first, phase.last = said


def _span(row: TableRow, problems: SheetProblems) -> tuple[date | None, date | None]:
    try:
        return span_of(row.cell(SPAN))
    except ValueError:
        cure = "write 2022年7月—2022年9月 or 2022-07-05至2022-09-20"
        row.wrong(problems, "PS501", SPAN, "these are not the first and last day of a phase", row.text(SPAN), cure)
        return None, None


def _task_of(
    row: TableRow, title: str, phase: _Phase, before: _Task | None, plan: _Plan, problems: SheetProblems
) -> _Task | None:
    """Return the task of a row; an empty cell goes on with the task above, in the same phase."""
    if not title:
        above = before if before is not None and before.phase is phase else None
        if above is None and any(row.text(column) for column in (*ROLES, DUE)):
            row.wrong(problems, "PS401", TASK, "the task has no name", "", "write the task")
        return above
    _require_short(row, TASK, title, problems)
    task = plan.tasks.setdefault((phase.title, title), _Task(title=title, phase=phase, row=row))
    for column, name in ((DUE, "due"), (DEMAND, "demand"), (CLAUSE, "clause")):
        _tell(row, column, task, name, problems)
    return task


def _tell(row: TableRow, column: str, task: _Task, name: str, problems: SheetProblems) -> None:
    """Put what a cell says into a field of its task, unless another row said otherwise."""
    said, known = _told_in(row, column, problems), getattr(task, name)
    if column == CLAUSE:
        _require_short(row, column, said, problems)
    if said and known and said != known:
        what = f"the task is told otherwise in row {task.row.number}"
        row.wrong(problems, "PS505", column, what, said, f"write {known} here, too, or name the task apart")
    elif said:
        setattr(task, name, said)


def _told_in(row: TableRow, column: str, problems: SheetProblems) -> str:
    if column != DUE:
        return " ".join(row.words(column, problems).split())
    try:
        return limit_of(row.cell(DUE), row.table.sheet.epoch)
    except ValueError as error:
        cure = "write 2022-11-30, 11月30日前, 阶段结束 or 适时"
        row.wrong(problems, "PS502", DUE, str(error), row.text(DUE), cure)
        return ""


def _add_units(row: TableRow, task: _Task, problems: SheetProblems) -> None:
    for column, role in ROLES.items():
        for name in names_in(row.words(column, problems, naming=True)):
            require_name(row, column, name, problems)
            known = next((r for r, names in task.units.items() if key(name) in map(key, names)), None)
            if known is None:
                _require_short(row, column, name, problems)
                task.units.setdefault(role, []).append(name)
            elif known != role or row is task.row or not _merged(row, task, column):
                cure = "name it once, in its weightiest role"
                row.wrong(problems, "PS504", column, "the unit stands twice for this task", name, cure)


def _merged(row: TableRow, task: _Task, column: str) -> bool:
    """Tell whether a cell only repeats the one above, as merged cells do."""
    return TableRow(row.table, row.number - 1).text(column) == row.text(column)


def _require_short(row: TableRow, column: str, text: str, problems: SheetProblems) -> None:
    if len(text) > LONGEST_LINE:
        row.wrong(problems, "PS506", column, f"{column} is too long", text, f"at most {LONGEST_LINE} characters")


# --- what must hold for all of it ---


def _require_days(plan: _Plan, problems: SheetProblems) -> None:
    at_fault = {(each.row, each.column) for each in problems.found if each.code == "PS501"}
    for phase in plan.phases.values():
        if phase.first is None and not any(row == phase.row.number for row, _ in at_fault):
            cure = f"write its first and last day under {SPAN}"
            phase.row.wrong(problems, "PS501", SPAN, f"the phase {phase.title} has no days", "", cure)


def _named(plan: _Plan, units: Mapping[str, Any] | None, problems: SheetProblems) -> list[str]:
    """Return the units that tasks name; each must be listed where units are, else be one unit."""
    listed = [each["name"] for key in ("units", "groups") for each in (units or {}).get(key, ())]
    named: dict[str, None] = {}
    _spell_alike(plan, dict(by_key(listed)))
    for task in plan.tasks.values():
        _require_owed(task, problems)
        for role, names in task.units.items():
            for name in names:
                _require_known(task, role, name, listed, units is not None, problems)
        named.update(dict.fromkeys(name for names in task.units.values() for name in names))
    return list(named)


def _require_owed(task: _Task, problems: SheetProblems) -> None:
    """Note a task that nobody owes, unless it was said already what is wrong with a name in its row."""
    place = (task.row.table.sheet.name, task.row.number, "PS310")
    is_told = any((each.sheet, each.row, each.code) == place for each in problems.found)
    if not (task.units.get("lead") or task.units.get("responsible") or is_told):
        cure = "name a unit under 牵头单位 or 责任单位"
        task.row.wrong(problems, "PS503", "责任单位", f"nobody owes {task.title}", "", cure)


def _spell_alike(plan: _Plan, printed: dict[str, str]) -> None:
    """Have each unit bear one name in all tasks: that of the list, else as it was first written."""
    for task in plan.tasks.values():
        for role, names in task.units.items():
            task.units[role] = [printed.setdefault(key(name), name) for name in names]


def _require_known(
    task: _Task, role: str, name: str, listed: list[str], is_list: bool, problems: SheetProblems
) -> None:
    column = next(column for column, key in ROLES.items() if key == role)
    if is_list and name not in listed:
        cure = did_you_mean(name, listed).removeprefix(" — ") or "add it to the sheet of units"
        task.row.wrong(problems, "PS507", column, "the sheet of units has no such unit or group", name, cure)
    elif not is_list and not is_name(name):
        task.row.wrong(problems, "PS507", column, "that is no name of a unit", name, "write the name itself")
    elif not is_list and is_group(name):
        cure = f"add a sheet with the columns {UNIT} and 组 that says who belongs to it"
        task.row.wrong(problems, "PS507", column, "this is a group, and nothing says who is in it", name, cure)


def _due(task: _Task, problems: SheetProblems) -> tuple[str, str]:
    """Return the due date as the format writes it, and how the words were read."""
    try:
        return due_of(task.due, (task.phase.first, task.phase.last))
    except ValueError as error:
        cure = "write 2022-11-30, 11月30日前, 阶段结束 or 适时"
        task.row.wrong(problems, "PS502", DUE, str(error), task.due, cure)
        return "none", ""


def _task(name: str, task: _Task, phases: list[str], problems: SheetProblems) -> dict[str, Any]:
    due, reading = _due(task, problems)
    source = {"clause": task.clause, "words": task.due, "reading": reading}
    source = {key: value for key, value in source.items() if value}
    told: dict[str, Any] = {"id": name, "title": task.title, "phase": f"p{phases.index(task.phase.title) + 1}"}
    told |= {role: task.units[role] for role in ROLES.values() if task.units.get(role)} | {"due": due}
    return told | ({"demand": task.demand} if task.demand else {}) | ({"source": source} if source else {})
