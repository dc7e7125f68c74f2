"""Nested campaigns: which unit runs one, on which workflow, and what is asked of them in gates."""

from __future__ import annotations

from collections.abc import Iterable

from engine.gates.kinds.nested import ASKED
from engine.model import Nested
from engine.reader.names import Names
from engine.reader.shape import Filled


def read_nested(rows: Iterable[Filled], names: Names) -> tuple[Nested, ...]:
    """Return the campaigns that a workflow nests, noting a unit that runs two."""
    seen: set[str] = set()
    found = []
    for row in rows:
        leaf = row.leaf("unit")
        unit = names.one_unit(leaf)
        if leaf is not None and unit in seen:
            names.problems.add("PW301", leaf.place, "the unit runs two nested campaigns", unit, "leave one out")
        seen.add(unit)
        settings = row.part("settings")
        found.append(
            Nested(
                unit=unit,
                workflow=row.text("workflow"),
                settings={name: settings.text(name) for name in settings.values},
                place=row.place,
            )
        )
    return tuple(found)


def check_asked(filled: Filled, names: Names) -> None:
    """Note a condition on nested campaigns that does not ask exactly one thing of them."""
    asked = [key for key in ASKED if key in filled.places]
    if len(asked) != 1:
        cure = f"write one of {', '.join(ASKED)}"
        what = "the condition asks one thing of nested campaigns"
        names.problems.add("PW216", filled.place, what, ", ".join(asked) or "none", cure)
    elif "least" in filled.places and asked != ["quota"]:
        place = filled.where("least")
        names.problems.add("PW216", place, "only a quota has a least number", asked[0], "leave it out")
