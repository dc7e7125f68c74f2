"""Records of how the service runs: they stand in no journal, and replay knows nothing of them (SEMANTICS X1)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from engine.records import record


@record
class Worker:
    """A process that serves, or did; `every` is how often it promised to be seen, in milliseconds.

    `id` only grows and is given to nobody again. What is counted is counted since the process began.
    """

    id: int
    name: str
    host: str
    pid: int
    version: str
    state: Literal["serving", "stopping", "stopped"]
    started_at: datetime
    seen_at: datetime
    every: int
    beats: int = 0
    moments: int = 0
    notices: int = 0
    sent: int = 0
    failed: int = 0
    errors: int = 0
    last_beat: int = 0
    last_error: str = ""

    @property
    def identity(self) -> str:
        """What it leases under; two processes of one name differ in it."""
        return f"{self.name}#{self.id}"
