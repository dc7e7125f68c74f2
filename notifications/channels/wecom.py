"""Hands messages to members of a corporation on WeCom (企业微信), through one of its applications."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from engine.records import field, record, replace
from notifications import qyapi, web
from notifications.channels import BadSetting, Channel, ChannelResult, Envelope, Limit, Settings
from notifications.notice import coded
from notifications.qyapi import PREFIX, Said
from notifications.settings import Secret, every, secret

MEMBER: Final = "member:"
SETTINGS: Final = tuple(f"{PREFIX}{name}" for name in ("CORP", "AGENT", "SECRET"))
AGENT: Final = re.compile(r"[0-9]{1,18}")
LIMITS: Final = (Limit(count=30, seconds=60), Limit(count=1000, seconds=3600))
"""What one application may send one member; WeCom drops the rest and says that all is well."""
SAME_FOR: Final = 14400
"""For how many seconds WeCom knows a text again that it took before: the longest it offers."""


@record
class Account:
    """An application of a corporation."""

    corporation: str
    agent: int
    secret: Secret


@record(frozen=False)
class WeCom:
    """An application as one worker uses it; its token is fetched when needed and kept until it is refused."""

    api: qyapi.Api
    account: Account
    _token: Secret = field(default_factory=Secret)

    def limits(self, recipient: str) -> tuple[Limit, ...]:
        """Return what WeCom allows a member."""
        return LIMITS

    def secrets(self) -> tuple[Secret, ...]:
        """Return what must never be shown."""
        return (self.account.secret, self._token)

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Send the message, one call for each member."""
        return tuple(self._delivered(envelope, one) for one in envelope.recipients)

    def _delivered(self, envelope: Envelope, recipient: str) -> ChannelResult:
        made = ChannelResult(recipient=recipient, outcome="later")
        if not recipient.startswith(MEMBER):
            return replace(made, outcome="refused", detail=coded("no_member", form=f"{MEMBER}ID"))
        member = recipient.removeprefix(MEMBER)
        try:
            said = self._sent(self._told(envelope, member))
        except web.Unreachable as error:
            return replace(made, outcome=qyapi.outcome_of_silence(error), detail=str(error), whole=True)
        if said.code == 0 and member.lower() in _left_out(said):
            return replace(made, outcome="refused", detail=coded("wecom_may_not", member=member))
        outcome = qyapi.outcome(said.code)
        return replace(made, outcome=outcome, detail=said.line, whole=outcome == "wait" or said.code in OURS)

    def _told(self, envelope: Envelope, member: str) -> dict[str, Any]:
        """Return what is sent: the same for every attempt, so that WeCom knows it again."""
        return {
            "touser": member,
            "msgtype": "text",
            "agentid": self.account.agent,
            "text": {"content": text_for_member(envelope)},
            "safe": 0,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SAME_FOR,
        }

    def _sent(self, told: Mapping[str, Any]) -> Said:
        """Send with the token that is kept; one that is refused is fetched anew, once."""
        said = self._tried(told)
        return self._tried(told) if said.code in qyapi.EXPIRED else said

    def _tried(self, told: Mapping[str, Any]) -> Said:
        if not self._token:
            given = {"corpid": self.account.corporation, "corpsecret": self.account.secret.reveal()}
            fetched = self._fetched(given)
            if fetched.code:
                return fetched
            self._token = Secret(str(fetched.told.get("access_token") or ""))
        said = self.api.called("message/send", {"access_token": self._token.reveal()}, told)
        if said.code in qyapi.EXPIRED:
            self._token = Secret()
        return said

    def _fetched(self, given: Mapping[str, str]) -> Said:
        """Ask for a token; where no answer comes no message has gone, either."""
        try:
            return self.api.called("gettoken", given)
        except web.Unreachable as error:
            error.asked = False
            raise


OURS: Final = qyapi.NOT_SET_UP | qyapi.EXPIRED | {qyapi.SYSTEM_BUSY}
"""What concerns every message of the application."""


def _left_out(said: Said) -> set[str]:
    """Return the members that a call left out, in small letters as WeCom writes them."""
    found = f"{said.told.get('invaliduser') or ''}|{said.told.get('unlicenseduser') or ''}"
    return {each.strip().lower() for each in found.split("|")} - {""}


def text_for_member(envelope: Envelope) -> str:
    """Return subject and body, or subject and short text where the whole would be cut off."""
    whole = qyapi.plain(f"{envelope.subject}\n\n{envelope.body}".rstrip())
    if len(whole.encode()) <= qyapi.LONGEST:
        return whole
    return qyapi.plain(f"{envelope.subject}\n{envelope.short}\n{envelope.footer}".rstrip())


def wrong(settings: Settings) -> Iterator[BadSetting]:
    """Yield everything that is wrong with the settings."""
    yield from every(*(partial(read, settings) for read in (_corporation, _agent, _secret)))
    yield from qyapi.wrong(settings)


def _given(settings: Settings, name: str) -> str:
    if not (found := settings.get(PREFIX + name) or ""):
        raise BadSetting("wecom_not_set", name=PREFIX + name)
    return found


def _corporation(settings: Settings) -> str:
    return _given(settings, "CORP")


def _agent(settings: Settings) -> int:
    agent = _given(settings, "AGENT")
    if not AGENT.fullmatch(agent):
        raise BadSetting("no_agent", name=f"{PREFIX}AGENT", found=agent)
    return int(agent)


def _secret(settings: Settings) -> Secret:
    if not (found := secret(settings, f"{PREFIX}SECRET")):
        raise BadSetting("wecom_not_set", name=f"{PREFIX}SECRET")
    return found


def open_channel(settings: Settings) -> Channel:
    """Return the channel of the application of PHASEGATE_WECOM_CORP, _AGENT and _SECRET (or _SECRET_FILE)."""
    account = Account(corporation=_corporation(settings), agent=_agent(settings), secret=_secret(settings))
    return WeCom(api=qyapi.api(settings), account=account)
