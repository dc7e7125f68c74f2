"""What the other side says, as text: servers in China also speak GBK."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

ENCODINGS: Final = ("utf-8", "gb18030")
"""Tried in this order: hardly a text in GBK is also one in UTF-8."""


def text_of(said: bytes) -> str:
    """Return the text of some bytes; what is in neither encoding keeps what can be read of it."""
    for encoding in ENCODINGS:
        with suppress(UnicodeDecodeError):
            return said.decode(encoding)
    return said.decode("utf-8", "replace")
