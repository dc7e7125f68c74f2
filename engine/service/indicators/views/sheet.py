"""The lists on the sheets of indicators, by their columns."""

from __future__ import annotations

from typing import Final

from engine.service.kernel.columns import Column, Listing

UNITS: Final = Listing(
    name="unit_scores",
    key=("unit",),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="points", kind="number", width=8),
        Column(key="self", kind="number", width=8),
        Column(key="checked", kind="number", width=8),
    ),
)
SCORES: Final = Listing(
    name="scores",
    key=("unit", "period", "kind"),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="period", width=10),
        Column(key="kind", kind="code", family="score", width=10),
        Column(key="points", kind="number", width=8),
        Column(key="on", kind="day"),
        Column(key="note", width=30),
    ),
)
PIECES: Final = Listing(
    name="pieces",
    key=("slot", "unit", "period", "version"),
    columns=(
        Column(key="slot", width=10),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="period", width=10),
        Column(key="kind", kind="code", family="kind", width=10),
        Column(key="name", width=24),
        Column(key="text", width=40),
        Column(key="version", kind="number", width=8),
        Column(key="state", kind="code", family="state", width=10),
        Column(key="on", kind="day"),
    ),
)
VETOES: Final = Listing(
    name="vetoes",
    key=("indicator", "unit"),
    columns=(
        Column(key="indicator", kind="reference", width=10, leads="indicator"),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="raised_on", head="raised", kind="day"),
        Column(key="reason", width=40),
        Column(key="document", width=24),
    ),
)
