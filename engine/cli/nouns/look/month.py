"""`phasegate look`: the month's round, what units tell, and its sheet."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.nouns.look.findings import exports
from engine.cli.shell.acts import How, done, tell
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Noun

Given = dict[str, Any]


MONTH = (
    "phasegate look month shizhu-2022 2022-08 --show",
    "phasegate look month shizhu-2022 2022-08 --xlsx 调度表.xlsx",
)


def report_and_answer(look: Noun) -> None:
    """Have the verbs by which units are asked, report and answer tell it in their own lines."""
    look.does("month", example=MONTH)(_month)
    look.does("tell")(_tell)
    look.does("report")(_report)


@click.option("--show", is_flag=True, help="Show the sheet: what changed, who is silent, the matters.")
@exports
@pass_context
def _month(ctx: Context, key: str, given: Given, how: How, show: bool, csv: str, xlsx: str) -> None:
    if show or csv or xlsx:
        _sheet(ctx, key, given["month"], csv, xlsx)
        return
    told = done(ctx, "month", key, given, how)
    tell(ctx, told, f"{given['month']}: {len(told['units'])} units are asked", how)


def _sheet(ctx: Context, key: str, name: str, csv: str, xlsx: str) -> None:
    from engine.cli.nouns.look.looked import month_sheet
    from engine.cli.shell.sources import write_bytes
    from engine.service.inspections.views import monthly

    with ctx.reading(key) as case:
        found = monthly.month(case, name)
        book = monthly.as_workbook(case, found) if xlsx else b""
    for place, data in ((csv, monthly.as_csv(found)), (xlsx, book)):
        if place:
            write_bytes(place, data)
    emit(ctx, found, lambda: month_sheet(found, ctx.lang))


@pass_context
def _tell(ctx: Context, key: str, given: Given, how: How) -> None:
    told = done(ctx, "tell", key, given, how)
    tell(ctx, told, f"{given['round']}: {told['unit']} has answered", how)


@pass_context
def _report(ctx: Context, key: str, given: Given, how: How) -> None:
    told = done(ctx, "report", key, given, how)
    numbers = "、".join(map(str, told["findings"]))
    tell(ctx, told, f"{told['unit']}: reported as {numbers}; see `look findings`", how)
