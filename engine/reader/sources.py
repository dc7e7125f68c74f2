"""Provenance: the clause a part of a workflow rests on, and how it was read."""

from __future__ import annotations

from engine.model import Source
from engine.reader.shape import Filled, Key, RecordShape
from engine.reader.words import LINE, TEXT
from engine.records import replace

SOURCE = RecordShape(
    name="the source",
    keys={
        "document": Key(shape=LINE, about="the document, if it is not the plan itself"),
        "clause": Key(shape=LINE, about="the clause"),
        "words": Key(shape=TEXT, about="the few words it rests on"),
        "reading": Key(shape=TEXT, about="how the words were read, where they leave it open"),
    },
)


def read_source(row: Filled) -> Source:
    """Return the source under the key `source` of `row`."""
    part = row.part("source")
    return Source(
        document=part.text("document"),
        clause=part.text("clause"),
        words=part.text("words"),
        reading=part.text("reading"),
    )


def with_reading(source: Source, reading: str) -> Source:
    """Return `source` with one more thing said about how it was read."""
    if not reading:
        return source
    said = source.reading.rstrip("。;")
    return replace(source, reading=f"{said};{reading}" if said else reading)
