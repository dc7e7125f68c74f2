"""Whether two versions of a workflow say the same."""

from __future__ import annotations

from typing import Any

from engine.model import Place
from engine.records import fields, is_record


def same(one: Any, other: Any) -> bool:
    """Tell whether two parts of workflows say the same, wherever in their files they stand."""
    return bool(_bare(one) == _bare(other))


def _bare(value: Any) -> Any:
    if isinstance(value, Place):
        return None
    if is_record(value):
        return [_bare(getattr(value, each.name)) for each in fields(value)]
    return [_bare(each) for each in value] if isinstance(value, tuple | list) else value
