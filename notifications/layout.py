"""What a template is told beyond the request's own fields, and the frame around its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from engine.records import record
from notifications import wording
from notifications.notice import Line, NoticeRequest

_WIDTH: Final = 28
_SPACE: Final = "\u3000"
_INDENT: Final = _SPACE * 2


@record
class LineGroup:
    """The items that are due on one day; `mark` is 一, 二, 三 …, `numbered` the same as it is printed: 一、

    Where all are due on one day nothing is numbered: there is no second.
    """

    mark: str
    numbered: str
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
    for item in request.items:
        days.setdefault(item.due_on, []).append(item)
    return tuple(
        LineGroup(
            mark=wording.numeral(n),
            numbered=_numbered(n, of=len(days)),
            due_on=on,
            asked_on=lines[0].asked_on,
            items=tuple(lines),
        )
        for n, (on, lines) in enumerate(sorted(days.items(), key=_day_order), 1)
    )


def _numbered(n: int, *, of: int) -> str:
    return f"{wording.numeral(n)}、" if of > 1 else ""


def _day_order(entry: tuple[date | None, list[Line]]) -> date:
    return entry[0] or date.max


def by_unit(request: NoticeRequest) -> tuple[UnitGroup, ...]:
    """Return the items by unit, in the order given."""
    units: dict[str, list[Line]] = {}
    for item in request.items:
        units.setdefault(item.unit, []).append(item)
    return tuple(UnitGroup(unit=unit, items=tuple(lines)) for unit, lines in units.items())


def addressed(request: NoticeRequest) -> str:
    """Return the words of the address line: as the unit is addressed, its name, or the units of a formal document."""
    return request.address_as or wording.names(_recipients(request))


def you(request: NoticeRequest) -> str:
    """Return how a notice speaks to whom it goes: 你乡, 你单位, to who is not subordinate 贵单位."""
    return wording.you(_recipients(request), courteous=request.relation != "subordinate")


def _recipients(request: NoticeRequest) -> tuple[str, ...]:
    return request.units or ((request.unit,) if request.unit else ())


def hand_in_to(request: NoticeRequest) -> str:
    """Return to whom the items are handed in: to the office, or to the lead of a part (SEMANTICS R2)."""
    leads = list(dict.fromkeys(item.lead for item in request.items))
    if leads and all(leads):
        return f"牵头单位{leads[0]}" if len(leads) == 1 else "各项注明的牵头单位"
    return f"{request.sender}(注明牵头单位的,报牵头单位)" if any(leads) else request.sender


def named(item: Line) -> str:
    """Return an item with what the unit is in it, and the lead to which its part goes: 自检自查(牵头单位)."""
    told = [item.role, f"报牵头单位{item.lead}" if item.lead else "", "已退回,待重新报送" if item.again else ""]
    marks = ",".join(filter(None, told))
    period = f"({item.period})"
    if marks and item.period and item.title.endswith(period):
        return f"{item.title.removesuffix(period)}({item.period},{marks})"
    return f"{item.title}({marks})" if marks else item.title


def titles(request: NoticeRequest, most: int) -> str:
    """Return the different titles of the items, at most `most` of them."""
    return wording.titles(list(dict.fromkeys(item.title for item in request.items)), most)


WORKED_OUT: Final[Mapping[str, Callable[[NoticeRequest], object]]] = {
    "count": lambda request: len(request.items),
    "rest": lambda request: 0,
    "matter": lambda request: titles(request, 1),
    "titles": lambda request: titles(request, 3),
    "matters": lambda request: wording.tasks(titles(request, 1)),
    "hand_in_to": hand_in_to,
    "you": you,
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
    lines = [line for line in map(str.strip, body.splitlines()) if line]
    paragraphs = "\n".join(_INDENT + line for line in _with_accepted(request, lines))
    attachments = _attachments(request.attachments) if request.attachments else ""
    contact = f"\n({request.contact})" if request.contact else ""
    head = f"\n核验码:{request.head}" if request.head else ""
    foot = f"\n{contact}{head}" if contact or head else ""
    signature = _signature(request.sender_full or request.sender, request.day)
    text = f"{addressed(request)}:\n{paragraphs}{attachments}"
    return f"{_centred(title)}{number}\n\n{text}\n\n{signature}{foot}\n"


CLOSINGS: Final = ("特此", "妥否")
"""How the last line of a document begins."""


def _with_accepted(request: NoticeRequest, lines: list[str]) -> list[str]:
    """Return the paragraphs with what was accepted since the unit last heard, before the words that close them."""
    if not request.accepted:
        return lines
    end = len(lines) - 1 if lines and lines[-1].startswith(CLOSINGS) else len(lines)
    return [*lines[:end], accepted(request), *lines[end:]]


def accepted(request: NoticeRequest) -> str:
    """Return the paragraph that tells of acceptances: the unit's own, and the parts of others that it leads."""
    whose: dict[str, list[Line]] = {}
    for item in request.accepted:
        whose.setdefault(item.unit, []).append(item)
    courteous = request.relation != "subordinate"
    said, done = ("提供", "已收悉办结,感谢支持") if courteous else ("报送", "已审核通过")
    told = [f"{unit or you(request)}{said}的{_all_titles(items)}" for unit, items in whose.items()]
    return f"另:{'、'.join(told)}{done}。"


def _all_titles(items: Sequence[Line]) -> str:
    return wording.titles(list(dict.fromkeys(item.title for item in items)), len(items))


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
