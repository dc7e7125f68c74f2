"""`phasegate forecast`: everyone who will be reminded, on which day, of what, before it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from engine import names, words
from engine.cli.shell.context import Context, day_from, pass_context
from engine.cli.shell.listing import as_table, below
from engine.cli.shell.options import fills
from engine.cli.shell.output import Table, emit, say
from engine.cli.shell.verbs import Verb
from notifications import kinds

if TYPE_CHECKING:
    from datetime import date

    from engine.service.forecast import Assumption, Forecast, ForecastNotice

CSV_HEADS = ("日期", "时间", "文书", "级别", "单位", "收件", "标题", "任务", "任务单位", "时限", "发出方式")
DELIVERIES = {"send": "自动发出", "release": "拟发清单", "manual": "待放行", "draft": "待签发"}


@click.command(
    cls=Verb,
    example=(
        "phasegate forecast guazhou --picture guazhou.svg",
        "phasegate forecast shizhu-2022 --assume early --days-early 2 --unit 县财政局 --csv 财政局.csv",
    ),
)
@click.argument("name", metavar="KEY|WORKFLOW")
@click.option("--assume", type=click.Choice(("nobody", "early")), default="nobody", help="Who does what is due.")
@click.option(
    "--days-early", type=click.IntRange(0, 60), default=2, show_default=True, help="With `early`, how many."
)
@click.option("--adopted", metavar="DATE", default="", help="Of a workflow: the day of adoption; else its plan's.")
@click.option("--until", metavar="DATE", default="", help="The last day looked at.")
@click.option("--unit", metavar="UNIT", default="", help="Only what this unit gets.")
@click.option("--csv", "csv_file", metavar="FILE", default="", help="Write the notices there, a row for each duty.")
@click.option("--picture", metavar="FILE", default="", help="Write a calendar there, as SVG.")
@fills
@pass_context
def forecast(
    ctx: Context,
    name: str,
    assume: str,
    days_early: int,
    adopted: str,
    until: str,
    unit: str,
    csv_file: str,
    picture: str,
    settings: dict[str, str],
) -> None:
    """Say who will be reminded, on which day, of what.

    KEY is a campaign, forecast from its present state; WORKFLOW a shipped workflow, a file or a
    folder, forecast from its adoption. `nobody` assumes that nobody does anything; `early` that
    everybody hands in so many working days before the day, and decisions come as gates ask for them.
    It is the production service that runs ahead, on a copy: the database itself is only read.
    """
    found = _found(ctx, name, _assumption(assume, days_early), adopted, day_from(until) if until else None, settings)
    found, unit = _seen(ctx, found, _known(found, unit) if unit else "")
    if unit:
        found = found.only(unit)
    if csv_file:
        _write_csv(csv_file, found)
    if picture:
        _write_picture(picture, found, unit)
    emit(ctx, data(found), lambda: sheet(found, ctx.lang))


def _assumption(word: str, days: int) -> Assumption:
    from engine.service.forecast import early, nobody

    return early(days) if word == "early" else nobody()


def _found(
    ctx: Context, name: str, assumption: Assumption, adopted: str, until: date | None, settings: dict[str, str]
) -> Forecast:
    from engine import reader
    from engine.cli.shell.sources import workflow_bundle
    from engine.service import forecast as service

    if not adopted and ctx.has_database() and _is_campaign(ctx, name):
        if settings:
            raise click.UsageError("--set fills a workflow; a campaign runs on what it was started with")
        return service.of_campaign(ctx.desk(), name, assumption, until)
    bundle = workflow_bundle(name, settings)
    day = day_from(adopted) if adopted else None
    return service.of_workflow(bundle, day, assumption, until, beside=reader.beside(name))


def _is_campaign(ctx: Context, name: str) -> bool:
    from engine.service.campaigns.views.campaign import listed

    return any(row["key"] == name for row in listed(ctx.desk()))


def _seen(ctx: Context, found: Forecast, unit: str) -> tuple[Forecast, str]:
    """Return a forecast as the actor may see it, and the unit of which alone is told: a unit sees its own notices."""
    from engine.service.kernel.actor import actor_of
    from engine.service.kernel.sight import Thing, may_see, require_sight

    actor = actor_of(ctx.actor, found.workflow)
    if actor.role == "unit":
        unit = unit or actor.name
    if unit:
        require_sight(actor, Thing("notice", (unit,)))
    return (found if may_see(actor, Thing("address")) else found.without_addresses()), unit


def _known(found: Forecast, unit: str) -> str:
    from engine.errors import UnknownName

    units = found.workflow.directory.units
    if not (name := names.found(unit, units)):
        raise UnknownName("unit", unit, list(units))
    return name


# --- as data ---


def data(found: Forecast) -> dict[str, Any]:
    """Return a forecast as plain data."""
    from engine.service.forecast.burden import over

    return {
        "subject": found.subject,
        "title": found.title,
        "assumption": found.assumption,
        "began_at": found.began_at,
        "until": found.until,
        "ended": found.ended,
        "notices": found.notices,
        "loads": found.loads,
        "assumed": found.assumed,
        "meetings": found.meetings,
        "aside": found.aside,
        "over_limit": over(found),
    }


# --- as a table ---


def sheet(found: Forecast, lang: str) -> Iterator[str | Table]:
    """Yield the sheets: what is assumed, every notice, the busiest days, the counts."""
    from engine.service.forecast.lists import heavy_days, notices_of, over_limit

    yield f"{found.title} ({found.subject}), from {found.began_at:%Y-%m-%d %H:%M}: if {found.assumption}"
    yield ""
    yield as_table(notices_of(found), lang)
    yield ""
    yield _summary(found)
    yield from below([heavy_days(found), over_limit(found)], lang)
    refused = Counter(act.refused for act in found.assumed if act.refused)
    yield from (f"assumed {number} times but refused: {why}" for why, number in refused.items())
    yield from (f"reaches nobody: {one.kind} to {one.unit}: {_reason(one.reason)}" for one in found.aside)


def _reason(told: Mapping[str, Any] | str) -> str:
    return told if isinstance(told, str) else words.said(f"reason.{told['code']}", told)


def _summary(found: Forecast) -> str:
    days = found.per_day()
    if not days:
        return "no notices"
    counted = Counter(notice.kind for notice in found.notices)
    units = {unit for notice in found.notices for unit in notice.units}
    busiest = max(days, key=lambda day: (days[day].total(), -day.toordinal()))
    kinds = ", ".join(f"{number} {kind}" for kind, number in counted.most_common())
    whole = f"{len(found.notices)} notices to {len(units)} units on {len(days)} days, {min(days)} … {max(days)}"
    return f"{whole}: {kinds}; most on {busiest}: {days[busiest].total()}"


# --- as files ---


def _write_csv(path: str, found: Forecast) -> None:
    from engine.cli.shell.sources import write_file
    from engine.pictures.tables import csv_bytes

    titles = {task.id: task.title for task in found.workflow.tasks}
    rows = [CSV_HEADS, *(row for notice in found.notices for row in _csv_rows(notice, titles))]
    write_file(path, csv_bytes(rows).decode())
    say(f"written to {path}")


def _csv_rows(notice: ForecastNotice, titles: dict[str, str]) -> Iterator[tuple[str, ...]]:
    head = (
        notice.day.isoformat(),
        f"{notice.at:%H:%M}",
        kinds.titles().get(notice.kind, notice.kind),
        str(notice.level),
        notice.unit,
        "、".join(notice.to),
        notice.subject,
    )
    how = DELIVERIES[notice.delivery]
    for item in notice.items:
        yield *head, titles[item.task], item.unit, item.due_on.isoformat() if item.due_on else "", how
    if not notice.items:
        yield *head, "", "", "", how


def _write_picture(path: str, found: Forecast, unit: str) -> None:
    from engine.cli.shell.sources import write_file
    from engine.pictures.calendar import calendar_picture

    write_file(
        path,
        calendar_picture(found.title, _below(found, unit), found.per_day(), found.calendar, kinds=kinds.titles()),
    )
    say(f"written to {path}")


def _below(found: Forecast, unit: str) -> str:
    """Return the line below the title of the picture: what is counted, under which assumption."""
    whose = f"发往{unit}的" if unit else ""
    on = found.began_at
    since = f"自{on.year}年{on.month}月{on.day}日起"
    return f"{whose}文书预测,{since}共{len(found.notices)}件({_assumed(found)})"


def _assumed(found: Forecast) -> str:
    early = [word for word in found.assumption.split() if word.isdigit()]
    if found.assumption.startswith("nobody"):
        return "假定无人报送"
    return f"假定各单位均提前{early[0]}个工作日报送" if early else "假定各单位均于到期当日报送"
