"""Frozen records of what a gate was found to be."""

from __future__ import annotations

from engine.records import record


@record
class ConditionVerdict:
    """Whether one condition holds, what was counted, what was needed and who is missing."""

    id: str
    kind: str
    text: str
    holds: bool
    counted: str
    needed: str
    missing: tuple[str, ...] = ()
    children: tuple[ConditionVerdict, ...] = ()


@record
class Verdict:
    """The verdict of a gate at an instant: open or shut, and why (G1)."""

    phase: str
    open: bool
    conditions: tuple[ConditionVerdict, ...]
