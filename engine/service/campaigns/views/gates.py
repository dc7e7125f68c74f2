"""How the gates of a campaign and of those above it stand, for what is shown before it is done (SEMANTICS G11)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model import Campaign
from engine.service.campaigns.commands.lifecycle import digest_of, verdict
from engine.service.kernel import nesting
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.previewing import GateStands


def gates_of(case: CampaignSession) -> list[GateStands]:
    """Return how the gate of a campaign stands, and those of the campaigns above it."""
    return [_stands(each) for each in (case, *_above(case))]


def _above(case: CampaignSession) -> Iterator[CampaignSession]:
    """Yield the campaigns above one, to be looked at in its transaction; their rows are locked by nobody."""
    head = case.head
    while head.parent:
        head = case.work.must(Campaign, head.parent)
        yield nesting.session(case, head)


def _stands(case: CampaignSession) -> GateStands:
    if case.head.state != "running":
        return GateStands(campaign=case.head.key, phase=case.head.state, is_open=False, digest="")
    judged = verdict(case)
    return GateStands(campaign=case.head.key, phase=case.head.phase, is_open=judged.open, digest=digest_of(judged))
