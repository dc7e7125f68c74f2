"""What the service does with a kind of notice: how its items are gathered, when one is out of date, what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from engine.model import Item
from engine.records import field, record
from engine.service.kernel.case import CampaignSession
from engine.service.notices.facts import Fact
from engine.service.notices.standing import About, out_of_date

Gathers = Literal["alone", "moment", "day", "document", "all"]
Moot = Callable[[CampaignSession, About], str]
Named = Callable[[CampaignSession], tuple[int, ...]]
Fields = Callable[[CampaignSession, Sequence[Item]], dict[str, Any]]


def nothing_more(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    """Return no field beside those that every notice has."""
    return {}


def _nobody(case: CampaignSession) -> tuple[int, ...]:
    return ()


def _nothing(item: Item) -> int:
    return 0


@record
class NoticeKind:
    """A kind of notice; what its words may be and need stands at the head of its template.

    `gathers` tells what goes into one notice: each item `alone`, those of a unit of one `moment` or one `day`,
    those of all units in one `document` of a level and day, or what one event tells `all` of them (N1). `moot`
    returns why an item is not true any more, as a code (F5), `fields` what is said beside the items. It goes to the
    level of its rung, or always to a `contact`;
    what `reaches_any` takes whoever there is (L1). One that `asks_receipt` bears a link to sign by (Z1); what
    `shows_facts` is shown to the units it speaks of before it is signed (N5), and `named` returns the assignments
    that it would name now: what it was read to say of them must still hold when it is signed (N7). `ordered` reads
    what a person said who has it drafted, to whom and on which year; `corrects` is the notice that an item puts
    right, to whose recipients it goes (N2). What its template claims is borne by the facts that it `bears` (N6).
    """

    name: str
    gathers: Gathers = "alone"
    moot: Moot = out_of_date
    fields: Fields = nothing_more
    contact: int | None = None
    reaches_any: bool = False
    asks_receipt: bool = False
    shows_facts: bool = False
    named: Named = _nobody
    ordered: Callable[[CampaignSession, str, str], tuple[str, int]] | None = None
    corrects: Callable[[Item], int] = _nothing
    bears: Mapping[str, Fact] = field(default_factory=dict)
