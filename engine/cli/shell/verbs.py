"""How commands and groups of ours behave: shared options anywhere, an example in every help."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from engine import words
from engine.cli.shell.context import Context
from engine.cli.shell.names import UnknownCommand
from engine.cli.shell.worded import WordedCommand, WordedOption, lang_of

Example = str | Sequence[str]


def _keeps(field: str) -> Any:
    """Return a callback that keeps a given option on the context object."""

    def keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        found = ctx.ensure_object(Context)
        if value:
            found.take(field, value)

    return keep


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"phasegate {version('phasegate')}")
        ctx.exit()


def shared_options(hidden: bool) -> list[click.Parameter]:
    """Return the options that stand before a noun or after its verb."""
    common: dict[str, Any] = {"expose_value": False, "hidden": hidden}
    return [
        _shared("db", metavar="URL", **common),
        _shared("json", is_flag=True, **common),
        _shared("as", keeps="actor", metavar="ACTOR", **common),
        _shared("now", metavar="INSTANT", **common),
        _shared("lang", type=click.Choice(words.LANGUAGES), is_eager=True, **common),
    ]


def _shared(name: str, keeps: str = "", **how: Any) -> click.Option:
    return WordedOption([f"--{name}"], keys=[f"shell.{name}"], callback=_keeps(keeps or name), **how)


def _examples(example: Example) -> tuple[str, ...]:
    return (example,) if isinstance(example, str) else tuple(example)


def _write_example(formatter: click.HelpFormatter, lines: Sequence[str]) -> None:
    if lines:
        with formatter.section("Example"):
            for line in lines:
                formatter.write(f"{' ' * formatter.current_indent}{line}\n")


class Verb(WordedCommand):
    """A command whose help ends with an example; it takes the shared options, too."""

    def __init__(self, *args: Any, example: Example = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = _examples(example)
        taken = {name for param in self.params for name in param.opts}
        self.params += [one for one in shared_options(hidden=True) if not taken & set(one.opts)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options and name the shared ones."""
        super().format_options(ctx, formatter)
        if ctx.parent is not None:
            formatter.write_paragraph()
            formatter.write_text(words.label("shell.also", lang_of(ctx)))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        super().format_epilog(ctx, formatter)
        _write_example(formatter, self.example)


class Noun(WordedCommand, click.Group):
    """A group of verbs; without an example of its own it shows its first verb's."""

    command_class = Verb
    group_class = type

    def __init__(self, *args: Any, example: Example = (), **kwargs: Any) -> None:
        kwargs.setdefault("no_args_is_help", True)
        super().__init__(*args, **kwargs)
        self._example = _examples(example)
        self._by_hand: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {}
        self.params += shared_options(hidden=bool(type(self) is Noun))
        if type(self) is not Noun:
            how: dict[str, Any] = {"is_flag": True, "is_eager": True, "expose_value": False, "callback": _version}
            self.params.append(WordedOption(["--version"], keys=["shell.version"], **how))

    @property
    def example(self) -> tuple[str, ...]:
        """The lines of the example."""
        ctx = click.Context(self)
        verbs = (getattr(self.get_command(ctx, name), "example", ()) for name in self.list_commands(ctx))
        return self._example or next((lines for lines in verbs if lines), ())

    def does(self, action: str, **more: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Have a function do what an action's verb does: it is given `key`, `given`, `how`, and its own options."""

        def written(function: Callable[..., None]) -> Callable[..., None]:
            self._by_hand[action] = (function, more)
            return function

        return written

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb: one that is written here, or that an action declares, whose room is imported for it."""
        found = self.commands.get(cmd_name)
        if found is not None or cmd_name not in self._declared():
            return found
        from engine.cli.shell.declared import ByHand, verb_of

        action = self._declared()[cmd_name]
        own = self._by_hand.get(action)
        return verb_of(action, ByHand(own[0], **own[1]) if own else None)

    def _declared(self) -> Mapping[str, str]:
        from engine.service.kernel.rooms import verbs

        return verbs(self.name or "")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order in which they are written, then those that actions declare."""
        return [*self.commands, *(verb for verb in self._declared() if verb not in self.commands)]

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return each verb with its line."""
        from engine.cli.shell.declared import short_help

        lang, declared = lang_of(ctx), self._declared()
        written = [(name, command.get_short_help_str(200)) for name, command in self.commands.items()]
        more = [(verb, short_help(name, lang)) for verb, name in declared.items() if verb not in self.commands]
        return written + more

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant; UnknownCommand with what is near."""
        found = self.get_command(ctx, args[0])
        if found is None and not ctx.resilient_parsing:
            raise UnknownCommand(args[0], self.list_commands(ctx), ctx)
        return (args[0] if found else None), found, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(self.short_helps(ctx))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        super().format_epilog(ctx, formatter)
        _write_example(formatter, self.example)
