"""The clock of the machine, standing where a test wants it: a database that is no rehearsal takes no other (I3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from engine.cli.main import main
from engine.cli.shell.context import instant_from
from engine.clock import SystemClock


@contextmanager
def standing_at(now: str) -> Iterator[None]:
    """Have the clock of the machine stand at an instant, written as a person writes it."""
    at = instant_from(now)
    with patch.object(SystemClock, "now", lambda clock: at):
        yield


def main_at(now: str, *words: str) -> int:
    """Run a command line while the clock of the machine stands at an instant."""
    with standing_at(now):
        return main(list(words))
