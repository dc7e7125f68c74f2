"""What the table of actions says is what the rooms hold."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import engine.service
from engine.service.kernel.registry import ACTIONS, ROOMS


def test_the_table_names_each_action_where_it_stands_and_no_other() -> None:
    found = {}
    for each in pkgutil.walk_packages(engine.service.__path__, "engine.service."):
        actions = getattr(import_module(each.name), "ACTIONS", ())
        if isinstance(actions, tuple):
            found[each.name] = tuple(action.name for action in actions)
    assert {room: names for room, names in found.items() if names} == dict(ROOMS)


def test_every_action_says_what_its_records_tell() -> None:
    untyped = {name for name in ACTIONS if ACTIONS[name].facts is None}
    assert untyped == set()
