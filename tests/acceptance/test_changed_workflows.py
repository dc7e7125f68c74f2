"""A shipped workflow changed at random is refused, found, or runs to its end; `python -m tests.mutated` does it at length."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine import reader

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.mutated.__main__ import came_to
from tests.mutated.change import changed

SMALL = {"mile", "guazhou", "county-template"}
"""Workflows that are run to their end in a second."""


@pytest.mark.parametrize("name", reader.shipped())
def test_a_changed_workflow_is_told_what_is_wrong_with_it_and_nothing_hangs(name: str) -> None:
    bundle = reader.shipped_bundle(name)
    for seed in range(1000, 1006):
        assert came_to(changed(bundle, seed), run=False)


@pytest.mark.parametrize("name", sorted(SMALL.intersection(reader.shipped())))
def test_what_the_check_lets_pass_can_be_run_to_its_end(name: str) -> None:
    bundle = reader.shipped_bundle(name)
    for seed in range(2000, 2003):
        assert came_to(changed(bundle, seed))


def test_the_same_seed_changes_a_workflow_in_the_same_way() -> None:
    bundle = reader.shipped_bundle("mile")
    assert changed(bundle, 7) == changed(bundle, 7) != changed(bundle, 8)
