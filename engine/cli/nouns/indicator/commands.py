"""`phasegate indicator`: what the title is measured by, its scores, its evidence, its vetoes."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.shell.acts import How, done, tell
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.output import emit, say
from engine.cli.shell.verbs import Noun

JUDGED = (
    "phasegate indicator judge shizhu-2022 9f86d081 --fine --reason 联合开展的活动",
    "phasegate indicator judge shizhu-2022 9f86d081 --refuse --unit 中益乡 --reason 照抄县教委材料",
)


@click.group(cls=Noun)
def indicator() -> None:
    """Score indicators, prove them, and see what is missing (测评指标)."""


# --- looking ---


@indicator.command(
    "list",
    example=("phasegate indicator list shizhu-2022", "phasegate indicator list shizhu-2022 --unit 县教委 --json"),
)
@click.argument("key")
@click.option("--unit", default="", help="Only indicators that this unit is named for.")
@lists
@pass_context
def list_(ctx: Context, key: str, unit: str, form: Form) -> None:
    """List the indicators with their points, scores and evidence."""
    from engine.service.indicators.views.indicators import LIST, listed

    with ctx.reading(key) as case:
        found = LIST.seen(case.reader, listed(case, case.unit(unit).name if unit else ""))
    emit_listing(ctx, found, form)


@indicator.command(
    example=("phasegate indicator show shizhu-2022", "phasegate indicator show shizhu-2022 1.1 --json")
)
@click.argument("key")
@click.argument("number", required=False, default="")
@pass_context
def show(ctx: Context, key: str, number: str) -> None:
    """Show the sums, each unit's and the vetoes; or all that is known of one indicator."""
    from engine.cli.nouns.indicator.measured import indicator_sheet, set_sheet
    from engine.service.indicators.rules import indicator_of
    from engine.service.indicators.views.indicators import shown, shown_one

    with ctx.reading(key) as case:
        found = shown_one(case, indicator_of(case, number)) if number else shown(case)
    emit(ctx, found, lambda: indicator_sheet(found, ctx.lang) if number else set_sheet(found, ctx.lang))


@indicator.command(
    example=(
        "phasegate indicator missing shizhu-2022 --unit 县教委",
        "phasegate indicator missing shizhu-2022 --csv 缺项.csv",
    )
)
@click.argument("key")
@click.option("--unit", default="", help="Only what this unit has not given.")
@click.option("--csv", "out", default="", metavar="FILE", help="Write the table there, for a spreadsheet.")
@lists
@pass_context
def missing(ctx: Context, key: str, unit: str, out: str, form: Form) -> None:
    """List the self-scores and the evidence that are missing, unit by unit."""
    from engine.service.indicators.views.indicators import MISSING, missing
    from engine.service.indicators.views.measuring import pages, texts

    with ctx.reading(key) as case:
        name = case.unit(unit).name if unit else ""
        found = MISSING.seen(case.reader, missing(case, name))
        rows = texts(pages(case, name)[-1]) if out else []
    if out:
        from engine.cli.shell.sources import write_bytes
        from engine.pictures.tables import csv_bytes

        write_bytes(out, csv_bytes(rows))
        say(f"written to {out}")
    emit_listing(ctx, found, form)


@indicator.command(example="phasegate indicator duplicates shizhu-2022 --json")
@click.argument("key")
@click.option("--open", "unsettled", is_flag=True, help="Only files that nobody has judged yet.")
@lists
@pass_context
def duplicates(ctx: Context, key: str, unsettled: bool, form: Form) -> None:
    """List files that several units handed in, for a person to judge."""
    from engine.service.indicators.views.indicators import DUPLICATES, duplicates, hands

    with ctx.reading(key) as case:
        found = [each for each in duplicates(case) if not (unsettled and each["settled"])]
        told = DUPLICATES.seen(case.reader, hands(found))
    emit_listing(ctx, told, form, data=found)


@indicator.command(
    example=(
        "phasegate indicator export shizhu-2022 --out 测评指标.xlsx",
        "phasegate indicator export shizhu-2022 --unit 县教委 --out 县教委.xlsx",
    )
)
@click.argument("key")
@click.option("--out", required=True, metavar="FILE", help="The workbook (.xlsx) to write.")
@click.option("--unit", default="", help="Only what concerns this unit.")
@pass_context
def export(ctx: Context, key: str, out: str, unit: str) -> None:
    """Write the table of indicators, the scores and what is missing as a workbook to print."""
    from pathlib import Path

    from engine.cli.shell.sources import write_bytes
    from engine.errors import BadInput
    from engine.service.indicators.views.measuring import workbook

    if Path(out).suffix.lower() != ".xlsx":
        raise BadInput("no_workbook", found=out)
    with ctx.reading(key) as case:
        data = workbook(case, case.unit(unit).name if unit else "")
    write_bytes(out, data)
    emit(ctx, {"campaign": key, "file": out}, f"written to {out}")


# --- acting: what has more to do than to tell the answer ---


@indicator.does("ask")
@pass_context
def ask(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Ask units by a notice for what is missing."""
    answer = done(ctx, "ask", key, given, how)
    tell(ctx, answer, f"{len(answer['units'])} units are asked to answer by {answer['by']}", how)


@indicator.does("score")
@pass_context
def score(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Score an indicator for a unit."""
    answer = done(ctx, "score", key, given, how)
    before = f" (before: {answer['before']})" if answer["before"] else ""
    tell(ctx, answer, f"{given['indicator']}/{answer['unit']}: {answer['kind']} {answer['points']}{before}", how)


@indicator.does("prove")
@pass_context
def prove(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Hand in evidence for an indicator."""
    answer = done(ctx, "prove", key, given, how)
    line = f"{given['indicator']}/{answer['slot']}/{answer['unit']}: version {answer['version']} is kept"
    also = f"; {'、'.join(answer['also'])} handed in the same file" if answer["also"] else ""
    tell(ctx, answer, line + also, how)


@indicator.does("judge", example=JUDGED, without=("verdict",))
@click.option("--fine", is_flag=True, help="It may stand for each of the units.")
@click.option("--refuse", is_flag=True, help="It counts no longer.")
@pass_context
def judge(ctx: Context, key: str, given: dict[str, Any], how: How, fine: bool, refuse: bool) -> None:
    """Record what a person found of a file that several units handed in."""
    if fine == refuse:
        raise click.UsageError("give --fine or --refuse")
    answer = done(ctx, "judge", key, {**given, "verdict": "fine" if fine else "refused"}, how)
    line = f"{answer['file'][:16]}: {answer['verdict']} for {'、'.join(answer['units'])}"
    also = f"; it came with {'、'.join(answer['tasks'])}: see `task return`" if answer["tasks"] else ""
    tell(ctx, answer, line + also, how)
