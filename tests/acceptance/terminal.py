"""A terminal: lines typed one after the other in a folder, exactly as a page or a help shows them.

`phasegate` runs in this process, as its entry point does; `serve` and `links serve`, which end only when they are told
to, run in a process of their own that gets SIGTERM once it says that it serves; everything else is a shell's.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import workflows
from engine.cli.main import main

PROGRAM = Path(sys.executable).with_name("phasegate")
EXIT = re.compile(r"exit code (\d+)")
SERVERS = (["phasegate", "serve"], ["phasegate", "links", "serve"])
ELSEWHERE = ("/etc/phasegate", "/var/backups")
"""Folders of a real machine; here they stand in the folder of the test."""
PORTS = re.compile(r"(?<=127\.0\.0\.1:)\d+")
"""Ports that a page names; here any free one is taken."""
REHEARSAL = {"PHASEGATE_REHEARSAL": "1"}
"""Whatever makes a database here makes one in which `--now` may be given."""


@dataclass
class Terminal:
    """Types lines in `folder`; a line that names no clock is given `now`, where there is one.

    `stand_ins` are what a page cannot know: a number that it shows, and the one that is true here.
    """

    folder: Path
    capsys: pytest.CaptureFixture[str]
    environ: pytest.MonkeyPatch
    now: str = ""
    stand_ins: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in [name for name in os.environ if name.startswith("PHASEGATE_")]:
            self.environ.delenv(name)
        here = {"HOME": str(self.folder), "WORKFLOWS": str(Path(workflows.__file__).parent)}
        for name, value in ({**here, **REHEARSAL, "PHASEGATE_EML_DIR": "eml"}).items():
            self.environ.setenv(name, value)
        for name in ELSEWHERE:
            (self.folder / name[1:]).mkdir(parents=True)
        self.environ.setenv("PATH", f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}")
        self.environ.chdir(self.folder)

    def type(self, line: str) -> str:
        """Type a line, expect the exit code that its comment names (0 without one), and return what it printed."""
        expected = EXIT.search(line.partition("#")[2])
        found, out = self._done(self._here(line))
        assert found == int(expected[1] if expected else 0), f"{line}\n{out}"
        return out

    def shell(self, block: str) -> str:
        """Give a whole block to a real shell, in which every command must end well."""
        command = ["bash", "-euo", "pipefail", "-c", block]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def _here(self, line: str) -> str:
        """Return a line with what is of this machine and of this run in the place of what is of another's."""
        for shown, true in self.stand_ins.items():
            line = re.sub(rf"(?<!\w){re.escape(shown)}(?!\w)", true, line)
        for name in ELSEWHERE:
            line = line.replace(name, f"{self.folder}{name}")
        return PORTS.sub(lambda _: str(free_port()), line)

    def _done(self, line: str) -> tuple[int, str]:
        words = shlex.split(line, comments=True)
        if any(words[: len(server)] == server for server in SERVERS):
            return self._served(words)
        if words[:1] == ["export"]:
            name, _, value = words[1].partition("=")
            self.environ.setenv(name, value)
            return 0, ""
        return self._run(words) if words[:1] == ["phasegate"] else (0, self.shell(line))

    def _run(self, words: list[str]) -> tuple[int, str]:
        words, target = (words[:-2], words[-1]) if ">" in words[-2:] else (words, "")
        clock = ["--now", self.now] if self.now and "--now" not in words else []
        self.capsys.readouterr()
        code = main([*words[1:], *clock])
        out, err = self.capsys.readouterr()
        if target:
            Path(target).expanduser().write_text(out, encoding="utf-8")
        return code, out + err

    def _served(self, words: list[str]) -> tuple[int, str]:
        with subprocess.Popen([PROGRAM, *words[1:]], stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            lines = []
            while (line := process.stderr.readline()) and "serving" not in line:
                lines.append(line)
            process.send_signal(signal.SIGTERM)
            return process.wait(60), "".join([*lines, line, process.stderr.read()])


def fenced(text: str) -> Iterator[str]:
    """Yield the sh blocks of a page."""
    yield from re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)


def lines_of(block: str) -> list[str]:
    """Return what is typed for a block, line by line: a line that ends in a backslash goes on in the next."""
    return re.sub(r"\s*\\\n\s*", " ", block).splitlines()


def bare(line: str) -> str:
    """Return a line without its comment, to be compared."""
    return re.sub(r"\s+#.*", "", line).strip()


def free_port() -> int:
    """Return a port on which nobody listens now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
