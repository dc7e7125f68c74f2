"""Everything that can be done to a campaign, by name; an action's room is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final

from engine.clock import Clock, SteppedClock, stopwatch, token
from engine.records import replace
from engine.service.kernel.action import Action
from engine.service.kernel.actor import Door
from engine.service.kernel.desk import Desk
from engine.service.kernel.installing import rehearsals_only
from engine.service.kernel.plan import Library
from engine.service.kernel.rooms import places
from engine.store.database import Database


class Actions(Mapping[str, Action]):
    """The actions by name."""

    def __init__(self) -> None:
        self._known: dict[str, Action] = {}

    def __getitem__(self, name: str) -> Action:
        """Return an action; KeyError for none."""
        if name not in self._known:
            found: tuple[Action, ...] = import_module(places()[name].module).ACTIONS
            self._known |= {action.name: action for action in found}
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        """Yield all names."""
        return iter(places())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(places())


ACTIONS: Final = Actions()


def new_desk(
    database: Database,
    clock: Clock,
    library: Library | None = None,
    stopwatch: Callable[[], float] = stopwatch,
    token: Callable[[], str] = token,
    door: Door = Door(),
) -> Desk:
    """Return a desk at which everything can be done.

    By a clock that was set at the command line it is done in a rehearsal only (SEMANTICS I3).
    """
    if door.kind == "command_line" and isinstance(clock, SteppedClock):
        database = replace(database, vouch=rehearsals_only(database.url))
    return Desk(database, clock, ACTIONS, library or Library(), stopwatch, token, door)
