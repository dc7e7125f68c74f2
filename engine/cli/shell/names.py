"""Mistyped commands and options, with what was probably meant."""

from __future__ import annotations

from collections.abc import Sequence

import click


class UnknownCommand(click.UsageError):
    """A command was named that does not exist."""

    def __init__(self, name: str, known: Sequence[str], ctx: click.Context) -> None:
        from engine.errors import did_you_mean

        super().__init__(f"there is no command {name!r}{did_you_mean(name, list(known))}", ctx)


def near_option(error: click.NoSuchOption) -> str:
    """Return ` — did you mean …?` for an option that does not exist, or nothing."""
    from difflib import get_close_matches

    params = error.ctx.command.params if error.ctx else []
    known = [name for param in params for name in param.opts if name.startswith("--")]
    near = get_close_matches(error.option_name, [*known, "--help"], n=2, cutoff=0.75)
    return f" — did you mean {', '.join(near)}?" if near else ""
