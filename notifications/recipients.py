"""To whom a notice of a level goes, given a unit's contacts of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A unit's work address at a level: 0 liaison, 1 deputy head, 2 head, 3 leading group."""

    level: int
    address: str
    channel: str = ""


def at_level(addresses: Sequence[Address], level: int) -> tuple[Address, ...]:
    """Return the addresses of exactly `level`, each once; none means that it cannot be sent (L3)."""
    found = {one.address: one for one in addresses if one.level == level and one.address}
    return tuple(found.values())


def by_channel(addresses: Sequence[Address], default: str) -> dict[str, tuple[str, ...]]:
    """Return the addresses by the channel each is reached by (N1)."""
    found: dict[str, list[str]] = {}
    for one in addresses:
        found.setdefault(one.channel or default, []).append(one.address)
    return {channel: tuple(some) for channel, some in found.items()}
