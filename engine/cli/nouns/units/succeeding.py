"""`phasegate units rename|merge|start`: units that change while a campaign runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from engine.cli.shell.acts import How, done, tell, writes
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.verbs import Verb

F = TypeVar("F", bound=Callable[..., Any])
GOES_ON = "{unit} from {from}: goes on with {count} open assignments"


def _since(command: F) -> F:
    """Give a command the day, the document, and the contacts of the new unit."""
    since = click.option("--from", "since", metavar="DATE", default="", help="The first day; today by default.")
    document = click.option("--document", default="", help="The document it rests on.")
    liaison = click.option("--liaison", default="", metavar="ADDRESS", help="Another liaison than before.")
    deputy = click.option("--deputy", default="", metavar="ADDRESS", help="Another contact of the deputy head.")
    head = click.option("--head", default="", metavar="ADDRESS", help="Another contact of the head.")
    reason = click.option("--reason", default="", help="A remark for the record.")
    return since(document(liaison(deputy(head(reason(command))))))


def _done(ctx: Context, action: str, key: str, given: dict[str, Any], line: str, how: How) -> None:
    told = done(ctx, action, key, given, how)
    tell(ctx, told, line.format(**told, count=len(told["tasks"])), how)


@click.command(
    "rename",
    cls=Verb,
    example="phasegate units rename shizhu-2022 县经济信息委 县经信局 --from 2022-09-01 --document 石委编〔2022〕5号",
)
@click.argument("key")
@click.argument("old")
@click.argument("new")
@_since
@writes
@pass_context
def rename(ctx: Context, /, key: str, since: str, how: How, **given: Any) -> None:
    """Give a unit another name: what it owes goes on under it, with its days and contacts."""
    _done(ctx, "rename_unit", key, {**given, "from": since}, GOES_ON, how)


@click.command(
    "merge",
    cls=Verb,
    example="phasegate units merge shizhu-2022 县水利局 县林业局 --into 县林业水利局 --document 石委编〔2022〕6号",
)
@click.argument("key")
@click.argument("old", nargs=-1, required=True)
@click.option("--into", "new", required=True, metavar="UNIT", help="Who takes over: a new unit, or one of these.")
@_since
@writes
@pass_context
def merge(ctx: Context, /, key: str, old: tuple[str, ...], since: str, how: How, **given: Any) -> None:
    """Merge units: what they owe goes on with one, each task once, as it stood with whom was furthest on."""
    _done(ctx, "merge_units", key, {**given, "old": list(old), "from": since}, GOES_ON, how)


@click.command(
    "start",
    cls=Verb,
    example="phasegate units start shizhu-2022 县数据局 --groups 县级部门 --document 石委编〔2022〕7号",
)
@click.argument("key")
@click.argument("new")
@click.option("--groups", "groups", multiple=True, metavar="GROUP", help="A group it belongs to; may be repeated.")
@click.option("--kind", default="", help="Its kind.")
@click.option(
    "--relation",
    type=click.Choice(["subordinate", "peer", "vertical", "superior"]),
    default="subordinate",
    help="Its relation to the sender.",
)
@click.option("--also-open", is_flag=True, help="It is issued what is open for its groups, too.")
@_since
@writes
@pass_context
def start(ctx: Context, /, key: str, groups: tuple[str, ...], since: str, how: How, **given: Any) -> None:
    """Add a unit that starts later: it is issued what its groups are issued from then on."""
    asked = {**given, "groups": list(groups), "from": since}
    _done(ctx, "start_unit", key, asked, "{unit} starts on {from}; {count} open tasks issued to it", how)
