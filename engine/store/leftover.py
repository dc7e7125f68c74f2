"""Whether a journal beside a SQLite file is its own: rolled back into another file, it destroys that (decisions, 29).

A journal does not name its database. It holds pages as they were, the first among them as soon as a transaction
commits, and that counts the changes of the file: one that is to be rolled back stands at that number, or one further.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO, Final

from engine.records import record

MAGIC: Final = bytes.fromhex("d9d505f920a163d7")
"""With which a journal begins from which something is to be rolled back."""
HEADER: Final = 100
"""How many bytes at the beginning of a database, and of its journals, say what it is."""
BEYOND_FOUNDING: Final = "SELECT (SELECT count(*) FROM journal) > 1 OR EXISTS (SELECT 1 FROM blob)"
WAL_MAGIC: Final = (0x377F0682, 0x377F0683)


@record
class FileHeader:
    """What a database says of itself: its page size, whether it keeps a log, how often it was changed."""

    page_size: int
    keeps_wal: bool
    changes: int
    pages: int


@record
class JournalHeader:
    """The beginning of a part of a rollback journal."""

    pages: int
    nonce: int
    pages_before: int
    sector: int
    page_size: int


def beginning(path: Path) -> bytes:
    """Return how a file begins; nothing of one that is not there, or that is a pipe or a device."""
    try:
        with open(path, "rb", opener=_of_a_file) as file:
            return file.read(HEADER)
    except OSError:
        return b""


def _of_a_file(path: str, flags: int) -> int:
    """Open what is a file: a pipe would be waited for without end."""
    if not Path(path).is_file():
        raise FileNotFoundError(path)
    return os.open(path, flags)


def file_header(path: Path) -> FileHeader | None:
    """Return how a database begins, None for one that holds nothing yet."""
    data = beginning(path)
    if len(data) < HEADER:
        return None
    size = _number(data, 16, 2)
    size = 65536 if size == 1 else size
    found = path.stat().st_size // size if size else 0
    return FileHeader(page_size=size, keeps_wal=data[18] == 2, changes=_number(data, 24), pages=found)


def wal_page_size(data: bytes) -> int:
    """Return of which size the pages of a write-ahead log are, given how it begins; 0 where it is none."""
    return _number(data, 8) if _number(data, 0) in WAL_MAGIC else 0


def is_of_another(file: FileHeader, beside: Path, journal: Path) -> bool:
    """Tell whether what a rollback journal would roll back is not of the file that it lies beside."""
    try:
        with open(journal, "rb", opener=_of_a_file) as opened:
            first = _header(opened.read(HEADER))
            if first is None or not _is_of_a_founding(file, first):
                return first is not None and _contradicts(file, first, opened)
            return _holds_more(beside)
    except OSError:
        return False


def _is_of_a_founding(file: FileHeader, first: JournalHeader) -> bool:
    """Tell whether a journal would make a file of such pages empty again, as the first transaction found it.

    The first page, which says how large all are, may not have been written yet.
    """
    return file.page_size in (0, first.page_size) and first.pages == first.pages_before == 0


def _holds_more(path: Path) -> bool:
    """Tell whether a file holds more than the first transaction of a database, which would be rolled back to nothing.

    It is looked at past its journal; what cannot be read is what that transaction was writing.
    """
    unjournaled = f"{path.absolute().as_uri()}?immutable=1"
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(unjournaled, uri=True)) as file:
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        ours = tables >= {"journal", "blob"}
        return bool(tables) and (not ours or file.execute(BEYOND_FOUNDING).fetchone() != (0,))
    return False


def _contradicts(file: FileHeader, first: JournalHeader, journal: BinaryIO) -> bool:
    if file.keeps_wal or first.page_size != file.page_size:
        return True
    if first.pages == 0:
        # Nothing was written to the file yet, and it would be cut to the size that it has.
        return first.pages_before != file.pages
    counted = _changes_before(first, journal)
    if counted is None:
        return first.pages_before > file.pages
    return file.changes not in (counted, counted + 1)


def _changes_before(first: JournalHeader, journal: BinaryIO) -> int | None:
    """Return how often the file had been changed at the beginning of it; None where its first page is not kept."""
    for place in _pages(first, journal):
        if _number(_read(journal, place, 4), 0) == 1:
            return _number(_read(journal, place + 4, HEADER), 24)
    return None


def _pages(part: JournalHeader | None, journal: BinaryIO) -> Iterator[int]:
    """Yield where each page is kept, through all parts of a journal, as far as its check sums hold.

    Where nothing is synchronised the pages are not counted: what lies behind them is of transactions that are done.
    """
    end, place = journal.seek(0, 2), 0
    while part is not None and part.sector > 0:
        place, size = place + part.sector, part.page_size + 8
        left = (end - place) // size
        for _ in range(min(part.pages, left)):
            if not _is_whole(part, _read(journal, place, size)):
                return
            yield place
            place += size
        place = -(-place // part.sector) * part.sector
        part = _header(_read(journal, place, HEADER))


def _is_whole(part: JournalHeader, kept: bytes) -> bool:
    """Tell whether the check sum of a page holds: every 200th byte from its end on, and what the part begins with."""
    data = kept[4 : 4 + part.page_size]
    added = sum(data[at] for at in range(part.page_size - 200, 0, -200))
    return (part.nonce + added) & 0xFFFFFFFF == _number(kept, 4 + part.page_size)


def _header(data: bytes) -> JournalHeader | None:
    if not data.startswith(MAGIC) or len(data) < 28:
        return None
    pages, nonce, before, sector, size = (_number(data, at) for at in range(8, 28, 4))
    return JournalHeader(pages=pages, nonce=nonce, pages_before=before, sector=sector, page_size=size)


def _read(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def _number(data: bytes, place: int, length: int = 4) -> int:
    return int.from_bytes(data[place : place + length])
