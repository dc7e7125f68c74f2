"""Where a part of a workflow stands, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where in its source a part of a workflow stands: file, 1-based line and column."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The clause of a plan that a part of a workflow rests on, and how it was read."""

    document: str = ""
    clause: str = ""
    words: str = ""
    reading: str = ""
