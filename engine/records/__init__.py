"""Records: classes of declared fields, frozen and keyword-only unless they say otherwise.

They are what `dataclasses` makes, at a twentieth of what it takes to make one: nothing is written for a class
before it is used, and `dataclasses` (which brings `inspect`) is imported only for who asks with it. A frozen record
is filled while it is an open twin, a class of the same slots that may be written to, which then becomes the record:
that takes half as long as going round by `object.__setattr__` for each field.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeGuard, dataclass_transform

from engine.records.written import MISSING, Field, changed, equal, from_values, hash_, init, refuse

__all__ = [
    "asdict",
    "changed",
    "field",
    "fields",
    "from_values",
    "is_record",
    "record",
    "replace",
]

if TYPE_CHECKING:
    # mypy knows these by name, and holds what they are given against the fields.
    from dataclasses import asdict, field, fields, replace

    from _typeshed import DataclassInstance
else:

    def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, compare=True):
        """Declare a field that has more to it than a default."""
        return Field(default, default_factory, init, repr, compare)

    def fields(record):
        """Return the fields of a record, or of a class of records, in order."""
        return record.__record_fields__

    def replace(record, /, **values):
        """Return a record with other values in some fields, made as by the class itself."""
        if values.keys() <= _copied(record.__class__):
            return changed(record, **values)
        for each in record.__record_fields__:
            if each.init and each.name not in values:
                values[each.name] = getattr(record, each.name)
        return record.__class__(**values)

    def asdict(record, *, dict_factory=dict):
        """Return a record as a dict by the names of its fields, and so whatever records it holds."""
        pairs = ((each.name, getattr(record, each.name)) for each in record.__record_fields__)
        return dict_factory([(name, _as_plain(value, dict_factory)) for name, value in pairs])


@cache
def _copied(kind: Any) -> frozenset[str]:
    """Return the fields that a copy may be given: none where more is worked out when a record is made."""
    plain = hasattr(kind, "__slots__") and not hasattr(kind, "__post_init__")
    declared = kind.__record_fields__
    return frozenset(each.name for each in declared) if plain and all(each.init for each in declared) else frozenset()


def is_record(value: object) -> TypeGuard[DataclassInstance]:
    """Tell whether a value is a record, and not a class of records."""
    return hasattr(type(value), "__record_fields__")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def record(
    kind: Any = None,
    /,
    *,
    frozen: bool = True,
    kw_only: bool = True,
    slots: bool = True,
    eq: bool = True,
    order: bool = False,
) -> Any:
    """Make a class one of records, which are equal where their fields are.

    Without `slots` they have a `__dict__`, for what is worked out once and kept.
    """

    shared = _shared(frozen, slots, eq, order)

    def made(kind: Any) -> Any:
        declared = _declared(kind, kw_only)
        own = {name: value for name, value in shared.items() if name not in kind.__dict__}
        return (_slotted if slots else _plain)(kind, declared, own | {"__record_fields__": (*declared.values(),)})

    return made if kind is None else made(kind)


# --- how a class is made ---


def _declared(kind: Any, kw_only: bool) -> dict[str, Any]:
    bases = [base.__dict__.get("__record_fields__", ()) for base in reversed(kind.__mro__[1:])]
    found = {each.name: each for base in bases for each in base}
    for name, hint in kind.__annotations__.items():
        if not str(hint).startswith("ClassVar"):
            found[name] = _field(kind, name, kw_only)
    return found


def _field(kind: Any, name: str, kw_only: bool) -> Field:
    given = kind.__dict__.get(name, MISSING)
    found = given if isinstance(given, Field) else Field(given, MISSING, True, True, True)
    if found.default.__class__.__hash__ is None:
        raise ValueError(f"{kind.__name__}.{name}: all records would share this default; give a default_factory")
    found.name, found.kw_only = name, kw_only
    return found


def _slotted(kind: Any, declared: dict[str, Any], shared: dict[str, Any]) -> Any:
    own = tuple(name for name in kind.__annotations__ if name in declared)
    body = {name: value for name, value in kind.__dict__.items() if name not in (*own, "__dict__", "__weakref__")}
    body |= {**shared, "__slots__": own, "__qualname__": kind.__qualname__}
    return type(kind)(kind.__name__, kind.__bases__, body)


def _plain(kind: Any, declared: dict[str, Any], shared: dict[str, Any]) -> Any:
    for name in declared.keys() & kind.__dict__.keys():
        delattr(kind, name)
    defaults = {name: each.default for name, each in declared.items() if each.default is not MISSING}
    for name, value in (defaults | shared).items():
        setattr(kind, name, value)
    return kind


# --- what all classes of records share ---


def _repr(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in self.__record_fields__ if each.repr)
    return f"{type(self).__qualname__}({shown})"


def _reduce(self: Any) -> tuple[Any, ...]:
    return _again, (type(self), tuple(getattr(self, each.name) for each in self.__record_fields__))


def _again(kind: type[Any], values: tuple[Any, ...]) -> Any:
    return from_values(kind)(values)


def _order(name: str) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        one, two = (
            tuple(getattr(record, each.name) for each in record.__record_fields__ if each.compare)
            for record in (self, other)
        )
        return getattr(one, name)(two)

    return compare


def _as_plain(value: Any, dict_factory: Callable[[Any], Any]) -> Any:
    if is_record(value):
        return asdict(value, dict_factory=dict_factory)
    if isinstance(value, dict):
        return {key: _as_plain(each, dict_factory) for key, each in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(_as_plain(each, dict_factory) for each in value)
    return value


class _ForDataclasses:
    """What `dataclasses` looks for in a class, worked out when somebody asks with it."""

    def __get__(self, record: object, kind: Any) -> Any:
        return _told_again(kind)


@cache
def _told_again(kind: Any) -> Any:
    """Return the fields of a record as `dataclasses` names them; once for each, for making them takes 2 ms."""
    from dataclasses import field, make_dataclass

    kept = ("default", "default_factory", "init", "repr", "compare", "kw_only")
    told = [(each.name, {name: getattr(each, name) for name in kept}) for each in kind.__record_fields__]
    parts = [(name, Any, field(**{k: v for k, v in more.items() if v is not MISSING})) for name, more in told]
    told_again: Any = make_dataclass(kind.__name__, parts)
    return told_again.__dataclass_fields__


_ORDERED = {name: _order(name) for name in ("__lt__", "__le__", "__gt__", "__ge__")}


@cache
def _shared(frozen: bool, slots: bool, eq: bool, order: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"__init__": init, "__repr__": _repr, "__dataclass_fields__": _ForDataclasses()}
    found |= {"__setattr__": refuse, "__delattr__": refuse} if frozen else {}
    found |= {"__reduce__": _reduce} if frozen and slots else {}
    found |= {"__eq__": equal, "__hash__": hash_ if frozen else None} if eq else {}
    return found | (_ORDERED if order else {})
