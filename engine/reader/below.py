"""The workflow of a nested campaign: a folder or file beside that of its parent, or a shipped one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.model import Nested, Workflow
from engine.reader.bundles import bundle_of, shipped, shipped_bundle
from engine.reader.parameters import fill
from engine.reader.workflow import read


def bundle_below(nested: Nested, beside: Path | None = None) -> Mapping[str, str]:
    """Return the texts of a nested campaign's workflow, filled; `beside` is the folder of its parent's."""
    return fill(_found(nested.workflow, beside), nested.settings)


def beside(word: str) -> Path | None:
    """Return the folder in which a workflow stands, and those of its nested campaigns; None for a shipped one."""
    return None if word in shipped() else Path(word).absolute().parent


def _found(name: str, beside: Path | None) -> Mapping[str, str]:
    for path in (beside / name, beside / f"{name}.yaml") if beside else ():
        if path.exists():
            return bundle_of(path)
    return shipped_bundle(name)


def workflow_below(nested: Nested, beside: Path | None = None) -> Workflow:
    """Return a nested campaign's workflow; UnknownName or BadWorkflow where it cannot be had."""
    return read(bundle_below(nested, beside), nested.workflow)
