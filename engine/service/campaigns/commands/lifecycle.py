"""The life of a campaign: adoption, approvals, moves between phases, its end (SEMANTICS G)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from engine import gates, units
from engine.errors import BadInput, GateShut, UnknownName, WrongState
from engine.gates import Count, Facts
from engine.gates.measured import Measured
from engine.history import canonical, digest
from engine.machine import COMPLETED, campaign_after
from engine.model import Approval, Assignment, Evidence, PhaseState, Tally, Verdict
from engine.model.plain import plain
from engine.records import record
from engine.service.duties.apply import phases
from engine.service.indicators import rules as indicators
from engine.service.inspections import register
from engine.service.kernel import contacts, counting, nesting
from engine.service.kernel.action import Action, Answer, Decision, as_given, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Flag, Found, Is, Line, Nothing, Phase, Text, Unit


@record
class Started:
    """A campaign was adopted; one below another names the campaign above by its random name, and its unit."""

    key: str
    workflow: str
    calendar: str
    adopted_on: date
    trial: bool = False
    rehearsal: bool = False
    parent: str = ""
    parent_unit: str = ""


@record
class PhaseMoved:
    """A phase was left for the next one, or for the end, on a decision and with the verdict as it stood."""

    before: str
    to: str
    verdict: Verdict
    decision: str = ""


@record
class Aborted:
    """A campaign was ended before its time by a document."""

    before: str
    document: str


@record
class Approved:
    """A decision that a gate asks for."""

    name: str
    document: str
    on: date


@record
class GateSeen:
    """A gate that is tried by itself was found shut; `digest` tells one verdict from another (G5)."""

    digest: str
    verdict: Verdict


# --- what they are given ---


@record
class Start:
    """Start a campaign on the workflow that is kept with it."""

    adopted: Day | None = None
    trial: Flag = False
    rehearsal: Annotated[bool, Is(kind="flag", inner=True)] = False
    parent: Line = ""
    parent_unit: Annotated[Unit, Is(fresh=True)] = ""


@record
class Leave:
    """The phase that is left, if others may move too, and where to, if it has a choice."""

    since: Annotated[Phase, Is(named="from")] = ""
    to: Phase = ""


@record
class Advance(Leave):
    """Leave the present phase through its open gate; a gate that opens by itself rests on no decision."""

    decision: Line = ""


@record
class Override(Leave):
    """Leave the present phase although its gate is shut."""

    reason: Text
    document: Line


@record
class Abort:
    """End a campaign early; what is open is cancelled."""

    reason: Text
    document: Line


@record
class Approve:
    """Record a decision that a gate asks for."""

    name: Annotated[str, Is(kind="approval", about=True)]
    document: Line
    on: Day | None = None


OFFICE = frozenset({"office"})
LEADER = frozenset({"leader"})
EITHER = frozenset({"office", "leader"})


# --- adoption (G9) ---


def _decide_start(case: CampaignSession, actor: Actor, asked: Start) -> Decision:
    adopted = asked.adopted or case.today
    if adopted > case.today:
        raise BadInput("adoption_not_come", found=adopted)
    if not any(phase.window.last_day >= adopted for phase in case.plan.workflow.phases):
        raise BadInput("nothing_left", found=adopted)
    facts = Started(
        key=case.head.key,
        workflow=case.head.workflow,
        calendar=case.head.calendar,
        adopted_on=adopted,
        trial=asked.trial,
        rehearsal=asked.rehearsal,
        parent=asked.parent,
        parent_unit=asked.parent_unit,
    )
    return Decision(subject=case.head.key, facts=facts)


def _apply_start(case: CampaignSession, entry: Entry) -> Answer:
    facts: Started = entry.facts
    case.change(
        adopted_on=facts.adopted_on,
        trial=facts.trial,
        rehearsal=facts.rehearsal,
        title=case.plan.workflow.title,
        parent=case.work.campaign_of(facts.parent) if facts.parent else 0,
        parent_unit=facts.parent_unit,
    )
    for position, phase in enumerate(case.plan.workflow.phases):
        before = phase.window.last_day < facts.adopted_on
        case.work.add(
            PhaseState(
                campaign=case.id,
                phase=phase.id,
                position=position,
                state="before_adoption" if before else "waiting",
                first_day=phase.window.first_day,
                last_day=phase.window.last_day,
            )
        )
    contacts.take_over(case, case.plan.workflow.directory.units)
    first = next(s for s in case.phase_states() if s.state == "waiting")
    phases.enter(case, first.phase)
    phases.arm_openings(case)
    return {"key": case.head.key, "id": case.id, "phase": first.phase}


# --- gate facts and verdict (G1, G2) ---


def verdict(case: CampaignSession, phase: str | None = None) -> Verdict:
    """Return the verdict of a phase's gate as things stand."""
    found = case.plan.phases[phase or case.head.phase]
    return gates.judge(found, _facts(case, gates.reads(found.gate), found.id))


def digest_of(judged: Verdict) -> str:
    """Return the digest by which one verdict is told from another (G5)."""
    return digest(canonical(plain(judged)))


def shown(case: CampaignSession, judged: Verdict) -> tuple[gates.ShownCondition, ...]:
    """Return the conditions of a verdict as people read them."""
    return gates.shown(judged, case.plan.phases[judged.phase], case.plan.workflow)


def _facts(case: CampaignSession, wanted: gates.Reads, phase: str = "") -> Facts:
    tallies: dict[str, list[Tally]] = {quota: [] for quota in wanted.quotas}
    for tally in case.work.find(Tally, campaign=case.id, order="id") if wanted.quotas else []:
        tallies.setdefault(tally.quota, []).append(tally)
    approvals = case.work.find(Approval, campaign=case.id, order="id") if wanted.approvals else []
    assignments = {
        task: case.work.find(Assignment, campaign=case.id, task=task, order="id") for task in sorted(wanted.tasks)
    }
    return Facts(
        workflow=case.plan.workflow,
        on=case.today,
        assignments=assignments,
        approvals={approval.name: approval for approval in approvals},
        tallies=tallies,
        numbers=_numbers(case, wanted),
        phases={state.phase: state for state in case.phase_states()},
        nested=nesting.below(case) if wanted.nested else {},
        to_be_asked={task: _to_be_asked(case, task) for task, found in assignments.items() if not found},
        findings=register.findings(case) if wanted.findings else (),
        measured=_measured(case, phase) if wanted.indicators else Measured(),
        counts={duty: _counts(case, duty) for duty in sorted(wanted.duties)},
    )


def _counts(case: CampaignSession, duty: str) -> tuple[Count, ...]:
    """Return how far each unit came with a counted duty in each of its periods; what was cancelled is left out."""
    found = case.work.find(Assignment, campaign=case.id, task=duty, order="id")
    done = counting.done_by(case, found)
    return tuple(
        Count(
            unit=a.unit,
            period=a.period,
            done=done[a.id],
            met=a.state in ("accepted", "waived"),
            over=a.state == "short" or case.today > counting.period_of(case, a).last_day,
        )
        for a in found
        if a.state != "cancelled"
    )


def _measured(case: CampaignSession, phase: str) -> Measured:
    """Return what the indicators show; a late gate asks for no period that begins after its phase."""
    last_day = case.phase_state(phase or case.head.phase).last_day
    return indicators.measured(case, min(case.today, last_day))


def _to_be_asked(case: CampaignSession, task: str) -> tuple[str, ...]:
    found = case.plan.members(case.plan.tasks[task], case.today)
    return tuple(unit for unit, _ in found)


def _numbers(case: CampaignSession, wanted: gates.Reads) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {name: {} for name in wanted.numbers}
    if not wanted.numbers:
        return found
    whose = {a.id: a.unit for a in case.work.find(Assignment, campaign=case.id)}
    for piece in case.work.find(Evidence, campaign=case.id, kind="number", order="id"):
        if piece.name in found:
            found[piece.name][whose[piece.assignment]] = float(piece.text)
    return found


# --- moves (G3–G8) ---


def target_phase(case: CampaignSession, asked: Leave, trigger: str = "advance") -> str:
    """Return the phase that a move leads to, or the end; WrongState where it cannot be made."""
    to = asked.to or None
    if to is not None and to != COMPLETED and to not in case.plan.phases:
        raise UnknownName("phase", to, list(case.plan.phases))
    here = case.head.phase if case.head.state == "running" else case.head.state
    since = asked.since or here
    if since != here:
        raise WrongState("moved_meanwhile", since=since, phase=here)
    return campaign_after(case.plan.workflow, here, trigger, to)


def _decide_advance(case: CampaignSession, actor: Actor, asked: Advance) -> Decision:
    to = target_phase(case, asked)
    if actor.role != "system" and not asked.decision:
        raise refuse("text_missing", name="decision")
    judged = verdict(case)
    if not judged.open:
        raise _shut(case, judged)
    facts = PhaseMoved(before=case.head.phase, to=to, verdict=judged, decision=asked.decision)
    return Decision(subject=f"{case.head.phase} → {to}", facts=facts)


def _decide_override(case: CampaignSession, actor: Actor, asked: Override) -> Decision:
    to = target_phase(case, asked)
    judged = verdict(case)
    facts = PhaseMoved(before=case.head.phase, to=to, verdict=judged, decision=asked.document)
    return Decision(subject=f"{case.head.phase} → {to}", facts=facts, reason=asked.reason)


def _shut(case: CampaignSession, judged: Verdict) -> GateShut:
    """Return the refusal of a move: its record holds the verdict whole, its sentence what the gate says in words."""
    phase = case.plan.phases[judged.phase]
    unmet = gates.why_shut(judged, phase, case.plan.workflow)
    return GateShut(phase=phase.id, verdict=plain(judged), title=phase.title, unmet=unmet, key=case.head.key)


def apply_move(case: CampaignSession, entry: Entry) -> Answer:
    """Leave the present phase, enter the next or end the campaign, and tell the units."""
    facts = entry.facts
    phases.leave(case, facts.before, "override" if entry.action == "override" else entry.role)
    if facts.to == COMPLETED:
        _finish(case, "completed")
    else:
        phases.enter(case, facts.to)
        phases.go_on(case, facts.before)
    _announce(case, entry)
    return {"from": facts.before, "to": facts.to, "state": case.head.state}


def _announce(case: CampaignSession, entry: Entry) -> None:
    """Tell the units of the move."""
    moved = entry.facts
    facts: dict[str, Any] = {"from": moved.before, "to": moved.to, "decision": moved.decision}
    facts["manner"] = {"override": "override", "pass": "conditional"}.get(entry.action, "")
    if entry.action == "pass":
        facts["unmet"] = [condition.id for condition in moved.verdict.conditions if not condition.holds]
    _tell_all(case, "phase", facts)


def _tell_all(case: CampaignSession, kind: str, facts: dict[str, Any]) -> None:
    """Tell every unit that has a part in the campaign, but no superior."""
    workflow = case.plan.workflow
    owing = {a.unit for a in case.work.find(Assignment, campaign=case.id)} - {workflow.office}
    told = units.current(workflow.directory, owing, case.today)
    for unit in workflow.directory.units.values():
        if unit.name in told and case.relation(unit.name) != "superior" and units.is_valid(unit, case.today):
            enqueue(case, kind, unit.name, facts=facts)


def _finish(case: CampaignSession, state: str) -> None:
    phases.cancel_open(case)
    phases.disarm_all(case)
    case.change(state=state, gate_verdict="")


def _decide_abort(case: CampaignSession, actor: Actor, asked: Abort) -> Decision:
    target_phase(case, Leave(), "abort")
    facts = Aborted(before=case.head.phase, document=asked.document)
    return Decision(subject=case.head.key, facts=facts, reason=asked.reason)


def _apply_abort(case: CampaignSession, entry: Entry) -> Answer:
    facts: Aborted = entry.facts
    phases.leave(case, facts.before, "abort")
    _finish(case, "aborted")
    _tell_all(case, "ended", {"reason": entry.reason, "document": facts.document})
    return {"state": "aborted"}


# --- approvals (G2) ---


def _decide_approve(case: CampaignSession, actor: Actor, asked: Approve) -> Decision:
    name = asked.name
    known = approvals_of(case)
    if name not in known:
        raise UnknownName("approval", name, known)
    on = asked.on or case.today
    if on > case.today:
        raise refuse("day_not_come", on=on)
    on_behalf = "" if actor.role == "leader" else case.plan.workflow.leading_group
    return Decision(
        subject=name,
        facts=Approved(name=name, document=asked.document, on=on),
        on_behalf=on_behalf,
    )


def approvals_of(case: CampaignSession) -> list[str]:
    """Return the names of all approvals that some gate of the workflow asks for."""
    wanted: list[str] = []
    for phase in case.plan.workflow.phases:
        wanted += sorted(gates.reads(phase.gate).approvals - set(wanted))
    return wanted


def _apply_approve(case: CampaignSession, entry: Entry) -> Answer:
    facts: Approved = entry.facts
    approval = Approval(
        id=case.next_id(),
        campaign=case.id,
        name=facts.name,
        document=facts.document,
        happened_on=facts.on,
        actor=entry.on_behalf or entry.actor,
    )
    case.work.add(approval)
    case.arm_gate()
    return {"approval": approval.name}


def _apply_gate_seen(case: CampaignSession, entry: Entry) -> Answer:
    facts: GateSeen = entry.facts
    case.change(gate_verdict=facts.digest)
    return {}


@record
class Rehearsed:
    """A copy of a campaign became a rehearsal (SEMANTICS I3)."""


def _decide_rehearse(case: CampaignSession, actor: Actor, asked: Nothing) -> Decision:
    return Decision(subject=case.head.key, facts=Rehearsed())


def _apply_rehearse(case: CampaignSession, entry: Entry) -> Answer:
    case.change(rehearsal=True)
    return {}


ACTIONS = (
    Action("rehearse", frozenset({"system"}), _decide_rehearse, _apply_rehearse, Rehearsed, after_end=True),
    Action("start", OFFICE, _decide_start, _apply_start, Started, Start),
    Action(
        "approve",
        EITHER,
        _decide_approve,
        _apply_approve,
        Approved,
        Approve,
        "campaign approve",
        (shows("shizhu-2022", name="领导小组同意转入创建冲刺阶段", document="会议纪要〔2022〕3号"),),
    ),
    Action(
        "advance",
        frozenset({"office", "leader", "system"}),
        _decide_advance,
        apply_move,
        PhaseMoved,
        Advance,
        "campaign advance",
        (shows("shizhu-2022", "leader", decision="领导小组会议纪要〔2022〕3号"),),
    ),
    Action(
        "override",
        LEADER,
        _decide_override,
        apply_move,
        PhaseMoved,
        Override,
        "campaign override",
        (shows("shizhu-2022", "leader", reason="先行转段", document="会议纪要〔2022〕4号"),),
    ),
    Action(
        "abort",
        LEADER,
        _decide_abort,
        _apply_abort,
        Aborted,
        Abort,
        "campaign abort",
        (shows("shizhu-2022", "leader", reason="上级取消评选", document="县委〔2022〕12号"),),
    ),
    Action("gate_seen", frozenset({"system"}), as_given, _apply_gate_seen, GateSeen, Found),
)
