"""Indicators as they stand: scores, evidence, vetoes, what is missing, and files handed in twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from engine.gates.measured import Filling, IndicatorMark, Measured, Whose, asked, by_unit, points, said, total
from engine.model import Assignment, Evidence, EvidenceSlot, Indicator, IndicatorProof, IndicatorSet, Judgement
from engine.service.indicators import apply as effects
from engine.service.indicators import rules
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day
from engine.service.kernel.sight import require, sees, whose

KINDS: tuple[Whose, ...] = ("self", "checked")


def _points(row: Row) -> object:
    return {"code": "is_veto"} if row["veto"] else row["points"]


LIST: Final = Listing(
    name="indicators",
    key=("indicator",),
    columns=(
        Column(key="indicator", head="no", kind="reference", width=8, leads="indicator"),
        Column(key="title", width=30),
        Column(key="points", kind="number", of=_points, width=8),
        Column(key="check"),
        Column(key="units", kind="names", width=30, most=3, leads="unit"),
        Column(key="per", of=lambda row: "" if row["veto"] else row["period"], width=10),
        Column(key="self", kind="number", width=8),
        Column(key="checked", kind="number", width=8),
        Column(key="evidence", of=lambda row: f"{row['full']}/{row['slots']}" if row["slots"] else "", right=True),
        Column(key="vetoed", kind="names", width=18),
    ),
)
MISSING: Final = Listing(
    name="missing",
    key=("unit", "indicator", "what", "period"),
    empty="nothing is missing",
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="indicator", head="no", kind="reference", width=8, leads="indicator"),
        Column(key="title", width=30),
        Column(key="what", head="missing", width=24),
        Column(key="period", width=10),
        Column(key="have", kind="number", width=8),
        Column(key="least", kind="number", width=8),
    ),
)
DUPLICATES: Final = Listing(
    name="duplicates",
    key=("sha256", "unit", "where"),
    columns=(
        Column(key="sha256", head="file", of=lambda row: row["sha256"][:16], width=18),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="name", width=24),
        Column(key="of"),
        Column(key="where", width=18),
        Column(key="verdict", head="judged"),
        Column(key="reason", width=24),
    ),
)


def listed(case: CampaignSession, unit: str = "") -> list[Row]:
    """Return the indicators in order, each with its score and how much of its evidence is there."""
    unit = whose(case, "duty", unit)
    measured = _of(rules.measured(case), unit)
    return [
        _row(case, one, measured) for one in rules.set_of(case).indicators if unit in ("", *rules.named(case, one))
    ]


def _of(measured: Measured, unit: str) -> Measured:
    if not unit:
        return measured
    return Measured(
        marks=tuple(mark for mark in measured.marks if mark.unit == unit),
        fillings=tuple(each for each in measured.fillings if each.unit == unit),
        vetoes=tuple(veto for veto in measured.vetoes if veto[1] in ("", unit)),
    )


def _row(case: CampaignSession, one: Indicator, measured: Measured) -> Row:
    marks = [mark for mark in measured.marks if mark.indicator == one.id]
    fillings = [each for each in measured.fillings if each.indicator == one.id]
    return {
        "indicator": one.id,
        "section": one.section,
        "title": one.title,
        "points": one.points,
        "veto": one.veto,
        "check": one.check,
        "units": list(rules.named(case, one)),
        "period": one.period,
        "evidence": [_slot(slot) for slot in one.evidence],
        "self": _mean(mark.own for mark in marks),
        "checked": _mean(mark.checked for mark in marks),
        "scored": sum(mark.own is not None for mark in marks),
        "slots": len(fillings),
        "full": sum(each.is_full for each in fillings),
        "vetoed": _vetoed(one, measured),
    }


def _slot(slot: EvidenceSlot) -> Row:
    return {"id": slot.id, "title": slot.title, "per": slot.per, "least": slot.least}


def _vetoed(one: Indicator, measured: Measured) -> list[str]:
    return [unit or "全部" for indicator, unit in measured.vetoes if indicator == one.id]


def _mean(scores: Iterable[Fraction | None]) -> str | None:
    """Return the mean with nought for the silent, None where nobody has scored."""
    found = list(scores)
    if not any(score is not None for score in found):
        return None
    return said(sum((score or Fraction(0) for score in found), Fraction(0)) / len(found))


def shown(case: CampaignSession) -> Row:
    """Return the set with its version, the sums, every unit's sum, and the vetoes; to a unit its own."""
    found, measured = rules.set_of(case), _of(rules.measured(case), whose(case, "duty", ""))
    return {
        "id": found.id,
        "title": found.title,
        "version": found.version,
        "sha256": found.sha,
        "indicators": len(found.indicators),
        "points": said(points(found.indicators)),
        "extra": said(points(found.indicators, extra=True) - points(found.indicators)),
        "self": said(total(found, measured, "self")),
        "checked": said(total(found, measured, "checked")),
        "scored": sum(mark.own is not None for mark in asked(found, measured)),
        "to_score": len(asked(found, measured)),
        "slots": len(measured.fillings),
        "full": sum(each.is_full for each in measured.fillings),
        "units": [*_units(case, found, measured)],
        "vetoes": [*_vetoes(case)],
        "duplicates": effects.unjudged(case) if sees(case, "progress") else None,
    }


def _units(case: CampaignSession, found: IndicatorSet, measured: Measured) -> Iterator[Row]:
    own, checked = (by_unit(found, measured, whose) for whose in KINDS)
    known = {one.id: one for one in found.indicators}
    for unit in in_order(case, own):
        named = [known[mark.indicator] for mark in measured.marks if mark.unit == unit]
        yield {"unit": unit, "points": said(points(named)), "self": said(own[unit]), "checked": said(checked[unit])}


def _vetoes(case: CampaignSession) -> Iterator[Row]:
    for veto in rules.vetoes(case):
        if veto.unit and not sees(case, "duty", veto.unit):
            continue
        yield {
            "indicator": veto.indicator,
            "unit": veto.unit,
            "reason": veto.reason,
            "document": veto.document,
            "raised_on": day(veto.raised_on),
        }


def in_order(case: CampaignSession, units: Iterable[str]) -> list[str]:
    """Return units in the order of the directory."""
    wanted = set(units)
    return [unit for unit in case.plan.workflow.directory.units if unit in wanted]


# --- one indicator ---


def shown_one(case: CampaignSession, one: Indicator) -> Row:
    """Return all that is known of an indicator: every score and piece that who reads may see, by unit and period."""
    scores = [
        {
            "unit": score.unit,
            "period": score.period,
            "kind": score.kind,
            "points": score.points,
            "on": day(score.scored_on),
            "note": score.note,
        }
        for score in rules.scores(case).values()
        if score.indicator == one.id and sees(case, "duty", score.unit)
    ]
    refused = rules.refused_files(case)
    proofs = case.work.find(IndicatorProof, campaign=case.id, indicator=one.id, order="id")
    pieces = [_piece(piece, refused) for piece in proofs if sees(case, "duty", piece.unit)]
    vetoes = [veto for veto in _vetoes(case) if veto["indicator"] == one.id]
    measured = _of(rules.measured(case), whose(case, "duty", ""))
    return _row(case, one, measured) | {"scores": scores, "pieces": pieces, "vetoes": vetoes}


def _piece(piece: IndicatorProof, refused: set[tuple[str, str]]) -> Row:
    return {
        "slot": piece.slot,
        "unit": piece.unit,
        "period": piece.period,
        "kind": piece.kind,
        "name": piece.name,
        "text": piece.text,
        "sha256": piece.sha256,
        "size": piece.size,
        "version": piece.version,
        "state": "refused" if (piece.sha256, piece.unit) in refused else piece.state,
        "on": day(piece.proved_on),
    }


# --- what is missing ---


def missing(case: CampaignSession, unit: str = "") -> list[Row]:
    """Return what is missing, by unit and indicator: self-scores and evidence of the periods that have begun."""
    found = rules.set_of(case)
    measured = _of(rules.measured(case), whose(case, "duty", unit))
    rows = [_unscored(mark) for mark in asked(found, measured) if mark.own is None]
    rows += [_unfilled(each) for each in measured.fillings if not each.is_full]
    titles = {one.id: one.title for one in found.indicators}
    place = {name: n for n, name in enumerate(case.plan.workflow.directory.units)}
    order = {name: n for n, name in enumerate(titles)}
    rows.sort(key=lambda row: (place[row["unit"]], order[row["indicator"]], row["what"] != "自评分"))
    return [row | {"title": titles[row["indicator"]]} for row in rows]


def _unscored(mark: IndicatorMark) -> Row:
    return {
        "unit": mark.unit,
        "indicator": mark.indicator,
        "of": "score",
        "what": "自评分",
        "period": mark.when,
        "have": 0,
        "least": 1,
    }


def _unfilled(each: Filling) -> Row:
    return {
        "unit": each.unit,
        "indicator": each.indicator,
        "of": "evidence",
        "what": each.title,
        "period": each.when,
        "have": each.have,
        "least": each.least,
    }


# --- the same file from several units (M4) ---


def duplicates(case: CampaignSession) -> list[Row]:
    """Return each file that several units handed in: where each did, and what a person found of it."""
    require(case, "progress")
    judged = {(j.sha256, j.unit): j for j in case.work.find(Judgement, campaign=case.id)}
    found = []
    for sha, units in effects.shared(case).items():
        hands = [hand | _judged(judged.get((sha, hand["unit"]))) for hand in _hands(case, sha)]
        settled = all(hand["verdict"] for hand in hands)
        found.append({"sha256": sha, "units": units, "settled": settled, "handed_in": hands})
    return found


def hands(found: Iterable[Row]) -> list[Row]:
    """Return a row for each hand-in of the files that several units handed in."""
    return [{"sha256": each["sha256"], **hand} for each in found for hand in each["handed_in"]]


def _judged(judgement: Judgement | None) -> Row:
    if judgement is None:
        return {"verdict": "", "reason": ""}
    return {"verdict": judgement.verdict, "reason": judgement.reason}


def _hands(case: CampaignSession, sha: str) -> Iterator[Row]:
    for piece in case.work.find(IndicatorProof, campaign=case.id, sha256=sha, state="counts", order="id"):
        yield {"unit": piece.unit, "name": piece.name, "where": f"{piece.indicator}/{piece.slot}", "of": "indicator"}
    for evidence in case.work.find(Evidence, campaign=case.id, kind="file", sha256=sha, order="id"):
        owed = case.work.get(Assignment, evidence.assignment)
        if owed is not None:
            yield {"unit": owed.unit, "name": evidence.name, "where": owed.task, "of": "task"}
