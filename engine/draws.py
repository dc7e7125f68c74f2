"""Drawing by lot so that anybody can repeat it: only the SHA-256 of a published seed (SEMANTICS V1, V2).

`printf '%s\\n%s' "$seed" "$unit" | sha256sum` gives the lot of a unit; the lots in ascending order
are the order of the draw. Nothing else enters it, neither the order of the candidates nor the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

FEWEST = 3
"""With two, each would inspect the other."""


def lot(seed: str, name: str) -> str:
    """Return the lot of a name: the SHA-256 of seed, line feed and name in UTF-8, in hexadecimal."""
    return sha256(f"{seed}\n{name}".encode()).hexdigest()


def order(seed: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return each name once, in the ascending order of the lots."""
    return tuple(sorted(set(names), key=lambda name: lot(seed, name)))


def drawn(seed: str, names: Iterable[str], count: int) -> tuple[str, ...]:
    """Return the first `count` names in the order of the draw."""
    return order(seed, names)[:count]


def pairs(seed: str, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return who looks at whom: each at the next in the order of the draw, the last at the first (SEMANTICS V2).

    Each looks at exactly one and is looked at by exactly one, never itself; of three or more no two
    look at each other. ValueError for fewer.
    """
    circle = order(seed, names)
    if len(circle) < FEWEST:
        raise ValueError(len(circle))
    return tuple(zip(circle, (*circle[1:], circle[0]), strict=True))
