"""What a kind of notice is given beside its items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.model import Item
from engine.service.kernel.case import Case

Kinds = Mapping[str, Callable[[Case, Sequence[Item]], dict[str, Any]]]
"""For each kind, what works out its further fields from the case and the items."""
