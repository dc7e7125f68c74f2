"""Units renamed, merged or started in a running campaign, without a new version (docs/semantics.md R3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from engine import units
from engine.calendar import DAY
from engine.errors import BadInput, UnknownName
from engine.names import alike, apart, is_collective, is_name, spelled
from engine.records import record, replace
from engine.service.campaigns.apply import succession
from engine.service.kernel.action import Action, Answer, Decision, Example, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import ABOUT, Day, Flag, Is, Line, Text, Unit
from engine.service.kernel.successions import Succession
from notifications.recipients import ADDRESS, EXAMPLES

EITHER = frozenset({"office", "leader"})
NEW = Is(about=True, fresh=True)
LEVELS = {"liaison": 0, "deputy": 1, "head": 2}


@record
class UnitsChanged:
    """Units were renamed or merged, or one started; `extra` is the hash of all amendments since.

    `contacts` are other addresses than before, by level. `also_open` has a new unit issued what is open already.
    """

    unit: Succession
    extra: str
    contacts: tuple[tuple[int, str], ...] = ()
    also_open: bool = False


# --- what they are given ---


@record
class Succeed:
    """The day, the document, and other contacts of the new unit than before."""

    since: Annotated[Day | None, Is(named="from")] = None
    document: Line
    liaison: Line = ""
    deputy: Line = ""
    head: Line = ""
    reason: Text = ""


@record
class RenameUnit(Succeed):
    """Give a unit another name: what it owes goes on under it, with its days and contacts."""

    old: Annotated[Unit, ABOUT]
    new: Annotated[Unit, NEW]


@record
class MergeUnits(Succeed):
    """Merge units: what they owe goes on with one, each task once, as it stood with whom was furthest on."""

    old: Annotated[tuple[Unit, ...], Is(about=True, called="old")]
    new: Annotated[Unit, Is(called="into")]


@record
class StartUnit(Succeed):
    """Add a unit that starts later: it is issued what its groups are issued from then on."""

    new: Annotated[Unit, NEW]
    groups: Annotated[tuple[Annotated[str, Is(kind="group")], ...], Is(called="groups")] = ()
    kind: Line = ""
    relation: Literal["subordinate", "peer", "vertical", "superior"] = "subordinate"
    also_open: Flag = False


def _decide_rename(case: CampaignSession, actor: Actor, asked: RenameUnit) -> Decision:
    return _succeeds(case, asked, "rename", (asked.old,), asked.new)


def _decide_merge(case: CampaignSession, actor: Actor, asked: MergeUnits) -> Decision:
    old = tuple(dict.fromkeys(asked.old))
    if len(old) < 2:
        raise BadInput("one_cannot_merge", found="、".join(old))
    return _succeeds(case, asked, "merge", old, asked.new)


def _decide_start(case: CampaignSession, actor: Actor, asked: StartUnit) -> Decision:
    """A unit that starts is issued what is issued from then on, and what is open only where that is asked for."""
    told = _told(case, asked, "start", (), asked.new)
    _require_new(case, told.new)
    if is_collective(told.new):
        raise refuse("no_one_unit", unit=told.new)
    told = replace(told, groups=_groups(case, asked.groups), relation=asked.relation, kind=asked.kind)
    also = asked.also_open
    if also and told.since > case.today:
        raise refuse("not_there_before", unit=told.new, on=told.since)
    return Decision(subject=told.new, facts=_facts(case, told, asked, also_open=also), reason=asked.reason)


def _succeeds(
    case: CampaignSession, asked: Succeed, kind: Literal["rename", "merge"], old: tuple[str, ...], new: str
) -> Decision:
    told = _told(case, asked, kind, old, new)
    for name in old:
        _require_old(case, name, told.since)
    if kind == "rename" or told.new not in case.plan.workflow.directory.units:
        _require_new(case, told.new)
    elif not units.is_valid(case.unit(told.new), told.since):
        raise refuse("not_there_on", unit=told.new, on=told.since)
    if told.since > case.today:
        raise refuse("succession_not_come", on=told.since)
    return Decision(subject=f"{'、'.join(old)} → {told.new}", facts=_facts(case, told, asked), reason=asked.reason)


def _told(
    case: CampaignSession, asked: Succeed, kind: Literal["rename", "merge", "start"], old: tuple[str, ...], new: str
) -> Succession:
    """Return what the amendments keep of a change of units."""
    since = asked.since or case.today
    if since < case.head.adopted_on:
        raise refuse("before_adoption", on=since, adopted_on=case.head.adopted_on)
    return Succession(
        what=kind,
        old=old,
        new=new,
        since=since,
        document=asked.document,
    )


def _require_old(case: CampaignSession, name: str, since: date) -> None:
    unit, workflow = case.unit(name), case.plan.workflow
    if name in workflow.ours:
        raise refuse("runs_the_campaign", unit=name)
    if any(nested.unit == name for nested in workflow.nested):
        raise refuse("runs_one_below", unit=name)
    # Who ended as the directory said is followed from the next day on (L10).
    if not units.is_valid(unit, since) and units.last_day(workflow.directory, name) != since - DAY:
        raise refuse("not_there_on", unit=name, on=since)


def _require_new(case: CampaignSession, name: str) -> None:
    directory = case.plan.workflow.directory
    if name in directory.units or name in directory.groups:
        raise refuse("in_the_directory", unit=name)
    if other := alike(name, (*directory.units, *directory.groups)):
        raise refuse("looks_alike", unit=spelled(name), other=spelled(other))
    if not is_name(name) or len(apart(name)) > 1:
        raise refuse("no_one_unit", unit=name)


def _groups(case: CampaignSession, named: tuple[str, ...]) -> tuple[str, ...]:
    known = case.plan.workflow.directory.groups
    for name in named:
        if name not in known:
            raise UnknownName("group", name, list(known))
    return named


def _facts(case: CampaignSession, told: Succession, asked: Succeed, *, also_open: bool = False) -> UnitsChanged:
    extra = case.pinned(case.amendments.plus(units=[told]))
    return UnitsChanged(unit=told, extra=extra, contacts=_contacts(asked), also_open=also_open)


def _contacts(asked: Succeed) -> tuple[tuple[int, str], ...]:
    found = tuple((level, told) for name, level in LEVELS.items() if (told := getattr(asked, name)))
    for _, address in found:
        if not ADDRESS.fullmatch(address):
            raise BadInput("no_address", found=address, examples=EXAMPLES)
    return found


def _apply_succession(case: CampaignSession, entry: Entry) -> Answer:
    facts: UnitsChanged = entry.facts
    _lay(case, facts)
    owed = succession.go_on(case, facts.unit.old, facts.unit.new)
    succession.tell(case, facts.unit, owed)
    case.arm_gate()
    return _answer(facts.unit, (a.task for a in owed))


def _apply_start(case: CampaignSession, entry: Entry) -> Answer:
    facts: UnitsChanged = entry.facts
    _lay(case, facts)
    issued = succession.join_open(case, facts.unit.new) if facts.also_open else []
    case.arm_gate()
    return _answer(facts.unit, (a.task for a in issued))


def _lay(case: CampaignSession, facts: UnitsChanged) -> None:
    """Have the plan know the unit, and it its contacts."""
    case.use_extra(facts.extra)
    succession.hand_contacts(case, facts.unit, dict(facts.contacts))


def _answer(told: Succession, tasks: Iterable[str]) -> Answer:
    return {"unit": told.new, "from": told.since.isoformat(), "tasks": list(tasks)}


ACTIONS = (
    Action(
        "rename_unit",
        EITHER,
        _decide_rename,
        _apply_succession,
        UnitsChanged,
        RenameUnit,
        "units rename",
        (
            Example(
                "shizhu-2022",
                {"old": "县经济信息委", "new": "县经信局", "from": "2022-09-01", "document": "石委编〔2022〕5号"},
            ),
        ),
    ),
    Action(
        "merge_units",
        EITHER,
        _decide_merge,
        _apply_succession,
        UnitsChanged,
        MergeUnits,
        "units merge",
        (shows("shizhu-2022", old=["县水利局", "县林业局"], new="县林业水利局", document="石委编〔2022〕6号"),),
    ),
    Action(
        "start_unit",
        EITHER,
        _decide_start,
        _apply_start,
        UnitsChanged,
        StartUnit,
        "units start",
        (shows("shizhu-2022", new="县数据局", groups=["县级部门"], document="石委编〔2022〕7号"),),
    ),
)
