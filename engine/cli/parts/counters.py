"""The library that counts for Prometheus, which is an extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def library() -> ModuleType:
    """Return what makes the numbers; ExtraMissing where its library is not installed."""
    from engine.errors import ExtraMissing

    try:
        from engine import metrics
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "prometheus_client":
            raise
        raise ExtraMissing(what="metrics", library="prometheus_client", extra="metrics") from error
    return metrics
