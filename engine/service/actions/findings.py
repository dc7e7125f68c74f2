"""What was found: reported by who looked, made a rectification or dropped by the office (SEMANTICS V3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from engine.errors import BadInput, NotAllowed, UnknownName
from engine.model import Remark, Round
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actions.adhoc import issue_joined, pinned, told_of
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import rounds
from engine.service.journal import Entry

ANYBODY = frozenset({"office", "leader", "unit"})
EITHER = frozenset({"office", "leader"})
NUMBER = re.compile(r"[0-9]{1,9}")


# --- reported ---


def _decide_report(case: Case, actor: Actor, given: Given) -> Decision:
    found = rounds.named(case, text_given(given, "round", "say in which round it was found"))
    if found.kind == "month":
        raise refuse("a month is told of, not looked at", "use `look tell`")
    about, teller = _looked(case, actor, given, found)
    texts = [text for each in given.get("findings") or () if (text := rounds.in_one_line(each))]
    if not texts:
        raise refuse("nothing was found", "give --finding TEXT, once for each; a clean look needs no report")
    on = day_given(given, "on", case.today)
    if not found.opened_on <= on <= case.today:
        raise refuse(f"{on} does not lie between the round and today", "give the day it was found")
    facts = {"round": found.id, "unit": about, "teller": teller, "on": on.isoformat(), "findings": texts}
    on_behalf = "" if teller in (actor.name, case.plan.workflow.office) else teller
    facts |= _proof(given, on_behalf)
    return Decision(subject=f"{found.name}/{about}", facts=facts, on_behalf=on_behalf)


def _proof(given: Given, on_behalf: str) -> dict[str, Any]:
    """What the office writes down for another unit needs a voucher (SEMANTICS D8)."""
    if not on_behalf:
        return {}
    if not given.get("voucher"):
        raise refuse(
            f"recording on behalf of {on_behalf} needs a voucher", "give --voucher FILE or --voucher-note TEXT"
        )
    return {"voucher": dict(given["voucher"])}


def _looked(case: Case, actor: Actor, given: Given, found: Round) -> tuple[str, str]:
    """Return the unit that was looked at and who looked; a unit reports what it looked at itself (G10)."""
    wanted = rounds.called(case, str(given.get("unit") or ""))
    known = rounds.looks(case, found)
    own = [(whom, who) for whom, who in known if who == actor.name]
    if not wanted and actor.role == "unit" and len(own) == 1:
        return own[0]
    if wanted not in {whom for whom, _ in known}:
        raise UnknownName(f"unit looked at in {found.name}", wanted, [whom for whom, _ in known])
    looked = [pair for pair in own if pair[0] == wanted] or [pair for pair in known if pair[0] == wanted]
    if actor.role == "unit" and looked[0][1] != actor.name:
        raise NotAllowed(action=f"reporting on {wanted}", actor=actor.name, roles=f"{looked[0][1]}, office")
    return looked[0]


def _apply_report(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    numbers = []
    for text in facts["findings"]:
        remark = rounds.remark(case, facts["round"], "finding", facts["unit"], facts["teller"], text, facts["on"])
        numbers.append(remark.id & 0xFFFFFFFF)
    case.arm_gate()
    return {"unit": facts["unit"], "findings": numbers}


# --- adopted or dropped ---


def _decide_adopt(case: Case, actor: Actor, given: Given) -> Decision:
    chosen = _chosen(case, given)
    document = text_given(given, "document", "a rectification rests on a document")
    due = day_given(given, "due")
    if due < case.today:
        raise refuse(f"{due} has passed", "give a later day with --due")
    tasks: list[dict[str, Any]] = []
    for remark in chosen:
        told = told_of(case, "rectification", f"整改:{remark.text}", [remark.unit], due, document, case.head.phase)
        number = int(told["id"].partition("-")[2]) + len(tasks)
        tasks.append(told | {"id": f"r-{number}"})
    facts = pinned(case, tasks) | {"findings": [remark.id for remark in chosen]}
    return Decision(subject="、".join(_shown(chosen)), facts=facts)


def _apply_adopt(case: Case, entry: Entry) -> Answer:
    issue_joined(case, entry.facts)
    for number, task in zip(entry.facts["findings"], entry.facts["tasks"], strict=True):
        rounds.change(case, number, state="adopted", task=task["id"])
    case.arm_gate()
    return {"tasks": [task["id"] for task in entry.facts["tasks"]]}


def _decide_drop(case: Case, actor: Actor, given: Given) -> Decision:
    chosen = _chosen(case, given)
    reason = text_given(given, "reason", "a finding is dropped for a reason")
    facts = {"findings": [remark.id for remark in chosen]}
    return Decision(subject="、".join(_shown(chosen)), facts=facts, reason=reason)


def _apply_drop(case: Case, entry: Entry) -> Answer:
    for number in entry.facts["findings"]:
        rounds.change(case, number, state="dropped", reason=entry.reason)
    case.arm_gate()
    return {"findings": [number & 0xFFFFFFFF for number in entry.facts["findings"]]}


def _chosen(case: Case, given: Given) -> list[Remark]:
    """Return the findings that a command names, by number or all that are open in a round."""
    numbers = [str(each) for each in given.get("findings") or ()]
    if given.get("round"):
        found = rounds.named(case, str(given["round"])).id
        waiting = [r for r in rounds.remarks(case, found) if r.kind == "finding" and r.state == "open"]
    else:
        waiting = [_numbered(case, number) for number in dict.fromkeys(numbers)]
    if not waiting:
        raise refuse("no finding waits for a decision", "see `look findings`, and give --finding N or --round ROUND")
    if settled := [remark for remark in waiting if remark.state != "open"]:
        raise refuse(f"{'、'.join(_shown(settled))} is already {settled[0].state}", "name those that are open")
    return waiting


def _numbered(case: Case, number: str) -> Remark:
    found = case.work.get(Remark, case.id << 32 | int(number)) if NUMBER.fullmatch(number) else None
    if found is None or found.kind != "finding":
        raise BadInput(
            what="there is no such finding",
            found=number,
            cure="give the number that `look findings` shows under report",
        )
    return found


def _shown(found: Iterable[Remark]) -> list[str]:
    return [f"{remark.id & 0xFFFFFFFF}/{remark.unit}" for remark in found]


ACTIONS = (
    Action("report", ANYBODY, _decide_report, _apply_report),
    Action("adopt", EITHER, _decide_adopt, _apply_adopt),
    Action("drop", EITHER, _decide_drop, _apply_drop),
)
