"""Everything that can be done to a campaign, by name; an action's room is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final

from engine.clock import Clock, stopwatch, token
from engine.service.actions.action import Action
from engine.service.actor import Door
from engine.service.desk import Desk
from engine.service.plan import Library
from engine.store.database import Database

ROOMS: Final[Mapping[str, tuple[str, ...]]] = {
    "engine.service.actions.lifecycle": (
        "rehearse",
        "start",
        "approve",
        "advance",
        "override",
        "abort",
        "gate_seen",
    ),
    "engine.service.actions.moving": ("move",),
    "engine.service.actions.adhoc": ("add_task", "find"),
    "engine.service.actions.passing": ("pass",),
    "engine.service.actions.duties": (
        "receive",
        "submit",
        "accept",
        "return",
        "waive",
    ),
    "engine.service.actions.counts": (
        "count",
        "uncount",
        "period",
    ),
    "engine.service.actions.objections": (
        "object",
        "decide",
    ),
    "engine.service.actions.dates": (
        "extend",
        "grant",
        "hold",
        "raise",
    ),
    "engine.service.actions.adjusting": (
        "date",
        "reschedule",
        "adjust",
    ),
    "engine.service.actions.again": ("again",),
    "engine.service.actions.pausing": (
        "pause",
        "resume",
    ),
    "engine.service.actions.paper": (
        "draft",
        "release",
        "withhold",
        "sign",
        "correct",
    ),
    "engine.service.actions.links": (
        "give_link",
        "late_link",
    ),
    "engine.service.actions.people": ("contact",),
    "engine.service.actions.succession": (
        "rename_unit",
        "merge_units",
        "start_unit",
    ),
    "engine.service.actions.switching": ("channel",),
    "engine.service.actions.quotas": ("designate",),
    "engine.service.actions.indicators": (
        "score",
        "prove",
        "ask",
    ),
    "engine.service.actions.vetoes": (
        "veto",
        "unveto",
        "judge",
    ),
    "engine.service.actions.looking": (
        "draw",
        "pair",
        "check",
    ),
    "engine.service.actions.findings": (
        "report",
        "adopt",
        "drop",
    ),
    "engine.service.actions.monthly": (
        "month",
        "tell",
    ),
    "engine.service.actions.nested": ("nested_changed",),
    "engine.service.actions.firing": (
        "occur",
        "open",
    ),
    "engine.service.actions.writing": ("bind",),
    "engine.service.actions.delivering": (
        "deliver",
        "retry",
    ),
    "engine.service.actions.calendars": ("calendar",),
    "engine.service.actions.clock": ("clock",),
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
