"""Lists in every form: a table on the terminal, JSON, CSV and workbooks, from one description of their columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from engine import words
from engine.cli.shell.context import ZONE, Context
from engine.cli.shell.output import Shown, Table, Worded, cell, emit, plain, say, with_reasons
from engine.cli.shell.said import detail, moment, some
from engine.model.plain import reason_in
from engine.records import record

if TYPE_CHECKING:
    from engine.service.kernel.columns import Column, Listing

FORMATS = ("table", "json", "csv", "xlsx")
F = TypeVar("F", bound=Callable[..., Any])


@record
class Form:
    """How a list is asked for: in which form and where to, in which order, which of its rows."""

    format: str = ""
    out: str = ""
    sort: str = ""
    where: tuple[str, ...] = ()
    after: str = ""
    limit: int = 0

    def of(self, listing: Listing) -> Listing:
        """Return the rows of a list that are asked for, in the order asked for."""
        for each in self.where:
            key, _, told = each.partition("=")
            listing = listing.where(key, told)
        return (listing.sorted_by(self.sort) if self.sort else listing).page(self.after, self.limit)

    @property
    def is_whole(self) -> bool:
        """Tell whether every row is asked for as it comes."""
        return not (self.sort or self.where or self.after or self.limit)

    def kind(self, as_json: bool) -> str:
        """Return which of the forms it is: the one named, else that of the file, else JSON or a table."""
        suffix = self.out.rpartition(".")[2].lower() if self.out else ""
        return self.format or (suffix if suffix in FORMATS else "json" if as_json else "table")


def lists(command: F) -> F:
    """Give a command that lists the options of every list; it is handed them as `form`."""

    @click.option(
        "--format", "form_format", type=click.Choice(FORMATS), default=None, help="How; a table by default."
    )
    @click.option("--out", "form_out", metavar="FILE", default="", help="Write it there: FILE.csv, .xlsx or .json.")
    @click.option(
        "--sort", "form_sort", metavar="COLUMN", default="", help="By a column; -COLUMN the other way round."
    )
    @click.option("--where", "form_where", metavar="COLUMN=VALUE", multiple=True, help="Only such rows; repeatable.")
    @click.option("--limit", "form_limit", type=click.IntRange(0), default=0, help="So many rows; 0 is all.")
    @click.option("--after", "form_after", metavar="ROW", default="", help="Go on behind this row.")
    @wraps(command)
    def with_form(*args: Any, **given: Any) -> None:
        told = {name.removeprefix("form_"): given.pop(name) for name in list(given) if name.startswith("form_")}
        form = Form(**{name: value for name, value in told.items() if value is not None})
        if form.out and form.kind(False) == "table":
            raise click.UsageError("--out FILE.csv, FILE.xlsx or FILE.json; a table goes to the terminal")
        if any("=" not in each for each in form.where):
            raise click.UsageError("--where COLUMN=VALUE, for example --where state=issued")
        command(*args, form=form, **given)

    return with_form  # type: ignore[return-value]


def emit_listing(
    ctx: Context,
    listing: Listing,
    form: Form,
    *,
    shown: Callable[[Listing], Shown] | None = None,
    data: object = None,
) -> None:
    """Print or write a list as it is asked for.

    `shown` is how a person sees it, where there is more than its table; `data` its JSON, where that holds more.
    """
    found = form.of(listing)
    kind = form.kind(ctx.json)
    if kind == "csv":
        _put(form.out, _csv(found, ctx.lang))
    elif kind == "xlsx":
        _put_workbook(ctx, form, found)
    else:
        _emit(ctx, form, kind, found, shown, data)
    if form.limit and len(found.rows) == form.limit:
        say(f"more, if any: --after '{found.name_of(found.rows[-1])}'")


def _emit(
    ctx: Context, form: Form, kind: str, found: Listing, shown: Callable[[Listing], Shown] | None, data: object
) -> None:
    told = data if data is not None and form.is_whole else list(found.rows)
    if form.out:
        _put(form.out, (json.dumps(with_reasons(told), ensure_ascii=False, indent=2, default=plain) + "\n").encode())
        return
    ctx.json = kind == "json"
    emit(ctx, told, lambda: shown(found) if shown else as_table(found, ctx.lang))


def _put(path: str, data: bytes) -> None:
    if not path:
        click.echo(data, nl=False)
        return
    from engine.cli.shell.sources import write_bytes

    write_bytes(path, data)
    say(f"written to {path}")


def _csv(found: Listing, lang: str) -> bytes:
    from engine.pictures.tables import csv_bytes

    heads = tuple(words.label(column.label, lang) for column in found.columns)
    return csv_bytes([heads, *(tuple(whole(c, c.cell(row), lang) for c in found.columns) for row in found.rows)])


def _put_workbook(ctx: Context, form: Form, found: Listing) -> None:
    from zoneinfo import ZoneInfo

    from engine.sheets import Page, pages_as_workbook

    if not form.out:
        raise click.UsageError("a workbook goes into a file: --out FILE.xlsx")
    heads = [words.label(column.label, ctx.lang) for column in found.columns]
    name = title(found, ctx.lang)
    page = Page(
        name=name,
        title=name,
        columns=[(head, column.width) for head, column in zip(heads, found.columns, strict=True)],
        rows=[[_value(c, c.cell(row), ctx.lang) for c in found.columns] for row in found.rows],
        days=frozenset(n for n, column in enumerate(found.columns) if column.kind == "day"),
    )
    _put(form.out, pages_as_workbook([page], at=ctx.now.astimezone(ZoneInfo(ZONE))))


# --- how a cell is said ---


def title(found: Listing, lang: str) -> str:
    """Return the title of a list, by its name."""
    return words.said(f"list.{found.name}", found.facts, lang)


def below(found: Iterable[Listing], lang: str) -> Iterator[str | Table]:
    """Yield those lists of a sheet that have rows, each under its title."""
    for each in found:
        if each.rows:
            yield ""
            yield as_table(each, lang, title(each, lang))


def as_table(found: Listing, lang: str, title: str = "") -> Table:
    """Return a list as a table of the terminal: worded, long lists of names cut short."""
    heads = [column.head or column.key for column in found.columns]
    rows = [[_short(column, row, lang) for column in found.columns] for row in found.rows]
    right = frozenset(head for head, column in zip(heads, found.columns, strict=True) if column.is_right)
    return Table(heads, rows, title=title, right=right, empty=found.empty)


def across(found: Listing, lang: str) -> list[tuple[object, object]]:
    """Return the one row of a list as a head and a cell in each line."""
    (row,) = found.rows
    heads = (words.label(column.label, lang) for column in found.columns)
    return [(Worded(head), _short(column, row, lang)) for head, column in zip(heads, found.columns, strict=True)]


def _short(column: Column, row: Mapping[str, Any], lang: str) -> object:
    value: Any = column.cell(dict(row))
    if column.most and isinstance(value, list | tuple):
        return Worded(some((_name(each, lang) for each in value), column.most)) if value else None
    said = whole(column, value, lang)
    return Worded("  " * int(row[column.indent] if column.indent else 0) + said) if said else None


def whole(column: Column, value: object, lang: str) -> str:
    """Return how a cell is said in a language, in full; nothing where it is empty."""
    if column.kind == "record" and isinstance(value, Mapping):
        return detail(value, lang)
    if value is None or value in ("", [], ()):
        return ""
    if isinstance(value, str) and not isinstance(told := reason_in(value), str):
        return words.reason(told, lang)
    if isinstance(value, Mapping):
        return words.reason(value, lang)
    if isinstance(value, list | tuple):
        return _side_by_side(value, lang)
    if column.kind == "instant":
        return moment(str(value))
    return cell(value, lang, column.family)


def _name(value: Any, lang: str) -> str:
    return words.reason(value, lang) if isinstance(value, Mapping) else str(value)


def _side_by_side(values: Sequence[Any], lang: str) -> str:
    if isinstance(values[0], Mapping):
        return "; ".join(words.reason(each, lang) for each in values)
    return "、".join(map(str, values))


def _value(column: Column, value: object, lang: str) -> str | float:
    """Return what stands in a cell of a workbook: a number as a number."""
    said = whole(column, value, lang)
    if column.kind == "number" and said:
        try:
            return int(said) if said.lstrip("-").isdigit() else float(said)
        except ValueError:
            pass
    return said
