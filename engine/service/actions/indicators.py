"""Scores by indicators, the evidence for them, and asking for what is missing (docs/semantics.md, I1 and I2)."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from engine.errors import BadInput, NotAllowed, UnknownName
from engine.model import EvidenceSlot, Indicator, IndicatorScore, Offset, Proof
from engine.model.indicators import Recurrence
from engine.records import replace
from engine.service import indicators as rules
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import indicators as effects
from engine.service.effects.items import enqueue
from engine.service.journal import Entry
from engine.service.views import indicators as views

BOTH = frozenset({"office", "unit", "leader"})
ASKED_IN = Offset(count=5)
"""How many working days units are given for what is missing, where nothing else is said."""
POINTS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")


def _whose(case: Case, actor: Actor, given: Given, indicator: Indicator) -> str:
    """Return the unit that is acted for; a unit acts only on indicators that it is named for (G10)."""
    unit = str(given.get("unit") or "")
    if actor.role == "unit":
        if unit and unit != actor.name:
            raise NotAllowed(action=f"acting for {unit}", actor=actor.name, roles="office")
        unit = actor.name
    known = rules.named(case, indicator)
    if not unit and len(known) == 1:
        return known[0]
    if not unit:
        raise BadInput(what=f"{indicator.id} is for {len(known)} units", found="no unit", cure="give --unit")
    if unit not in known:
        if actor.role == "unit":
            raise NotAllowed(action=f"{indicator.id}", actor=unit, roles="the units named for it")
        raise UnknownName(f"unit that {indicator.id} is for,", unit, list(known))
    return unit


def _period(case: Case, given: Given, per: Recurrence) -> str:
    """Return the period that is acted in, by default the newest."""
    known = [period.id for period in rules.periods(case, per, case.today)]
    if not known:
        raise refuse("no school term has begun", "write `terms:` in workflow.yaml, or wait for the first")
    period = str(given.get("period") or known[-1])
    if period not in known:
        raise UnknownName("period that has begun", period, [each for each in known if each])
    return period


def _happened(case: Case, actor: Actor, given: Given, unit: str) -> tuple[date, str]:
    """Return the day of an act and for whom it is recorded, which needs a voucher (SEMANTICS D8)."""
    on = _day(case, given, "give the day it happened")
    on_behalf = "" if actor.name == unit else unit
    if (on_behalf or on != case.today) and not given.get("voucher"):
        who = f"on behalf of {on_behalf}" if on_behalf else f"for {on}"
        raise refuse(f"recording {who} needs a voucher", "give --voucher FILE or --voucher-note TEXT")
    return on, on_behalf


def _day(case: Case, given: Given, cure: str) -> date:
    on = day_given(given, "on", case.today)
    if not case.head.adopted_on <= on <= case.today:
        raise refuse(f"{on} does not lie between adoption and today", cure)
    return on


# --- scores (I1) ---


def _decide_score(case: Case, actor: Actor, given: Given) -> Decision:
    indicator = rules.indicator_of(case, str(given.get("indicator") or ""))
    if indicator.veto:
        raise refuse(f"{indicator.id} gives no points, it is a veto", "use `indicator veto`")
    unit = _whose(case, actor, given, indicator)
    facts = {
        "indicator": indicator.id,
        "unit": unit,
        "period": _period(case, given, indicator.period),
        "points": _points(indicator, given),
        "note": str(given.get("note") or ""),
    }
    how, on_behalf = (_checked if given.get("checked") else _by_itself)(case, actor, given, unit)
    return Decision(subject=f"{indicator.id}/{unit}", facts=facts | how, on_behalf=on_behalf)


def _by_itself(case: Case, actor: Actor, given: Given, unit: str) -> tuple[dict[str, Any], str]:
    on, on_behalf = _happened(case, actor, given, unit)
    return {"kind": "self", "on": on.isoformat(), "voucher": dict(given.get("voucher") or {})}, on_behalf


def _checked(case: Case, actor: Actor, given: Given, unit: str) -> tuple[dict[str, Any], str]:
    """The office checks in its own name: it needs no voucher, and a unit never checks itself."""
    if actor.role == "unit":
        raise NotAllowed(action="checking a score", actor=actor.name, roles="leader, office")
    on = _day(case, given, "give the day it was checked")
    return {"kind": "checked", "on": on.isoformat()}, ""


def _points(indicator: Indicator, given: Given) -> str:
    """Return a score as decimals without idle noughts, within the points of the indicator."""
    text = str(given.get("points") if given.get("points") is not None else "").strip()
    if not POINTS.fullmatch(text):
        raise BadInput(what="that is no score", found=text, cure="write a number from 0, for example 8.5")
    most = indicator.points or "0"
    if Fraction(text) > Fraction(most):
        raise refuse(f"{indicator.id} gives at most {most}, not {text}", "give a lower score")
    return f"{float(text):.2f}".rstrip("0").rstrip(".")


def _apply_score(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    where = {name: facts[name] for name in ("indicator", "unit", "period", "kind")}
    known = case.work.find(IndicatorScore, campaign=case.id, **where)
    score = IndicatorScore(
        id=known[0].id if known else case.next_id(),
        campaign=case.id,
        points=facts["points"],
        scored_on=date.fromisoformat(facts["on"]),
        note=facts["note"],
        **where,
    )
    (case.work.put if known else case.work.add)(score)
    case.arm_gate()
    return {**where, "points": score.points, "before": known[0].points if known else ""}


# --- evidence (I2) ---


def _decide_prove(case: Case, actor: Actor, given: Given) -> Decision:
    indicator = rules.indicator_of(case, str(given.get("indicator") or ""))
    slot = _slot(indicator, str(given.get("slot") or ""))
    unit = _whose(case, actor, given, indicator)
    period = _period(case, given, slot.per)
    on, on_behalf = _happened(case, actor, given, unit)
    piece = _piece(given)
    _require_new(case, piece, indicator.id, slot.id, unit, period)
    facts = {
        "indicator": indicator.id,
        "slot": slot.id,
        "unit": unit,
        "period": period,
        "piece": piece,
        "on": on.isoformat(),
        "voucher": dict(given.get("voucher") or {}),
    }
    return Decision(subject=f"{indicator.id}/{slot.id}/{unit}", facts=facts, on_behalf=on_behalf)


def _slot(indicator: Indicator, name: str) -> EvidenceSlot:
    if not name and len(indicator.evidence) == 1:
        return indicator.evidence[0]
    for slot in indicator.evidence:
        if name in (slot.id, slot.title):
            return slot
    raise UnknownName(f"evidence of {indicator.id}", name, [slot.id for slot in indicator.evidence])


def _piece(given: Given) -> dict[str, Any]:
    note, file = str(given.get("note") or "").strip(), given.get("file")
    if bool(note) == bool(file):
        raise refuse("a piece of evidence is one file or one note", "give --file or --note")
    return {"kind": "file", **file} if file else {"kind": "note", "name": str(given.get("name") or ""), "text": note}


def _require_new(case: Case, piece: dict[str, Any], indicator: str, slot: str, unit: str, period: str) -> None:
    sha = piece.get("sha256", "")
    if (sha, unit) in rules.refused_files(case):
        raise refuse(f"this file was refused for {unit}", "hand in another")
    same = {"indicator": indicator, "slot": slot, "unit": unit, "period": period, "state": "counts"}
    if sha and case.work.find(Proof, campaign=case.id, sha256=sha, **same):
        raise refuse("this file is there already", "one file counts once in its place")


def _apply_prove(case: Case, entry: Entry) -> Answer:
    facts, piece = entry.facts, entry.facts["piece"]
    where = {name: facts[name] for name in ("indicator", "slot", "unit", "period")}
    name = piece.get("name", "")
    same = case.work.find(Proof, campaign=case.id, name=name, kind=piece["kind"], state="counts", **where)
    earlier = same if name else []
    for before in earlier:
        case.work.put(replace(before, state="replaced"))
    proof = Proof(
        id=case.next_id(),
        campaign=case.id,
        kind=piece["kind"],
        name=name,
        text=piece.get("text", ""),
        sha256=piece.get("sha256", ""),
        size=piece.get("size", 0),
        version=max((before.version for before in earlier), default=0) + 1,
        state="counts",
        proved_on=date.fromisoformat(facts["on"]),
        **where,
    )
    case.work.add(proof)
    case.arm_gate()
    also = [unit for unit in effects.handed_in_by(case, proof.sha256) if unit != proof.unit]
    return {**where, "version": proof.version, "also": also}


# --- asking for what is missing (I2) ---


def _decide_ask(case: Case, actor: Actor, given: Given) -> Decision:
    unit = case.unit(str(given["unit"])).name if given.get("unit") else ""
    lacking = dict.fromkeys(row["unit"] for row in views.missing(case, unit))
    asked = [name for name in lacking if name != case.plan.workflow.office and case.relation(name) != "superior"]
    if not asked:
        raise refuse("nothing is missing that a unit could be asked for", "see `indicator missing`")
    due = case.plan.calendar.add(case.today, ASKED_IN)
    by = day_given(given, "due", due)
    if by <= case.today:
        raise refuse(f"{by} is not after today", "give a later day with --due")
    return Decision(subject=f"{len(asked)} units", facts={"units": asked, "by": by.isoformat()})


def _apply_ask(case: Case, entry: Entry) -> Answer:
    for unit in entry.facts["units"]:
        enqueue(case, "evidence_missing", unit, facts={"by": entry.facts["by"]})
    return {"units": entry.facts["units"], "by": entry.facts["by"]}


ACTIONS = (
    Action("score", BOTH, _decide_score, _apply_score),
    Action("prove", BOTH, _decide_prove, _apply_prove),
    Action("ask", frozenset({"office"}), _decide_ask, _apply_ask),
)
