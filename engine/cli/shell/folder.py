"""Writing a folder of files: whole, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

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
    making = target.with_name(f".{target.name}.part")
    try:
        sizes = {}
        for file in files:
            sizes[file.name] = _write(making, file)
            forward(1)
        if target.exists():
            target.rmdir()
        making.rename(target)
    except OSError as error:
        case = "folder_no_room" if no_room(error) else "folder_unwritten"
        raise BadInput(case, why=os_word(error), found=out) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return sizes


def _require_free(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput("folder_not_empty", found=target)


def _write(folder: Path, file: _File) -> int:
    path = folder / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        return sum(stream.write(part) for part in file.parts)
