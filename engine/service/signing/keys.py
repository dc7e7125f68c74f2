"""Where units sign by link, and with which keys: the settings PHASEGATE_LINK_…"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from engine.service.signing.linking import DAYS, Links
from notifications.settings import BadSetting, secret

LINK = "PHASEGATE_LINK_"
LONGEST_URL = 100
SHORTEST_KEY, MOST_KEYS = 32, 4
MOST_DAYS = 366
URL = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*", re.ASCII)
"""A host, perhaps a port and a path: no name, password, query or anything that needs escaping."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def links_from(given: Mapping[str, str]) -> Links | None:
    """Return the links that PHASEGATE_LINK_URL, _KEY or _KEY_FILE, and _DAYS set up; None where none is set."""
    if not any(given.get(LINK + name) for name in ("URL", "KEY", "KEY_FILE")):
        return None
    return Links(url=_link_url(given), keys=_link_keys(given), days=_link_days(given))


def _link_url(given: Mapping[str, str]) -> str:
    url = (given.get(LINK + "URL") or "").rstrip("/")
    if not URL.fullmatch(url) or len(url) > LONGEST_URL:
        raise BadSetting("no_page", name=LINK + "URL", most=LONGEST_URL, found=url.rpartition("@")[2])
    return url


def _link_keys(given: Mapping[str, str]) -> tuple[bytes, ...]:
    """Return the keys, the one that signs first; what they are is never said."""
    words = secret(given, LINK + "KEY").reveal().split()
    if not 0 < len(words) <= MOST_KEYS or any(len(word) < SHORTEST_KEY for word in words):
        found = {"number": len(words), "shortest": min(map(len, words), default=0)}
        raise BadSetting("no_link_key", name=LINK + "KEY", most=MOST_KEYS, least=SHORTEST_KEY, **found)
    return tuple(word.encode() for word in words)


def _link_days(given: Mapping[str, str]) -> int:
    text = given.get(LINK + "DAYS") or str(DAYS)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_DAYS):
        raise BadSetting("no_days", name=LINK + "DAYS", most=MOST_DAYS, found=text)
    return int(text)


def doubts(given: Mapping[str, str], links: Links) -> Iterator[str]:
    """Yield what is unwise in settings that can be used: links without TLS, a key that others may read."""
    parts = urlsplit(links.url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        yield "links travel in the clear: give an address that begins with https"
    path = given.get(LINK + "KEY_FILE")
    if path and Path(path).stat().st_mode & 0o077:
        yield f"others may read {path}: chmod 600"
