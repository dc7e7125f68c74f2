"""What a mutant is: one rule of SEMANTICS switched off in code, and the test that must then fail."""

from __future__ import annotations

from dataclasses import dataclass

ROOMS = ("dates", "firing", "ladders", "catchup", "notices", "changes", "gates", "history", "roles")
ROOMS += ("duties", "reports", "indicators", "nested", "channels", "receipts", "demands", "burden", "calls")


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` stands exactly once in `file` and becomes `new`; `tests` must fail then.

    A test is `dates::name` for one of the acceptance tests of rules, else `unit/test_file::name`.
    """

    id: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def rule(self) -> str:
        """The rule it switches off: D4 of D4b."""
        return self.id.rstrip("abcdefghijklmnopqrstuvwxyz")

    @property
    def node_ids(self) -> tuple[str, ...]:
        """The tests as pytest names them."""
        return tuple(node_id(test) for test in self.tests)


def node_id(test: str) -> str:
    """Return a test as pytest names it."""
    where, _, name = test.partition("::")
    path = f"acceptance/test_{where}_rules" if where in ROOMS else where
    return f"tests/{path}.py::{name}"


def mutant(id: str, file: str, old: str, new: str, *tests: str) -> Mutant:
    """Return a mutant; the line of a catalogue."""
    return Mutant(id, file, old, new, tests)
