"""What a single word of the format may be: an id, a date, a span of days, a number …"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta

from engine.calendar import parse_offset
from engine.model import Offset, Window
from engine.names import HAN
from engine.records import record
from notifications import recipients


@record
class MonthDay:
    """A day without its year, as plans print it; the year comes from the phase."""

    month: int
    day: int


@record
class WordKind:
    """A kind of word: its name, the pattern it keeps to, how it is read, and an example of one.

    `read` raises ValueError where the pattern holds and the word still means nothing.
    """

    name: str
    code: str
    pattern: str
    example: str
    read: Callable[[str], object] = str
    known: tuple[str, ...] = ()
    whole: bool = False

    def value(self, text: str) -> object:
        """Return what `text` means; ValueError if it is not of this kind."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(text)
        return self.read(text)


def one_of(names: Iterable[str], name: str = "one of the known words") -> WordKind:
    """Return the kind of word that is one of `names`."""
    known = tuple(names)
    pattern = "|".join(re.escape(word) for word in known)
    return WordKind(name=name, code="PW205", pattern=pattern, example=", ".join(known), known=known)


def number(least: int, most: int) -> WordKind:
    """Return the kind of word that is a whole number from `least` to `most`."""

    def read(text: str) -> int:
        if not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    name = f"a whole number from {least} to {most}"
    return WordKind(name=name, code="PW210", pattern=r"-?[0-9]{1,9}", example=str(least), read=read, whole=True)


def read_date(text: str) -> date:
    """Return the date `YYYY-MM-DD` or `YYYY-M-D`."""
    year, month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)


def read_month_day(text: str) -> MonthDay:
    """Return the day `MM-DD`, of no year yet."""
    month, day = (int(part) for part in text.split("-"))
    date(2024, month, day)
    return MonthDay(month=month, day=day)


def read_day(text: str) -> date | MonthDay:
    """Return a date, or a day whose year is still to be found."""
    return read_date(text) if text.count("-") == 2 else read_month_day(text)


def read_offset_or_none(text: str) -> Offset | None:
    """Return the span, or None for the word `none`."""
    return None if text == "none" else parse_offset(text)


def read_window(text: str) -> Window:
    """Return the window `first..last`, each a month or a date, both inclusive (SEMANTICS D2)."""
    first, last = text.split("..")
    return Window(first_day=_first_day(first), last_day=_last_day(last))


def read_time(text: str) -> time:
    """Return the time of day `H:MM`."""
    hour, minute = (int(part) for part in text.split(":"))
    return time(hour, minute)


def read_range(text: str) -> tuple[int, int | None]:
    """Return the least and greatest number of `2..4`, `2..` or `3`."""
    least, dots, most = text.partition("..")
    if not dots:
        return int(least), int(least)
    return int(least), int(most) if most else None


def _first_day(text: str) -> date:
    return read_date(text if text.count("-") == 2 else f"{text}-1")


def _last_day(text: str) -> date:
    if text.count("-") == 2:
        return read_date(text)
    first = read_date(f"{text}-1")
    return date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)


_YEAR = "(19|20)[0-9]{2}"
_DATE = f"{_YEAR}-[0-9]{{1,2}}-[0-9]{{1,2}}"
_MONTH_DAY = "[0-9]{1,2}-[0-9]{1,2}"
_POINT = f"{_YEAR}-[0-9]{{1,2}}(-[0-9]{{1,2}})?"
_SPAN = "[0-9]{1,4}(wd|d)"

ID = WordKind(
    name="an id",
    code="PW212",
    pattern=f"[A-Za-z0-9_{HAN}][A-Za-z0-9_{HAN}-]{{0,59}}",
    example="letters, digits, Chinese characters, _ and -, at most 60",
)
LINE = WordKind(
    name="one line of text",
    code="PW215",
    pattern="[^\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]{1,200}",
    example="at most 200 characters on one line",
)
TEXT = WordKind(
    name="a text",
    code="PW215",
    pattern="[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]{1,4000}",
    example="at most 4000 characters",
)
MARK = WordKind(name="a document mark", code="PW215", pattern="[^\\s\\x00-\\x1f]{0,40}", example="石创建办发")
DATE = WordKind(name="a date", code="PW206", pattern=_DATE, example="2022-11-30", read=read_date)
DAY = WordKind(
    name="a day",
    code="PW206",
    pattern=f"{_DATE}|{_MONTH_DAY}",
    example="2022-11-30 or 11-30",
    read=read_day,
)
WINDOW = WordKind(
    name="a window",
    code="PW207",
    pattern=f"{_POINT}\\.\\.{_POINT}",
    example="2022-07..2022-09 or 2022-07-05..2022-09-20",
    read=read_window,
)
OFFSET = WordKind(
    name="a span of days",
    code="PW209",
    pattern=f"-?{_SPAN}",
    example="3wd (working days), -10wd or 5d (calendar days)",
    read=parse_offset,
)
SPAN = WordKind(
    name="a span of days after its anchor",
    code="PW209",
    pattern=_SPAN,
    example="3wd (working days) or 5d (calendar days)",
    read=parse_offset,
)
STEP = WordKind(
    name="a span of at least a day",
    code="PW209",
    pattern="[1-9][0-9]{0,3}(wd|d)",
    example="5wd or 7d",
    read=parse_offset,
)
SPAN_OR_NONE = WordKind(
    name="a span of days or none",
    code="PW209",
    pattern=f"{_SPAN}|none",
    example="3wd, 5d or none",
    read=read_offset_or_none,
)
CLOCK = WordKind(
    name="a time of day",
    code="PW211",
    pattern="[0-9]{1,2}:[0-9]{2}",
    example='"09:00"',
    read=read_time,
)
RANGE = WordKind(
    name="a range",
    code="PW210",
    pattern="[0-9]{1,6}(\\.\\.([0-9]{1,6})?)?",
    example="2..4, 2.. or 3",
    read=read_range,
)
STATED = WordKind(
    name="a whole number from 1, or not stated",
    code="PW210",
    pattern="[1-9][0-9]{0,5}|not stated",
    example="3 or not stated",
    read=lambda text: None if text == "not stated" else int(text),
    whole=True,
)
ADDRESS = WordKind(
    name="an address",
    code="PW213",
    pattern=recipients.PATTERN,
    example="liaison@unit.example.org",
)
ADDRESS_PATTERN = WordKind(
    name="an address with {code} in it",
    code="PW213",
    pattern="[A-Za-z0-9._+{}-]{1,64}@[A-Za-z0-9{}-]{1,63}(\\.[A-Za-z0-9{}-]{1,63}){1,8}|(member|bot|hook):[A-Za-z0-9._@{}-]{1,64}",
    example='"{code}.liaison@county.example.org"',
)
CODE = WordKind(name="a short code", code="PW212", pattern="[a-z][a-z0-9-]{0,39}", example="finance")
