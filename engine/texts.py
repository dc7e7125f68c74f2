"""What no text may hold: what moves the cursor, ends a line or turns the direction, and halves of characters."""

from __future__ import annotations

import re
from typing import Any, Final

_HALVES = "\ud800-\udfff"
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ENDING = "\x85\u2028\u2029"
_NONE = "\ufdd0-\ufdef\ufffe\uffff" + "".join(f"{chr(n << 16 | 0xFFFE)}{chr(n << 16 | 0xFFFF)}" for n in range(1, 17))
_MORE = f"\x7f-\x9f{_ENDING}{_TURNING}{_HALVES}{_NONE}"
IN_LINE: Final = f"\x00-\x1f{_MORE}"
"""What stands in no line of text, as a class of a pattern names it: controls, ends of lines, turns of direction."""
IN_TEXT: Final = f"\x00-\x08\x0b-\x1f{_MORE}"
"""What stands in no text of several lines; tab and new line do."""
_LINE, _TEXT = re.compile(f"[{IN_LINE}]"), re.compile(f"[{IN_TEXT}]")
_BREAK = re.compile("[ \t]*(?:\r\n|[\n\r\x85\u2028\u2029])[ \t\r\n]*")
_HALF = re.compile(f"[{_HALVES}]")


def odd(text: str, *, lines: bool = False) -> str:
    """Return the first character that a text may not hold, as U+202E; nothing where there is none.

    With `lines` it may have several lines. A byte that is no UTF-8, as the system hands it on, is told as a byte.
    """
    found = None if text.isprintable() else (_TEXT if lines else _LINE).search(text)
    return told(found[0]) if found else ""


def told(char: str) -> str:
    """Return how a character that cannot be seen is told: by its code point, or as the byte that it stands for."""
    code = ord(char)
    return f"0x{code - 0xDC00:02X}" if 0xDC80 <= code <= 0xDCFF else f"U+{code:04X}"


def in_line(text: str) -> str:
    """Return a text as one line that a terminal obeys in nothing: a new line as ⏎, what no text holds as �."""
    if text.isprintable():
        return text
    return _LINE.sub("�", _BREAK.sub(" ⏎ ", text.strip("\r\n")).replace("\t", " "))


def in_lines(text: str) -> str:
    """Return a text of several lines that a terminal obeys in nothing else."""
    return text if text.isprintable() else _TEXT.sub("�", text)


def has_halves(text: str) -> bool:
    """Tell whether a text holds what no file can: bytes that are no UTF-8, or halves of characters."""
    return bool(_HALF.search(text))


def from_json(text: str) -> Any:
    """Return what a text of JSON holds; ValueError where a key stands twice, a number is none, or it is no text."""
    import json

    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if has_halves(json.dumps(value, ensure_ascii=False)):
        raise ValueError("it holds half of a character")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict[str, Any]()
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} is written twice")
        found[name] = value
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")
