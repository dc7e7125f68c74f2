"""Finding the workflow that a word on the command line means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine import reader


def workflow_bundle(word: str) -> Mapping[str, str]:
    """Return the texts of the shipped workflow `word`, or of the file or folder it names.

    A folder that bears the name of a shipped workflow is written with its path: ./shizhu.
    """
    if word in reader.shipped():
        return reader.shipped_bundle(word)
    if "/" in word or "\\" in word or word.endswith((".yaml", ".yml")) or Path(word).exists():
        return reader.bundle_of(word)
    return reader.shipped_bundle(word)
