"""The heartbeat: at every beat one sweep and one delivery, until told to stop (SEMANTICS F1, C4)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from engine.bootstrap import Wired
from engine.clock import DriftWatch, SystemClock, sleep
from engine.errors import ClockJumped, PhasegateError
from engine.service.installation import accepted_clock
from engine.service.relaying import Delivered, deliver
from engine.service.sweep import Swept, sweep
from notifications.notice import NoticeError

LARGEST_JUMP_IN_SECONDS: Final = 300.0
BREATH_IN_SECONDS: Final = 0.03
LOOK_IN_SECONDS: Final = 0.1
Say = Callable[[str], None]


class Stopped(Exception):
    """The batch is finished and the process is to end."""


@dataclass(slots=True)
class Stop:
    """Told once, by a signal; asked between batches."""

    told: bool = False

    def tell(self, *_: object) -> None:
        """Ask for the end; safe inside a signal handler."""
        self.told = True

    def breathe(self) -> None:
        """Leave the database free for a moment between batches, or end after this one (F3)."""
        if self.told:
            raise Stopped
        sleep(BREATH_IN_SECONDS)


@dataclass(slots=True)
class Guard:
    """Refuses to beat after wall time jumped ahead, until it is set right or a person accepts it (C4)."""

    watch: DriftWatch = field(default_factory=DriftWatch)
    _ahead: float = 0.0
    _accepted_before: datetime | None = None

    def why_not(self, accepted_at: Callable[[], datetime]) -> str:
        """Return why no beat may be made now; empty where it may."""
        jump = self.watch.jump()
        if self._ahead or jump > LARGEST_JUMP_IN_SECONDS:
            self._ahead += jump
        if self._ahead <= LARGEST_JUMP_IN_SECONDS or self._is_accepted(accepted_at()):
            self._ahead, self._accepted_before = 0.0, None
            return ""
        minutes = round(self._ahead / 60)
        return f"the clock jumped ahead by {minutes} minutes at once"

    def _is_accepted(self, at: datetime) -> bool:
        if self._accepted_before is None:
            self._accepted_before = at
        return at != self._accepted_before


@dataclass(slots=True)
class Beat:
    """One sweep and one delivery; what goes wrong is told and tried again at the next beat."""

    wired: Wired
    stop: Stop
    say: Say
    guard: Guard = field(default_factory=Guard)
    _last_said: str = ""

    def __call__(self) -> None:
        """Beat once; no error escapes."""
        try:
            self._beat()
        except Stopped:
            return
        except (PhasegateError, NoticeError) as error:
            self._complain(error.line())
        except Exception as error:
            self._complain(f"PG999  this beat failed — {type(error).__name__}: {error} — it is tried again")
        else:
            self._last_said = ""

    def _beat(self) -> None:
        if self.stop.told:
            raise Stopped
        desk = self.wired.desk
        if why_not := self.guard.why_not(lambda: accepted_clock(desk)):
            raise ClockJumped(why=why_not)
        swept = sweep(desk, self.stop.breathe)
        if self.stop.told:
            raise Stopped
        delivered = deliver(desk, self.wired.channels, self.wired.sender, self.wired.worker, lambda: self.stop.told)
        self._report(swept, delivered)

    def _report(self, swept: Swept, delivered: Delivered) -> None:
        if swept.refused:
            raise ClockJumped(why=f"the clock is behind the records of {swept.refused} campaigns")
        if swept.moments or swept.notices or delivered != Delivered():
            said = f"{swept.moments} moments, {swept.notices} notices written, {delivered.sent} sent"
            later = f", {delivered.queued} to be tried again" if delivered.queued else ""
            self.say(said + later + (f", {delivered.failed} failed" if delivered.failed else ""))

    def _complain(self, line: str) -> None:
        """Tell what is wrong once, not at every beat."""
        if line != self._last_said:
            self.say(line)
        self._last_said = line


def heartbeat(beat: Callable[[], None], every_in_seconds: float, stop: Stop) -> None:
    """Beat now and then every so many seconds until told to stop; a beat that runs is finished first."""
    # Without a handler the library prints a line for every beat that outlasts the interval.
    logging.getLogger("apscheduler").addHandler(logging.NullHandler())
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(max_workers=1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    trigger = IntervalTrigger(seconds=every_in_seconds, timezone=UTC)
    job = scheduler.add_job(beat, trigger, next_run_time=SystemClock().now())
    watch = DriftWatch()
    scheduler.start()
    try:
        while not stop.told:
            sleep(LOOK_IN_SECONDS)
            # Wall time that was set back would make the library wait until it has caught up.
            if watch.jump() < -LOOK_IN_SECONDS:
                job.modify(next_run_time=SystemClock().now())
    finally:
        scheduler.shutdown(wait=True)
