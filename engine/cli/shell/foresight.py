"""How the dry run of a command that changes dates for everybody is printed: every date, rung and notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.cli.shell.acts import REHEARSED, How, command_of, done, tell
from engine.cli.shell.context import Context
from engine.cli.shell.output import Table, emit, say
from engine.cli.shell.said import some

if TYPE_CHECKING:
    from engine.service.forecast.foreseeing import ChangedNotice, Foreseen

Line = Callable[[Mapping[str, Any]], str]


def done_or_foreseen(
    ctx: Context,
    action: str,
    key: str,
    given: Mapping[str, Any],
    how: How,
    line: Line,
    definitions: Callable[[Any, Any], Table] | None = None,
) -> None:
    """Do something and say it in a line, or with --dry-run say all that it would change.

    `definitions` makes a table of what differs between the workflows before and after.
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
    emit(ctx, {**data(found), "digest": digest}, lambda: sheet(found, line(found.answer), first))
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


def sheet(found: Foreseen, line: str, first: Table | None = None) -> Iterator[str | Table]:
    """Yield the line of the command and the tables of what it changes, without those that are empty."""
    yield line
    if first is not None and first.rows:
        yield ""
        yield first
    lists: tuple[tuple[str, tuple[str, ...], list[tuple[object, ...]]], ...] = (
        (
            "due days that change",
            ("task", "old", "new", "units"),
            [(d.task, d.old or "no date", d.new or "no date", some(d.units, 4)) for d in found.dates],
        ),
        (
            "rungs that change",
            ("task", "deadline", "rung", "level", "old", "new", "units"),
            [(r.task, r.kind, r.rung, r.level, r.old, r.new, some(r.units, 4)) for r in found.rungs],
        ),
        (
            f"notices that change (if {found.after.assumption})",
            ("day", "kind", "level", "units", "tasks", "gained", "lost"),
            list(_notices(found)),
        ),
    )
    for title, heads, rows in lists:
        if rows:
            yield ""
            yield Table(heads, rows, title=title, right=frozenset({"level", "gained", "lost"}))
    if not any(rows for _, _, rows in lists):
        yield "no date, no rung and no notice changes"


def _notices(found: Foreseen) -> Iterator[tuple[object, ...]]:
    """Yield the notices that change, a row for those of a day that differ in nothing but their unit."""
    alike: dict[tuple[object, ...], list[ChangedNotice]] = {}
    for one in found.notices:
        alike.setdefault((one.day, one.kind, one.level, one.tasks, one.gained > one.lost), []).append(one)
    for (day, kind, level, tasks, _), group in alike.items():
        units = dict.fromkeys(unit for one in group for unit in one.unit.split("、"))
        yield day, kind, level, some(units, 4), tasks, sum(n.gained for n in group), sum(n.lost for n in group)
