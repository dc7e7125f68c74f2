"""What a template is told beyond the request's own fields, and the frame around its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from engine.records import record
from notifications import wording
from notifications.notice import Line, NoticeRequest

MOST_INLINE: Final = 20
"""So many items, or names, stand in the text of a document that has an annex for them; more stand in the annex."""
TO_MANY: Final = "各有关单位"
"""Whom a document to more units than an address line holds is addressed to: a list is never cut (N6)."""
_ANNEX: Final = "附件:"
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
    """Return all items by unit, in the order given: a document that names units names them all (SEMANTICS N6)."""
    units: dict[str, list[Line]] = {}
    for item in request.items:
        units.setdefault(item.unit, []).append(item)
    return tuple(UnitGroup(unit=unit, items=tuple(lines)) for unit, lines in units.items())


def addressed(request: NoticeRequest) -> str:
    """Return the words of the address line: as the unit is addressed, its name, or the units of a formal document."""
    if len(request.units) > MOST_INLINE:
        return TO_MANY
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
    "many": lambda request: len(request.items) > MOST_INLINE,
    "unit_count": lambda request: len({item.unit for item in request.items}),
    "commended_count": lambda request: len(request.commended),
    "many_commended": lambda request: len(request.commended) > MOST_INLINE,
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


@record
class Annex:
    """What is attached to a document and stands behind it in the same text (SEMANTICS N6)."""

    title: str
    lines: tuple[str, ...]


def annexes(text: str) -> tuple[Annex, ...]:
    """Return the annexes that a template wrote: each begins with a line 附件:title."""
    found: list[tuple[str, list[str]]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith(_ANNEX):
            found.append((line.removeprefix(_ANNEX), []))
        elif found:
            found[-1][1].append(line)
    return tuple(Annex(title=title, lines=tuple(lines)) for title, lines in found)


def laid_on(body: str, *, subject: str, number: str, sender: str, was_on: date, on: date) -> str:
    """Return a draft as it is signed: its number and the day laid on, all else as it was read (N7)."""
    title = _centred(subject)
    head, _, rest = body.partition(f"{title}\n")
    before, _, after = rest.partition(_signature(sender, was_on))
    return f"{head}{title}\n{_centred(number)}\n{before}{_signature(sender, on)}{after}"


def document(request: NoticeRequest, title: str, body: str, annexed: Sequence[Annex] = ()) -> str:
    """Return the whole notice: title, number, address, paragraphs, attachments, signature, copies, annexes."""
    number = f"\n{_centred(request.number)}" if request.number else ""
    lines = [line for line in map(str.strip, body.splitlines()) if line]
    paragraphs = "\n".join(_INDENT + line for line in _with_accepted(request, lines))
    named = (*request.attachments, *(annex.title for annex in annexed))
    attachments = _attachments(named) if named else ""
    signature = _signature(request.sender_full or request.sender, request.day)
    text = f"{addressed(request)}:\n{paragraphs}{attachments}"
    return f"{_centred(title)}{number}\n\n{text}\n\n{signature}{_foot(request)}\n{_annexed(annexed)}"


def _foot(request: NoticeRequest) -> str:
    """Return what stands below the signature: whom to ask, who has a copy, the code."""
    contact = f"\n({request.contact})" if request.contact else ""
    copied = f"\n抄送:{wording.names(request.copied)}。" if request.copied else ""
    head = f"\n核验码:{request.head}" if request.head else ""
    found = f"{contact}{copied}{head}"
    return f"\n{found}" if found else ""


def _annexed(annexed: Sequence[Annex]) -> str:
    """Return the annexes, each on its own part of the text, numbered where there are several."""
    numbers = [f"附件{n}" if len(annexed) > 1 else "附件" for n in range(1, len(annexed) + 1)]
    whole = (
        f"\n{number}\n\n{_centred(annex.title)}\n\n" + "".join(f"{_INDENT}{line}\n" for line in annex.lines)
        for number, annex in zip(numbers, annexed, strict=True)
    )
    return "".join(whole)


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
