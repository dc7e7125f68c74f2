"""Every rule has a mutant and a place in docs/semantics.md; the script that kills them is `python -m tests.mutants`."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutants.catalogue import MUTANTS  # noqa: E402
from tests.mutants.mutant import Mutant, node_id  # noqa: E402

RULES = tuple(
    f"{letter}{number}"
    for letter, numbers in {
        "D": range(1, 9),
        "F": range(1, 7),
        "L": range(1, 11),
        "C": range(1, 5),
        "N": (*range(1, 7), 8, 9),
        "P": range(1, 6),
        "G": range(1, 12),
        "H": (1, 2, 3, 4, 5, 7, 10),
        "I": (3,),
        "M": range(1, 5),
        "K": range(1, 5),
        "Q": (1, 2),
        "R": range(1, 4),
        "V": range(1, 5),
        "W": range(1, 5),
        "X": range(1, 4),
        "Y": range(1, 5),
        "Z": range(1, 4),
        "J": (1, 2),
    }.items()
    for number in numbers
)


@lru_cache
def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@lru_cache
def rows() -> dict[str, tuple[str, str, str, str]]:
    """Return for each rule of docs/semantics.md: its words, its places, its tests and its mutants."""
    found = re.findall(r"^\| \*\*([A-Z]\d+)\*\* \| (.+) \| (.+) \| (.+) \| (.+) \|$", text("docs/semantics.md"), re.M)
    return {rule: (words, where, tests, mutants) for rule, words, where, tests, mutants in found}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_a_mutant_applies_exactly_once_and_names_tests_that_exist(mutant: Mutant) -> None:
    assert text(mutant.file).count(mutant.old) == 1
    assert mutant.new != mutant.old and mutant.tests
    for node in mutant.node_ids:
        path, _, name = node.partition("::")
        assert f"\ndef {name}(" in text(path), node


def test_no_mutant_bears_the_name_of_another() -> None:
    assert len({mutant.id for mutant in MUTANTS}) == len(MUTANTS)


def test_every_rule_has_a_mutant() -> None:
    assert {mutant.rule for mutant in MUTANTS} == set(RULES)


def test_every_rule_stands_in_the_document_in_order() -> None:
    assert tuple(rows()) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_the_document_names_the_mutants_of_a_rule_and_tests_and_places_that_exist(rule: str) -> None:
    _, where, tests, mutants = rows()[rule]
    assert mutants.split(", ") == [mutant.id for mutant in MUTANTS if mutant.rule == rule]
    killers = {test for mutant in MUTANTS if mutant.rule == rule for test in mutant.tests}
    assert set(re.findall(r"`([^`]+::[^`]+)`", tests)) >= killers
    for test in re.findall(r"`([^`]+::[^`]+)`", tests):
        path, _, name = node_id(test).partition("::")
        assert f"\ndef {name}(" in text(path), test
    for place in re.findall(r"`([^`]+)`", where):
        assert (ROOT / place).exists(), place
