"""The notice texts that a workflow brings along: templates/KIND.j2 or templates/KIND.RELATION.j2."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model import Ladder, Place
from engine.reader.bundles import TEMPLATES, label
from engine.reader.format import RELATIONS
from engine.reader.nodes import not_text, place_at
from engine.reader.parameters import Filler
from engine.reader.problems import Problems
from engine.texts import told
from notifications.kinds import HINT, KINDS

LARGEST = 64 * 1024


def own_kinds(bundle: Mapping[str, str]) -> tuple[str, ...]:
    """Return the kinds of notice that the templates in `bundle` add to those shipped."""
    return tuple(dict.fromkeys(kind for kind, _ in map(_parts, _names(bundle)) if kind not in KINDS))


def read_templates(
    bundle: Mapping[str, str], name: str, ladders: Mapping[str, Ladder], filler: Filler
) -> Mapping[str, str]:
    """Return the templates in `bundle` by name; one that nothing would use is a problem."""
    used = {rung.notice for ladder in ladders.values() for rung in ladder.rungs}
    templates = {}
    for each in _names(bundle):
        file = f"{TEMPLATES}/{each}.j2"
        place = Place(file=label(name, file), line=1, column=1)
        templates[each] = filler.text(bundle[file], place, template=True)
        _check(each, bundle[file], {*KINDS, *used}, place, filler.problems)
    return templates


def _check(name: str, text: str, kinds: set[str], place: Place, problems: Problems) -> None:
    kind, relation = _parts(name)
    if found := not_text(text):
        at = place_at(text, found.start(), place.file)
        problems.add("PW101", at, "no text", told(found[0]), "take it out, and save the file as plain UTF-8 text")
    if len(text) > LARGEST:
        problems.add("PW103", place, "the template is too large", f"{len(text)} characters", "shorten it")
    if kind not in kinds:
        cure = problems.near(kind, sorted(kinds), "name it after a kind of notice")
        problems.add("PW313", place, "no notice is written by this template", name, cure)
    elif relation and relation not in (endings := (*RELATIONS, HINT)):
        cure = problems.near(relation, endings, f"relations: {', '.join(endings)}")
        problems.add("PW313", place, "the template is for no relation", name, cure)


def _names(bundle: Mapping[str, str]) -> list[str]:
    start, end = f"{TEMPLATES}/", ".j2"
    return [f[len(start) : -len(end)] for f in bundle if f.startswith(start) and f.endswith(end)]


def _parts(name: str) -> tuple[str, str]:
    kind, _, relation = name.partition(".")
    return kind, relation
