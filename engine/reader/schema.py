"""The JSON Schema of the format, for editors; made from the shapes the reader itself uses."""

from __future__ import annotations

from typing import Any

from engine.reader.format import UNITS_FILE, WORKFLOW
from engine.reader.indicator_shapes import INDICATORS
from engine.reader.shape import Either, Key, ListOf, RecordShape, Shape, TableShape, Tree
from engine.reader.words import WordKind

Json = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MARK = r"[$][{]"
"""A text with a mark of a parameter may be anything: what it is filled with is not known to an editor."""


def schema() -> Json:
    """Return the JSON Schema of workflow.yaml; those of units.yaml and indicators.yaml stand in `$defs`."""
    condition = {"condition": _tree(WORKFLOW)}
    definitions = condition | {"units_file": _shape(UNITS_FILE), "indicators_file": _shape(INDICATORS)}
    return {"$schema": _DIALECT, "title": "Phasegate workflow", **_shape(WORKFLOW), "$defs": definitions}


def _shape(shape: Shape) -> Json:
    match shape:
        case WordKind():
            return _word(shape)
        case RecordShape():
            return _record(shape)
        case ListOf():
            return {"type": "array", "items": _shape(shape.item), "minItems": shape.least}
        case TableShape():
            key = {"pattern": f"^({shape.key.pattern})$|{_MARK}"}
            return {"type": "object", "propertyNames": key, "additionalProperties": _shape(shape.value)}
        case Either():
            parts = (shape.word, shape.rows, shape.record)
            return {"anyOf": [_shape(part) for part in parts if part is not None]}
        case Tree():
            return {"$ref": "#/$defs/condition"}


def _word(kind: WordKind) -> Json:
    if kind.known:
        truth: list[bool] = [True, False] if kind.known == ("true", "false") else []
        return {"anyOf": [{"enum": [*kind.known, *truth]}, {"type": "string", "pattern": _MARK}]}
    types = ["string", "integer"] if kind.whole else "string"
    return {"type": types, "pattern": f"^({kind.pattern})$|{_MARK}", "description": kind.example}


def _record(record: RecordShape) -> Json:
    needed = [key for key, rule in record.keys.items() if rule.needed]
    found: Json = {"type": "object", "properties": _properties(record), "additionalProperties": False}
    return found | ({"required": needed} if needed else {})


def _properties(record: RecordShape) -> Json:
    return {key: _described(rule) for key, rule in record.keys.items()}


def _described(rule: Key) -> Json:
    shape = _shape(rule.shape)
    return shape if "$ref" in shape else shape | {"title": rule.about}


def _tree(workflow: RecordShape) -> Json:
    phases = workflow.keys["phases"].shape
    assert isinstance(phases, ListOf) and isinstance(phases.item, RecordShape)
    tree = phases.item.keys["gate"].shape
    assert isinstance(tree, Tree)
    branch = RecordShape(name="branch", keys=tree.branch)
    leaves = [_record(leaf) for leaf in tree.leaves().values()]
    either = {"oneOf": [{"required": ["all"]}, {"required": ["any"]}]}
    return {"anyOf": [_record(branch) | either, *leaves]}
