"""What an action is given names things of the plan: they are taken as the plan prints them."""

from __future__ import annotations

from typing import Any, Final

from engine.records import replace
from engine.service.kernel.params import Found, params_of
from engine.service.kernel.plan import Plan

PLANNED: Final = ("unit", "group", "task", "phase", "quota", "indicator")
"""The kinds of references that name something of the plan."""


def as_printed(plan: Plan, asked: Any) -> Any:
    """Return parameters in which each unit, task, phase … stands as the plan prints it, however it was spelled."""
    if isinstance(asked, Found):
        return asked
    told = {
        param.field: _meant(plan, param.kind, getattr(asked, param.field))
        for param in params_of(type(asked))
        if param.kind in PLANNED and not param.fresh and getattr(asked, param.field)
    }
    return replace(asked, **told) if told else asked


def _meant(plan: Plan, kind: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(plan.meant(kind, word) for word in value)
    return plan.meant(kind, value)
