"""Files that a word on the command line means: workflows and texts to read, files to write."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, BinaryIO, Final

from engine import reader
from engine.clock import token
from engine.errors import BadInput, BadWorkflow, no_room, os_word

_WORKBOOKS = (".xlsx", ".xlsm")

if TYPE_CHECKING:
    from notifications.render import TemplateFault

LARGEST: Final = 1 << 28
"""So many bytes a file may have that is read as a whole."""


def workflow_bundle(word: str, settings: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """Return the texts of the shipped workflow `word`, or of the file or folder it names, with what is set.

    A folder that bears the name of a shipped workflow is written with its path: ./shizhu.
    """
    return reader.fill(reader.bundle_named(word), settings or {})


def sound_bundle(word: str, settings: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """Return the texts of a workflow in which nothing is wrong; BadWorkflow with every error at its place."""
    bundle = workflow_bundle(word, settings)
    _require_sound(bundle, word, reader.beside(word))
    return bundle


def sound_below(bundle: Mapping[str, str], word: str) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of the campaigns that a workflow nests, by their units; nothing is wrong in them."""
    near = reader.beside(word)
    found = {}
    for nested in reader.read(bundle, word).nested:
        found[nested.unit] = reader.bundle_below(nested, near)
        _require_sound(found[nested.unit], nested.workflow, near)
    return found


def _require_sound(bundle: Mapping[str, str], word: str, near: Path | None) -> None:
    from engine import calendar
    from engine.check import check

    read = reader.read(bundle, word)
    found = check(
        read,
        calendar=calendar.load(read.calendar),
        examine=examine,
        nests=lambda nested: reader.workflow_below(nested, near),
    )
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        raise BadWorkflow(word, errors)


def examine(name: str, text: str) -> Iterable[TemplateFault]:
    """Return what is wrong with a template; few workflows have any."""
    from notifications import render

    return render.examine(name, text)


def text_of(path: str) -> str:
    """Return the text of a file; BadInput where it cannot be read or is not UTF-8."""
    try:
        return bytes_of(path).decode("utf-8-sig")
    except ValueError as error:
        raise _bad("file_unread", path, error) from None


def write_file(path: str, text: str) -> None:
    """Write a text into a file whole, or leave what was there; BadInput where that cannot be done."""
    write_bytes(path, text.encode("utf-8"))


def bytes_of(path: str) -> bytes:
    """Return what is in a file; BadInput where it cannot be read."""
    try:
        with opened(path) as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise _bad("file_unread", path, error) from None
    if len(data) > LARGEST:
        raise BadInput("file_too_large", most=LARGEST >> 20, found=path)
    return data


def opened(path: str) -> BinaryIO:
    """Open a file to be read; OSError for what is none: a folder, a pipe, a device without end."""
    # Without O_NONBLOCK a pipe that nobody writes to is waited for.
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if S_ISREG(os.fstat(number).st_mode):
        return os.fdopen(number, "rb")
    is_folder = S_ISDIR(os.fstat(number).st_mode)
    os.close(number)
    raise OSError(errno.EISDIR, os.strerror(errno.EISDIR)) if is_folder else OSError("it is a pipe or a device")


def write_bytes(path: str, data: bytes) -> None:
    """Write a file whole, or leave what was there; BadInput where that cannot be done, or a workbook holds more."""
    target = Path(path)
    _require_no_more(target, data)
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a device or a pipe is written to, and not replaced
        else:
            _put_in_place(target, data)
    except (OSError, ValueError) as error:
        raise _bad("file_unwritten", path, error) from None


def _require_no_more(target: Path, data: bytes) -> None:
    """Refuse to write over a workbook that holds charts, macros or sheets which these bytes do not."""
    if target.suffix.lower() not in _WORKBOOKS or not target.is_file():
        return
    from engine.sheets import lost_under

    if others := lost_under(data, str(target)):
        raise BadInput("other_sheets", found="、".join(others))


def _put_in_place(target: Path, data: bytes) -> None:
    making = beside(target)
    # What bears the name already is somebody else's: it is neither written to nor taken away.
    stream = created(making)
    try:
        with stream:
            stream.write(data)
        making.replace(target)
    finally:
        making.unlink(missing_ok=True)


def created(path: Path) -> BinaryIO:
    """Open a new file to be written; OSError where one is there."""
    return path.open("xb")


def beside(target: Path) -> Path:
    """Return where something is made before it is put in its place, which it reaches whole or not at all."""
    return target.with_name(f".{target.name[:40]}.{token()[:8]}.part")


def _bad(case: str, path: str, error: Exception) -> BadInput:
    if not isinstance(error, OSError):
        return BadInput("file_no_text", found=path)
    return BadInput("file_no_room" if no_room(error) else case, why=os_word(error), found=path)
