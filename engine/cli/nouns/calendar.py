"""`phasegate calendar`: working days counted and explained, official years shown and loaded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, day_from, pass_context
from engine.cli.shell.listing import as_table
from engine.cli.shell.output import Table, emit, say
from engine.cli.shell.typed import require_texts
from engine.cli.shell.verbs import Noun, Verb

if TYPE_CHECKING:
    from engine.calendar import Calendar
    from engine.service.kernel.desk import Desk

NEGATIVE = re.compile(r"-[0-9]+[a-z]*")


class AddVerb(Verb):
    """Takes `-3wd` for an offset, not for options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what looks like a negative offset behind `--`."""
        if "--" not in args:
            offsets = [arg for arg in args if NEGATIVE.fullmatch(arg)]
            if offsets:
                args = [*(arg for arg in args if arg not in offsets), "--", *offsets]
        return super().parse_args(ctx, args)


@click.group(cls=Noun)
def calendar() -> None:
    """Count working days; show and load official years."""


def _named(function: Any) -> Any:
    return click.option("--calendar", "name", metavar="NAME", default="CN", help="The calendar; CN by default.")(
        function
    )


@calendar.command(
    cls=AddVerb,
    example=("phasegate calendar add 2022-09-30 3wd", "phasegate calendar add 2022-11-30 -3wd --explain"),
)
@click.argument("day", metavar="DATE")
@click.argument("offset", metavar="OFFSET")
@_named
@click.option("--explain", is_flag=True, help="Then tell each day, counted or skipped, and why.")
@pass_context
def add(ctx: Context, day: str, offset: str, name: str, explain: bool) -> None:
    """Print the day that lies OFFSET (5wd, -3wd, 10d) from DATE, which is not counted."""
    from engine.calendar import parse_offset

    days = _here(ctx, name)
    start, span = day_from(day), parse_offset(offset)
    end = days.add(start, span)
    steps = days.walk(start, span)
    provisional = any(days.is_provisional(step.day) for step in steps) if span.unit == "wd" else False
    data = {"date": end, "from": start, "offset": str(span), "calendar": name, "provisional": provisional}
    emit(ctx, data | {"steps": steps if explain else []}, [str(end), *(map(str, steps) if explain else ())])
    if provisional and not ctx.json:
        say(f"{end} is provisional — not every year on the way has its official notice in calendar {name}")


@calendar.command(example="phasegate calendar show 2022")
@click.argument("year", type=click.IntRange(1900, 9998))
@_named
@pass_context
def show(ctx: Context, year: int, name: str) -> None:
    """Show the holidays and make-up working days of a year, and the notice that they rest on."""
    from datetime import date

    days = _here(ctx, name)
    official = days.years.get(year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    worked = days.working_days_between(first, last) + days.is_working_day(first)
    off = dict(sorted(days.days_off(year).items()))
    work = sorted(official.work) if official else []
    data = {
        "year": year,
        "calendar": name,
        "provisional": official is None,
        "notice": official.notice if official else "",
        "working_days": worked,
        "off": {str(day): why for day, why in off.items()},
        "work": work,
    }
    emit(ctx, data, [_heading(data), *([_days(off, work)] if off or work else [])])


def _heading(data: dict[str, Any]) -> str:
    basis = data["notice"] or "provisional: no official notice is loaded, weekends and the statutory days are off"
    return f"{data['calendar']} {data['year']}: {data['working_days']} working days — {basis}"


def _days(off: dict[Any, str], work: list[Any]) -> Table:
    from engine.calendar import WEEKDAYS

    rows = [(day, WEEKDAYS[day.weekday()], "放假", why) for day, why in off.items()]
    rows += [(day, WEEKDAYS[day.weekday()], "上班", "调休") for day in work]
    return Table(("date", "weekday", "is", "why"), sorted(rows))


@calendar.command(example=("phasegate calendar apply 2027.json --dry-run", "phasegate calendar apply 2027.json"))
@click.argument("file", metavar="FILE")
@_named
@click.option("--dry-run", is_flag=True, help="Only show which dates would move.")
@pass_context
def apply(ctx: Context, file: str, name: str, dry_run: bool) -> None:
    """Load an official year into this installation and move the open dates that it moves.

    FILE holds {"year": 2027, "notice": "…", "off": {"2027-10-01": "国庆节"}, "work": ["2027-10-09"]}.
    A date that a unit was already told never becomes earlier; a later one sends a correction.
    """
    from engine.calendar import load, year_from_json
    from engine.cli.shell.sources import text_of
    from engine.service.audit.installation import office
    from engine.service.campaigns.founding import apply_year
    from engine.service.campaigns.views.changed import DATES

    year = year_from_json(text_of(file))
    require_texts("file", [year.notice, *year.off.values()])
    load(name)

    def apply_to(desk: Desk) -> list[dict[str, Any]]:
        return apply_year(desk, name, year, dry_run=dry_run, actor=office(desk, ctx.actor, "calendar"))

    moved = apply_to(ctx.desk() if dry_run else ctx.begun(apply_to).desk)
    data = {"calendar": name, "year": year.year, "applied": not dry_run, "moved": moved}
    done = "would move" if dry_run else "moved"
    summary = f"{name} {year.year} {'not applied (dry run)' if dry_run else 'applied'}: {len(moved)} dates {done}"
    emit(ctx, data, [*([as_table(DATES.of(moved), ctx.lang)] if moved else []), summary])


def _here(ctx: Context, name: str) -> Calendar:
    """Return a calendar as this installation knows it; as shipped where there is no database."""
    from engine.calendar import load
    from engine.errors import DatabaseProblem

    shipped = load(name)
    if not ctx.has_database():
        return shipped
    from engine.service.audit.installation import calendar_here

    try:
        return calendar_here(ctx.desk(), name)
    except DatabaseProblem as problem:
        say(f"{problem.line()} — counted with the shipped calendar")
        return shipped
