"""Rounds of looking: spot checks by lot, mutual inspection, self-checks (SEMANTICS V1, V2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Literal

from engine import clock, draws, units
from engine.errors import BadInput
from engine.records import record, replace
from engine.service.duties.commands.adhoc import pinned, require_ahead, units_given
from engine.service.inspections import rounds
from engine.service.inspections.rounds import Begun, Draw
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.joining import NewTask
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Day, Flag, Line, Number, Unit

EITHER = frozenset({"office", "leader"})
LETTERS = {"spot": "s", "mutual": "m", "self": "z"}


# --- what they are given ---


@record
class Begin:
    """What every round needs: among whom, what is looked at, by when, by which document."""

    among: tuple[Unit, ...]
    without: tuple[Unit, ...] = ()
    title: Line
    due: Day | None = None
    document: Line


@record
class ByLot(Begin):
    """The seed of a draw: one that others named, or one that nobody could foresee."""

    seed: Line = ""
    seed_from: Line = ""


@record
class DrawUnits(ByLot):
    """Draw units for a spot check (抽查) by a seed that is published."""

    count: Number | None = None
    per_group: Flag = False


@record
class Pair(ByLot):
    """Draw who inspects whom (互观互检互评)."""


@record
class CheckThemselves(Begin):
    """Ask units to check themselves (自检自查): a score, and the problems they found."""


# --- spot checks (V1) ---


def _decide_draw(case: CampaignSession, actor: Actor, asked: DrawUnits) -> Decision:
    begun = _begun(case, asked, "spot", *seed_given(asked))
    drawn = _drawn(case, asked, begun.seed, _number(asked.count))
    return _decision(case, replace(begun, draws=drawn), [_task(case, begun, [case.plan.workflow.office])])


def _number(count: int | None) -> int:
    if count is None or count < 1:
        raise BadInput("no_number_to_draw", found="" if count is None else count)
    return count


def _drawn(case: CampaignSession, asked: DrawUnits, seed: str, number: int) -> tuple[Draw, ...]:
    """Return each draw with its candidates and whom the lots took; one for all, or one for each group named."""
    found: list[Draw] = []
    taken: set[str] = set()
    for candidates in strata(case, asked.among, asked.without, each=asked.per_group):
        free = tuple(name for name in candidates if name not in taken)
        if not free:
            raise refuse("nobody_to_draw", number=number)
        if number > len(free):
            raise refuse("too_few_to_draw", number=number, among=len(free))
        found.append(Draw(candidates=free, taken=draws.drawn(seed, free, number)))
        taken.update(found[-1].taken)
    return tuple(found)


def strata(
    case: CampaignSession, among: Sequence[str], without: Sequence[str], *, each: bool = False
) -> list[list[str]]:
    """Return the units that a draw is among: all together, or group by group."""
    named = units_given(case, among)
    parts = [[name] for name in named] if each else [named]
    return [candidates(case, part, without) for part in parts]


def candidates(case: CampaignSession, named: Iterable[str], without: Sequence[str] = ()) -> list[str]:
    """Return the units among those named that can be looked at: never a superior, never our own office."""
    left_out = set(units_given(case, without)) if without else set()
    directory = case.plan.workflow.directory
    out = set(units.expand(directory, left_out, case.today)) | {case.plan.workflow.office}
    meant = units.expand(directory, named, case.today)
    return [name for name in meant if name not in out and case.relation(name) != "superior"]


def seed_given(asked: ByLot) -> tuple[str, str]:
    """Return the seed of a draw: the one given, with who named it, or one that nobody could foresee."""
    seed = asked.seed
    if not seed.isprintable():
        raise BadInput("no_seed", found=seed)
    if not seed:
        return clock.token(), ""
    return seed, asked.seed_from or "given"


# --- mutual inspection (V2) ---


def _decide_pair(case: CampaignSession, actor: Actor, asked: Pair) -> Decision:
    begun = _begun(case, asked, "mutual", *seed_given(asked))
    if begun.due is None:
        raise refuse("inspection_without_date")
    among = tuple(candidates(case, units_given(case, asked.among), asked.without))
    if len(among) < draws.FEWEST:
        raise refuse("too_few_to_pair", number=len(among), fewest=draws.FEWEST)
    pairs = draws.pairs(begun.seed, among)
    tasks = [
        replace(_task(case, begun, [who]), id=f"{begun.round}-{n}", whom=whom)
        for n, (who, whom) in enumerate(pairs, 1)
    ]
    return _decision(case, replace(begun, candidates=among, pairs=pairs), tasks)


# --- self-checks ---


def _decide_check(case: CampaignSession, actor: Actor, asked: CheckThemselves) -> Decision:
    begun = _begun(case, asked, "self")
    if begun.due is None:
        raise refuse("self_check_without_date")
    named = units_given(case, asked.among)
    checking = tuple(candidates(case, named, asked.without))
    if not checking:
        raise refuse("nobody_to_check_itself")
    return _decision(case, replace(begun, units=checking), [_task(case, begun, checking)])


# --- what they share ---


def _begun(
    case: CampaignSession, asked: Begin, kind: Literal["spot", "mutual", "self"], seed: str = "", by: str = ""
) -> Begun:
    """Return what every round tells, before anybody was drawn or asked."""
    require_ahead(case, asked.due)
    return Begun(
        round=_name(case, kind),
        kind=kind,
        title=asked.title,
        document=asked.document,
        due=asked.due,
        seed=seed,
        seed_from=by,
        tasks=(),
        extra="",
    )


def _task(case: CampaignSession, begun: Begun, owing: Iterable[str]) -> NewTask:
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


def _decision(case: CampaignSession, begun: Begun, tasks: Sequence[NewTask]) -> Decision:
    facts = replace(begun, tasks=tuple(task.id for task in tasks), extra=pinned(case, tasks))
    return Decision(subject=begun.round, facts=facts)


def _name(case: CampaignSession, kind: str) -> str:
    taken = {found.name for found in rounds.all_of(case)} | set(case.plan.tasks)
    return next(name for n in count(1) if (name := f"{LETTERS[kind]}-{n}") not in taken)


def _apply(case: CampaignSession, entry: Entry) -> Answer:
    return rounds.begin(case, entry.facts)


ACTIONS = (
    Action(
        "draw",
        EITHER,
        _decide_draw,
        _apply,
        Begun,
        DrawUnits,
        "look draw",
        (
            shows("shizhu-2022", among=["各乡镇(街道)"], count=3, title="台账抽查", document="抽查方案"),
            shows("shizhu-2022", among=["各乡镇(街道)"], count=3, dry_run=True),
        ),
        once=True,
    ),
    Action(
        "pair",
        EITHER,
        _decide_pair,
        _apply,
        Begun,
        Pair,
        "look pair",
        (shows("shizhu-2022", among=["各乡镇(街道)"], title="互观互检互评", due="2022-09-20", document="互检方案"),),
        once=True,
    ),
    Action(
        "check",
        EITHER,
        _decide_check,
        _apply,
        Begun,
        CheckThemselves,
        "look check",
        (shows("shizhu-2022", among=["县级部门"], title="台账自查", due="2022-09-10", document="通知"),),
    ),
)
