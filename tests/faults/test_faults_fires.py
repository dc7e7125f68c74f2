"""A small year with real workers that are killed and frozen; the long one is `python -m tests.faults fires`."""

from __future__ import annotations

from pathlib import Path

from tests.faults.fires import Options, lived
from tests.faults.spawner import Spawner
from tests.faults.told import Told

SMALL = Options(
    fires=24,
    workers=3,
    units=2,
    tasks=2,
    rungs=4,
    strike_every=6,
    beat=0.1,
    poll=0.05,
    freeze=0.1,
    acts=2,
    pause=0.2,
    minutes=2,
)


def test_workers_that_are_killed_and_frozen_record_every_rung_once_and_tell_it_once(
    database_url: str, tmp_path: Path, spawner: Spawner, silent: Told
) -> None:
    assert lived(SMALL, database_url, tmp_path, spawner, silent) == []
