"""`phasegate campaign quota`: what counts toward the quotas of a campaign, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import Table, emit
from engine.cli.shell.verbs import Verb

HEADS = ("by", "name", "have", "need", "short", "most")


@click.command(
    "quota",
    cls=Verb,
    example=("phasegate campaign quota shizhu-2022", "phasegate campaign quota shizhu-2022 创建点 --json"),
)
@click.argument("key")
@click.argument("quota", default="")
@pass_context
def quota(ctx: Context, key: str, quota: str) -> None:
    """Show what a quota has, needs and lacks: by kind, by unit, in total.

    未规定: the plan states no number for this unit; nothing is asked of it, and it may host.
    """
    from engine.service.campaigns.views.quota import listed

    with ctx.reading(key) as case:
        found = listed(case, quota)
    emit(ctx, found, lambda: _sheets(key, found))


def _sheets(key: str, found: list[dict[str, Any]]) -> Iterator[str | Table]:
    if not found:
        yield f"{key} has no quotas"
    for number, each in enumerate(found):
        if number:
            yield ""
        yield Table(
            HEADS,
            [_row(line) for line in each["lines"]],
            title=_called(each["title"], each["quota"]),
            right=frozenset(HEADS[2:]),
        )


def _row(line: dict[str, Any]) -> tuple[object, ...]:
    from engine.service.campaigns.views.quota import BY, NOT_STATED

    need = NOT_STATED if line["need"] is None else line["need"]
    return (
        BY[line["by"]],
        _called(line["name"], line["id"]),
        line["have"],
        need,
        line["short"] or "",
        _shown(line["most"]),
    )


def _called(title: str, name: str) -> str:
    return f"{title} ({name})" if name not in ("", title) else title


def _shown(most: int | None) -> object:
    return "" if most is None else most
