"""Writing a folder of files: whole, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from engine.cli.shell.sources import beside
from engine.errors import BadInput, no_room, os_word


class _File(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def parts(self) -> Iterator[bytes]: ...


def written(out: str, files: Iterable[_File], forward: Callable[[int], None]) -> dict[str, int]:
    """Write files into a new or empty folder and return their sizes; what fails leaves no folder."""
    target = Path(out)
    _require_free(target)
    making = beside(target)
    try:
        making.mkdir(parents=True)
    except OSError as error:
        raise _unwritten(out, error) from error
    try:
        sizes = {}
        for file in files:
            sizes[file.name] = _write(making, file)
            forward(1)
        if target.exists():
            target.rmdir()
        making.rename(target)
    except OSError as error:
        raise _unwritten(out, error) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return sizes


def _unwritten(out: str, error: OSError) -> BadInput:
    case = "folder_no_room" if no_room(error) else "folder_unwritten"
    return BadInput(case, why=os_word(error), found=out)


def _require_free(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput("folder_not_empty", found=target)


def _write(folder: Path, file: _File) -> int:
    path = folder / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        return sum(stream.write(part) for part in file.parts)
