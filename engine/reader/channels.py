"""The channels that notices may go out by."""

from __future__ import annotations

from importlib.resources import files

from engine.reader.problems import Problems
from engine.reader.shape import Leaf


def channel(leaf: Leaf | None, problems: Problems, default: str) -> str:
    """Return the channel that `leaf` names, `default` if it is not there."""
    if leaf is None:
        return default
    if leaf.text not in channels():
        cure = problems.near(leaf.text, channels(), "leave it out")
        problems.add("PW312", leaf.place, "there is no such channel", leaf.text, cure)
    return leaf.text


def channels() -> list[str]:
    """Return the names of the channels, one for each file in notifications/channels."""
    found = (each.name.removesuffix(".py") for each in files("notifications.channels").iterdir())
    return sorted(name for name in found if name.isidentifier() and not name.startswith("_"))
