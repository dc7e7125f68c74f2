"""The lists on the sheet of one unit's part in a task, by their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.service.duties.views import objections, rungs
from engine.service.kernel.actor import Actor
from engine.service.kernel.columns import Column, Listing, filled
from engine.service.kernel.plain import Row


def _actor(row: Row) -> Row | str:
    on_behalf = {"code": "for_unit", "actor": row["actor"], "unit": row["on_behalf"]}
    return on_behalf if row["on_behalf"] else str(row["actor"])


EVIDENCE: Final = Listing(
    name="evidence",
    key=("id",),
    columns=(
        Column(key="submission", head="no", width=8),
        Column(key="kind", kind="code", family="kind"),
        Column(key="name", width=24),
        Column(key="text", width=40),
        Column(key="sha256", of=lambda row: row["sha256"][:16], width=18),
        Column(key="size", head="bytes", of=lambda row: row["size"] or "", width=10),
    ),
)
HOLDS: Final = Listing(
    name="holds",
    key=("deadline", "level", "from_at"),
    columns=(
        Column(key="deadline", kind="code", family="deadline"),
        Column(key="level", head="from level", width=8),
        Column(key="from_at", head="since", kind="instant", width=16),
        Column(key="to_at", head="until", kind="instant", width=16),
        Column(key="reason", width=40),
    ),
)
PAUSES: Final = Listing(
    name="pauses",
    key=("scope", "from_at"),
    columns=(
        Column(key="scope", kind="code", family="thing"),
        Column(key="from_at", head="since", kind="instant", width=16),
        Column(key="to_at", head="until", kind="instant", width=16),
        Column(key="shift", head="dates shift", kind="yes", width=10),
        Column(key="reason", width=40),
        Column(key="document", width=24),
    ),
)
HISTORY: Final = Listing(
    name="duty_history",
    key=("seq",),
    columns=(
        Column(key="seq", width=8),
        Column(key="at", kind="instant", width=16),
        Column(key="actor", of=_actor, width=18),
        Column(key="action", kind="code", family="action"),
        Column(key="outcome", kind="code", family="outcome", width=10),
        Column(key="told", head="what and why", kind="record", of=lambda row: row, width=40),
    ),
)
PARTS: Final[Mapping[str, Listing]] = {
    "rungs": rungs.LIST,
    "evidence": EVIDENCE,
    "holds": HOLDS,
    "pauses": PAUSES,
    "objections": objections.RAISED,
    "history": HISTORY,
}
"""The lists below the dates of a duty, by what holds their rows, in the order in which one reads them."""


def lists_of(found: Row, reader: Actor) -> list[Listing]:
    """Return the lists of a duty's sheet; rungs that were stopped are not told."""
    told = [rung for rung in found["rungs"] if rung["outcome"] != "stopped"]
    return filled(PARTS, {**found, "rungs": told}, reader)
