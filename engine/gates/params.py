"""How the parameters of a condition are written, and the values they become."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Literal

from engine.errors import BadInput
from engine.gates.found import WAYS
from engine.model.plain import Share
from engine.records import record

ParamType = Literal[
    "tasks", "state", "share", "count", "units", "quota", "approval", "number", "amount", "date",
    "over", "mark", "reach", "whose", "indicators", "duties",
    "nested_units", "nested_phase", "nested_state", "nested_quota", "nested_least",
    "way",
]  # fmt: skip


@record
class Param:
    """A parameter of a kind of condition: its name, its type and whether it must be written.

    The type says what a reader resolves: `tasks`, `quota`, `number` and `units` hold ids or unit
    names (groups already expanded).
    """

    name: str
    type: ParamType
    required: bool = False

    def value(self, raw: object) -> object:
        """Return the value that `raw`, as it stands in a workflow, becomes; BadInput with its cure."""
        try:
            return _READERS[self.type](raw)
        except (ValueError, TypeError):
            raise BadInput(
                what=f"`{self.name}` cannot be read", found=raw, cure=f"write {_EXAMPLES[self.type]}"
            ) from None


STATES = ("received", "submitted", "accepted")
OVER = ("each", "sum")
REACH = ("total", "each")
WHOSE = ("self", "checked")
ENDED = ("completed",)


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError
    return raw.strip()


def _texts(raw: object) -> tuple[str, ...]:
    parts = raw if isinstance(raw, (list, tuple)) else [raw]
    if not parts:
        raise ValueError
    return tuple(_text(part) for part in parts)


def _one_of(names: tuple[str, ...]) -> Callable[[object], str]:
    def read(raw: object) -> str:
        if raw not in names:
            raise ValueError
        return _text(raw)

    return read


def _share(raw: object) -> Fraction:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,3})?)%", _text(raw))
    if not found or not 0 < Fraction(found[1]) <= 100:
        raise ValueError
    return Fraction(found[1]) / 100


def _count(raw: object) -> int:
    if isinstance(raw, (bool, float)) or not re.fullmatch(r"[1-9]\d{0,8}", str(raw)):
        raise ValueError
    return int(str(raw))


def _amount(raw: object) -> float:
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", str(raw)):
        raise ValueError
    return float(str(raw))


def _mark(raw: object) -> Fraction | Share:
    text = str(raw)
    if text.endswith("%"):
        return Share(_share(text))
    _amount(raw)
    return Fraction(text)


def _date(raw: object) -> date:
    if isinstance(raw, date):
        return raw
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", _text(raw)):
        raise ValueError
    return date.fromisoformat(_text(raw))


_READERS: dict[ParamType, Callable[[object], object]] = {
    "tasks": _texts,
    "state": _one_of(STATES),
    "share": _share,
    "count": _count,
    "units": _texts,
    "quota": _text,
    "approval": _text,
    "number": _text,
    "amount": _amount,
    "date": _date,
    "duties": _texts,
    "over": _one_of(OVER),
    "way": _one_of(WAYS),
    "mark": _mark,
    "reach": _one_of(REACH),
    "whose": _one_of(WHOSE),
    "indicators": _texts,
    "nested_units": _texts,
    "nested_phase": _text,
    "nested_state": _one_of(ENDED),
    "nested_quota": _text,
    "nested_least": _count,
}

_EXAMPLES: dict[ParamType, str] = {
    "tasks": "a list of task ids: [selfcheck]",
    "state": f"one of {', '.join(STATES)}",
    "share": "a share above 0% and up to 100%: 90%",
    "count": "a whole number from 1",
    "units": "a list of units or groups: [各乡镇(街道)]",
    "quota": "the id of a quota",
    "approval": "the name of an approval: 领导小组同意转段",
    "number": "the name of a number that a task asks for: 自评分",
    "amount": "a number from 0: 85 or 92.5",
    "date": "a day: 2022-12-31",
    "duties": "a list of counted duties: [study.lectures]",
    "over": f"one of {', '.join(OVER)}",
    "way": f"one of {', '.join(WAYS)}",
    "mark": "points or a share of them: 85 or 85%",
    "reach": f"one of {', '.join(REACH)}",
    "whose": f"one of {', '.join(WHOSE)}",
    "indicators": "a list of indicators: [1.1, 1.2]",
    "nested_units": "a list of units that run nested campaigns: [崆峒区]",
    "nested_phase": "the id of a phase of the nested campaigns",
    "nested_state": f"one of {', '.join(ENDED)}",
    "nested_quota": "the id of a quota of the nested campaigns",
    "nested_least": "a whole number from 1",
}
