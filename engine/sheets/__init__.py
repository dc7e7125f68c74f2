"""Spreadsheets in and out: the task breakdown table, units, and a whole plan; the only importer of openpyxl."""

from engine.sheets.book import Book, opened
from engine.sheets.breakdown import BreakdownLine, as_csv, as_workbook, kept
from engine.sheets.edits import CellEdit, Deed, EditsFound, compared
from engine.sheets.issued import tasks_in
from engine.sheets.keys import Head
from engine.sheets.over import lost
from engine.sheets.package import lost_under
from engine.sheets.pages import Page, pages_as_workbook
from engine.sheets.plan import PlanRead, workflow_files
from engine.sheets.problems import CODES, SheetProblems
from engine.sheets.units import UnitsRead, one_unit, units_file, units_instead, units_text

__all__ = [
    "CODES",
    "Book",
    "BreakdownLine",
    "CellEdit",
    "Deed",
    "EditsFound",
    "Head",
    "Page",
    "PlanRead",
    "SheetProblems",
    "UnitsRead",
    "as_csv",
    "as_workbook",
    "compared",
    "kept",
    "lost",
    "lost_under",
    "one_unit",
    "opened",
    "pages_as_workbook",
    "tasks_in",
    "units_file",
    "units_instead",
    "units_text",
    "workflow_files",
]  # fmt: skip
