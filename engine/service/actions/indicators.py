"""Scores, evidence, vetoes, and what a person finds of a file handed in twice (docs/semantics.md, I1–I4)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from engine.errors import BadInput, NotAllowed, UnknownName, WrongState
from engine.model import EvidenceSlot, Indicator, IndicatorScore, Judgement, Offset, Proof, Veto
from engine.model.indicators import Recurrence
from engine.service import indicators as rules
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import indicators as effects
from engine.service.effects.items import enqueue
from engine.service.journal import Entry
from engine.service.views import indicators as views

BOTH = frozenset({"office", "unit", "leader"})
EITHER = frozenset({"office", "leader"})
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
    on = day_given(given, "on", case.today)
    on_behalf = "" if actor.name == unit else unit
    if not case.head.adopted_on <= on <= case.today:
        raise refuse(f"{on} does not lie between adoption and today", "give the day it happened")
    if (on_behalf or on != case.today) and not given.get("voucher"):
        who = f"on behalf of {on_behalf}" if on_behalf else f"for {on}"
        raise refuse(f"recording {who} needs a voucher", "give --voucher FILE or --voucher-note TEXT")
    return on, on_behalf


# --- scores (I1) ---


def _decide_score(case: Case, actor: Actor, given: Given) -> Decision:
    indicator = rules.indicator_of(case, str(given.get("indicator") or ""))
    if indicator.veto:
        raise refuse(f"{indicator.id} gives no points, it is a veto", "use `indicator veto`")
    unit = _whose(case, actor, given, indicator)
    points = _points(indicator, given)
    facts: dict[str, Any] = {
        "indicator": indicator.id,
        "unit": unit,
        "period": _period(case, given, indicator.period),
        "points": points,
        "note": str(given.get("note") or ""),
    }
    subject = f"{indicator.id}/{unit}"
    if given.get("checked"):
        if actor.role == "unit":
            raise NotAllowed(action="checking a score", actor=actor.name, roles="leader, office")
        on = day_given(given, "on", case.today)
        if not case.head.adopted_on <= on <= case.today:
            raise refuse(f"{on} does not lie between adoption and today", "give the day it was checked")
        return Decision(subject=subject, facts=facts | {"kind": "checked", "on": on.isoformat()})
    on, on_behalf = _happened(case, actor, given, unit)
    facts |= {"kind": "self", "on": on.isoformat(), "voucher": dict(given.get("voucher") or {})}
    return Decision(subject=subject, facts=facts, on_behalf=on_behalf)


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


# --- vetoes (I3) ---


def _decide_veto(case: Case, actor: Actor, given: Given) -> Decision:
    indicator, unit = _vetoed(case, given)
    reason = text_given(given, "reason", "a veto is on record")
    document = text_given(given, "document", "a veto rests on a document")
    if effects.standing(case, indicator.id, unit) is not None:
        raise WrongState(action="veto", subject=indicator.id, state="vetoed", cure="it stands until it is lifted")
    return Decision(subject=_over(indicator, unit), facts=_veto_facts(indicator, unit, document), reason=reason)


def _decide_unveto(case: Case, actor: Actor, given: Given) -> Decision:
    indicator, unit = _vetoed(case, given)
    reason = text_given(given, "reason", "lifting a veto is on record")
    document = text_given(given, "document", "lifting a veto rests on a document")
    if effects.standing(case, indicator.id, unit) is None:
        cure = "see `indicator show` for the vetoes that stand"
        raise WrongState(action="unveto", subject=_over(indicator, unit), state="not vetoed", cure=cure)
    return Decision(subject=_over(indicator, unit), facts=_veto_facts(indicator, unit, document), reason=reason)


def _vetoed(case: Case, given: Given) -> tuple[Indicator, str]:
    indicator = rules.indicator_of(case, str(given.get("indicator") or ""))
    if not indicator.veto:
        known = [one.id for one in rules.set_of(case).indicators if one.veto]
        raise refuse(f"{indicator.id} is no veto", f"vetoes: {', '.join(known) or 'none'}")
    unit = str(given.get("unit") or "")
    known = list(rules.named(case, indicator))
    if unit and unit not in known:
        raise UnknownName(f"unit that {indicator.id} is for,", unit, known)
    return indicator, unit


def _over(indicator: Indicator, unit: str) -> str:
    return f"{indicator.id}/{unit}" if unit else indicator.id


def _veto_facts(indicator: Indicator, unit: str, document: str) -> dict[str, Any]:
    return {"indicator": indicator.id, "unit": unit, "document": document}


def _apply_veto(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    veto = Veto(
        id=case.next_id(),
        campaign=case.id,
        indicator=facts["indicator"],
        unit=facts["unit"],
        reason=entry.reason,
        document=facts["document"],
        raised_on=case.today,
    )
    case.work.add(veto)
    case.arm_gate()
    return {"indicator": veto.indicator, "unit": veto.unit, "state": "vetoed"}


def _apply_unveto(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    veto = effects.standing(case, facts["indicator"], facts["unit"])
    if veto is None:
        raise KeyError(facts["indicator"])
    case.work.put(replace(veto, lifted_on=case.today, lifted_by=f"{entry.reason}({facts['document']})"))
    case.arm_gate()
    return {"indicator": veto.indicator, "unit": veto.unit, "state": "lifted"}


# --- the same file from two units (I4) ---


def _decide_judge(case: Case, actor: Actor, given: Given) -> Decision:
    verdict = str(given.get("verdict") or "")
    if verdict not in ("fine", "refused"):
        raise BadInput(what="that is no judgement", found=verdict, cure="give --fine or --refuse")
    reason = text_given(given, "reason", "a judgement is on record")
    sha = _file(case, str(given.get("file") or ""))
    handed = effects.handed_in_by(case, sha)
    unit = str(given.get("unit") or "")
    if unit and unit not in handed:
        raise UnknownName("unit that handed this file in", unit, handed)
    facts = {"sha256": sha, "units": [unit] if unit else handed, "verdict": verdict}
    return Decision(subject=sha[:16], facts=facts, reason=reason)


def _file(case: Case, start: str) -> str:
    """Return the hash of a file handed in by several units, by its first digits."""
    known = [sha for sha in effects.shared(case) if start and sha.startswith(start.lower())]
    if len(known) != 1:
        raise UnknownName("file handed in by several units", start, [sha[:16] for sha in effects.shared(case)])
    return known[0]


def _apply_judge(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    for unit in facts["units"]:
        known = case.work.find(Judgement, campaign=case.id, sha256=facts["sha256"], unit=unit)
        judgement = Judgement(
            id=known[0].id if known else case.next_id(),
            campaign=case.id,
            sha256=facts["sha256"],
            unit=unit,
            verdict=facts["verdict"],
            reason=entry.reason,
            judged_on=case.today,
        )
        (case.work.put if known else case.work.add)(judgement)
    case.arm_gate()
    tasks = effects.tasks_with(case, facts["sha256"], facts["units"]) if facts["verdict"] == "refused" else []
    return {"file": facts["sha256"], "units": facts["units"], "verdict": facts["verdict"], "tasks": tasks}


ACTIONS = (
    Action("score", BOTH, _decide_score, _apply_score),
    Action("prove", BOTH, _decide_prove, _apply_prove),
    Action("ask", frozenset({"office"}), _decide_ask, _apply_ask),
    Action("veto", EITHER, _decide_veto, _apply_veto),
    Action("unveto", frozenset({"leader"}), _decide_unveto, _apply_unveto),
    Action("judge", EITHER, _decide_judge, _apply_judge),
)
