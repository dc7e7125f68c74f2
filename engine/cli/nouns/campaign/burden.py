"""`phasegate campaign burden`: how much each unit is asked in each month."""

from __future__ import annotations

import re

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.verbs import Verb

MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


@click.command(
    cls=Verb,
    example=(
        "phasegate campaign burden shizhu-2022 --month 2022-11",
        "phasegate campaign burden shizhu-2022 --unit 中益乡 --ahead --format csv",
    ),
)
@click.argument("key")
@click.option("--unit", default="", help="Only this unit.")
@click.option("--month", default="", metavar="MONTH", help="Only this month: 2022-11.")
@click.option("--ahead", is_flag=True, help="Also what a forecast foresees, if nobody hands in anything.")
@lists
@pass_context
def burden(ctx: Context, key: str, unit: str, month: str, ahead: bool, form: Form) -> None:
    """Show how much each unit is asked in each month (减负核算).

    Hints (提示信息) and formal documents (正式文书) that went to it, what it is to hand in, and which of the
    workflow's `limits:` that is over. Units stand in the order of the directory.
    """
    from engine.service.campaigns.views import burden as view
    from engine.service.kernel.sight import whose

    if month and not MONTH.fullmatch(month):
        raise click.UsageError("--month YEAR-MONTH, for example --month 2022-11")
    with ctx.reading(key) as case:
        unit = whose(case, "notice", case.unit(unit).name if unit else "")
        told = {} if ahead else view.so_far(case)
        workflow, reader = case.plan.workflow, case.reader
    if ahead:
        from engine.service.forecast import nobody, of_campaign
        from engine.service.forecast.burden import rows_of

        found = rows_of(of_campaign(ctx.desk(), key, nobody()))
    else:
        found = view.rows(workflow, view.Burden(told=told, ahead={}))
    emit_listing(ctx, view.LIST.seen(reader, view.picked(found, unit=unit, month=month)), form)
