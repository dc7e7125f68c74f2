"""Who notices come from: a name, which may be in Chinese and hold commas, and an address."""

from __future__ import annotations

import re
from email.utils import unquote
from typing import Final

from notifications.settings import BadSetting

ADDRESS: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,8}")
"""As servers take it that know no SMTPUTF8: a domain in Chinese is written as its `xn--` form."""
SPECIAL: Final = re.compile(r'[()<>@,:;".\[\]\\]')
"""What must be quoted in a name, or it would end there (RFC 5322, 3.2.3)."""
LONGEST_NAME: Final = 80
EXAMPLE: Final = "某县创建办 <office@county.example.org>"


def sender_of(name: str, text: str) -> str:
    """Return the sender of a setting as the head of an e-mail takes it; BadSetting where it is none."""
    called, address = _parts(text.strip())
    if not ADDRESS.fullmatch(address) or not called.isprintable() or len(called) > LONGEST_NAME:
        raise BadSetting("no_sender", name=name, found=text, example=EXAMPLE)
    return f"{_quoted(called)} <{address}>" if called else address


def _parts(text: str) -> tuple[str, str]:
    before, bracket, after = text.rpartition("<")
    return (unquote(before.strip()).strip(), after.removesuffix(">").strip()) if bracket else ("", text)


def _quoted(called: str) -> str:
    if not SPECIAL.search(called):
        return called
    escaped = called.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'
