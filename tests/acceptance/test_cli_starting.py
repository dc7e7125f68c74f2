"""What a command may import: a short command is mostly its imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from machine_clock import main_at
from nested_city import CORPUS

HEAVY = (
    "alembic",
    "apscheduler",
    "jinja2",
    "notifications.relay",
    "openpyxl",
    "prometheus_client",
    "rich",
    "sqlalchemy",
    "sqlmodel",
    "transitions",
    "urllib.request",
    "xml",
)
"""What neither a list nor a help has any use for."""
HEAVIER = (*HEAVY, "dataclasses", "difflib", "email", "http", "json", "logging", "ssl", "yaml")
LOOK = (
    "import sys; from engine.cli.main import main; assert main(sys.argv[2:]) == 0; "
    "print([name for name in sys.argv[1].split() if name in sys.modules], file=sys.stderr)"
)


@pytest.fixture
def db(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "phasegate.db"
    path.write_bytes(sqlite_template.read_bytes())
    given = ("--db", f"sqlite:///{path}")
    assert (
        main_at("2023-06-23T09:00", *given, "campaign", "create", "city", "--workflow", str(CORPUS / "nested-city"))
        == 0
    )
    return f"sqlite:///{path}"


def imported(heavy: tuple[str, ...], *words: str, db: str = "") -> str:
    env = {**os.environ, "PHASEGATE_DB": db}
    found = subprocess.run(
        [sys.executable, "-c", LOOK, " ".join(heavy), *words], capture_output=True, text=True, check=True, env=env
    )
    assert found.stdout
    return found.stderr


def test_help_imports_only_what_prints_it() -> None:
    assert imported(HEAVIER, "--help") == "[]\n"


@pytest.mark.parametrize("words", [("campaign", "list"), ("task", "list", "city"), ("--json", "campaign", "list")])
def test_a_list_imports_nothing_that_writes_draws_or_renders(db: str, words: tuple[str, ...]) -> None:
    assert imported(HEAVY, *words, db=db) == "[]\n"


def test_a_workflow_without_templates_is_checked_without_their_language_and_without_a_store() -> None:
    heavy = (*HEAVY, "dataclasses", "email", "http", "ssl")
    assert imported(heavy, "workflow", "check", str(CORPUS / "nested-city")) == "[]\n"
