"""Every error of ours: a stable code, what it is about, and its facts; the words stand in `engine.words`.

Authors' errors (`Problem`) carry a place in a file and are reported all at once; operators'
errors end a command with exit 2; refusals end it with exit 1 and are recorded.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, ClassVar

from engine import words
from engine.records import record

FEW = 12
"""So many known names are listed where none is near."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
"""How an operating system says that a disk, or a share of it, is full."""


class PhasegateError(Exception):
    """Something went wrong.

    `why` is the code of the case where an error has several; `facts` are what its sentence speaks of. Those named in
    `unrecorded` are composed for the sentence alone: neither a record nor JSON holds them (SEMANTICS H1).
    """

    code: ClassVar[str] = "PG000"
    exit_code: ClassVar[int] = 2
    unrecorded: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, why: str = "", /, **facts: object) -> None:
        self.why = why
        self.facts = facts
        super().__init__()

    @property
    def key(self) -> str:
        """The key of its sentence in the catalogs."""
        return f"{self.code}.{self.why}" if self.why else self.code

    def __str__(self) -> str:
        """Return its sentence in English, as the command line speaks."""
        return words.said(self.key, self.facts)

    def line(self, lang: str = words.ENGLISH) -> str:
        """Return the one line a person reads: code and sentence."""
        return words.line(self.key, self.facts, lang)

    def plain(self) -> dict[str, object]:
        """Return the error as a value of JSON, which no language changes: its code, its case and its facts."""
        facts = {name: _plain(value) for name, value in self.facts.items() if name not in self.unrecorded}
        return {"code": self.code, "why": self.why, "with": facts}


def line_of(recorded: Mapping[str, Any], lang: str = words.ENGLISH, **unrecorded: object) -> str:
    """Return the one line a person reads of an error that `plain` wrote, with the facts that are not recorded."""
    code, why = str(recorded["code"]), str(recorded["why"])
    return words.line(f"{code}.{why}" if why else code, {**recorded["with"], **unrecorded}, lang)


def _plain(value: object) -> object:
    if isinstance(value, str | int | dict) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return str(value)


class Refused(PhasegateError):
    """What was asked for is not done; the history records that."""

    code = "PG100"
    exit_code = 1


class NotAllowed(Refused):
    """A role may not do this."""

    code = "PG101"


class WrongState(Refused):
    """What was asked for does not follow from the state of a thing."""

    code = "PG102"


class GateShut(Refused):
    """A gate is shut; its record holds the phase and the verdict, its sentence says in words what does not hold."""

    code = "PG103"
    unrecorded = frozenset({"title", "unmet", "key"})


class ClockBehind(Refused):
    """The clock is behind the last record."""

    code = "PG104"
    exit_code = 2


class ClockJumped(PhasegateError):
    """The clock does not go as it should, so no sweep is made."""

    code = "PG105"


class BadLink(PhasegateError):
    """A link is none of ours."""

    code = "PG106"


class LinkOver(Refused):
    """A genuine link signs nothing any more."""

    code = "PG107"


class KeyReused(PhasegateError):
    """An idempotency key was used for another command."""

    code = "PG110"


class FactsChanged(PhasegateError):
    """What was shown before it was to be done would be something else now; nothing is done."""

    code = "PG111"
    exit_code = 1


class UnknownName(PhasegateError):
    """A name is not known; what is near it, or all that is known, is told."""

    code = "PG201"

    def __init__(self, kind: str, name: str, known: list[str], case: str = "", **facts: object) -> None:
        hint = {"near": near} if (near := nearest(name, known)) else {"known": known} if 0 < len(known) <= FEW else {}
        super().__init__("_".join(filter(None, (case, *hint))), kind=kind, name=name, **hint, **facts)


class BadInput(PhasegateError):
    """What was given cannot be taken."""

    code = "PG202"

    def __init__(self, why: str = "", /, *, found: object, **facts: object) -> None:
        super().__init__(why, found=found if isinstance(found, int) else str(found), **facts)


class ExtraMissing(PhasegateError):
    """A library that something needs is not installed."""

    code = "PG206"


class DatabaseProblem(PhasegateError):
    """A database cannot be used."""

    code = "PG301"


class ClockFixed(DatabaseProblem):
    """The clock of a database that is no rehearsal is not set by whoever writes into it (SEMANTICS I3)."""

    code = "PG108"


class DatabaseMissing(DatabaseProblem):
    """There is no Phasegate database where one was looked for."""

    code = "PG302"


class DatabaseNewer(DatabaseProblem):
    """A database was made by a newer Phasegate."""

    code = "PG303"


class HistoryBroken(PhasegateError):
    """The history itself does not hold, so that nothing can be made anew from it."""

    code = "PG320"


class RowRefused(DatabaseProblem):
    """A database refuses a row."""

    code = "PG305"


class DatabaseBusy(DatabaseProblem):
    """A database is busy."""

    code = "PG304"


class DatabaseRetired(DatabaseProblem):
    """A database is from before the first release."""

    code = "PG308"


class DatabaseOlder(DatabaseProblem):
    """A database is of an earlier revision."""

    code = "PG309"


class DatabaseAltered(DatabaseProblem):
    """A database is not laid out as its revision says."""

    code = "PG310"


class DatabaseDamaged(DatabaseProblem):
    """A database is damaged."""

    code = "PG311"


class DatabaseForeign(DatabaseProblem):
    """A database is another program's."""

    code = "PG313"


class DatabaseGone(DatabaseProblem):
    """A database is not the file any more that was opened."""

    code = "PG312"


def no_room(error: BaseException) -> bool:
    """Tell whether a file could not be written since its disk, or a share of it, is full."""
    return getattr(error, "errno", None) in NO_ROOM


def os_word(error: OSError | ValueError) -> str:
    """Return what the operating system says of a failure, or Python of a name that it cannot even be asked about."""
    said = error.strerror if isinstance(error, OSError) else None
    return said or str(error) or type(error).__name__


@record(kw_only=False, order=True)
class Problem:
    """One mistake in an author's file: where it is, its code, what is wrong and what to write."""

    file: str
    line: int
    column: int
    code: str
    what: str
    found: str = ""
    cure: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        tail = "".join(f" — {part}" for part in (self.found, self.cure) if part)
        return f"{self.file}:{self.line}:{self.column}  {self.code}  {self.what}{tail}"


class BadWorkflow(PhasegateError):
    """A workflow has problems; each stands at its place."""

    code = "PG250"

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(count=len(problems), name=name)


@record(kw_only=False, order=True)
class CellProblem:
    """One mistake in a spreadsheet: its sheet, row and column (from 1; 0 is the whole), and what to write."""

    file: str
    sheet: str
    row: int
    column: int
    code: str
    what: str
    found: str = ""
    cure: str = ""

    @property
    def cell(self) -> str:
        """The cell as a spreadsheet names it: 任务分解表!J12."""
        letters, number = "", self.column
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        place = f"{letters}{self.row}" if self.row else ""
        return "!".join(filter(None, (self.sheet, place)))

    def __str__(self) -> str:
        tail = "".join(f" — {part}" for part in (self.found, self.cure) if part)
        return f"{':'.join(filter(None, (self.file, self.cell)))}  {self.code}  {self.what}{tail}"


class BadSheet(PhasegateError):
    """A spreadsheet has problems; each stands at its cell."""

    code = "PG251"

    def __init__(self, name: str, problems: list[CellProblem]) -> None:
        self.problems = sorted(problems)
        super().__init__(count=len(problems), name=name)


def did_you_mean(name: str, known: list[str]) -> str:
    """Return ` — did you mean …?` for the nearest known names, or the known ones if they are few."""
    near = nearest(name, known)
    if near:
        return f" — did you mean {', '.join(near)}?"
    return f" — known: {', '.join(known)}" if 0 < len(known) <= FEW else ""


def nearest(name: str, known: list[str]) -> list[str]:
    """Return the names that come nearest to one, the nearest first."""
    return get_close_matches(name, known, n=3, cutoff=0.5)
