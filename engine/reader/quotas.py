"""Quotas: numbers of things to reach, by kind and in total."""

from __future__ import annotations

from typing import cast

from engine.model import Quota, QuotaKind
from engine.reader.ladders import whole
from engine.reader.names import ids_of
from engine.reader.problems import Problems
from engine.reader.shape import Filled
from engine.reader.sources import read_source


def read_quota(row: Filled, problems: Problems) -> Quota:
    """Return the quota in `row`."""
    ids_of(row.rows("kinds"), problems)
    quota = Quota(
        id=row.text("id"),
        title=row.text("title"),
        kinds=tuple(_kind(each, problems) for each in row.rows("kinds")),
        total=whole(row, "total"),
        source=read_source(row),
        place=row.place,
    )
    _check_total(quota, row, problems)
    return quota


def _kind(row: Filled, problems: Problems) -> QuotaKind:
    leaf = row.leaf("range")
    least, most = cast(tuple[int, int | None], leaf.value) if leaf else (0, None)
    if leaf and most is not None and most < least:
        problems.add("PW208", leaf.place, "the range ends before it begins", leaf.text, "swap the two")
    return QuotaKind(id=row.text("id"), title=row.text("title", row.text("id")), least=least, most=most)


def _check_total(quota: Quota, row: Filled, problems: Problems) -> None:
    inverted = any(kind.most is not None and kind.most < kind.least for kind in quota.kinds)
    if quota.total is None or inverted:
        return
    least = sum(kind.least for kind in quota.kinds)
    mosts = [kind.most for kind in quota.kinds if kind.most is not None]
    most = sum(mosts) if len(mosts) == len(quota.kinds) else None
    if quota.total < least or (most is not None and quota.total > most):
        cure = f"the kinds allow {least}..{'' if most is None else most}"
        what = "the total cannot be reached with these kinds"
        problems.add("PW408", row.where("total"), what, str(quota.total), cure)
