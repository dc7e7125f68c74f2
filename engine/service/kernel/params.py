"""What an action is given: its parameters, declared once as a frozen record and read by every face.

A field is a parameter, its annotation the kind. A parameter without a default is needed: a text that is missing is
refused, and the refusal stands in the history; whatever else is missing, or is none of its kind, cannot be taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from engine import texts
from engine.errors import BadInput, Refused, UnknownName
from engine.records import field, fields, record
from engine.records.written import MISSING, initial

P = TypeVar("P")
Given = Mapping[str, Any]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
"""Between these a day has days and periods before and after it, which no calendar has to stop at."""
NUMBERS: Final = {"number": "no_whole_number", "decimal": "no_number"}
"""How it is told that one is missing, by kind."""
PIECE: Final = {"name": str, "text": str, "sha256": str, "size": int}
"""What is told of a file, or of a voucher that is none."""
REFERENCES: Final = (
    "approval",
    "channel",
    "deadline",
    "event",
    "file_of_many",
    "finding",
    "group",
    "indicator",
    "kind",
    "notice",
    "period",
    "phase",
    "quota",
    "round",
    "slot",
    "task",
    "unit",
)
"""The kinds that name something of the campaign."""


@record
class Is:
    """What an annotation says of a parameter beyond its type; what it leaves open, the next one says.

    `about` is what the action is about: a face asks for it first. `named` is how it is given where Python keeps the
    word for itself, `called` how a face calls it. What is `inner` is given by the program, and no face offers it.
    What is `fresh` may be a name that nothing bears yet.
    """

    kind: str = ""
    about: bool = False
    inner: bool = False
    fresh: bool = False
    named: str = ""
    called: str = ""
    least: int | None = None
    most: int | None = None
    thing: str = ""
    choices: tuple[str, ...] = ()


@record
class Param:
    """A parameter of an action: how it is given (`name`), kept (`field`) and called by faces, and what it may be."""

    name: str
    field: str
    kind: str
    called: str
    needed: bool
    default: Any = None
    many: bool = False
    about: bool = False
    inner: bool = False
    fresh: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    thing: str = ""


Line = Annotated[str, Is(kind="line")]
Text = Annotated[str, Is(kind="text")]
Day = Annotated[date, Is(kind="day")]
Instant = Annotated[datetime, Is(kind="instant")]
Number = Annotated[int, Is(kind="number")]
Flag = Annotated[bool, Is(kind="flag")]
Unit = Annotated[str, Is(kind="unit")]
Task = Annotated[str, Is(kind="task")]
Phase = Annotated[str, Is(kind="phase")]
Period = Annotated[str, Is(kind="period")]
Notice = Annotated[str, Is(kind="notice")]
Indicator = Annotated[str, Is(kind="indicator")]
Round = Annotated[str, Is(kind="round")]
File = Annotated[Mapping[str, Any], Is(kind="file")]
Voucher = Annotated[Mapping[str, Any], Is(kind="voucher")]
Numbers = Annotated[Mapping[str, Any], Is(kind="numbers", called="number")]
Inner = Annotated[Any, Is(kind="inner", inner=True)]
ABOUT: Final = Is(about=True)


@record
class Nothing:
    """No parameters."""


@record
class Found:
    """What the clock found: the facts of the record, and how it names what they are about."""

    subject: Annotated[str, Is(kind="line", inner=True)] = ""
    facts: Inner = field(default_factory=dict)


def read(kind: type[P], given: Given) -> P:
    """Return what was given as the record of an action's parameters; what is missing, wrong or unknown is told."""
    of: Any = kind
    shape, left = _shape(of), len(given)
    found: dict[str, Any] = {}
    for each, reader in shape:
        if each.name in given:
            left -= 1
            value = given[each.name]
            if not _is_empty(value) and not _is_empty(value := reader(each, value)):
                found[each.field] = value
                continue
        if each.needed:
            raise _missing(each)
    if left:
        unknown = sorted(set(given) - {each.name for each, _ in shape})
        raise BadInput("unknown_given", found=", ".join(unknown), known=[each.name for each, _ in shape])
    return kind(**found)


def params_of(kind: type) -> tuple[Param, ...]:
    """Return the parameters that a record declares, in order."""
    return tuple(each for each, _ in _shape(kind))


def _is_empty(value: Any) -> bool:
    return value is None or value is False or (not value and not isinstance(value, int | float))


def _missing(param: Param) -> Exception:
    if param.kind in ("day", "instant"):
        return BadInput("no_day_given", name=param.name, found="")
    if param.kind in NUMBERS:
        return BadInput(NUMBERS[param.kind], name=param.name, found="")
    return Refused("text_missing", name=param.name)


# --- reading by kind ---

Reader = Callable[[Param, Any], Any]


def _text(param: Param, value: Any) -> str:
    return require_text(param.name, str(value).replace("\r\n", "\n").strip(), lines=True)


def _line(param: Param, value: Any) -> str:
    text = str(value).strip()
    if "\n" in text or "\r" in text:
        raise BadInput("no_line", name=param.name, found=text)
    return require_text(param.name, text)


def require_text(name: str, text: str, *, lines: bool = False) -> str:
    """Return a text in which nothing stands that no text may hold; BadInput names the character (SEMANTICS H10)."""
    if char := texts.odd(text, lines=lines):
        raise BadInput("no_utf8" if char.startswith("0x") else "no_character", name=name, char=char, found=text)
    return text


def _day(param: Param, value: Any) -> date:
    try:
        found = value if type(value) is date else date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput("no_day", name=param.name, found=value) from error
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadInput("out_of_range", name=param.name, least=str(FIRST_DAY), most=str(LAST_DAY), found=str(found))
    return found


def _instant(param: Param, value: Any) -> datetime:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput("no_instant", found=value) from error
    if at.tzinfo is None:
        raise BadInput("no_instant", found=value)
    return at


def _number(param: Param, value: Any) -> int:
    try:
        number = int(value)
        if isinstance(value, float) and number != value:
            raise ValueError("it is not whole")
    except (TypeError, ValueError, OverflowError) as error:
        raise BadInput("no_whole_number", name=param.name, found=value) from error
    least = number if param.least is None else param.least
    most = number if param.most is None else param.most
    if not least <= number <= most:
        raise BadInput("out_of_range", name=param.name, least=least, most=most, found=number)
    return number


def _choice(param: Param, value: Any) -> str:
    if str(value) not in param.choices:
        raise UnknownName(param.thing or param.name, str(value), list(param.choices))
    return str(value)


def _flag(param: Param, value: Any) -> bool:
    return bool(value)


def _as_it_is(param: Param, value: Any) -> Any:
    return value


def _table(param: Param, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadInput("no_table", name=param.name, found=value)
    return value


def _numbers(param: Param, value: Any) -> Mapping[str, Any]:
    told = _table(param, value)
    for part in (each for pair in told.items() for each in pair if isinstance(each, str)):
        require_text(param.name, part)
    return told


def _piece(param: Param, value: Any) -> Mapping[str, Any]:
    told = _table(param, value)
    if wrong := [name for name, part in told.items() if type(part) is not PIECE.get(name)]:
        raise BadInput("no_piece", name=param.name, found=", ".join(map(str, wrong)), known=[*PIECE])
    for part in ("name", "text", "sha256"):
        require_text(param.name, str(told.get(part, "")), lines=part == "text")
    return told


def _each(one: Reader) -> Reader:
    def read_all(param: Param, value: Any) -> tuple[Any, ...]:
        listed = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return tuple(one(param, part) for part in listed)

    return read_all


READERS: Final[Mapping[str, Reader]] = {
    "line": _line,
    "text": _text,
    "day": _day,
    "instant": _instant,
    "number": _number,
    "choice": _choice,
    "flag": _flag,
    "file": _piece,
    "voucher": _piece,
    "numbers": _numbers,
    "decimal": _line,
    "inner": _as_it_is,
    **dict.fromkeys(REFERENCES, _line),
}
"""How a value of each kind is read; a reference is a name, which only its campaign knows."""


# --- what an annotation says ---


@cache
def _shape(kind: Any) -> tuple[tuple[Param, Reader], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_param(each, hints[each.name]) for each in fields(kind))


def _param(declared: Any, hint: Any) -> tuple[Param, Reader]:
    parts, choices, many = _parts(hint)
    told = {name: value for part in parts for name, value in _said(part).items()}
    kind = "choice" if choices else told.get("kind", "")
    if kind not in READERS:
        raise TypeError(f"{declared.name}: {hint!r} is no kind of parameter")
    name = told.get("named") or declared.name
    default = initial(declared)
    found = Param(
        name=name,
        field=declared.name,
        kind=kind,
        called=told.get("called") or (name.removesuffix("s") if many else name),
        needed=default is MISSING,
        default=None if default is MISSING else default,
        many=many,
        about=told.get("about", False),
        inner=told.get("inner", False),
        fresh=told.get("fresh", False),
        choices=choices or told.get("choices", ()),
        least=told.get("least"),
        most=told.get("most"),
        thing=told.get("thing", ""),
    )
    return found, _each(READERS[kind]) if many else READERS[kind]


def _said(part: Is) -> dict[str, Any]:
    blank = Is()
    told = {each.name: getattr(part, each.name) for each in fields(part)}
    return {name: value for name, value in told.items() if value != getattr(blank, name)}


def _parts(hint: Any) -> tuple[list[Is], tuple[str, ...], bool]:
    """Return what an annotation says in all its layers, its choices, and whether it is many of them."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        parts, choices, many = _parts(inside[0])
        return [*parts, *(each for each in inside[1:] if isinstance(each, Is))], choices, many
    if origin in (Union, UnionType):
        (one,) = (part for part in inside if part is not type(None))
        return _parts(one)
    if origin is tuple:
        parts, choices, _ = _parts(inside[0])
        return parts, choices, True
    return ([], tuple(inside), False) if origin is Literal else ([], (), False)
