"""A list's columns, each said once: the terminal, JSON, CSV and workbooks lay them out alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from engine.errors import UnknownName
from engine.names import key
from engine.records import record, replace
from engine.service.kernel.actor import Actor
from engine.service.kernel.plain import Row
from engine.service.kernel.sight import Kind as Sight
from engine.service.kernel.sight import Thing, may_see

CellKind = Literal["text", "number", "day", "instant", "yes", "code", "names", "reference", "record"]
"""What a cell is: a day and an instant as ISO text, a code of a family of labels, names side by side, what another
list holds, a record of the history told in a line. In each a reason (a code with its facts, or several) may
stand in the place of a value; faces word it."""


@record
class Column:
    """A column: its key, its head in the catalogs, what its cells are, and how a cell follows from a row.

    `family` names the labels of a code, `most` how many names a terminal shows, `indent` by which number it indents;
    `leads` is the noun that a reference leads to; `seen_as` the kind of thing that who reads must be allowed to see.
    """

    key: str
    head: str = ""
    kind: CellKind = "text"
    of: Callable[[Row], object] | None = None
    family: str = ""
    width: float = 14
    right: bool = False
    most: int = 0
    indent: str = ""
    leads: str = ""
    seen_as: Sight | None = None

    @property
    def label(self) -> str:
        """The key of its head in the catalogs."""
        return f"head.{self.head or self.key}"

    @property
    def is_right(self) -> bool:
        """Tell whether its cells end under each other."""
        return self.right or self.kind == "number"

    def cell(self, row: Row) -> object:
        """Return the value of a row in this column, in no language."""
        return row[self.key] if self.of is None else self.of(row)


@record
class Listing:
    """A list: its name, its columns, and its rows in their order, each named by its `key`.

    Without rows it is the description that stands beside a view; `seen` fills it for who reads. `facts` are what its
    title speaks of.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Sequence[Row] = ()
    empty: str = "(none)"
    facts: Row | None = None

    def seen(self, actor: Actor, rows: Iterable[Row]) -> Listing:
        """Return the list with its rows, and of its columns those that somebody may see."""
        columns = (each for each in self.columns if each.seen_as is None or may_see(actor, Thing(each.seen_as)))
        return replace(self, columns=tuple(columns)).of(rows)

    def of(self, rows: Iterable[Row], **facts: object) -> Listing:
        """Return the list with its rows, and what its title speaks of."""
        return replace(self, rows=list(rows), facts=facts)

    def name_of(self, row: Row) -> str:
        """Return the name of a row, by which the next page begins."""
        return "/".join(str(row[name]) for name in self.key if row[name] not in (None, ""))

    def sorted_by(self, word: str) -> Listing:
        """Return the list in the order of a column; `-` before its key turns it round, what is empty comes last."""
        column, down = self._column(word.removeprefix("-")), word.startswith("-")
        empty = [row for row in self.rows if _is_empty(column.cell(row))]
        filled = [row for row in self.rows if not _is_empty(column.cell(row))]
        return replace(self, rows=[*sorted(filled, key=lambda row: _rank(column.cell(row)), reverse=down), *empty])

    def where(self, key: str, told: str) -> Listing:
        """Return the list with the rows whose cell in a column is, or where it has several holds, a text."""
        column = self._column(key)
        return replace(self, rows=[row for row in self.rows if _holds(column.cell(row), told)])

    def page(self, after: str, limit: int) -> Listing:
        """Return so many rows (0: all) behind the one that `after` names; UnknownName where it is gone."""
        names = [self.name_of(row) for row in self.rows] if after else []
        if after and after not in names:
            raise UnknownName("row", after, names)
        start = names.index(after) + 1 if after else 0
        return replace(self, rows=self.rows[start : start + limit if limit else None])

    def _column(self, key: str) -> Column:
        found = next((each for each in self.columns if each.key == key), None)
        if found is None:
            raise UnknownName("column", key, [each.key for each in self.columns])
        return found


def filled(parts: Mapping[str, Listing], found: Row, reader: Actor) -> list[Listing]:
    """Return the lists of a sheet, each with the rows that the sheet holds under its name."""
    return [listing.seen(reader, found[name]) for name, listing in parts.items()]


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], ())


def _rank(value: object) -> tuple[int, float, str]:
    """Return where a value stands: numbers before texts, each in its own order."""
    try:
        return 0, float(value), ""  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 1, 0.0, str(value)


def _holds(value: object, told: str) -> bool:
    """Tell whether a cell is, or holds, a text; a name is known by its key, however it is spelled."""
    return told in (texts := _texts(value)) or (bool(own := key(told)) and own in map(key, texts))


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value), *str(value).split(", ")]
