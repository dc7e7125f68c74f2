"""What was found: reported by who looked, made a rectification or dropped by the office (SEMANTICS V3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from engine.errors import BadInput, NotAllowed, UnknownName
from engine.model import Remark, Round
from engine.model.plain import Ref, full, short
from engine.records import field, record
from engine.service.duties.apply.joining import join
from engine.service.duties.commands.adhoc import next_name, pinned, require_ahead
from engine.service.duties.commands.evidence import Piece, vouchers
from engine.service.inspections import rounds
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.joining import NewTask
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import ABOUT, Day, Given, Is, Line, Text, Unit, Voucher
from engine.service.kernel.params import Round as RoundNamed

# --- what the records tell ---


@record
class FindingReported:
    """Who looked at a unit in a round reported what it found there."""

    round: str
    unit: str
    teller: str
    on: date
    findings: tuple[str, ...]
    evidence: tuple[Piece, ...] = ()


@record
class Adopted:
    """Findings became rectifications, one task each in their order; `extra` is the hash of all amendments."""

    findings: tuple[Ref, ...]
    tasks: tuple[str, ...]
    document: str
    due: date
    extra: str


@record
class Dropped:
    """Findings need no rectification, for the reason of the record."""

    findings: tuple[Ref, ...]


# --- what they are given ---


@record
class Report:
    """Report what was found, by who looked or by the office for it."""

    round: Annotated[RoundNamed, ABOUT]
    unit: Unit = ""
    findings: tuple[Text, ...] = ()
    on: Day | None = None
    voucher: Voucher = field(default_factory=dict)


@record
class Chosen:
    """Findings by their numbers, or all that are open in a round."""

    findings: tuple[Annotated[str, Is(kind="finding")], ...] = ()
    round: RoundNamed = ""


@record
class Adopt(Chosen):
    """Make findings rectifications of the units they were found at (列入整改台账)."""

    due: Day
    document: Line


@record
class Drop(Chosen):
    """Decide that findings need no rectification (不予立项); they stay in the register."""

    reason: Text


ANYBODY = frozenset({"office", "leader", "unit"})
EITHER = frozenset({"office", "leader"})
NUMBER = re.compile(r"[0-9]{1,9}")


# --- reported ---


def _decide_report(case: CampaignSession, actor: Actor, asked: Report) -> Decision:
    found = rounds.named(case, asked.round)
    if found.kind == "month":
        raise refuse("month_not_looked_at", round=found.name)
    about, teller = _looked(case, actor, asked, found)
    texts = tuple(text for each in asked.findings if (text := rounds.in_one_line(each)))
    if not texts:
        raise refuse("nothing_found")
    on = asked.on or case.today
    if not found.opened_on <= on <= case.today:
        raise refuse("not_since_round", on=on, opened_on=found.opened_on)
    on_behalf = "" if teller in (actor.name, case.plan.workflow.office) else teller
    facts = FindingReported(
        round=found.name, unit=about, teller=teller, on=on, findings=texts, evidence=_proof(asked.voucher, on_behalf)
    )
    return Decision(subject=f"{found.name}/{about}", facts=facts, on_behalf=on_behalf)


def _proof(voucher: Given, on_behalf: str) -> tuple[Piece, ...]:
    """What the office writes down for another unit needs a voucher (SEMANTICS D8)."""
    if not on_behalf:
        return ()
    if not voucher:
        raise refuse("voucher_for_unit", unit=on_behalf)
    return vouchers(voucher)


def _looked(case: CampaignSession, actor: Actor, asked: Report, found: Round) -> tuple[str, str]:
    """Return the unit that was looked at and who looked; a unit reports what it looked at itself (G10)."""
    wanted = rounds.called(case, asked.unit)
    known = rounds.looks(case, found)
    own = [pair for pair in known if pair[1] == actor.name]
    if not wanted and actor.role == "unit" and len(own) == 1:
        return own[0]
    looked = _looks_at(wanted, own) or _looks_at(wanted, known)
    if not looked:
        raise UnknownName("inspected_unit", wanted, [*dict(known)])
    if actor.role == "unit" and looked[0][1] != actor.name:
        raise NotAllowed("report_on", unit=wanted, actor=actor.name, roles=[looked[0][1], "office"])
    return looked[0]


def _looks_at(unit: str, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in pairs if pair[0] == unit]


def _apply_report(case: CampaignSession, entry: Entry) -> Answer:
    facts: FindingReported = entry.facts
    found = rounds.named(case, facts.round).id
    numbers = []
    for text in facts.findings:
        remark = rounds.remark(case, found, "finding", facts.unit, facts.teller, text, facts.on)
        numbers.append(short(remark.id))
    case.arm_gate()
    return {"unit": facts.unit, "findings": numbers}


# --- adopted or dropped ---


def _decide_adopt(case: CampaignSession, actor: Actor, asked: Adopt) -> Decision:
    chosen = _chosen(case, asked)
    document, due = asked.document, asked.due
    require_ahead(case, due)
    tasks = [
        NewTask(
            id=next_name(case, "r", n),
            kind="rectification",
            title=remark.text,
            phase=case.head.phase,
            units=(remark.unit,),
            due=due,
            document=document,
        )
        for n, remark in enumerate(chosen)
    ]
    facts = Adopted(
        findings=tuple(remark.id for remark in chosen),
        tasks=tuple(task.id for task in tasks),
        document=document,
        due=due,
        extra=pinned(case, tasks),
    )
    return Decision(subject="/".join(_shown(chosen)), facts=facts)


def _apply_adopt(case: CampaignSession, entry: Entry) -> Answer:
    facts: Adopted = entry.facts
    join(case, facts.extra, facts.tasks)
    for number, task in zip(facts.findings, facts.tasks, strict=True):
        rounds.change(case, number, state="adopted", task=task)
    case.arm_gate()
    return {"tasks": [*facts.tasks]}


def _decide_drop(case: CampaignSession, actor: Actor, asked: Drop) -> Decision:
    chosen = _chosen(case, asked)
    facts = Dropped(findings=tuple(remark.id for remark in chosen))
    return Decision(subject="/".join(_shown(chosen)), facts=facts, reason=asked.reason)


def _apply_drop(case: CampaignSession, entry: Entry) -> Answer:
    facts: Dropped = entry.facts
    for number in facts.findings:
        rounds.change(case, number, state="dropped", reason=entry.reason)
    case.arm_gate()
    return {"findings": [*map(short, facts.findings)]}


def _chosen(case: CampaignSession, asked: Chosen) -> list[Remark]:
    """Return the findings that a command names, by number or all that are open in a round."""
    if asked.round:
        found = rounds.named(case, asked.round).id
        waiting = [r for r in rounds.remarks(case, found) if r.kind == "finding" and r.state == "open"]
    else:
        waiting = [_numbered(case, number) for number in dict.fromkeys(asked.findings)]
    if not waiting:
        raise refuse("no_finding_waits")
    if settled := [remark for remark in waiting if remark.state != "open"]:
        raise refuse("findings_decided", findings=_shown(settled), state=settled[0].state)
    return waiting


def _numbered(case: CampaignSession, number: str) -> Remark:
    found = case.work.get(Remark, full(int(number), case.id)) if NUMBER.fullmatch(number) else None
    if found is None or found.kind != "finding":
        raise BadInput("no_such_finding", found=number)
    return found


def _shown(found: Iterable[Remark]) -> list[str]:
    return [f"{short(remark.id)}/{remark.unit}" for remark in found]


ACTIONS = (
    Action(
        "report",
        ANYBODY,
        _decide_report,
        _apply_report,
        FindingReported,
        Report,
        "look report",
        (
            shows("shizhu-2022", "黄水镇", round="m-1", unit="中益乡", findings=["台账不全"]),
            shows("shizhu-2022", round="s-1", unit="中益乡", findings=["台账不全", "标牌陈旧"]),
        ),
    ),
    Action(
        "adopt",
        EITHER,
        _decide_adopt,
        _apply_adopt,
        Adopted,
        Adopt,
        "look adopt",
        (shows("shizhu-2022", round="m-1", due="2022-10-20", document="互检通报〔2022〕2号"),),
    ),
    Action(
        "drop",
        EITHER,
        _decide_drop,
        _apply_drop,
        Dropped,
        Drop,
        "look drop",
        (shows("shizhu-2022", findings=["412"], reason="当场补正"),),
    ),
)
