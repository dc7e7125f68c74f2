"""Scores by indicators, the evidence for them, and asking for what is missing (docs/semantics.md, M1 and M2)."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from engine.errors import BadInput, NotAllowed, UnknownName
from engine.model import EvidenceSlot, Indicator, IndicatorProof, IndicatorScore, Offset
from engine.model.indicators import Recurrence
from engine.model.plain import made
from engine.records import field, record, replace
from engine.service.duties.commands.duties import require_voucher
from engine.service.duties.commands.evidence import Piece, vouchers
from engine.service.indicators import apply as effects
from engine.service.indicators import rules
from engine.service.indicators.views import indicators as views
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import (
    ABOUT,
    Day,
    File,
    Flag,
    Given,
    Is,
    Line,
    Period,
    Text,
    Unit,
    Voucher,
)
from engine.service.kernel.params import (
    Indicator as IndicatorNamed,
)

BOTH = frozenset({"office", "unit", "leader"})
ASKED_IN = Offset(count=5)
"""How many working days units are given for what is missing, where nothing else is said."""
POINTS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")


# --- what the records tell ---


@record
class Scored:
    """A unit scored itself by an indicator, or was checked; `points` are written in decimals."""

    indicator: str
    unit: str
    kind: Literal["self", "checked"]
    points: str
    on: date
    period: str = ""
    note: str = ""
    voucher: Piece | None = None


@record
class Proved:
    """A unit handed in a piece of evidence for a place of an indicator."""

    indicator: str
    slot: str
    unit: str
    piece: Piece
    on: date
    period: str = ""
    voucher: Piece | None = None


@record
class EvidenceAsked:
    """Units were asked for the evidence that is missing, by a day."""

    units: tuple[str, ...]
    by: date


# --- what they are given ---


@record
class OfUnit:
    """What concerns an indicator, a unit, a period, and happened on a day."""

    indicator: Annotated[IndicatorNamed, ABOUT]
    unit: Unit = ""
    period: Period = ""
    on: Day | None = None
    voucher: Voucher = field(default_factory=dict)


@record
class Score(OfUnit):
    """Score an indicator for a unit; a later score takes the place of the earlier."""

    points: Annotated[str, Is(kind="decimal")]
    checked: Flag = False
    note: Text = ""


@record
class Prove(OfUnit):
    """Hand in evidence for an indicator (印证材料)."""

    slot: Annotated[str, Is(kind="slot", about=True)] = ""
    file: File = field(default_factory=dict)
    note: Text = ""
    name: Line = ""


@record
class Ask:
    """Ask units by a notice for the self-scores and the evidence that are missing."""

    unit: Unit = ""
    due: Day | None = None


# --- who, when ---


def _whose(case: CampaignSession, actor: Actor, asked: OfUnit, indicator: Indicator) -> str:
    """Return the unit that is acted for; a unit acts only on indicators that it is named for (G10)."""
    unit = asked.unit
    if actor.role == "unit":
        if unit and unit != actor.name:
            raise NotAllowed("act_for", unit=unit, actor=actor.name, roles=["office"])
        unit = actor.name
    known = rules.named(case, indicator)
    if not unit and len(known) == 1:
        return known[0]
    if not unit:
        raise BadInput("indicator_of_many", indicator=indicator.id, number=len(known), found="")
    if unit not in known:
        if actor.role == "unit":
            raise NotAllowed("indicator_not_for", indicator=indicator.id, actor=unit, units=list(known))
        raise UnknownName("indicator_unit", unit, list(known))
    return unit


def _period(case: CampaignSession, asked: OfUnit, per: Recurrence) -> str:
    """Return the period that is acted in, by default the newest."""
    known = [period.id for period in rules.periods(case, per, case.today)]
    if not known:
        raise refuse("no_term_begun")
    period = asked.period or known[-1]
    if period not in known:
        raise UnknownName("begun_period", period, [each for each in known if each])
    return period


def _happened(case: CampaignSession, actor: Actor, asked: OfUnit, unit: str) -> tuple[date, str]:
    """Return the day of an act and for whom it is recorded, which needs a voucher (SEMANTICS D8)."""
    on = _day(case, asked)
    on_behalf = "" if actor.name == unit else unit
    require_voucher(case, asked.voucher, on, on_behalf)
    return on, on_behalf


def _day(case: CampaignSession, asked: OfUnit) -> date:
    on = asked.on or case.today
    if not case.head.adopted_on <= on <= case.today:
        raise refuse("not_since_adoption", on=on, adopted_on=case.head.adopted_on)
    return on


def _voucher(voucher: Given) -> Piece | None:
    return next(iter(vouchers(voucher)), None)


# --- scores (M1) ---


def _decide_score(case: CampaignSession, actor: Actor, asked: Score) -> Decision:
    indicator = rules.indicator_of(case, asked.indicator)
    if indicator.veto:
        raise refuse("veto_gives_no_points", indicator=indicator.id)
    unit = _whose(case, actor, asked, indicator)
    is_check = asked.checked
    period, points = _period(case, asked, indicator.period), _points(indicator, asked.points)
    on, on_behalf = (_checked if is_check else _happened)(case, actor, asked, unit)
    facts = Scored(
        indicator=indicator.id,
        unit=unit,
        kind="checked" if is_check else "self",
        points=points,
        on=on,
        period=period,
        note=asked.note,
        voucher=None if is_check else _voucher(asked.voucher),
    )
    return Decision(subject=f"{indicator.id}/{unit}", facts=facts, on_behalf=on_behalf)


def _checked(case: CampaignSession, actor: Actor, asked: OfUnit, unit: str) -> tuple[date, str]:
    """The office checks in its own name: it needs no voucher, and a unit never checks itself."""
    if actor.role == "unit":
        raise NotAllowed("check_score", unit=unit, actor=actor.name, roles=["leader", "office"])
    return _day(case, asked), ""


def _points(indicator: Indicator, text: str) -> str:
    """Return a score as decimals without idle noughts, within the points of the indicator."""
    if not POINTS.fullmatch(text):
        raise BadInput("no_score", found=text)
    most = indicator.points or "0"
    if Fraction(text) > Fraction(most):
        raise refuse("more_points_than", indicator=indicator.id, most=most, points=text)
    return f"{float(text):.2f}".rstrip("0").rstrip(".")


def _apply_score(case: CampaignSession, entry: Entry) -> Answer:
    facts: Scored = entry.facts
    where = {name: getattr(facts, name) for name in ("indicator", "unit", "period", "kind")}
    known = case.work.find(IndicatorScore, campaign=case.id, **where)
    score = IndicatorScore(
        id=known[0].id if known else case.next_id(),
        campaign=case.id,
        points=facts.points,
        scored_on=facts.on,
        note=facts.note,
        **where,
    )
    (case.work.put if known else case.work.add)(score)
    case.arm_gate()
    return {**where, "points": score.points, "before": known[0].points if known else ""}


# --- evidence (M2) ---


def _decide_prove(case: CampaignSession, actor: Actor, asked: Prove) -> Decision:
    indicator = rules.indicator_of(case, asked.indicator)
    slot = _slot(indicator, asked.slot)
    unit = _whose(case, actor, asked, indicator)
    period = _period(case, asked, slot.per)
    on, on_behalf = _happened(case, actor, asked, unit)
    piece = _piece(asked)
    _require_new(case, piece, indicator.id, slot.id, unit, period)
    facts = Proved(
        indicator=indicator.id,
        slot=slot.id,
        unit=unit,
        piece=piece,
        on=on,
        period=period,
        voucher=_voucher(asked.voucher),
    )
    return Decision(subject=f"{indicator.id}/{slot.id}/{unit}", facts=facts, on_behalf=on_behalf)


def _slot(indicator: Indicator, name: str) -> EvidenceSlot:
    if not name and len(indicator.evidence) == 1:
        return indicator.evidence[0]
    for slot in indicator.evidence:
        if name in (slot.id, slot.title):
            return slot
    raise UnknownName("evidence_slot", name, [slot.id for slot in indicator.evidence])


def _piece(asked: Prove) -> Piece:
    note, file = asked.note, asked.file
    if bool(note) == bool(file):
        raise refuse("one_file_or_note")
    return made(Piece, {**file, "kind": "file"}) if file else Piece(kind="note", name=asked.name, text=note)


def _require_new(case: CampaignSession, piece: Piece, indicator: str, slot: str, unit: str, period: str) -> None:
    sha = piece.sha256
    if (sha, unit) in rules.refused_files(case):
        raise refuse("file_refused", unit=unit, sha256=sha)
    same = {"indicator": indicator, "slot": slot, "unit": unit, "period": period, "state": "counts"}
    if sha and case.work.find(IndicatorProof, campaign=case.id, sha256=sha, **same):
        raise refuse("file_there_already", unit=unit, sha256=sha)


def _apply_prove(case: CampaignSession, entry: Entry) -> Answer:
    facts: Proved = entry.facts
    piece = facts.piece
    where = {name: getattr(facts, name) for name in ("indicator", "slot", "unit", "period")}
    same = case.work.find(IndicatorProof, campaign=case.id, name=piece.name, kind=piece.kind, state="counts", **where)
    earlier = same if piece.name else []
    for before in earlier:
        case.work.put(replace(before, state="replaced"))
    proof = IndicatorProof(
        id=case.next_id(),
        campaign=case.id,
        kind="file" if piece.kind == "file" else "note",
        name=piece.name,
        text=piece.text,
        sha256=piece.sha256,
        size=piece.size,
        version=max((before.version for before in earlier), default=0) + 1,
        state="counts",
        proved_on=facts.on,
        **where,
    )
    case.work.add(proof)
    case.arm_gate()
    also = [unit for unit in effects.handed_in_by(case, proof.sha256) if unit != proof.unit]
    return {**where, "version": proof.version, "also": also}


# --- asking for what is missing (M2) ---


def _decide_ask(case: CampaignSession, actor: Actor, asked: Ask) -> Decision:
    unit = case.unit(asked.unit).name if asked.unit else ""
    lacking = dict.fromkeys(row["unit"] for row in views.missing(case, unit))
    owing = [name for name in lacking if name != case.plan.workflow.office and case.relation(name) != "superior"]
    if not owing:
        raise refuse("nothing_missing")
    due = case.plan.calendar.add(case.today, ASKED_IN)
    by = asked.due or due
    if by <= case.today:
        raise refuse("not_after_today", day=by, name="due")
    return Decision(subject=str(len(owing)), facts=EvidenceAsked(units=tuple(owing), by=by))


def _apply_ask(case: CampaignSession, entry: Entry) -> Answer:
    facts: EvidenceAsked = entry.facts
    by = facts.by.isoformat()
    for unit in facts.units:
        enqueue(case, "evidence_missing", unit, facts={"by": by})
    return {"units": list(facts.units), "by": by}


ACTIONS = (
    Action(
        "score",
        BOTH,
        _decide_score,
        _apply_score,
        Scored,
        Score,
        "indicator score",
        (
            shows("shizhu-2022", "县教委", indicator="3.1", points="12.5"),
            shows("shizhu-2022", indicator="3.1", unit="县教委", points="12", checked=True, note="复核少一份材料"),
        ),
    ),
    Action(
        "prove",
        BOTH,
        _decide_prove,
        _apply_prove,
        Proved,
        Prove,
        "indicator prove",
        (
            shows("shizhu-2022", "县教委", indicator="3.1", slot="活动记录", file={"name": "方案.pdf"}),
            shows(
                "shizhu-2022",
                indicator="3.1",
                slot="活动记录",
                unit="县教委",
                note="见档案盒3",
                voucher={"text": "来电"},
            ),
        ),
    ),
    Action(
        "ask",
        frozenset({"office"}),
        _decide_ask,
        _apply_ask,
        EvidenceAsked,
        Ask,
        "indicator ask",
        (shows("shizhu-2022", due="2022-11-18"), shows("shizhu-2022", unit="县教委", dry_run=True)),
    ),
)
