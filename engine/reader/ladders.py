"""Ladders: from their keys to their rungs, with the defaults of SEMANTICS L5 and L6."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from engine.model import Delivery, Ladder, Offset, Pacing, Rung
from engine.reader.channels import channel
from engine.reader.format import NOTICES, SIGNED
from engine.reader.names import ids_of
from engine.reader.problems import Problems
from engine.reader.shape import Filled

FORMAL = 4


def read_ladder(name: str, filled: Filled, reminders: str, own_kinds: Collection[str], problems: Problems) -> Ladder:
    """Return the ladder `name`, whose reminders go as it says, else as the workflow does.

    `own_kinds` are the kinds of notice that the workflow adds.
    """
    ids_of(filled.rows("rungs"), problems)
    rungs = tuple(_rung(row, (*NOTICES, *own_kinds), problems) for row in filled.rows("rungs"))
    gap = offset(filled, "min_gap") or Offset(count=1)
    pacing = cast(Pacing, filled.text("reminders", reminders))
    return Ladder(id=name, rungs=rungs, min_gap=gap, reminders=pacing, place=filled.place)


def default_delivery(at: Offset, level: int) -> Delivery:
    """Return how a rung is delivered where the ladder does not say (SEMANTICS L6)."""
    if at.count <= 0:
        return "send" if level < FORMAL else "draft"
    return "release" if level <= 2 else "draft"


def offset(filled: Filled, key: str) -> Offset | None:
    """Return the span under `key`, if one stands there."""
    leaf = filled.leaf(key)
    return leaf.value if leaf and isinstance(leaf.value, Offset) else None


def whole(filled: Filled, key: str) -> int | None:
    """Return the whole number under `key`, if one stands there."""
    leaf = filled.leaf(key)
    return leaf.value if leaf and isinstance(leaf.value, int) else None


def check_receipt_ladders(top: Filled, ladders: Mapping[str, Ladder], problems: Problems) -> None:
    """Note receipt ladders that rise above the liaison (SEMANTICS L4)."""
    for row in (top.part("defaults"), *top.rows("tasks")):
        leaf = row.leaf("receipt_ladder")
        ladder = ladders.get(leaf.text) if leaf else None
        high = [rung.id for rung in ladder.rungs if rung.level > 0] if ladder else []
        if leaf and high:
            cure = "name a ladder that stays at level 0"
            what = "a receipt is never raised above the liaison"
            problems.add("PW405", leaf.place, what, f"{leaf.text}: {', '.join(high)}", cure)


def _rung(row: Filled, kinds: Collection[str], problems: Problems) -> Rung:
    _check_repeat(row, problems)
    _check_notice(row, kinds, problems)
    at, level = offset(row, "at") or Offset(count=0), whole(row, "level") or 0
    delivery = cast(Delivery, row.text("delivery", default_delivery(at, level)))
    if (level == FORMAL or row.text("notice") in SIGNED) and delivery != "draft":
        cure = "write draft, a person signs it (L6)"
        problems.add("PW406", row.where("delivery"), "a formal act is never sent", delivery, cure)
    return Rung(
        id=row.text("id"),
        at=at,
        level=level,
        notice=row.text("notice"),
        delivery=delivery,
        every=offset(row, "every"),
        count=whole(row, "count"),
        until=offset(row, "until"),
        channel=channel(row.leaf("channel"), problems, "") or None,
    )


def _check_notice(row: Filled, kinds: Collection[str], problems: Problems) -> None:
    leaf = row.leaf("notice")
    if leaf and leaf.text not in kinds:
        cure = problems.near(leaf.text, kinds, f"write one of {', '.join(kinds)}")
        problems.add("PW307", leaf.place, "there is no such notice for a ladder", leaf.text, cure)


def _check_repeat(row: Filled, problems: Problems) -> None:
    ends = [key for key in ("count", "until") if key in row.places]
    if "every" in row.places and not ends:
        cure = "add `count: 5` or `until: 20wd` (L5)"
        problems.add("PW403", row.where("every"), "a repeating rung has no end", row.text("every"), cure)
    at, until = offset(row, "at"), offset(row, "until")
    if at and until and at.unit == until.unit and until.count < at.count:
        cure = f"write at least {at}"
        problems.add("PW208", row.where("until"), "the rung ends before it begins", str(until), cure)
    if ends and "every" not in row.places:
        cure = f"add `every:` or leave out `{ends[0]}:`"
        problems.add("PW404", row.where(ends[0]), "the rung does not repeat", ends[0], cure)
