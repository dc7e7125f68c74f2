"""The file of a SQLite database as the system sees it: whether it is the one that was opened, what lies beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from engine.clock import sleep
from engine.records import record
from engine.store.leftover import MAGIC, beginning, file_header, is_of_another, wal_page_size

LOOKS: Final = 3
BETWEEN_LOOKS_IN_SECONDS: Final = 0.05


@record(kw_only=False)
class Seen:
    """A file as it was when it was opened: its name, and which file that was."""

    path: Path
    device: int
    inode: int

    def is_there(self) -> bool:
        """Tell whether the name still leads to this file: it was not moved, exchanged or deleted."""
        try:
            now = self.path.stat()
        except OSError:
            return False
        return (now.st_dev, now.st_ino) == (self.device, self.inode)


def seen(path: Path | None) -> Seen | None:
    """Return which file a name leads to now; None where a database is no file."""
    if path is None:
        return None
    found = path.stat()
    return Seen(path=path.absolute(), device=found.st_dev, inode=found.st_ino)


def foreign_beside(path: Path, pause: Callable[[float], None] = sleep) -> list[str]:
    """Return each journal beside a file that is another database's: whoever opens the file would work it in.

    To be asked before the file is opened. A journal that somebody writes at this moment is looked at again.
    """
    found = _foreign(path)
    for _ in range(LOOKS - 1):
        if found:
            pause(BETWEEN_LOOKS_IN_SECONDS)
            found = [each for each in found if each in _foreign(path)]
    return found


def _foreign(path: Path) -> list[str]:
    header = file_header(path)
    if header is None:
        return []
    wal, journal = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    found, log = list[str](), beginning(wal)
    if log and not header.keeps_wal:
        found.append(f"{wal.name}: a write-ahead log beside a database that keeps none")
    elif wal_page_size(log) not in (0, header.page_size):
        found.append(f"{wal.name}: a write-ahead log of another database")
    if is_of_another(header, path, journal):
        found.append(f"{journal.name}: what it would roll back is of another database")
    return found


def unfinished_beside(path: Path) -> Iterator[Path]:
    """Yield each journal beside a name that would be worked into whatever database is opened there."""
    wal, journal = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    if beginning(wal):
        yield wal
    if beginning(journal).startswith(MAGIC):
        yield journal


def cleared(path: Path) -> None:
    """Remove a database file, and what SQLite keeps beside it."""
    for end in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
