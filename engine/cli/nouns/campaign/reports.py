"""`phasegate campaign report`: what the records say of a year, as a report upward."""

from __future__ import annotations

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Verb


@click.command(
    cls=Verb,
    example=(
        "phasegate campaign report mile-2023 --out 报告.txt",
        "phasegate campaign report guazhou-2019 --year 2019 --to 市创建全国民族团结进步示范市工作领导小组办公室",
    ),
)
@click.argument("key")
@click.option("--year", default="", metavar="YEAR", help="On which year; this one, in January the one before.")
@click.option("--to", default="", metavar="UNIT", help="The superior; the first one of the directory by default.")
@click.option("--out", default="", metavar="FILE", help="Write it there instead of to stdout.")
@pass_context
def report(ctx: Context, key: str, year: str, to: str, out: str) -> None:
    """Write a report upward from what was recorded (情况报告).

    What was done, counts by level and kind, what is missing, what lies ahead, and the head of the
    history. It records and sends nothing: `notice draft KEY report` has it signed and sent.
    """
    from engine.service.notices.views.report import shown

    with ctx.reading(key) as case:
        found = shown(case, year=year, to=to)
    if out:
        from engine.cli.shell.sources import write_file

        write_file(out, found["text"])
        emit(ctx, found, f"{found['title']} is written to {out}")
        return
    emit(ctx, found, found["text"])
