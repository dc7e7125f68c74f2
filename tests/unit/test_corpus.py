from __future__ import annotations

from pathlib import Path

import pytest

from engine import reader
from engine.check import check
from engine.errors import BadWorkflow, Problem
from engine.reader import CODES
from notifications.render import examine

CORPUS = Path(__file__).parents[1] / "corpus"
INVALID = sorted((CORPUS / "invalid").glob("*.yaml"))
VALID = sorted((CORPUS / "valid").iterdir())
MANY = 45


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(BadWorkflow) as caught:
        reader.read(reader.bundle_of(path), str(path))
    return caught.value.problems


def expected(path: Path) -> set[str]:
    first = path.read_bytes().splitlines()[0].decode("utf-8-sig", "ignore")
    return {word for word in first.split() if word.startswith("PW")}


def marked_lines(path: Path) -> set[int]:
    lines = path.read_bytes().splitlines()
    return {number for number, line in enumerate(lines, start=1) if b"# here" in line}


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_file_gives_the_codes_it_names_at_the_lines_it_marks(path: Path) -> None:
    problems = problems_of(path)
    assert {problem.code for problem in problems} == expected(path)
    assert {problem.file for problem in problems} == {str(path)}
    assert all(problem.column >= 1 for problem in problems)
    if marked := marked_lines(path):
        assert {problem.line for problem in problems} == marked


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_problem_is_one_line_that_says_what_to_write(path: Path) -> None:
    for problem in problems_of(path):
        assert "\n" not in str(problem)
        assert str(problem).startswith(f"{path}:{problem.line}:{problem.column}  {problem.code}  ")
        assert problem.cure


def test_the_corpus_is_large_and_every_code_of_the_reader_is_in_it() -> None:
    codes = {code for path in INVALID for code in expected(path)}
    assert len(INVALID) >= MANY
    assert {code for code in CODES if code < "PW5"} - codes == {"PW103", "PW313"}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_workflow_is_read_and_has_no_error(path: Path) -> None:
    workflow = reader.read(reader.bundle_of(path), str(path))
    assert [str(p) for p in check(workflow, examine=examine) if p.severity == "error"] == []
