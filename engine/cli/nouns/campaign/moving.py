"""`phasegate campaign move` and `versions`: another version of the workflow for a running campaign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.acts import How
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.foresight import done_or_foreseen
from engine.cli.shell.listing import Form, as_table, emit_listing, lists, title
from engine.cli.shell.options import fills
from engine.cli.shell.output import Table
from engine.cli.shell.said import some
from engine.cli.shell.verbs import Verb
from engine.records import asdict

if TYPE_CHECKING:
    from engine.service.campaigns.changes import Change
    from engine.service.kernel.columns import Listing

NO_SUCH_PARAMETER = "PW568"


MOVES = (
    "phasegate campaign move mile-2023 --to plans/mile --document 办〔2023〕9号 --dry-run",
    "phasegate campaign move mile-2023 --to plans/mile --document 办〔2023〕9号",
)


@click.option("--to", "word", required=True, metavar="NAME|FILE|FOLDER", help="The new version of its workflow.")
@fills
@pass_context
def move(ctx: Context, key: str, given: dict[str, Any], how: How, word: str, settings: dict[str, str]) -> None:
    """Move a running campaign to another version of its workflow; the dry run says all that changes."""
    bundle = _bundle(ctx, key, word, settings)
    done_or_foreseen(ctx, "move", key, {**given, "bundle": bundle}, how, _line, _definitions)


def _bundle(ctx: Context, key: str, word: str, settings: Mapping[str, str]) -> Mapping[str, str]:
    """Return the texts of the new version, filled as those of the present one where nothing else is said."""
    from engine.cli.shell.sources import sound_bundle
    from engine.errors import BadWorkflow

    with ctx.reading(key) as case:
        kept = {each.id: each.value for each in case.plan.workflow.parameters if each.value != each.default}
    try:
        return sound_bundle(word, {**kept, **settings})
    except BadWorkflow as bad:
        gone = {problem.found for problem in bad.problems if problem.code == NO_SUCH_PARAMETER}
        if not gone & (kept.keys() - settings.keys()):
            raise
        still = {name: value for name, value in kept.items() if name not in gone}
        return sound_bundle(word, {**still, **settings})


def _line(told: Mapping[str, Any]) -> str:
    counts = {
        "dates move": told["moved"],
        "cancelled": told["cancelled"],
        "issued": told["issued"],
        "missed before and left": told["missed"],
        "days given here lost with their task": told["dates_dropped"],
    }
    said = [f"{name}: {some(found, 4)}" for name, found in counts.items() if found]
    return "; ".join([f"version {told['from']} → {told['version']}", *said])


def _definitions(old: Any, new: Any) -> Listing:
    from engine.service.campaigns.changes import changes

    return _changes(changes(old, new))


def _changes(found: Iterable[Change]) -> Listing:
    from engine.service.campaigns.views.versions import CHANGES

    return CHANGES.of(map(asdict, found))


@click.command(
    cls=Verb,
    example=("phasegate campaign versions shizhu-2022", "phasegate campaign versions shizhu-2022 --changes"),
)
@click.argument("key")
@click.option("--changes", "with_changes", is_flag=True, help="What each changed in the definitions.")
@lists
@pass_context
def versions(ctx: Context, key: str, with_changes: bool, form: Form) -> None:
    """List the versions of its workflow that a campaign ran: since when, by whose act and document."""
    from engine.service.campaigns.views.versions import LIST, versions_of

    with ctx.reading(key) as case:
        found = versions_of(case)
        told = LIST.seen(case.reader, found)
    emit_listing(ctx, told, form, shown=lambda told: _sheet(told, found, with_changes, ctx.lang))


def _sheet(told: Listing, found: list[dict[str, Any]], with_changes: bool, lang: str) -> Iterator[str | Table]:
    yield as_table(told, lang)
    for version in found[1:] if with_changes else ():
        yield ""
        yield f"version {version['version']}"
        changed = _changes(version["changes"])
        yield as_table(changed, lang, title(changed, lang))
