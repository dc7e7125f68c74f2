"""CSV as rows of cells: its encoding, the delimiter that splits its headings, and quoting that holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePath

from engine.errors import BadSheet
from engine.sheets.cells import Cell, heading, written_cell
from engine.sheets.headings import KNOWN
from engine.sheets.package import SAVE_ANEW
from engine.sheets.problems import SheetProblems, refused

MOST_ROWS = 20_000
MOST_COLUMNS = 256
DELIMITERS = (",", "\t", ";", "，", "；", "|")
DEEPEST = 30
_NAMED = re.compile(r"sep=(.)\r?\n")
_HEAD = 64_000


def csv_rows(data: bytes, file: str) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of a CSV; BadSheet with the line where its quoting does not hold."""
    text = _decoded(data, file)
    if "\0" in text or text.lstrip()[:1] == "<":
        raise refused(file, "PS101", "the file is no spreadsheet", PurePath(file).name, SAVE_ANEW)
    if named := _NAMED.match(text):
        text = text[named.end() :]
    split = named[1] if named else _delimiter(text)
    lines = list(_split(text, split, file, 1 if named else 0))
    _require_even(lines, split, file)
    return tuple(tuple(written_cell(word) for word in words) for _, words in lines)


def _split(text: str, delimiter: str, file: str, before: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = before + 1
    while True:
        try:
            words = next(reader, None)
        except csv.Error as error:
            raise _torn(file, line, str(error)) from None
        if words is None:
            return
        if reader.line_num > MOST_ROWS or len(words) > MOST_COLUMNS:
            size = f"over {MOST_ROWS} rows or {MOST_COLUMNS} columns"
            raise refused(file, "PS103", "the sheet is too large", size, "split it")
        yield line, words
        line = before + reader.line_num + 1


def _torn(file: str, line: int, why: str) -> BadSheet:
    problems = SheetProblems(file)
    cure = 'a quotation mark inside a cell is written twice (""), and the cell begins and ends with one'
    problems.add("PS109", "the quoting of the row that begins here does not hold", why, cure, row=line)
    return BadSheet(file, problems.found)


def _require_even(lines: list[tuple[int, list[str]]], delimiter: str, file: str) -> None:
    """Refuse rows that a stray quotation mark or delimiter joined or shifted."""
    top, width = _head(words for _, words in lines)
    for line, words in lines[top + 1 :]:
        joined = [word for word in words if "\n" in word or "\r" in word]
        if any(word.count(delimiter) >= max(2, width - 1) for word in joined):
            raise _torn(file, line, "a cell that holds whole rows")
        if any(word.strip() for word in words[width:]):
            raise _torn(file, line, f"{len(words)} cells under {width} headings")


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the row of headings: the one under which most headings are known."""
    return max(DELIMITERS, key=lambda each: _fitness(text[:_HEAD], each))


def _fitness(head: str, delimiter: str) -> tuple[int, int]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(words for words, _ in zip(reader, range(DEEPEST), strict=False))
    return max((_known(words) for words in rows), default=(0, 0))


def _known(words: list[str]) -> tuple[int, int]:
    return sum(heading(word) in KNOWN for word in words), len(words)


def _head(rows: Iterator[list[str]]) -> tuple[int, int]:
    """Return which row holds the headings, and how many columns they have."""
    found = [_known(words) for words, _ in zip(rows, range(DEEPEST), strict=False)]
    best = max(found, default=(0, 0))
    if not best[0]:
        return len(found), MOST_COLUMNS
    return found.index(best), best[1]


def _decoded(data: bytes, file: str) -> str:
    """Return the text of a CSV: UTF-8 with or without its mark, UTF-16 with it, else GBK (GB18030)."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((name for mark, name in marks.items() if data.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused(file, "PS104", "the text is neither UTF-8 nor GBK", PurePath(file).name, SAVE_ANEW)
