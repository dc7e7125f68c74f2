"""What counts toward a quota: designated for a unit that may host it, or taken back (SEMANTICS G2, Q1)."""

from __future__ import annotations

from datetime import date

from engine.errors import BadInput
from engine.gates import quotas
from engine.model import Quota, Tally
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.journal import Entry


def _decide_designate(case: Case, actor: Actor, given: Given) -> Decision:
    quota = quotas.named(case.plan.workflow.quotas, str(given.get("quota") or ""))
    kind = quotas.named(quota.kinds, str(given.get("kind") or "")).id
    unit = case.unit(str(given.get("unit") or "")).name
    number = _number(given)
    _require_host(quota, unit)
    _require_room(case, quota, kind, unit, number)
    on = day_given(given, "on", case.today)
    if on > case.today:
        raise refuse(f"{on} has not come", "give the day it was designated")
    facts = {"quota": quota.id, "kind": kind, "unit": unit, "number": number, "on": on.isoformat()}
    return Decision(subject=f"{quota.id}/{kind}", facts=facts | {"note": str(given.get("note") or "")})


def _number(given: Given) -> int:
    number = 1 if given.get("number") is None else int(given["number"])
    if number == 0:
        cure = "give 1 or more, or -1 to take one back"
        raise BadInput(what="none is nothing to designate", found=number, cure=cure)
    return number


def _require_host(quota: Quota, unit: str) -> None:
    """Refuse a unit to which no share of the quota falls; one without a number may host (Q1)."""
    known = quotas.hosts(quota)
    if known and unit not in known:
        raise refuse(f"no share of {quota.title} falls to {unit}", "see `campaign quota`")


def _require_room(case: Case, quota: Quota, kind: str, unit: str, number: int) -> None:
    entries = case.work.find(Tally, campaign=case.id, quota=quota.id, kind=kind)
    total = sum(t.number for t in entries) + number
    most = next(k.most for k in quota.kinds if k.id == kind)
    if total < 0 or (most is not None and total > most):
        limit = f" of at most {most}" if most is not None else ""
        cure = "take back fewer" if total < 0 else "take one back first"
        raise refuse(f"{kind} would come to {total}{limit}", f"see `campaign quota`; {cure}")
    own = sum(t.number for t in entries if t.unit == unit) + number
    if own < 0:
        raise refuse(f"{unit} would have {own} of {kind}", "take back from the unit that has it")


def _apply_designate(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    case.work.add(
        Tally(
            id=case.next_id(),
            campaign=case.id,
            quota=facts["quota"],
            kind=facts["kind"],
            unit=facts["unit"],
            number=facts["number"],
            happened_on=date.fromisoformat(facts["on"]),
            note=facts["note"],
        )
    )
    case.arm_gate()
    return {"quota": facts["quota"], "kind": facts["kind"], "number": facts["number"]}


ACTIONS = (Action("designate", frozenset({"office"}), _decide_designate, _apply_designate),)
