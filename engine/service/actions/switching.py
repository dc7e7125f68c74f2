"""A channel switched off for a campaign, and on again (SEMANTICS F6)."""

from __future__ import annotations

from engine.errors import UnknownName
from engine.records import replace
from engine.service.actions.action import Action, Answer, Decision, Given, refuse, text_given
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.journal import Entry
from notifications.channels import channel_names


def _decide_channel(case: Case, actor: Actor, given: Given) -> Decision:
    name, off = str(given.get("name") or ""), bool(given.get("off"))
    reason = text_given(given, "reason", "who looks later must see why nothing went out, or does again")
    if name not in channel_names():
        raise UnknownName("channel", name, list(channel_names()))
    if (name in case.plan.workflow.channels_off) == off:
        raise refuse(f"the channel {name} is {'off' if off else 'on'} already", "see `campaign show`")
    amended = replace(case.amendments, channels={**case.amendments.channels, name: off})
    return Decision(subject=name, facts={"name": name, "off": off, "extra": case.pinned(amended)}, reason=reason)


def _apply_channel(case: Case, entry: Entry) -> Answer:
    """Switch the channel; what is due from now on is recorded by it, what was recorded stays."""
    case.use_extra(entry.facts["extra"])
    return {"name": entry.facts["name"], "off": entry.facts["off"]}


ACTIONS = (Action("channel", frozenset({"office", "leader"}), _decide_channel, _apply_channel),)
