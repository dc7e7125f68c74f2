"""The lists on the sheet of a campaign, and the conditions of a gate, by their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from engine.service.campaigns.views import burden, nested, quota
from engine.service.duties.views import objections, task
from engine.service.duties.views.roster import LIGHTS
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row


def _phase(row: Row) -> str:
    return f"{'▸ ' if row['current'] else ''}{row['id']}"


def _phase_state(row: Row) -> Row | str:
    return {"code": "past_last_day", "state": row["state"]} if row["past_last_day"] else str(row["state"])


def _lit(light: str) -> Callable[[Row], object]:
    return lambda row: row["lights"][light] or ""


def _about(row: Row) -> list[Row | str]:
    """Return what the next moments are about; of a ladder what it hangs on, and which of its deadlines."""
    return [_ladder(each) if row["what"] == "ladders" else each for each in row["about"]]


def _ladder(told: str) -> Row:
    subject, _, deadline = told.rpartition(" ")
    return {"code": "ladder_of", "subject": subject, "deadline": deadline}


PHASES: Final = Listing(
    name="phases",
    key=("id",),
    columns=(
        Column(key="id", head="phase", of=_phase),
        Column(key="title", width=24),
        Column(key="state", kind="code", of=_phase_state, family="phase", width=20),
        Column(key="first_day", head="first day", kind="day"),
        Column(key="last_day", head="last day", kind="day"),
        *(Column(key=light, kind="number", of=_lit(light), width=8) for light in LIGHTS),
    ),
)
NEXT: Final = Listing(
    name="next",
    key=("at", "what"),
    columns=(
        Column(key="at", kind="instant", width=16),
        Column(key="what", kind="code", family="moment", width=20),
        Column(key="count", width=8),
        Column(key="about", kind="names", of=_about, width=30, most=4),
    ),
)
PAUSES: Final = Listing(
    name="open_pauses",
    key=("scope", "subject"),
    columns=(
        Column(key="subject", head="what", width=20),
        Column(key="since", kind="instant", width=16),
        Column(key="shift", head="dates shift", kind="yes", width=10),
        Column(key="reason", width=40),
        Column(key="document", width=24),
    ),
)
PROVISIONAL: Final = Listing(
    name="provisional",
    key=("task", "due_on"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="due_on", head="due", of=lambda row: f"{row['due_on']} {row['weekday']}", width=16),
        Column(key="units", width=8),
    ),
)
UNDATED: Final = Listing(
    name="undated",
    key=("task",),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="units", width=8),
    ),
)
LEFT: Final = Listing(
    name="left",
    key=("task", "unit"),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="last_day", head="last day", kind="day"),
    ),
)
VACANCIES: Final = Listing(
    name="vacancies",
    key=("unit",),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="levels", of=lambda row: {"code": "levels", "levels": row["levels"]}, width=24),
    ),
)
ASIDE: Final = Listing(
    name="aside",
    key=("item",),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="kind", head="notice", kind="code", family="kind"),
        Column(key="level", kind="code", width=7),
        Column(key="task", kind="reference", leads="task"),
        Column(key="reason", head="why", width=40),
    ),
)
PARTS: Final[Mapping[str, Listing]] = {
    "quotas": quota.SUMMED,
    "next": NEXT,
    "nested": nested.BELOW,
    "pauses": PAUSES,
    "objections": objections.UNDECIDED,
    "provisional": PROVISIONAL,
    "undated": UNDATED,
    "unissued": task.UNISSUED,
    "left": LEFT,
    "vacancies": VACANCIES,
    "aside": ASIDE,
    "over_limit": burden.OVER,
}
"""The lists below the phases of a campaign, by what holds their rows, in the order in which one reads them."""


# --- the gate ---

CONDITIONS: Final = Listing(
    name="conditions",
    key=("id",),
    empty="(it has no conditions)",
    columns=(
        Column(key="holds", kind="yes", width=8),
        Column(key="text", head="condition", width=40, indent="depth"),
        Column(key="counted", kind="number", width=8),
        Column(key="needed", kind="number", width=8),
        Column(key="missing", of=lambda row: len(row["missing"]) or "", width=8),
    ),
)


def conditions_of(found: Sequence[Row], depth: int = 0) -> Iterator[Row]:
    """Yield the conditions of a gate, each before those that it is made of, with its depth."""
    for condition in found:
        yield {**condition, "depth": depth}
        yield from conditions_of(condition["children"], depth + 1)
