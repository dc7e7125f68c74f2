"""What is asked of who takes something back: a document, or that it is a slip; and that no move counted it (G11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.model import Item, Notice
from engine.model.plain import coded, full
from engine.service.campaigns import counted
from engine.service.campaigns.counted import Made, Sought
from engine.service.kernel.action import refuse
from engine.service.kernel.actor import Actor, Door
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import UNTOLD, leave_out
from engine.service.kernel.journal import Entry
from notifications.kinds import kinds_by_hand


def _is_slip(case: CampaignSession, actor: Actor, made: Iterable[Made]) -> bool:
    """Tell whether the same account did it today, and nothing that went out told of it."""
    return all(
        _account(actor) == _account(each.entry)
        and case.plan.day(each.entry.at) == case.today
        and not _told_of(case, each)
        for each in made
    )


def _account(who: Actor | Entry) -> str:
    """Return by which account somebody acts; at the operator's door that is the operating system's user (I4)."""
    door: Door = who.door
    name = who.actor if isinstance(who, Entry) else who.name
    return who.account or (f"{door.user}@{door.host}" if door.user else name)


def _told_of(case: CampaignSession, made: Made) -> bool:
    """Tell whether a notice told of an act, or a document went out since that tells how all stands."""
    if any(item.state == "bound" for item in items_of(case, made)):
        return True
    since = (
        notice
        for kind in kinds_by_hand()
        for notice in case.work.find(Notice, campaign=case.id, kind=kind)
        if notice.state in ("queued", "sent", "failed")
    )
    return any(notice.day >= case.plan.day(made.entry.at) for notice in since)


def items_of(case: CampaignSession, made: Made) -> list[Item]:
    """Return what an act had put in line to be told."""
    first, count = made.entry.ids
    numbers = [full(number, case.id) for number in range(first, first + count)] if count else []
    return case.work.among(Item, "id", numbers, order="id")


def untold(items: Iterable[Item]) -> tuple[int, ...]:
    """Return which of these wait to be told."""
    return tuple(item.id for item in items if item.state in UNTOLD)


def unsay(case: CampaignSession, items: Iterable[int]) -> None:
    """Leave out what waits to tell of what was taken back."""
    for number in items:
        leave_out(case, number, coded("undone"))


def require_document(case: CampaignSession, actor: Actor, document: str, made: Sequence[Made]) -> bool:
    """Tell whether a slip is mended; a refusal where it is none and no document is given."""
    slip = not document and _is_slip(case, actor, made)
    if not document and not slip:
        raise refuse("no_slip", on=case.plan.day(made[-1].entry.at), by=made[-1].entry.actor)
    return slip


def require_uncounted(case: CampaignSession, sought: Sought, why: str, **facts: str) -> None:
    """Refuse to take back what a move has counted that still holds; the refusal says which."""
    if by := counted.counted(case, sought):
        told = {name: getattr(by, name) for name in ("campaign", "before", "to", "on", "by", "decision")}
        raise refuse(why, **told, **facts)
