"""`phasegate task object|decide`: a unit says that a task is not its duty, the office decides."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.shell.acts import How, act, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.options import happened, of_one
from engine.cli.shell.verbs import Verb


@click.command(
    "object",
    cls=Verb,
    example=(
        "phasegate task object shizhu-2022 t3 --reason 该项职责已划转 --as 县教委",
        "phasegate task object shizhu-2022 t3 --unit 县妇联 --reason 来函说明 --on 2022-07-07 --voucher 来函.pdf",
    ),
)
@of_one
@click.option("--reason", default="", help="Why it is not the unit's duty; the office reads it.")
@happened
@writes
@pass_context
def object_(ctx: Context, /, key: str, voucher: str, voucher_note: str, how: How, **given: Any) -> None:
    """Object that a task is not the unit's duty (职责异议): its clock stops until the office decides."""
    from engine.cli.shell import handed

    asked = {**given, "voucher": handed.voucher(voucher, voucher_note)}
    act(ctx, "object", key, asked, "{task}/{unit} objects; the office decides by {decide_by}", how)


@click.command(
    "decide",
    cls=Verb,
    example=(
        "phasegate task decide shizhu-2022 t3 --unit 县教委 --uphold --to 县财政局 --reason 职责已划转",
        "phasegate task decide shizhu-2022 t3 --unit 县妇联 --reject --reason 分工方案已明确",
    ),
)
@of_one
@click.option("--uphold", is_flag=True, help="It is not its duty: its assignment is cancelled.")
@click.option("--reject", is_flag=True, help="It is its duty: its clock goes on.")
@click.option("--to", metavar="UNIT", default="", help="Who takes it over, with the same day.")
@click.option("--reason", default="", help="Why; the unit is told.")
@writes
@pass_context
def decide(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Decide an objection (异议裁定); the unit is told, and so is who takes the task over."""
    act(ctx, "decide", key, given, "{task}/{unit}: the objection is {objection}, the assignment {state}", how)
