"""Whatever goes wrong, what must hold holds: seeds lived with all their faults (docs/reliability.md)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.simulation.__main__ import main  # noqa: E402
from tests.simulation.run import lived  # noqa: E402
from tests.simulation.twins import differing  # noqa: E402


@pytest.mark.parametrize("seed", range(300))
def test_whatever_goes_wrong_what_must_hold_holds(seed: int) -> None:
    found = lived(seed).wrong
    assert not found, "\n".join([*found, f"see it again: python -m tests.simulation --replay {seed}"])


def test_a_seed_lived_again_is_the_same_to_the_last_byte() -> None:
    first, second = lived(7), lived(7)
    assert first.trace == second.trace
    assert first.journals == second.journals


def test_another_process_prints_the_same_steps_of_a_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--replay", "7"]) == 0
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4242"}
    command = [sys.executable, "-m", "tests.simulation", "--replay", "7"]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert told == capsys.readouterr().out


@pytest.mark.parametrize("seed", [3, 11])
def test_a_seed_leaves_the_same_bytes_on_sqlite_and_postgresql(
    seed: int, postgres: Any, postgres_template: str
) -> None:
    assert differing(seed, postgres.new(postgres_template)) == ""
