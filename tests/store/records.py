"""Records for the tests of the store."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from engine.model import Tally

TALLY = Tally(id=1, campaign=1, quota="示范点", kind="示范村", unit="河东镇", number=1, happened_on=date(2026, 11, 2))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = (datetime(1, 1, 2, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
LAST = (datetime(9999, 12, 30, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)

INSTANTS = st.integers(FIRST, LAST).map(lambda value: EPOCH + timedelta(milliseconds=value))
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
WHOLE = st.integers(-(2**62), 2**62)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: WHOLE,
    str: TEXTS,
    bool: st.booleans(),
    bytes: st.binary(max_size=50),
    date: st.dates(),
    datetime: INSTANTS,
}


def of(annotation: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for the values of a field."""
    if annotation in PLAIN:
        return PLAIN[annotation]
    options = get_args(annotation)
    if type(None) in options:
        return st.none() | of(options[0])
    if get_origin(annotation) is not None:
        return st.sampled_from(options)
    raise TypeError(annotation)


def records(kind: type) -> st.SearchStrategy[Any]:
    """Return a strategy for the records of a class."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: of(hints[field.name]) for field in fields(kind)})
