"""What the indicators of a campaign ask of whom, and how far it has come (docs/semantics.md, M1 and M2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from engine import periods as calendar
from engine import units
from engine.errors import Refused, UnknownName
from engine.gates.measured import Filling, IndicatorMark, Measured
from engine.model import Indicator, IndicatorProof, IndicatorScore, IndicatorSet, Judgement, Veto, Workflow
from engine.model.indicators import Recurrence
from engine.periods import Period
from engine.service.kernel.case import CampaignSession

ONCE = (Period(id="", title="", first_day=date.min, last_day=date.max),)


def set_of(case: CampaignSession) -> IndicatorSet:
    """Return the indicators of a campaign; a refusal where its workflow has none."""
    found = case.plan.workflow.indicators
    if found is None:
        raise Refused("no_indicators")
    return found


def indicator_of(case: CampaignSession, name: str) -> Indicator:
    """Return an indicator by its number; UnknownName with what is near."""
    found = set_of(case).indicator(name)
    if found is None:
        raise UnknownName("indicator", name, [one.id for one in set_of(case).indicators])
    return found


def named(case: CampaignSession, indicator: Indicator) -> tuple[str, ...]:
    """Return the units that an indicator is for today."""
    return units.expand(case.plan.workflow.directory, indicator.units, case.today)


def periods(case: CampaignSession, per: Recurrence, until: date) -> tuple[Period, ...]:
    """Return the periods that have begun, from adoption to a day; what is given once has one without a name."""
    if per in ("campaign", "none"):
        return ONCE
    first = case.head.adopted_on
    terms = calendar.terms(case.plan.workflow.terms)
    return calendar.begun("term" if per == "term" else "year", first, max(first, until), terms)


def measured(case: CampaignSession, until: date | None = None) -> Measured:
    """Return how scores, evidence and vetoes stand, counting the periods that begin by a day (today)."""
    found = case.plan.workflow.indicators
    if found is None:
        return Measured()
    return Measured(
        marks=tuple(_marks(case, found, until or case.today)),
        fillings=tuple(_fillings(case, found, until or case.today)),
        vetoes=tuple((veto.indicator, veto.unit) for veto in vetoes(case)),
    )


def vetoes(case: CampaignSession) -> list[Veto]:
    """Return the vetoes that stand over what is a veto still, oldest first."""
    found = case.plan.workflow.indicators
    known = {one.id for one in found.indicators if one.veto} if found else set()
    raised = case.work.find(Veto, campaign=case.id, order="id")
    return [veto for veto in raised if veto.lifted_on is None and veto.indicator in known]


def scores(case: CampaignSession) -> Mapping[tuple[str, str, str, str], IndicatorScore]:
    """Return every score that stands by indicator, unit, period and kind."""
    found = case.work.find(IndicatorScore, campaign=case.id, order="id")
    return {(one.indicator, one.unit, one.period, one.kind): one for one in found}


def refused_files(case: CampaignSession) -> set[tuple[str, str]]:
    """Return the files that a person refused, each with the unit that had handed it in."""
    judged = case.work.find(Judgement, campaign=case.id, verdict="refused")
    return {(one.sha256, one.unit) for one in judged}


def counting(case: CampaignSession) -> list[IndicatorProof]:
    """Return the evidence that counts: the latest versions that nobody refused."""
    refused = refused_files(case)
    found = case.work.find(IndicatorProof, campaign=case.id, state="counts", order="id")
    return [piece for piece in found if (piece.sha256, piece.unit) not in refused]


def without_place(case: CampaignSession, new: Workflow) -> Iterator[str]:
    """Yield what is recorded of indicators that another version of the workflow has not, or gives otherwise (P4)."""
    now, then = (_recurrences(workflow) for workflow in (case.plan.workflow, new))
    recorded = {(score.indicator, ""): None for score in case.work.find(IndicatorScore, campaign=case.id, order="id")}
    recorded |= {(p.indicator, p.slot): None for p in case.work.find(IndicatorProof, campaign=case.id, order="id")}
    yield from ("/".join(filter(None, key)) for key in recorded if now.get(key) != then.get(key))


def vetoes_without_place(case: CampaignSession, new: Workflow) -> Iterator[str]:
    """Yield the indicators over which a veto stands, and which are none in another version of the workflow (P4)."""
    known = {one.id for one in new.indicators.indicators if one.veto} if new.indicators else set()
    yield from (veto.indicator for veto in vetoes(case) if veto.indicator not in known)


def _recurrences(workflow: Workflow) -> Mapping[tuple[str, str], str]:
    """Return for how long every score, and every slot of evidence, is given."""
    found = workflow.indicators.indicators if workflow.indicators else ()
    scores = {(one.id, ""): one.period for one in found if not one.veto}
    return scores | {(one.id, slot.id): slot.per for one in found for slot in one.evidence}


def _marks(case: CampaignSession, found: IndicatorSet, until: date) -> Iterator[IndicatorMark]:
    given = scores(case)
    for one in (one for one in found.indicators if not one.veto):
        newest = periods(case, one.period, until)[-1:]
        for unit, period in ((unit, period) for period in newest for unit in named(case, one)):
            own, checked = (given.get((one.id, unit, period.id, kind)) for kind in ("self", "checked"))
            yield IndicatorMark(
                indicator=one.id,
                unit=unit,
                period=period.id,
                when=period.title,
                own=_score(own, one),
                checked=_score(checked, one),
            )


def _score(given: IndicatorScore | None, one: Indicator) -> Fraction | None:
    """Return a score; where a later version of the workflow gives fewer points, no more than these."""
    return min(Fraction(given.points), Fraction(one.points or 0)) if given else None


def _fillings(case: CampaignSession, found: IndicatorSet, until: date) -> Iterator[Filling]:
    have = _counted(counting(case))
    for one in found.indicators:
        whose = named(case, one)
        for slot in (slot for slot in one.evidence if slot.per != "none"):
            for period in periods(case, slot.per, until):
                for unit in whose:
                    yield Filling(
                        indicator=one.id,
                        slot=slot.id,
                        title=slot.title,
                        unit=unit,
                        period=period.id,
                        when=period.title,
                        have=have[one.id, slot.id, unit, period.id],
                        least=slot.least,
                    )


def _counted(pieces: Iterable[IndicatorProof]) -> Counter[tuple[str, str, str, str]]:
    return Counter((piece.indicator, piece.slot, piece.unit, piece.period) for piece in pieces)
