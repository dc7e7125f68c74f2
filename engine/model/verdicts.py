"""Frozen records of what a gate was found to be: codes, names and figures, never words of ours (SEMANTICS H1, H7)."""

from __future__ import annotations

from engine.records import record


@record
class VerdictPart:
    """One of those that a condition counts: who or what it is, and how it stands.

    `name` is what the workflow calls it where it is neither unit nor task: an approval, an indicator, a kind of a
    quota, a phase. `title` is given where another workflow gives it. `among` are the units of which any may, `have`
    and `need` the figures; `code` says what is lacking or why it counts, each kind of condition has its own. What
    a campaign below lacks stands in `lacks`.
    """

    unit: str = ""
    task: str = ""
    name: str = ""
    title: str = ""
    slot: str = ""
    period: str = ""
    code: str = ""
    have: str = ""
    need: str = ""
    among: tuple[str, ...] = ()
    lacks: tuple[VerdictPart, ...] = ()


@record
class ConditionVerdict:
    """Whether one condition holds, what was counted and needed, and all who were counted and who were missing.

    Who is missing is told also where a condition holds without them, by its share or its count.
    """

    id: str
    kind: str
    holds: bool
    counted: str
    needed: str
    missing: tuple[VerdictPart, ...] = ()
    met: tuple[VerdictPart, ...] = ()
    children: tuple[ConditionVerdict, ...] = ()


@record
class Verdict:
    """The verdict of a gate at an instant: open or shut, and why (G1)."""

    phase: str
    open: bool
    conditions: tuple[ConditionVerdict, ...]
