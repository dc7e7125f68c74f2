"""The file of a SQLite database as the system sees it: whether it is the one that was opened, what lies beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.records import record

MAGIC: Final = bytes.fromhex("d9d505f920a163d7")
"""With which a journal begins from which something is to be rolled back."""
JOURNAL_PAGE_SIZE: Final = slice(24, 28)
DATABASE_PAGE_SIZE: Final = slice(16, 18)
WAL_MODE: Final = 18
HEADER: Final = 100


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


def foreign_beside(path: Path) -> Iterator[str]:
    """Yield each journal beside a file that is another database's: whoever opens the file would work it in.

    To be asked before the file is opened.
    """
    header, wal, journal = (_beginning(path.with_name(path.name + end)) for end in ("", "-wal", "-journal"))
    if not header or len(header) < HEADER:
        return
    keeps_wal = header[WAL_MODE] == 2
    if wal and not keeps_wal:
        yield f"{path.name}-wal: a write-ahead log beside a database that keeps none"
    if journal and journal.startswith(MAGIC) and (keeps_wal or _page_size(journal) != _size_of_pages(header)):
        yield f"{path.name}-journal: what it would roll back is of another database"


def unfinished_beside(path: Path) -> Iterator[Path]:
    """Yield each journal beside a name that would be worked into whatever database is opened there."""
    wal, journal = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    if _beginning(wal):
        yield wal
    if _beginning(journal).startswith(MAGIC):
        yield journal


def cleared(path: Path) -> None:
    """Remove a database file, and what SQLite keeps beside it."""
    for end in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEADER)
    except OSError:
        return b""


def _page_size(journal: bytes) -> int:
    return int.from_bytes(journal[JOURNAL_PAGE_SIZE])


def _size_of_pages(header: bytes) -> int:
    size = int.from_bytes(header[DATABASE_PAGE_SIZE])
    return 65536 if size == 1 else size
