"""The last day of a phase is over and its gate is shut (转段条件未备)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.gates import ShownCondition
from engine.model import Deadline, Item
from engine.model.plain import coded
from engine.service.campaigns.commands.lifecycle import shown, verdict
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date
from notifications.notice import Condition


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    deadline = case.work.get(Deadline, items[0].deadline)
    phase = deadline.phase if deadline else case.head.phase
    unmet = [c for c in shown(case, verdict(case, phase)) if not c.holds]
    return {
        "phase": case.plan.phases[phase].title,
        "last_day": case.phase_state(phase).last_day,
        "conditions": tuple(_condition(case, c) for c in unmet if c.kind != CONSENT),
        "consents": tuple(c.text for c in unmet if c.kind == CONSENT),
    }


CONSENT = "approval"
"""The kind of condition that the leading group itself is to meet, by a decision: nobody else is missing."""


LEFT = "{unit}(已撤并,待明确承接单位)"
"""How what a unit left open that has ended is told: it is nobody's lateness (L10)."""


def _condition(case: CampaignSession, found: ShownCondition) -> Condition:
    """Return a condition as a notice tells it: a day that has not come, or what is not begun, is not counted."""
    is_counted = found.needed != "0" and found.kind != "date"
    counted, needed = (found.counted, found.needed) if is_counted else ("", "")
    missing = tuple(LEFT.format(unit=unit) if case.has_ended(unit) else unit for unit in found.missing)
    return Condition(
        text=found.text,
        holds=found.holds,
        counted=counted,
        needed=needed,
        missing=missing,
        measure=found.measure,
    )


def _moot(case: CampaignSession, told: About) -> str:
    return out_of_date(case, told) or _opened(case, told)


def _opened(case: CampaignSession, told: About) -> str:
    shut = told.deadline is None or not verdict(case, told.deadline.phase).open
    return "" if shut else coded("gate_open")


def _shut(said: Said) -> bool:
    """Tell whether no condition that is told of holds, and there is one."""
    return bool(said.values["conditions"]) and not any(each.holds for each in said.values["conditions"])


KIND = NoticeKind(
    name="gate_late",
    gathers="day",
    moot=_moot,
    fields=_fields,
    bears={
        "ended": lambda said: said.values["last_day"] < said.case.today,
        "shut": _shut,
        "only_consents": lambda said: bool(said.values["consents"]) and not said.values["conditions"],
        "undecided": facts.given("consents"),
    },
)
