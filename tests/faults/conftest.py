"""What the small versions of the runs begin with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.spawner import Spawner
from tests.faults.told import Told


@pytest.fixture(scope="session")
def spawner() -> Iterator[Spawner]:
    """One process that forks all workers of the session."""
    with Spawner.opened() as found:
        yield found


@pytest.fixture
def silent() -> Told:
    return Told(silent=True)
