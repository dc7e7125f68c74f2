"""`phasegate campaign`: start a campaign, see where it stands, and move it through its phases."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from engine.cli.nouns.campaign.burden import burden
from engine.cli.nouns.campaign.moving import MOVES, move, versions
from engine.cli.nouns.campaign.quota import quota
from engine.cli.nouns.campaign.reports import report
from engine.cli.parts.adjusting import adjust
from engine.cli.shell.acts import How, act, done, tell
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.options import fills
from engine.cli.shell.output import Table, answer, emit, progress, say
from engine.cli.shell.verbs import Noun


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
    begin = partial(create_campaign, key=key, bundle=bundle, given=given, actor=ctx.actor, nested=below)
    told = begin(ctx.begun(begin).desk)
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
    from engine.service.campaigns.views.sheet import PARTS, PHASES
    from engine.service.kernel.columns import filled

    with ctx.reading(key) as case:
        found = shown(case)
        phases, parts = PHASES.seen(case.reader, found["phases"]), filled(PARTS, found, case.reader)
    emit(ctx, found, lambda: campaign_sheet(found, phases, parts, ctx.lang))


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
    from engine.service.campaigns.views.sheet import CONDITIONS, conditions_of

    with ctx.reading(key) as case:
        found = judged(case, phase)
        conditions = CONDITIONS.seen(case.reader, conditions_of(found["conditions"]))
    emit(ctx, found, lambda: gate_sheet(found, conditions, ctx.lang))
    answer(0 if found["open"] else 1)


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


# --- what actions declare, and what has more to do than to tell the answer ---


@campaign.does("pause")
@pass_context
def pause(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Stop the clocks of a campaign, a phase or an assignment."""
    act(ctx, "pause", key, _scoped(given), how, what=_subject(key, given))


@campaign.does("resume")
@pass_context
def resume(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Let paused clocks run on."""
    told = done(ctx, "resume", key, _scoped(given), how)
    moved = f"; its dates moved by {told['shifted_days']} days" if told["shifted_days"] else ""
    tell(ctx, told, f"{_subject(key, given)} runs again{moved}", how)


@campaign.does(
    "channel", example=("phasegate campaign channel shizhu-2022 wecom --on --reason 升级完成",), without=("off",)
)
@click.option("--off/--on", "off", required=True, default=None, help="Send nothing by it, or send again.")
@pass_context
def channel(ctx: Context, key: str, given: dict[str, Any], how: How, off: bool) -> None:
    """Switch a channel off for a campaign, or on again."""
    told = done(ctx, "channel", key, {**given, "off": off}, how)
    tell(ctx, told, f"{told['name']} is {'off' if told['off'] else 'on'} for {key}", how)


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


campaign.does("adjust")(adjust)
campaign.does("move", example=MOVES)(move)
campaign.add_command(burden)
campaign.add_command(quota)
campaign.add_command(report)
campaign.add_command(versions)
