"""What a template is told beyond the request's own fields, and the frame around its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from engine.records import record
from notifications import wording
from notifications.notice import Line, NoticeRequest

MOST_LISTED: Final = 300
_WIDTH: Final = 28
_SPACE: Final = "\u3000"
_INDENT: Final = _SPACE * 2


@record
class LineGroup:
    """The items that are due on one day; `mark` is 一, 二, 三 …"""

    mark: str
    due_on: date | None
    asked_on: date | None
    items: tuple[Line, ...]

    @property
    def count(self) -> int:
        """Return how many items it holds."""
        return len(self.items)


@record
class UnitGroup:
    """The items of one unit, in the order in which the units came (SEMANTICS N5)."""

    unit: str
    items: tuple[Line, ...]

    @property
    def count(self) -> int:
        """Return how many items it holds."""
        return len(self.items)


def groups(request: NoticeRequest) -> tuple[LineGroup, ...]:
    """Return the items by due day, the earliest first, those without a day last (SEMANTICS N1)."""
    days: dict[date | None, list[Line]] = {}
    for item in request.items[:MOST_LISTED]:
        days.setdefault(item.due_on, []).append(item)
    return tuple(
        LineGroup(mark=wording.numeral(n), due_on=on, asked_on=lines[0].asked_on, items=tuple(lines))
        for n, (on, lines) in enumerate(sorted(days.items(), key=_day_order), 1)
    )


def _day_order(entry: tuple[date | None, list[Line]]) -> date:
    return entry[0] or date.max


def by_unit(request: NoticeRequest) -> tuple[UnitGroup, ...]:
    """Return all items by unit, in the order given: a document that names units names them all (SEMANTICS N6)."""
    units: dict[str, list[Line]] = {}
    for item in request.items:
        units.setdefault(item.unit, []).append(item)
    return tuple(UnitGroup(unit=unit, items=tuple(lines)) for unit, lines in units.items())


def addressed(request: NoticeRequest) -> str:
    """Return the words of the address line: the unit, or the units of a formal document."""
    return wording.names(request.units) if request.units else request.unit


def titles(request: NoticeRequest, most: int) -> str:
    """Return the different titles of the items, at most `most` of them."""
    return wording.titles(list(dict.fromkeys(item.title for item in request.items)), most)


WORKED_OUT: Final[Mapping[str, Callable[[NoticeRequest], object]]] = {
    "count": lambda request: len(request.items),
    "rest": lambda request: max(0, len(request.items) - MOST_LISTED),
    "items": lambda request: request.items[:MOST_LISTED],
    "matter": lambda request: titles(request, 1),
    "titles": lambda request: titles(request, 3),
    "groups": groups,
    "by_unit": by_unit,
    "to": addressed,
    "work": lambda request: wording.work(request.campaign),
    "we": lambda request: wording.we(request.place),
}
"""Names that a template may use and that the request does not hold as such."""


def document(request: NoticeRequest, title: str, body: str) -> str:
    """Return the whole notice: title, number, address, paragraphs, attachments, signature."""
    number = f"\n{_centred(request.number)}" if request.number else ""
    paragraphs = "\n".join([_INDENT + line for line in map(str.strip, body.splitlines()) if line])
    attachments = _attachments(request.attachments) if request.attachments else ""
    contact = f"\n({request.contact})" if request.contact else ""
    head = f"\n核验码:{request.head}" if request.head else ""
    foot = f"\n{contact}{head}" if contact or head else ""
    signature = _signature(request.sender_full or request.sender, request.day)
    text = f"{addressed(request)}:\n{paragraphs}{attachments}"
    return f"{_centred(title)}{number}\n\n{text}\n\n{signature}{foot}\n"


def _attachments(attachments: Sequence[str]) -> str:
    if len(attachments) == 1:
        return f"\n\n{_INDENT}附件:{attachments[0]}"
    first, *others = [f"{n}. {name}" for n, name in enumerate(attachments, 1)]
    return "\n".join([f"\n\n{_INDENT}附件:{first}", *(f"{_INDENT}{_SPACE * 2} {name}" for name in others)])


@lru_cache(maxsize=256)
def _signature(sender: str, day: date) -> str:
    lines = (sender, wording.signed_day(day))
    widths = [_columns(line) for line in lines]
    left = max(0, _WIDTH * 2 - 4 - max(widths))
    starts = [left + (max(widths) - width) // 2 for width in widths]
    return "\n".join(_blank(start) + line for start, line in zip(starts, lines, strict=True))


def _centred(line: str) -> str:
    return _blank((_WIDTH * 2 - _columns(line)) // 2) + line


def _blank(columns: int) -> str:
    return _SPACE * (columns // 2) + " " * (columns % 2)


def _columns(line: str) -> int:
    return (len(line.encode()) + len(line)) // 2
