"""Commands that write: their common options, and the one way they reach the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from engine import words
from engine.cli.shell.context import Context
from engine.cli.shell.output import emit, say
from engine.cli.shell.said import some
from engine.cli.shell.worded import WordedOption
from engine.records import field, record, replace

if TYPE_CHECKING:
    from engine.errors import Refused
    from engine.service.kernel.desk import Command as Asked
    from engine.service.kernel.previewing import Preview, PreviewGate

Command = Callable[..., None]
REHEARSED = "(dry run: nothing was kept)"


@record(kw_only=False)
class How:
    """How a command is to be carried out: under an idempotency key, or only shown; as it was shown before (`digest`).

    What a dry run showed stands in `shown`.
    """

    key: str = ""
    dry_run: bool = False
    digest: str = ""
    shown: list[Preview] = field(default_factory=list, compare=False)

    def of(self, part: str) -> How:
        """Return the same for one part of a command that is many; each part has a key of its own."""
        return replace(self, key=f"{self.key}/{part}") if self.key else self


def writes(command: Command) -> Command:
    """Give a command the options of everything that writes; it is handed them as `how`."""

    @wraps(command)
    def with_how(*args: Any, idempotency: str, dry_run: bool, digest: str, **given: Any) -> None:
        command(*args, how=How(idempotency, dry_run, digest), **given)

    known = [*getattr(command, "__click_params__", []), *reversed(how_options())]
    with_how.__click_params__ = known  # type: ignore[attr-defined]
    return with_how


def how_options() -> list[click.Parameter]:
    """Return the options of everything that writes."""
    return [
        WordedOption(["--key", "idempotency"], default="", metavar="KEY", keys=["shell.key"]),
        WordedOption(["--dry-run"], is_flag=True, keys=["shell.dry_run"]),
        WordedOption(["--digest"], default="", metavar="DIGEST", keys=["shell.digest"]),
    ]


def command_of(ctx: Context, action: str, campaign: str, given: Mapping[str, Any], how: How) -> Asked:
    """Return what is asked of the service."""
    from engine.service.kernel.desk import Command

    return Command(action=action, campaign=campaign, given=stated(given), actor=ctx.actor, key=how.key)


def done(ctx: Context, action: str, campaign: str, given: Mapping[str, Any], how: How) -> dict[str, Any]:
    """Have the service do something to a campaign, or show what it would do, and return the answer."""
    from engine.service.kernel.desk import perform

    command = command_of(ctx, action, campaign, given, how)
    if not how.dry_run:
        return perform(ctx.desk(), command, how.digest)
    from engine.service.campaigns.views.gates import gates_of
    from engine.service.kernel.previewing import preview

    found = preview(ctx.desk(), command, gates_of)
    how.shown.append(found)
    return found.answer


def each_done(ctx: Context, commands: Sequence[Asked], how: How) -> Iterator[dict[str, Any] | Refused]:
    """Have the service do several things, each by itself or, as they were shown, all at once; or show them."""
    from engine.service.kernel.desk import perform_all, perform_each

    if how.dry_run:
        from engine.service.campaigns.views.gates import gates_of
        from engine.service.kernel.previewing import preview_all

        found = preview_all(ctx.desk(), commands, gates_of)
        how.shown.append(found)
        yield from (row.refusal or row.answer for row in found.rows)
    elif how.digest and commands:
        yield from perform_all(ctx.desk(), commands[0].campaign, commands, how.digest)
    else:
        yield from perform_each(ctx.desk(), commands)


def stated(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said of an act, without the options that were left out."""
    return {name: value for name, value in given.items() if _is_stated(value)}


def _is_stated(value: object) -> bool:
    return not (value is None or value is False or value in ("", (), [], {}))


def tell(ctx: Context, answer: object, line: str, how: How) -> None:
    """Print what was done."""
    if how.shown and isinstance(answer, dict):
        answer = {**answer, **_shown_beside(how.shown[0])}
    emit(ctx, answer, line)
    for each in how.shown:
        for text in _told_then(each, ctx.lang):
            say(text)
    if how.dry_run:
        say(REHEARSED)


def _shown_beside(found: Preview) -> dict[str, Any]:
    from engine.service.kernel.previewing import plain

    told = plain(found)
    return {name: told[name] for name in ("notices", "gates", "clocks", "digest")}


def _told_then(found: Preview, lang: str) -> Iterator[str]:
    """Yield to whom what would be told, and the digest by which just that is done."""
    kinds: dict[str, list[str]] = {}
    for notice in found.notices:
        kinds.setdefault(notice.kind, []).append(notice.unit)
    for kind, units in kinds.items():
        yield f"would tell: {words.label(f'kind.{kind}', lang)} to {some(units)}"
    yield from (_gate_then(gate, lang) for gate in found.gates)
    clocks: dict[tuple[str, str, date], list[str]] = {}
    for clock in found.clocks:
        clocks.setdefault((clock.kind, clock.task, clock.due_on), []).append(clock.unit)
    for (kind, task, due_on), units in clocks.items():
        yield words.said("shown.clock", {"kind": kind, "task": task, "due_on": due_on, "units": some(units)}, lang)
    if found.digest:
        yield f"digest: {found.digest}"


def _gate_then(gate: PreviewGate, lang: str) -> str:
    """Say how a gate would be found, or that another phase would be the current one."""
    code = "shown.phase" if gate.before != gate.after else "shown.gate"
    states = {True: words.label("shown.open", lang), False: words.label("shown.shut", lang)}
    told = {"campaign": gate.campaign, "before": gate.before, "after": gate.after}
    return words.said(code, {**told, "was": states[gate.was_open], "then": states[gate.is_open]}, lang)


def act(ctx: Context, action: str, campaign: str, given: Mapping[str, Any], how: How, **more: object) -> None:
    """Do something and say it in its line, filled in from what was given, the answer, and more that is told."""
    answer = done(ctx, action, campaign, given, how)
    told = {"key": campaign, "unit": ctx.actor, **stated(given), **more}
    tell(ctx, answer, done_line(action, told, answer, ctx.lang), how)


def done_line(name: str, given: Mapping[str, Any], answer: Mapping[str, Any], lang: str = words.ENGLISH) -> str:
    """Return the line that tells what was done; a flag that was given may have one of its own."""
    facts = {word: _shown(value) for word, value in {**given, **answer}.items()}
    keys = [f"done.{name}.{flag}" for flag, value in given.items() if value is True]
    text = words.first([*keys, f"done.{name}"], lang, facts)
    return text or ", ".join(f"{word}: {_shown(value)}" for word, value in answer.items())


def _shown(value: object) -> object:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else value
