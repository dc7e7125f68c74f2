"""Files that a word on the command line means: workflows and texts to read, files to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine import reader
from engine.errors import BadInput, BadWorkflow, no_room, os_word

_WORKBOOKS = (".xlsx", ".xlsm")

if TYPE_CHECKING:
    from notifications.render import TemplateFault


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
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise _bad("file_unread", path, error) from None


def write_file(path: str, text: str) -> None:
    """Write a text into a file whole, or leave what was there; BadInput where that cannot be done."""
    write_bytes(path, text.encode("utf-8"))


def bytes_of(path: str) -> bytes:
    """Return what is in a file; BadInput where it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _bad("file_unread", path, error) from None


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
    making = target.with_name(f".{target.name}.part")
    try:
        making.write_bytes(data)
        making.replace(target)
    finally:
        making.unlink(missing_ok=True)


def _bad(case: str, path: str, error: Exception) -> BadInput:
    if not isinstance(error, OSError):
        return BadInput("file_no_text", found=path)
    return BadInput("file_no_room" if no_room(error) else case, why=os_word(error), found=path)
