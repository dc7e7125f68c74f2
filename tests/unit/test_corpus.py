from __future__ import annotations

from pathlib import Path

import pytest

from engine import reader
from engine.calendar import load
from engine.check import check
from engine.errors import BadWorkflow, Problem
from engine.reader import CODES
from notifications.render import examine

CORPUS = Path(__file__).parents[1] / "corpus"
INVALID = sorted((CORPUS / "invalid").glob("*.yaml"))
VALID = sorted((CORPUS / "valid").iterdir())
BROKEN = sorted((CORPUS / "broken").glob("*.yaml"))
MANY = 45
MANY_BROKEN = 60
SEVERE = [f"PW5{n:02}" for n in (5, 6, 7, 8, 12, 17, 22, 23, 25, 26, 27, 28, 42, 44, 51, 52, 53, 54, 70, 72, 73, 75)]
SEVERE += ["PW585", "PW586", "PW587", "PW588", "PW589", "PW590", "PW591"]


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
    found = check(workflow, examine=examine, nests=lambda nested: reader.workflow_below(nested, path.parent))
    assert [str(p) for p in found if p.severity == "error"] == []


def findings_of(path: Path) -> list[Problem]:
    workflow = reader.read(reader.bundle_of(path), str(path))
    return [p for p in check(workflow, calendar=load("CN"), examine=examine) if p.severity != "note"]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_workflow_is_read_and_found_with_its_codes_at_its_places(path: Path) -> None:
    found = findings_of(path)
    assert {problem.code for problem in found} == expected(path)
    assert {problem.line for problem in found} == marked_lines(path)
    assert all(problem.file == str(path) and problem.column >= 1 for problem in found)
    assert all(problem.cure and "\n" not in str(problem) for problem in found)


def test_what_is_broken_is_told_as_an_error_only_where_a_run_cannot_finish_or_would_be_false() -> None:
    severe = {problem.code for path in BROKEN for problem in findings_of(path) if problem.severity == "error"}
    assert sorted(severe) == SEVERE


def test_the_broken_corpus_is_large_and_each_file_is_another() -> None:
    assert len(BROKEN) >= MANY_BROKEN
    bodies = {path.read_text("utf-8").partition("\n")[2].replace("  # here", "") for path in BROKEN}
    assert len(bodies) == len(BROKEN)
    codes = {code for path in (*BROKEN, *INVALID) for code in expected(path)}
    elsewhere = {"PW511", "PW568", "PW593"}
    only_notes = {
        "PW502",
        "PW514",
        "PW515",
        "PW516",
        "PW519",
        "PW520",
        "PW521",
        "PW537",
        "PW538",
        "PW540",
        "PW546",
        "PW547",
        "PW557",
        "PW576",
    }
    assert {code for code in CODES if code > "PW5"} - codes == only_notes | elsewhere
