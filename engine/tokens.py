"""Signed tokens: 44 characters that name one paper of one campaign and a last day, and that only a key can make.

A token is 15 bytes of payload and 18 bytes of HMAC-SHA256 in base64url. Both are multiples of three, so
every character counts and each token has exactly one form.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from struct import Struct
from typing import Final

from engine.records import record

LENGTH: Final = 44
CHECK: Final = 3
SHOWN: Final = 6
_SHAPE: Final = re.compile(rf"[A-Za-z0-9_-]{{{LENGTH}}}", re.ASCII)
_WITHIN: Final = re.compile(rf"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{{{LENGTH}}}(?![A-Za-z0-9_-])", re.ASCII)
_PAYLOAD: Final = Struct(f">B I I 3s {CHECK}s")
_MAC: Final = 18
_FORM: Final = 1
_PURPOSE: Final = b"phasegate receipt link 1\0"
"""What the key signs beside the payload, so that nothing else signed with it passes for a token."""


@record
class Seal:
    """What a token names: a campaign, a paper of it by its number there, and the last day on which it holds.

    `check` tells that paper from one that bears its number in another database.
    """

    campaign: int
    paper: int
    until: date
    check: bytes


def check_of(*words: str) -> bytes:
    """Return the few bytes by which a token recognises what it was made for."""
    return sha256("\n".join(words).encode()).digest()[:CHECK]


def sealed(seal: Seal, key: bytes) -> str:
    """Return the token of a seal; the same seal and key give the same token."""
    day = seal.until.toordinal().to_bytes(3, "big")
    payload = _PAYLOAD.pack(_FORM, seal.campaign, seal.paper, day, seal.check)
    return urlsafe_b64encode(payload + _mac(payload, key)).decode()


def opened(token: str, keys: Sequence[bytes]) -> Seal | None:
    """Return the seal of a token that one of the keys made, else None; whether it still holds is not asked."""
    if not _SHAPE.fullmatch(token):
        return None
    raw = urlsafe_b64decode(token)
    payload, mac = raw[:-_MAC], raw[-_MAC:]
    if not any(hmac.compare_digest(mac, _mac(payload, key)) for key in keys):
        return None
    form, campaign, paper, day, check = _PAYLOAD.unpack(payload)
    if form != _FORM:
        return None
    return Seal(campaign=campaign, paper=paper, until=date.fromordinal(int.from_bytes(day, "big")), check=check)


def _mac(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + payload, sha256)[:_MAC]


def masked(text: str) -> str:
    """Return a text in which every token is cut down to where it begins, fit for a log."""
    return _WITHIN.sub(lambda found: f"{found[0][:SHOWN]}…", text)
