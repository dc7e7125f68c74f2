"""`phasegate campaign`: start a campaign, see where it stands, and move it through its phases."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.nouns.campaign.moving import move, versions
from engine.cli.nouns.campaign.quota import quota
from engine.cli.nouns.campaign.reports import report
from engine.cli.parts.adjusting import adjust
from engine.cli.shell.acts import How, act, done, tell, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.options import fills
from engine.cli.shell.output import Table, answer, emit, progress, say
from engine.cli.shell.verbs import Noun

MOVED = "{from} → {to}; the campaign is {state}"


@click.group(cls=Noun)
def campaign() -> None:
    """Start a campaign and move it through its phases."""


@campaign.command(
    example=(
        "phasegate campaign create shizhu-2022 --workflow shizhu --adopted 2022-07-05",
        "phasegate campaign create test --workflow plans/dianzi --trial",
        "phasegate campaign create lingtai --workflow plans/county --set place=灵台县",
        "phasegate campaign create pingliang-2023 --workflow pingliang --adopted 2023-06-23 --with-nested",
        "phasegate campaign create jingning --workflow plans/jingning --parent pingliang-2023 --unit 静宁县",
    )
)
@click.argument("key")
@click.option("--workflow", "word", required=True, metavar="NAME|FILE|FOLDER", help="What the campaign runs.")
@click.option("--adopted", default="", metavar="DATE", help="The day of adoption; today by default.")
@click.option("--trial", is_flag=True, help="A trial run: nothing is sent without release.")
@click.option("--with-nested", is_flag=True, help="Start the campaigns below it, too, each as KEY-UNIT.")
@click.option("--parent", default="", metavar="KEY", help="The campaign above this one, which nests it.")
@click.option("--unit", default="", help="The unit of the parent's directory that runs this one.")
@fills
@pass_context
def create(ctx: Context, /, key: str, word: str, with_nested: bool, settings: dict[str, str], **given: Any) -> None:
    """Start a campaign on a workflow.

    The workflow is kept with it as it is now, its phase is entered and its tasks are issued.
    """
    from engine.cli.shell.sources import sound_below, sound_bundle
    from engine.service.campaigns.founding import create_campaign

    if bool(given["parent"]) != bool(given["unit"]):
        raise click.UsageError("--parent and --unit belong together")
    bundle = sound_bundle(word, settings)
    below = sound_below(bundle, word) if with_nested else {}
    told = create_campaign(ctx.desk(), key, bundle, given, ctx.actor, nested=below)
    also = f", and {len(below)} campaigns below it" if below else ""
    emit(ctx, told, f"{told['key']} has begun, in phase {told['phase']}{also}; see `campaign show {told['key']}`")


@campaign.command("list", example=("phasegate campaign list", "phasegate campaign list --out 创建活动.xlsx"))
@lists
@pass_context
def list_(ctx: Context, form: Form) -> None:
    """List the campaigns with their phases."""
    from engine.service.campaigns.views.campaign import LIST, listed
    from engine.service.kernel.sight import reader_here

    found = listed(ctx.desk(), ctx.actor)
    emit_listing(ctx, LIST.seen(reader_here(ctx.desk(), ctx.actor), found), form)


@campaign.command(example="phasegate campaign show shizhu-2022")
@click.argument("key")
@pass_context
def show(ctx: Context, key: str) -> None:
    """Show where a campaign stands.

    Lights, phases, the gate, what comes next, and what somebody must look at.
    """
    from engine.cli.shell.picture import campaign_sheet
    from engine.service.campaigns.views.campaign import shown

    with ctx.reading(key) as case:
        found = shown(case)
    emit(ctx, found, lambda: campaign_sheet(found))


@campaign.command(
    example=("phasegate campaign gate shizhu-2022", "phasegate campaign gate shizhu-2022 --phase sprint --json")
)
@click.argument("key")
@click.option("--phase", default="", help="Another phase than the present one.")
@pass_context
def gate(ctx: Context, key: str, phase: str) -> None:
    """Say whether a gate is open, and who is missing.

    Ends with 0 where it is open, with 1 where it is shut.
    """
    from engine.cli.shell.picture import gate_sheet
    from engine.service.campaigns.views.campaign import gate as judged

    with ctx.reading(key) as case:
        found = judged(case, phase)
    emit(ctx, found, lambda: gate_sheet(found))
    answer(0 if found["open"] else 1)


@campaign.command(
    example="phasegate campaign approve shizhu-2022 领导小组同意转入创建冲刺阶段 --document 会议纪要〔2022〕3号"
)
@click.argument("key")
@click.argument("name")
@click.option("--document", default="", help="The document of the decision.")
@click.option("--on", "on", default="", metavar="DATE", help="The day it was decided; today by default.")
@writes
@pass_context
def approve(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Record a decision that a gate asks for."""
    act(ctx, "approve", key, given, "recorded: {approval}", how)


@campaign.command(example="phasegate campaign designate shizhu-2022 创建点 示范学校 --unit 县教委 --number 2")
@click.argument("key")
@click.argument("quota")
@click.argument("kind")
@click.option("--unit", required=True, help="The unit that hosts it.")
@click.option("--number", type=int, default=1, help="How many; a negative number takes back.")
@click.option("--on", "on", default="", metavar="DATE", help="The day it was designated; today by default.")
@click.option("--note", default="", help="What is designated.")
@writes
@pass_context
def designate(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Record what counts toward a quota."""
    if given["number"] == 0:
        raise click.UsageError("--number 0 says nothing; give 1 or more, or a negative number to take back")
    act(ctx, "designate", key, given, "{quota}/{kind}: {number:+d}", how)


@campaign.command(example="phasegate campaign advance shizhu-2022 --decision 领导小组会议纪要〔2022〕3号 --as leader")
@click.argument("key")
@click.option("--from", "from", default="", metavar="PHASE", help="Only out of this phase, if others may move too.")
@click.option("--to", default="", metavar="PHASE", help="Where to, if the phase has a choice.")
@click.option("--decision", default="", help="The decision the move rests on; the notice cites it.")
@writes
@pass_context
def advance(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Leave the present phase through its open gate.

    A shut gate refuses and says who is missing; so does a gate that another move has passed.
    """
    act(ctx, "advance", key, given, MOVED, how)


@campaign.command(
    example="phasegate campaign override shizhu-2022 --reason 先行转段 --document 会议纪要〔2022〕4号 --as leader"
)
@click.argument("key")
@click.option("--from", "from", default="", metavar="PHASE", help="Only out of this phase, if others may move too.")
@click.option("--to", default="", metavar="PHASE", help="Where to, if the phase has a choice.")
@click.option("--reason", default="", help="Why the gate is passed although it is shut.")
@click.option("--document", default="", help="The document the override rests on.")
@writes
@pass_context
def override(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Leave the present phase although its gate is shut.

    (经研究先行转段) The verdict is recorded as it stood.
    """
    act(ctx, "override", key, given, MOVED, how)


@campaign.command(
    "pass", example="phasegate campaign pass shizhu-2022 --due 2022-10-31 --document 会议纪要〔2022〕4号 --as leader"
)
@click.argument("key")
@click.option("--from", "from", default="", metavar="PHASE", help="Only out of this phase, if others may move too.")
@click.option("--to", default="", metavar="PHASE", help="Where to, if the phase has a choice.")
@click.option("--due", default="", metavar="DATE", help="By when what is unmet must be put right.")
@click.option("--document", default="", help="The document the passage rests on.")
@writes
@pass_context
def pass_(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Leave the present phase with conditions.

    (附整改事项转段) Each unmet condition becomes a rectification, owed by the units that are missing.
    """
    act(ctx, "pass", key, given, f"{MOVED}; to be put right: {{tasks}}", how)


@campaign.command(
    example=(
        "phasegate campaign pause shizhu-2022 --reason 防汛抢险 --document 县创建办〔2022〕8号 --shift",
        "phasegate campaign pause shizhu-2022 --task t1 --unit 中益乡 --reason 防汛抢险 --document 函〔2022〕9号",
    )
)
@click.argument("key")
@click.option("--phase", default="", help="Only a phase.")
@click.option("--task", default="", help="Only a task of one unit; with --unit.")
@click.option("--unit", default="", help="The unit of --task.")
@click.option("--reason", default="", help="Why the clocks stop.")
@click.option("--document", default="", help="The document the pause rests on.")
@click.option("--shift", is_flag=True, help="Dates move by the days of the pause.")
@writes
@pass_context
def pause(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Stop the clocks of a campaign, a phase or an assignment.

    (暂缓) A date counted as a span keeps what is left of it; a printed date stands unless --shift.
    """
    act(ctx, "pause", key, _scoped(given), f"{_subject(key, given)} is paused", how)


@campaign.command(
    example=("phasegate campaign resume shizhu-2022", "phasegate campaign resume shizhu-2022 --phase creation")
)
@click.argument("key")
@click.option("--phase", default="", help="Only a phase.")
@click.option("--task", default="", help="Only a task of one unit; with --unit.")
@click.option("--unit", default="", help="The unit of --task.")
@click.option("--reason", default="", help="A remark for the record.")
@writes
@pass_context
def resume(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Let paused clocks run on."""
    told = done(ctx, "resume", key, _scoped(given), how)
    moved = f"; its dates moved by {told['shifted_days']} days" if told["shifted_days"] else ""
    tell(ctx, told, f"{_subject(key, given)} runs again{moved}", how)


@campaign.command(
    example=(
        "phasegate campaign channel shizhu-2022 wecom --off --reason 系统升级",
        "phasegate campaign channel shizhu-2022 wecom --on --reason 升级完成",
    )
)
@click.argument("key")
@click.argument("name")
@click.option("--off/--on", "off", required=True, default=None, help="Send nothing by it, or send again.")
@click.option("--reason", required=True, help="Why; it is recorded.")
@writes
@pass_context
def channel(ctx: Context, /, key: str, name: str, off: bool, reason: str, how: How) -> None:
    """Switch a channel off for a campaign, or on again.

    What would go by it is recorded as such: a rung as channel_off, a notice is put aside (`outbox again`), a
    message on its way fails (`outbox retry --channel`).
    """
    told = done(ctx, "channel", key, {"name": name, "off": off, "reason": reason}, how)
    tell(ctx, told, f"{name} is {'off' if told['off'] else 'on'} for {key}", how)


def _scoped(given: dict[str, Any]) -> dict[str, Any]:
    """Refuse scopes that contradict each other."""
    if given["phase"] and given["task"]:
        raise click.UsageError("give --phase or --task, not both")
    if given["unit"] and not given["task"]:
        raise click.UsageError("--unit needs --task")
    return given


def _subject(key: str, given: dict[str, Any]) -> str:
    named = "/".join(str(given[name]) for name in ("task", "unit") if given[name])
    return str(given["phase"] or named or key)


@campaign.command(
    example="phasegate campaign abort shizhu-2022 --reason 上级取消评选 --document 县委〔2022〕12号 --as leader"
)
@click.argument("key")
@click.option("--reason", default="", help="Why the campaign ends.")
@click.option("--document", default="", help="The document that ends it.")
@writes
@pass_context
def abort(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """End a campaign early; what is open is cancelled."""
    act(ctx, "abort", key, given, f"{key} is {{state}}", how)


@campaign.command(example="phasegate campaign export shizhu-2022 --out shizhu-2022")
@click.argument("key")
@click.option("--out", required=True, metavar="DIR", help="A folder that does not exist yet, or is empty.")
@pass_context
def export(ctx: Context, key: str, out: str) -> None:
    """Write a campaign as files that need no Phasegate.

    The breakdown table and the ledger (CSV), timeline and state diagram (SVG), all notices, the
    workflow and calendar it runs on, and its whole history (JSON lines, the bytes that were hashed).
    """
    from engine.cli.shell.folder import written
    from engine.service.exports.export import files

    desk = ctx.desk()
    with progress("export") as forward:
        found = written(out, files(desk, key, ctx.actor), forward)
    data = {"folder": out, "files": found}
    emit(ctx, data, Table(("file", "bytes"), [*found.items()], right=frozenset({"bytes"})))
    say(f"written to {out}")


campaign.add_command(quota)
campaign.add_command(report)
campaign.add_command(adjust)
campaign.add_command(move)
campaign.add_command(versions)
