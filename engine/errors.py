"""Every error of ours: a stable code, its facts, and one sentence taken from its docstring.

Authors' errors (`Problem`) carry a place in a file and are reported all at once; operators'
errors end a command with exit 2; refusals end it with exit 1 and are recorded.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
"""How an operating system says that a disk, or a share of it, is full."""


class PhasegateError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "PG000"
    exit_code: ClassVar[int] = 2

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__((type(self).__doc__ or "").format(**facts))

    def line(self) -> str:
        """Return the one line a person reads: code and sentence."""
        return f"{self.code}  {self}"


class Refused(PhasegateError):
    """refused — {why} — {cure}"""

    code = "PG100"
    exit_code = 1


class NotAllowed(Refused):
    """{action} is not for {actor} — roles that may: {roles} — use --as with one of them"""

    code = "PG101"


class WrongState(Refused):
    """cannot {action} {subject} — it is {state} — {cure}"""

    code = "PG102"


class GateShut(Refused):
    """the gate of {phase} is shut — {unmet} — see `phasegate campaign gate {key}`"""

    code = "PG103"


class ClockBehind(Refused):
    """the clock is behind — it says {now}, the last record is of {last} — set it, or `clock accept`"""

    code = "PG104"
    exit_code = 2


class ClockJumped(PhasegateError):
    """no sweep is made — {why} — set the clock right, or `phasegate clock accept --reason …`"""

    code = "PG105"


class BadLink(PhasegateError):
    """this link is none of ours — it was cut or changed, or its key is gone — copy it whole, or ask the office"""

    code = "PG106"


class LinkOver(Refused):
    """the link of notice {notice} signs nothing any more — {why} — sign by `task receive`, or ask for a new link"""

    code = "PG107"


class KeyReused(PhasegateError):
    """the idempotency key {key!r} was used for another command — repeat that one or take a new key"""

    code = "PG110"


class UnknownName(PhasegateError):
    """there is no {kind} {name!r}{near}"""

    code = "PG201"

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        super().__init__(kind=kind, name=name, near=did_you_mean(name, known))


class BadInput(PhasegateError):
    """{what} — found {found!r} — {cure}"""

    code = "PG202"

    def __init__(self, *, found: object, **facts: object) -> None:
        super().__init__(found=found if isinstance(found, int) else str(found), **facts)


class ExtraMissing(PhasegateError):
    """{what} needs a library — {library} is not installed — pip install 'phasegate[{extra}]'"""

    code = "PG206"


class DatabaseProblem(PhasegateError):
    """the database {url} cannot be used — {why} — {cure}"""

    code = "PG301"


class DatabaseMissing(DatabaseProblem):
    """there is no Phasegate database at {url} — {why} — {cure}"""

    code = "PG302"


class DatabaseNewer(DatabaseProblem):
    """the database {url} was made by a newer Phasegate — {why} — {cure}"""

    code = "PG303"


class RowRefused(DatabaseProblem):
    """the database {url} refuses a row — {why} — {cure}"""

    code = "PG305"


class DatabaseBusy(DatabaseProblem):
    """the database {url} is busy — {why} — {cure}"""

    code = "PG304"


class DatabaseRetired(DatabaseProblem):
    """the database {url} is from before the first release and is not read any more — {why} — {cure}"""

    code = "PG308"


class DatabaseOlder(DatabaseProblem):
    """the database {url} is older than this Phasegate — {why} — {cure}"""

    code = "PG309"


class DatabaseAltered(DatabaseProblem):
    """the tables of the database {url} are not those of its revision — {why} — {cure}"""

    code = "PG310"


class DatabaseDamaged(DatabaseProblem):
    """the database {url} is damaged — {why} — {cure}"""

    code = "PG311"


class DatabaseGone(DatabaseProblem):
    """the database {url} is not the file any more that was opened — {why} — {cure}"""

    code = "PG312"


def cure_of(error: BaseException, usual: str) -> str:
    """Return what to do about a file that could not be read or written: where the disk is full, to make room."""
    return "make room on that disk" if getattr(error, "errno", None) in NO_ROOM else usual


@dataclass(frozen=True, slots=True, order=True)
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
    """{count} problem(s) in {name}"""

    code = "PG250"

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(count=len(problems), name=name)


@dataclass(frozen=True, slots=True, order=True)
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
    """{count} problem(s) in {name}"""

    code = "PG251"

    def __init__(self, name: str, problems: list[CellProblem]) -> None:
        self.problems = sorted(problems)
        super().__init__(count=len(problems), name=name)


def did_you_mean(name: str, known: list[str]) -> str:
    """Return ` — did you mean …?` for the nearest known names, or the known ones if they are few."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return f" — did you mean {', '.join(near)}?"
    return f" — known: {', '.join(known)}" if 0 < len(known) <= 12 else ""
