"""The problems found while a workflow is read, gathered so that all are told at once."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Problem, did_you_mean
from engine.model import Place
from engine.names import spelled
from engine.reader.codes import CODES
from engine.records import field, record

MANY = 60
MANY_NAMES = 2000


@record(kw_only=False)
class Problems:
    """A list of problems that only grows."""

    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, place: Place, what: str, found: str = "", cure: str = "") -> None:
        """Note one problem; `code` must stand in the table of codes."""
        assert code in CODES, code
        shown = f"found {shorten(found)}" if found else ""
        self.found.append(Problem(place.file, place.line, place.column, code, what, shown, cure))

    def alike(self, place: Place, name: str, other: str) -> None:
        """Note a name that differs from another one only in what cannot be seen, and by which characters it does."""
        shown = f"{spelled(name)}, {spelled(other)}"
        self.add("PW317", place, "two names differ only in what cannot be seen", shown, "write one of them")

    def near(self, name: str, known: Iterable[str], otherwise: str) -> str:
        """Return a did-you-mean for `name`; looking stops being worth it after many problems."""
        names = list(known)[:MANY_NAMES]
        if len(self.found) > MANY:
            return otherwise
        return did_you_mean(shorten(name), names).removeprefix(" — ") or otherwise


def shorten(text: str, width: int = 60) -> str:
    """Return `text` on one line and not longer than `width`."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
