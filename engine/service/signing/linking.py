"""Links by which a unit signs for its tasks: what they name, how long they hold, what may be signed by them.

A link belongs to one message to one recipient of a unit, or was handed on by the office. Its token is laid
onto the message when that is sent and is kept nowhere (docs/semantics.md Z1).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Literal

from engine import tokens, units
from engine.model import Assignment, Item, Notice, Outgoing
from engine.model.plain import full, short
from engine.records import field, record
from engine.service.kernel.case import CampaignSession
from engine.service.notices.kinds import KINDS
from engine.store.queries import notices as queries
from engine.store.work import UnitOfWork
from notifications import wording

DAYS: Final = 15
"""How many days after its notice a link holds unless the installation says otherwise."""
Why = Literal["", "ended", "replaced", "expired"]
"""Why nothing can be signed by a link that is genuine; empty where something may be."""
Late = Literal["replaced", "expired"]
"""Of these, what a unit may have signed by in good faith: the address is not its own any more, the day is over."""


@record
class Links:
    """Where the web room is reached, and the keys: the first signs, each of them is believed."""

    url: str
    keys: tuple[bytes, ...] = field(repr=False)
    days: int = DAYS


@record
class Paper:
    """What a link was made for: a notice, and the message it went out with; None where the office handed it on."""

    notice: Notice
    message: Outgoing | None
    until: date

    @property
    def number(self) -> int:
        """The number that the token names: of the message, else of the notice."""
        return self.message.id if self.message else self.notice.id


# --- what is asked for ---


def asking(work: UnitOfWork, notices: Iterable[int]) -> frozenset[int]:
    """Return which of some notices ask for a receipt: they issue a task that wants one, or remind of it.

    No superior and nobody above the liaison is ever asked (SEMANTICS L4, L7). It rests on what never changes
    after a notice was written, so that each attempt sends the same (N3).
    """
    asking = [name for name, kind in KINDS.items() if kind.asks_receipt]
    return queries.asking_for_receipts(work, list(notices), asking)


def assignments(case: CampaignSession, notice: Notice) -> list[Assignment]:
    """Return what a notice speaks of, each once, as it stands now."""
    ids = dict.fromkeys(item.assignment for item in case.work.find(Item, notice=notice.id, order="id"))
    found = {each.id: each for each in case.work.among(Assignment, "id", [number for number in ids if number])}
    return [found[number] for number in ids if number in found]


def unsigned(case: CampaignSession, notice: Notice) -> list[Assignment]:
    """Return what a notice speaks of and its unit has not answered yet."""
    return [each for each in assignments(case, notice) if is_unsigned(case, notice, each)]


def is_unsigned(case: CampaignSession, notice: Notice, assignment: Assignment) -> bool:
    """Tell whether the unit of a notice, under the name it bears now, owes a receipt for an assignment (L4, R3)."""
    owes = assignment.unit in (notice.unit, units.called(case.plan.workflow.directory, notice.unit, case.today))
    return owes and assignment.state == "issued" and case.plan.tasks[assignment.task].counted is None


# --- from a message to its link, and back ---


def line(case: CampaignSession, links: Links, notice: Notice, outgoing: Outgoing) -> str:
    """Return what is laid under the text of a message that asks for a receipt (Z1)."""
    paper = Paper(notice=notice, message=outgoing, until=notice.day + timedelta(days=links.days))
    day = wording.plain_day(paper.until, notice.day)
    told = f"打开后点“确认签收”,{day}前有效。仅供本单位使用,请勿转发。"
    return f"\n在线签收:\n{address(case, links, paper)}\n({told})\n"


def address(case: CampaignSession, links: Links, paper: Paper) -> str:
    """Return the address that a paper's link leads to."""
    check = _check(case, paper.notice)
    seal = tokens.Seal(campaign=case.id, paper=short(paper.number), until=paper.until, check=check)
    return f"{links.url}/{tokens.sealed(seal, links.keys[0])}"


def paper_of(case: CampaignSession, seal: tokens.Seal) -> Paper | None:
    """Return what a seal was made for; None where this database has nothing of the kind."""
    number = full(seal.paper, case.id)
    message = case.work.get(Outgoing, number)
    notice = case.work.get(Notice, message.notice if message else number)
    if notice is None or seal.check != _check(case, notice):
        return None
    return Paper(notice=notice, message=message, until=seal.until)


def _check(case: CampaignSession, notice: Notice) -> bytes:
    return tokens.check_of(case.head.key, notice.digest, notice.unit)


def why_not(case: CampaignSession, paper: Paper) -> Why:
    """Return why nothing can be signed by a link now (Z2); empty where something may be."""
    if case.head.state != "running":
        return "ended"
    if paper.message is not None and not _is_reached(case, paper.notice.unit, paper.message.recipient):
        return "replaced"
    return "expired" if case.today > paper.until else ""


def _is_reached(case: CampaignSession, unit: str, address: str) -> bool:
    """Tell whether an address is still one of a unit's, under the name that the unit bears now."""
    names = {unit, units.called(case.plan.workflow.directory, unit, case.today)}
    return any(contact.address == address for name in names for contact in case.contacts(name))
