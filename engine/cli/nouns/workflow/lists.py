"""How what is shipped, and the tasks, rungs and indicators of a workflow, are listed."""

from __future__ import annotations

from typing import Final

from engine.service.kernel.columns import Column, Listing

SHIPPED: Final = Listing(
    name="workflows",
    key=("name",),
    columns=(
        Column(key="name", head="workflow"),
        Column(key="title", width=40),
        Column(key="version", width=8),
        Column(key="phases", kind="number", width=8),
        Column(key="tasks", kind="number", width=8),
        Column(key="units", kind="number", width=8),
    ),
)
TASKS: Final = Listing(
    name="tasks",
    key=("id",),
    columns=(
        Column(key="id", head="task", indent="depth", width=18),
        Column(key="title", width=40),
        Column(key="phase"),
        Column(key="due", width=24),
        Column(key="units", width=40),
    ),
)
RUNGS: Final = Listing(
    name="rungs",
    key=("id",),
    columns=(
        Column(key="id", head="rung"),
        Column(key="at"),
        Column(key="level", width=8),
        Column(key="notice"),
        Column(key="delivery"),
        Column(key="repeats"),
    ),
)
INDICATORS: Final = Listing(
    name="indicators",
    key=("no",),
    columns=(
        Column(key="no", width=8),
        Column(key="title", width=40),
        Column(key="points", right=True, width=8),
        Column(key="check"),
        Column(key="per"),
        Column(key="units", kind="names", width=40),
        Column(key="evidence", kind="names", width=40),
    ),
)
