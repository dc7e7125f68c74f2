"""Rounds of looking: kept, their tasks issued, the units that are looked at told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from engine import units
from engine.errors import UnknownName
from engine.model import Assignment, Remark, Round
from engine.model.plain import plain
from engine.records import record, replace
from engine.service.duties.apply.joining import join
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.joining import month_title

OUTCOME = ("draws", "candidates", "pairs", "units")


@record
class Draw:
    """Whom the lots took among candidates."""

    candidates: tuple[str, ...]
    taken: tuple[str, ...]


@record
class Begun:
    """A round began: its name, what somebody typed of it, the tasks it brings, and whom it drew, paired or asked.

    The name of a month is the month. A round without a document rests on that of the workflow. `seed_from` says who
    named the seed, and is empty where nobody did; `extra` is the hash of all amendments of the campaign.
    """

    round: str
    kind: Literal["spot", "mutual", "self", "month"]
    tasks: tuple[str, ...]
    extra: str
    title: str = ""
    document: str = ""
    due: date | None = None
    seed: str = ""
    seed_from: str = ""
    draws: tuple[Draw, ...] = ()
    candidates: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    units: tuple[str, ...] = ()


def all_of(case: CampaignSession) -> list[Round]:
    """Return the rounds of a campaign, oldest first."""
    return case.work.find(Round, campaign=case.id, order="id")


def named(case: CampaignSession, name: str) -> Round:
    """Return a round by its name; UnknownName lists the others."""
    found = case.work.find(Round, campaign=case.id, name=name)
    if not found:
        raise UnknownName("round", name, [each.name for each in all_of(case)])
    return found[0]


def outcome(found: Round) -> dict[str, Any]:
    """Return whom a round drew, paired or asked."""
    told: dict[str, Any] = json.loads(found.outcome)
    return told


def begin(case: CampaignSession, facts: Begun) -> dict[str, Any]:
    """Keep a round, issue the tasks that it brings, and tell the units that will be looked at."""
    kept = _kept(case, facts)
    case.work.add(kept)
    join(case, facts.extra, facts.tasks)
    for unit, inspector in _looked_at(case, kept):
        told = {
            "title": kept.title,
            "document": kept.document,
            "due": facts.due.isoformat() if facts.due else "",
            "seed": facts.seed,
            "candidates": _candidates(facts, unit),
            "inspector": inspector,
        }
        enqueue(case, "inspection", unit, facts=told)
    case.arm_gate()
    return {"round": kept.name, "units": looked_at(kept), "seed": kept.seed}


def _candidates(facts: Begun, unit: str) -> list[str]:
    """Return among whom a unit was drawn, so that it can repeat the draw from its notice."""
    known = [facts.candidates, *(draw.candidates for draw in facts.draws)]
    return next([*candidates] for candidates in known if unit in candidates)


def _kept(case: CampaignSession, facts: Begun) -> Round:
    told = plain(facts)
    return Round(
        id=case.next_id(),
        campaign=case.id,
        name=facts.round,
        kind=facts.kind,
        title=month_title(facts.round) if facts.kind == "month" else facts.title,
        document=facts.document or case.plan.workflow.document.title,
        opened_on=case.today,
        due_on=facts.due,
        outcome=json.dumps({k: told[k] for k in OUTCOME if k in told}, ensure_ascii=False, sort_keys=True),
        seed=facts.seed,
        seed_from=facts.seed_from,
    )


def looked_at(found: Round) -> list[str]:
    """Return the units that a round looks at, or asks."""
    told = outcome(found)
    if "draws" in told:
        return [name for draw in told["draws"] for name in draw["taken"]]
    return [whom for _, whom in told["pairs"]] if "pairs" in told else list(told["units"])


def looks(case: CampaignSession, found: Round) -> list[tuple[str, str]]:
    """Return each unit that is looked at in a round, and who looks: the office, another unit, or itself.

    Each is called as it is today: who was renamed or merged is looked at, and looks, under its new name (R3).
    """
    office = case.plan.workflow.office
    if found.kind == "mutual":
        known = [(whom, who) for who, whom in outcome(found)["pairs"]]
    else:
        known = [(name, office if found.kind == "spot" else name) for name in looked_at(found)]
    return list(dict.fromkeys((called(case, whom), called(case, who)) for whom, who in known))


def called(case: CampaignSession, name: str) -> str:
    """Return the name that a unit bears today (R3)."""
    return units.called(case.plan.workflow.directory, name, case.today)


def _looked_at(case: CampaignSession, found: Round) -> Iterator[tuple[str, str]]:
    """Yield each unit that somebody else will look at, and who; who looks at itself has its task."""
    return ((whom, who) for whom, who in looks(case, found) if whom != who)


# --- what a month asks for ---


def asked(case: CampaignSession, found: Round) -> list[str]:
    """Return the units that a month asks, under the names by which they answer: a successor by its own (R3)."""
    owed = case.work.find(Assignment, campaign=case.id, task=f"month-{found.name}")
    answering = {each.unit for each in owed if each.state != "cancelled"}
    lines = case.plan.workflow.directory.lines()
    names: list[str] = []
    for name in looked_at(found):
        line = (name, called(case, name), *sorted(lines.get(name, ())))
        names.append(next((each for each in line if each in answering), name))
    return list(dict.fromkeys(names))


def open_of(case: CampaignSession, unit: str = "") -> list[Assignment]:
    """Return what a unit, or every unit, still owes beside its monthly answers, oldest first."""
    which = {"unit": unit} if unit else {}
    found = case.work.find(Assignment, campaign=case.id, order="id", **which)
    return [a for a in found if a.state not in SETTLED and case.plan.tasks[a.task].kind != "monthly"]


def owing(case: CampaignSession) -> set[str]:
    """Return the units that have something open."""
    return {assignment.unit for assignment in open_of(case)}


# --- what a round brings in ---


def in_one_line(text: object) -> str:
    """Return what somebody wrote as one line: it becomes a title, or a cell."""
    return " ".join(str(text or "").split())


def remarks(case: CampaignSession, found: int = 0) -> list[Remark]:
    """Return the lines that a round brought in, or all, oldest first."""
    which = {"round": found} if found else {}
    return case.work.find(Remark, campaign=case.id, order="id", **which)


def remark(
    case: CampaignSession, found: int, kind: Any, unit: str, teller: str, text: str, on: date, task: str = ""
) -> Remark:
    """Keep a line that a round brought in; a finding is open until the office decides."""
    kept = Remark(
        id=case.next_id(),
        campaign=case.id,
        round=found,
        kind=kind,
        unit=unit,
        teller=teller,
        text=text,
        happened_on=on,
        state="open" if kind == "finding" else "told",
        task=task,
    )
    case.work.add(kept)
    return kept


def change(case: CampaignSession, number: int, **values: Any) -> None:
    """Change what became of a line."""
    kept = case.work.must(Remark, number)
    case.work.put(replace(kept, **values))
