"""Verbs made from what an action declares: its options, its help in both languages, its examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from engine import words
from engine.cli.shell import handed
from engine.cli.shell.acts import How, act, how_options
from engine.cli.shell.context import Context
from engine.cli.shell.verbs import Verb
from engine.cli.shell.worded import WordedOption, lang_of
from engine.records import record
from engine.service.kernel.params import REFERENCES, Param, params_of
from engine.service.kernel.rooms import places

if TYPE_CHECKING:
    from engine.service.kernel.action import Action, Example

CAMPAIGN: Final = "campaign_key"
NOTE: Final = "_note"
UNSAFE: Final = re.compile(r"[\s()'\"|&;<>*?$`\\#~!\[\]{}]")
"""What a shell takes for its own."""
METAVARS: Final = {
    "day": "DATE",
    "decimal": "NUMBER",
    "file": "PATH",
    "file_of_many": "SHA256",
    "numbers": "NAME=VALUE",
    **{kind: kind.upper() for kind in REFERENCES if kind not in ("file_of_many", "kind")},
}


@record(kw_only=False)
class ByHand:
    """What a verb has beyond its declaration: a function that is given `key`, `given`, `how` and its own options.

    `loose` are arguments that it can do without, `without` parameters that its own options give.
    """

    function: Callable[..., None]
    example: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class DeclaredVerb(Verb):
    """The verb of an action."""

    def __init__(self, action: Action, **kwargs: Any) -> None:
        super().__init__(action.command.partition(" ")[2], help=help_of(action), **kwargs)
        self.action = action

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the action does."""
        self.help = help_of(self.action, lang_of(ctx))
        super().format_help_text(ctx, formatter)


def action_named(name: str) -> Action:
    """Return an action; of the service no more than its room is imported."""
    actions: tuple[Action, ...] = import_module(places()[name].module).ACTIONS
    return next(action for action in actions if action.name == name)


def help_of(action: Action, lang: str = words.ENGLISH) -> str:
    """Return what an action does, as its help says it."""
    return words.first([f"help.{action.name}"], lang) or action.params.__doc__ or action.name


def short_help(name: str, lang: str = words.ENGLISH) -> str:
    """Return the first line of an action's help; its room is imported only where no catalog has it."""
    text = words.first([f"help.{name}"], lang) or help_of(action_named(name), lang)
    return text.partition("\n")[0]


def verb_of(name: str, by_hand: ByHand | None = None) -> Verb:
    """Return the verb of an action: what it declares, and what a noun adds by hand."""
    action, own = action_named(name), by_hand or ByHand(_told(name))
    declared = [param for param in params_of(action.params) if not param.inner and param.name not in own.without]
    written = list(reversed(getattr(own.function, "__click_params__", [])))
    return DeclaredVerb(
        action,
        params=[*_arguments(declared, own), *_options(action, declared), *written, *how_options()],
        callback=_callback(declared, own.function),
        example=(*(example_of(action, each) for each in action.examples), *own.example),
    )


def _callback(declared: Sequence[Param], function: Callable[..., None]) -> Callable[..., None]:
    def callback(**values: Any) -> None:
        given = {param.name: _value(param, values) for param in declared}
        how = How(values.pop("idempotency"), values.pop("dry_run"), values.pop("digest"))
        function(key=values.pop(CAMPAIGN), given=given, how=how, **values)

    return callback


def _value(param: Param, values: dict[str, Any]) -> Any:
    """Return what was written for a parameter as the service is given it."""
    value = values.pop(param.called)
    if param.kind == "voucher":
        return handed.voucher(value, values.pop(param.called + NOTE))
    if param.kind == "numbers":
        return handed.numbers(value)
    if param.kind == "file":
        return [handed.file(path) for path in value] if param.many else handed.file(value) if value else None
    return list(value) if param.many else value


def _told(name: str) -> Callable[..., None]:
    @click.pass_obj
    def told(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
        act(ctx, name, key, given, how)

    return told


# --- how a parameter is written ---


def _arguments(declared: Sequence[Param], own: ByHand) -> Iterator[click.Parameter]:
    loose = CAMPAIGN in own.loose
    yield click.Argument([CAMPAIGN], metavar="KEY", required=not loose, default="" if loose else None)
    for param in declared:
        if param.about:
            needed = param.needed and param.name not in own.loose
            more: dict[str, Any] = {"nargs": -1} if param.many else {} if needed else {"default": ""}
            metavar = METAVARS.get(param.kind) if needed and param.kind in ("day", "file_of_many") else None
            yield click.Argument([param.called], required=needed, metavar=metavar, type=_type(param), **more)


def _options(action: Action, declared: Sequence[Param]) -> Iterator[click.Parameter]:
    for param in declared:
        if param.about:
            continue
        option = "--" + param.called.replace("_", "-")
        yield WordedOption([option, param.called], keys=_keys(action, param.name), **_how(param))
        if param.kind == "voucher":
            note = [f"{option}-note", param.called + NOTE]
            yield WordedOption(note, keys=_keys(action, f"{param.name}_note"), default="", metavar="TEXT")


def _keys(action: Action, name: str) -> list[str]:
    return [f"param.{action.name}.{name}", f"param.{name}"]


def _how(param: Param) -> dict[str, Any]:
    """Return how an option is taken. A text that is missing is the service's to refuse: the history tells it."""
    if param.kind == "flag":
        return {"is_flag": True}
    if param.many or param.kind == "numbers":
        return {"multiple": True, "metavar": METAVARS.get(param.kind), "required": param.needed}
    told: dict[str, Any] = {"type": _type(param), "metavar": METAVARS.get(param.kind)}
    if param.kind == "choice":
        return {**told, "default": param.default, "required": param.needed}
    if param.kind == "number":
        return {**told, "default": param.default, "required": param.needed}
    return {**told, "default": None if _required(param) else "", "required": _required(param)}


def _required(param: Param) -> bool:
    return param.needed and param.kind not in ("line", "text")


def _type(param: Param) -> click.ParamType[Any]:
    if param.kind == "choice":
        return click.Choice(param.choices)
    if param.kind != "number":
        return click.STRING
    bounded = param.least is not None or param.most is not None
    return click.IntRange(param.least, param.most) if bounded else click.INT


# --- examples ---


def example_of(action: Action, example: Example) -> str:
    """Return an example of an action as it is typed."""
    params = {param.name: param for param in params_of(action.params)}
    about = [name for name, param in params.items() if param.about and name in example.given]
    typed = ["phasegate", action.command, example.campaign]
    typed += [word for name in about for word in _words(example.given[name])]
    for name, value in example.given.items():
        typed += [] if name in about else _typed(params[name], value)
    typed += ["--dry-run"] if example.dry_run else []
    return " ".join([*typed, *(["--as", example.actor] if example.actor else [])])


def _typed(param: Param, value: Any) -> list[str]:
    option = "--" + param.called.replace("_", "-")
    if param.kind == "flag":
        return [option]
    if param.kind == "numbers":
        return [word for name, number in value.items() for word in (option, _quoted(f"{name}={number}"))]
    if param.kind == "voucher" and "text" in value:
        return [f"{option}-note", _quoted(value["text"])]
    return [word for each in _words(value) for word in (option, each)]


def _words(value: Any) -> list[str]:
    each = value if isinstance(value, list | tuple) else [value]
    return [_quoted(part["name"] if isinstance(part, Mapping) else str(part)) for part in each]


def _quoted(text: str) -> str:
    return f"'{text}'" if UNSAFE.search(text) else text
