"""`phasegate look`: spot checks by lot, mutual inspection and self-checks, and draws done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from engine.cli.nouns.look.findings import adopt, drop, findings, report
from engine.cli.nouns.look.month import month, tell_
from engine.cli.shell.acts import How, act, done, tell, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.output import answer, emit, say
from engine.cli.shell.verbs import Noun

F = TypeVar("F", bound=Callable[..., Any])
UNDRAWN = "(dry run: nothing was drawn; a draw is made once and recorded)"


@click.group(cls=Noun)
def look() -> None:
    """Look at units: draw, pair, put right, ask each month."""


def _begins(command: F) -> F:
    """Give a command what every round needs."""
    among = click.option(
        "--among", multiple=True, metavar="UNIT", required=True, help="A unit or a group; repeatable."
    )
    title = click.option("--title", default="", help="What is looked at.")
    due = click.option("--due", default="", metavar="DATE", help="By when.")
    document = click.option("--document", default="", help="The document it rests on.")
    without = click.option("--without", multiple=True, metavar="UNIT", help="Leave this unit or group out.")
    return among(without(title(due(document(command)))))


def _by_lot(command: F) -> F:
    """Give a command the seed of its draw."""
    seed = click.option("--seed", default="", help="A seed that others named; left out, one nobody could foresee.")
    seed_from = click.option(
        "--seed-from", default="", metavar="WHO", help="Who named the seed, or where it is from."
    )
    return seed(seed_from(command))


@look.command(
    example=(
        "phasegate look draw shizhu-2022 --among '各乡镇(街道)' --count 3 --title 台账抽查 --document 抽查方案",
        "phasegate look draw shizhu-2022 --among '各乡镇(街道)' --count 3 --dry-run",
    )
)
@click.argument("key")
@_begins
@click.option("--count", default="", metavar="N", help="How many units to draw.")
@click.option("--per-group", is_flag=True, help="So many from each --among.")
@_by_lot
@writes
@pass_context
def draw(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Draw units for a spot check (抽查) by a seed that is published.

    A dry run shows whom it would be among and draws nothing.
    """
    if how.dry_run:
        _among(ctx, key, given)
        return
    act(ctx, "draw", key, given, "{round}: {units} drawn by the seed {seed}", how)


@look.command(
    example=(
        "phasegate look pair shizhu-2022 --among '各乡镇(街道)' --title 互观互检互评 --due 2022-09-20"
        " --document 互检方案",
    )
)
@click.argument("key")
@_begins
@_by_lot
@writes
@pass_context
def pair(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Draw who inspects whom (互观互检互评).

    Each inspects one other and is inspected by one; no two inspect each other. A dry run shows whom
    it would be among.
    """
    if how.dry_run:
        _among(ctx, key, given)
        return
    act(ctx, "pair", key, given, "{round}: paired by the seed {seed}; see `look show`", how)


def _among(ctx: Context, key: str, given: dict[str, Any]) -> None:
    from engine.service.inspections.views.looking import among

    with ctx.reading(key) as case:
        found = among(case, given)
    emit(ctx, found, lambda: [f"among {len(part)}: {'、'.join(part)}" for part in found])
    say(UNDRAWN)


@look.command(
    example="phasegate look check shizhu-2022 --among 县级部门 --title 台账自查 --due 2022-09-10 --document 通知"
)
@click.argument("key")
@_begins
@writes
@pass_context
def check(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Ask units to check themselves (自检自查): a score, and the problems they found."""
    told = done(ctx, "check", key, given, how)
    tell(ctx, told, f"{told['round']}: {len(told['units'])} units are asked; see `task list`", how)


# --- looking at it ---


@look.command("list", example="phasegate look list shizhu-2022")
@click.argument("key")
@lists
@pass_context
def list_(ctx: Context, key: str, form: Form) -> None:
    """List the rounds of looking."""
    from engine.service.inspections.views.looking import LIST, listed

    with ctx.reading(key) as case:
        found = LIST.seen(case.reader, listed(case))
    emit_listing(ctx, found, form)


@look.command(example="phasegate look show shizhu-2022 m-1")
@click.argument("key")
@click.argument("name", metavar="ROUND")
@pass_context
def show(ctx: Context, key: str, name: str) -> None:
    """Show a round: whom it drew, who looks at whom, its seed."""
    from engine.cli.nouns.look.looked import round_sheet
    from engine.service.inspections.views.looking import shown

    with ctx.reading(key) as case:
        found = shown(case, name)
    emit(ctx, found, lambda: round_sheet(found))


@look.command(example="phasegate look repeat shizhu-2022 s-1")
@click.argument("key")
@click.argument("name", metavar="ROUND")
@pass_context
def repeat(ctx: Context, key: str, name: str) -> None:
    """Draw again with the seed and the candidates in the history, and compare.

    Ends with 1 where something else comes out.
    """
    from engine.cli.nouns.look.looked import repeat_sheet
    from engine.service.inspections.views.looking import repeated

    with ctx.reading(key) as case:
        found = repeated(case, name)
    emit(ctx, found, lambda: repeat_sheet(found))
    answer(0 if found["agrees"] else 1)


for verb in (report, adopt, drop, findings, month, tell_):
    look.add_command(verb)
