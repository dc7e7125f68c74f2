"""What the store wants of whoever keeps the connections of a driver."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

Backend = Literal["sqlite", "postgresql"]
Hook = Callable[[Any], object]
"""Is given the driver's own connection; what it raises is raised to whoever asked for one."""


class Lent(Protocol):
    """A connection while it is lent."""

    @property
    def driver_connection(self) -> Any:
        """The driver's own."""

    def invalidate(self) -> None:
        """Throw it away: it is lost, or nobody knows what it is in the middle of."""

    def close(self) -> None:
        """Give it back; what was not committed on it is rolled back."""


class Pool(Protocol):
    """Lends connections of one database, each to one at a time; any thread may ask.

    `on_connect` is told of each new connection, `on_lend` of each that is lent, in order. `error` is what the
    driver raises, `file` the file of a SQLite database.
    """

    backend: Backend
    error: type[Exception]
    file: Path | None
    on_connect: list[Hook]
    on_lend: list[Hook]

    @property
    def address(self) -> str:
        """The database as programs of its own kind take it, without a password."""

    def lend(self) -> Lent:
        """Lend a connection on which nothing has begun."""

    def was_lost(self, lent: Lent, error: Exception) -> bool:
        """Tell whether an error says that the connection is gone."""

    def close(self) -> None:
        """Close those that are not lent; a later asker is given a new one."""
