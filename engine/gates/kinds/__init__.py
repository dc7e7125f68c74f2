"""The kinds of condition a gate may be built from; a new kind is a file here, and is found by being here."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from engine.gates.kinds.kind import ConditionKind


def _found() -> Mapping[str, ConditionKind]:
    rooms = (import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__))
    return {room.KIND.name: room.KIND for room in rooms if hasattr(room, "KIND")}


KINDS = _found()
"""Every kind of condition by its name in a workflow."""

__all__ = ["KINDS", "ConditionKind"]
