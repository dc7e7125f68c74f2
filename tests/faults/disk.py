"""A small file system of a run's own that can be filled to the last byte, and emptied again."""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MOST_IN_KB = 32 * 1024
KB = 1024


class NoDisk(Exception):
    """This process may mount nothing; the message says what would help."""


@dataclass(frozen=True)
class Disk:
    """A mounted tmpfs; `ballast` is what fills it."""

    folder: Path

    @property
    def ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self, free_in_kb: int) -> None:
        """Leave so much free, and not more."""
        self.make_room()
        with open(self.ballast, "wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(b"\0" * 64 * KB)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            size = stream.tell()
            stream.truncate(max(size - free_in_kb * KB, 0))

    def make_room(self) -> None:
        self.ballast.unlink(missing_ok=True)


@contextmanager
def mounted(size_in_kb: int) -> Iterator[Disk]:
    """Mount a tmpfs of a size while the block runs; NoDisk where that is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="phasegate-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={min(size_in_kb, MOST_IN_KB)}k,mode=777", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        folder.rmdir()
        cure = "run it as root, or under `unshare --map-root-user --mount`"
        raise NoDisk(f"no file system can be mounted ({done.stderr.strip() or os.strerror(errno.EPERM)}) — {cure}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()
