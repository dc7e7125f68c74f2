"""What every use case is given, and the one way a campaign is opened, acted on and recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from engine import names, texts
from engine.clock import Clock, stopwatch, token, whole_milliseconds
from engine.errors import BadInput, ClockBehind, FactsChanged, KeyReused, Refused, UnknownName, WrongState
from engine.history import GENESIS, canonical
from engine.history import digest as digest_in
from engine.model import Answer, Campaign, Item
from engine.records import changed, field, record
from engine.service.kernel import nesting
from engine.service.kernel.action import Action, Decision
from engine.service.kernel.action import Answer as Told
from engine.service.kernel.actor import SYSTEM, Actor, Door, actor_of
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import UID, Entry, Once, actor_fields, append, settled_instant
from engine.service.kernel.known import Prefetch
from engine.service.kernel.named import as_printed
from engine.service.kernel.nesting import NestedChanged
from engine.service.kernel.noted import Noted, digest_of
from engine.service.kernel.params import Found, Given
from engine.service.kernel.plan import Library
from engine.service.kernel.rules import RULES
from engine.store.codec import EPOCH
from engine.store.database import Database
from engine.store.queries import campaigns
from engine.store.work import UnitOfWork


@record(kw_only=False)
class Desk:
    """A database, a clock, what was read from the database, by what it measures how long a batch takes, and its door.

    `actions` are all that can be done, `token` gives letters that nobody can foresee.
    """

    database: Database
    clock: Clock
    actions: Mapping[str, Action]
    library: Library = field(default_factory=Library)
    stopwatch: Callable[[], float] = stopwatch
    token: Callable[[], str] = token
    door: Door = Door()
    rules: int = RULES

    def uid(self) -> str:
        """Return a name that no other campaign or installation has."""
        return self.token()[:UID]

    def now(self) -> datetime:
        """Return the present instant, to the millisecond."""
        return whole_milliseconds(self.clock.now())


@record(kw_only=False)
class Command:
    """What somebody wants done to a campaign; `key` makes it repeatable (SEMANTICS P5)."""

    action: str
    campaign: str
    given: Mapping[str, Any] = field(default_factory=dict)
    actor: str = ""
    key: str = ""


OF_LINKS: Final = "link "
"""How the keys begin under which units sign by links (docs/semantics.md Z3); nobody else may take one of them."""
NAMES = ("task", "indicator", "unit", "phase", "to", "round", "month", "name", "quota", "kind", "notice")
"""What a refused command may have named, in the order its record tells it."""


@record
class Done:
    """What became of a command: its outcome and what it was about; of what is recorded and its state the digest."""

    outcome: Told | Refused
    subject: str = ""
    digest: str = ""
    items: tuple[Item, ...] = ()


def perform(desk: Desk, command: Command, digest: str = "") -> Told:
    """Do what a command asks in one transaction, or record its refusal and raise it.

    By the digest of what was shown before (`previewing`) just that is done: FactsChanged, and nothing is kept,
    where it would be something else now.
    """
    if digest:
        (outcome,) = perform_all(desk, command.campaign, [command], digest)
    else:
        with desk.database.write(campaigns.head_of(command.campaign)) as work:
            case = open_named(desk, work, command.campaign)
            know_ahead(case, [command])
            outcome = _answer(desk, case, command)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def perform_each(desk: Desk, commands: Iterable[Command]) -> Iterator[Told | Refused]:
    """Do what several commands ask, each in a transaction of its own; one refusal does not stop the others."""
    for command in commands:
        try:
            yield perform(desk, command)
        except Refused as refusal:
            yield refusal


def perform_all(desk: Desk, campaign: str, commands: Iterable[Command], digest: str = "") -> list[Told | Refused]:
    """Do what several commands ask of one campaign at one instant, in one transaction.

    Each is decided on what those before it left, and recorded by itself; a refusal stands in its
    place among the answers and undoes nothing. Any other error takes all of them back, and so does a `digest` of
    what was shown before that does not fit any more.
    """
    with desk.database.write() as work:
        case = open_named(desk, Noted(work) if digest else work, campaign)
        asked = [command for command in commands if _is_for(campaign, command)]
        know_ahead(case, asked)
        if not digest:
            return [_answer(desk, case, command) for command in asked]
        done = [decided(desk, case, command) for command in asked]
        _require_as_shown(done, digest)
        return [each.outcome for each in done]


def _require_as_shown(done: Sequence[Done], digest: str) -> None:
    shown = digest.split(".")
    # What repeats a first answer under its key does nothing, and has no digest.
    changed = [each.subject for each, was in zip(done, shown, strict=False) if each.digest not in ("", was)]
    if changed or len(shown) != len(done):
        raise FactsChanged(number=len(changed) or len(done), changed=changed or [each.subject for each in done])


def decided(desk: Desk, case: CampaignSession, command: Command) -> Done:
    """Do what a command asks inside an open transaction that notes what it does, and return that with its digest."""
    noted = case.work
    assert isinstance(noted, Noted)
    noted.begin()
    entries: list[Entry] = []
    outcome = _answer(desk, case, command, entries)
    if not entries:
        return Done(outcome=outcome)
    entry = entries[0]
    told = digest_of(entry, noted.before)
    return Done(outcome=outcome, subject=entry.subject, digest=told, items=noted.items)


def know_ahead(case: CampaignSession, commands: Sequence[Command]) -> None:
    """Read at once what several commands are about."""
    case.know_assignments(_given(commands, "task"), _given(commands, "unit"))


def _given(commands: Iterable[Command], name: str) -> list[str]:
    return [str(command.given[name]) for command in commands if command.given.get(name)]


def _is_for(campaign: str, command: Command) -> bool:
    if command.campaign != campaign:
        raise ValueError(f"a command for {command.campaign} among those for {campaign}")
    return True


def _answer(
    desk: Desk, case: CampaignSession, command: Command, entries: list[Entry] | None = None
) -> Told | Refused:
    once: Once | None = None
    if command.key.startswith(OF_LINKS):
        raise BadInput("key_of_links", found=command.key)
    if char := texts.odd(command.key):
        raise BadInput("no_character", name="key", char=char, found=command.key)
    if command.key:
        once = Once(command.key, _fingerprint(command))
        known = case.work.get(Answer, case.id, command.key)
        if known is not None:
            if known.fingerprint != once.fingerprint:
                raise KeyReused(key=command.key)
            return dict(json.loads(known.answer))
    actor = actor_of(command.actor, case.plan.workflow, desk.door)
    return act(case, actor, command.action, command.given, once, entries)


def _fingerprint(command: Command) -> str:
    plain = json.loads(json.dumps(dict(command.given), default=str))
    return digest_in(canonical({"action": command.action, "actor": command.actor, "given": plain}))


def act(
    case: CampaignSession,
    actor: Actor,
    name: str,
    given: Given | Found,
    once: Once | None = None,
    entries: list[Entry] | None = None,
) -> Told | Refused:
    """Decide and apply one action inside an open transaction; a refusal changes only the history (G5).

    `entries` is told the record.
    """
    action = case.actions[name]
    try:
        actor.require(name, action.roles)
        _require_running(case, action)
        decision = action.decide(case, actor, as_printed(case.plan, action.asked(given)))
    except Refused as refusal:
        _keep(case, _refused(case, actor, name, given, refusal), entries)
        return refusal
    before, first = case.head, case.numbers + 1
    entry = _done(case, actor, name, decision, once)
    told = settle(case, entry)
    # The record says which numbers its rows were given: it is written once they are.
    entry = changed(entry, ids=(first, case.numbers + 1 - first))
    _keep(case, entry, entries)
    _tell_above(case, before, entry)
    return told


def _keep(case: CampaignSession, entry: Entry, entries: list[Entry] | None) -> None:
    append(case, entry)
    if entries is not None:
        entries.append(entry)


def _tell_above(case: CampaignSession, before: Campaign, entry: Entry) -> None:
    """Record in the journal of the campaign above, once, that something was changed which its gate reads (F2)."""
    parent = case.work.get(Campaign, case.above) if case.above else None
    if parent is None:
        return
    plan = case.library.plan(case.work, parent.workflow, parent.calendar, parent.extra)
    reads = nesting.listened(plan, parent)
    if what := nesting.changed(case, reads, before, entry):
        tell_parent(case, parent, what)
        case.above = 0


def tell_parent(case: CampaignSession, parent: Campaign, what: str) -> None:
    """Record in the journal of the campaign above what became of this one."""
    plan = case.library.plan(case.work, parent.workflow, parent.calendar, parent.extra)
    above = CampaignSession(
        work=case.work,
        library=case.library,
        actions=case.actions,
        plan=plan,
        head=parent,
        at=case.at,
        known=case.known,
        writes=True,
        rules=case.rules,
    )
    facts = NestedChanged(campaign=case.head.uid, unit=case.head.parent_unit, what=what)
    system_act(above, "nested_changed", facts, case.head.key)


def _require_running(case: CampaignSession, action: Action) -> None:
    if case.head.state != "running" and not action.after_end:
        raise WrongState("after_end", action=action.name, key=case.head.key, state=case.head.state)


def settle(case: CampaignSession, entry: Entry) -> Told:
    """Do what a record says and keep its answer under its key; the same live and under replay."""
    if entry.outcome != "done":
        return {}
    told = case.actions[entry.action].under(entry.rules).apply(case, entry)
    if once := entry.once:
        text = json.dumps(told, ensure_ascii=False, sort_keys=True)
        answer = Answer(campaign=case.id, key=once.key, fingerprint=once.fingerprint, answer=text)
        case.work.add(answer)
    return told


def _done(case: CampaignSession, actor: Actor, name: str, decision: Decision, once: Once | None) -> Entry:
    return Entry(
        at=case.at,
        action=name,
        subject=decision.subject,
        facts=decision.facts,
        once=once,
        workflow=case.head.workflow[:12],
        rules=case.rules,
        reason=decision.reason,
        on_behalf=decision.on_behalf,
        **actor_fields(actor),
    )


def _refused(case: CampaignSession, actor: Actor, name: str, asked: Given | Found, refusal: Refused) -> Entry:
    given: Given = {"subject": asked.subject} if isinstance(asked, Found) else asked
    told = {key: str(value) for key, value in given.items() if isinstance(value, str | int | bool)}
    facts = {**refusal.plain(), "given": told}
    return Entry(
        at=case.at,
        action=name,
        subject="/".join(str(given[key]) for key in NAMES if given.get(key)) or case.head.phase,
        outcome="refused",
        facts=facts,
        workflow=case.head.workflow[:12],
        rules=case.rules,
        **actor_fields(actor),
    )


def system_act(case: CampaignSession, name: str, facts: Any = None, subject: str = "") -> None:
    """Do what the clock found, as the system; a refusal is recorded like any other."""
    act(case, SYSTEM, name, {} if facts is None else Found(subject=subject, facts=facts))


# --- opening campaigns ---


def find_campaign(work: UnitOfWork, key: str) -> Campaign:
    """Return a campaign by its key, however that is spelled; UnknownName with what is near."""
    if found := work.find(Campaign, key=key):
        return found[0]
    known = campaigns.keys(work)
    if meant := names.found(key, known):
        return work.find(Campaign, key=meant)[0]
    raise UnknownName("campaign", key, known)


def open_case(desk: Desk, work: UnitOfWork, head: Campaign) -> CampaignSession:
    """Lock a campaign's head and open it at the present instant, unless the clock runs behind (C4)."""
    above = _listening(desk, work, head)
    if above is not None:
        above = campaigns.locked(work, above.id)
    return _opened(desk, work, campaigns.locked(work, head.id) or head, above)


def open_named(desk: Desk, work: UnitOfWork, key: str) -> CampaignSession:
    """Lock the head of a campaign by its key and open it; one that is not nested is found and locked in one."""
    head = campaigns.locked_of(work, key)
    return _opened(desk, work, head, None) if head else open_case(desk, work, find_campaign(work, key))


def claimed_cases(
    desk: Desk, work: UnitOfWork, numbers: Sequence[int], behind: dict[int, Exception]
) -> dict[int, CampaignSession]:
    """Open campaigns for the clock, by number, but for those that another worker holds.

    A campaign that has records of a later instant is told in `behind` (C4). A nested one is asked for alone.
    """
    known, found = Prefetch(work), dict[int, CampaignSession]()
    for head, above in _claimed(desk, work, numbers):
        try:
            found[head.id] = _opened(desk, work, head, above, known)
        except ClockBehind as error:
            behind[head.id] = error
    return found


def _claimed(desk: Desk, work: UnitOfWork, numbers: Sequence[int]) -> list[tuple[Campaign, Campaign | None]]:
    """Lock the heads that nobody else holds, and that above one where it listens, and return them by number."""
    if len(numbers) > 1:
        return [(head, None) for head in campaigns.locked_all(work, numbers)]
    found = work.among(Campaign, "id", numbers)
    above = _listening(desk, work, found[0]) if found else None
    if above is not None and (above := campaigns.locked(work, above.id, skip=True)) is None:
        return []
    return [(head, above) for head in campaigns.locked_all(work, numbers)]


def _listening(desk: Desk, work: UnitOfWork, head: Campaign) -> Campaign | None:
    """Return the campaign above one where its gate reads what happens here: its head is locked first (G2)."""
    parent = work.get(Campaign, head.parent) if head.parent else None
    if parent is None:
        return None
    plan = desk.library.plan(work, parent.workflow, parent.calendar, parent.extra)
    return parent if nesting.listened(plan, parent) else None


def _opened(
    desk: Desk, work: UnitOfWork, head: Campaign, above: Campaign | None, known: Prefetch | None = None
) -> CampaignSession:
    last_at = max(head.last_at, above.last_at) if above else head.last_at
    case = case_at(desk, work, head, settled_instant(work, desk.now(), last_at), known)
    case.writes, case.above = True, above.id if above else 0
    return case


def case_at(
    desk: Desk, work: UnitOfWork, head: Campaign, at: datetime, known: Prefetch | None = None
) -> CampaignSession:
    """Open a campaign as of an instant, without a lock; `known` is what its transaction has read ahead."""
    plan = desk.library.plan(work, head.workflow, head.calendar, head.extra)
    return CampaignSession(
        work=work,
        library=desk.library,
        actions=desk.actions,
        plan=plan,
        head=head,
        at=at,
        known=known or Prefetch(work),
        rules=desk.rules,
    )


@contextmanager
def reading(desk: Desk, key: str, who: str = "") -> Iterator[CampaignSession]:
    """Open a campaign to be looked at, whatever the clock says (SEMANTICS C4); not by a stranger (I6)."""
    with desk.database.read() as work:
        head = find_campaign(work, key)
        case = case_at(desk, work, head, max(desk.now(), head.last_at))
        case.reader = actor_of(who, case.plan.workflow, desk.door)
        yield case


def new_head(campaign: int, uid: str, key: str, workflow: str, calendar: str, at: datetime) -> Campaign:
    """Return the head row of a campaign before its first record."""
    return Campaign(
        id=campaign,
        uid=uid,
        key=key,
        title="",
        workflow=workflow,
        calendar=calendar,
        extra="",
        state="running",
        phase="",
        adopted_on=at.date(),
        trial=False,
        rehearsal=False,
        seq=0,
        head=GENESIS,
        last_at=EPOCH,
        counter=0,
    )
