"""Crashing on purpose: a step is run until its n-th SQL statement, and what was left is looked at."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from small_county import Step, desk_at

from engine.service.audit.audit import verify_all
from engine.service.kernel.plan import Library
from engine.store.database import connect, open_database

State = tuple[tuple[str, tuple[Any, ...]], ...]
CRASHED = 70
NEVER = 10**9


class Crash(BaseException):
    """The fault that a test puts before a statement."""


def exit_at_once() -> None:
    os._exit(CRASHED)


def raise_crash() -> None:
    raise Crash


@dataclass
class Fault:
    """Counts the statements of a database and breaks before the n-th."""

    n: int
    breaks: Callable[[], None] = raise_crash
    after_commit: Callable[[], None] = lambda: None
    seen: int = 0
    last: str = ""
    commits: list[int] = field(default_factory=list)

    def __call__(self, statement: str) -> None:
        self.look()
        if statement == "COMMITTED":
            return
        self.seen += 1
        self.last = statement
        if statement == "COMMIT":
            self.commits.append(self.seen)
        if self.seen == self.n:
            self.breaks()

    def look(self) -> None:
        """Tell of a commit, once what follows it is about to begin."""
        if self.last == "COMMIT":
            self.after_commit()
        self.last = ""


@dataclass
class Bench:
    """A SQLite file as it was before a step, and a copy of it to crash on."""

    base: Path
    path: Path
    library: Library
    verified: set[State] = field(default_factory=set)

    def restore(self) -> None:
        for suffix in ("-journal", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.base, self.path)

    def run(self, step: Step, fault: Fault) -> None:
        """Do a step on the copy with a fault in it."""
        database = connect(f"sqlite:///{self.path}")
        try:
            desk = desk_at(replace(database, watch=fault), library=self.library)
            # What nobody can foresee is the same each time, so that states can be compared.
            names = count(1)
            step(replace(desk, token=lambda: sha256(f"{step.name}/{next(names)}".encode()).hexdigest()))
        finally:
            database.close()

    def run_in_child(self, step: Step, fault: Fault) -> bool:
        """Do a step in a process of its own that exits at the fault; tell whether it did."""
        child = os.fork()
        if child == 0:
            try:
                self.run(step, fault)
                os._exit(0)
            except BaseException:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, CRASHED), f"the child ended with {code}"
        return code == CRASHED

    def state(self) -> State:
        """Return all that the file holds, read as a new process would; the order of rows means nothing."""
        with closing(sqlite3.connect(self.path)) as connection:
            names = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return tuple(
                (name, row)
                for name in sorted(names)
                for row in sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)
            )

    def lived(self, step: Step) -> tuple[int, list[int], list[State]]:
        """Do a step undisturbed: return its number of statements, which are commits, and the states after each."""
        states = [self.state()]
        fault = Fault(NEVER, after_commit=lambda: states.append(self.state()))
        self.run(step, fault)
        fault.look()
        return fault.seen, fault.commits, states

    def require_proof(self, state: State) -> None:
        """Open the file again, verify the chain and replay; once for each state that was met."""
        if state in self.verified:
            return
        database = open_database(f"sqlite:///{self.path}")
        try:
            assert verify_all(desk_at(database)).findings == ()
        finally:
            database.close()
        self.verified.add(state)
