"""How the parameters of a condition are written, and the values they become.

A type of parameter is said once, for the reader, its schema and its errors: here those that several kinds of
condition share, the others in the file of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from engine.errors import BadInput
from engine.records import record

Form = Literal["line", "lines", "day", "count", "known", "word"]
"""How it stands in a workflow: a line, a list of them, a day, a number from 1, one of a few words, a pattern."""
Refers = Literal["", "task", "duty", "unit", "quota", "indicator"]
"""What a name must be the name of, which the reader holds it against; of units, groups are expanded."""


@record
class ParamType:
    """A type of parameter: how its value stands in a workflow, and how it is read.

    `read` raises ValueError or TypeError where it makes nothing of a value; `example` says what to write, `about`
    what it is for. Words have a `pattern` beside, or all that are `known`; `called` and `sample` are how a word that
    does not keep to its pattern is told.
    """

    name: str
    form: Form
    read: Callable[[object], object]
    example: str
    about: str
    refers: Refers = ""
    known: tuple[str, ...] = ()
    pattern: str = ""
    called: str = ""
    sample: str = ""
    whole: bool = False


@record
class Param:
    """A parameter of a kind of condition: its name, its type and whether it must be written."""

    name: str
    type: ParamType
    required: bool = False

    def value(self, raw: object) -> object:
        """Return the value that `raw`, as it stands in a workflow, becomes; BadInput with its cure."""
        try:
            return self.type.read(raw)
        except (ValueError, TypeError):
            raise BadInput(
                what=f"`{self.name}` cannot be read", found=raw, cure=f"write {self.type.example}"
            ) from None


def line(name: str, example: str, about: str, refers: Refers = "") -> ParamType:
    """Return the type of a parameter that is one name."""
    return ParamType(name=name, form="line", read=text, example=example, about=about, refers=refers)


def lines(name: str, example: str, about: str, refers: Refers = "") -> ParamType:
    """Return the type of a parameter that is a list of names, or one of them."""
    return ParamType(name=name, form="lines", read=_texts, example=example, about=about, refers=refers)


def count(name: str, about: str) -> ParamType:
    """Return the type of a parameter that is a whole number from 1."""
    return ParamType(name=name, form="count", read=_count, example="a whole number from 1", about=about)


def choice(name: str, known: tuple[str, ...], about: str) -> ParamType:
    """Return the type of a parameter that is one of a few words."""

    def read(raw: object) -> str:
        if raw not in known:
            raise ValueError
        return text(raw)

    return ParamType(
        name=name, form="known", read=read, example=f"one of {', '.join(known)}", about=about, known=known
    )


def text(raw: object) -> str:
    """Return a value that must be a text with something in it; ValueError."""
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError
    return raw.strip()


def share(raw: object) -> Fraction:
    """Return a share above nothing and up to the whole; ValueError."""
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,3})?)%", text(raw))
    if not found or not 0 < Fraction(found[1]) <= 100:
        raise ValueError
    return Fraction(found[1]) / 100


def amount(raw: object) -> float:
    """Return a number from nothing; ValueError."""
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", str(raw)):
        raise ValueError
    return float(str(raw))


def _texts(raw: object) -> tuple[str, ...]:
    parts = raw if isinstance(raw, (list, tuple)) else [raw]
    if not parts:
        raise ValueError
    return tuple(text(part) for part in parts)


def _count(raw: object) -> int:
    if isinstance(raw, (bool, float)) or not re.fullmatch(r"[1-9]\d{0,8}", str(raw)):
        raise ValueError
    return int(str(raw))


TASKS = lines("tasks", "a list of task ids: [selfcheck]", "ids of tasks", "task")
UNITS = lines(
    "units",
    "a list of units or groups: [各乡镇(街道)]",
    "units or groups that count; all who owe the tasks if left out",
    "unit",
)
SHARE = ParamType(
    name="share",
    form="word",
    read=share,
    example="a share above 0% and up to 100%: 90%",
    about="the share of assignments that must have come so far (100% if left out)",
    pattern="[0-9]{1,3}(\\.[0-9]{1,3})?%",
    called="a share above 0%",
    sample="90%",
)
