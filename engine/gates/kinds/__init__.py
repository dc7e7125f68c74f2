"""The kinds of condition a gate may be built from; a new kind is a file here and its name below."""

from collections.abc import Mapping

from engine.gates.kinds import (
    approval,
    counted,
    date,
    evidence,
    indicator_score,
    nested,
    no_veto,
    quota,
    rectified,
    score,
    tasks,
)
from engine.gates.kinds.kind import Kind

ROOMS = (
    tasks, quota, approval, score, date, indicator_score, evidence, no_veto, counted, nested, rectified,
)  # fmt: skip
KINDS: Mapping[str, Kind] = {room.KIND.name: room.KIND for room in ROOMS}
"""Every kind of condition by its name in a workflow."""

__all__ = ["KINDS", "Kind"]
