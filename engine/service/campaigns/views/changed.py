"""Lists of what an act changed in many campaigns or rows at once, by their columns."""

from __future__ import annotations

from typing import Final

from engine.service.kernel.columns import Column, Listing

DATES: Final = Listing(
    name="calendar_dates",
    key=("campaign", "unit", "from", "to"),
    columns=(
        Column(key="campaign", kind="reference", width=22, leads="campaign"),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="from", head="from day", kind="day"),
        Column(key="to", head="to day", kind="day"),
        Column(key="provisional", kind="yes", width=8),
        Column(key="notified", kind="yes", width=8),
    ),
)
"""The dates that an official year moves, see `apply_year`."""
CELLS: Final = Listing(
    name="cells",
    key=("cell",),
    columns=(
        Column(key="cell", width=8),
        Column(key="id", head="row", width=24),
        Column(key="column", width=14),
        Column(key="before", width=24),
        Column(key="after", width=24),
        Column(key="action", head="means", kind="code", family="action"),
    ),
)
"""The edited cells of a sheet, and the act that each means, see `imported`."""
