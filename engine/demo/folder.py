"""The folder that a demonstration writes, and when one may be written over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.errors import BadInput, no_room, os_word

MARK = "phasegate demo"
LOG = "demo.log"
DATABASE = "phasegate.db"
NOTICES = "notices"
SUMMARY = "summary.txt"
BREAKDOWN = "任务分解表.csv"
LEDGER = "台账.csv"
TIMELINE = "timeline.svg"
DIAGRAM = "state-diagram.svg"
HISTORY = "history.jsonl"
BELOW = "demo-*"
"""The folders of campaigns below the first, named by their keys."""
WRITTEN = (LOG, DATABASE, f"{DATABASE}-journal", SUMMARY, BREAKDOWN, LEDGER, TIMELINE, DIAGRAM, HISTORY)


def claim(folder: Path, *, force: bool) -> None:
    """Make a folder ready: new, empty, or cleared of a former demonstration; BadInput for any other."""
    try:
        if folder.is_dir() and any(folder.iterdir()) and not (force or _is_former(folder)):
            raise BadInput("folder_taken", found=folder)
        folder.mkdir(parents=True, exist_ok=True)
        for path in _former(folder):
            path.unlink()
        (folder / LOG).write_text(f"{MARK}\n", encoding="utf-8")
    except OSError as error:
        case = "folder_no_room" if no_room(error) else "folder_unfit"
        raise BadInput(case, why=os_word(error), found=folder) from None


def log(folder: Path, line: str) -> None:
    """Add a line to the log of a demonstration."""
    with (folder / LOG).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def _is_former(folder: Path) -> bool:
    log = folder / LOG
    return log.is_file() and log.read_text(encoding="utf-8", errors="replace").startswith(MARK)


def _former(folder: Path) -> Iterator[Path]:
    """Yield what a former demonstration wrote, and nothing else."""
    yield from (folder / name for name in WRITTEN if (folder / name).is_file())
    yield from (path for path in folder.glob(f"{BELOW}/*") if path.name in WRITTEN)
    yield from (folder / NOTICES).glob("*/*.eml")
