"""What acceptance tests begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from clerk import Clerk


@pytest.fixture
def clerk(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Clerk:
    """A clerk in an empty folder with an empty database."""
    shutil.copy(sqlite_template, tmp_path / "phasegate.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///phasegate.db")
    monkeypatch.setenv("PHASEGATE_EML_DIR", str(tmp_path / "eml"))
    return Clerk(capsys, tmp_path)
