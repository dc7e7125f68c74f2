"""Turns a request into the text of a notice; the only importer of Jinja2.

A template holds three blocks: subject, body, short; one that attaches what it lists has a fourth, annex.
Its language is a small part of Jinja2 that
cannot call, assign or loop without end, so that its time and size are bounded before it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NoReturn

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from engine.records import record
from notifications import claims, layout, wording
from notifications.kinds import (
    FIELDS,
    NEVER_IN_SHORT,
    SEQUENCES,
    fields_of,
    is_text,
    kind_of,
    shipped,
    template_names,
    upward_kinds,
)
from notifications.notice import (
    BadTemplate,
    CannotRender,
    Content,
    Line,
    MissingField,
    NoTemplate,
    NotForSuperior,
    NoticeError,
    NoticeRequest,
    OneRecipient,
    TooLong,
)

LONGEST: Final = 256 * 1024
LONGEST_TEMPLATE: Final = 16 * 1024
LONGEST_SUBJECT: Final = 120
LONGEST_SHORT: Final = 150
MOST_LOOPS: Final = 24
DEEPEST_LOOP: Final = 2
BLOCKS: Final = ("subject", "body", "short")
ANNEX: Final = "annex"
"""A block that a template may have: what is attached, each annex from a line 附件:title on."""
_MARK: Final = "\x1e"
_LOOP_NAMES: Final = frozenset({"loop.index", "loop.first", "loop.last", "loop.length"})
_ADMITTED: Final = FIELDS | {name.removeprefix("loop.") for name in _LOOP_NAMES}
_SPEECH: Final = (
    nodes.Template, nodes.Block, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const,
    nodes.Getattr, nodes.Filter, nodes.For, nodes.If, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub,
)  # fmt: skip


@record(kw_only=False, order=True)
class TemplateFault:
    """One mistake in a template: its line, what is wrong, what was found, what to write."""

    line: int
    what: str
    found: str
    cure: str


# --- filters ----------------------------------------------------------------------------------


@pass_context
def _day(context: Context, on: date) -> str:
    return wording.full_day(on, context["day"])


@pass_context
def _date(context: Context, on: date) -> str:
    return wording.plain_day(on, context["day"])


@pass_context
def _by(context: Context, on: date) -> str:
    return wording.by(on, context["close"], context["day"])


@pass_context
def _hour(context: Context, at: datetime) -> str:
    return wording.hour(at, context["day"])


@pass_context
def _due(context: Context, item: Line | layout.LineGroup) -> str:
    if item.due_on is None:
        return "另行通知"
    if item.asked_on is None or item.asked_on == item.due_on:
        return _by(context, item.due_on)
    asked = "提供" if context["relation"] in ("peer", "vertical") else "报送"
    return f"{_day(context, item.due_on)},当日为休息日,请于{_by(context, item.asked_on)}{asked}"


@pass_context
def _moved(context: Context, item: Line) -> str:
    """Return the day to which something was moved; the working day before is asked for only where it is a new one."""
    if item.due_on is None:
        return "另行通知"
    off = item.asked_on is not None and item.asked_on != item.due_on
    if off and item.was_on and item.asked_on and item.asked_on <= item.was_on:
        return f"{_by(context, item.due_on)}(当日为休息日)"
    return _due(context, item)


class _Environment(SandboxedEnvironment):
    """A sandbox that does not judge the parts of a notice again: `examine` admits no other names."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a part of a record or of a loop; anything else is the sandbox's to judge."""
        if attribute in _ADMITTED:
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)


def _environment() -> SandboxedEnvironment:
    environment = _Environment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, cache_size=0
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {
        "day": _day, "date": _date, "by": _by, "hour": _hour, "due": _due,
        "moved": _moved, "named": layout.named,
        "names": wording.names, "every": wording.every, "plain": wording.plain,
        "cause": wording.cause, "cited": wording.cited,
    }  # fmt: skip
    return environment


_ENVIRONMENT: Final = _environment()
FILTERS: Final = frozenset(_ENVIRONMENT.filters)


# --- examining a template ---------------------------------------------------------------------


def fields(name: str) -> frozenset[str]:
    """Return the names, dotted where they have parts, that the template `name` may use."""
    return fields_of(name)


def names_in(text: str) -> frozenset[str]:
    """Return the names that a template uses, a loop's variable told as what it goes over."""
    tree = _ENVIRONMENT.parse(text)
    return frozenset(path for path, _ in _paths(tree)) - _LOOP_NAMES


def examine(name: str, text: str) -> tuple[TemplateFault, ...]:
    """Return every mistake in the template `name`; none means that it can be used."""
    if len(text) > LONGEST_TEMPLATE:
        found = f"{len(text)} characters"
        return (TemplateFault(1, "the template is too long", found, f"write at most {LONGEST_TEMPLATE}"),)
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        return (TemplateFault(error.lineno, "the template does not parse", str(error.message), "correct it"),)
    return tuple(
        sorted({*_block_faults(tree), *_speech_faults(tree), *_name_faults(name, tree), *_annex_faults(tree)})
    )


def _block_faults(tree: nodes.Template) -> Iterator[TemplateFault]:
    found = [block.name for block in tree.find_all(nodes.Block)]
    for block in BLOCKS:
        if found.count(block) != 1:
            yield TemplateFault(1, f"the block {block} is missing", ", ".join(found), f"{{% block {block} %}}")
    if found.count(ANNEX) > 1:
        yield TemplateFault(1, "the block annex stands twice", ANNEX, "begin each annex with a line 附件:…")
    for other in sorted(set(found) - {*BLOCKS, ANNEX}):
        yield TemplateFault(1, "there is a block that no notice has", other, f"use {', '.join(BLOCKS)}")


def _annex_faults(tree: nodes.Template) -> Iterator[TemplateFault]:
    """An annex that is named is one that is attached (SEMANTICS N6)."""
    if any(block.name == ANNEX for block in tree.find_all(nodes.Block)):
        return
    for data in tree.find_all(nodes.TemplateData):
        if "见附件" in data.data:
            cure = "write it into {% block annex %}, from a line 附件:… on"
            yield TemplateFault(data.lineno, "an annex is named and none is attached", "见附件", cure)


def _speech_faults(tree: nodes.Template) -> Iterator[TemplateFault]:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _SPEECH):
            cure = "use {{ name }}, {% if %}, {% for … in … %} and filters"
            yield TemplateFault(node.lineno, "this is not allowed in a notice", type(node).__name__, cure)
        elif isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs):
            yield TemplateFault(node.lineno, "unknown filter", node.name, f"use {', '.join(sorted(FILTERS))}")
    yield from _loop_faults(tree)


def _loop_faults(tree: nodes.Template) -> Iterator[TemplateFault]:
    loops = list(tree.find_all(nodes.For))
    if len(loops) > MOST_LOOPS:
        yield TemplateFault(1, "too many loops", str(len(loops)), f"use at most {MOST_LOOPS}")
    for loop in loops:
        inner = (deeper for found in loop.find_all(nodes.For) for deeper in found.find_all(nodes.For))
        if any(inner):
            yield TemplateFault(loop.lineno, "loops stand too deep in each other", "3", f"use {DEEPEST_LOOP}")


def _name_faults(name: str, tree: nodes.Template) -> Iterator[TemplateFault]:
    allowed = fields_of(name)
    known = ", ".join(sorted(path for path in allowed if "." not in path))
    for path, node in _paths(tree):
        if path not in allowed | _LOOP_NAMES:
            yield TemplateFault(node.lineno, "a notice of this kind has no such name", path, f"use {known}")
    for node, scope in _scoped(tree, {}):
        if isinstance(node, nodes.For):
            yield from _list_faults(node, scope)
        elif isinstance(node, nodes.Output):
            yield from _print_faults(node, scope)
        elif isinstance(node, nodes.Block) and node.name == "short":
            yield from _short_faults(node)


def _list_faults(loop: nodes.For, scope: Mapping[str, str]) -> Iterator[TemplateFault]:
    path = _path(loop.iter, scope) or type(loop.iter).__name__
    if path not in SEQUENCES:
        cure = f"use {', '.join(sorted(SEQUENCES))}"
        yield TemplateFault(loop.lineno, "a loop goes over lists only", path, cure)


def _print_faults(output: nodes.Output, scope: Mapping[str, str]) -> Iterator[TemplateFault]:
    for node in output.nodes:
        path = _path(node, scope)
        if path and not is_text(path):
            cure = "for a date add | day, | by, | date or | hour; name a part of anything else"
            yield TemplateFault(node.lineno, "this cannot be printed as it is", path, cure)


def _short_faults(block: nodes.Block) -> Iterator[TemplateFault]:
    for path, node in _paths(block):
        if path in NEVER_IN_SHORT:
            yield TemplateFault(node.lineno, "a short text names no unit", path, "leave it out (SEMANTICS N4)")
    for filtered in block.find_all(nodes.Filter):
        if filtered.name == "named":
            yield TemplateFault(
                filtered.lineno, "a short text names no unit", "named", "write the title (SEMANTICS N4)"
            )


def _paths(tree: nodes.Node) -> Iterator[tuple[str, nodes.Node]]:
    for node, scope in _scoped(tree, {}):
        if path := _path(node, scope):
            yield path, node


def _scoped(node: nodes.Node, scope: Mapping[str, str]) -> Iterator[tuple[nodes.Node, Mapping[str, str]]]:
    """Return every node with what the variables of the loops around it go over."""
    yield node, scope
    if isinstance(node, nodes.For):
        variable = node.target.name if isinstance(node.target, nodes.Name) else ""
        inner = {**scope, variable: _path(node.iter, scope)}
        parts = [(node.iter, scope), *((child, inner) for child in node.body)]
        parts += [(node.test, inner)] if node.test else []
        parts += [(child, scope) for child in node.else_]
    elif _path(node, scope):
        parts = []
    else:
        parts = [(child, scope) for child in node.iter_child_nodes()]
    for child, around in parts:
        yield from _scoped(child, around)


def _path(node: nodes.Node, scope: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        owner = _path(node.node, scope)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


# --- rendering --------------------------------------------------------------------------------


@record(kw_only=False)
class _Compiled:
    template: Template
    worked_out: tuple[tuple[str, Callable[[NoticeRequest], object]], ...]
    facts: frozenset[str]
    claims: claims.Claims


@lru_cache(maxsize=512)
def _compiled(name: str, text: str) -> _Compiled:
    for fault in examine(name, text):
        raise BadTemplate(name=name, line=fault.line, what=fault.what, found=fault.found, cure=fault.cure)
    roots = {path.split(".", 1)[0] for path in names_in(text)}
    worked_out = tuple((key, work) for key, work in layout.WORKED_OUT.items() if key in roots)
    kind = kind_of(name)
    return _Compiled(_in_one(text, kind.claims), worked_out, kind.facts() & roots, kind.claims)


def _in_one(text: str, claimed: claims.Claims) -> Template:
    """Return the blocks as one template with a mark between: one run is faster than one for each."""
    tree = _ENVIRONMENT.parse(text)
    for data in tree.find_all(nodes.TemplateData):
        data.data = claims.marked(data.data, claimed)
    blocks = {block.name: block.body for block in tree.find_all(nodes.Block)}
    mark = nodes.Output([nodes.TemplateData(_MARK)])
    body = [*blocks["subject"], mark, *blocks["body"], mark, *blocks["short"], mark, *blocks.get(ANNEX, [])]
    whole = nodes.Template(body, lineno=1)
    whole.set_environment(_ENVIRONMENT).set_lineno(1)
    return Template.from_code(_ENVIRONMENT, _ENVIRONMENT.compile(whole), {})


def chosen(kind: str, relation: str, overrides: Mapping[str, str], *, demands: bool = True) -> tuple[str, str]:
    """Return the name and text of the template for a kind and relation, a workflow's own first."""
    for name in template_names(kind, relation, demands=demands):
        text = overrides.get(name) or shipped().get(name)
        if text:
            return name, text
    raise NoTemplate(name=kind, known=sorted(shipped()))


def render(request: NoticeRequest, overrides: Mapping[str, str] | None = None) -> Content:
    """Return the text of a notice; `overrides` are a workflow's own templates by name.

    Raises a NoticeError where the template or a field is wrong, or the recipient a superior who
    is never chased (SEMANTICS L7).
    """
    _admit(request)
    name, text = chosen(request.kind, request.relation, overrides or {}, demands=request.demands)
    compiled = _compiled(name, text)
    try:
        return _written(request, compiled)
    except NoticeError:
        raise
    except Exception as error:
        _explain(name, error)


def _written(request: NoticeRequest, compiled: _Compiled) -> Content:
    facts = vars(request) | {key: work(request) for key, work in compiled.worked_out}
    facts |= {fact: fact in request.borne for fact in compiled.facts}
    title, text, short, annex = _parts(request, compiled, facts)
    subject = _heading(title, request, compiled, facts)
    body = layout.document(request, subject, text, layout.annexes(annex))
    return Content(subject=subject, body=body, short=_fitting(short, request, compiled, facts))


def _parts(request: NoticeRequest, compiled: _Compiled, facts: dict[str, Any]) -> list[str]:
    context = compiled.template.new_context(facts, shared=True)
    told = claims.told(_bounded(compiled.template.root_render_func(context), request.kind), compiled.claims)
    claims.require_borne(request, told.claims, compiled.claims)
    parts = told.text.split(_MARK)
    if len(parts) != len(BLOCKS) + 1:
        raise CannotRender("control_character", kind=request.kind)
    return [wording.quoted(part) for part in parts]


def _heading(title: str, request: NoticeRequest, compiled: _Compiled, facts: dict[str, Any]) -> str:
    """Return the title; one that is too long counts its items instead of naming the first."""
    if len(" ".join(title.split())) <= LONGEST_SUBJECT:
        return _one_line(title, LONGEST_SUBJECT)
    return _one_line(_parts(request, compiled, facts | _fewer(request, 0))[0], LONGEST_SUBJECT)


def _fewer(request: NoticeRequest, most: int) -> dict[str, str]:
    """Return the names that hold titles with at most `most` of them."""
    matter = layout.titles(request, min(most, 1))
    return {"titles": layout.titles(request, most), "matter": matter, "matters": wording.tasks(matter)}


def _fitting(short: str, request: NoticeRequest, compiled: _Compiled, facts: dict[str, Any]) -> str:
    """Return the short text, naming fewer titles until it fits (SEMANTICS N4)."""
    text = _joined(short)
    for most in (2, 1, 0):
        if len(text) <= LONGEST_SHORT:
            return text
        text = _joined(_parts(request, compiled, facts | _fewer(request, most))[2])
    return _one_line(text, LONGEST_SHORT)


def _joined(text: str) -> str:
    return "".join(map(str.strip, text.splitlines()))


def _bounded(parts: Iterable[str], kind: str) -> str:
    running, text = iter(parts), ""
    while more := "".join(islice(running, 512)):
        text += more
        if len(text) > LONGEST:
            raise TooLong(kind=kind, limit=LONGEST)
    return text


def _one_line(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _admit(request: NoticeRequest) -> None:
    kind = kind_of(request.kind)
    for field in kind.needs:
        given = request.units or request.unit if field == "to" else getattr(request, field)
        if given is None or given == "" or given == ():
            raise MissingField(kind=request.kind, field=field)
    if request.relation == "superior" and not kind.upward:
        raise NotForSuperior(kind=request.kind, unit=request.unit, allowed=[*upward_kinds()])
    if kind.single and len(request.units) > 1:
        raise OneRecipient(kind=request.kind, number=len(request.units))


def _explain(name: str, error: Exception) -> NoReturn:
    if isinstance(error, UndefinedError | AttributeError | TypeError):
        raise CannotRender("not_given", name=name, said=str(error)) from error
    raise CannotRender(name=name, said=str(error) or type(error).__name__) from error
