"""The command `phasegate` by a clock that shows a Friday morning, whenever the tests run: at night nothing goes out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.cli.main import run
from engine.cli.shell.context import Context
from engine.clock import stopwatch

MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BEGAN = stopwatch()


class Friday:
    """A clock that runs on from ten o'clock."""

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=stopwatch() - BEGAN)


if __name__ == "__main__":
    Context.clock = property(lambda self: Friday())  # type: ignore[assignment, method-assign]
    run()
