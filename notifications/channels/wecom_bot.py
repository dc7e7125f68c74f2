"""Hands short texts to group chats on WeCom (企业微信), through the bot of each group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from engine.records import record, replace
from notifications import qyapi, web
from notifications.channels import BadSetting, Channel, ChannelResult, Envelope, Limit, Settings
from notifications.notice import coded
from notifications.qyapi import PREFIX
from notifications.settings import Secret, every, secret

BOT: Final = "bot:"
KEYS: Final = f"{PREFIX}BOT_"
SETTINGS: Final = (KEYS,)
LIMITS: Final = (Limit(count=20, seconds=60),)
"""What one bot may say in its group."""


@record
class WeComBots:
    """The bots of groups, each by its name with its key; what one of them cannot do concerns no other."""

    api: qyapi.Api
    bots: Mapping[str, Secret]

    def limits(self, recipient: str) -> tuple[Limit, ...]:
        """Return what WeCom allows a bot."""
        return LIMITS

    def secrets(self) -> tuple[Secret, ...]:
        """Return what must never be shown."""
        return tuple(self.bots.values())

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Say the short text, which names no unit (SEMANTICS N4); a unit's own link is not for a group."""
        return tuple(self._delivered(envelope, one) for one in envelope.recipients)

    def _delivered(self, envelope: Envelope, recipient: str) -> ChannelResult:
        made = ChannelResult(recipient=recipient, outcome="later")
        name = recipient.removeprefix(BOT).upper().replace("-", "_")
        key = self.bots.get(name) if recipient.startswith(BOT) else None
        if key is None:
            is_bot = recipient.startswith(BOT)
            why = coded("no_setting", name=KEYS + name) if is_bot else coded("no_member", form=f"{BOT}NAME")
            return replace(made, outcome="refused", detail=why)
        told = {"msgtype": "text", "text": {"content": qyapi.plain(envelope.short)}}
        try:
            said = self.api.called("webhook/send", {"key": key.reveal()}, told)
        except web.Unreachable as error:
            return replace(made, outcome=qyapi.outcome_of_silence(error), detail=str(error), whole=True)
        return replace(made, outcome=qyapi.outcome(said.code), detail=said.line)


def wrong(settings: Settings) -> Iterator[BadSetting]:
    """Yield everything that is wrong with the settings."""
    yield from every(*(partial(secret, settings, name) for name in _names(settings)))
    yield from qyapi.wrong(settings)


def _names(settings: Settings) -> list[str]:
    return sorted({name.removesuffix("_FILE") for name in settings if name.startswith(KEYS)})


def open_channel(settings: Settings) -> Channel:
    """Return the channel of the bots whose keys are in PHASEGATE_WECOM_BOT_NAME (or _NAME_FILE)."""
    bots = {name.removeprefix(KEYS): found for name in _names(settings) if (found := secret(settings, name))}
    if not bots:
        raise BadSetting("no_bot", name=f"{KEYS}NAME")
    return WeComBots(api=qyapi.api(settings), bots=bots)
