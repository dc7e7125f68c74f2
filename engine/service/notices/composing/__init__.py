"""From items to the request that a notice is rendered from."""

from engine.service.notices.composing.lines import relation
from engine.service.notices.composing.request import addresses, had_it, request

__all__ = ["addresses", "had_it", "relation", "request"]
