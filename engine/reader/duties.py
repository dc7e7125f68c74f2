"""Counted duties and school terms: from their keys to their records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, cast

from engine.model import Counted, Due, Per, Task, Term
from engine.reader.ladders import whole
from engine.reader.names import Names, ids_of
from engine.reader.problems import Problems
from engine.reader.shape import Filled
from engine.reader.sources import read_source

ROLES = ("lead", "responsible", "supporting")


def duty_ids(rows: tuple[Filled, ...]) -> tuple[str, ...]:
    """Return the full ids of all duties: that of the clause, a point, their own."""
    return tuple(_id(row, duty) for row in rows for duty in row.rows("duties"))


def read_duties(row: Filled, clause: Task, defaults: Filled, names: Names) -> Iterator[Task]:
    """Yield the duties that stand under a clause; they fall to its units unless they name their own."""
    ids_of(row.rows("duties"), names.problems)
    for duty in row.rows("duties"):
        yield Task(
            id=_id(row, duty),
            title=duty.text("title"),
            phase=clause.phase,
            due=Due(kind="period"),
            issue=clause.issue,
            objection=None,
            ladder=_ladder(duty, defaults, names),
            demand=duty.text("demand"),
            kind="duty",
            counted=_counted(duty, clause.id),
            source=read_source(duty if duty.part("source").places else row),
            place=duty.place,
            **_units(duty, clause, names),
        )


def read_terms(rows: tuple[Filled, ...], problems: Problems) -> tuple[Term, ...]:
    """Return the school terms as they are written."""
    ids_of(rows, problems)
    return tuple(
        Term(
            id=row.text("id"),
            title=row.text("title", row.text("id")),
            first_day=_day(row, "from", date.min),
            last_day=_day(row, "to", date.max),
            place=row.place,
        )
        for row in rows
    )


def _id(row: Filled, duty: Filled) -> str:
    return f"{row.text('id')}.{duty.text('id')}"


def _counted(duty: Filled, clause: str) -> Counted:
    return Counted(
        of=clause,
        least=whole(duty, "least") or 0,
        per=cast(Per, duty.text("per", "year")),
        measure=duty.text("measure", "次"),
        until=cast(Literal["campaign", "phase"], duty.text("until", "campaign")),
    )


def _units(duty: Filled, clause: Task, names: Names) -> dict[str, Any]:
    if duty.leaves("units"):
        return {"responsible": names.unit_list(duty.leaves("units"))}
    return {role: getattr(clause, role) for role in (*ROLES, "inherited")}


def _ladder(duty: Filled, defaults: Filled, names: Names) -> str:
    if own := duty.leaf("ladder"):
        return names.ladder(own)
    return names.ladder(defaults.leaf("duty_ladder"))


def _day(row: Filled, key: str, otherwise: date) -> date:
    leaf = row.leaf(key)
    return leaf.value if leaf and isinstance(leaf.value, date) else otherwise
