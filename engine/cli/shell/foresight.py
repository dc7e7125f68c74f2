"""How the dry run of a command that changes dates for everybody is printed: every date, rung and notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.cli.shell.acts import REHEARSED, How, command_of, done, tell
from engine.cli.shell.context import Context
from engine.cli.shell.listing import below
from engine.cli.shell.output import Table, emit, say

if TYPE_CHECKING:
    from engine.service.forecast.foreseeing import Foreseen
    from engine.service.kernel.columns import Listing

Line = Callable[[Mapping[str, Any]], str]


def done_or_foreseen(
    ctx: Context,
    action: str,
    key: str,
    given: Mapping[str, Any],
    how: How,
    line: Line,
    definitions: Callable[[Any, Any], Listing] | None = None,
) -> None:
    """Do something and say it in a line, or with --dry-run say all that it would change.

    `definitions` lists what differs between the workflows before and after.
    """
    if not how.dry_run:
        told = done(ctx, action, key, given, how)
        tell(ctx, told, line(told), how)
        return
    from engine.service.forecast.foreseeing import foreseen
    from engine.service.kernel.previewing import preview

    command = command_of(ctx, action, key, given, how)
    digest = preview(ctx.desk(), command).digest
    found = foreseen(ctx.desk(), command)
    first = definitions(found.before.workflow, found.after.workflow) if definitions else None
    emit(ctx, {**data(found), "digest": digest}, lambda: sheet(found, line(found.answer), ctx.lang, first))
    say(f"digest: {digest}")
    say(REHEARSED)


def data(found: Foreseen) -> dict[str, Any]:
    """Return what is foreseen as plain data."""
    return {
        **found.answer,
        "dates": found.dates,
        "rungs": found.rungs,
        "notices": found.notices,
        "assumption": found.after.assumption,
    }


def sheet(found: Foreseen, line: str, lang: str, first: Listing | None = None) -> Iterator[str | Table]:
    """Yield the line of the command and the lists of what it changes, without those that are empty."""
    from engine.service.forecast.lists import foreseen_lists

    yield line
    lists = foreseen_lists(found)
    yield from below([first] if first else [], lang)
    yield from below(lists, lang)
    if not any(each.rows for each in lists):
        yield "no date, no rung and no notice changes"
