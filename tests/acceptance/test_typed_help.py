"""Every example that a help shows is typed, on the shipped workflows, in a story in which it has its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from terminal import Terminal, bare
from test_typed_pages import typed_lines

from engine.cli.root import root
from engine.cli.shell.verbs import Noun, Verb

STORY = Path(__file__).with_name("help_story.txt").read_text(encoding="utf-8")
SCENES = {title: lines for title, *lines in (scene.splitlines() for scene in STORY.split("\n== ")[1:])}
NOT_TYPED = {
    "phasegate demo --out demo": "test_demo runs it and reads all that it writes",
    "phasegate demo --workflow plans/cangling --out demo": "docs/sixth-plan.md types it with ./cangling",
}
"""What is typed neither here nor by a page (test_typed_pages.py), and why; nothing else is left out."""


def examples(group: click.Group) -> Iterator[str]:
    ctx = click.Context(group)
    for command in (group, *(group.get_command(ctx, name) for name in group.list_commands(ctx))):
        assert isinstance(command, Noun | Verb)
        yield from command.example
        if isinstance(command, Noun) and command is not group:
            yield from examples(command)


def picked(found: Any, path: Sequence[str]) -> str:
    """Return what stands at a path into what a command printed as JSON."""
    for step in path:
        found = found[int(step) if isinstance(found, list) else step]
    return str(found)


@pytest.mark.parametrize("title", SCENES)
def test_what_help_shows_may_be_typed(
    title: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal(tmp_path, capsys, monkeypatch)
    for line in filter(None, map(str.strip, SCENES[title])):
        if line.startswith("@ "):
            terminal.now = line[2:]
        elif " <- " in line:
            number, _, rest = line.partition(" <- ")
            command, _, key = rest.rpartition(" . ")
            found = json.loads(terminal.type(f"{command} --json"))
            terminal.stand_ins[number] = picked(found, key.split("."))
        else:
            terminal.type(line)


def test_every_example_of_every_help_has_its_place_in_the_story() -> None:
    typed = {bare(line) for lines in SCENES.values() for line in lines} | set(typed_lines())
    assert set(examples(root)) - typed == NOT_TYPED.keys()
