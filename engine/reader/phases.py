"""Phases: from their keys to their records; gates are read once all names are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal, cast

from engine.model import Condition, Phase, Window
from engine.reader.names import Names
from engine.reader.shape import Filled
from engine.reader.sources import read_source

_NOWHERE = Window(first_day=date.min, last_day=date.min)


def read_phases(
    rows: tuple[Filled, ...], gate: Callable[[Filled, str], Condition], ladder: str, names: Names
) -> Iterator[Phase]:
    """Yield the phases in `rows`; `ladder` serves the gates of those that name none."""
    ids = [row.text("id") for row in rows]
    for row, following in zip(rows, [*ids[1:], ""], strict=False):
        yield Phase(
            id=row.text("id"),
            title=row.text("title"),
            window=_window(row, names),
            gate=gate(row.part("gate"), row.text("id")),
            next=_next(row, following, names),
            opens=cast(Literal["window", "entry"], row.text("opens", "window")),
            advance=cast(Literal["manual", "automatic"], row.text("advance", "manual")),
            on_exit=cast(Literal["keep", "cancel"], row.text("on_exit", "keep")),
            owner=cast(Literal["office", "superior"], row.text("owner", "office")),
            ladder=names.ladder(row.leaf("ladder")) if "ladder" in row.values else ladder,
            source=read_source(row),
            place=row.place,
        )


def _window(row: Filled, names: Names) -> Window:
    leaf = row.leaf("window")
    if leaf is None or not isinstance(leaf.value, Window):
        return _NOWHERE
    if leaf.value.first_day > leaf.value.last_day:
        cure = "write the earlier first"
        names.problems.add("PW208", leaf.place, "the window ends before it begins", leaf.text, cure)
    return leaf.value


def _next(row: Filled, following: str, names: Names) -> tuple[str, ...]:
    if "next" in row.values:
        return tuple(names.phase(leaf) for leaf in row.leaves("next"))
    return (following,) if following else ()
