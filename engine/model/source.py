"""Where a part of a workflow stands, and what it rests on."""

from __future__ import annotations

from engine.records import record


@record
class Place:
    """Where in its source a part of a workflow stands: file, 1-based line and column."""

    file: str = ""
    line: int = 0
    column: int = 0


@record
class Source:
    """The clause of a plan that a part of a workflow rests on, and how it was read."""

    document: str = ""
    clause: str = ""
    words: str = ""
    reading: str = ""
