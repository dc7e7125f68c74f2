"""What a quota has, needs and lacks: by kind, by the share of each unit, and in total (SEMANTICS Q1).

The gate, the table, the forecast and the demonstration all count here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, TypeVar

from engine.errors import UnknownName
from engine.model import Quota, QuotaKind, QuotaShare, Tally, VerdictPart
from engine.records import record

Named = TypeVar("Named", Quota, QuotaKind)
TOTAL = "合计"


@record
class QuotaLine:
    """A line of a quota's table; `need` is None where the plan states no number, `units` are who may host.

    `title` is what the plan calls it; `printed` are the units of a share as the plan has them.
    """

    by: Literal["kind", "unit", "total"]
    name: str
    have: int
    need: int | None
    most: int | None = None
    units: tuple[str, ...] = ()
    id: str = ""
    title: str = ""
    printed: tuple[str, ...] = ()

    @property
    def short(self) -> int:
        """How many are missing; none where no number is stated."""
        return max(0, (self.need or 0) - self.have)

    @property
    def amiss(self) -> str:
        """What is wrong with the line: it is `short` or `over`; nothing where it is as it should be."""
        if self.short:
            return "short"
        return "over" if self.most is not None and self.have > self.most else ""

    @property
    def part(self) -> VerdictPart:
        """The line as a verdict names it: a kind, a unit, units together, or (naming nothing) the total."""
        need = self.most if self.amiss == "over" else self.need
        return VerdictPart(
            unit=self.units[0] if len(self.units) == 1 and not self.printed else "",
            name=self.id,
            title=self.title,
            among=self.printed,
            code=self.amiss,
            have=str(self.have),
            need="" if need is None else str(need),
        )


def named(known: Iterable[Named], name: str) -> Named:
    """Return a quota or a kind by its id, or by its title where only one bears it; UnknownName with what is near."""
    there = list(known)
    found = [each for each in there if each.id == name] or [each for each in there if each.title == name]
    if len(found) != 1:
        raise UnknownName("kind" if isinstance(there[0], QuotaKind) else "quota", name, [each.id for each in there])
    return found[0]


def lines(quota: Quota, tallies: Iterable[Tally]) -> tuple[QuotaLine, ...]:
    """Return the table of a quota: its kinds, the shares of units, and the total last."""
    counted = _Counted(tallies)
    kinds = (
        QuotaLine(
            by="kind",
            id=kind.id,
            name=kind.title,
            title=kind.title,
            have=counted.kinds[kind.id],
            need=kind.least,
            most=kind.most,
        )
        for kind in quota.kinds
    )
    shares = (line for share in quota.per_unit for line in _share(share, counted))
    total = QuotaLine(by="total", name=TOTAL, have=counted.kinds.total(), need=needed(quota) or None)
    return (*kinds, *shares, total)


def amiss(quota: Quota, table: Iterable[QuotaLine]) -> tuple[VerdictPart, ...]:
    """Return what is wrong with a quota; of a total that only adds up its shares, these speak."""
    told = (line for line in table if line.by != "total" or quota.total is not None or not quota.per_unit)
    return tuple(line.part for line in told if line.amiss)


def in_words(part: VerdictPart) -> str:
    """Say what is wrong with a quota: 示范机关(0/2), 示范学校(4,最多3)."""
    name = part.unit or part.title or part.name or "、".join(part.among) or TOTAL
    return f"{name}({part.have},最多{part.need})" if part.code == "over" else f"{name}({part.have}/{part.need})"


def hosted(quota: Quota, tallies: Iterable[Tally]) -> tuple[VerdictPart, ...]:
    """Return what each unit has of each kind, in the order in which they came."""
    found: Counter[tuple[str, str]] = Counter()
    for tally in tallies:
        found[tally.unit, tally.kind] += tally.number
    titles = {kind.id: kind.title for kind in quota.kinds}
    return tuple(
        VerdictPart(unit=unit, name=kind, title=titles.get(kind, ""), have=str(number))
        for (unit, kind), number in found.items()
        if number
    )


def asked(quota: Quota) -> int:
    """Return how many the shares of a quota ask for."""
    return sum((share.least or 0) * (1 if share.together else len(share.units)) for share in quota.per_unit)


def needed(quota: Quota) -> int:
    """Return how many a quota needs in all: its total, or what its kinds and its shares ask for."""
    return quota.total if quota.total is not None else max(_stated(quota), asked(quota))


def hosts(quota: Quota) -> tuple[str, ...]:
    """Return the units that may host: those of the shares, also of one without a number; none where all may."""
    return tuple(dict.fromkeys(unit for share in quota.per_unit for unit in share.units))


def room(quota: Quota) -> int | None:
    """Return how many things a quota can hold; None where nothing limits it."""
    mosts = [kind.most for kind in quota.kinds]
    return None if None in mosts else sum(most for most in mosts if most is not None)


def lacking(quota: Quota, tallies: Iterable[Tally]) -> list[tuple[str, tuple[str, ...]]]:
    """Return what is missing, one by one: the kind, and the units of which one is to host it (none: any)."""
    known = list(tallies)
    found = lines(quota, known)
    wanted = [line.units for line in found if line.by == "unit" for _ in range(line.short)]
    number = max(len(wanted), needed(quota) - found[-1].have)
    kinds = _kinds_lacking(quota, _Counted(known).kinds, number)
    return list(zip(kinds, (*wanted, *[()] * (len(kinds) - len(wanted))), strict=False))


class _Counted:
    def __init__(self, tallies: Iterable[Tally]) -> None:
        self.kinds: Counter[str] = Counter()
        self.units: Counter[str] = Counter()
        for tally in tallies:
            self.kinds[tally.kind] += tally.number
            self.units[tally.unit] += tally.number


def _share(share: QuotaShare, counted: _Counted) -> Iterator[QuotaLine]:
    if share.together:
        have = sum(counted.units[unit] for unit in share.units)
        name = share.title or "、".join(share.printed or share.units)
        printed = share.printed or share.units
        title = share.title
        yield QuotaLine(
            by="unit", name=name, title=title, have=have, need=share.least, units=share.units, printed=printed
        )
        return
    for unit in share.units:
        yield QuotaLine(by="unit", name=unit, have=counted.units[unit], need=share.least, units=(unit,))


def _stated(quota: Quota) -> int:
    return quota.total if quota.total is not None else sum(kind.least for kind in quota.kinds)


def _kinds_lacking(quota: Quota, have: Counter[str], number: int) -> list[str]:
    """Return `number` kinds, or more: each one's least first, then whatever still has room."""
    found = [kind.id for kind in quota.kinds for _ in range(kind.least - have[kind.id])]
    for kind in quota.kinds:
        wanted = number - len(found)
        free = wanted if kind.most is None else kind.most - max(have[kind.id], kind.least)
        found += [kind.id] * max(0, min(wanted, free))
    return found
