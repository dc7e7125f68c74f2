"""What holds for every command, found by walking all of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from engine import words
from engine.cli.main import main
from engine.cli.root import NOUNS, root
from engine.cli.shell.verbs import Noun, Verb


def walked(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, group
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from walked(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(walked(root, "phasegate"))


def lines_of(command: click.Command) -> tuple[str, ...]:
    assert isinstance(command, Noun | Verb)
    return command.example


@pytest.mark.parametrize("path", COMMANDS)
def test_every_help_says_what_the_command_does_and_shows_an_example(path: str) -> None:
    command = COMMANDS[path]
    text = command.get_help(click.Context(command, info_name=path))
    assert command.help
    assert command.help.splitlines()[0].endswith((".", ":"))
    assert "\nExample:\n  phasegate " in text


@pytest.mark.parametrize("path", COMMANDS)
def test_every_example_is_a_command_line_that_parses(path: str) -> None:
    for line in lines_of(COMMANDS[path]):
        words = shlex.split(line.partition(" > ")[0].partition(" | ")[0])
        assert words[0] == "phasegate"
        parsed_as(words[1:])


DOCS = Path(__file__).parents[2]
TYPED = re.compile(r"^ *phasegate .*$", re.M)


def test_every_example_and_every_line_of_the_docs_may_be_typed_into_a_shell() -> None:
    """A name such as 各乡镇(街道) stands in quotes: a shell takes its brackets for its own."""
    pages = [DOCS / "README.md", *sorted((DOCS / "docs").glob("*.md"))]
    lines = [line for command in COMMANDS.values() for line in lines_of(command)]
    lines += [line for page in pages for line in TYPED.findall(page.read_text(encoding="utf-8"))]
    lines = [line.partition("#")[0] for line in lines if not re.search("[|…]", line)]
    assert len(lines) > 150
    for line in lines:
        words = list(shlex.shlex(line, posix=True, punctuation_chars="();<&"))
        assert not [word for word in words if word[0] in "();<&"], line


def parsed_as(words: list[str]) -> click.Command:
    """Parse a command line without running it."""
    command: click.Command = root
    ctx = root.make_context("phasegate", list(words))
    while isinstance(command, click.Group):
        name, found, words = command.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        assert found is not None
        command = found
        ctx = command.make_context(name, list(words), parent=ctx)
    return command


@pytest.mark.parametrize("path", COMMANDS)
def test_a_verbs_example_shows_that_verb(path: str) -> None:
    command = COMMANDS[path]
    if isinstance(command, Verb):
        assert all(line.startswith(f"{path}") or f" {path}" in line for line in command.example)


@pytest.mark.parametrize("path", COMMANDS)
def test_shared_options_are_taken_by_every_command(path: str) -> None:
    names = {name for param in COMMANDS[path].params for name in param.opts}
    assert {"--db", "--json", "--as", "--now"} <= names


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_says_what_it_is_for(path: str) -> None:
    options = [param for param in COMMANDS[path].params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_each_noun_is_there_and_has_its_line_in_both_languages() -> None:
    ctx = click.Context(root)
    assert all(root.get_command(ctx, name) is not None for name in NOUNS)
    for lang, stop, most in ((words.ENGLISH, ".", 60), (words.CHINESE, "。", 30)):
        lines = [words.catalog(lang)[f"noun.{name}"] for name in NOUNS]
        assert [line for line in lines if not line.endswith(stop) or len(line) > most] == []


@pytest.mark.parametrize("path", ["phasegate task submit", "phasegate campaign", "phasegate"])
def test_help_in_chinese_says_in_chinese_how_a_command_is_typed(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", "zh", *path.split()[1:], "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"用法: {path} ") and "\n选项:\n" in told and "\n示例:\n" in told
    options = [line for line in told.splitlines() if line.startswith("  --")]
    assert options and [line for line in options if line.isascii()] == []
    assert main([*path.split()[1:], "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: {path} ")


def test_every_command_the_issue_names_is_there() -> None:
    wanted = {
        "demo": [],
        "workflow": ["list", "check", "show", "schema"],
        "calendar": ["add", "show", "apply"],
        "campaign": [
            "create",
            "list",
            "show",
            "gate",
            "approve",
            "advance",
            "override",
            "pause",
            "resume",
            "abort",
        ],
        "task": [
            "list",
            "show",
            "receive",
            "submit",
            "accept",
            "return",
            "waive",
            "extend",
            "grant",
            "hold",
            "raise",
        ],
        "units": ["list", "contact"],
        "sweep": [],
        "serve": [],
        "status": [],
        "metrics": [],
        "notice": ["list", "show", "release", "withhold", "sign"],
        "outbox": ["list", "retry"],
        "audit": ["log", "verify"],
        "clock": ["accept"],
        "db": ["upgrade", "backup", "check"],
        "doctor": [],
    }
    paths = {f"phasegate {noun} {verb}".strip() for noun, verbs in wanted.items() for verb in ["", *verbs]}
    assert paths - COMMANDS.keys() == set()
