"""The second transaction of the clock: waiting items become notices (SEMANTICS F5, N1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from engine import deadlines as rules
from engine import units
from engine.model import Armed, Assignment, Deadline, Delivery, Item, Notice, NoticeState, Occurrence
from engine.model.plain import coded, short
from engine.names import apart
from engine.records import field, record, replace
from engine.service.kernel import contacts
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.plan import keep
from engine.service.kernel.timers import taken
from engine.service.notices import composing as compose
from engine.service.notices.commands.writing import Bound, Written, own_digest
from engine.service.notices.kinds import kind_of
from engine.service.notices.standing import about
from engine.service.notices.texts import content_bytes
from engine.store.queries import items as queries
from engine.store.work import UnitOfWork
from notifications.kinds import kind_of as words_of
from notifications.notice import Content, NoticeError, NoticeRequest
from notifications.wording import REHEARSAL

STATES: Mapping[Delivery, NoticeState] = {
    "send": "queued",
    "release": "queued",
    "manual": "listed",
    "draft": "draft",
}
"""The state in which a notice begins, by how what it tells is to be delivered (L6)."""
TO_ALL: Final = frozenset({"document", "all"})
"""How kinds gather of which one notice goes to many units."""
AHEAD = 60
"""About how many items are read at a time: as many as the time of a batch lets one write (F3)."""
PER_RECORD = 40
"""About how many items one record tells of: what is read and written for them takes less than a batch may (F3)."""
MOST_AHEAD = 240
"""About how many items are read at a time for several records: what is asked in between has them written first."""
SHORT_OF_TIME = timedelta(minutes=1)


@record(frozen=False, kw_only=False)
class Binding:
    """What a binding has come to so far: what is moot, put aside or put off, and the notices written."""

    moot: list[tuple[int, str]] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)
    later: list[tuple[int, datetime]] = field(default_factory=list)
    notices: list[Written] = field(default_factory=list)

    def bound(self, armed: Iterable[Armed] = ()) -> Bound:
        """Return the facts of its record, with the moments that are worked off."""
        return Bound(
            armed=tuple(map(taken, armed)),
            moot=tuple(self.moot),
            aside=tuple(self.aside),
            later=tuple(self.later),
            notices=tuple(self.notices),
        )


class Listed(NamedTuple):
    """What waits in a campaign by an instant: numbers of items, those of a unit together.

    What goes into one document for all units is together, too (N1). It holds as long as `head` is the last record's
    hash, for nothing comes or goes without a record; so many batches can work off one list.
    """

    head: str
    until: datetime
    groups: list[list[int]]


def gathered(
    work: UnitOfWork,
    cases: Sequence[CampaignSession],
    due: Mapping[int, Sequence[Armed]],
    until: datetime,
    known: dict[int, Listed],
) -> dict[int, Listed]:
    """Return what campaigns have to tell by an instant, from `known` where that holds.

    `due` are the moments at which it waits. What the first of the items speak of is read.
    """
    unknown = [case for case in cases if not _still_holds(case, due[case.id], known.get(case.id))]
    listed = known | _listed(work, unknown, until)
    found = {case.id: listed[case.id] for case in cases}
    ahead = AHEAD // len(cases)
    first = (numbers for each in found.values() for numbers in each.groups[: _enough(each.groups, ahead)])
    items = _read(work, cases, [number for numbers in first for number in numbers])
    case_of = {case.id: case for case in cases}
    cases[0].known.read_digests(_digest(case_of[item.campaign], item) for item in items)
    return found


def _still_holds(case: CampaignSession, due: Sequence[Armed], known: Listed | None) -> bool:
    """Tell whether a list is still whole: no record came, and nothing more became due."""
    if known is None or known.head != case.head.head:
        return False
    return max(armed.at for armed in due) <= known.until


def _listed(work: UnitOfWork, cases: Sequence[CampaignSession], until: datetime) -> dict[int, Listed]:
    found: dict[int, dict[str, list[int]]] = {case.id: {} for case in cases}
    for campaign, number, kind, unit in queries.ready(work, found, until):
        found[campaign].setdefault(_together(kind, unit), []).append(number)
    return {case.id: Listed(case.head.head, until, [*found[case.id].values()]) for case in cases}


def _together(kind: str, unit: str) -> str:
    return kind if kind_of(kind).gathers in TO_ALL else unit


def _enough(groups: Sequence[Sequence[int]], least: int) -> int:
    """Return how many of the first groups hold at least so many items."""
    held = 0
    for place, numbers in enumerate(groups, 1):
        held += len(numbers)
        if held >= least:
            return place
    return len(groups)


def _read(work: UnitOfWork, cases: Sequence[CampaignSession], numbers: Sequence[int]) -> list[Item]:
    """Read items and what they speak of, set-wise."""
    items = work.among(Item, "id", numbers)
    for kind, ids in (
        (Assignment, {item.assignment for item in items}),
        (Deadline, {item.deadline for item in items}),
        (Occurrence, {item.occurrence for item in items}),
    ):
        work.among(kind, "id", sorted(ids - {0}))
    cases[0].known.read_contacts((item.campaign, item.unit) for item in items)
    return items


def read_ahead(case: CampaignSession, groups: Sequence[Sequence[int]]) -> int:
    """Read what the first of `groups` speak of, and which of their notices there are; return how many were read."""
    end = _enough(groups, MOST_AHEAD)
    items = _read(case.work, [case], [number for each in groups[:end] for number in each])
    case.known.read_digests(_digest(case, item) for item in items)
    return end


def bind(case: CampaignSession, groups: list[list[int]], armed: Iterable[Armed]) -> Bound:
    """Return the facts of one binding: what is moot, put aside or put off, and the notices written.

    It takes the first of `groups`, so many items whatever time it takes: what a record holds does not hang on the
    speed of a machine. The moments stay `armed` where some is left for the next one.
    """
    found = Binding()
    end = _enough(groups, PER_RECORD)
    _bind_items(case, _read(case.work, [case], sorted(number for each in groups[:end] for number in each)), found)
    del groups[:end]
    return found.bound(() if groups else armed)


def tells_more(facts: Bound) -> bool:
    """Tell whether a binding gave units more to hear, so that what waits is to be listed again."""
    return any(notice.shown for notice in facts.notices)


def rest_of(case: CampaignSession, listed: Listed, groups: list[list[int]], facts: Bound) -> Listed:
    """Return what is left of a list after a binding; where that gave units more to hear, the list holds no longer."""
    return Listed("" if tells_more(facts) else case.head.head, listed.until, groups)


def _bind_items(case: CampaignSession, items: Sequence[Item], found: Binding) -> None:
    """Write what items tell, or put it off until it may be sent."""
    known = [item for item in items if not _is_moot(case, item, found)]
    sendable_at = rules.sending_time(case.at, case.plan.times)
    if sendable_at > case.at:
        found.later += [(item.id, sendable_at) for item in known]
        return
    groups = _grouped(case, known)
    case.known.read_digests(groups)
    riding = _riding(case, groups.values(), found)
    for digest, together in groups.items():
        if case.known.is_written(digest):
            found.later += _tomorrow(case, together)
        else:
            _bind_group(case, digest, together, found, riding)


# --- what rides along ---


def _riding(case: CampaignSession, groups: Iterable[Sequence[Item]], found: Binding) -> dict[str, list[Item]]:
    """Return by unit what is told beside the first notice that goes to it; what is true no more is moot (F5)."""
    units = list(dict.fromkeys(each[0].unit for each in groups if _carries(each[0])))
    riding: dict[str, list[Item]] = {}
    for item in case.work.among(Item, "id", queries.riding(case.work, case.id, units)) if units else ():
        owed = case.work.must(Assignment, item.assignment)
        if owed.state == "accepted":
            riding.setdefault(item.unit, []).append(item)
        else:
            found.moot.append((item.id, coded("assignment_is", state=owed.state)))
    return riding


def _carries(item: Item) -> bool:
    """Tell whether a notice tells beside its own what was accepted of its unit: not one that goes to many units."""
    is_of_one = kind_of(item.kind).gathers not in TO_ALL
    return is_of_one and words_of(item.kind).carries and _state(item) != "draft"


# --- checked again (F5) ---


def _is_moot(case: CampaignSession, item: Item, found: Binding) -> bool:
    reason = moot_reason(case, item)
    if reason:
        found.moot.append((item.id, reason))
    return bool(reason)


def moot_reason(case: CampaignSession, item: Item) -> str:
    """Return why an item is no longer true, or has nobody left to be told (L10); or an empty text."""
    return _ended(case, item) or kind_of(item.kind).moot(case, about(case, item))


def _ended(case: CampaignSession, item: Item) -> str:
    corrected = kind_of(item.kind).corrects(item)
    original = case.work.get(Notice, corrected) if corrected else None
    names = apart(original.unit) if original else [item.unit]
    if not all(map(case.has_ended, names)):
        return ""
    return coded(
        "unit_ended", on=max(units.last_day(case.plan.workflow.directory, each) for each in names).isoformat()
    )


# --- gathered (N1) ---


def _grouped(case: CampaignSession, items: Sequence[Item]) -> dict[str, list[Item]]:
    """Return items by the digest of their notice; replies of one moment go together (N1)."""
    groups: dict[str, list[Item]] = {}
    replies: dict[tuple[str, str], str] = {}
    for item in items:
        digest = _digest(case, item)
        if kind_of(item.kind).gathers == "moment":
            digest = replies.setdefault((item.kind, item.unit), digest)
        groups.setdefault(digest, []).append(item)
    return groups


def _digest(case: CampaignSession, item: Item) -> str:
    day = case.today.isoformat()
    channel = _channel(case, item)
    gathers = kind_of(item.kind).gathers
    if gathers == "day":
        return own_digest(case, f"{item.kind}|{item.unit}|{item.level}|{channel}|{item.delivery}|{day}")
    if gathers == "document":
        return own_digest(case, f"{item.kind}|{item.level}|{day}")
    if gathers == "all":
        told = sha256(item.facts.encode()).hexdigest()
        return own_digest(case, f"{item.kind}|{_form(case, item)}|{channel}|{item.delivery}|{day}|{told}")
    return own_digest(case, f"{item.kind}|{item.unit}|{short(item.id)}")


def _form(case: CampaignSession, item: Item) -> str:
    """Return which form of a notice to all a unit gets: one for subordinates, a letter for the others (L7)."""
    found = compose.relation(case, item.unit)
    own = f"{item.kind}.vertical" in case.plan.workflow.templates
    return "peer" if found == "vertical" and not own else found


def _channel(case: CampaignSession, item: Item) -> str:
    return contacts.channel_of(case, item.unit, item.level, item.channel)


def _tomorrow(case: CampaignSession, items: Sequence[Item]) -> list[tuple[int, datetime]]:
    tomorrow = rules.sending_time(_next_day(case), case.plan.times)
    return [(item.id, tomorrow) for item in items]


def _bind_group(
    case: CampaignSession, digest: str, items: list[Item], found: Binding, riding: dict[str, list[Item]]
) -> None:
    if kind_of(items[0].kind).gathers == "all":
        items = _reached(case, items, found)
    if items:
        _bind_together(case, digest, items, found, riding)


def _reached(case: CampaignSession, items: Sequence[Item], found: Binding) -> list[Item]:
    """Return what reaches somebody of a notice to all: who has no contact is put aside by himself (F5)."""
    told = [item for item in items if compose.addresses(case, item.kind, [item.unit], item.level)]
    left = {item.id for item in items} - {item.id for item in told}
    found.aside += [(i.id, coded("unit_no_contact", unit=i.unit, level=i.level)) for i in items if i.id in left]
    return told


def _bind_together(
    case: CampaignSession, digest: str, items: list[Item], found: Binding, riding: dict[str, list[Item]]
) -> None:
    first = items[0]
    along = riding.get(first.unit, []) if _carries(first) else []
    try:
        told = written(case, first.kind, first.unit, first.level, [*items, *along])
    except NoticeError as error:
        found.aside += [(item.id, error.coded()) for item in items]
        return
    if not told.to:
        found.aside += [(item.id, coded("unit_no_contact", unit=item.unit, level=item.level)) for item in items]
        return
    channel, state = _channel(case, first), _state(first)
    if state != "draft" and contacts.is_shut(case, channel, told.to):
        found.aside += [(item.id, coded("channel_off", channel=channel)) for item in items]
        return
    found.notices.append(replace(told, digest=digest.partition("|")[2], channel=channel, state=state))
    if along:
        del riding[first.unit]


def _next_day(case: CampaignSession) -> datetime:
    return rules.last_moment_of(case.today, case.plan.zone) + SHORT_OF_TIME


def _state(item: Item) -> NoticeState:
    return STATES[item.delivery]


# --- written ---


def written(
    case: CampaignSession, kind: str, unit: str, level: int, items: Sequence[Item], *, number: str = ""
) -> Written:
    """Render a notice, keep its texts under their hash, and return what its record will say."""
    from notifications.render import render  # its language of templates takes longer to import than a list to print

    asked = compose.request(case, kind, unit, level, items, number=number)
    content = _marked(case, render(asked, case.plan.workflow.templates))
    units = told_to(asked, unit)
    corrected = kind_of(kind).corrects(items[0])
    original = case.work.get(Notice, corrected) if corrected else None
    return Written(
        kind=kind,
        unit="、".join(units),
        level=level,
        channel="",
        state="queued",
        day=case.today,
        content=keep(case.work, content_bytes(content)),
        number=number,
        to=tuple(compose.had_it(case, original) if original else compose.addresses(case, kind, units, level)),
        corrects=original.id if original else 0,
        digest="",
        items=tuple(item.id for item in items),
        shown=tuple(dict.fromkeys(line.unit for line in asked.items)) if kind_of(kind).shows_facts else (),
        named=kind_of(kind).named(case),
    )


def recipients(case: CampaignSession, notice: Notice, items: Sequence[Item]) -> tuple[str, ...]:
    """Return where a document goes today that is signed as it was read."""
    asked = compose.request(case, notice.kind, items[0].unit, notice.level, items)
    return tuple(compose.addresses(case, notice.kind, told_to(asked, items[0].unit), notice.level))


def told_to(asked: NoticeRequest, unit: str) -> tuple[str, ...]:
    """Return the units that a notice goes to, those that are copied in among them."""
    return (*(asked.units or ((asked.unit,) if asked.unit else (unit,))), *asked.copied)


def _marked(case: CampaignSession, content: Content) -> Content:
    """Return the texts of a notice; those of a rehearsal say so."""
    if not case.head.rehearsal:
        return content
    return replace(
        content,
        subject=f"{REHEARSAL}{content.subject}",
        body=f"{REHEARSAL}\n{content.body}",
        short=f"{REHEARSAL}{content.short}",
    )
