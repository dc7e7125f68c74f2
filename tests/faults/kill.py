"""Several `serve` on one SQLite file, killed and frozen at random: `python -m tests.faults kill`."""

from __future__ import annotations

from tests.faults.fires import Options, run
from tests.faults.options import options_from
from tests.faults.told import Told

ONE_FILE = Options(sqlite=True, workers=4, fires=1000, strike_every=40, acts=20)


def main(args: list[str], told: Told) -> list[str]:
    return run(options_from(args, ONE_FILE, __doc__), told)
