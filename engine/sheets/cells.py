"""What stands in a cell: text as it is meant, days however they are written, nothing that computes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

FORMULA = "=+-@\t\r＝＋－＠"
_TAME = re.compile(rf"[ \u3000']*[{re.escape(FORMULA)}]")
_GUARDED = re.compile(rf"'[ \u3000']*[{re.escape(FORMULA)}]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)


def text_of(value: object) -> str:
    """Return a cell's value as text: 13800000000.0 as a phone number is written, a day as 2022-11-30."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    return str(getattr(value, "text", value) or "").strip()


def plain(text: str) -> str:
    """Return `text` as it is compared: full-width forms as ASCII, every gap one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def heading(text: str) -> str:
    """Return a heading as it is looked up: without gaps, whatever its brackets."""
    return plain(text).replace(" ", "")


def day(value: object, epoch: date = EPOCH_1900) -> date | None:
    """Return the day that a cell means, None for an empty one; ValueError for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = heading(text_of(value))
    if not text:
        return None
    if found := _DATE.fullmatch(plain(text_of(value))) or _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(*(int(part) for part in found.groups()))
    if found := _SERIAL.fullmatch(text):
        return epoch + timedelta(days=int(found[1]))
    raise ValueError(text)


def guarded(text: str) -> str:
    """Return `text` so that no program computes it when a CSV is opened: an apostrophe before = + - @."""
    return f"'{text}" if _TAME.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text
