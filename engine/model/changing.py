"""Records with some fields changed, at less than half the cost of `dataclasses.replace`.

That one runs the `__init__` of a frozen record, which goes round by `object.__setattr__` for each field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

R = TypeVar("R")
Setters = Mapping[str, Callable[[Any, Any], None]]


def changed(record: R, **values: Any) -> R:
    """Return a slotted record with other values in some fields; KeyError for a field that it has not."""
    kind: Any = type(record)
    values_of, setters = _ways(kind)
    made: R = object.__new__(kind)
    for set_field, value in zip(setters.values(), values_of(record), strict=True):
        set_field(made, value)
    for name, value in values.items():
        setters[name](made, value)
    return made


def setters_of(kind: type) -> Setters:
    """Return what sets each field of a new record, in order, frozen or not."""
    return {field.name: getattr(kind, field.name).__set__ for field in fields(kind)}


@lru_cache(maxsize=256)
def _ways(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], Setters]:
    setters = setters_of(kind)
    return attrgetter(*setters), setters
