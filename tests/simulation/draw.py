"""All chance of a run comes from its seed, by named streams that do not disturb each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from engine.clock import seeded

T = TypeVar("T")


@dataclass
class Draw:
    """A stream of chance with a name; the same name under the same seed draws the same."""

    name: str
    source: Random = field(init=False)

    def __post_init__(self) -> None:
        self.source = seeded(self.name)

    def of(self, name: str) -> Draw:
        """Return a stream of its own, whatever was drawn here before."""
        return Draw(f"{self.name}/{name}")

    def chance(self, share: float) -> bool:
        return self.source.random() < share

    def whole(self, least: int, most: int) -> int:
        return self.source.randint(least, most)

    def between(self, least: float, most: float) -> float:
        return self.source.uniform(least, most)

    def pick(self, among: Sequence[T]) -> T:
        return among[self.source.randrange(len(among))]

    def some(self, among: Sequence[T], least: int = 0) -> list[T]:
        """Return a part of a sequence, in its order."""
        count = self.whole(min(least, len(among)), len(among))
        chosen = set(self.source.sample(range(len(among)), count))
        return [each for n, each in enumerate(among) if n in chosen]
