"""Giving many units the same: worked out for two of them, and for the others by what differs between these two."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import groupby, repeat
from typing import Any, Generic, TypeVar, cast

from engine.model import Role
from engine.records import record
from engine.service.duties.apply import deadlines
from engine.service.kernel.case import CampaignSession
from engine.store.codec import mapping
from engine.store.work import UnitOfWork

R = TypeVar("R")
Row = Sequence[Any]
Member = tuple[str, Role]
Give = Callable[[str, Role], R]
FEW = 4


def give(case: CampaignSession, members: Iterable[Member], one: Give[R]) -> list[R]:
    """Give each member its own by `one`, in order; returns what that gave, for the first two of many alike at least.

    `one` may look at nothing of a unit but its name and what `_fares` tells, so that those who follow each other
    and fare alike are given the same but for names and numbers.
    """
    given: list[R] = []
    for _, run in groupby(members, lambda member: (member[1], _fares(case, member[0]))):
        given += _to_alike(case, [*run], one)
    return given


def _fares(case: CampaignSession, unit: str) -> Hashable:
    """Return what decides how a unit is given something; in a pause, or with a channel shut, each is by itself."""
    workflow = case.plan.workflow
    if workflow.channels_off or case.pauses():
        return unit
    return case.worked_out(
        ("fares", unit), lambda: (case.relation(unit), unit == workflow.office, *deadlines.reach(case, unit))
    )


def _to_alike(case: CampaignSession, members: list[Member], one: Give[R]) -> list[R]:
    if len(members) < FEW:
        return [one(*member) for member in members]
    before = case.numbers
    first, second = (_watched(case, member, one) for member in members[:2])
    step = (case.numbers - before) // 2
    rest = _Rest(case.id, (first.unit, second.unit), step, [unit for unit, _ in members[2:]])
    columns = rest.columns(first, second)
    if columns is None:
        return [first.given, second.given, *(one(*member) for member in members[2:])]
    for kind, found in columns:
        case.work.add_rows(kind, [*zip(*found, strict=True)])
    case.number_on(step * len(rest.units))
    return [first.given, second.given]


@record(frozen=False, kw_only=False)
class _Watched(Generic[R]):
    """What a unit was given, and the records that this left."""

    unit: str
    given: R
    work: _Watching


class _Watching:
    """A unit of work that notes what is added to it; `only_adds` where nothing else was written."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self.added: list[tuple[type, Row]] = []
        self.perhaps: list[object] = []
        self.only_adds = True

    def add(self, record: object) -> None:
        self.added.append((type(record), mapping(type(record)).encode(record)))
        self._work.add(record)

    def add_if_absent(self, record: object) -> None:
        self.perhaps.append(record)
        self._work.add_if_absent(record)

    def put(self, record: object) -> None:
        self.only_adds = False
        self._work.put(record)

    def drop(self, kind: type, *key: Any) -> None:
        self.only_adds = False
        self._work.drop(kind, *key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)


def _watched(case: CampaignSession, member: Member, one: Give[R]) -> _Watched[R]:
    work, watching = case.work, _Watching(case.work)
    case.work = cast(UnitOfWork, watching)
    try:
        return _Watched(member[0], one(*member), watching)
    finally:
        case.work = work


def _add_the_same_kinds(one: _Watching, other: _Watching) -> bool:
    """Tell whether two wrote nothing but records of the same kinds, in the same order."""
    kinds = [[kind for kind, _ in each.added] for each in (one, other)]
    return one.only_adds and other.only_adds and one.perhaps == other.perhaps and kinds[0] == kinds[1]


@record(frozen=False, kw_only=False)
class _Rest:
    """Those who are given the same as two before them; `step` is how many numbers each of them takes."""

    campaign: int
    pair: tuple[str, str]
    step: int
    units: list[str]

    def columns(self, first: _Watched[Any], second: _Watched[Any]) -> list[tuple[type, list[Iterable[Any]]]] | None:
        """Return each kind of record with its columns for the rest; None where the pair differs otherwise."""
        one, other = first.work, second.work
        if not _add_the_same_kinds(one, other):
            return None
        found = [
            (kind, [self._column(*cells) for cells in zip(row, again, strict=True)])
            for (kind, row), (_, again) in zip(one.added, other.added, strict=True)
        ]
        if any(column is None for _, columns in found for column in columns):
            return None
        return cast("list[tuple[type, list[Iterable[Any]]]]", found)

    def _column(self, one: Any, other: Any) -> Iterable[Any] | None:
        if one == other:
            return repeat(one, len(self.units))
        if (one, other) == self.pair:
            return self.units
        if self._is_number(one) and self._is_number(other) and other - one == self.step:
            return range(other + self.step, other + self.step * len(self.units) + 1, self.step)
        return None

    def _is_number(self, cell: Any) -> bool:
        return isinstance(cell, int) and cell >> 32 == self.campaign
