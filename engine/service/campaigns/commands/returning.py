"""A wrong move is mended: the leading group brings the campaign back to the phase that it left (SEMANTICS G11)."""

from __future__ import annotations

from engine.errors import UnknownName, WrongState
from engine.model import Item, Verdict
from engine.model.plain import Ref
from engine.records import record
from engine.service.campaigns import counted, slips
from engine.service.campaigns.commands.lifecycle import digest_of, verdict
from engine.service.campaigns.counted import CountedBy, Move
from engine.service.duties.apply import phases
from engine.service.kernel.action import Action, Answer, Decision, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Line, Phase, Text


@record
class Restored:
    """A phase became the current one again, with the verdict of its gate as it stood; nothing else changed.

    `over` are the phases that the campaign is no longer held to have come to. `unsaid` waited to tell of the moves,
    `units` had been told of them. A move `above` had counted one of the phases, and stands.
    """

    before: str
    to: str
    document: str
    verdict: Verdict
    over: tuple[str, ...] = ()
    unsaid: tuple[Ref, ...] = ()
    units: tuple[str, ...] = ()
    above: CountedBy | None = None


@record
class ReturnPhase:
    """Bring the campaign back to a phase that a wrong move left (恢复为该阶段), by default the last one."""

    to: Phase = ""
    reason: Text
    document: Line


def _decide_return(case: CampaignSession, actor: Actor, asked: ReturnPhase) -> Decision:
    mended = _mended(case, asked.to)
    to = mended[0].facts.before
    told = [item for move in mended for item in _items(case, move)]
    facts = Restored(
        before=case.head.phase,
        to=to,
        document=asked.document,
        verdict=verdict(case, to),
        over=tuple(move.facts.to for move in mended),
        unsaid=slips.untold(told),
        units=tuple(dict.fromkeys(item.unit for item in told if item.state == "bound")),
        above=counted.counted_above(case, mended),
    )
    return Decision(subject=f"{case.head.phase} → {to}", facts=facts, reason=asked.reason)


def _mended(case: CampaignSession, to: str) -> list[Move]:
    """Return the moves that a return mends: the last that still hold, down to the one that left the phase."""
    if to and to not in case.plan.phases:
        raise UnknownName("phase", to, list(case.plan.phases))
    found = counted.standing(counted.moves(case, case.head))
    left = [place for place, move in enumerate(found) if move.facts.before == to or not to]
    if not left:
        known = [*dict.fromkeys(move.facts.before for move in found)]
        raise WrongState("never_left" if known else "never_moved", phase=to or case.head.phase, known=known)
    return found[left[-1] :]


def _items(case: CampaignSession, move: Move) -> list[Item]:
    """Return what a move had put in line to tell of itself; the tasks that it issued stay issued."""
    return [item for item in slips.items_of(case, move) if not item.assignment]


def _apply_return(case: CampaignSession, entry: Entry) -> Answer:
    facts: Restored = entry.facts
    between = [name for name in facts.over if name != facts.before]
    phases.go_back(case, facts.to, between)
    if case.plan.phases[facts.to].advance == "automatic":
        # By itself the phase is left once its gate is found otherwise than the leading group found it.
        case.change(gate_verdict=digest_of(facts.verdict))
    slips.unsay(case, facts.unsaid)
    told = {"from": facts.before, "to": facts.to, "reason": entry.reason, "document": facts.document}
    for unit in facts.units:
        if case.relation(unit) != "superior" and not case.has_ended(unit):
            enqueue(case, "restored", unit, facts=told)
    above = f"{facts.above.campaign}: {facts.above.before} → {facts.above.to}" if facts.above else ""
    return {"from": facts.before, "to": facts.to, "state": case.head.state, "above": above}


ACTIONS = (
    Action(
        "return_phase",
        frozenset({"leader"}),
        _decide_return,
        _apply_return,
        Restored,
        ReturnPhase,
        "campaign return",
        (shows("shizhu-2022", "leader", reason="误操作转段", document="会议纪要〔2022〕5号", dry_run=True),),
    ),
)
