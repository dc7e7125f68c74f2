"""Units renamed, merged or started in a running campaign, without a new version (docs/semantics.md R3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from engine import units
from engine.errors import BadInput, UnknownName
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import succession
from engine.service.journal import Entry
from notifications.recipients import ADDRESS

EITHER = frozenset({"office", "leader"})
LEVELS = {"liaison": 0, "deputy": 1, "head": 2}
RELATIONS = ("subordinate", "peer", "vertical", "superior")


def _decide_rename(case: Case, actor: Actor, given: Given) -> Decision:
    return _succeeds(case, given, "rename", [str(given.get("old") or "")])


def _decide_merge(case: Case, actor: Actor, given: Given) -> Decision:
    old = list(dict.fromkeys(str(name) for name in given.get("old") or []))
    if len(old) < 2:
        raise BadInput(what="one unit cannot merge", found="、".join(old) or "none", cure="name at least two")
    return _succeeds(case, given, "merge", old)


def _decide_start(case: Case, actor: Actor, given: Given) -> Decision:
    """A unit that starts is issued what is issued from then on, and what is open only where that is asked for."""
    told = _told(case, given, "start", [])
    _require_new(case, told["new"])
    told["groups"] = _groups(case, given)
    if told["relation"] not in ("", *RELATIONS):
        raise UnknownName("relation", told["relation"], list(RELATIONS))
    also = bool(given.get("also_open"))
    if also and date.fromisoformat(told["from"]) > case.today:
        raise refuse(f"{told['new']} does not exist before {told['from']}", "issue what is open on that day")
    return Decision(subject=told["new"], facts=_facts(case, told, given) | {"also_open": also}, reason=_why(given))


def _succeeds(case: Case, given: Given, kind: str, old: list[str]) -> Decision:
    told = _told(case, given, kind, old)
    for name in old:
        _require_old(case, name, date.fromisoformat(told["from"]))
    if kind == "rename" or told["new"] not in case.plan.workflow.directory.units:
        _require_new(case, told["new"])
    elif not units.is_valid(case.unit(told["new"]), date.fromisoformat(told["from"])):
        raise refuse(f"{told['new']} does not exist on {told['from']}", "name another unit")
    if date.fromisoformat(told["from"]) > case.today:
        raise refuse(f"{told['from']} has not come", "record it on that day")
    return Decision(subject=f"{'、'.join(old)} → {told['new']}", facts=_facts(case, told, given), reason=_why(given))


def _told(case: Case, given: Given, kind: str, old: list[str]) -> dict[str, Any]:
    """Return what the amendments keep of a change of units."""
    document = text_given(given, "document", "units change by a document")
    since = day_given(given, "from", case.today)
    if since < case.head.adopted_on:
        raise refuse(f"{since} lies before adoption on {case.head.adopted_on}", "the directory tells what was before")
    return {
        "what": kind,
        "old": old,
        "new": text_given(given, "new", "name the unit"),
        "from": since.isoformat(),
        "groups": [],
        "relation": str(given.get("relation") or ""),
        "kind": str(given.get("kind") or ""),
        "document": document,
    }


def _why(given: Given) -> str:
    return str(given.get("reason") or "")


def _require_old(case: Case, name: str, since: date) -> None:
    unit, workflow = case.unit(name), case.plan.workflow
    if name in (workflow.office, workflow.leading_group):
        raise refuse(f"{name} runs the campaign", "a new version of the workflow names another")
    if any(nested.unit == name for nested in workflow.nested):
        raise refuse(
            f"{name} runs a campaign of its own below this one", "a new version of the workflow names another"
        )
    if not units.is_valid(unit, since):
        raise refuse(f"{name} does not exist on {since}", "see `units list`")


def _require_new(case: Case, name: str) -> None:
    directory = case.plan.workflow.directory
    if name in directory.units or name in directory.groups:
        raise refuse(f"{name} is in the directory already", "name it otherwise, or merge into it")


def _groups(case: Case, given: Given) -> list[str]:
    known = case.plan.workflow.directory.groups
    named = [str(name) for name in given.get("groups") or []]
    for name in named:
        if name not in known:
            raise UnknownName("group", name, list(known))
    return named


def _facts(case: Case, told: dict[str, Any], given: Given) -> dict[str, Any]:
    return {"unit": told, "extra": case.pinned(case.amendments.plus(units=[told])), "contacts": _contacts(given)}


def _contacts(given: Given) -> list[list[Any]]:
    found: list[list[Any]] = [[level, str(given[name]).strip()] for name, level in LEVELS.items() if given.get(name)]
    for _, address in found:
        if not ADDRESS.fullmatch(address):
            raise BadInput(what="that is no address", found=address, cure="write one like office@example.org")
    return found


def _apply_succession(case: Case, entry: Entry) -> Answer:
    told = entry.facts["unit"]
    old, new, since = told["old"], told["new"], date.fromisoformat(told["from"])
    _lay(case, entry, old, since)
    owed = succession.go_on(case, old, new)
    succession.tell(case, old, new, owed, since, told["document"])
    case.arm_gate()
    return _answer(told, (a.task for a in owed))


def _apply_start(case: Case, entry: Entry) -> Answer:
    told = entry.facts["unit"]
    _lay(case, entry, [], date.fromisoformat(told["from"]))
    issued = succession.join_open(case, told["new"]) if entry.facts["also_open"] else []
    case.arm_gate()
    return _answer(told, (a.task for a in issued))


def _lay(case: Case, entry: Entry, old: list[str], since: date) -> None:
    """Have the plan know the unit, and it its contacts."""
    case.use_extra(entry.facts["extra"])
    given = {int(level): str(address) for level, address in entry.facts["contacts"]}
    succession.hand_contacts(case, old, entry.facts["unit"]["new"], since, given)


def _answer(told: dict[str, Any], tasks: Iterable[str]) -> Answer:
    return {"unit": told["new"], "from": told["from"], "tasks": list(tasks)}


ACTIONS = (
    Action("rename_unit", EITHER, _decide_rename, _apply_succession),
    Action("merge_units", EITHER, _decide_merge, _apply_succession),
    Action("start_unit", EITHER, _decide_start, _apply_start),
)
