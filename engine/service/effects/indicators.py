"""Vetoes that stand and files that several units handed in, as the rows have them (SEMANTICS I3, I4)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model import Assignment, Evidence, Proof, Veto
from engine.service.case import Case


def standing(case: Case, indicator: str, unit: str) -> Veto | None:
    """Return the veto that stands over an indicator, for a unit or as a whole."""
    found = case.work.find(Veto, campaign=case.id, indicator=indicator, unit=unit, order="id")
    return next((veto for veto in found if veto.lifted_on is None), None)


def shared(case: Case) -> Mapping[str, list[str]]:
    """Return the hash of each file that several units handed in, with those units in order of hand-in."""
    found: dict[str, list[str]] = {}
    for sha, unit in _handed_in(case):
        units = found.setdefault(sha, [])
        if unit not in units:
            units.append(unit)
    return {sha: units for sha, units in found.items() if len(units) > 1}


def handed_in_by(case: Case, sha256: str) -> list[str]:
    """Return the units that handed in a file, as evidence of an indicator or of a task."""
    return shared(case).get(sha256, []) if sha256 else []


def _handed_in(case: Case) -> list[tuple[str, str]]:
    whose = {a.id: a.unit for a in case.work.find(Assignment, campaign=case.id, order="id")}
    tasks = [(e.id, e.sha256, whose[e.assignment]) for e in _files(case)]
    slots = [
        (piece.id, piece.sha256, piece.unit)
        for piece in case.work.find(Proof, campaign=case.id, kind="file", state="counts")
    ]
    return [(sha, unit) for _, sha, unit in sorted([*tasks, *slots])]


def _files(case: Case) -> list[Evidence]:
    return case.work.find(Evidence, campaign=case.id, kind="file")
