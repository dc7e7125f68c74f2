"""`phasegate task`: what units owe, what they hand in, and what the office says to it."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.nouns.task import counting
from engine.cli.nouns.task.objecting import decide, object_
from engine.cli.parts.adjusting import date, reschedule
from engine.cli.shell.acts import How, act, done, tell, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.options import happened, joins, moves, of_ladder, of_one, of_period, why
from engine.cli.shell.output import answer, emit, progress, say
from engine.cli.shell.verbs import Noun

STATES = ("issued", "received", "submitted", "returned", "accepted", "waived", "cancelled", "short")
STANDS = "{task}/{unit} is {state}"


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
    from engine.service.duties.views.task import listed, unissued
    from engine.service.kernel.sight import own

    with ctx.reading(key) as case:
        unit = unit or ("" if name else own(case))
        wanted = {"task": case.task(name).id if name else "", "unit": case.unit(unit).name if unit else ""}
        heir = case.heir(unit)
        found = listed(case, **wanted, state=state or "", overdue=overdue, undated=undated)
        left = [] if state or overdue or name else unissued(case, unit=unit, undated=undated)
        told = LIST.seen(case.reader, found)
    data = [*found, *left] if undated else found
    emit_listing(ctx, told, form, shown=lambda told: task_list(told, left, ctx.lang), data=data)
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
    from engine.service.duties.views.task import shown, shown_for
    from engine.service.kernel.sight import own

    with ctx.reading(key) as case:
        unit = unit or own(case)
        found = (
            shown_for(case, case.task(task), case.unit(unit).name, period) if unit else shown(case, case.task(task))
        )
    emit(ctx, found, lambda: duty_sheet(found) if unit else task_sheet(found))


# --- what a unit does, or the office records for it ---


@task.command(
    example="phasegate task add shizhu-2022 报送简报 --unit 中益乡 --due 2022-09-15 --document 会议纪要〔2022〕3号"
)
@click.argument("key")
@click.argument("title")
@joins
@writes
@pass_context
def add(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Add a task from minutes or an instruction to a running campaign."""
    act(ctx, "add_task", key, given, "issued as {tasks}; see `task list`", how)


@task.command(
    example="phasegate task find shizhu-2022 台账不全 --unit 中益乡 --due 2022-11-20 --document 抽查通报〔2022〕2号"
)
@click.argument("key")
@click.argument("title")
@joins
@writes
@pass_context
def find(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Record a finding: a rectification with units and a date, tracked until it is struck off (销号)."""
    act(ctx, "find", key, given, "to be put right as {tasks}; see `task list`", how)


@task.command(
    example=(
        "phasegate task receive shizhu-2022 measures --as 中益乡",
        "phasegate task receive shizhu-2022 measures --unit 西沱镇 --on 2022-07-06 --voucher-note 7月6日电话确认",
        "phasegate task receive --token https://sign.example.org/AQAAAAEAAAQSC0S3B3J1FLgYY-W-iqoSdtXvh2K6HzgU",
    )
)
@click.argument("key", default="")
@click.argument("task", default="")
@click.option("--unit", default="", help="The unit; a unit that acts itself (--as) needs none.")
@click.option("--token", default="", help="In place of KEY and TASK: the link of a notice, for all that it names.")
@happened
@writes
@pass_context
def receive(
    ctx: Context,
    /,
    key: str,
    task: str,
    unit: str,
    token: str,
    on: str,
    voucher: str,
    voucher_note: str,
    how: How,
) -> None:
    """Confirm that a unit has its task (签收), or by the link of a notice all that the notice names."""
    from engine.cli.parts import signing
    from engine.cli.shell import handed

    given = {"unit": unit, "on": on, "voucher": handed.voucher(voucher, voucher_note)}
    if token:
        signing.receive(ctx, token, any([key, task, *given.values(), how.key, how.dry_run]))
    elif not (key and task):
        raise click.UsageError("give KEY and TASK, or --token")
    else:
        act(ctx, "receive", key, {"task": task, **given}, STANDS, how)


@task.command(
    example=(
        "phasegate task submit shizhu-2022 selfcheck --number 自评分=92 --as 中益乡",
        "phasegate task submit shizhu-2022 measures --unit 中益乡 --file 措施.pdf --voucher 签收单.jpg",
    )
)
@of_one
@click.option("--note", default="", help="A note as evidence.")
@click.option("--number", "numbers", multiple=True, metavar="NAME=VALUE", help="A number that the task asks for.")
@click.option("--file", "files", multiple=True, metavar="PATH", help="A file as evidence: its SHA-256 is kept.")
@click.option("--without", default="", metavar="REASON", help="A lead hands in although parts are missing: why.")
@happened
@writes
@pass_context
def submit(
    ctx: Context,
    /,
    key: str,
    task: str,
    unit: str,
    note: str,
    numbers: tuple[str, ...],
    files: tuple[str, ...],
    without: str,
    on: str,
    voucher: str,
    voucher_note: str,
    how: How,
) -> None:
    """Hand in a unit's evidence (报送): a note, numbers, files."""
    from engine.cli.shell import handed

    given = {
        "task": task,
        "unit": unit,
        "note": note,
        "numbers": handed.numbers(numbers),
        "files": [handed.file(path) for path in files],
        "without": without,
        "on": on,
        "voucher": handed.voucher(voucher, voucher_note),
    }
    act(ctx, "submit", key, given, STANDS, how)


task.add_command(object_)


# --- what the office says to it ---


@task.command(
    example=(
        "phasegate task accept shizhu-2022 selfcheck --unit 中益乡",
        "phasegate task accept shizhu-2022 selfcheck --all",
    )
)
@of_one
@click.option("--all", "every", is_flag=True, help="Every unit whose hand-in waits for your review.")
@click.option("--on", metavar="DATE", default="", help="The day it was accepted; today by default.")
@click.option("--reason", default="", help="A remark for the record.")
@writes
@pass_context
def accept(ctx: Context, /, key: str, task: str, unit: str, every: bool, how: How, **given: Any) -> None:
    """Accept what was handed in (审核通过)."""
    if every and unit:
        raise click.UsageError("give --unit or --all, not both")
    if not every:
        act(ctx, "accept", key, {"task": task, "unit": unit, **given}, STANDS, how)
        return
    _accept_all(ctx, key, task, how, given)


def _accept_all(ctx: Context, key: str, task: str, how: How, given: dict[str, Any]) -> None:
    """Accept each hand-in that waits, in a transaction of its own; one refusal does not stop the others."""
    from engine.errors import Refused
    from engine.service.duties.views.task import listed

    with ctx.reading(key) as case:
        name = case.task(task).id
        office = case.plan.workflow.office
        reviewer = ctx.actor if ctx.actor in case.plan.workflow.directory.units else office
        handed = listed(case, task=name, state="submitted")
        waiting = [row["unit"] for row in handed if row["reviewer"] == reviewer]
    told, refused = [], 0
    with progress("accept", len(waiting)) as forward:
        for unit in waiting:
            try:
                told.append(done(ctx, "accept", key, {"task": name, "unit": unit, **given}, how.of(unit)))
            except Refused as refusal:
                refused += 1
                say(f"{name}/{unit}: {refusal.line()}")
            forward(1)
    tell(ctx, told, f"{name}: {len(told)} accepted, {refused} refused", how)
    answer(1 if refused else 0)


@task.command("return", example="phasegate task return shizhu-2022 measures --unit 中益乡 --reason 缺少工作制度")
@of_one
@click.option("--reason", default="", help="What is to be mended; the unit is told.")
@click.option("--due", metavar="DATE", default="", help="The new day; else the workflow's span from today.")
@click.option("--empty", is_flag=True, help="Nothing was handed in to speak of: it does not count as in time.")
@writes
@pass_context
def return_(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Send a hand-in back with a reason and a new day (退回)."""
    act(ctx, "return", key, given, STANDS + ", due on {due_on}", how)


@task.command(
    example="phasegate task waive shizhu-2022 t9 --unit 县法院 --reason 上级统一报送 --document 纪要〔2022〕5号"
)
@of_one
@of_period
@why
@writes
@pass_context
def waive(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Let a unit off (经批准免报)."""
    act(ctx, "waive", key, given, STANDS, how)


task.add_command(decide)


# --- dates ---


MOVED = "{task}/{unit} is due on {due_on}"


@task.command(
    example=(
        "phasegate task extend shizhu-2022 selfcheck --unit 中益乡 --to 2022-12-07 --reason 防汛 --document 函6号",
    )
)
@of_one
@moves
@writes
@pass_context
def extend(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Move a unit's day before it has passed (延期)."""
    act(ctx, "extend", key, given, MOVED, how)


@task.command(
    example=(
        "phasegate task grant shizhu-2022 selfcheck --unit 中益乡 --to 2022-12-15 --reason 防汛"
        " --document 批复〔2022〕7号 --as leader",
    )
)
@of_one
@moves
@writes
@pass_context
def grant(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Grant a later day after the day has passed (逾期补批).

    It is the leader's right; that the first day was missed stays on record.
    """
    act(ctx, "grant", key, given, MOVED, how)


# --- ladders ---


@task.command(
    example=(
        "phasegate task hold shizhu-2022 selfcheck --unit 中益乡 --level 1 --reason 已电话沟通,12月5日前报送",
        "phasegate task hold shizhu-2022 selfcheck --unit 中益乡 --off --reason 逾期未报",
    )
)
@of_one
@of_period
@of_ladder
@click.option("--off", is_flag=True, help="Take the hold off.")
@writes
@pass_context
def hold(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Stop a ladder from a level upward, or let it go on."""
    subject = f"{given['task']}/{given['unit'] or ctx.actor}"
    line = (
        f"{subject}: the hold is taken off" if given["off"] else f"{subject} is held from level {given['level']} up"
    )
    act(ctx, "hold", key, given, line, how)


@task.command(
    "raise",
    example="phasegate task raise shizhu-2022 selfcheck --unit 中益乡 --level 1 --reason 领导小组要求提前催办",
)
@of_one
@of_period
@of_ladder
@writes
@pass_context
def raise_(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Tell a level now, before its rung is due."""
    subject = f"{given['task']}/{given['unit'] or ctx.actor}"
    act(ctx, "raise", key, given, f"{subject} is raised to level {{level}}", how)


task.add_command(date)

# --- what is counted ---

for verb in (counting.count, counting.uncount, counting.pace):
    task.add_command(verb)
task.add_command(reschedule)
