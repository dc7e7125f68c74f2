"""Findings on the notice texts that a workflow brings along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from engine.check.finding import error
from engine.errors import Problem
from engine.model import Place, Workflow
from engine.reader.bundles import TEMPLATES, label


class TextFault(Protocol):
    """One mistake in a template."""

    @property
    def line(self) -> int:
        """The line in the template."""

    @property
    def what(self) -> str:
        """What is wrong."""

    @property
    def found(self) -> str:
        """What was found."""

    @property
    def cure(self) -> str:
        """What to write."""


Examine = Callable[[str, str], Iterable[TextFault]]


def findings(workflow: Workflow, examine: Examine) -> Iterator[Problem]:
    """Yield the mistakes that `examine(name, text)` finds in the workflow's own templates."""
    folder = workflow.phases[0].place.file.rpartition("/")[0] or workflow.id
    for name, text in workflow.templates.items():
        for fault in examine(name, text):
            place = Place(file=label(folder, f"{TEMPLATES}/{name}.j2"), line=fault.line, column=1)
            yield error("PW511", place, f"template {name}: {fault.what}", fault.found, fault.cure)
