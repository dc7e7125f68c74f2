"""Who may see what: a unit its own, leader and office all, an auditor all but links and drafts (SEMANTICS I6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from engine.errors import NotAllowed, UnknownName
from engine.model import Campaign, Notice
from engine.names import apart
from engine.records import record
from engine.service.kernel.actor import WORDS, Actor, RoleName, actor_of
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Desk
from engine.store.work import UnitOfWork
from notifications.recipients import ADDRESS

Kind = Literal[
    "duty", "finding", "notice", "draft", "unsent", "upcoming", "progress", "outbox", "address", "link",
    "history", "export", "installation", "proof",
]  # fmt: skip
"""What may be seen or not; `progress` is how far others are, `unsent` what waits for the office, `proof` that of all
journals."""
_ALL: Final = frozenset[RoleName](("office", "leader", "auditor"))
SEEN_BY: Final[Mapping[Kind, frozenset[RoleName]]] = {
    "duty": _ALL,
    "finding": _ALL,
    "notice": _ALL,
    "draft": frozenset(("office", "leader")),
    "unsent": _ALL,
    "upcoming": _ALL,
    "progress": _ALL,
    "outbox": _ALL,
    "address": frozenset(("office", "auditor")),
    "link": frozenset(("office",)),
    "history": _ALL,
    "export": frozenset(("office", "auditor")),
    "installation": _ALL,
    "proof": _ALL,
}
"""The roles that see all of a kind."""
WAITING: Final = ("listed", "withheld")
"""The states of a notice that waits for the office."""
OWN: Final[frozenset[Kind]] = frozenset(("duty", "finding", "notice"))
"""The kinds of which a unit sees its own."""


@record(kw_only=False)
class Thing:
    """Something that somebody wants to see: its kind, and the units whose it is."""

    kind: Kind
    units: tuple[str, ...] = ()


def may_see(actor: Actor, what: Thing) -> bool:
    """Tell whether somebody may see a thing; the program itself sees all."""
    if actor.role == "system" or actor.role in SEEN_BY[what.kind]:
        return True
    return actor.role == "unit" and what.kind in OWN and actor.name in what.units


def require_sight(actor: Actor, what: Thing) -> None:
    """Refuse to show a thing to somebody who may not see it."""
    if not may_see(actor, what):
        roles = [*sorted(SEEN_BY[what.kind]), *(each for each in what.units if what.kind in OWN)]
        raise NotAllowed("see", what=what.kind, actor=actor.name, roles=roles)


# --- in a campaign ---


def sees(case: CampaignSession, kind: Kind, *units: str) -> bool:
    """Tell whether who reads a campaign may see a thing; a unit also what was of a unit that it goes on for."""
    if case.reader.role == "unit":
        units = (*units, *filter(None, map(case.heir, units)))
    return may_see(case.reader, Thing(kind, units))


def require(case: CampaignSession, kind: Kind, *units: str) -> None:
    """Refuse who reads a campaign what he may not see."""
    if not sees(case, kind, *units):
        require_sight(case.reader, Thing(kind, units))


def sees_notice(case: CampaignSession, notice: Notice) -> bool:
    """Tell whether who reads a campaign may see a notice."""
    return sees(case, of_notice(notice), *apart(notice.unit))


def of_notice(notice: Notice) -> Kind:
    """Return as what a notice is seen: one that waits is the office's matter, a draft that of who signs."""
    return "draft" if notice.state == "draft" else "unsent" if notice.state in WAITING else "notice"


def own(case: CampaignSession) -> str:
    """Return the unit that reads; nothing where it is no unit."""
    return case.reader.name if case.reader.role == "unit" else ""


def whose(case: CampaignSession, kind: Kind, unit: str) -> str:
    """Return of which unit a list tells: the one asked for, else the one that reads; nothing for all of them."""
    if unit:
        require(case, kind, unit)
    return unit or ("" if sees(case, kind) else own(case))


def addresses(case: CampaignSession, found: Iterable[str]) -> list[str]:
    """Return addresses; none to whom they are no business of."""
    return list(found) if sees(case, "address") else []


def without_addresses(actor: Actor, told: Any) -> Any:
    """Return plain values as somebody may see them: without addresses, unless they are his business."""
    return told if may_see(actor, Thing("address")) else _blank(told)


def _blank(told: Any) -> Any:
    if isinstance(told, str):
        return "" if ADDRESS.fullmatch(told) else told
    if isinstance(told, Mapping):
        return {name: _blank(part) for name, part in told.items()}
    return [_blank(part) for part in told] if isinstance(told, list | tuple) else told


# --- in the installation as a whole ---


def reader_here(desk: Desk, word: str) -> Actor:
    """Return who reads of the installation as a whole: a role, or a name in one of its campaigns."""
    if word in WORDS:
        return Actor(name=word or "office", role=WORDS[word], door=desk.door)
    with desk.database.read() as work:
        readers = readers_of(desk, work, word, work.find(Campaign, order="id"))
    return next(iter(readers.values()))


def readers_of(desk: Desk, work: UnitOfWork, word: str, heads: Iterable[Campaign]) -> Mapping[int, Actor]:
    """Return as whom a name reads each campaign that knows it; UnknownName where none does."""
    found, known = dict[int, Actor](), list[str]()
    for head in heads:
        workflow = desk.library.plan(work, head.workflow, head.calendar, head.extra).workflow
        try:
            found[head.id] = actor_of(word, workflow, desk.door)
        except UnknownName:
            known += workflow.directory.units
    if word not in WORDS and not found:
        raise UnknownName("actor", word, [*filter(None, WORDS), *dict.fromkeys(known)])
    return found


def require_here(desk: Desk, word: str, kind: Kind) -> Actor:
    """Return who reads of the installation; refuse who may not see what of it is asked for."""
    actor = reader_here(desk, word)
    require_sight(actor, Thing(kind))
    return actor
