"""Quotas: numbers of things to reach, by kind, by the share of each unit and in total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from engine.gates import quotas
from engine.model import Directory, Quota, QuotaKind, QuotaShare
from engine.reader.ladders import whole
from engine.reader.names import Names, ids_of
from engine.reader.problems import Problems
from engine.reader.shape import Filled
from engine.reader.sources import read_source
from engine.units import expand


def read_quota(row: Filled, names: Names, directory: Directory) -> Quota:
    """Return the quota in `row`."""
    problems = names.problems
    ids_of(row.rows("kinds"), problems)
    quota = Quota(
        id=row.text("id"),
        title=row.text("title"),
        kinds=tuple(_kind(each, problems) for each in row.rows("kinds")),
        total=whole(row, "total"),
        per_unit=tuple(_shares(row, names, directory)),
        source=read_source(row),
        place=row.place,
    )
    _check_total(quota, row, problems)
    _check_shares(quota, problems)
    return quota


def _kind(row: Filled, problems: Problems) -> QuotaKind:
    leaf = row.leaf("range")
    least, most = cast(tuple[int, int | None], leaf.value) if leaf else (0, None)
    if leaf and most is not None and most < least:
        problems.add("PW208", leaf.place, "the range ends before it begins", leaf.text, "swap the two")
    before = whole(row, "before") or 0
    return QuotaKind(
        id=row.text("id"), title=row.text("title", row.text("id")), least=least, most=most, before=before
    )


def _check_total(quota: Quota, row: Filled, problems: Problems) -> None:
    if quota.total is None or _is_inverted(quota):
        return
    least, most = sum(kind.least for kind in quota.kinds), quotas.room(quota)
    if quota.total < least or (most is not None and quota.total > most):
        cure = f"the kinds allow {least}..{'' if most is None else most}"
        what = "the total cannot be reached with these kinds"
        problems.add("PW408", row.where("total"), what, str(quota.total), cure)


def _is_inverted(quota: Quota) -> bool:
    return any(kind.most is not None and kind.most < kind.least for kind in quota.kinds)


# --- shares of units ---


def _shares(row: Filled, names: Names, directory: Directory) -> Iterator[QuotaShare]:
    for each in row.rows("per_unit"):
        printed = names.unit_list(each.leaves("units"))
        leaf = each.leaf("least")
        share = QuotaShare(
            units=printed if names.units is None else expand(directory, printed),
            printed=printed,
            least=cast(int | None, leaf.value) if leaf else None,
            together=each.text("together") == "true",
            title=each.text("title"),
            place=each.place,
        )
        if names.units is not None and not share.units and printed:
            cure = "name units that there are, or leave the share out"
            names.problems.add("PW562", each.place, "the share falls to nobody", "、".join(printed), cure)
        yield share


def _check_each_share(quota: Quota, problems: Problems) -> None:
    seen: set[str] = set()
    for share in quota.per_unit:
        if twice := [unit for unit in share.units if unit in seen]:
            cure = "keep one: what it has would count for both"
            problems.add("PW560", share.place, "a unit stands in two shares", "、".join(twice), cure)
        seen.update(share.units)
        if share.together and share.least is None:
            cure = "write how many together, or leave `together:` out"
            problems.add("PW563", share.place, "units share a number that is not stated", share.title, cure)


def _check_shares(quota: Quota, problems: Problems) -> None:
    _check_each_share(quota, problems)
    limits = [number for number in (quota.total, quotas.room(quota)) if number is not None]
    if quota.per_unit and limits and quotas.asked(quota) > min(limits) and not _is_inverted(quota):
        what = "the shares of the units ask for more than the quota allows"
        found, cure = f"{quotas.asked(quota)} of at most {min(limits)}", "lower them, or raise its total or its kinds"
        problems.add("PW561", quota.per_unit[0].place, what, found, cure)
