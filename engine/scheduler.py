"""The heartbeat: one beat after the other, none at once with another, until told to stop (SEMANTICS F1)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from engine.clock import DriftWatch, SystemClock, sleep
from engine.serving import Stop

LOOK_IN_SECONDS: Final = 0.1


class Onward(IntervalTrigger):  # type: ignore[misc]
    """A grid of moments of which none that is over is ever listed, however many a clock that jumped has left out."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """Return the first moment of the grid that lies ahead, whatever lies between the last and now."""
        if previous_fire_time is None or now < previous_fire_time:
            found: datetime | None = super().get_next_fire_time(previous_fire_time, now)
            return found
        interval: timedelta = self.interval
        return previous_fire_time + ((now - previous_fire_time) // interval + 1) * interval


def heartbeat(
    beat: Callable[[], None],
    every_in_seconds: float,
    stop: Stop,
    *,
    later: float = 0.0,
    told: Callable[[], None] = lambda: None,
) -> None:
    """Beat after `later` seconds and then every so many until stopped; a beat that runs is finished first.

    `told` is called when the stop is noticed.
    """
    # The library warns of every beat that outlasts the interval, which is nothing wrong.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(max_workers=1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    trigger = Onward(seconds=every_in_seconds, timezone=UTC)
    job = scheduler.add_job(beat, trigger, next_run_time=SystemClock().now() + timedelta(seconds=later))
    watch = DriftWatch()
    scheduler.start()
    try:
        while not stop.told:
            sleep(LOOK_IN_SECONDS)
            # Wall time that was set back would make the library wait until it has caught up.
            if watch.jump() < -LOOK_IN_SECONDS:
                job.modify(next_run_time=SystemClock().now())
        told()
    finally:
        scheduler.shutdown(wait=True)
