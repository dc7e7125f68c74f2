"""From items to the request that a notice is rendered from."""

from engine.service.notices.composing.formal import facts_shown
from engine.service.notices.composing.people import evidence_missing
from engine.service.notices.composing.request import addresses, request

__all__ = ["addresses", "evidence_missing", "facts_shown", "request"]
