"""Units renamed, merged or started in a running campaign, without a new version (docs/semantics.md R3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from engine import units
from engine.errors import BadInput, UnknownName
from engine.model.workflow import Relation
from engine.records import record, replace
from engine.service.campaigns.apply import succession
from engine.service.kernel.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import Case
from engine.service.kernel.journal import Entry
from engine.service.kernel.successions import Succession
from notifications.recipients import ADDRESS, EXAMPLES

EITHER = frozenset({"office", "leader"})
LEVELS = {"liaison": 0, "deputy": 1, "head": 2}
RELATIONS: tuple[Relation, ...] = ("subordinate", "peer", "vertical", "superior")


@record
class UnitsChanged:
    """Units were renamed or merged, or one started; `extra` is the hash of all amendments since.

    `contacts` are other addresses than before, by level. `also_open` has a new unit issued what is open already.
    """

    unit: Succession
    extra: str
    contacts: tuple[tuple[int, str], ...] = ()
    also_open: bool = False


def _decide_rename(case: Case, actor: Actor, given: Given) -> Decision:
    return _succeeds(case, given, "rename", (str(given.get("old") or ""),))


def _decide_merge(case: Case, actor: Actor, given: Given) -> Decision:
    old = tuple(dict.fromkeys(str(name) for name in given.get("old") or []))
    if len(old) < 2:
        raise BadInput("one_cannot_merge", found="、".join(old))
    return _succeeds(case, given, "merge", old)


def _decide_start(case: Case, actor: Actor, given: Given) -> Decision:
    """A unit that starts is issued what is issued from then on, and what is open only where that is asked for."""
    told = _told(case, given, "start", ())
    _require_new(case, told.new)
    told = replace(told, groups=_groups(case, given))
    also = bool(given.get("also_open"))
    if also and told.since > case.today:
        raise refuse("not_there_before", unit=told.new, on=told.since)
    return Decision(subject=told.new, facts=_facts(case, told, given, also_open=also), reason=_why(given))


def _succeeds(case: Case, given: Given, kind: Literal["rename", "merge"], old: tuple[str, ...]) -> Decision:
    told = _told(case, given, kind, old)
    for name in old:
        _require_old(case, name, told.since)
    if kind == "rename" or told.new not in case.plan.workflow.directory.units:
        _require_new(case, told.new)
    elif not units.is_valid(case.unit(told.new), told.since):
        raise refuse("not_there_on", unit=told.new, on=told.since)
    if told.since > case.today:
        raise refuse("succession_not_come", on=told.since)
    return Decision(subject=f"{'、'.join(old)} → {told.new}", facts=_facts(case, told, given), reason=_why(given))


def _told(case: Case, given: Given, kind: Literal["rename", "merge", "start"], old: tuple[str, ...]) -> Succession:
    """Return what the amendments keep of a change of units."""
    document = text_given(given, "document")
    since = day_given(given, "from", case.today)
    if since < case.head.adopted_on:
        raise refuse("before_adoption", on=since, adopted_on=case.head.adopted_on)
    return Succession(
        what=kind,
        old=old,
        new=text_given(given, "new"),
        since=since,
        relation=_relation(str(given.get("relation") or "")),
        kind=str(given.get("kind") or ""),
        document=document,
    )


def _relation(word: str) -> Relation | None:
    if word and word not in RELATIONS:
        raise UnknownName("relation", word, list(RELATIONS))
    return next((each for each in RELATIONS if each == word), None)


def _why(given: Given) -> str:
    return str(given.get("reason") or "")


def _require_old(case: Case, name: str, since: date) -> None:
    unit, workflow = case.unit(name), case.plan.workflow
    if name in (workflow.office, workflow.leading_group):
        raise refuse("runs_the_campaign", unit=name)
    if any(nested.unit == name for nested in workflow.nested):
        raise refuse("runs_one_below", unit=name)
    if not units.is_valid(unit, since):
        raise refuse("not_there_on", unit=name, on=since)


def _require_new(case: Case, name: str) -> None:
    directory = case.plan.workflow.directory
    if name in directory.units or name in directory.groups:
        raise refuse("in_the_directory", unit=name)


def _groups(case: Case, given: Given) -> tuple[str, ...]:
    known = case.plan.workflow.directory.groups
    named = tuple(str(name) for name in given.get("groups") or [])
    for name in named:
        if name not in known:
            raise UnknownName("group", name, list(known))
    return named


def _facts(case: Case, told: Succession, given: Given, *, also_open: bool = False) -> UnitsChanged:
    extra = case.pinned(case.amendments.plus(units=[told]))
    return UnitsChanged(unit=told, extra=extra, contacts=_contacts(given), also_open=also_open)


def _contacts(given: Given) -> tuple[tuple[int, str], ...]:
    found = tuple((level, str(given[name]).strip()) for name, level in LEVELS.items() if given.get(name))
    for _, address in found:
        if not ADDRESS.fullmatch(address):
            raise BadInput("no_address", found=address, examples=EXAMPLES)
    return found


def _apply_succession(case: Case, entry: Entry) -> Answer:
    facts: UnitsChanged = entry.facts
    _lay(case, facts)
    owed = succession.go_on(case, facts.unit.old, facts.unit.new)
    succession.tell(case, facts.unit, owed)
    case.arm_gate()
    return _answer(facts.unit, (a.task for a in owed))


def _apply_start(case: Case, entry: Entry) -> Answer:
    facts: UnitsChanged = entry.facts
    _lay(case, facts)
    issued = succession.join_open(case, facts.unit.new) if facts.also_open else []
    case.arm_gate()
    return _answer(facts.unit, (a.task for a in issued))


def _lay(case: Case, facts: UnitsChanged) -> None:
    """Have the plan know the unit, and it its contacts."""
    case.use_extra(facts.extra)
    succession.hand_contacts(case, facts.unit, dict(facts.contacts))


def _answer(told: Succession, tasks: Iterable[str]) -> Answer:
    return {"unit": told.new, "from": told.since.isoformat(), "tasks": list(tasks)}


ACTIONS = (
    Action("rename_unit", EITHER, _decide_rename, _apply_succession, UnitsChanged),
    Action("merge_units", EITHER, _decide_merge, _apply_succession, UnitsChanged),
    Action("start_unit", EITHER, _decide_start, _apply_start, UnitsChanged),
)
