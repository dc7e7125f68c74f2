"""Frozen records made and changed at a fraction of what their own `__init__` costs.

That one goes round by `object.__setattr__` for each field. Here the fields are set in an open twin, a class of the
same slots that may be written to, which then becomes the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field, fields, make_dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def changed(record: R, **values: Any) -> R:
    """Return a slotted record with other values in some fields; AttributeError for a field that it has not."""
    kind: Any = type(record)
    twin, values_of = _ways(kind)
    found = twin(*values_of(record))
    for name, value in values.items():
        setattr(found, name, value)
    found.__class__ = kind
    return found  # type: ignore[no-any-return]


def from_values(kind: type[R]) -> Callable[[Iterable[Any]], R]:
    """Return what makes a record of a slotted class whose fields have given values, in order."""
    twin: Any = _ways(kind)[0]  # type: ignore[arg-type]

    def made(values: Iterable[Any]) -> R:
        found = twin(*values)
        found.__class__ = kind
        return found  # type: ignore[no-any-return]

    return made


def maker(kind: Callable[P, R]) -> Callable[P, R]:
    """Return what makes records of a slotted class without `__post_init__`, given as to the class itself."""
    twin = _open_twin(kind)

    def make(*given: P.args, **named: P.kwargs) -> R:
        found = twin(*given, **named)
        found.__class__ = kind
        return found  # type: ignore[no-any-return]

    return make


def _open_twin(kind: Any) -> Any:
    parts = [
        (each.name, Any, field(default=each.default, default_factory=each.default_factory, kw_only=each.kw_only))
        for each in fields(kind)
    ]
    return make_dataclass(f"Open{kind.__name__}", parts, slots=True)


@lru_cache(maxsize=256)
def _ways(kind: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Return an open twin of a class that takes the values in order, and what reads all fields of its records."""
    names = [each.name for each in fields(kind)]
    return make_dataclass(f"Open{kind.__name__}", names, slots=True), attrgetter(*names)
