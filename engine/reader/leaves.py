"""The shapes of gate conditions, made from the registry of kinds in `engine.gates`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.errors import BadInput
from engine.gates import KINDS, ConditionKind, Param
from engine.gates.params import ParamType
from engine.reader.shape import Key, ListOf, RecordShape, Shape, Tree
from engine.reader.words import DATE, ID, LINE, WordKind, number, one_of


def leaf_shapes() -> Mapping[str, RecordShape]:
    """Return the shape of each registered kind of condition."""
    return {name: _record(kind) for name, kind in KINDS.items()}


def _record(kind: ConditionKind) -> RecordShape:
    common = {
        "kind": Key(shape=one_of([kind.name]), about="the kind of condition", needed=True),
        "id": Key(shape=ID, about="the name of the condition in the verdict"),
        "text": Key(shape=LINE, about="what must hold, in words"),
    }
    own = {param.name: _key(param) for param in kind.params}
    return RecordShape(name=f"the condition ({kind.name})", keys=common | own)


def _key(param: Param) -> Key:
    shape = _shape(param.type)
    if isinstance(shape, WordKind):
        shape = _as_the_gate_reads(shape, param.value)
    return Key(shape=shape, about=param.type.about, needed=param.required)


def _shape(type: ParamType) -> Shape:
    """Return the shape of what is written for a type of parameter."""
    match type.form:
        case "line":
            return LINE
        case "lines":
            return ListOf(item=LINE)
        case "day":
            return DATE
        case "count":
            return number(1, 999_999_999)
        case "known":
            return one_of(type.known)
        case "word":
            return WordKind(
                name=type.called, code="PW210", pattern=type.pattern, example=type.sample, whole=type.whole
            )


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
