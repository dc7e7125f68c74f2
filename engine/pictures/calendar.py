"""The calendar of a forecast: months as grids, each working day shaded by how many notices go out on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import sqrt
from typing import NamedTuple

from engine.calendar import Calendar
from engine.pictures import svg, words
from engine.pictures.svg import hover, tag, text

_ACROSS = 4
_CELL = 46.0
_HEIGHT = 42.0
_MONTH = 7 * _CELL
_BETWEEN = 36.0
_LEFT = 36.0
_TOP = 116.0
_TITLE = 58.0
_FOOT = 64.0
_WEEKDAYS = "一二三四五六日"
_SHADES = ("#e3eefa", "#bdd7f1", "#8bb8e3", "#4f8fcb", "#1f5f9e")
_DARK = 3  # From this shade on it is written upon in white.
_OFF = "#f1f2f4"
_HOLIDAY = "#fbe9e7"
_RED = "#c0392b"
_WEEKEND = ("星期六", "星期日")
Counts = Mapping[date, Mapping[str, int]]


def calendar_picture(
    title: str, below: str, counts: Counts, calendar: Calendar, *, kinds: Mapping[str, str] | None = None
) -> str:
    """Return an SVG of every month from the first to the last day with a count; `kinds` names what is counted."""
    months = _months(sorted(counts))
    most = max((sum(each.values()) for each in counts.values()), default=0)
    parts = [*_header(title, below)]
    bottom = _TOP
    for row in range(0, len(months), _ACROSS):
        line = months[row : row + _ACROSS]
        for n, month in enumerate(line):
            parts += _month(month, _LEFT + n * (_MONTH + _BETWEEN), bottom, counts, calendar, most, kinds or {})
        bottom += _TITLE + max(_weeks(month) for month in line) * _HEIGHT + _BETWEEN
    parts += _legend(bottom, most)
    width = 2 * _LEFT + max(3, min(_ACROSS, len(months))) * (_MONTH + _BETWEEN) - _BETWEEN
    return svg.page(width, bottom + _FOOT, f"{title} 提醒日历", *parts)


def _months(days: Sequence[date]) -> list[date]:
    if not days:
        return []
    found = [days[0].replace(day=1)]
    while (following := _next_month(found[-1])) <= days[-1]:
        found.append(following)
    return found


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _days(month: date) -> list[date]:
    return [month + timedelta(days=n) for n in range((_next_month(month) - month).days)]


def _weeks(month: date) -> int:
    return (month.weekday() + len(_days(month)) + 6) // 7


# --- how it is drawn ----------------------------------------------------------------------------


def _header(title: str, below: str) -> Iterator[str]:
    yield text(title, _LEFT, 44, size=22, font_weight="700")
    yield text(below, _LEFT, 72, size=14, fill=svg.FAINT)


def _month(
    month: date,
    x: float,
    y: float,
    counts: Counts,
    calendar: Calendar,
    most: int,
    kinds: Mapping[str, str],
) -> Iterator[str]:
    whole = sum(sum(counts.get(day, {}).values()) for day in _days(month))
    yield text(f"{month.year}年{month.month}月", x, y + 14, size=16, font_weight="700")
    yield text(f"{whole}件" if whole else "无", x + _MONTH, y + 14, size=13, fill=svg.FAINT, text_anchor="end")
    for n, name in enumerate(_WEEKDAYS):
        ink = _RED if n > 4 else svg.FAINT
        yield text(name, x + (n + 0.5) * _CELL, y + 42, size=12, fill=ink, text_anchor="middle")
    for day in _days(month):
        week, weekday = divmod(month.weekday() + day.day - 1, 7)
        left, top = x + weekday * _CELL, y + _TITLE - 8 + week * _HEIGHT
        yield tag("g", *_day(day, left, top, counts.get(day, {}), calendar, most, kinds))


def _day(
    day: date, x: float, y: float, told: Mapping[str, int], calendar: Calendar, most: int, kinds: Mapping[str, str]
) -> Iterator[str]:
    number, off = sum(told.values()), calendar.why_off(day)
    look = _look_of_count(_shade(number, most)) if number else _look_of_day(off)
    edge, width = (_RED, 2) if number and number == most else (svg.LINE, 1)
    yield hover(_story(day, off, told, kinds))
    yield tag("rect", x=x + 1, y=y + 1, width=_CELL - 2, height=_HEIGHT - 2, rx=3, fill=look.fill,
              stroke=edge, stroke_width=width)  # fmt: skip
    yield text(str(day.day), x + 5, y + 13, size=10, fill=look.ink)
    if mark := _mark(day, off, calendar):
        yield text(mark, x + _CELL - 5, y + 13, size=10, fill=look.ink, text_anchor="end")
    if number:
        yield text(str(number), x + _CELL / 2, y + 32, size=15, fill=look.ink,
                   font_weight="700", text_anchor="middle")  # fmt: skip


class _DayLook(NamedTuple):
    """The ground of a cell, and what is written on it."""

    fill: str
    ink: str


def _look_of_count(shade: int) -> _DayLook:
    return _DayLook(_SHADES[shade], svg.PAPER if shade >= _DARK else svg.INK)


def _look_of_day(off: str) -> _DayLook:
    """Return the look of a day without notices: a holiday, a weekend, or a day on which people work."""
    if not off:
        return _DayLook(svg.PAPER, svg.FAINT)
    return _DayLook(_OFF, svg.FAINT) if off in _WEEKEND else _DayLook(_HOLIDAY, _RED)


def _mark(day: date, off: str, calendar: Calendar) -> str:
    """Return what marks a day: a holiday, a make-up day, or one of a year whose holidays are not published yet."""
    if off:
        return "" if off in _WEEKEND else "休"
    return "班" if calendar.is_makeup_day(day) else "暂" if calendar.is_provisional(day) else ""


def _shade(number: int, most: int) -> int:
    """Return the shade of a count; by the root, so that few are told apart as well as many."""
    return min(len(_SHADES) - 1, int(len(_SHADES) * sqrt(number / (most + 1))))


def _story(day: date, off: str, told: Mapping[str, int], kinds: Mapping[str, str]) -> str:
    head = f"{words.chinese_day(day)}{f'({off})' if off else ''}"
    return "\n".join([head, *(f"{kinds.get(kind, kind)} {number}件" for kind, number in sorted(told.items()))])


def _legend(y: float, most: int) -> Iterator[str]:
    x, top = _LEFT, y + 4
    for shade, fill in enumerate(_SHADES):
        least, last = _span(shade, most)
        if least > last:
            continue
        yield tag("rect", x=x, y=top, width=18, height=18, rx=3, fill=fill, stroke=svg.LINE)
        label = f"{least}件" if least == last else f"{least}—{last}件"
        yield text(label, x + 25, top + 14, size=12)
        x += 25 + svg.width_of(label, 12) + 20
    for fill, ink, mark, label in (
        (svg.PAPER, _RED, "", "最多的一天"),
        (_OFF, svg.FAINT, "", "周末"),
        (_HOLIDAY, _RED, "休", "法定节假日"),
        (svg.PAPER, svg.FAINT, "班", "调休上班"),
        (svg.PAPER, svg.FAINT, "暂", "放假安排未公布"),
    ):
        edge = _RED if label == "最多的一天" else svg.LINE
        yield tag("rect", x=x, y=top, width=18, height=18, rx=3, fill=fill, stroke=edge)
        yield text(mark, x + 9, top + 13, size=10, fill=ink, text_anchor="middle")
        yield text(label, x + 25, top + 14, size=12)
        x += 25 + svg.width_of(label, 12) + 20


def _span(shade: int, most: int) -> tuple[int, int]:
    """Return the least and greatest count that have a shade; the least is greater where none has."""
    of = [number for number in range(1, most + 1) if _shade(number, most) == shade]
    return (of[0], of[-1]) if of else (1, 0)
