"""What happens to a campaign because of one nested below it (SEMANTICS F2, G2)."""

from __future__ import annotations

from engine.service.kernel.action import Action, Answer, as_given
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.nesting import NestedChanged
from engine.service.kernel.params import Found


def _apply_changed(case: CampaignSession, entry: Entry) -> Answer:
    """Have the gate looked at, if it reads campaigns below; what it finds there it reads when it is looked at."""
    if case.plan.reads[case.head.phase].nested:
        case.arm_gate()
    return {}


ACTIONS = (Action("nested_changed", frozenset({"system"}), as_given, _apply_changed, NestedChanged, Found),)
