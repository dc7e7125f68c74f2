"""`phasegate indicator`: what the title is measured by, its scores, its evidence, its vetoes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from engine.cli.shell.acts import How, done, tell, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.options import happened, why
from engine.cli.shell.output import emit, say
from engine.cli.shell.verbs import Noun

Command = Callable[..., Any]


@click.group(cls=Noun)
def indicator() -> None:
    """Score indicators, prove them, and see what is missing (测评指标)."""


def of_unit(command: Command) -> Command:
    """Give a command the unit and the period that it is about."""
    unit = click.option("--unit", default="", help="The unit; a unit that acts itself (--as) needs none.")
    period = click.option("--period", default="", metavar="YEAR", help="The year, where it is given every year.")
    return unit(period(command))


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
    emit(ctx, found, lambda: indicator_sheet(found) if number else set_sheet(found))


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


@indicator.command(
    example=(
        "phasegate indicator ask shizhu-2022 --due 2022-11-18",
        "phasegate indicator ask shizhu-2022 --unit 县教委 --dry-run",
    )
)
@click.argument("key")
@click.option("--unit", default="", help="Only this unit; every unit that lacks something if left out.")
@click.option("--due", default="", metavar="DATE", help="By when; in five working days if left out.")
@writes
@pass_context
def ask(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Ask units by a notice for the self-scores and the evidence that are missing.

    What is given before the notice goes out is left out of it; a superior is never asked.
    """
    answer = done(ctx, "ask", key, given, how)
    tell(ctx, answer, f"{len(answer['units'])} units are asked to answer by {answer['by']}", how)


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


# --- acting ---


@indicator.command(
    example=(
        "phasegate indicator score shizhu-2022 3.1 --points 12.5 --as 县教委",
        "phasegate indicator score shizhu-2022 3.1 --unit 县教委 --points 12 --checked --note 复核少一份材料",
    )
)
@click.argument("key")
@click.argument("number")
@click.option("--points", required=True, metavar="NUMBER", help="From 0 to the points of the indicator.")
@click.option("--checked", is_flag=True, help="The office's own score on checking, beside the unit's.")
@click.option("--note", default="", help="A remark for the record.")
@of_unit
@happened
@writes
@pass_context
def score(ctx: Context, /, key: str, number: str, voucher: str, voucher_note: str, how: How, **given: Any) -> None:
    """Score an indicator for a unit; a later score takes the place of the earlier."""
    from engine.cli.shell import handed

    asked = given | {"indicator": number, "voucher": handed.voucher(voucher, voucher_note)}
    answer = done(ctx, "score", key, asked, how)
    before = f" (before: {answer['before']})" if answer["before"] else ""
    tell(ctx, answer, f"{number}/{answer['unit']}: {answer['kind']} {answer['points']}{before}", how)


@indicator.command(
    example=(
        "phasegate indicator prove shizhu-2022 3.1 活动记录 --file 方案.pdf --as 县教委",
        "phasegate indicator prove shizhu-2022 3.1 活动记录 --unit 县教委 --note 见档案盒3 --voucher-note 来电",
    )
)
@click.argument("key")
@click.argument("number")
@click.argument("slot", required=False, default="")
@click.option("--file", "path", default="", metavar="PATH", help="A file: its SHA-256 is kept.")
@click.option("--note", default="", help="A note, where there is no file.")
@click.option("--name", default="", help="What the note is called; a file has its own name.")
@of_unit
@happened
@writes
@pass_context
def prove(
    ctx: Context, /, key: str, number: str, path: str, voucher: str, voucher_note: str, how: How, **given: Any
) -> None:
    """Hand in evidence for an indicator (印证材料).

    The same name again is a new version, and only the latest counts; without a name a note is one more piece.
    """
    from engine.cli.shell import handed

    file = handed.file(path) if path else None
    asked = given | {"indicator": number, "file": file, "voucher": handed.voucher(voucher, voucher_note)}
    answer = done(ctx, "prove", key, asked, how)
    line = f"{number}/{answer['slot']}/{answer['unit']}: version {answer['version']} is kept"
    also = f"; {'、'.join(answer['also'])} handed in the same file" if answer["also"] else ""
    tell(ctx, answer, line + also, how)


@indicator.command(
    example="phasegate indicator veto shizhu-2022 9.1 --reason 发生重大责任事故 --document 通报〔2022〕6号"
)
@click.argument("key")
@click.argument("number")
@click.option("--unit", default="", help="The unit it is raised over; all if left out.")
@why
@writes
@pass_context
def veto(ctx: Context, /, key: str, number: str, how: How, **given: Any) -> None:
    """Raise a veto (一票否决), with a reason and a document; it stands until the leader lifts it."""
    answer = done(ctx, "veto", key, given | {"indicator": number}, how)
    tell(ctx, answer, f"{number}: a veto stands", how)


@indicator.command(
    example="phasegate indicator unveto shizhu-2022 9.1 --reason 已查明无责 --document 会议纪要8号 --as leader"
)
@click.argument("key")
@click.argument("number")
@click.option("--unit", default="", help="The unit it was raised over.")
@why
@writes
@pass_context
def unveto(ctx: Context, /, key: str, number: str, how: How, **given: Any) -> None:
    """Lift a veto; only the leader may."""
    answer = done(ctx, "unveto", key, given | {"indicator": number}, how)
    tell(ctx, answer, f"{number}: the veto is lifted", how)


@indicator.command(
    example=(
        "phasegate indicator judge shizhu-2022 9f86d081 --fine --reason 联合开展的活动",
        "phasegate indicator judge shizhu-2022 9f86d081 --refuse --unit 中益乡 --reason 照抄县教委材料",
    )
)
@click.argument("key")
@click.argument("file", metavar="SHA256")
@click.option("--fine", is_flag=True, help="It may stand for each of the units.")
@click.option("--refuse", is_flag=True, help="It counts no longer.")
@click.option("--unit", default="", help="Only for this unit; all that handed it in if left out.")
@click.option("--reason", default="", help="Why; it is recorded.")
@writes
@pass_context
def judge(ctx: Context, /, key: str, file: str, fine: bool, refuse: bool, unit: str, reason: str, how: How) -> None:
    """Record what a person found of a file that several units handed in."""
    if fine == refuse:
        raise click.UsageError("give --fine or --refuse")
    given = {"file": file, "verdict": "fine" if fine else "refused", "unit": unit, "reason": reason}
    answer = done(ctx, "judge", key, given, how)
    line = f"{answer['file'][:16]}: {answer['verdict']} for {'、'.join(answer['units'])}"
    also = f"; it came with {'、'.join(answer['tasks'])}: see `task return`" if answer["tasks"] else ""
    tell(ctx, answer, line + also, how)
