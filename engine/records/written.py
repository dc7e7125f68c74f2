"""What is written for a class of records when it is first used, and the open twin of a frozen one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NoReturn, TypeVar

R = TypeVar("R")
MISSING: Any = type("Missing", (), {"__repr__": lambda _: "MISSING"})()


class Field:
    """How a field was declared."""

    __slots__ = ("compare", "default", "default_factory", "init", "kw_only", "name", "repr")

    def __init__(self, default: Any, default_factory: Any, init: bool, repr: bool, compare: bool) -> None:
        self.name, self.kw_only = "", True
        self.default, self.default_factory = default, default_factory
        self.init, self.repr, self.compare = init, repr, compare


def initial(declared: Any) -> Any:
    """Return what a field holds of a record that is given nothing for it; MISSING where it must be given."""
    return declared.default if declared.default_factory is MISSING else declared.default_factory()


# --- methods that write themselves ---


def init(self: Any, *given: Any, **named: Any) -> None:
    """Write the `__init__` of a class when its first record is made, and make that."""
    kind = _kind(self)
    kind.__init__ = _written("__init__", _init_source(kind), kind)
    kind.__init__(self, *given, **named)


def equal(self: Any, other: object) -> Any:
    """Write the `__eq__` of a class when its records are first compared, and compare these."""
    kind = _kind(self)
    test = f"{_row('self', kind)} == {_row('other', kind)} if other.__class__ is self.__class__ else NotImplemented"
    kind.__eq__ = _written("__eq__", f"def __eq__(self, other):\n return {test}", kind)
    return kind.__eq__(self, other)


def hash_(self: Any) -> int:
    """Write the `__hash__` of a class when its first record is hashed, and hash that."""
    kind = _kind(self)
    kind.__hash__ = _written("__hash__", f"def __hash__(self):\n return hash({_row('self', kind)})", kind)
    return hash(self)


def _kind(record: object) -> Any:
    return next(base for base in type(record).__mro__ if "__record_fields__" in base.__dict__)


def _row(name: str, kind: Any) -> str:
    return "(" + "".join(f"{name}.{each.name}, " for each in kind.__record_fields__ if each.compare) + ")"


def _init_source(kind: Any) -> str:
    asked = [each for each in kind.__record_fields__ if each.init]
    in_order, named = ([_head(each) for each in asked if each.kw_only is named] for named in (False, True))
    head = ", ".join(["self", *in_order, *(["*"] if named else []), *named])
    lines = [f"self.{each.name} = {value}" for each in kind.__record_fields__ if (value := _value(each))]
    if is_frozen(kind):
        lines = ["become(self, Twin)", *lines, "self.__class__ = Kind"]
    after = ["self.__post_init__()"] if hasattr(kind, "__post_init__") else []
    return "\n ".join([f"def __init__({head}):", *lines, *after, "return None"])


def _head(each: Field) -> str:
    if each.default is not MISSING:
        return f"{each.name}=default_{each.name}"
    return each.name if each.default_factory is MISSING else f"{each.name}=MISSING"


def _value(each: Field) -> str:
    """Return the source of a field's first value; empty where `__post_init__` gives it."""
    if each.default_factory is not MISSING:
        return f"factory_{each.name}()" + (f" if {each.name} is MISSING else {each.name}" if each.init else "")
    if each.init:
        return each.name
    return "" if each.default is MISSING else f"default_{each.name}"


def _written(name: str, source: str, kind: Any) -> Any:
    known = {"Kind": kind, "Twin": _twin(kind), "MISSING": MISSING, "become": _become, "new": object.__new__}
    for each in kind.__record_fields__:
        known |= {f"default_{each.name}": each.default, f"factory_{each.name}": each.default_factory}
    return compiled(name, source, f"<{name} of {kind.__qualname__}>", known)


def compiled(name: str, source: str, title: str, known: dict[str, Any]) -> Any:
    """Return the function that a source defines; `title` stands in tracebacks, `known` holds what it may use."""
    exec(compile(source, title, "exec"), known)
    return known[name]


# --- the open twin ---

_become = object.__dict__["__class__"].__set__


def refuse(self: object, name: str, *_: object) -> NoReturn:
    """Refuse to set or delete a field of a frozen record."""
    raise AttributeError(f"a {type(self).__name__} is frozen: {name} stays as it is")


def is_frozen(kind: type) -> bool:
    """Tell whether records of a class are frozen."""
    return kind.__setattr__ is refuse


@cache
def _twin(kind: Any) -> Any:
    """Return a class of the same slots that may be written to; one that is not frozen is its own twin."""
    if not is_frozen(kind):
        return kind
    alike = {name: kind.__dict__[name] for name in ("__slots__", "__orig_bases__") if name in kind.__dict__}
    return type(f"Open{kind.__name__}", kind.__bases__, {**alike, "__setattr__": object.__setattr__})


@cache
def _opened(kind: Any) -> Callable[[Any], Any]:
    """Return what copies a record into a new twin."""
    lines = [f"found.{each.name} = record.{each.name}" for each in kind.__record_fields__]
    source = "\n ".join(["def opened(record):", "found = new(Twin)", *lines, "return found"])
    return _written("opened", source, kind)  # type: ignore[no-any-return]


def changed(record: R, **values: Any) -> R:
    """Return a record with other values in some fields; AttributeError for a field that it has not.

    Faster than `replace`: what `__post_init__` worked out is copied.
    """
    kind: Any = type(record)
    found = _opened(kind)(record)
    for name, value in values.items():
        setattr(found, name, value)
    found.__class__ = kind
    return found  # type: ignore[no-any-return]


@cache
def _filled(kind: Any) -> Callable[[Iterable[Any]], Any]:
    names = "".join(f"found.{each.name}, " for each in kind.__record_fields__)
    lines = ["found = new(Twin)", f"({names}) = values", "found.__class__ = Kind", "return found"]
    return _written("filled", "\n ".join(["def filled(values):", *lines]), kind)  # type: ignore[no-any-return]


def from_values(kind: type[R]) -> Callable[[Iterable[Any]], R]:
    """Return what makes a record of a class whose fields have given values, in order, without `__post_init__`."""
    return _filled(kind)  # type: ignore[arg-type]
