"""Contacts that a campaign takes over from its directory."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model import UnitContact
from engine.service.case import Case


def take_over(case: Case, units: Iterable[str]) -> None:
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


# --- ladders ---
