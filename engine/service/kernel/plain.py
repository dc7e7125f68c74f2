"""How single values are said: days, instants, short numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendar import WEEKDAYS
from engine.model.plain import short as short

Row = dict[str, Any]


def day(on: date | None) -> str | None:
    """Return a day as ISO text; None where there is none."""
    return on.isoformat() if on else None


def weekday(on: date | None) -> str:
    """Return the Chinese weekday of a day, empty where there is none."""
    return WEEKDAYS[on.weekday()] if on else ""


def local(at: datetime | None, zone: ZoneInfo) -> str | None:
    """Return an instant in local time with its offset; None where there is none."""
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None


def minute(text: str | None) -> str:
    """Return a local instant to the minute."""
    return text[:16].replace("T", " ") if text else ""


def some(names: Iterable[str], most: int = 5) -> str:
    """Return the first of several names and how many there are in all."""
    known = list(names)
    return "、".join(known[:most]) + (f" 等{len(known)}个" if len(known) > most else "")
