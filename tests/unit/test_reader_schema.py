from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from engine import reader
from engine.reader.nodes import Keys, Node, Rows, Word, parse
from engine.reader.problems import Problems

CORPUS = Path(__file__).parents[1] / "corpus"
WORKFLOWS = sorted((CORPUS / "valid").iterdir())
INDICATORS = [*CORPUS.glob("valid/*/indicators.yaml"), *CORPUS.parents[1].glob("workflows/*/indicators.yaml")]
SEEN_BY_THE_SCHEMA = ("unknown_key", "missing_title", "list_for_text", "text_for_list", "bad_choice")
SEEN_BY_THE_SCHEMA += ("date_in_words", "bad_window", "bad_offset", "bad_id", "unknown_condition", "future_format")


def plain(node: Node | None) -> object:
    match node:
        case Word():
            return node.text
        case Rows():
            return [plain(item) for item in node.items]
        case Keys():
            return {key.text: plain(value) for key, value in node.pairs}
    return None


def tree(text: str) -> object:
    return plain(parse(text, "x", Problems()))


def faults(text: str, schema: dict[str, object]) -> list[str]:
    return [f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema).iter_errors(tree(text))]


def units_schema() -> dict[str, object]:
    schema = reader.schema()
    return {"$schema": schema["$schema"], "$ref": "#/$defs/units_file", "$defs": schema["$defs"]}


def test_the_schema_is_a_schema_and_is_json() -> None:
    schema = json.loads(json.dumps(reader.schema(), ensure_ascii=False))
    Draft202012Validator.check_schema(schema)
    assert schema["required"][:3] == ["phasegate", "id", "title"]


@pytest.mark.parametrize("name", reader.shipped())
def test_shipped_workflows_keep_to_the_schema(name: str) -> None:
    bundle = reader.shipped_bundle(name)
    assert faults(bundle["workflow.yaml"], reader.schema()) == []
    assert faults(bundle["units.yaml"], units_schema()) == []


def indicators_schema() -> dict[str, object]:
    return units_schema() | {"$ref": "#/$defs/indicators_file"}


@pytest.mark.parametrize("path", INDICATORS, ids=lambda path: path.parent.name)
def test_indicator_sets_keep_to_the_schema(path: Path) -> None:
    assert faults(path.read_text("utf-8"), indicators_schema()) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_valid_workflows_keep_to_the_schema(path: Path) -> None:
    bundle = reader.bundle_of(path)
    assert faults(bundle["workflow.yaml"], reader.schema()) == []
    if "units.yaml" in bundle:
        assert faults(bundle["units.yaml"], units_schema()) == []


@pytest.mark.parametrize("name", SEEN_BY_THE_SCHEMA)
def test_an_editor_sees_what_has_the_wrong_shape(name: str) -> None:
    text = (CORPUS / "invalid" / f"{name}.yaml").read_text("utf-8")
    assert faults(text, reader.schema())
