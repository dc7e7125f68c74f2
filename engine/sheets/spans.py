"""Days and spans as offices write them in a breakdown sheet: 2022年7月—9月, 11月30日前, 适时."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from engine.sheets.cells import EPOCH_1900, Cell, day, day_in, plain, shown_of, shows_hour, words_of_day

Days = tuple[date | None, date | None]

_TO_THE_END = ("", "长期", "长期坚持", "持续推进", "阶段末", "阶段结束", "阶段结束前", "按阶段")
_OPEN = ("适时", "待定", "时间待定", "另行通知", "另行文")
_SHOWN = (frozenset("ymd"), frozenset("md"), frozenset("ym"))
_NO_LIMIT = {
    "number": "a number with a fraction is no time limit (11.30 typed is the number 11.3)",
    "error": "an error stands here, and no time limit",
    "formula": "a formula stands here, and nothing is computed",
    "day": "the time limit is shown without its month",
}
_POINT = r"(?:(\d{4})(?!\d)[年./-])?(\d{1,2})(?!\d)(?:月?(?:份|底|末)?|[月./-](\d{1,2})(?!\d)[日号]?)"
_SPAN = re.compile(rf"自?{_POINT}(?:起)?(?:\.\.|[至到~—–―-]+){_POINT}(?:止|前)?")
_DAY = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?(?:之?前|止)?")
_MONTH = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})月?(份|底|末)?(?:之?前|止)?")


def span_of(cell: Cell) -> tuple[date, date]:
    """Return the first and last day that a span means; ValueError for what is none, as one day is."""
    text = cell.text
    if cell.kind != "text" or _DAY.fullmatch(plain(text).replace(" ", "")):
        raise ValueError(text)
    found = _SPAN.fullmatch(plain(text).replace(" ", ""))
    if not found or not found[1]:
        raise ValueError(text)
    year, month, on, to_year, to_month, to_on = (int(part) if part else 0 for part in found.groups())
    return date(year, month, on or 1), _last(to_year or year, to_month, to_on)


def limit_of(cell: Cell, epoch: date = EPOCH_1900) -> str:
    """Return the words of a time limit as a cell shows it; ValueError says why a value of its kind is none.

    A day that is shown without its year, or month, is told as it is shown.
    """
    if isinstance(cell.value, date) and shows_hour(cell.value, cell.format):
        raise ValueError("the time limit is shown with an hour, and a day is needed")
    if isinstance(cell.value, date) and shown_of(cell.format) in _SHOWN:
        return words_of_day(cell.value, shown_of(cell.format))
    if cell.is_whole:
        return _serial(cell, epoch)
    if cell.kind in ("text", "blank"):
        return " ".join(cell.text.split())
    raise ValueError(_NO_LIMIT.get(cell.kind, "the time limit cannot be read"))


def _serial(cell: Cell, epoch: date) -> str:
    try:
        return f"{day(cell, epoch):%Y-%m-%d}"
    except OverflowError:
        raise ValueError("the time limit cannot be read") from None
    except ValueError:
        raise ValueError("a number is no time limit") from None


def due_of(said: str, window: Days) -> tuple[str, str]:
    """Return a due date as the format writes it and how the words were read; ValueError says why not.

    A missing year comes from the window of the phase.
    """
    text = plain(said).replace(" ", "")
    if text in _TO_THE_END:
        return "phase end", ""
    if text in _OPEN:
        return "none", ""
    try:
        return day_in(text).isoformat(), ""
    except (ValueError, OverflowError):
        pass
    return _in_words(text, window)


def _in_words(text: str, window: Days) -> tuple[str, str]:
    found = _DAY.fullmatch(text)
    on, whole = (int(found[3]), "") if found else (0, "取当月最后一日")
    found = found or _MONTH.fullmatch(text)
    if not found or (not on and not found[3] and not found[1]):
        raise ValueError("the time limit cannot be read")
    month = int(found[2])
    if found[1]:
        return _last(int(found[1]), month, on).isoformat(), whole
    first, last = window
    if first is None or last is None:
        return "none", ""
    return _only_day(first, last, month, on).isoformat(), "、".join(filter(None, ("年份取所在阶段", whole)))


def _only_day(first: date, last: date, month: int, on: int) -> date:
    """Return the one day of a phase that is a day of a month; ValueError where there is none, or more."""
    days = [_last(year, month, on) for year in range(first.year, last.year + 1)]
    fitting = [day for day in days if first <= day <= last]
    if len(fitting) != 1:
        raise ValueError("the day fits more than one year" if fitting else "the day lies within its phase in no year")
    return fitting[0]


def _last(year: int, month: int, on: int) -> date:
    try:
        return date(year, month, on or monthrange(year, month)[1])
    except ValueError:
        raise ValueError("the time limit cannot be read") from None
