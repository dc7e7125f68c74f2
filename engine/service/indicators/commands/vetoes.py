"""Vetoes, and what a person finds of a file that several units handed in (docs/semantics.md, M3 and M4)."""

from __future__ import annotations

from typing import Annotated, Literal

from engine.errors import UnknownName, WrongState
from engine.model import Indicator, Judgement, Veto
from engine.records import record, replace
from engine.service.indicators import apply as effects
from engine.service.indicators import rules
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import ABOUT, Is, Line, Text, Unit
from engine.service.kernel.params import Indicator as IndicatorNamed

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


# --- what they are given ---


@record
class OverIndicator:
    """Over which indicator, and for which unit where not as a whole."""

    indicator: Annotated[IndicatorNamed, ABOUT]
    unit: Unit = ""
    reason: Text
    document: Line


@record
class RaiseVeto(OverIndicator):
    """Raise a veto (一票否决), with a reason and a document; it stands until the leader lifts it."""


@record
class LiftVeto(OverIndicator):
    """Lift a veto; only the leader may."""


@record
class Judge:
    """Record what a person found of a file that several units handed in."""

    file: Annotated[str, Is(kind="file_of_many", about=True)]
    verdict: Literal["fine", "refused"]
    unit: Unit = ""
    reason: Text


# --- vetoes (M3) ---


def _decide_veto(case: CampaignSession, actor: Actor, asked: RaiseVeto) -> Decision:
    indicator, unit = _vetoed(case, asked)
    if effects.standing(case, indicator.id, unit) is not None:
        raise WrongState("veto", subject=_over(indicator, unit))
    facts = VetoSettled(indicator=indicator.id, unit=unit, document=asked.document)
    return Decision(subject=_over(indicator, unit), facts=facts, reason=asked.reason)


def _decide_unveto(case: CampaignSession, actor: Actor, asked: LiftVeto) -> Decision:
    indicator, unit = _vetoed(case, asked)
    if effects.standing(case, indicator.id, unit) is None:
        raise WrongState("unveto", subject=_over(indicator, unit))
    facts = VetoSettled(indicator=indicator.id, unit=unit, document=asked.document)
    return Decision(subject=_over(indicator, unit), facts=facts, reason=asked.reason)


def _vetoed(case: CampaignSession, asked: OverIndicator) -> tuple[Indicator, str]:
    indicator = rules.indicator_of(case, asked.indicator)
    if not indicator.veto:
        known = [one.id for one in rules.set_of(case).indicators if one.veto]
        raise refuse("is_no_veto" if known else "no_vetoes", indicator=indicator.id, known=known)
    unit = asked.unit
    known = list(rules.named(case, indicator))
    if unit and unit not in known:
        raise UnknownName("indicator_unit", unit, known)
    return indicator, unit


def _over(indicator: Indicator, unit: str) -> str:
    return f"{indicator.id}/{unit}" if unit else indicator.id


def _apply_veto(case: CampaignSession, entry: Entry) -> Answer:
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


def _apply_unveto(case: CampaignSession, entry: Entry) -> Answer:
    facts: VetoSettled = entry.facts
    veto = effects.standing(case, facts.indicator, facts.unit)
    if veto is None:
        raise KeyError(facts.indicator)
    case.work.put(replace(veto, lifted_on=case.today, lifted_by=f"{entry.reason}({facts.document})"))
    case.arm_gate()
    return {"indicator": veto.indicator, "unit": veto.unit, "state": "lifted"}


# --- the same file from two units (M4) ---


def _decide_judge(case: CampaignSession, actor: Actor, asked: Judge) -> Decision:
    sha = _file(case, asked.file)
    handed = effects.handed_in_by(case, sha)
    unit = asked.unit
    if unit and unit not in handed:
        raise UnknownName("sharing_unit", unit, handed)
    facts = FileJudged(sha256=sha, units=(unit,) if unit else tuple(handed), verdict=asked.verdict)
    return Decision(subject=sha[:16], facts=facts, reason=asked.reason)


def _file(case: CampaignSession, start: str) -> str:
    """Return the hash of a file handed in by several units, by its first digits."""
    known = [sha for sha in effects.shared(case) if start and sha.startswith(start.lower())]
    if len(known) != 1:
        raise UnknownName("shared_file", start, [sha[:16] for sha in effects.shared(case)])
    return known[0]


def _apply_judge(case: CampaignSession, entry: Entry) -> Answer:
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
    Action(
        "veto",
        EITHER,
        _decide_veto,
        _apply_veto,
        VetoSettled,
        RaiseVeto,
        "indicator veto",
        (shows("shizhu-2022", indicator="9.1", reason="发生重大责任事故", document="通报〔2022〕6号"),),
    ),
    Action(
        "unveto",
        LEADER,
        _decide_unveto,
        _apply_unveto,
        VetoSettled,
        LiftVeto,
        "indicator unveto",
        (shows("shizhu-2022", "leader", indicator="9.1", reason="已查明无责", document="会议纪要8号"),),
    ),
    Action("judge", EITHER, _decide_judge, _apply_judge, FileJudged, Judge, "indicator judge"),
)
