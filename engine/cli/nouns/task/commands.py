"""`phasegate task`: what units owe, what they hand in, and what the office says to it."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.nouns.task.calls import calls
from engine.cli.nouns.task.counting import pace
from engine.cli.parts.adjusting import date_everybody
from engine.cli.shell.acts import How, act, command_of, done, each_done, tell
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.options import of_one, of_period
from engine.cli.shell.output import answer, emit, progress, say
from engine.cli.shell.verbs import Noun

STATES = ("issued", "received", "submitted", "returned", "accepted", "waived", "cancelled", "short")


@click.group(cls=Noun)
def task() -> None:
    """See what units owe; receive, submit, accept, extend, count."""


# --- looking ---


@task.command(
    "list",
    example=("phasegate task list shizhu-2022 --unit 中益乡", "phasegate task list shizhu-2022 --undated --json"),
)
@click.argument("key")
@click.option("--unit", default="", help="Only what this unit owes.")
@click.option("--task", "name", default="", help="Only this task.")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only assignments in this state.")
@click.option("--overdue", is_flag=True, help="Only what is owed and past its day.")
@click.option("--undated", is_flag=True, help="Only what is owed and has no date yet, issued or not.")
@lists
@pass_context
def list_(
    ctx: Context, key: str, unit: str, name: str, state: str | None, overdue: bool, undated: bool, form: Form
) -> None:
    """List what each unit owes, with its light and its day; of the unit of --as, its own.

    With --task a unit that leads it sees the parts of the others, too.
    """
    from engine.cli.parts.duty import task_list
    from engine.service.duties.views.roster import LIST
    from engine.service.duties.views.task import UNISSUED, listed, unissued
    from engine.service.kernel.sight import own

    with ctx.reading(key) as case:
        unit = unit or ("" if name else own(case))
        unit = case.unit(unit).name if unit else ""
        wanted = {"task": case.task(name).id if name else "", "unit": unit}
        heir = case.heir(unit)
        found = listed(case, **wanted, state=state or "", overdue=overdue, undated=undated)
        left = [] if state or overdue or name else unissued(case, unit=unit, undated=undated)
        told, below = LIST.seen(case.reader, found), UNISSUED.seen(case.reader, left)
    data = [*found, *left] if undated else found
    emit_listing(ctx, told, form, shown=lambda told: task_list(told, below, ctx.lang), data=data)
    if heir:
        say(f"{unit} goes on as {heir}")


@task.command(
    example=("phasegate task show shizhu-2022 selfcheck", "phasegate task show shizhu-2022 selfcheck --unit 中益乡")
)
@of_one
@of_period
@pass_context
def show(ctx: Context, key: str, task: str, unit: str, period: str) -> None:
    """Show a task, or all that is known of one unit's part in it.

    With --unit, or for the unit of --as: its dates and why they are these dates, what became of
    every rung, what was handed in, and the history.
    """
    from engine.cli.parts.duty import duty_sheet, task_sheet
    from engine.service.duties.views.roster import UNITS
    from engine.service.duties.views.sheet import lists_of
    from engine.service.duties.views.task import shown, shown_for
    from engine.service.kernel.sight import own

    with ctx.reading(key) as case:
        unit, asked = unit or own(case), case.task(task)
        if unit:
            found = shown_for(case, asked, case.unit(unit).name, period)
            parts = lists_of(found, case.reader)
        else:
            found = shown(case, asked)
            parts = [UNITS.seen(case.reader, found["assignments"])]
    emit(ctx, found, lambda: duty_sheet(found, parts, ctx.lang) if unit else task_sheet(found, parts[0], ctx.lang))


# --- what actions declare, and what has more to do than to tell the answer ---


@task.does(
    "receive",
    example=("phasegate task receive --token https://sign.example.org/AQAAAAEAAAQSC0S3B3J1FLgYY-W-iqoSdtXvh2K6HzgU",),
    loose=("campaign_key", "task"),
)
@click.option("--token", default="", help="In place of KEY and TASK: the link of a notice, for all that it names.")
@pass_context
def receive(ctx: Context, key: str, given: dict[str, Any], how: How, token: str) -> None:
    """Confirm that a unit has its task, or by the link of a notice all that the notice names."""
    from engine.cli.parts import signing

    if token:
        signing.receive(ctx, token, any([key, *given.values(), how.key, how.dry_run]))
    elif not (key and given["task"]):
        raise click.UsageError("give KEY and TASK, or --token")
    else:
        act(ctx, "receive", key, given, how)


@task.does(
    "issue_tasks",
    example=(
        "phasegate task issue shizhu-2022 --document 会议纪要〔2022〕5号 --from 议定事项.csv --dry-run",
        "phasegate task issue shizhu-2022 --document 反馈意见2号 --findings --due 2022-11-30 --from 反馈问题.csv",
    ),
)
@click.option(
    "--from", "file", metavar="FILE", required=True, help="The sheet (.xlsx, .csv): 任务、责任单位、时限、要求."
)
@pass_context
def issue(ctx: Context, key: str, given: dict[str, Any], how: How, file: str) -> None:
    """Begin all tasks or findings of one document, whose delivery is their receipt: all of them, or none."""
    from engine.cli.shell.sources import bytes_of
    from engine.sheets import opened, tasks_in

    told = done(ctx, "issue_tasks", key, {**given, "rows": tasks_in(opened(bytes_of(file), file))}, how)
    lines = [
        f"{t['task']} {t['title']}: {'、'.join(t['units'])}" + (f", {t['due']}" if t["due"] else "")
        for t in told["begun"]
    ]
    tell(ctx, told, "\n".join([f"{told['document']} issues {len(lines)}:", *lines]), how)


@task.does("accept", example=("phasegate task accept shizhu-2022 selfcheck --all",))
@click.option("--all", "every", is_flag=True, help="Every unit whose hand-in waits for your review.")
@pass_context
def accept(ctx: Context, key: str, given: dict[str, Any], how: How, every: bool) -> None:
    """Accept what was handed in, of one unit or of all."""
    if every and given["unit"]:
        raise click.UsageError("give --unit or --all, not both")
    if every:
        _accept_all(ctx, key, given, how)
    else:
        act(ctx, "accept", key, given, how)


def _accept_all(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    from engine.errors import Refused
    from engine.service.duties.reviewing import all_waiting

    commands = all_waiting(ctx.desk(), command_of(ctx, "accept", key, given, how))
    told, refused = [], 0
    with progress("accept", len(commands)) as forward:
        for command, outcome in zip(commands, each_done(ctx, commands, how), strict=True):
            if isinstance(outcome, Refused):
                refused += 1
                say(f"{command.given['task']}/{command.given['unit']}: {outcome.line(ctx.lang)}")
            else:
                told.append(outcome)
            forward(1)
    tell(ctx, told, f"{given['task']}: {len(told)} accepted, {refused} refused", how)
    answer(1 if refused else 0)


date_everybody(task)
task.add_command(pace)
task.add_command(calls)
