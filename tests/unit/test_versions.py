"""Other versions of Python are looked for; where one is not here, that is said and the next is tried."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from versions import QUICK, SHORT, VERSIONS, WHOLE, found, main, passes

ROOT = Path(__file__).parents[2]
OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"


def interpreter(folder: Path, version: str, says: str) -> Path:
    path = folder / f"python{version}"
    path.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing but one folder on its path, and no pyenv."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    return tmp_path


def test_a_version_that_is_not_here_is_told_and_passed_over(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], ["3.98", "3.99"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Python 3.98: not found here, its tests are not run",
        "Python 3.99: not found here, its tests are not run",
    ]


def test_a_shim_that_runs_nothing_is_no_interpreter_and_one_of_pyenv_is(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter(bare, "3.98", "echo 'command not found' >&2; exit 127")
    assert found("3.98") is None
    home = bare / "pyenv" / "versions" / "3.98.1" / "bin"
    home.mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(bare / "pyenv"))
    there = interpreter(home, "3.98", "echo 3.98")
    assert found("3.98") == there


def test_a_version_whose_environment_cannot_be_made_fails(bare: Path) -> None:
    interpreter(bare, "3.98", '[ "$1" = -c ] && echo 3.98 || exit 3')
    assert not passes("3.98", SHORT)
    assert main([], ["3.98", "3.99"]) == 1


@pytest.mark.parametrize(("given", "what"), [([], SHORT), (["--quick"], QUICK), (["--whole"], WHOLE)])
def test_what_is_run_is_said_and_asked_for_by_an_option(
    bare: Path, capsys: pytest.CaptureFixture[str], given: list[str], what: tuple[str, ...]
) -> None:
    interpreter(bare, "3.98", '[ "$1" = -c ] && echo 3.98 || exit 3')
    assert main(given, ["3.98"]) == 1
    assert capsys.readouterr().out == f"Python 3.98: {' '.join(what) or 'all tests'}\n"
    assert all((ROOT / part).exists() for part in what if part.startswith("tests/"))


def test_the_versions_that_are_tried_are_those_that_the_package_names_beside_ours() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [v for v in ("3.11", *VERSIONS) if f'"Programming Language :: Python :: {v}"' not in text] == []
    assert 'requires-python = ">=3.11"' in text and OURS in ("3.11", *VERSIONS)
