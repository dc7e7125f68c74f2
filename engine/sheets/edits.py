"""What an office edited in the table: exactly these cells, each with the act that it means.

A cell is edited where it differs from what was exported and from what is recorded now. Where the
file does not say what was exported (a CSV), an empty cell says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.errors import did_you_mean
from engine.records import field, record
from engine.sheets.book import Book
from engine.sheets.breakdown import BASE, BreakdownLine, based
from engine.sheets.cells import heading, plain
from engine.sheets.columns import (
    COLUMNS,
    DOCUMENT,
    DUE,
    ID,
    NOTE,
    NUMBERS,
    REASON,
    RECEIVED,
    SETTLED,
    SUBMITTED,
    SheetColumn,
)
from engine.sheets.dress import as_put
from engine.sheets.headings import OURS
from engine.sheets.problems import SheetProblems
from engine.sheets.table import TableRow, left_out, only, tables

_PAIRS = re.compile(r"[;、,\n]+")


@record
class CellEdit:
    """One edited cell: where it is, what stood there and what it says now."""

    cell: str
    id: str
    column: str
    before: str
    after: str


@record
class Deed:
    """What edited cells of a row mean: an action with what it is given."""

    action: str
    line: BreakdownLine
    row: TableRow
    given: Mapping[str, Any]
    changes: tuple[CellEdit, ...]

    @property
    def at(self) -> SheetColumn:
        """The column at which a refusal of this deed is told."""
        return {"receive": RECEIVED, "extend": DUE, "submit": SUBMITTED, "accept": SETTLED}[self.action]


@record(kw_only=False)
class EditsFound:
    """What was edited in a file, what is wrong with it, and what of it was not read."""

    problems: SheetProblems
    deeds: list[Deed] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@record(kw_only=False)
class _Edited:
    """The edited cells of one row, by column."""

    row: TableRow
    line: BreakdownLine
    based: bool
    changes: dict[SheetColumn, CellEdit]
    said: dict[SheetColumn, str]


def compared(book: Book, campaign: str, lines: Sequence[BreakdownLine]) -> EditsFound:
    """Return what was edited in `book` against what is recorded; every problem at its cell."""
    found = EditsFound(SheetProblems(book.file))
    tabled = tables(book, [ID.name, RECEIVED.name], OURS, found.problems)
    only(tabled, [ID.name, RECEIVED.name], found.problems, book)
    found.left.extend(line for line in left_out(book, tabled) if line != f"hidden sheet {BASE}")
    key, base = based(book)
    if key and key != campaign:
        cure = f"import it with `phasegate sheet import {key} …`"
        found.problems.add("PS107", f"the sheet was exported from {key}, not from {campaign}", "", cure)
        return found
    known = {plain(line.id): line for line in lines}
    for row, line in _lines(tabled, known, found.problems):
        found.deeds.extend(_deeds(_edited(row, line, base.get(plain(line.id)), found.problems), found.problems))
    return found


def _lines(
    tabled: Iterable[Any], known: Mapping[str, BreakdownLine], problems: SheetProblems
) -> Iterator[tuple[TableRow, BreakdownLine]]:
    seen: dict[str, TableRow] = {}
    for row in (row for table in tabled for row in table.rows()):
        name = row.plain(ID.name)
        if not name:
            _require_idle(row, problems)
        elif name not in known:
            cure = did_you_mean(name, list(known)).removeprefix(" — ") or "take the 编号 from an exported table"
            row.wrong(problems, "PS202", ID.name, "there is no such row in the campaign", row.text(ID.name), cure)
        elif name in seen:
            where = f"also in row {seen[name].number} of {seen[name].table.sheet.name or 'the file'}"
            row.wrong(problems, "PS203", ID.name, "the row stands twice", name, f"{where}: keep one of them")
        else:
            seen[name] = row
            yield row, known[name]


def _require_idle(row: TableRow, problems: SheetProblems) -> None:
    """Tell of a row without a number that names a task or a unit all the same."""
    if any(row.text(c.name) for c in COLUMNS if c.field in ("task", "unit")):
        row.wrong(problems, "PS201", ID.name, "the row has no 编号", "", "export the table again and fill in that")


def _edited(row: TableRow, line: BreakdownLine, base: Mapping[str, str] | None, problems: SheetProblems) -> _Edited:
    edited = _Edited(row, line, base is not None, {}, {})
    for column in COLUMNS:
        if not row.table.has(column.name) or column is ID:
            continue
        if column.kind == "fixed":
            _require_same(row, line, column, problems)
        elif column.kind != "seen":
            _look(edited, column, (base or {}).get(heading(column.name)), problems)
    return edited


def _require_same(row: TableRow, line: BreakdownLine, column: SheetColumn, problems: SheetProblems) -> None:
    if plain(row.text(column.name)) != plain(as_put(line.text(column))):
        cure = f"put back: {line.text(column) or '(empty)'}; columns of your own stand beside ours"
        what = f"{column.name} is not edited here"
        row.wrong(problems, "PS302", column.name, what, row.text(column.name) or "(empty)", cure)


def _look(edited: _Edited, column: SheetColumn, base: str | None, problems: SheetProblems) -> None:
    """Tell whether a cell is edited: against what was exported if that is known, else against what is recorded."""
    row, now = edited.row, edited.line.text(column)
    said = _said(row, column, now, base, problems)
    if said is None:
        return
    edited.said[column] = said
    was = now if base is None else base
    if plain(said) in (plain(was), plain(as_put(now))) or (base is None and not said):
        return
    if not said:
        cure = f"put back: {was}"
        row.wrong(problems, "PS303", column.name, f"{column.name} is recorded and cannot be erased", "", cure)
    elif plain(was) != plain(now):
        what = f"{column.name} was edited here and recorded otherwise meanwhile"
        cure = f"recorded is {now or '(nothing)'}; write that, or export the table again"
        row.wrong(problems, "PS304", column.name, what, said, cure)
    else:
        edited.changes[column] = CellEdit(
            cell=_cell(row, column), id=edited.line.id, column=column.name, before=was, after=said
        )


def _said(row: TableRow, column: SheetColumn, now: str, base: str | None, problems: SheetProblems) -> str | None:
    """Return what a cell says, a day as ISO text; None where it is no day, or no words."""
    text, before = row.text(column.name), len(problems.found)
    if plain(text) in (plain(as_put(now)), plain(base or "")):
        return text
    if column.kind != "day":
        # a bare number is told as what it lacks, its name
        said = (
            text if column is NUMBERS and row.cell(column.name).kind == "number" else row.words(column.name, problems)
        )
    else:
        on = row.day(column.name, problems)
        said = on.isoformat() if on else ""
    return None if len(problems.found) > before else said


def _cell(row: TableRow, column: SheetColumn) -> str:
    place = SheetProblems("")
    row.wrong(place, "PS301", column.name, "")
    return place.found[0].cell


# --- what the cells of a row mean ---


def _deeds(edited: _Edited, problems: SheetProblems) -> list[Deed]:
    if edited.changes and not edited.line.issued:
        for column in edited.changes:
            cure = "clear the cell until the task is issued"
            edited.row.wrong(problems, "PS307", column.name, "the task is not issued yet", edited.said[column], cure)
        return []
    parts = (_extend(edited, problems), _receive(edited), _submit(edited, problems), _accept(edited))
    return [deed for deed in parts if deed is not None]


def _deed(edited: _Edited, action: str, given: Mapping[str, Any], *columns: SheetColumn) -> Deed:
    changes = tuple(edited.changes[column] for column in columns if column in edited.changes)
    return Deed(action=action, line=edited.line, row=edited.row, given=given, changes=changes)


def _receive(edited: _Edited) -> Deed | None:
    if RECEIVED not in edited.changes:
        return None
    return _deed(edited, "receive", {"on": edited.said[RECEIVED]}, RECEIVED)


def _accept(edited: _Edited) -> Deed | None:
    if SETTLED not in edited.changes:
        return None
    return _deed(edited, "accept", {"on": edited.said[SETTLED]}, SETTLED)


def _extend(edited: _Edited, problems: SheetProblems) -> Deed | None:
    reason, document = (plain(edited.said.get(column, "")) for column in (REASON, DOCUMENT))
    if DUE in edited.changes:
        if reason and document:
            given = {"to": edited.said[DUE], "reason": reason, "document": document}
            return _deed(edited, "extend", given, DUE, REASON, DOCUMENT)
        _ask_for(edited, [c.name for c, text in ((REASON, reason), (DOCUMENT, document)) if not text], problems)
    elif (said := reason or document) and not edited.line.extensions:
        column = REASON if reason else DOCUMENT
        cure = f"write the new day under {DUE.name}, or clear the cell"
        edited.row.wrong(problems, "PS308", column.name, f"{DUE.name} is not changed", said, cure)
    return None


def _ask_for(edited: _Edited, missing: list[str], problems: SheetProblems) -> None:
    """Tell what a moved day lacks."""
    line = edited.line
    cure = f"fill in {'、'.join(missing)}, or `phasegate task extend … {line.task_id} --unit {line.unit} --to …`"
    what = "a date is moved only with a reason and a document"
    edited.row.wrong(problems, "PS305", DUE.name, what, edited.said[DUE], cure)


def _submit(edited: _Edited, problems: SheetProblems) -> Deed | None:
    columns = [column for column in (SUBMITTED, NUMBERS, NOTE) if column in edited.changes]
    if not columns:
        return None
    numbers = _numbers(edited, problems)
    if not edited.said.get(SUBMITTED):
        cure = f"write the day under {SUBMITTED.name}"
        what = f"{columns[0].name} belongs to a day on which it was handed in"
        edited.row.wrong(problems, "PS308", columns[0].name, what, edited.said[columns[0]], cure)
        return None
    given = {"on": edited.said[SUBMITTED], "note": edited.said.get(NOTE, ""), "numbers": numbers}
    return _deed(edited, "submit", given, SUBMITTED, NUMBERS, NOTE)


def _numbers(edited: _Edited, problems: SheetProblems) -> dict[str, str]:
    """Return the numbers written as 自评分=92.5; several are parted by a semicolon."""
    found: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in _PAIRS.split(plain(edited.said.get(NUMBERS, ""))))):
        name, equals, value = (each.strip() for each in part.partition("="))
        if not (name and equals and value) or name in found:
            edited.row.wrong(problems, "PS309", NUMBERS.name, "this is not NAME=NUMBER", part, "write 自评分=92.5")
        else:
            found[name] = value
    return found
