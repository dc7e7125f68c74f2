"""`phasegate audit`: the history, its proof, and why somebody was or was not told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, instant_from, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.output import answer, emit, emit_lines, progress, say
from engine.cli.shell.said import detail
from engine.cli.shell.verbs import Noun
from engine.records import replace
from engine.texts import from_json

if TYPE_CHECKING:
    from engine.service.audit.audit import Audit, AuditFinding
    from engine.service.kernel.actor import Actor


@click.group(cls=Noun)
def audit() -> None:
    """Read the history and prove it."""


# --- the history ---


@audit.command(
    example=(
        "phasegate audit log shizhu-2022 --action submit --since 2022-11-01",
        "phasegate audit log shizhu-2022 --json > history.jsonl",
    )
)
@click.argument("key", default="")
@click.option("--action", default="", help="Only this action: submit, advance, occur, deliver …")
@click.option("--actor", default="", help="Only actors whose name holds this.")
@click.option("--subject", default="", help="Only subjects that hold this: selfcheck, 中益乡 …")
@click.option("--outcome", type=click.Choice(("done", "refused")), default=None, help="Only these.")
@click.option("--since", metavar="INSTANT", default="", help="Only from this day or instant on.")
@lists
@pass_context
def log(ctx: Context, /, key: str, since: str, outcome: str | None, form: Form, **wanted: str) -> None:
    """Print the history of a campaign, oldest first.

    Without KEY: that of the installation. With --json: one record a line, as its bytes tell it.
    """
    from engine.service.audit.views.refusals import refusal
    from engine.service.kernel import history

    desk = ctx.desk()
    asked = history.Wanted(**wanted, outcome=outcome or "", since=instant_from(since) if since else None)
    journal, zone, reader = _journal(ctx, key)
    after, form = _behind(form)
    found: Iterable[Any] = (history.plain(each, reader) for each in history.records(desk, journal, asked, after))
    kind = form.kind(ctx.json)
    if form.out or kind in ("csv", "xlsx"):
        emit_listing(ctx, history.log(zone).seen(reader, found), form)
        return
    if not form.is_whole:
        found = form.of(history.log(zone).seen(reader, found)).rows
    ctx.json = kind == "json"
    emit_lines(ctx, found, lambda record: _line(record, zone, refusal(desk, key, record, ctx.lang), ctx.lang))


LONGEST = 16
"""The number of a record has fewer digits."""


def _behind(form: Form) -> tuple[int, Form]:
    """Return behind which record a page begins, where records come in their own order, and what else is asked."""
    if form.sort or not (form.after.isascii() and form.after.isdecimal() and len(form.after) < LONGEST):
        return 0, form
    return int(form.after), replace(form, after="")


def _journal(ctx: Context, key: str) -> tuple[int, Any, Actor]:
    from zoneinfo import ZoneInfo

    from engine.cli.shell.context import ZONE
    from engine.service.kernel.sight import require

    if not key:
        return 0, ZoneInfo(ZONE), ctx.require_sight("history")
    with ctx.reading(key) as case:
        require(case, "history")
        return case.id, case.plan.zone, case.reader


def _line(record: dict[str, Any], zone: Any, refused: str, lang: str) -> str:
    from engine.model.plain import moment

    at = moment(record["at"]).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    who = f"{record['actor']} for {record['on_behalf']}" if record["on_behalf"] else record["actor"]
    outcome = "" if record["outcome"] == "done" else f" {record['outcome']}"
    said = refused or detail(record, lang)
    tail = f" — {said}" if said else ""
    return f"{record['seq']:>6}  {at}  {who}  {record['action']}{outcome}  {record['subject']}{tail}"


# --- its proof ---


@audit.command(example=("phasegate audit rebuild --dry-run", "phasegate audit rebuild"))
@click.option("--dry-run", is_flag=True, help="Only say what differs; nothing is changed.")
@pass_context
def rebuild(ctx: Context, dry_run: bool) -> None:
    """Make the rows anew from the history, and say what differed.

    The history itself is never touched. Where it does not hold, nothing is changed. Ends with 1 where a dry run
    found something.
    """
    from engine.bootstrap import here
    from engine.service.audit.rebuilding import rebuild as made_anew
    from engine.service.audit.views import audit as witness
    from engine.service.kernel.actor import Actor

    desk = ctx.desk()
    length = sum(head["seq"] for head in witness.heads(desk)["heads"])
    with progress("rebuild", length) as forward:
        found = made_anew(desk, Actor("system", "system", door=here()), dry_run=dry_run, progress=forward)
    data = {
        "records": found.records,
        "rows": found.rows,
        "changed": not dry_run and bool(found.differences),
        "differences": [{"place": each.place, "what": each.what} for each in found.differences],
    }
    done = "would be made anew" if dry_run else "were made anew"
    said = f"{len(found.differences)} cells {done}" if found.differences else "nothing differs"
    said = f"{said}: {found.records} records, {found.rows} rows of state"
    emit(ctx, data, [said, *(f"{each.place}: {each.what}" for each in found.differences)])
    answer(1 if dry_run and found.differences else 0)


@audit.command(
    example=(
        "phasegate audit verify",
        "phasegate audit verify --heads heads.json",
        "phasegate audit verify --against heads.json",
        "phasegate audit verify --chain",
    )
)
@click.option("--heads", metavar="FILE", default="", help="Keep the heads in a file, to be stored elsewhere.")
@click.option("--against", metavar="FILE", default="", help="Compare with heads that were kept before.")
@click.option("--chain", is_flag=True, help="The chain of hashes only: of a million records in seconds.")
@pass_context
def verify(ctx: Context, heads: str, against: str, chain: bool) -> None:
    """Prove the history.

    The chain is recomputed, kept texts are compared with their hashes, and replay into an empty
    database must give the state. Ends with 0 where everything holds, else with 1 and every place
    that does not. A cut tail is only seen with --against (SEMANTICS H4). With --chain nothing is
    replayed and no writer kept waiting: a record is its hash, names the one before, ends at its head.
    """
    from engine.service.audit.audit import verify_all, verify_chain
    from engine.service.audit.views import audit as witness

    desk = ctx.desk()
    ctx.require_sight("proof")
    kept = _kept(against) if against else None
    length = sum(head["seq"] for head in witness.heads(desk)["heads"])
    with progress("verify", length) as forward:
        found = (verify_chain if chain else verify_all)(desk, forward)
    findings = [*found.findings, *(witness.against(desk, kept) if kept is not None else [])]
    _tell(ctx, found, findings, "chain" if chain else "history")
    if heads and not findings:
        _keep(heads, witness.heads(desk))
    answer(1 if findings else 0)


def _tell(ctx: Context, audit: Audit, findings: Sequence[AuditFinding], what: str) -> None:
    data = {
        "holds": not findings,
        "records": audit.records,
        "rows": audit.rows,
        "findings": [{"place": each.place, "what": each.what} for each in findings],
    }
    word = "does not hold" if findings else "holds"
    state = f", {audit.rows} rows of state" if what == "history" else ""
    said = f"the {what} {word}: {audit.records} records{state}"
    emit(ctx, data, [said, *(f"{each.place}: {each.what}" for each in findings)])


def _kept(path: str) -> object:
    from engine.cli.shell.sources import text_of
    from engine.errors import BadInput

    try:
        return from_json(text_of(path))
    except ValueError:
        raise BadInput("no_heads", found=path) from None


def _keep(path: str, found: object) -> None:
    from engine.cli.shell.sources import write_file

    write_file(path, json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    say(f"heads written to {path}; keep them elsewhere")


# --- why ---


@audit.command(example="phasegate audit why shizhu-2022 selfcheck 中益乡")
@click.argument("key")
@click.argument("task")
@click.argument("unit")
@lists
@pass_context
def why(ctx: Context, key: str, task: str, unit: str, form: Form) -> None:
    """Say of each rung why it did, did not, or will reach anybody."""
    from engine.service.duties.views.rungs import LIST, of_one

    with ctx.reading(key) as case:
        found = LIST.seen(case.reader, of_one(case, task, unit))
    emit_listing(ctx, found, form)
