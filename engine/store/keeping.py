"""Whether what a database is told outlives a loss of power, as far as that can be known from here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.store.database import Database

MOUNTS: Final = Path("/proc/self/mounts")
IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
SAFEGUARDS: Final = ("fsync", "full_page_writes", "synchronous_commit")


def forgets(database: Database) -> str:
    """Return what would let records be lost with the power: a kind of file system, or settings of a server."""
    if database.file is not None:
        kind = kind_of_mount(database.file.resolve())
        return f"it lies on {kind}, in memory" if kind in IN_MEMORY else ""
    if not database.is_postgres:
        return ""
    with database.read() as work:
        off = [name for name in SAFEGUARDS if work.rows(f"SHOW {name}")[0][0] == "off"]
    return f"the server has {', '.join(off)} off" if off else ""


def kind_of_mount(file: Path, mounts: Path = MOUNTS) -> str:
    """Return the kind of the file system that a file lies on; empty where that cannot be known."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    found = [(len(line[1]), number, line[2]) for number, line in enumerate(lines) if _holds(line[1], file)]
    return max(found)[2] if found else ""


def _holds(point: str, file: Path) -> bool:
    return Path(point.replace("\\040", " ")) in file.parents
