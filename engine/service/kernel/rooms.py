"""Where each action stands: the modules of `commands` are found by folder and read as text; none is imported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from engine import service
from engine.records import record

LISTED: Final = "\nACTIONS = ("
NAME: Final = re.compile(r'\s*"([a-z_]+)"')
COMMAND: Final = re.compile(r'"([a-z]+ [a-z]+)"\s*[,)]')
"""How a module writes the name of an action, and its noun and verb."""


@record
class Place:
    """Where an action stands, and its noun and verb."""

    module: str
    command: str


@cache
def places() -> Mapping[str, Place]:
    """Return where each action stands, by its name; a test holds it against the modules."""
    return {name: place for file, module in _modules() for name, place in _stands(file, module)}


@cache
def verbs(noun: str) -> Mapping[str, str]:
    """Return the verbs of a noun that are actions, with the action of each."""
    split = {name: place.command.partition(" ") for name, place in places().items()}
    return {verb: name for name, (of, _, verb) in split.items() if of == noun}


def _modules() -> Iterator[tuple[Path, str]]:
    for folder in map(Path, service.__path__):
        for file in sorted(folder.glob("*/commands/*.py")):
            yield file, f"{service.__name__}.{file.parts[-3]}.commands.{file.stem}"


def _stands(file: Path, module: str) -> Iterator[tuple[str, Place]]:
    _, _, listed = file.read_text(encoding="utf-8").partition(LISTED)
    for each in listed.split("Action(")[1:]:
        if name := NAME.match(each):
            command = COMMAND.search(each)
            yield name[1], Place(module=module, command=command[1] if command else "")
