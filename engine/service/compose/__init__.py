"""From items to the request that a notice is rendered from."""

from engine.service.compose.formal import facts_shown
from engine.service.compose.people import evidence_missing
from engine.service.compose.request import addresses, request

__all__ = ["addresses", "evidence_missing", "facts_shown", "request"]
