"""`phasegate look`: spot checks by lot, mutual inspection and self-checks, and draws done again."""

from __future__ import annotations

from typing import Any

import click

from engine.cli.nouns.look.findings import findings
from engine.cli.nouns.look.month import report_and_answer
from engine.cli.shell.acts import How, act, done, tell
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.output import answer, emit, say
from engine.cli.shell.verbs import Noun

UNDRAWN = "(dry run: nothing was drawn; a draw is made once and recorded)"


@click.group(cls=Noun)
def look() -> None:
    """Look at units: draw, pair, put right, ask each month."""


@look.does("draw")
@pass_context
def draw(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Draw units for a spot check; a dry run shows whom it would be among and draws nothing."""
    if how.dry_run:
        _among(ctx, key, given)
    else:
        act(ctx, "draw", key, given, how)


@look.does("pair")
@pass_context
def pair(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Draw who inspects whom; a dry run shows whom it would be among."""
    if how.dry_run:
        _among(ctx, key, given)
    else:
        act(ctx, "pair", key, given, how)


def _among(ctx: Context, key: str, given: dict[str, Any]) -> None:
    from engine.service.inspections.views.looking import among

    with ctx.reading(key) as case:
        found = among(case, given)
    emit(ctx, found, lambda: [f"among {len(part)}: {'、'.join(part)}" for part in found])
    say(UNDRAWN)


@look.does("check")
@pass_context
def check(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Ask units to check themselves."""
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
    emit(ctx, found, lambda: round_sheet(found, ctx.lang))


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
    emit(ctx, found, lambda: repeat_sheet(found, ctx.lang))
    answer(0 if found["agrees"] else 1)


look.add_command(findings)
report_and_answer(look)
