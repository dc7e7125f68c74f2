"""Vetoes, and what a person finds of a file that several units handed in (docs/semantics.md, I3 and I4)."""

from __future__ import annotations

from typing import Literal

from engine.errors import BadInput, UnknownName, WrongState
from engine.model import Indicator, Judgement, Veto
from engine.records import record, replace
from engine.service.indicators import apply as effects
from engine.service.indicators import rules
from engine.service.kernel.action import Action, Answer, Decision, Given, refuse, text_given
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import Case
from engine.service.kernel.journal import Entry

EITHER = frozenset({"office", "leader"})
LEADER = frozenset({"leader"})


@record
class VetoSettled:
    """By a document a veto was raised or lifted: over an indicator for a unit, or as a whole."""

    indicator: str
    document: str
    unit: str = ""


@record
class FileJudged:
    """A person found of a file that several units handed in whether it counts for these units."""

    sha256: str
    units: tuple[str, ...]
    verdict: Literal["fine", "refused"]


# --- vetoes (I3) ---


def _decide_veto(case: Case, actor: Actor, given: Given) -> Decision:
    indicator, unit = _vetoed(case, given)
    reason = text_given(given, "reason")
    document = text_given(given, "document")
    if effects.standing(case, indicator.id, unit) is not None:
        raise WrongState("veto", subject=_over(indicator, unit))
    facts = VetoSettled(indicator=indicator.id, unit=unit, document=document)
    return Decision(subject=_over(indicator, unit), facts=facts, reason=reason)


def _decide_unveto(case: Case, actor: Actor, given: Given) -> Decision:
    indicator, unit = _vetoed(case, given)
    reason = text_given(given, "reason")
    document = text_given(given, "document")
    if effects.standing(case, indicator.id, unit) is None:
        raise WrongState("unveto", subject=_over(indicator, unit))
    facts = VetoSettled(indicator=indicator.id, unit=unit, document=document)
    return Decision(subject=_over(indicator, unit), facts=facts, reason=reason)


def _vetoed(case: Case, given: Given) -> tuple[Indicator, str]:
    indicator = rules.indicator_of(case, str(given.get("indicator") or ""))
    if not indicator.veto:
        known = [one.id for one in rules.set_of(case).indicators if one.veto]
        raise refuse("is_no_veto" if known else "no_vetoes", indicator=indicator.id, known=known)
    unit = str(given.get("unit") or "")
    known = list(rules.named(case, indicator))
    if unit and unit not in known:
        raise UnknownName(f"unit that {indicator.id} is for,", unit, known)
    return indicator, unit


def _over(indicator: Indicator, unit: str) -> str:
    return f"{indicator.id}/{unit}" if unit else indicator.id


def _apply_veto(case: Case, entry: Entry) -> Answer:
    facts: VetoSettled = entry.facts
    veto = Veto(
        id=case.next_id(),
        campaign=case.id,
        indicator=facts.indicator,
        unit=facts.unit,
        reason=entry.reason,
        document=facts.document,
        raised_on=case.today,
    )
    case.work.add(veto)
    case.arm_gate()
    return {"indicator": veto.indicator, "unit": veto.unit, "state": "vetoed"}


def _apply_unveto(case: Case, entry: Entry) -> Answer:
    facts: VetoSettled = entry.facts
    veto = effects.standing(case, facts.indicator, facts.unit)
    if veto is None:
        raise KeyError(facts.indicator)
    case.work.put(replace(veto, lifted_on=case.today, lifted_by=f"{entry.reason}({facts.document})"))
    case.arm_gate()
    return {"indicator": veto.indicator, "unit": veto.unit, "state": "lifted"}


# --- the same file from two units (I4) ---


def _decide_judge(case: Case, actor: Actor, given: Given) -> Decision:
    verdict = _verdict(str(given.get("verdict") or ""))
    reason = text_given(given, "reason")
    sha = _file(case, str(given.get("file") or ""))
    handed = effects.handed_in_by(case, sha)
    unit = str(given.get("unit") or "")
    if unit and unit not in handed:
        raise UnknownName("unit that handed this file in", unit, handed)
    facts = FileJudged(sha256=sha, units=(unit,) if unit else tuple(handed), verdict=verdict)
    return Decision(subject=sha[:16], facts=facts, reason=reason)


def _verdict(word: str) -> Literal["fine", "refused"]:
    if word not in ("fine", "refused"):
        raise BadInput("no_judgement", found=word)
    return "fine" if word == "fine" else "refused"


def _file(case: Case, start: str) -> str:
    """Return the hash of a file handed in by several units, by its first digits."""
    known = [sha for sha in effects.shared(case) if start and sha.startswith(start.lower())]
    if len(known) != 1:
        raise UnknownName("file handed in by several units", start, [sha[:16] for sha in effects.shared(case)])
    return known[0]


def _apply_judge(case: Case, entry: Entry) -> Answer:
    facts: FileJudged = entry.facts
    for unit in facts.units:
        known = case.work.find(Judgement, campaign=case.id, sha256=facts.sha256, unit=unit)
        judgement = Judgement(
            id=known[0].id if known else case.next_id(),
            campaign=case.id,
            sha256=facts.sha256,
            unit=unit,
            verdict=facts.verdict,
            reason=entry.reason,
            judged_on=case.today,
        )
        (case.work.put if known else case.work.add)(judgement)
    case.arm_gate()
    tasks = effects.tasks_with(case, facts.sha256, facts.units) if facts.verdict == "refused" else []
    return {"file": facts.sha256, "units": list(facts.units), "verdict": facts.verdict, "tasks": tasks}


ACTIONS = (
    Action("veto", EITHER, _decide_veto, _apply_veto, VetoSettled),
    Action("unveto", LEADER, _decide_unveto, _apply_unveto, VetoSettled),
    Action("judge", EITHER, _decide_judge, _apply_judge, FileJudged),
)
