"""What a workflow leaves open: `${place}` in its texts, filled once they are parsed, so that no value is ever YAML.

The settings stand as a file of the bundle: what a campaign is pinned to needs nothing else to be read again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from engine.errors import BadInput
from engine.model import Parameter, Place
from engine.reader.bundles import SETTINGS, label
from engine.reader.format import PARAMETERS, SETTINGS_FILE
from engine.reader.nodes import Keys, Node, Rows, Word, parse
from engine.reader.problems import Problems
from engine.reader.shape import Filled, fit
from engine.reader.words import ID, LINE
from engine.records import field, record

KEY = "parameters"
_MARK = re.compile(r"\$\$\{|\$\{([^{}$]*)\}|\$\{")
_NEEDS_CODE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]")
_IN_A_TEMPLATE = re.compile(r"[{}%#\"'\\]")


def fill(bundle: Mapping[str, str], settings: Mapping[str, str]) -> Mapping[str, str]:
    """Return `bundle` with its parameters set; BadInput where a value is not a line of text.

    What is set for a parameter that the workflow does not have is a problem when it is read.
    """
    if not settings:
        return bundle
    before = {} if SETTINGS not in bundle else _given(bundle, SETTINGS, Problems())
    values = {name: value.text for name, value in before.items()}
    values |= {name: _line(name, value) for name, value in settings.items()}
    return {**bundle, SETTINGS: "".join(f"{_quoted(name)}: {_quoted(value)}\n" for name, value in values.items())}


def _line(name: str, value: str) -> str:
    try:
        if value != value.strip() or _NEEDS_CODE.search(value):
            raise ValueError(value)
        LINE.value(value)
        ID.value(name)
    except ValueError:
        raise BadInput("no_parameter_text", name=name, example=LINE.example, found=value) from None
    return value


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _given(bundle: Mapping[str, str], name: str, problems: Problems) -> Mapping[str, Word]:
    """Return what is set for each parameter, with its place."""
    if SETTINGS not in bundle:
        return {}
    node = parse(bundle[SETTINGS], label(name, SETTINGS), problems)
    if not isinstance(node, Keys) or fit(node, SETTINGS_FILE, "settings", problems) is None:
        return {}
    return {key.text: Word(key.place, value.text) for key, value in node.pairs if isinstance(value, Word)}


@record(frozen=False, kw_only=False)
class Filler:
    """Fills the texts of one workflow, and knows which of its parameters were used."""

    parameters: tuple[Parameter, ...]
    problems: Problems
    used: set[str] = field(default_factory=set)

    def node(self, node: Node) -> Node:
        """Return `node` with every text in it filled; places stay."""
        if isinstance(node, Word):
            return Word(node.place, self.text(node.text, node.place), node.plain) if "${" in node.text else node
        if isinstance(node, Rows):
            return Rows(node.place, tuple(self.node(item) for item in node.items))
        pairs = ((self._key(key), value if key.text == KEY else self.node(value)) for key, value in node.pairs)
        return Keys(node.place, tuple(pairs))

    def _key(self, key: Word) -> Word:
        return Word(key.place, self.text(key.text, key.place), key.plain)

    def text(self, text: str, place: Place, *, template: bool = False) -> str:
        """Return `text` with each `${name}` filled and each `$${` made `${`; values are not looked into again."""
        return _MARK.sub(lambda found: self._filled(found, place, template), text)

    def _filled(self, found: re.Match[str], place: Place, template: bool) -> str:
        if found[0] == "$${":
            return "${"
        if template:
            place = _within(place, found)
        if found[1] is None:
            cure = "write ${name}, or $${ for the two characters themselves"
            self.problems.add("PW569", place, "a ${ is not closed", found[0], cure)
            return found[0]
        known = {each.id: each.value for each in self.parameters}
        if found[1] not in known:
            cure = self.problems.near(found[1], known, "declare it under `parameters:`, or write $${")
            self.problems.add("PW565", place, "there is no such parameter", found[1], cure)
            return found[0]
        self.used.add(found[1])
        return _for_a_template(known[found[1]]) if template else known[found[1]]

    def check_used(self) -> None:
        """Note the parameters that no text names."""
        for each in self.parameters:
            if each.id not in self.used:
                cure = f"write ${{{each.id}}} where it belongs, or leave it out"
                self.problems.add("PW566", each.place, "nothing uses the parameter", each.id, cure)


def _for_a_template(value: str) -> str:
    """Return a value as text of a template, whatever signs are in it."""
    return f"{{{{ {_quoted(value)} }}}}" if _IN_A_TEMPLATE.search(value) else value


def _within(place: Place, found: re.Match[str]) -> Place:
    before = found.string[: found.start()]
    return Place(file=place.file, line=before.count("\n") + 1, column=len(before) - before.rfind("\n"))


def filler_of(main: Node | None, bundle: Mapping[str, str], name: str, problems: Problems) -> Filler | None:
    """Return what fills the texts of a workflow; None, with the problems noted, where a value is missing."""
    declared = _declared(main, Problems())
    given = _given(bundle, name, problems)
    for setting, word in given.items():
        if setting not in declared.values:
            cure = problems.near(setting, declared.values, "the workflow has no `parameters:`")
            problems.add("PW568", word.place, "there is no such parameter to set", setting, cure)
    parameters = tuple(_parameter(each, declared, given) for each in declared.values)
    without = [each for each in parameters if not each.value]
    if not without:
        return Filler(parameters, problems)
    _declared(main, problems)
    for each in without:
        if "default" not in declared.part(each.id).places:
            cure = f"give it with --set {each.id}=…, or write a `default:`"
            problems.add("PW567", each.place, "the parameter has no value", each.id, cure)
    return None


def _declared(main: Node | None, problems: Problems) -> Filled:
    """Return the parameters that the file declares."""
    pairs = main.pairs if isinstance(main, Keys) else ()
    for key, value in pairs:
        if key.text == KEY and isinstance(value, Keys):
            fitted = fit(value, PARAMETERS, KEY, problems)
            return fitted if isinstance(fitted, Filled) else Filled()
    return Filled()


def _parameter(name: str, declared: Filled, given: Mapping[str, Word]) -> Parameter:
    row = declared.part(name)
    return Parameter(
        id=name,
        title=row.text("title"),
        value=given[name].text if name in given else row.text("default"),
        default=row.text("default"),
        place=declared.where(name),
    )
