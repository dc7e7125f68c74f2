"""A shipped workflow, changed at random from a seed: what a tired clerk, or a bad merge, might leave behind."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import yaml

Texts = Mapping[str, str]
Spot = tuple[Any, Any]
"""A mapping or list, and the key or index in it."""
MOST_CHANGES = 3


def changed(bundle: Texts, seed: int) -> dict[str, str]:
    """Return the files of a workflow with one to three random changes."""
    luck = random.Random(seed)
    texts = dict(bundle)
    for _ in range(luck.randint(1, MOST_CHANGES)):
        file = luck.choice([name for name in sorted(texts) if name.endswith(".yaml")])
        tree = yaml.load(texts[file], Loader=yaml.BaseLoader)
        spots = list(_spots(tree))
        if spots:
            luck.choice(CHANGES)(luck, spots, *luck.choice(spots))
            texts[file] = yaml.dump(tree, allow_unicode=True, sort_keys=False, width=10_000)
    return texts


def _spots(tree: Any) -> Iterator[Spot]:
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _spots(tree[key])


def _drop(luck: random.Random, spots: list[Spot], there: Any, key: Any) -> None:
    del there[key]


def _double(luck: random.Random, spots: list[Spot], there: Any, key: Any) -> None:
    if isinstance(there, list):
        there.append(deepcopy(there[key]))


def _move(luck: random.Random, spots: list[Spot], there: Any, key: Any) -> None:
    if isinstance(there, list):
        luck.shuffle(there)


def _exchange(luck: random.Random, spots: list[Spot], there: Any, key: Any) -> None:
    """Put in what stands under the same key elsewhere, or any other item of a list."""
    others = [place[name] for place, name in spots if name == key and type(place) is type(there)]
    there[key] = deepcopy(luck.choice(others))


def _misplace(luck: random.Random, spots: list[Spot], there: Any, key: Any) -> None:
    """Put in what stands anywhere."""
    place, name = luck.choice(spots)
    there[key] = place[name] if not isinstance(place[name], (dict, list)) else there[key]


def _number(luck: random.Random, spots: list[Spot], there: Any, key: Any) -> None:
    """Change one digit."""
    text = there[key]
    digits = [m.start() for m in re.finditer(r"\d", text)] if isinstance(text, str) else []
    if digits:
        at = luck.choice(digits)
        there[key] = text[:at] + luck.choice("0123456789") + text[at + 1 :]


def _spoil(luck: random.Random, spots: list[Spot], there: Any, key: Any) -> None:
    """Leave out a character, or write one that nobody expects."""
    text = there[key]
    if isinstance(text, str) and text:
        at = luck.randrange(len(text))
        there[key] = text[:at] + luck.choice(("", "、", "-", "0", "${x}", "{{ x }}", "各")) + text[at + 1 :]


CHANGES: tuple[Callable[[random.Random, list[Spot], Any, Any], None], ...] = (
    _drop,
    _double,
    _move,
    _exchange,
    _exchange,
    _misplace,
    _number,
    _number,
    _spoil,
)
