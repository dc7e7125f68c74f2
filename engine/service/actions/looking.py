"""Rounds of looking: spot checks by lot, mutual inspection, self-checks (SEMANTICS V1, V2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from engine import clock, draws, units
from engine.errors import BadInput
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actions.adhoc import pinned, units_given
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.effects import rounds
from engine.service.journal import Entry

EITHER = frozenset({"office", "leader"})
LETTERS = {"spot": "s", "mutual": "m", "self": "z"}
SCORE = "自评分"


# --- spot checks (V1) ---


def _decide_draw(case: Case, actor: Actor, given: Given) -> Decision:
    facts = _begun(case, given, "spot") | seed_given(given)
    facts["draws"] = _drawn(case, given, facts["seed"], _number(given))
    title = f"抽查:{facts['title']}"
    owed = _owed(case, facts, facts["round"], title, [case.plan.workflow.office], "抽查情况和发现的问题")
    return Decision(subject=facts["round"], facts=facts | pinned(case, [owed]))


def _number(given: Given) -> int:
    value = str(given.get("count") or "")
    if not value.isdecimal() or int(value) < 1:
        raise BadInput(what="that is no number of units to draw", found=value, cure="give --count 1 or more")
    return int(value)


NOBODY_TO_DRAW = "name others with --among: superiors and our own office are never looked at"


def _drawn(case: Case, given: Given, seed: str, number: int) -> list[dict[str, Any]]:
    """Return each draw with its candidates and whom the lots took; one for all, or one for each group named."""
    found: list[dict[str, Any]] = []
    taken: set[str] = set()
    for candidates in strata(case, given):
        free = [name for name in candidates if name not in taken]
        if number > len(free):
            raise refuse(
                f"{number} cannot be drawn among {len(free)}",
                NOBODY_TO_DRAW if not free else "draw fewer, or among more",
            )
        found.append({"candidates": free, "taken": list(draws.drawn(seed, free, number))})
        taken.update(found[-1]["taken"])
    return found


def strata(case: Case, given: Given) -> list[list[str]]:
    """Return the units that a draw is among: all together, or group by group."""
    named = units_given(case, {"units": given.get("among") or []})
    parts = [[name] for name in named] if given.get("per_group") else [named]
    return [candidates(case, part, given) for part in parts]


def candidates(case: Case, named: Iterable[str], given: Given) -> list[str]:
    """Return the units among those named that can be looked at: never a superior, never our own office."""
    left_out = set(units_given(case, {"units": given["without"]})) if given.get("without") else set()
    directory = case.plan.workflow.directory
    out = set(units.expand(directory, left_out, case.today)) | {case.plan.workflow.office}
    meant = units.expand(directory, named, case.today)
    return [name for name in meant if name not in out and case.relation(name) != "superior"]


def seed_given(given: Given) -> dict[str, str]:
    """Return the seed of a draw: the one given, with who named it, or one that nobody could foresee."""
    seed = str(given.get("seed") or "").strip()
    if not seed.isprintable():
        raise BadInput(what="that is no seed", found=seed, cure="give one line of plain text with --seed")
    if not seed:
        return {"seed": clock.token(), "seed_from": ""}
    return {"seed": seed, "seed_from": str(given.get("seed_from") or "given")}


# --- mutual inspection (V2) ---


def _decide_pair(case: Case, actor: Actor, given: Given) -> Decision:
    facts = _begun(case, given, "mutual") | seed_given(given)
    if not facts["due"]:
        raise refuse("an inspection has a date", "give --due DATE")
    among = candidates(case, units_given(case, {"units": given.get("among") or []}), given)
    if len(among) < draws.FEWEST:
        why = f"{len(among)} units cannot inspect each other without two that inspect one another"
        raise refuse(why, f"name {draws.FEWEST} or more")
    facts |= {"candidates": among, "pairs": [list(pair) for pair in draws.pairs(facts["seed"], among)]}
    owed = [_inspection(case, facts, n, *pair) for n, pair in enumerate(facts["pairs"], 1)]
    return Decision(subject=facts["round"], facts=facts | pinned(case, owed))


def _inspection(case: Case, facts: Mapping[str, Any], n: int, who: str, whom: str) -> dict[str, Any]:
    return _owed(case, facts, f"{facts['round']}-{n}", f"互检:检查{whom}", [who], f"对{whom}的检查情况和发现的问题")


# --- self-checks ---


def _decide_check(case: Case, actor: Actor, given: Given) -> Decision:
    facts = _begun(case, given, "self")
    if not facts["due"]:
        raise refuse("a self-check has a date", "give --due DATE")
    named = units_given(case, {"units": given.get("among") or []})
    facts["units"] = candidates(case, named, given)
    if not facts["units"]:
        raise refuse("nobody would check itself", "name units that are not superiors with --among")
    owed = _owed(case, facts, facts["round"], f"自查:{facts['title']}", facts["units"], "自评分和自查发现的问题")
    owed |= {"numbers": {SCORE: "满分100"}, "needs": ["number"]}
    return Decision(subject=facts["round"], facts=facts | pinned(case, [owed]))


# --- what they share ---


def _begun(case: Case, given: Given, kind: str) -> dict[str, Any]:
    """Return the facts that every round has."""
    title = text_given(given, "title", "say what is looked at")
    document = text_given(given, "document", "a round rests on a document")
    due = day_given(given, "due") if given.get("due") else None
    if due is not None and due < case.today:
        raise refuse(f"{due} has passed", "give a later day with --due")
    return {
        "round": _name(case, kind),
        "kind": kind,
        "title": title,
        "document": document,
        "due": due.isoformat() if due else "",
    }


def _name(case: Case, kind: str) -> str:
    taken = {found.name for found in rounds.all_of(case)} | set(case.plan.tasks)
    return next(name for n in count(1) if (name := f"{LETTERS[kind]}-{n}") not in taken)


def _owed(
    case: Case, facts: Mapping[str, Any], name: str, title: str, owing: list[str], demand: str
) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "adhoc",
        "title": title,
        "phase": case.head.phase,
        "units": owing,
        "due": facts["due"],
        "demand": demand,
        "document": facts["document"],
    }


def _apply(case: Case, entry: Entry) -> Answer:
    return rounds.begin(case, entry.facts)


ACTIONS = (
    Action("draw", EITHER, _decide_draw, _apply, once=True),
    Action("pair", EITHER, _decide_pair, _apply, once=True),
    Action("check", EITHER, _decide_check, _apply),
)
