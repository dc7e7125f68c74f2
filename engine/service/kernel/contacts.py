"""Contacts that a campaign takes over from its directory, and the channels by which they are reached."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model import UnitContact
from engine.service.kernel.case import CampaignSession
from notifications.recipients import channel_for


def take_over(case: CampaignSession, units: Iterable[str]) -> None:
    """Take over the contacts of units of the directory."""
    for name in units:
        for contact in case.plan.workflow.directory.units[name].contacts:
            case.work.add(
                UnitContact(
                    id=case.next_id(),
                    campaign=case.id,
                    unit=name,
                    level=contact.level,
                    address=contact.address,
                    channel=contact.channel,
                    valid_from=contact.valid_from,
                    valid_to=contact.valid_to,
                )
            )
    case.forget_contacts()


def channel_of(case: CampaignSession, unit: str, level: int, own: str) -> str:
    """Return the channel of a notice: its rung's own, else the contact's, else the workflow's."""
    held = [c.channel for c in case.contacts(unit) if c.level == level and c.channel]
    return own or (held[0] if held else case.plan.workflow.channel)


def shut(case: CampaignSession, unit: str, level: int, own: str) -> str:
    """Return the channel that is switched off where each way to a unit's level is; empty where one is open (F6)."""
    channel = channel_of(case, unit, level, own)
    addresses = [contact.address for contact in case.contacts(unit) if contact.level == level]
    return channel if addresses and is_shut(case, channel, addresses) else ""


def is_shut(case: CampaignSession, channel: str, addresses: Iterable[str]) -> bool:
    """Tell whether each address is reached by a channel only that is switched off."""
    return all(channel_for(each, channel) in case.plan.workflow.channels_off for each in addresses)
