"""What a run says while it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

EVERY_IN_SECONDS = 5.0


@dataclass
class Told:
    """Says lines with the seconds since it began; nothing where it is to be silent."""

    silent: bool = False
    began: float = field(default_factory=monotonic)
    _said: float = field(default_factory=monotonic)

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return monotonic() - self.began

    def __call__(self, line: str) -> None:
        if not self.silent:
            print(f"{self.seconds:7.1f} s  {line}", file=sys.stderr, flush=True)

    def now_and_then(self, line: Callable[[], str]) -> None:
        """Say how far it has come, not too often."""
        if not self.silent and monotonic() - self._said > EVERY_IN_SECONDS:
            self._said = monotonic()
            self(line())
