"""Findings on indicators and on the gates that read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import cast

from engine.check.course import Course
from engine.check.finding import error, note, warning
from engine.check.measuring import KINDS, indicators, obstacle, units_of
from engine.check.sight import GateSight, leaves
from engine.errors import Problem
from engine.model import Condition, Indicator, Phase, Place
from engine.units import resolve


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of the indicators (docs/semantics.md, M1–M3)."""
    groups = resolve(sight.workflow.directory)
    for one in indicators(sight):
        yield from _points(one)
        yield from _twice(f"slots of {one.id}", ((slot.title, slot.id, one.place) for slot in one.evidence))
        if "term" in (one.period, *(slot.per for slot in one.evidence)) and not sight.workflow.terms:
            cure = "write `terms:`, or give it by the year"
            yield warning("PW577", one.place, f"{one.id} goes by school terms, and there are none", one.id, cure)
        if not units_of(one, sight, groups):
            cure = "name a unit that exists while the campaign runs"
            yield warning("PW571", one.place, f"{one.id} is for nobody", "、".join(one.units), cure)
    yield from _twice("indicators", ((one.title, one.id, one.place) for one in indicators(sight)))
    yield from _unread(sight)


def _points(one: Indicator) -> Iterator[Problem]:
    if one.veto and one.points:
        yield error("PW572", one.place, f"{one.id} is a veto and has points", one.points, "leave one of them out")
    if not one.veto and not Fraction(one.points or 0):
        cure = "give it `points:`, or say `veto: true`"
        yield error("PW573", one.place, f"{one.id} gives no points", one.points or "none", cure)


def _twice(what: str, titles: Iterable[tuple[str, str, Place]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for title, name, place in titles:
        if title in seen:
            cure = "what is missing is named by title: tell them apart"
            found = f"{title} ({seen[title]}, {name})"
            yield warning("PW574", place, f"two {what} have the same title", found, cure)
        seen.setdefault(title, name)


def _unread(sight: GateSight) -> Iterator[Problem]:
    found = sight.workflow.indicators
    read = (leaf.kind in KINDS for phase in sight.workflow.phases for leaf in leaves(phase.gate))
    if found is not None and not any(read):
        cure = "add a condition of the kind indicator_score, evidence or no_veto, or leave it so"
        yield note("PW576", found.place, "no gate reads the indicators", found.id, cure)


def of_leaf(leaf: Condition, phase: Phase, sight: GateSight, course: Course) -> Iterator[Problem]:
    """Yield what is to be said of a condition on indicators."""
    tell = error if phase.id in course.shut else warning
    if sight.workflow.indicators is None:
        cure = "name them with `indicators:`"
        yield tell("PW570", leaf.place, f"the gate of {phase.title} asks about indicators", leaf.kind, cure)
    elif why := obstacle(leaf, sight):
        what = "the condition asks for a higher score than the indicators give"
        yield tell("PW575", leaf.place, what, why, "lower `least:`, or write a share: 85%")
    elif why := _idle(leaf, sight):
        yield warning("PW529", leaf.place, "the condition always holds", why, "leave it out, or add what it asks for")


def _idle(leaf: Condition, sight: GateSight) -> str:
    """Return why a condition on indicators asks for nothing, or nothing."""
    if leaf.kind == "no_veto":
        return "" if any(one.veto for one in indicators(sight)) else "no indicator is a veto"
    if leaf.kind == "evidence":
        return "" if _is_evidence_due(leaf, sight) else "no evidence is due"
    return "at least 0 points" if leaf.params.get("least") == 0 else ""


def _is_evidence_due(leaf: Condition, sight: GateSight) -> bool:
    named = cast(tuple[str, ...], leaf.params.get("indicators", ()))
    asked = (one for one in indicators(sight) if not named or one.id in named)
    return any(slot.per != "none" for one in asked for slot in one.evidence)
