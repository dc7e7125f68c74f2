"""A channel switched off for a campaign, and on again (SEMANTICS F6)."""

from __future__ import annotations

from typing import Annotated

from engine.errors import UnknownName
from engine.records import record, replace
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Flag, Is, Text
from notifications.channels import channel_names


@record
class ChannelSwitched:
    """A channel was switched off, or on again; `extra` is the hash of all amendments since."""

    name: str
    extra: str
    off: bool = False


@record
class Channel:
    """Switch a channel off for a campaign, or on again."""

    name: Annotated[str, Is(kind="channel", about=True)]
    off: Flag = False
    reason: Text


def _decide_channel(case: CampaignSession, actor: Actor, asked: Channel) -> Decision:
    name, off = asked.name, asked.off
    if name not in channel_names():
        raise UnknownName("channel", name, list(channel_names()))
    if (name in case.plan.workflow.channels_off) == off:
        raise refuse("channel_off_already" if off else "channel_on_already", channel=name)
    amended = replace(case.amendments, channels={**case.amendments.channels, name: off})
    facts = ChannelSwitched(name=name, off=off, extra=case.pinned(amended))
    return Decision(subject=name, facts=facts, reason=asked.reason)


def _apply_channel(case: CampaignSession, entry: Entry) -> Answer:
    """Switch the channel; what is due from now on is recorded by it, what was recorded stays."""
    facts: ChannelSwitched = entry.facts
    case.use_extra(facts.extra)
    return {"name": facts.name, "off": facts.off}


ACTIONS = (
    Action(
        "channel",
        frozenset({"office", "leader"}),
        _decide_channel,
        _apply_channel,
        ChannelSwitched,
        Channel,
        "campaign channel",
        (shows("shizhu-2022", name="wecom", off=True, reason="系统升级"),),
    ),
)
