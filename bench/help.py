"""`phasegate --help` against a bare click program of as many commands.

Run: python -m bench.help

Both are started as scripts by the same interpreter, so that both pay for the start of Python and of
its environment.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from bench.harness import Ratio, compare, run
from engine.cli.root import root

GOAL = 1.3
ROUNDS = 40


def walked(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command under a group with the way to it."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield f"{path}{name}", command
        if isinstance(command, click.Group):
            yield from walked(command, f"{path}{name} ")


def bare() -> str:
    """Return a click program with our groups and commands and nothing in them."""
    lines = ["import click", "@click.group()", "def root(): 'Run.'"]
    for number, (path, command) in enumerate(walked(root)):
        *above, name = path.split()
        parent = f"g_{'_'.join(above)}" if above else "root"
        kind = "group" if isinstance(command, click.Group) else "command"
        own = f"g_{name}" if kind == "group" else f"c{number}"
        lines += [f"@{parent}.{kind}({name!r})", f"def {own}(): {command.get_short_help_str(60)!r}"]
    return "\n".join([*lines, "root()", ""])


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Run both in turns and yield the ratio."""
    with tempfile.TemporaryDirectory() as room:
        ours, theirs = Path(sysconfig.get_path("scripts")) / "phasegate", Path(room) / "bare.py"
        theirs.write_text(bare(), encoding="utf-8")
        commands = sum(1 for _ in walked(root))
        yield compare(
            f"`phasegate --help`, {commands} commands",
            "a bare click program of as many commands",
            lambda: _help(ours),
            lambda: _help(theirs),
            goal=GOAL,
            rounds=4 if small else ROUNDS,
            by_cpu=True,
        )


def _help(script: Path) -> None:
    subprocess.run([sys.executable, script, "--help"], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    run(measure)
