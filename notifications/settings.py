"""Settings from outside: secrets that come from a name or a file and are never shown, numbers, and what is wrong."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hmac import compare_digest
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import quote, quote_plus

from notifications.notice import NoticeError

MASK: Final = "***"
SHORTEST_MASKED: Final = 4
"""What is shorter stands in ordinary words: masking it would make errors unreadable and hide nothing."""
LONGEST_FILE: Final = 65536


class BadSetting(NoticeError):
    """A setting cannot be used."""

    code = "PG511"


class Secret:
    """A text that only `reveal` gives away: printed, logged or in a traceback it is a mask.

    No dataclass, for `asdict` would give it away, too.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def __eq__(self, other: object) -> bool:
        """Tell whether another is the same secret."""
        return isinstance(other, Secret) and compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        """Return a hash as equal secrets have it."""
        return hash(self._text)

    def __deepcopy__(self, _: object) -> Secret:
        """Return itself: what holds it may be copied."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied into bytes."""
        raise TypeError("a secret is not pickled")

    def reveal(self) -> str:
        """Return the text itself, for the one place that needs it."""
        return self._text

    def __bool__(self) -> bool:
        """Tell whether there is one."""
        return bool(self._text)

    def __repr__(self) -> str:
        """Return a mask, as `str` and every format do."""
        return f"<secret {MASK}>" if self._text else "<no secret>"


def secret(given: Mapping[str, str], name: str) -> Secret:
    """Return the secret of a setting, or of the file that NAME_FILE names; BadSetting never tells it."""
    text, file = given.get(name) or "", given.get(f"{name}_FILE") or ""
    if text and file:
        raise BadSetting("given_twice", name=name, found=f"{name}_FILE")
    text = _read(f"{name}_FILE", file) if file else text
    if not text.isprintable():
        raise BadSetting("line_break", name=name, found=MASK)
    return Secret(text)


def _read(name: str, file: str) -> str:
    try:
        with Path(file).open("rb") as opened:
            text = opened.read(LONGEST_FILE).decode().rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise BadSetting("file_unread", name=name, error=type(error).__name__, found=file) from None
    if not text:
        raise BadSetting("file_empty", name=name, found=file)
    return text


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """Return a text without the secrets, as they are or as they stand in addresses and headers."""
    for one in sorted({form for each in secrets for form in _forms(each.reveal())}, key=len, reverse=True):
        text = text.replace(one, MASK)
    return text


def _forms(text: str) -> set[str]:
    if len(text) < SHORTEST_MASKED:
        return set()
    as_json = json.dumps(text, ensure_ascii=False)[1:-1]
    return {text, as_json, quote(text), quote(text, safe=""), quote_plus(text), b64encode(text.encode()).decode()}


def number(given: Mapping[str, str], name: str, default: float, most: float) -> float:
    """Return a setting that is a number above nought and up to `most`."""
    text = given.get(name) or str(default)
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= most:
        raise BadSetting("not_in_range", name=name, most=f"{most:g}", found=text)
    return found
