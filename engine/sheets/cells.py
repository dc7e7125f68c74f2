"""What stands in a cell: a value of a kind, shown in a number format; nothing is computed, nothing guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Literal

from engine.records import record

Kind = Literal["blank", "text", "number", "day", "time", "truth", "error", "formula"]

FORMULA = "=+-@\t\r＝＋－＠"
ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"}
    | {"#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#GETTING_DATA"}
)
_TAME = re.compile(rf"[ \u3000']*[{re.escape(FORMULA)}]")
_GUARDED = re.compile(rf"'[ \u3000']*[{re.escape(FORMULA)}]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|am/pm|a/p', re.IGNORECASE)
_MINUTES = re.compile(r"h+\W*m+|m+\W*s+")
EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
WHOLE_DAY = frozenset("ymd")


@record(kw_only=False)
class Cell:
    """A value of a kind, as text that is meant; `computed` is what a program last made of a formula."""

    kind: Kind = "blank"
    text: str = ""
    value: object = None
    format: str = "General"
    computed: object = None

    @property
    def is_whole(self) -> bool:
        """Whether it is a number without a fraction, shown as its digits."""
        return self.kind == "number" and self.text.lstrip("-").isdigit()


def cell_of(value: object, form: str = "General") -> Cell:
    """Return the cell of a value; text that is an error's name is that error."""
    text = text_of(value, form)
    kind = _kind(value, text)
    return Cell() if kind == "blank" else Cell(kind, text, text if kind in ("text", "error") else value, form)


def formula(text: str, form: str = "General", computed: object = None) -> Cell:
    """Return the cell of a formula: its own text, whatever it computes to."""
    return Cell("formula", text, text, form, computed)


def written_cell(word: str) -> Cell:
    """Return the cell of a CSV field: what reads as a number is one, what begins with = a formula."""
    text = unguarded(word).strip()
    if text == word.strip() and text.startswith("="):
        return formula(text)
    if _NUMBER.fullmatch(text):
        return Cell("number", text, float(text) if "." in text else int(text))
    return cell_of(text)


def _kind(value: object, text: str) -> Kind:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, date):
        return "day"
    if isinstance(value, time | timedelta):
        return "time"
    return "blank" if not text else "error" if text.upper() in ERRORS else "text"


def text_of(value: object, form: str = "General") -> str:
    """Return a value as text: 13800000000.0 as a phone number is written, a day as 2022-11-30."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _digits(value, form)
    return str(value).strip()


def _digits(value: int | float, form: str) -> str:
    """Return the digits of a number; its zeros in front and its percent sign are shown as the format has them."""
    shown = form.split(";")[0]
    if "%" in _SILENT.sub("", shown):
        return f"{value * 100:.15g}%"
    if float(value).is_integer() and abs(value) < 1e16:
        return str(int(value)).zfill(len(shown) if set(shown) == {"0"} else 1)
    return f"{value:.15g}"


def unescaped(text: str) -> str:
    """Return text without the escapes of Office Open XML: _x000D_ is a line's end."""
    return _ESCAPED.sub(_unescape, text) if "_x" in text else text


def _unescape(found: re.Match[str]) -> str:
    units = b"".join(int(each, 16).to_bytes(2, "big") for each in re.findall(r"_x(....)_", found[0]))
    return units.decode("utf-16-be", errors="replace")


def escaped(text: str) -> str:
    """Return text so that no program takes a part of it for an escape."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def printable(text: str) -> str:
    """Return text in which every character that XML forbids is shown as one that is missing."""
    return _NO_XML.sub("�", text)


def plain(text: str) -> str:
    """Return `text` as it is compared: full-width forms as ASCII, every gap one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def heading(text: str) -> str:
    """Return a heading as it is looked up: without gaps, whatever its brackets."""
    return plain(text).replace(" ", "")


def shown_of(form: str) -> frozenset[str]:
    """Return which of y, m and d a number format shows; all of them where it is no format of a day."""
    bare = _MINUTES.sub("", _SILENT.sub("", form.split(";")[0]).lower())
    bare = re.sub("general|[be]+", lambda found: "" if found[0] == "general" else "y", bare)
    return frozenset(bare) & WHOLE_DAY or WHOLE_DAY


def words_of_day(on: date, shown: frozenset[str]) -> str:
    """Return a day as it is shown: 11月30日 where the year is not."""
    if shown == WHOLE_DAY:
        return f"{on:%Y-%m-%d}"
    parts = (("y", f"{on.year}年"), ("m", f"{on.month}月"), ("d", f"{on.day}日"))
    return "".join(words for part, words in parts if part in shown)


def day(cell: Cell, epoch: date = EPOCH_1900) -> date | None:
    """Return the day that a cell means, None for an empty one; ValueError for anything else."""
    if cell.kind == "blank":
        return None
    if isinstance(cell.value, date):
        return _shown_whole(cell.value, cell.format)
    if cell.kind == "text" or cell.is_whole:
        return day_in(cell.text, epoch)
    raise ValueError(cell.text)


def _shown_whole(on: date, form: str) -> date:
    if shown_of(form) != WHOLE_DAY:
        raise ValueError(words_of_day(on, shown_of(form)))
    if shows_hour(on, form):
        raise ValueError(text_of(on))
    return on.date() if isinstance(on, datetime) else on


def shows_hour(on: date, form: str) -> bool:
    """Tell whether a day is shown with an hour that it names: to read the day alone would move it to its end."""
    return isinstance(on, datetime) and on.time() != time() and "h" in _SILENT.sub("", form.split(";")[0]).lower()


def day_in(said: str, epoch: date = EPOCH_1900) -> date:
    """Return the day that a text means, with its year; ValueError for anything else."""
    text = heading(said)
    if found := _DATE.fullmatch(plain(said)) or _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(*(int(part) for part in found.groups()))
    if found := _SERIAL.fullmatch(text):
        return epoch + timedelta(days=int(found[1]))
    raise ValueError(said)


def guarded(text: str) -> str:
    """Return `text` so that no program computes it when a CSV is opened: an apostrophe before = + - @."""
    return f"'{text}" if _TAME.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text
