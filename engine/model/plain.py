"""Frozen records as plain values of JSON, and back: what is written into the history and kept by its hash.

A record becomes an object of its fields; a field that has its default is left out, so that one that is added later
changes no byte that was written before (SEMANTICS H5). A `Ref` is written as the number within its campaign, for no
number of a database stands in the history (H1).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import cache, lru_cache, partial
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from engine.records import fields, from_values, record
from engine.records.written import MISSING, compiled, initial

R = TypeVar("R")
WITHIN: Final = 0xFFFFFFFF
"""What of a row's number counts within its campaign; what stands before is the campaign's."""
Ref = Annotated[int, "number within its campaign"]
"""The number of a row of the same campaign; 0 names none."""
Coded = Annotated[str, "a reason: a code with what it speaks of, or what somebody typed"]
"""A reason as rows keep it, see `coded`; what somebody typed stands in it as it was typed."""
Write = Callable[[Any], Any]
Read = Callable[[Any, int], Any]
"""Reads a plain value; the second is the campaign whose numbers are meant."""


@record(kw_only=False)
class Way:
    """How values of a kind are written and read; `kind` names the one that stands as it is."""

    write: Write
    read: Read
    kind: type | None = None


def short(number: int) -> int:
    """Return the number of a row within its campaign."""
    return number & WITHIN


def full(number: int, campaign: int) -> int:
    """Return the number of a row from the one within its campaign; 0 names none."""
    return campaign << 32 | number if number else 0


def plain(record: Any) -> dict[str, Any]:
    """Return a frozen record as a value of JSON, without the fields that have their default."""
    kind: Any = type(record)
    return _writer(kind)(record)  # type: ignore[no-any-return]


def made(kind: type[R], told: Mapping[str, Any], campaign: int = 0) -> R:
    """Return the record of a kind that `told` writes; ValueError where it writes none."""
    of: Any = kind
    return _reader(of)(told, campaign)  # type: ignore[no-any-return]


def coded(code: str, **facts: str | int | Mapping[str, Any]) -> str:
    """Return a reason of ours as rows keep it: no words, but its code and what it speaks of, as a line of JSON."""
    return json.dumps({"code": code, **facts}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def reason_in(text: str) -> dict[str, Any] | str:
    """Return a reason as a value of JSON: the code with its facts, or the text that somebody typed."""
    if not (text.startswith("{") and '"code":' in text):
        return text
    try:
        told = json.loads(text)
    except ValueError:
        return text
    return told if isinstance(told, dict) and isinstance(told.get("code"), str) else text


@lru_cache(maxsize=4096)
def instant(at: datetime) -> str:
    """Return `at` as it is written in a record: UTC, milliseconds, `Z`."""
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime:
    """Return the instant that `text` writes; ValueError unless it is in the form of a record."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or instant(at) != text:
        raise ValueError(f"{text!r} is not an instant as records write it")
    return at


# --- how each kind of value is written ---


@cache
def _shape(kind: Any) -> tuple[tuple[str, Way, Any], ...]:
    """Return name, way and default of each field; TypeError for a kind that works out more than it is told."""
    if hasattr(kind, "__post_init__"):
        raise TypeError(f"{kind.__name__} has no plain form: what it works out is not written")
    hints = get_type_hints(kind, include_extras=True)
    return tuple((each.name, _way(hints[each.name]), initial(each)) for each in fields(kind))


@cache
def _writer(kind: Any) -> Write:
    """Return what writes a record as an object, written out for its kind."""
    shape = _shape(kind)
    lines = [line for i, each in enumerate(shape) for line in _told(i, *each)]
    source = "\n ".join(["def write(record):", "told = {}", *lines, "return told"])
    names: dict[str, Any] = {f"write{i}": way.write for i, (_, way, _) in enumerate(shape)}
    names |= {f"default{i}": default for i, (_, _, default) in enumerate(shape)}
    write: Write = compiled("write", source, f"<plain {kind.__qualname__}>", names)
    return write


def _told(place: int, name: str, way: Way, default: Any) -> list[str]:
    """Return the lines that write a field."""
    write = f"told[{name!r}] = {'value' if way.write is _as_it_is else f'write{place}(value)'}"
    return [f"value = record.{name}", write if default is MISSING else f"if value != default{place}: {write}"]


@cache
def _reader(kind: Any) -> Read:
    """Return what reads an object as a record, written out for its kind: facts are read by the ten thousand."""
    shape = _shape(kind)
    made = [each.default_factory is not MISSING for each in fields(kind)]
    values = "".join(f"{_value(i, *each, made[i])}, " for i, each in enumerate(shape))
    source = (
        f"def read(told, campaign):\n if type(told) is dict and needed <= told.keys() <= known:\n"
        f"  return filled(({values}))\n raise amiss(told)"
    )
    needed = frozenset(name for name, _, default in shape if default is MISSING)
    known = frozenset(name for name, _, _ in shape)
    names: dict[str, Any] = {f"read{i}": way.read for i, (_, way, _) in enumerate(shape)}
    names |= {f"default{i}": default for i, (_, _, default) in enumerate(shape)}
    names |= {f"factory{i}": each.default_factory for i, each in enumerate(fields(kind))}
    names |= {"needed": needed, "known": known, "filled": from_values(kind)}
    names |= {"amiss": partial(_amiss, kind.__name__, needed, known)}
    read: Read = compiled("read", source, f"<plain {kind.__qualname__}>", names)
    return read


def _value(place: int, name: str, way: Way, default: Any, made: bool) -> str:
    """Return the source of a field's value; what stands as it is, is looked at without a call."""
    value = f"read{place}(told[{name!r}], campaign)"
    if way.kind:
        value = f"(v if type(v := told[{name!r}]) is {way.kind.__name__} else {value})"
    given = f"factory{place}()" if made else f"default{place}"
    return value if default is MISSING else f"({value} if {name!r} in told else {given})"


def _amiss(kind: str, needed: frozenset[str], known: frozenset[str], told: Any) -> ValueError:
    if type(told) is not dict:
        return ValueError(f"{kind} is written as an object, not {told!r}")
    missing, unknown = sorted(needed - told.keys()), sorted(told.keys() - known)
    return ValueError(f"{kind} has no {', '.join(missing)}" if missing else f"{kind} knows no {', '.join(unknown)}")


def _way(hint: Any) -> Way:
    """Return how values of an annotation are written; TypeError for one that has no plain form."""
    if hint in SINGLE:
        return SINGLE[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return SINGLE.get(hint) or _way(parts[0])
    if origin in FORMS:
        return FORMS[origin](parts)
    if hasattr(hint, "__record_fields__"):
        return Way(plain, lambda told, campaign: made(hint, told, campaign))
    raise TypeError(f"{hint!r} has no plain form")


def _as_it_is(value: Any) -> Any:
    return value


def _only(*kinds: type) -> Read:
    def read(value: Any, _: int) -> Any:
        if type(value) not in kinds:
            raise ValueError(f"{value!r} is no {kinds[0].__name__}")
        return value

    return read


_text, _whole = _only(str), _only(int)


def _read_coded(value: Any, campaign: int) -> str:
    return coded(**value) if isinstance(value, dict) else str(_text(value, campaign))


def _read_ref(value: Any, campaign: int) -> int:
    return full(_whole(value, campaign), campaign)


def _from_text(read: Callable[[str], Any]) -> Read:
    return lambda value, _: read(value)


def _choice(parts: tuple[Any, ...]) -> Way:
    def read(value: Any, _: int) -> Any:
        if value not in parts:
            raise ValueError(f"{value!r} is none of {', '.join(map(str, parts))}")
        return value

    return Way(_as_it_is, read)


def _optional(parts: tuple[Any, ...]) -> Way:
    (one,) = (_way(part) for part in parts if part is not type(None))
    return Way(
        lambda value: None if value is None else one.write(value),
        lambda value, campaign: None if value is None else one.read(value, campaign),
    )


def _row(parts: tuple[Any, ...]) -> Way:
    if parts[1:] == (...,):
        one = _way(parts[0])
        write, read = one.write, one.read
        return Way(
            lambda values: [write(value) for value in values],
            lambda told, campaign: tuple([read(value, campaign) for value in _listed(told)]),
        )
    ways = [_way(part) for part in parts]
    return Way(
        lambda values: [way.write(value) for way, value in zip(ways, values, strict=True)],
        lambda told, campaign: tuple(
            way.read(value, campaign) for way, value in zip(ways, _listed(told), strict=True)
        ),
    )


def _listed(told: Any) -> list[Any]:
    if type(told) is not list:
        raise ValueError(f"{told!r} is no list")
    return told


def _table(parts: tuple[Any, ...]) -> Way:
    """Write a mapping as pairs: the keys of an object are sorted, and the order of a directory says something."""
    one = _way(parts[1])

    def read(told: Any, campaign: int) -> dict[str, Any]:
        return {name: one.read(value, campaign) for name, value in map(_listed, _listed(told))}

    return Way(lambda values: [[name, one.write(value)] for name, value in values.items()], read)


# --- values of which the annotation does not say the kind: what the parameters of a condition hold ---


@record(kw_only=False)
class MarkShare:
    """A share of what can be had, rather than a number of points."""

    of_all: Fraction


TAGS: Final[Mapping[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]]] = {
    "fraction": (Fraction, str, Fraction),
    "date": (date, date.isoformat, date.fromisoformat),
    "share": (MarkShare, lambda share: str(share.of_all), lambda text: MarkShare(Fraction(text))),
}


def _write_any(value: Any) -> Any:
    for tag, (kind, write, _) in TAGS.items():
        if type(value) is kind:
            return {tag: write(value)}
    if isinstance(value, tuple | list):
        return [_write_any(part) for part in value]
    if isinstance(value, Mapping):
        return {"object": [[name, _write_any(part)] for name, part in value.items()]}
    return value


def _read_any(told: Any, campaign: int) -> Any:
    if isinstance(told, list):
        return tuple(_read_any(part, campaign) for part in told)
    if isinstance(told, dict):
        ((tag, text),) = told.items()
        if tag == "object":
            return {name: _read_any(part, campaign) for name, part in text}
        return TAGS[tag][2](text)
    return told


SINGLE: Final[Mapping[Any, Way]] = {
    str: Way(_as_it_is, _only(str), str),
    int: Way(_as_it_is, _only(int), int),
    bool: Way(_as_it_is, _only(bool), bool),
    float: Way(_as_it_is, _only(float, int)),
    Any: Way(_as_it_is, lambda value, _: value),
    object: Way(_write_any, _read_any),
    date: Way(date.isoformat, _from_text(date.fromisoformat)),
    datetime: Way(instant, _from_text(moment)),
    time: Way(lambda at: at.isoformat(timespec="minutes"), _from_text(time.fromisoformat)),
    Coded: Way(reason_in, _read_coded),
    Ref: Way(short, _read_ref),
}
FORMS: Final[Mapping[Any, Callable[[tuple[Any, ...]], Way]]] = {
    Literal: _choice,
    Union: _optional,
    UnionType: _optional,
    tuple: _row,
    Mapping: _table,
    dict: _table,
}
