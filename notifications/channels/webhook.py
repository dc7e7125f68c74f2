"""Hands each message to a web address, signed as Standard Webhooks asks; nothing private is ever reached by it.

Headers and signature are those of https://www.standardwebhooks.com: `webhook-id`, `webhook-timestamp` and
`webhook-signature`, the last a list so that a secret can be changed without losing a message.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from engine.records import field, record, replace
from notifications import reach, web
from notifications.channels import BadSetting, Channel, ChannelResult, Envelope, Outcome, Settings
from notifications.notice import coded
from notifications.settings import Secret, every, number, quiet_secret, secret, trusted

PREFIX: Final = "PHASEGATE_WEBHOOK_"
NAMED: Final = "hook:"
LEAST_SECRET: Final = 16
SETTINGS: Final = (PREFIX,)
LATER: Final = frozenset({408, 409, 425})
WAIT: Final = frozenset({401, 403, 407, 429, 502, 503, 504})
"""The receiver refuses us, has enough, or is away behind its proxy: no message is to blame, and none pays for it."""


class _Refusal(Exception):
    """Why a message can never go to an address, as `coded` has it."""

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(coded(why, **facts))


@record
class Webhook:
    """Web addresses: named ones of the settings, and those that stand in a contact."""

    given: Mapping[str, str] = field(repr=False)
    caller: web.Caller
    allowed: frozenset[str]

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Post the message; 2xx means accepted, 408, 409, 425, 5xx and silence later, the rest refused.

        A receiver that is away, has enough, or refuses our secret lets its messages wait (SEMANTICS Y3).
        """
        return tuple(self._posted(replace(envelope, recipients=(one,)), one) for one in envelope.recipients)

    def secrets(self) -> tuple[Secret, ...]:
        """Return what must never be shown: every secret, and every address that may hold a key."""
        names = {name.removesuffix("_FILE") for name in self.given if name.startswith(PREFIX)}
        wanted = [
            name for name in names if name.endswith(("_SECRET", "_SECRET_OLD", "_URL")) or name == f"{PREFIX}SECRET"
        ]
        return tuple(quiet_secret(self.given, name) for name in wanted)

    def _posted(self, envelope: Envelope, recipient: str) -> ChannelResult:
        made = ChannelResult(recipient=recipient, outcome="later")
        try:
            to = self._target(recipient)
            body = message(envelope)
            headers = self._signed(envelope, recipient, body)
            reply = self.caller.request("POST", to, body, headers, lambda ip: self._why_not(to, ip))
        except web.Forbidden as error:
            inside = coded("leads_inside", place=error.place, host=to.host, name=f"{PREFIX}ALLOW")
            return replace(made, outcome="refused", detail=inside)
        except _Refusal as error:
            return replace(made, outcome="refused", detail=str(error))
        except BadSetting as error:
            return replace(made, outcome="wait", detail=error.coded())
        except web.Unreachable as error:
            return replace(made, outcome="later" if error.asked else "wait", detail=str(error))
        after = _asked(reply.headers.get("retry-after", ""), envelope.tried_at)
        return replace(made, outcome=_outcome(reply.status), detail=_said(to, reply), after_in_seconds=after)

    # --- where to ---

    def _target(self, recipient: str) -> web.Url:
        name = _name(recipient)
        text = secret(self.given, f"{PREFIX}{name}_URL").reveal() if name else recipient
        if not text:
            raise _Refusal("no_setting", name=f"{PREFIX}{name}_URL")
        try:
            to = web.url(text)
        except web.BadUrl as error:
            raise _Refusal("no_address", error=error.told) from None
        if not name and "?" in to.path:
            raise _Refusal("address_with_query", name=f"{PREFIX}NAME_URL")
        if to.scheme != "https" and not self._is_allowed(to):
            raise _Refusal("https_only", host=to.host, name=f"{PREFIX}ALLOW")
        return to

    def _is_allowed(self, to: web.Url) -> bool:
        return to.host in self.allowed

    def _why_not(self, to: web.Url, address: str) -> str:
        why = reach.why_not(address)
        return why if why and not self._is_allowed(to) else ""

    # --- signed ---

    def _signed(self, envelope: Envelope, recipient: str, body: bytes) -> dict[str, str]:
        at = str(int((envelope.tried_at or envelope.date).timestamp()))
        id = quote(envelope.id, safe="")
        signatures = [f"v1,{signature(key, id, at, body)}" for key in self._keys(_name(recipient))]
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Phasegate",
            "webhook-id": id,
            "webhook-timestamp": at,
            "webhook-signature": " ".join(signatures),
        }

    def _keys(self, name: str) -> list[bytes]:
        """Return the keys to sign with: the present one first, then the one it takes the place of."""
        own = secret(self.given, f"{PREFIX}{name}_SECRET") if name else Secret()
        return _keys(self.given, f"{PREFIX}{name}_SECRET" if own else f"{PREFIX}SECRET")


def _keys(given: Mapping[str, str], stem: str) -> list[bytes]:
    """Return the key of a setting and that of its `_OLD`, where there is one."""
    found = [secret(given, stem), secret(given, f"{stem}_OLD")]
    if not found[0]:
        raise BadSetting("no_secret", name=stem, least=LEAST_SECRET)
    return [key(stem, each) for each in found if each]


def _name(recipient: str) -> str:
    """Return the name of a named address as its settings write it, else nothing."""
    return recipient.removeprefix(NAMED).upper().replace("-", "_") if recipient.startswith(NAMED) else ""


# --- the message and its signature ---


def message(envelope: Envelope) -> bytes:
    """Return the bytes of a message; the same for every attempt."""
    told = {
        "type": "notice",
        "timestamp": envelope.date.isoformat(),
        "data": {
            "id": envelope.id,
            "message_id": envelope.message_id,
            "subject": envelope.subject,
            "body": envelope.body,
            "short": envelope.short,
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def signature(key: bytes, id: str, at: str, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 over id, time and body, joined by full stops."""
    return b64encode(hmac.new(key, f"{id}.{at}.".encode() + body, sha256).digest()).decode()


def key(name: str, text: Secret) -> bytes:
    """Return the bytes of a secret: what follows `whsec_` is base64, anything else is taken as it is."""
    found = text.reveal()
    try:
        made = (
            b64decode(found.removeprefix("whsec_"), validate=True) if found.startswith("whsec_") else found.encode()
        )
    except ValueError:
        made = b""
    if len(made) < LEAST_SECRET:
        raise BadSetting("weak_secret", name=name, least=LEAST_SECRET)
    return made


# --- the answer ---


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return "accepted"
    if status in WAIT:
        return "wait"
    return "later" if status in LATER or status >= 500 or status < 200 else "refused"


def _said(to: web.Url, reply: web.HttpReply) -> str:
    return coded("redirected" if 300 <= reply.status < 400 else "answered", place=to.place, status=reply.status)


def _asked(text: str, now: datetime | None) -> float:
    """Return the seconds of a Retry-After, which is a number or a date; 0 where there is none."""
    if text.strip().isdecimal():
        return float(text.strip()[:9])
    try:
        return max((parsedate_to_datetime(text) - now).total_seconds(), 0.0) if text and now else 0.0
    except (ValueError, TypeError):
        return 0.0


def wrong(settings: Settings) -> Iterator[BadSetting]:
    """Yield everything that is wrong with the settings: every address, every secret, what is trusted."""
    given = _ours(settings)
    names = sorted(name.removesuffix("_FILE").removeprefix(PREFIX) for name in given)
    hooks = [name.removesuffix("_URL") for name in names if name.endswith("_URL")]
    stems = [name.removesuffix("_OLD") for name in names if name.endswith(("SECRET", "SECRET_OLD"))]
    checks = (partial(_usable_hook, given, hook) for hook in dict.fromkeys(hooks))
    keys = (partial(_keys, given, PREFIX + stem) for stem in dict.fromkeys(stems))
    return every(partial(_require_secret, given), partial(_caller, given), *keys, *checks)


def _usable_hook(given: Mapping[str, str], hook: str) -> None:
    """Refuse an address that nothing can be posted to, or that no secret signs for."""
    name = f"{PREFIX}{hook}_URL"
    try:
        to = web.url(secret(given, name).reveal())
    except web.BadUrl as error:
        raise BadSetting("bad_hook", name=name, error=error.told) from None
    if to.scheme != "https" and to.host not in _allowed(given):
        raise BadSetting("hook_in_clear", name=name, host=to.host, allow=f"{PREFIX}ALLOW")
    if not any(secret(given, stem) for stem in (f"{PREFIX}{hook}_SECRET", f"{PREFIX}SECRET")):
        raise BadSetting("no_secret", name=f"{PREFIX}{hook}_SECRET", least=LEAST_SECRET)


def _require_secret(given: Mapping[str, str]) -> None:
    if not any("SECRET" in name for name in given):
        raise BadSetting("webhook_not_set", name=f"{PREFIX}SECRET", least=LEAST_SECRET)


def _caller(given: Mapping[str, str]) -> web.Caller:
    return web.Caller(seconds=number(given, f"{PREFIX}TIMEOUT", 20, 60), context=trusted(given, f"{PREFIX}CA"))


def _ours(settings: Settings) -> dict[str, str]:
    return {name: text for name, text in settings.items() if name.startswith(PREFIX) and text}


def _allowed(given: Mapping[str, str]) -> frozenset[str]:
    return frozenset(given.get(f"{PREFIX}ALLOW", "").lower().replace(",", " ").split())


def open_channel(settings: Settings) -> Channel:
    """Return the channel that posts to the addresses of PHASEGATE_WEBHOOK_NAME_URL and of contacts."""
    given = _ours(settings)
    _require_secret(given)
    return Webhook(given=given, caller=_caller(given), allowed=_allowed(given))
