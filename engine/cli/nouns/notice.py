"""`phasegate notice`: what was written, what is about to go, and what a person does to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from engine import words
from engine.cli.shell.acts import How, act, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.output import Table, emit
from engine.cli.shell.said import moment
from engine.cli.shell.verbs import Noun
from engine.model.plain import reason_in

STATES = ("listed", "draft", "queued", "sent", "failed", "withheld")
DRAFTS = ("bulletin", "application", "accountability", "report")
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
    from engine.service.notices.views.notice import shown

    with ctx.reading(key) as case:
        found = shown(case, notice)
    emit(ctx, found, lambda: _sheet(found, ctx.lang))


def _sheet(found: Found, lang: str) -> Iterator[str | Table]:
    yield f"notice {found['id']}, {found['kind']}, level {found['level']}, {found['state']}" + _papers(found, lang)
    yield f"to {found['unit']}: {', '.join(found['to'])} by {found['channel']}"
    yield f"written {moment(found['created_at'])}" + (
        f", sent {moment(found['sent_at'])}" if found["sent_at"] else ""
    )
    yield f"\n{found['subject']}\n"
    yield found["body"]
    yield f"\nshort text:\n{found['short']}"
    for table in _tables(found):
        if table.rows:
            yield ""
            yield table


def _papers(found: Found, lang: str) -> str:
    said = [f", {found['number']}"] if found["number"] else []
    said += [f", corrects {found['corrects']}"] if found["corrects"] else []
    said += [f", corrected by {', '.join(map(str, found['corrected_by']))}"] if found["corrected_by"] else []
    return "".join(said) + (f" — {words.reason(reason_in(found['reason']), lang)}" if found["reason"] else "")


def _tables(found: Found) -> Iterator[Table]:
    yield Table(
        ("unit", "task", "title", "deadline", "due", "rung", "level", "outcome"),
        [
            (
                i["of"] or i["unit"],
                i["task"],
                i["title"],
                i["deadline"],
                i["due_on"],
                i["rung"],
                i["level"],
                i["outcome"],
            )
            for i in found["items"]
        ],
        title="about",
    )
    yield Table(
        ("id", "to", "channel", "state", "attempts", "next", "error"),
        [
            (d["id"], d["to"], d["channel"], d["state"], d["attempts"], moment(d["next_at"]), d["error"])
            for d in found["deliveries"]
        ],
        title="deliveries",
        right=frozenset({"id", "attempts"}),
    )


@notice.command(example="phasegate notice release shizhu-2022 1042")
@click.argument("key")
@click.argument("notice")
@writes
@pass_context
def release(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Let a listed or withheld notice go."""
    act(ctx, "release", key, given, "notice {notice} is {state}", how)


@notice.command(
    example=(
        "phasegate notice withhold shizhu-2022 u37-1 --reason 已电话沟通,明日报送",
        "phasegate notice withhold shizhu-2022 1042 --reason 情况有变",
    )
)
@click.argument("key")
@click.argument("notice")
@click.option("--reason", default="", help="Why; it is recorded.")
@writes
@pass_context
def withhold(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Keep back a notice that is listed, a draft, or about to go.

    An entry of `notice list --upcoming` (u37-1) is kept back as a hold on its ladder from that
    level up; `task hold --off` lets the ladder go on.
    """
    ahead = given["notice"].startswith("u")
    line = f"{given['notice']} is {{state}}; `task hold … --off` lets its ladder go on"
    act(ctx, "withhold", key, given, line if ahead else "notice {notice} is {state}", how)


@notice.command(example="phasegate notice sign shizhu-2022 1042 --as leader")
@click.argument("key")
@click.argument("notice")
@writes
@pass_context
def sign(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Sign a draft: it is numbered, written anew and goes out."""
    act(ctx, "sign", key, given, "notice {notice} is signed as {number} and {state}", how)


@notice.command(
    example=(
        "phasegate notice draft shizhu-2022 bulletin",
        "phasegate notice draft mile-2023 report --to 州民族宗教委 --year 2023",
    )
)
@click.argument("key")
@click.argument("kind", type=click.Choice(DRAFTS))
@click.option("--to", default="", metavar="UNIT", help="report: the superior; the first one by default.")
@click.option("--year", default="", metavar="YEAR", help="report: on which year; in January the one before.")
@writes
@pass_context
def draft(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Have a formal document drafted.

    The next sweep writes it, and a leader signs it.
    """
    if given["kind"] != "report" and (given["to"] or given["year"]):
        raise click.UsageError("--to and --year belong to a report")
    act(ctx, "draft", key, given, "a {kind} will be drafted by the next sweep; `notice list --state draft`", how)


@notice.command(
    example="phasegate notice correct shizhu-2022 1042 --wrong '11月30日(星期二)' --right '11月30日(星期三)'"
)
@click.argument("key")
@click.argument("notice")
@click.option("--wrong", default="", help="The words that are wrong.")
@click.option("--right", default="", help="The words that should stand there.")
@writes
@pass_context
def correct(ctx: Context, /, key: str, how: How, **given: Any) -> None:
    """Correct a notice that was sent: a new one (更正) names the old."""
    act(ctx, "correct", key, given, "the next sweep sends a correction of notice {corrects}", how)
