"""The heartbeat: one beat after the other, none at once with another, until told to stop (SEMANTICS F1)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from engine.clock import DriftWatch, SystemClock, sleep
from engine.serving import Stop

LOOK_IN_SECONDS: Final = 0.1


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
    trigger = IntervalTrigger(seconds=every_in_seconds, timezone=UTC)
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
