"""Everything that can be done to a campaign, by name; an action's room is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final

from engine.clock import Clock, stopwatch, token
from engine.service.kernel.action import Action
from engine.service.kernel.actor import Door
from engine.service.kernel.desk import Desk
from engine.service.kernel.plan import Library
from engine.store.database import Database

ROOMS: Final[Mapping[str, tuple[str, ...]]] = {
    "engine.service.campaigns.commands.lifecycle": (
        "rehearse",
        "start",
        "approve",
        "advance",
        "override",
        "abort",
        "gate_seen",
    ),
    "engine.service.campaigns.commands.moving": ("move",),
    "engine.service.duties.commands.adhoc": ("add_task", "find"),
    "engine.service.campaigns.commands.passing": ("pass",),
    "engine.service.duties.commands.duties": (
        "receive",
        "submit",
        "accept",
        "return",
        "waive",
    ),
    "engine.service.duties.commands.counts": (
        "count",
        "uncount",
        "period",
    ),
    "engine.service.duties.commands.objections": (
        "object",
        "decide",
    ),
    "engine.service.duties.commands.dates": (
        "extend",
        "grant",
        "hold",
        "raise",
    ),
    "engine.service.campaigns.commands.adjusting": (
        "date",
        "reschedule",
        "adjust",
    ),
    "engine.service.notices.commands.again": ("again",),
    "engine.service.campaigns.commands.pausing": (
        "pause",
        "resume",
    ),
    "engine.service.notices.commands.paper": (
        "draft",
        "release",
        "withhold",
        "sign",
        "correct",
    ),
    "engine.service.signing.commands.links": (
        "give_link",
        "late_link",
    ),
    "engine.service.campaigns.commands.people": ("contact",),
    "engine.service.campaigns.commands.succession": (
        "rename_unit",
        "merge_units",
        "start_unit",
    ),
    "engine.service.campaigns.commands.switching": ("channel",),
    "engine.service.campaigns.commands.quotas": ("designate",),
    "engine.service.indicators.commands.indicators": (
        "score",
        "prove",
        "ask",
    ),
    "engine.service.indicators.commands.vetoes": (
        "veto",
        "unveto",
        "judge",
    ),
    "engine.service.inspections.commands.looking": (
        "draw",
        "pair",
        "check",
    ),
    "engine.service.inspections.commands.findings": (
        "report",
        "adopt",
        "drop",
    ),
    "engine.service.inspections.commands.monthly": (
        "month",
        "tell",
    ),
    "engine.service.campaigns.commands.nested": ("nested_changed",),
    "engine.service.duties.commands.firing": (
        "occur",
        "open",
    ),
    "engine.service.notices.commands.writing": ("bind",),
    "engine.service.delivery.commands.delivering": (
        "deliver",
        "retry",
    ),
    "engine.service.campaigns.commands.calendars": ("calendar",),
    "engine.service.clock.commands.clock": ("clock",),
}
"""The module of each room, and what it says can be done; a test holds it against the modules."""
ROOM_OF: Final[Mapping[str, str]] = {name: room for room, names in ROOMS.items() for name in names}


class Actions(Mapping[str, Action]):
    """The actions by name."""

    def __init__(self) -> None:
        self._known: dict[str, Action] = {}

    def __getitem__(self, name: str) -> Action:
        """Return an action; KeyError for none."""
        if name not in self._known:
            found: tuple[Action, ...] = import_module(ROOM_OF[name]).ACTIONS
            self._known |= {action.name: action for action in found}
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        """Yield all names."""
        return iter(ROOM_OF)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(ROOM_OF)


ACTIONS: Final = Actions()


def new_desk(
    database: Database,
    clock: Clock,
    library: Library | None = None,
    stopwatch: Callable[[], float] = stopwatch,
    token: Callable[[], str] = token,
    door: Door = Door(),
) -> Desk:
    """Return a desk at which everything can be done."""
    return Desk(database, clock, ACTIONS, library or Library(), stopwatch, token, door)
