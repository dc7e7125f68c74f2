"""Rounds of looking: spot checks by lot, mutual inspection, self-checks (SEMANTICS V1, V2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Literal

from engine import clock, draws, units
from engine.errors import BadInput
from engine.records import replace
from engine.service.duties.commands.adhoc import pinned, require_ahead, units_given
from engine.service.inspections import rounds
from engine.service.inspections.rounds import Begun, Draw
from engine.service.kernel.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import Case
from engine.service.kernel.joining import NewTask
from engine.service.kernel.journal import Entry

EITHER = frozenset({"office", "leader"})
LETTERS = {"spot": "s", "mutual": "m", "self": "z"}


# --- spot checks (V1) ---


def _decide_draw(case: Case, actor: Actor, given: Given) -> Decision:
    begun = _begun(case, given, "spot", *seed_given(given))
    drawn = _drawn(case, given, begun.seed, _number(given))
    return _decision(case, replace(begun, draws=drawn), [_task(case, begun, [case.plan.workflow.office])])


def _number(given: Given) -> int:
    value = str(given.get("count") or "")
    if not value.isdecimal() or int(value) < 1:
        raise BadInput("no_number_to_draw", found=value)
    return int(value)


def _drawn(case: Case, given: Given, seed: str, number: int) -> tuple[Draw, ...]:
    """Return each draw with its candidates and whom the lots took; one for all, or one for each group named."""
    found: list[Draw] = []
    taken: set[str] = set()
    for candidates in strata(case, given):
        free = tuple(name for name in candidates if name not in taken)
        if not free:
            raise refuse("nobody_to_draw", number=number)
        if number > len(free):
            raise refuse("too_few_to_draw", number=number, among=len(free))
        found.append(Draw(candidates=free, taken=draws.drawn(seed, free, number)))
        taken.update(found[-1].taken)
    return tuple(found)


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


def seed_given(given: Given) -> tuple[str, str]:
    """Return the seed of a draw: the one given, with who named it, or one that nobody could foresee."""
    seed = str(given.get("seed") or "").strip()
    if not seed.isprintable():
        raise BadInput("no_seed", found=seed)
    if not seed:
        return clock.token(), ""
    return seed, str(given.get("seed_from") or "given")


# --- mutual inspection (V2) ---


def _decide_pair(case: Case, actor: Actor, given: Given) -> Decision:
    begun = _begun(case, given, "mutual", *seed_given(given))
    if begun.due is None:
        raise refuse("inspection_without_date")
    among = tuple(candidates(case, units_given(case, {"units": given.get("among") or []}), given))
    if len(among) < draws.FEWEST:
        raise refuse("too_few_to_pair", number=len(among), fewest=draws.FEWEST)
    pairs = draws.pairs(begun.seed, among)
    tasks = [
        replace(_task(case, begun, [who]), id=f"{begun.round}-{n}", whom=whom)
        for n, (who, whom) in enumerate(pairs, 1)
    ]
    return _decision(case, replace(begun, candidates=among, pairs=pairs), tasks)


# --- self-checks ---


def _decide_check(case: Case, actor: Actor, given: Given) -> Decision:
    begun = _begun(case, given, "self")
    if begun.due is None:
        raise refuse("self_check_without_date")
    named = units_given(case, {"units": given.get("among") or []})
    checking = tuple(candidates(case, named, given))
    if not checking:
        raise refuse("nobody_to_check_itself")
    return _decision(case, replace(begun, units=checking), [_task(case, begun, checking)])


# --- what they share ---


def _begun(case: Case, given: Given, kind: Literal["spot", "mutual", "self"], seed: str = "", by: str = "") -> Begun:
    """Return what every round tells, before anybody was drawn or asked."""
    title = text_given(given, "title")
    document = text_given(given, "document")
    due = day_given(given, "due") if given.get("due") else None
    require_ahead(case, due)
    return Begun(
        round=_name(case, kind),
        kind=kind,
        title=title,
        document=document,
        due=due,
        seed=seed,
        seed_from=by,
        tasks=(),
        extra="",
    )


def _task(case: Case, begun: Begun, owing: Iterable[str]) -> NewTask:
    """Return the task that a round brings to those who owe it."""
    return NewTask(
        id=begun.round,
        kind=begun.kind,
        title=begun.title if begun.kind != "mutual" else "",
        phase=case.head.phase,
        units=tuple(owing),
        due=begun.due,
        document=begun.document,
    )


def _decision(case: Case, begun: Begun, tasks: Sequence[NewTask]) -> Decision:
    facts = replace(begun, tasks=tuple(task.id for task in tasks), extra=pinned(case, tasks))
    return Decision(subject=begun.round, facts=facts)


def _name(case: Case, kind: str) -> str:
    taken = {found.name for found in rounds.all_of(case)} | set(case.plan.tasks)
    return next(name for n in count(1) if (name := f"{LETTERS[kind]}-{n}") not in taken)


def _apply(case: Case, entry: Entry) -> Answer:
    return rounds.begin(case, entry.facts)


ACTIONS = (
    Action("draw", EITHER, _decide_draw, _apply, Begun, once=True),
    Action("pair", EITHER, _decide_pair, _apply, Begun, once=True),
    Action("check", EITHER, _decide_check, _apply, Begun),
)
