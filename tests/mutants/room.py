"""A scratch copy of the sources, in which something may be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("engine", "notifications", "workflows", "tests", "docs", "pyproject.toml")


def copied(room: Path, parts: tuple[str, ...] = PARTS) -> Path:
    """Copy the sources into a new folder and return it."""
    room.mkdir()
    for part in parts:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, room / part)
    return room
