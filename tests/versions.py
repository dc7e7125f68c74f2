"""`python -m tests.versions`: the tests of the rules and of the store under the other versions of Python that are here.

A version is looked for on the path and among those of pyenv; where it is not found, that is said and the next is tried.
Each gets an environment of its own, made by plain pip. `--whole` runs every test instead; `--quick`, for the test command of
the README, the few that ask most of Python itself, on SQLite alone, with no more installed than these want, all versions at once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
VERSIONS = ("3.12", "3.13")
SHORT = ("tests/unit", "tests/store")
WHOLE: tuple[str, ...] = ()
QUICK = (
    "tests/store/test_pools.py",
    "tests/store/test_work.py",
    "tests/unit/test_records.py",
    "tests/unit/test_channels.py",
    "-k",
    "not postgres",
)
"""Connections, transactions, records and mail: where one Python was found to differ from the next."""
SAY = "import sys; print('%d.%d' % sys.version_info[:2])"


def main(args: Sequence[str], versions: Sequence[str] = VERSIONS) -> int:
    """Run the tests under each version, and return 1 where one of them failed."""
    what = WHOLE if "--whole" in args else QUICK if "--quick" in args else SHORT
    with ThreadPoolExecutor(len(versions) if what == QUICK else 1) as several:
        return 0 if all([*several.map(partial(passes, what=what), versions)]) else 1


def passes(version: str, what: Sequence[str]) -> bool:
    """Tell whether the tests pass under a version, or that there is none of it to try."""
    python = found(version)
    if python is None:
        print(f"Python {version}: not found here, its tests are not run", flush=True)
        return True
    print(f"Python {version}: {' '.join(what) or 'all tests'}", flush=True)
    with TemporaryDirectory(prefix="phasegate-python-") as room:
        return _tested(python, Path(room), what)


def found(version: str) -> Path | None:
    """Return an interpreter of a version that runs, or None."""
    return next((path for path in _candidates(version) if _is_of(path, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    for folder in os.get_exec_path():
        yield Path(folder) / f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted((pyenv / "versions").glob(f"{version}.*/bin/python{version}"), reverse=True)


def _is_of(path: Path, version: str) -> bool:
    """Tell whether a path is an interpreter of a version; a shim of pyenv may be there and run nothing."""
    if shutil.which(path) is None:
        return False
    said = subprocess.run([path, "-c", SAY], capture_output=True, text=True, check=False)
    return said.stdout.strip() == version


def _tested(python: Path, room: Path, what: Sequence[str]) -> bool:
    there = room / "venv" / "bin"
    tests = [there / "pytest", "-p", "no:cacheprovider", *what]
    steps = ([python, "-m", "venv", room / "venv"], _installing(there, what), tests)
    return all(_ends_well(step, waits=what == QUICK) for step in steps)


def _ends_well(step: Sequence[str | Path], *, waits: bool) -> bool:
    """Run a step; what it prints `waits` for its end where several run at once."""
    ended = subprocess.run(step, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE if waits else None)
    print(ended.stdout or "", end="", flush=True)
    return ended.returncode == 0


def _installing(there: Path, what: Sequence[str]) -> list[str | Path]:
    wanted = ("-e", ".", "pytest", "pytest-xdist", "hypothesis") if what == QUICK else ("-e", ".[dev]")
    # Compiled is what is imported, and then: most of it never is.
    pip = [there / "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
    return [*pip, "-c", "constraints.txt", *wanted]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
