"""Tables on a terminal: folded to its width, page by page, so that the first lines of a long one come at once."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from engine.cli.shell.layout import GAP

ROWS = 200
"""How many rows a page has; each is laid out by itself, under the heads."""


def pages(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[str]) -> Iterator[str]:
    """Yield the lines of a table, a page at a time."""
    console = Console(file=sys.stdout, highlight=False)
    for start in range(0, len(rows), ROWS):
        with console.capture() as captured:
            console.print(_grid(heads, rows[start : start + ROWS], right))
        for line in captured.get().splitlines():
            yield line.rstrip()


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[str]) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, len(GAP), 0, 0), header_style="bold")
    for head in heads:
        grid.add_column(Text(head), justify="right" if head in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid
