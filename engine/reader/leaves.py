"""The shapes of gate conditions, made from the registry of kinds in `engine.gates`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.errors import BadInput
from engine.gates import KINDS, Kind, Param
from engine.gates.found import WAYS
from engine.gates.params import ENDED, OVER, REACH, STATES, WHOSE
from engine.reader.shape import Key, ListOf, Record, Shape, Tree
from engine.reader.words import DATE, ID, LINE, WordKind, number, one_of

AMOUNT: Final = WordKind(
    name="a number from 0",
    code="PW210",
    pattern="[0-9]{1,12}(\\.[0-9]{1,6})?",
    example="85 or 92.5",
    whole=True,
)
MARK: Final = WordKind(
    name="points or a share of them",
    code="PW210",
    pattern="[0-9]{1,12}(\\.[0-9]{1,6})?|[0-9]{1,3}(\\.[0-9]{1,3})?%",
    example="85 or 85%",
    whole=True,
)
SHARE: Final = WordKind(name="a share above 0%", code="PW210", pattern="[0-9]{1,3}(\\.[0-9]{1,3})?%", example="90%")

_SHAPES: Mapping[str, Shape] = {
    "tasks": ListOf(item=LINE),
    "duties": ListOf(item=LINE),
    "units": ListOf(item=LINE),
    "state": one_of(STATES),
    "over": one_of(OVER),
    "way": one_of(WAYS),
    "share": SHARE,
    "count": number(1, 999_999_999),
    "amount": AMOUNT,
    "quota": LINE,
    "approval": LINE,
    "number": LINE,
    "date": DATE,
    "mark": MARK,
    "reach": one_of(REACH),
    "whose": one_of(WHOSE),
    "indicators": ListOf(item=LINE),
    "nested_units": ListOf(item=LINE),
    "nested_phase": LINE,
    "nested_state": one_of(ENDED),
    "nested_quota": LINE,
    "nested_least": number(1, 999_999_999),
}

_ABOUT: Mapping[str, str] = {
    "tasks": "ids of tasks",
    "duties": "ids of counted duties: that of their task, a point, their own",
    "units": "units or groups that count; all who owe the tasks if left out",
    "state": "how far the tasks must have come (accepted if left out)",
    "over": "`each` unit, or the `sum` of all",
    "way": "where it was found: in a `spot` check, a `mutual` inspection, a `self`-check, or any `other` way",
    "share": "the share of assignments that must have come so far (100% if left out)",
    "count": "the number of assignments that must have come so far",
    "amount": "the least number",
    "quota": "the id of a quota",
    "approval": "the name of a decision that must be recorded",
    "number": "the name of a number that the tasks ask for",
    "date": "a day",
    "mark": "the least number of points, or the least share of those that can be had",
    "reach": "the `total` of the whole (if left out), or `each` unit",
    "whose": "the `self`-score (if left out), or the score as `checked` by the office",
    "indicators": "ids of indicators; all if left out",
    "nested_units": "units whose nested campaigns count; all if left out",
    "nested_phase": "the phase that nested campaigns must have come to",
    "nested_state": "`completed`: nested campaigns must have come to their end",
    "nested_quota": "the quota that nested campaigns must have filled",
    "nested_least": "so many entries of the quota rather than all it asks for",
}


def leaf_shapes() -> Mapping[str, Record]:
    """Return the shape of each registered kind of condition."""
    return {name: _record(kind) for name, kind in KINDS.items()}


def _record(kind: Kind) -> Record:
    common = {
        "kind": Key(shape=one_of([kind.name]), about="the kind of condition", needed=True),
        "id": Key(shape=ID, about="the name of the condition in the verdict"),
        "text": Key(shape=LINE, about="what must hold, in words"),
    }
    own = {param.name: _key(param) for param in kind.params}
    return Record(name=f"the condition ({kind.name})", keys=common | own)


def _key(param: Param) -> Key:
    shape = _SHAPES[param.type]
    if isinstance(shape, WordKind):
        shape = _as_the_gate_reads(shape, param.value)
    return Key(shape=shape, about=_ABOUT[param.type], needed=param.required)


def _as_the_gate_reads(kind: WordKind, value: Callable[[object], object]) -> WordKind:
    def read(text: str) -> object:
        try:
            return value(kind.read(text))
        except BadInput:
            raise ValueError(text) from None

    return WordKind(
        name=kind.name,
        code=kind.code,
        pattern=kind.pattern,
        example=kind.example,
        read=read,
        known=kind.known,
        whole=kind.whole,
    )


_CONDITION: Final[dict[str, Key]] = {}
GATE: Final = Tree(leaves=leaf_shapes, branch=_CONDITION)
_CONDITION.update(
    all=Key(shape=ListOf(item=GATE), about="conditions that must all hold"),
    any=Key(shape=ListOf(item=GATE), about="conditions of which one must hold"),
    id=Key(shape=ID, about="the name of the condition in the verdict"),
    text=Key(shape=LINE, about="what must hold, in words"),
)
