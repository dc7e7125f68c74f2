"""The bugs that are planted for the simulation apply to the code as it is; `python -m tests.simulation --mutants`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.simulation.mutants import PLANTED, Planted  # noqa: E402


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.id)
def test_a_planted_bug_applies_exactly_once_and_leaves_code_that_can_be_read(bug: Planted) -> None:
    for edit in bug.edits:
        text = (ROOT / edit.file).read_text(encoding="utf-8")
        assert text.count(edit.old) == 1, edit.file
        assert edit.new != edit.old
        compile(text.replace(edit.old, edit.new), edit.file, "exec")


def test_no_planted_bug_bears_the_name_of_another_and_each_says_what_it_is() -> None:
    assert len({bug.id for bug in PLANTED}) == len(PLANTED) >= 24
    assert all(bug.sentence.endswith(".") and bug.edits for bug in PLANTED)
