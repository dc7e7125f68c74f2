"""Ninety days off for a few; the long one is `python -m tests.faults outage`."""

from __future__ import annotations

from pathlib import Path

from tests.faults.outage import Options, lived
from tests.faults.spawner import Spawner
from tests.faults.told import Told

SMALL = Options(items=20, units=5, tasks=4, acts=2, pause=0.01)


def test_after_ninety_days_off_each_recipient_is_told_once_while_a_person_works(
    database_url: str, tmp_path: Path, spawner: Spawner, silent: Told
) -> None:
    assert lived(SMALL, database_url, tmp_path, spawner, silent) == []
