"""The kinds of condition a gate may be built from; a new kind is a file here and its name below."""

from collections.abc import Mapping

from engine.gates.kinds import approval, date, quota, score, tasks
from engine.gates.kinds.kind import Kind

KINDS: Mapping[str, Kind] = {room.KIND.name: room.KIND for room in (tasks, quota, approval, score, date)}
"""Every kind of condition by its name in a workflow."""

__all__ = ["KINDS", "Kind"]
