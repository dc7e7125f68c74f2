"""How a finding is made."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Problem
from engine.model import Place
from engine.reader.codes import CODES
from engine.reader.problems import shorten

MANY = 6


def error(code: str, place: Place, what: str, found: str, cure: str) -> Problem:
    """Return a finding with which a campaign must not start."""
    return _finding("error", code, place, what, found, cure)


def warning(code: str, place: Place, what: str, found: str, cure: str) -> Problem:
    """Return a finding that the office should look at."""
    return _finding("warning", code, place, what, found, cure)


def note(code: str, place: Place, what: str, found: str, cure: str = "") -> Problem:
    """Return a finding that is good to know."""
    return _finding("note", code, place, what, found, cure)


def few(names: Iterable[str]) -> str:
    """Return the first of `names` and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - MANY} more" if len(listed) > MANY else ""
    return "、".join(listed[:MANY]) + more


def _finding(severity: str, code: str, place: Place, what: str, found: str, cure: str) -> Problem:
    assert code in CODES, code
    shown = f"found {shorten(found, 120)}" if found else ""
    return Problem(place.file, place.line, place.column, code, what, shown, cure, severity)
