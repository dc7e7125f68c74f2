"""Vetoes that stand and files that several units handed in, as the rows have them (docs/semantics.md, M3 and M4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.model import Assignment, Evidence, IndicatorProof, Veto
from engine.service.kernel.case import CampaignSession
from engine.store.queries import proofs


def standing(case: CampaignSession, indicator: str, unit: str) -> Veto | None:
    """Return the veto that stands over an indicator, for a unit or as a whole."""
    found = case.work.find(Veto, campaign=case.id, indicator=indicator, unit=unit, order="id")
    return next((veto for veto in found if veto.lifted_on is None), None)


def shared(case: CampaignSession) -> Mapping[str, list[str]]:
    """Return the hash of each file that several units handed in, with those units in order of hand-in."""
    found: dict[str, list[str]] = {}
    for sha, unit in _handed_in(case):
        units = found.setdefault(sha, [])
        if unit not in units:
            units.append(unit)
    return {sha: units for sha, units in found.items() if len(units) > 1}


def handed_in_by(case: CampaignSession, sha256: str) -> list[str]:
    """Return the units that handed in a file, as evidence of an indicator or of a task, in order of hand-in."""
    return list(dict.fromkeys(unit for _, unit in _handed_in(case, sha256=sha256))) if sha256 else []


def _handed_in(case: CampaignSession, **only: str) -> list[tuple[str, str]]:
    """Return the hash and the unit of every file that counts as handed in, in order."""
    files = case.work.find(Evidence, campaign=case.id, kind="file", **only)
    whose = {a.id: a.unit for a in case.work.among(Assignment, "id", {e.assignment for e in files})}
    tasks = [(e.id, e.sha256, whose[e.assignment]) for e in files]
    proofs = case.work.find(IndicatorProof, campaign=case.id, kind="file", state="counts", **only)
    slots = [(piece.id, piece.sha256, piece.unit) for piece in proofs]
    return [(sha, unit) for _, sha, unit in sorted([*tasks, *slots])]


def tasks_with(case: CampaignSession, sha256: str, units: Iterable[str]) -> list[str]:
    """Return the hand-ins of tasks that hold a file, as task/unit: what is done about them is the office's to say."""
    files = case.work.find(Evidence, campaign=case.id, kind="file", sha256=sha256)
    owed = case.work.among(Assignment, "id", {file.assignment for file in files}, order="id")
    return [f"{one.task}/{one.unit}" for one in owed if one.unit in set(units)]


def unjudged(case: CampaignSession) -> int:
    """Return how many files from several units wait for a person's judgement."""
    return proofs.number_unjudged(case.work, case.id)
