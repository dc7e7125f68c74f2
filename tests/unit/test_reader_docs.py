from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.reader import CODES
from engine.reader.format import WORKFLOW
from engine.reader.nodes import parse
from engine.reader.problems import Problems
from engine.reader.shape import Either, Key, ListOf, RecordShape, Shape, TableShape

TEXT = (Path(__file__).parents[2] / "docs" / "format.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.S)


def test_the_page_has_every_code_with_its_sentence_and_no_other() -> None:
    rows = re.findall(r"^\| (PW\d+) \| (.*) \|$", TEXT, flags=re.M)
    assert dict(rows) == dict(CODES)
    assert len(rows) == len(CODES)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_example_is_yaml_as_the_reader_takes_it(block: str) -> None:
    problems = Problems()
    assert parse(block, "format.md", problems) is not None
    assert problems.found == []


def keys(shape: Shape) -> set[str]:
    match shape:
        case RecordShape():
            return {name for key, rule in shape.keys.items() for name in (key, *inside(rule))}
        case ListOf():
            return keys(shape.item)
        case TableShape():
            return keys(shape.value)
        case Either():
            return {name for part in (shape.rows, shape.record) if part for name in keys(part)}
    return set()


def inside(rule: Key) -> set[str]:
    return keys(rule.shape)


def test_the_page_names_every_key_of_the_format() -> None:
    words = set(re.findall(r"[a-z_]+", TEXT))
    assert keys(WORKFLOW) - words == set()
