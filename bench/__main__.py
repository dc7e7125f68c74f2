"""Measures everything and prints the table of goals.

Run: python -m bench [NAME…] [--small] [--json FILE] [--into docs/speed.md]

Each module runs in a process of its own, one after the other, so that none pays for what another one left in memory.
Peers that are compared with come as the extra `bench`; what is not there is installed into this environment first.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from argparse import ArgumentParser, Namespace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.harness import NO_GOAL, Row, machine, read, write

ROOT = Path(__file__).parent.parent
MODULES = (
    "durable", "spiff", "dbos", "batches", "postgres", "sweeping", "starting", "rendering", "verifying", "workers",
    "country", "outage", "help",
)  # fmt: skip
"""In the order of the table."""
LONGEST_IN_SECONDS = 1800
BEGIN, END = "<!-- python -m bench: begin -->", "<!-- python -m bench: end -->"


def main() -> int:
    """Print the table; 0 where every goal is reached, else 1."""
    options = _options()
    _install_peers()
    print(machine(), flush=True)
    rows: list[Row] = []
    failed = []
    for name in options.names:
        if not _measured(name, options.small, rows):
            failed.append(name)
        if options.json:
            write(options.json, rows)
    table = "\n".join(
        [_markdown(rows), "", *(f"Not measured, or not to the end: {name}." for name in failed)]
    ).rstrip()
    print("", table, sep="\n")
    if options.into:
        _write_into(options.into, table)
    return 0 if not failed and all(row.reached for row in rows) else 1


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}; without any: all")
    parser.add_argument("--small", action="store_true", help="a tenth of the work or less: to see that it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file as well")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="put the table in its place in a page of the docs")
    options = parser.parse_args()
    if unknown := set(options.names) - set(MODULES):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    options.names = options.names or MODULES
    return options


# --- peers ---


def _install_peers() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["bench"]
    missing = [each for each in wanted if not _installed(each)]
    if not missing:
        return
    print(f"installing into {sys.prefix}: {', '.join(missing)}", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), *missing]
    if subprocess.run(pip, check=False).returncode:
        print("that did not work; the rows against them will be told as not measured", flush=True)


def _installed(requirement: str) -> bool:
    name = requirement.split(">")[0].split("[")[0]
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


# --- measuring ---


def _measured(name: str, small: bool, rows: list[Row]) -> bool:
    print(f"— {name}", flush=True)
    with tempfile.TemporaryDirectory() as room:
        kept = Path(room) / "rows.json"
        command = [sys.executable, "-m", f"bench.{name}", "--json", str(kept), *(["--small"] if small else [])]
        try:
            code = subprocess.run(command, cwd=ROOT, check=False, timeout=LONGEST_IN_SECONDS).returncode
        except subprocess.TimeoutExpired:
            code = -1
        rows += read(kept) if kept.exists() else []
    return code == 0


def _markdown(rows: list[Row]) -> str:
    head = ["| work | against | goal | measured | | mode |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *map(_cells, rows)])


def _cells(row: Row) -> str:
    verdict = "" if row.aim == NO_GOAL else "reached" if row.reached else "**MISSED**"
    return f"| {row.name} | {row.against} | {row.aim} | {row.measured} | {verdict} | {row.mode} |"


def _write_into(page: Path, table: str) -> None:
    before, rest = page.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{machine()}\n\n{table}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
