"""Printing: data on stdout as tables or as one JSON document, messages and progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

import click

from engine import words
from engine.cli.shell.context import Context
from engine.model.plain import reason_in
from engine.records import asdict, is_record, record
from engine.texts import in_line, in_lines


@record(kw_only=False)
class Table:
    """Rows under column heads; a cell is printed by `cell`. `right` names columns of numbers."""

    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""
    right: frozenset[str] = frozenset()
    empty: str = "(none)"


class Worded(str):
    """A cell that has been worded and stands as it is."""


Shown = str | Table | Iterable[str | Table]


def emit(ctx: Context, data: object, shown: Shown | Callable[[], Shown]) -> None:
    """Print `data` as one JSON document with --json, else what is `shown` to a person."""
    if ctx.json:
        print(json.dumps(with_reasons(data), ensure_ascii=False, indent=2, default=plain))
        return
    found = shown() if callable(shown) else shown
    for part in [found] if isinstance(found, str | Table) else found:
        _show(part, ctx.lang)


def emit_lines(ctx: Context, records: Iterable[object], line: Callable[[Any], str]) -> None:
    """Print one record a line: as JSON with --json, else as `line` puts it."""
    for each in records:
        print(json.dumps(with_reasons(each), ensure_ascii=False, default=plain) if ctx.json else in_line(line(each)))


def say(message: str) -> None:
    """Print a message for the person, beside the data."""
    print(in_line(message), file=sys.stderr)


def say_left(ctx: Context, file: str, left: Sequence[str]) -> None:
    """Say on stderr what stands in a file and was not read; with --json it is in the data."""
    if left and not ctx.json:
        say(f"{file}: not read: {'; '.join(left)}")


def answer(code: int) -> None:
    """End the command with an exit code: 1 for a "no"."""
    click.get_current_context().exit(code)


@contextmanager
def progress(label: str, length: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr where that is a terminal, and yield what moves it on."""
    hidden = not sys.stderr.isatty()
    made = click.progressbar(range(length or 0), length=length, label=label, file=sys.stderr, hidden=hidden)
    with made as bar:
        yield bar.update


def plain(value: object) -> object:
    """Return what JSON can hold of a record, a date or a set."""
    if is_record(value):
        return asdict(value)
    if isinstance(value, date | time | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def with_reasons(value: Any) -> Any:
    """Return data in which each reason is a value of its own: a code with its facts, and no text (`reason_in`)."""
    if isinstance(value, str):
        return reason_in(value)
    if is_record(value):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {name: with_reasons(part) for name, part in value.items()}
    return [with_reasons(part) for part in value] if isinstance(value, list | tuple) else value


def cell(value: object, lang: str = words.ENGLISH, family: str = "") -> str:
    """Return how a value stands in a table; a code of a family of labels, and a reason, by its words."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return words.label("cell.yes" if value else "cell.no", lang)
    if isinstance(value, str) and not isinstance(told := reason_in(value), str):
        return words.reason(told, lang)
    if isinstance(value, str) and family:
        return words.labels(family, value, lang)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value) or "-"
    return str(value)


def _show(part: str | Table, lang: str) -> None:
    for line in [in_lines(part)] if isinstance(part, str) else _lines(part, lang):
        print(line)


def _lines(table: Table, lang: str) -> Iterator[str]:
    """Yield a table in lines, as a terminal wants them where one reads."""
    if table.title:
        yield in_line(table.title)
    if table.rows:
        heads = {head: words.label(f"head.{head}", lang) for head in table.heads}
        rows = [[_cell(value, lang) for _, value in zip(heads, row, strict=True)] for row in table.rows]
        yield from _layout()([*heads.values()], rows, frozenset(heads[head] for head in table.right if head in heads))
    elif table.empty:
        yield words.label(f"empty.{table.empty}", lang)


def _cell(value: Any, lang: str) -> str:
    said = str(value) if isinstance(value, Worded) else cell(value, lang)
    return in_line(said.expandtabs())


def _layout() -> Callable[[Sequence[str], Sequence[Sequence[str]], frozenset[str]], Iterator[str]]:
    if sys.stdout.isatty():
        from engine.cli.shell.pages import pages

        return pages
    from engine.cli.shell.layout import lines

    return lines
