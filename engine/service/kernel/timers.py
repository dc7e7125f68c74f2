"""Armed moments as records name them, and how a record takes them away (SEMANTICS F2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.model import Armed
from engine.model.plain import WITHIN, Ref
from engine.records import record
from engine.service.kernel.case import CampaignSession


@record
class Taken:
    """An armed moment that is taken away; `ref` counts within the campaign."""

    at: datetime
    kind: int
    ref: Ref = 0


def disarm(case: CampaignSession, moments: Iterable[Taken]) -> None:
    """Take away the armed moments that a record names."""
    for armed in moments:
        case.work.drop(Armed, armed.at, armed.kind, case.id << 32 | armed.ref & WITHIN)


def taken(armed: Armed) -> Taken:
    """Return an armed moment as a record names it."""
    return Taken(at=armed.at, kind=armed.kind, ref=armed.ref)
