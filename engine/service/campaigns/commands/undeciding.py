"""What a gate counts is taken back (撤销): a recorded decision, or what was designated toward a quota (G11)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from engine.errors import NotAllowed, UnknownName
from engine.gates import quotas
from engine.model import Approval, Tally
from engine.model.plain import Ref, full
from engine.records import record
from engine.service.campaigns import counted, slips
from engine.service.campaigns.counted import Made, Sought
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Is, Line, Number, Text, Unit

# --- what the records tell ---


@record
class Unapproved:
    """The latest decision of a name was taken back."""

    approval: Ref
    name: str
    document: str = ""


@record
class Undesignated:
    """So many of what was designated of a kind in a unit were taken back, the latest first."""

    quota: str
    kind: str
    unit: str
    number: int
    on: date
    document: str = ""


# --- what they are given ---


@record
class Unapprove:
    """Take a recorded decision back (撤销决定)."""

    name: Annotated[str, Is(kind="approval", about=True)]
    reason: Text
    document: Line = ""


@record
class Undesignate:
    """Take back what was designated toward a quota (撤销认定), the latest first."""

    quota: Annotated[str, Is(kind="quota", about=True)]
    kind: Annotated[str, Is(kind="kind", about=True)]
    unit: Unit
    number: Annotated[Number, Is(least=1)] = 1
    reason: Text
    document: Line = ""


EITHER = frozenset({"office", "leader"})


# --- an approval ---


def _decide_unapprove(case: CampaignSession, actor: Actor, asked: Unapprove) -> Decision:
    found = case.work.find(Approval, campaign=case.id, name=asked.name, order="id")
    if not found:
        raise UnknownName("approval", asked.name, _approved(case))
    made = _approving(case, found[-1])
    sought = Sought(counts=counted.of_approval(asked.name), seq=made.seq, at=made.entry.at)
    slips.require_uncounted(case, sought, "counted_approval", name=asked.name)
    if not slips.require_document(case, actor, asked.document, [made]) and actor.role != "leader":
        raise NotAllowed("unapprove", actor=actor.name, roles=["leader"])
    facts = Unapproved(approval=found[-1].id, name=asked.name, document=asked.document)
    return Decision(subject=asked.name, facts=facts, reason=asked.reason)


def _approved(case: CampaignSession) -> list[str]:
    return [*dict.fromkeys(each.name for each in case.work.find(Approval, campaign=case.id, order="id"))]


def _approving(case: CampaignSession, approval: Approval) -> Made:
    known = [made for made in counted.acts(case, case.head, ["approve"]) if made.facts.name == approval.name]
    own = [made for made in known if full(made.entry.ids[0], case.id) == approval.id]
    return (own or known)[-1]


def _apply_unapprove(case: CampaignSession, entry: Entry) -> Answer:
    facts: Unapproved = entry.facts
    case.work.drop(Approval, facts.approval)
    case.arm_gate()
    return {"approval": facts.name}


# --- a designation ---


def _decide_undesignate(case: CampaignSession, actor: Actor, asked: Undesignate) -> Decision:
    quota = quotas.named(case.plan.workflow.quotas, asked.quota)
    kind = quotas.named(quota.kinds, asked.kind).id
    unit = case.unit(asked.unit).name
    held = case.work.find(Tally, campaign=case.id, quota=quota.id, kind=kind, unit=unit)
    own = sum(tally.number for tally in held) - asked.number
    if own < 0:
        raise refuse("not_of_this_unit", kind=kind, unit=unit, own=own)
    made = _latest(case, (quota.id, kind, unit), asked.number)
    sought = Sought(
        counts=counted.of_designation(case, quota.id, kind, unit),
        seq=made[0].seq,
        at=made[0].entry.at,
        quota=quota.id,
    )
    slips.require_uncounted(case, sought, "counted_designation", kind=kind, unit=unit)
    slips.require_document(case, actor, asked.document, made)
    facts = Undesignated(
        quota=quota.id, kind=kind, unit=unit, number=asked.number, on=case.today, document=asked.document
    )
    return Decision(subject=f"{quota.id}/{kind}", facts=facts, reason=asked.reason)


def _latest(case: CampaignSession, of: tuple[str, str, str], number: int) -> list[Made]:
    """Return the acts that designated the latest so many that still stand, oldest first."""
    quota, kind, unit = of
    names = case.plan.workflow.directory.line_of(unit)
    left: list[tuple[Made, int]] = []
    for made in counted.acts(case, case.head, ["designate", "undesignate"]):
        told = made.facts
        if (told.quota, told.kind) == (quota, kind) and told.unit in names:
            if made.entry.action == "designate" and told.number > 0:
                left.append((made, told.number))
            else:
                _take(left, abs(told.number))
    return [made for made, _ in _take(left, number)][::-1]


def _take(left: list[tuple[Made, int]], number: int) -> list[tuple[Made, int]]:
    """Take so many from the end of what is left, and return what was taken from, the latest first."""
    touched: list[tuple[Made, int]] = []
    while number > 0 and left:
        made, there = left.pop()
        touched.append((made, min(there, number)))
        if there > number:
            left.append((made, there - number))
        number -= there
    return touched


def _apply_undesignate(case: CampaignSession, entry: Entry) -> Answer:
    facts: Undesignated = entry.facts
    tally = Tally(
        id=case.next_id(),
        campaign=case.id,
        quota=facts.quota,
        kind=facts.kind,
        unit=facts.unit,
        number=-facts.number,
        happened_on=facts.on,
        note=entry.reason,
    )
    case.work.add(tally)
    case.arm_gate()
    return {"quota": facts.quota, "kind": facts.kind, "unit": facts.unit, "number": facts.number}


ACTIONS = (
    Action(
        "unapprove",
        EITHER,
        _decide_unapprove,
        _apply_unapprove,
        Unapproved,
        Unapprove,
        "campaign unapprove",
        (
            shows(
                "shizhu-2022",
                "leader",
                name="领导小组同意转入创建冲刺阶段",
                reason="会议纪要引用有误",
                document="会议纪要〔2022〕4号",
            ),
        ),
    ),
    Action(
        "undesignate",
        frozenset({"office"}),
        _decide_undesignate,
        _apply_undesignate,
        Undesignated,
        Undesignate,
        "campaign undesignate",
        (shows("shizhu-2022", quota="创建点", kind="示范学校", unit="县教委", reason="登记重复"),),
    ),
)
