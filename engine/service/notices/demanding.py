"""Whether a formal document may be drafted or signed at all: who demands of whom, who asks whom (SEMANTICS N9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine import authority
from engine.model import Unit
from engine.service.kernel.action import refuse
from engine.service.kernel.case import CampaignSession
from notifications.kinds import kind_of


def require_authority(case: CampaignSession, kind: str, units: Iterable[str] = ()) -> None:
    """Refuse a document that demands something by no authority, or of a unit that is not our subordinate."""
    if kind_of(kind).demands:
        asked = _asked(case, units)
        if asked:
            _require_over(case, kind, asked)
        elif authority.authority_of(case.plan.workflow) is None:
            raise refuse("no_authority", kind=kind, office=case.plan.workflow.office)


def _asked(case: CampaignSession, units: Iterable[str]) -> list[Unit]:
    workflow = case.plan.workflow
    return [workflow.directory.units[name] for name in dict.fromkeys(units) if name not in ("", *workflow.ours)]


def _require_over(case: CampaignSession, kind: str, asked: Sequence[Unit]) -> None:
    workflow = case.plan.workflow
    if above := [unit.name for unit in asked if unit.relation != "subordinate"]:
        raise refuse("not_subordinate", kind=kind, units=above)
    if refused := [unit.name for unit in asked if not authority.may_demand(workflow, unit)]:
        raise refuse("no_authority_over", kind=kind, office=workflow.office, units=refused)


def require_superior(case: CampaignSession, kind: str, unit: str) -> None:
    """Refuse to ask for approval (请示) an organ that is not our superior: it is written a letter (函)."""
    if kind_of(kind).upward and kind_of(kind).drafted and case.relation(unit) != "superior":
        raise refuse("not_our_superior", kind=kind, unit=unit)
