"""Help in the language of the command line: options by their keys in the catalogs, and click's own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from engine import words
from engine.cli.shell.context import Context
from engine.cli.shell.typed import is_path, require_texts


class WordedOption(click.Option):
    """An option whose help is that of the first of several keys that a catalog has."""

    def __init__(self, *args: Any, keys: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"help": words.first(keys)})
        self.keys = keys

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return how the option is written, and its help."""
        self.help = words.first(self.keys, lang_of(ctx))
        return super().get_help_record(ctx)


class WordedFormatter(click.HelpFormatter):
    """Writes help under headings in a language."""

    lang = words.ENGLISH

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is typed."""
        super().write_usage(prog, args, f"{words.label('shell.usage', self.lang)} ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write what is within under a heading."""
        with super().section(words.label(f"shell.{name.lower()}", self.lang)):
            yield


class WordedContext(click.Context):
    """What click knows of a command line; its help is in the language of that."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what writes the help."""
        made = WordedFormatter(width=self.terminal_width, max_width=self.max_content_width)
        made.lang = lang_of(self)
        return made


class WordedCommand(click.Command):
    """A command whose help is in the language of the command line, as far as the catalogs have it."""

    context_class = WordedContext

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless something that was typed holds what no text may (SEMANTICS H10)."""
        for param in self.params:
            if not is_path(param):
                require_texts(param.name or "", ctx.params.get(param.name or ""))
        return super().invoke(ctx)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = words.label("shell.help", lang_of(ctx))
        return option


def lang_of(ctx: click.Context) -> str:
    """Return the language of a command line."""
    found = ctx.find_object(Context)
    return found.lang if found else words.ENGLISH
