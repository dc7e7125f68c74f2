"""Calls to WeCom (企业微信): what is asked, what its own code says, and what its texts may hold.

The reply's own `errcode` decides, whatever HTTP says. What is over its limits WeCom takes and drops
without a word, so limits are kept before sending (SEMANTICS Y2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from engine.records import record
from notifications import web
from notifications.channels import Outcome
from notifications.heard import text_of
from notifications.settings import BadSetting, every, number, trusted

PREFIX: Final = "PHASEGATE_WECOM_"
HOME: Final = "https://qyapi.weixin.qq.com"
LONGEST: Final = 2048
"""The bytes of UTF-8 that one text may have; WeCom cuts off the rest without a word."""
EXPIRED: Final = frozenset({40014, 41001, 42001})
"""The token is wrong, missing or too old."""
BUSY: Final = frozenset({45009, 45011, 45033})
"""Too many calls, in a minute or at once; it ends by itself."""
NOBODY: Final = frozenset({40003, 40031, 40032, 60111, 81013, 82001, 82002, 82003, 93008})
"""There is no such member, or none who may be written to."""
NO_BOT: Final = frozenset({93000, 93004})
"""The key of a bot is wrong, or the bot was taken out of service: its setting is to blame, and no message."""
UNFIT: Final = frozenset({40008, 40035, 40058, 44004, 45002, 47001})
"""What was sent is not as WeCom wants it: it will not be so tomorrow."""
NOT_SET_UP: Final = frozenset({40001, 40013, 40056, 40091, 48002, 50001, 50002, 50003, 60011, 60020, 301002})
"""Corporation, secret, application, its rights or the address we call from: an administrator must mend it."""
SYSTEM_BUSY: Final = -1
AWAY: Final = frozenset({502, 503})
"""What a proxy says of a WeCom that is not there."""


@record(kw_only=False)
class Said:
    """What WeCom answered: its own code, its words, and all that it told."""

    code: int
    words: str
    told: Mapping[str, Any]

    @property
    def line(self) -> str:
        """The answer in one line, for a record."""
        return f"WeCom {self.code} {self.words}" if self.code else "WeCom 0"


@record
class Api:
    """WeCom at its address."""

    base: web.Url
    caller: web.Caller

    def called(self, what: str, query: Mapping[str, str], told: Mapping[str, Any] | None = None) -> Said:
        """Ask for something, or hand something over; web.Unreachable where there is no answer of WeCom's own."""
        to = web.url(f"{self.base.place}{self.base.path.rstrip('/')}/cgi-bin/{what}?{urlencode(query)}")
        if told is None:
            return _understood(self.caller.request("GET", to, None, {}, _anywhere))
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return _understood(self.caller.request("POST", to, body, headers, _anywhere))


def _anywhere(address: str) -> str:
    """Allow every address: where WeCom is, the installation says, not a contact."""
    return ""


def _understood(reply: web.HttpReply) -> Said:
    """Return what a reply says; one that says nothing in the form of WeCom is no answer of it."""
    try:
        told = json.loads(text_of(reply.body)) if reply.whole else None
        if not isinstance(told, dict) or type(code := told["errcode"]) is not int:
            raise ValueError
    except (ValueError, KeyError, RecursionError):
        asked = reply.status not in AWAY
        raise web.Unreachable("wecom_no_answer", asked=asked, status=reply.status) from None
    return Said(code, str(told.get("errmsg", "")), told)


def outcome(code: int) -> Outcome:
    """Return what a code means for the message."""
    if code == 0:
        return "accepted"
    if code in BUSY | NO_BOT | NOT_SET_UP | EXPIRED | {SYSTEM_BUSY}:
        return "wait"
    return "refused" if code in NOBODY | UNFIT else "later"


def plain(text: str) -> str:
    """Return a text in which WeCom finds no link and no mention: those begin with `<`."""
    return text.replace("<", "\uff1c")


def outcome_of_silence(error: web.Unreachable) -> Outcome:
    """Return what it means for a message that no answer came: one that cannot have arrived loses no attempt."""
    return "later" if error.asked else "wait"


def api(given: Mapping[str, str]) -> Api:
    """Return WeCom as PHASEGATE_WECOM_URL, _TIMEOUT and _CA say."""
    return Api(base=_base(given), caller=_caller(given))


def wrong(given: Mapping[str, str]) -> Iterator[BadSetting]:
    """Yield everything that is wrong with those settings."""
    return every(partial(_base, given), partial(_caller, given))


def _caller(given: Mapping[str, str]) -> web.Caller:
    return web.Caller(seconds=number(given, f"{PREFIX}TIMEOUT", 20, 60), context=trusted(given, f"{PREFIX}CA"))


def _base(given: Mapping[str, str]) -> web.Url:
    name, text = f"{PREFIX}URL", given.get(f"{PREFIX}URL") or HOME
    try:
        found = web.url(text)
    except web.BadUrl as error:
        raise BadSetting("bad_url", name=name, error=error.told, home=HOME) from None
    if found.scheme != "https" and found.host not in ("127.0.0.1", "localhost", "::1"):
        raise BadSetting("clear_secret", name=name, found=found.place)
    return found
