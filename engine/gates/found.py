"""What was found in the rounds of looking, as a gate reads it."""

from __future__ import annotations

from typing import Literal

from engine.records import record

Way = Literal["spot", "mutual", "self", "other"]
WAYS: tuple[Way, ...] = ("spot", "mutual", "self", "other")
"""Spot check, mutual inspection, self-check; all else: findings of the office, conditions of a passage."""


@record
class CountedFinding:
    """One finding at a unit: its number in the register, where it comes from, and whether it is closed (销号)."""

    number: int
    way: Way
    unit: str
    closed: bool
