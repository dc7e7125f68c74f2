"""What may be wrong with a sheet: each kind by its code, each mistake at its cell, all told at once."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import BadSheet, CellProblem
from engine.records import field, record

CODES: Mapping[str, str] = {
    "PS101": "The file is not a spreadsheet, or is broken.",
    "PS102": "The file is protected by a password, or is an old .xls.",
    "PS103": "The file is too large, also when unpacked.",
    "PS104": "The text is neither UTF-8 nor GBK.",
    "PS105": "No sheet has the headings that are needed.",
    "PS106": "A heading stands twice.",
    "PS107": "The sheet is of another campaign.",
    "PS108": "The workbook is a Strict Open XML one.",
    "PS109": "The quoting of a CSV row does not hold.",
    "PS201": "The row has no 编号.",
    "PS202": "There is no such row.",
    "PS203": "The row stands twice.",
    "PS301": "The value is not a date.",
    "PS302": "The column is not edited here.",
    "PS303": "What is recorded cannot be erased.",
    "PS304": "Something else was recorded meanwhile.",
    "PS305": "A date is moved without a reason and a document.",
    "PS306": "The rules refuse it.",
    "PS307": "The task is not issued yet.",
    "PS308": "What belongs to it is missing.",
    "PS309": "The value is not NAME=NUMBER.",
    "PS310": "An error, a formula or another value stands where text is needed.",
    "PS311": "A character that cannot be seen stands there.",
    "PS312": "The text is no name of one unit.",
    "PS401": "A name is missing.",
    "PS402": "The unit stands twice.",
    "PS403": "The relation is not known.",
    "PS404": "The value is not a work address.",
    "PS405": "The name is that of a unit and of a group.",
    "PS406": "Two names differ only in what cannot be seen.",
    "PS407": "A word for many whom it does not name is no unit.",
    "PS501": "The phase has no days, or not these days.",
    "PS502": "The time limit cannot be read.",
    "PS503": "Nobody owes the task.",
    "PS504": "A unit stands twice for one task.",
    "PS505": "The task is told in two ways.",
    "PS506": "The text is too long.",
    "PS507": "There is no such unit or group in the sheet.",
}
LONGEST = 60


@record(kw_only=False)
class SheetProblems:
    """The mistakes found in one file; the list only grows."""

    file: str
    found: list[CellProblem] = field(default_factory=list)

    def add(
        self, code: str, what: str, found: str = "", cure: str = "", *, sheet: str = "", row: int = 0, column: int = 0
    ) -> None:
        """Note one mistake at its cell; a whole file has neither row nor column."""
        assert code in CODES, code
        shown = f"found {shorten(found)}" if found else ""
        self.found.append(CellProblem(self.file, sheet, row, column, code, what, shown, cure))

    def settle(self) -> None:
        """Raise everything found, if there is anything."""
        if self.found:
            raise BadSheet(self.file, self.found)


def refused(file: str, code: str, what: str, found: str = "", cure: str = "") -> BadSheet:
    """Return the error for a file in which nothing can be read."""
    problems = SheetProblems(file)
    problems.add(code, what, found, cure)
    return BadSheet(file, problems.found)


def shorten(text: str) -> str:
    """Return `text` on one short line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
