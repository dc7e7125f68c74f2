"""`phasegate notice`: what was written, what is about to go, and what a person does to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from engine import words
from engine.cli.shell.acts import How, act, done, done_line, tell
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, below, emit_listing, lists
from engine.cli.shell.output import Table, emit, say
from engine.cli.shell.said import moment
from engine.cli.shell.verbs import Noun
from engine.model.plain import reason_in
from notifications.kinds import is_of_a_year

if TYPE_CHECKING:
    from engine.service.kernel.columns import Listing

STATES = ("listed", "draft", "queued", "sent", "failed", "withheld")
Found = Mapping[str, Any]


@click.group(cls=Noun)
def notice() -> None:
    """See notices; release, withhold and sign them."""


@notice.command(
    "list",
    example=(
        "phasegate notice list shizhu-2022 --state draft",
        "phasegate notice list shizhu-2022 --upcoming --days 5",
    ),
)
@click.argument("key")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only notices in this state.")
@click.option("--unit", default="", help="Only notices to this unit.")
@click.option("--kind", default="", help="Only this kind: reminder, overdue, supervise …")
@click.option("--upcoming", is_flag=True, help="What is about to go (拟发清单), in place of what was written.")
@click.option("--days", type=click.IntRange(0, 60), default=3, show_default=True, help="--upcoming: working days.")
@lists
@pass_context
def list_(
    ctx: Context, key: str, state: str | None, unit: str, kind: str, upcoming: bool, days: int, form: Form
) -> None:
    """List notices as they were written, or those about to go."""
    from engine.service.notices.views import notice as written
    from engine.service.notices.views import upcoming as ahead

    with ctx.reading(key) as case:
        wanted = case.unit(unit).name if unit else ""
        kind = kind and written.kind_named(case, kind)
        if upcoming:
            found = [row for row in ahead.listed(case, days) if _is_wanted(row, state, wanted, kind)]
        else:
            found = written.listed(case, state=state or "", unit=wanted, kind=kind)
        told = (ahead if upcoming else written).LIST.seen(case.reader, found)
    emit_listing(ctx, told, form)


def _is_wanted(row: Found, state: str | None, unit: str, kind: str) -> bool:
    return (not state or row["state"] == state) and unit in ("", row["unit"]) and kind in ("", row["kind"])


@notice.command(example="phasegate notice show shizhu-2022 1042")
@click.argument("key")
@click.argument("notice")
@pass_context
def show(ctx: Context, key: str, notice: str) -> None:
    """Show a notice as it was sent, and what it is about."""
    from engine.service.kernel.columns import filled
    from engine.service.notices.views.notice import PARTS, shown

    with ctx.reading(key) as case:
        found = shown(case, notice)
        parts = filled(PARTS, found, case.reader)
    emit(ctx, found, lambda: _sheet(found, parts, ctx.lang))


def _sheet(found: Found, parts: Sequence[Listing], lang: str) -> Iterator[str | Table]:
    yield f"notice {found['id']}, {found['kind']}, level {found['level']}, {found['state']}" + _papers(found, lang)
    yield f"to {found['unit']}: {', '.join(found['to'])} by {found['channel']}"
    yield f"written {moment(found['created_at'])}" + (
        f", sent {moment(found['sent_at'])}" if found["sent_at"] else ""
    )
    yield f"\n{found['subject']}\n"
    yield found["body"]
    yield f"\nshort text:\n{found['short']}"
    yield from below(parts, lang)


def _papers(found: Found, lang: str) -> str:
    said = [f", {found['number']}"] if found["number"] else []
    said += [f", corrects {found['corrects']}"] if found["corrects"] else []
    said += [f", corrected by {', '.join(map(str, found['corrected_by']))}"] if found["corrected_by"] else []
    return "".join(said) + (f" — {words.reason(reason_in(found['reason']), lang)}" if found["reason"] else "")


@notice.does("withhold")
@pass_context
def withhold(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Keep back a notice, or an entry of `notice list --upcoming` as a hold on its ladder."""
    act(ctx, "withhold", key, given, how, ahead=given["notice"].startswith("u"))


@notice.does("draft")
@pass_context
def draft(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Have a formal document drafted."""
    if (given["to"] or given["year"]) and not is_of_a_year(given["kind"]):
        raise click.UsageError("--to and --year belong to a report")
    act(ctx, "draft", key, given, how)


@notice.does("correct")
@pass_context
def correct(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
    """Correct a notice that was sent: a new one names the old; the dry run shows it as it would go."""
    answer = done(ctx, "correct", key, given, how)
    line = done_line("correct", given, answer, ctx.lang)
    found = _correction(ctx, key, given) if how.dry_run else {}
    tell(ctx, {**answer, **found}, line, how)
    if found:
        say(f"to {', '.join(found['to'])}")
        say(found["text"])


def _correction(ctx: Context, key: str, given: dict[str, Any]) -> dict[str, Any]:
    from engine.service.notices.views.correction import shown

    with ctx.reading(key) as case:
        return shown(case, given["notice"], given["wrong"], given["right"])
