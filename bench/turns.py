"""Two checkouts do the same work in turns, and are compared by the CPU time that it took.

Run: python -m bench.turns OTHER [NAME…] [--turns 7] [--processes 3] [--json FILE]

OTHER is a checkout with a `.venv` of its own, of an earlier state as a rule; this one is compared with it. Each side
is a process that has done a turn before the first one counts; they are asked alternately, and whoever was second is
first the next time. Several processes of each are asked, one after the other: how memory happens to lie in one of
them makes all its turns up to 5 % slower or quicker. CPU time is user and system, so that others on the machine
disturb it less; where quartiles lie further apart than 5 %, run it again.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.workloads import MOST_TURNS, WORK

HERE = Path(__file__).parent
BEGIN = f"import runpy; runpy.run_path({str(HERE / 'workloads.py')!r}, run_name='__main__')"
WORSE = 1.05
Asked = subprocess.Popen[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """What the two sides took for one operation in each turn, in microseconds of CPU."""

    name: str
    other: tuple[float, ...]
    this: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """This side's median as a multiple of the other's."""
        return statistics.median(self.this) / statistics.median(self.other)

    @property
    def told(self) -> str:
        """One line of the table."""
        verdict = "**worse**" if self.ratio > WORSE else "holds"
        return f"| {self.name} | {_middle(self.other)} | {_middle(self.this)} | {self.ratio:.2f}× | {verdict} |"


def main() -> int:
    """Print a table; 1 where anything became worse by more than a twentieth."""
    options = _options()
    print(
        "| work | before, µs CPU each | now, µs CPU each | ratio | |", "|---|---|---|---|---|", sep="\n", flush=True
    )
    pairs = []
    for name in options.names:
        pairs.append(_pair(options.other.resolve(), name, options.turns, options.processes))
        print(pairs[-1].told, flush=True)
        if options.json:
            told = [asdict(pair) | {"ratio": pair.ratio} for pair in pairs]
            options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 1 if any(pair.ratio > WORSE for pair in pairs) else 0


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m bench.turns")
    parser.add_argument("other", type=Path, metavar="OTHER", help="a checkout with a .venv in it")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(WORK)}; without any: all")
    parser.add_argument("--turns", type=int, default=7, choices=range(2, MOST_TURNS), metavar="N")
    parser.add_argument("--processes", type=int, default=3, choices=range(1, 10), metavar="N", help="of each side")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what each turn took to a file as well")
    options = parser.parse_args()
    if unknown := set(options.names) - set(WORK):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(WORK)}")
    options.names = options.names or list(WORK)
    return options


def _pair(other: Path, name: str, turns: int, processes: int) -> Pair:
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(processes):
        with ExitStack() as open_:
            sides = [open_.enter_context(_asked(checkout, name)) for checkout in (other, HERE.parent)]
            for number in range(turns):
                for i in (0, 1) if number % 2 else (1, 0):
                    spent[i].append(_turn(sides[i]) * 1e6)
    return Pair(name, tuple(spent[0]), tuple(spent[1]))


@contextmanager
def _asked(checkout: Path, name: str) -> Iterator[Asked]:
    """Start a side and wait until it has done a turn; what it keeps between runs lies in a folder of its own."""
    kept = Path(tempfile.gettempdir()) / f"phasegate-turns{str(checkout).replace('/', '-')}"
    command = [str(checkout / ".venv/bin/python"), "-c", BEGIN, name]
    environment = os.environ | {"PHASEGATE_BENCH": str(kept)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=checkout, env=environment, stdin=pipe, stdout=pipe, text=True) as side:
        _line(side)
        yield side
        assert side.stdin is not None
        side.stdin.close()


def _turn(side: Asked) -> float:
    assert side.stdin is not None
    # One that ended meanwhile answers nothing, which is told.
    with suppress(BrokenPipeError):
        os.write(side.stdin.fileno(), b"\n")
    return float(_line(side))


def _line(side: Asked) -> str:
    assert side.stdout is not None
    if not (line := side.stdout.readline()):
        raise RuntimeError(f"a side ended: {side.args!r}")
    return line


def _middle(spent: tuple[float, ...]) -> str:
    low, median, high = statistics.quantiles(spent, n=4, method="inclusive")
    return f"{median:.4g} ({low:.4g}–{high:.4g})"


if __name__ == "__main__":
    sys.exit(main())
