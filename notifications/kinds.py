"""The kinds of notice, each as the head of its template says: what it must be given, its names, its flags.

What the reader, the check and the renderer must know of a kind stands there, below the service; what the service does
with it stands in its file in `engine/service/notices/kinds/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from os import listdir
from pathlib import Path
from typing import Final

from engine.records import field, fields, record
from notifications.notice import Condition, Corrected, Figures, KindCount, Line, Reported, Tallied

COMMON: Final = frozenset(
    [
        "kind",
        "relation",
        "level",
        "unit",
        "units",
        "to",
        "you",
        "sender",
        "sender_full",
        "leading_group",
        "place",
        "we",
        "campaign",
        "work",
        "plan_title",
        "plan_number",
        "number",
        "day",
        "as_of",
        "reply_by",
        "reason",
        "document",
        "decision",
        "clause",
        "authority",
    ]
)
"""Names every template may use; `to`, `you` and `we` are worked out from the others."""

_RECORDS: Final = {
    "items": Line,
    "groups.items": Line,
    "by_unit.items": Line,
    "conditions": Condition,
    "gate": Condition,
    "corrects": Corrected,
    "figures": Figures,
    "tallies": Tallied,
    "tallies.kinds": KindCount,
    "done": Reported,
    "missing": Reported,
    "ahead": Reported,
}


def _dotted(root: str) -> set[str]:
    return {root} | {f"{root}.{part.name}" for part in fields(_RECORDS[root]) if part.name != "ref"}


LISTED: Final = (
    frozenset({"count", "many", "unit_count", "matter", "matters", "titles", "hand_in_to", "groups", "by_unit"})
    | frozenset({"groups.mark", "groups.numbered", "groups.due_on", "groups.asked_on", "groups.count"})
    | frozenset({"by_unit.unit", "by_unit.count"})
    | _dotted("items")
    | _dotted("groups.items")
    | _dotted("by_unit.items")
)
"""Names of the items of a notice: all of them, by due day, by unit, and what is said of them."""

SEQUENCES: Final = frozenset(
    "items items.awaiting groups groups.items groups.items.awaiting by_unit by_unit.items".split()  # noqa: SIM905
) | {
    *("by_unit.items.awaiting", "predecessors", "conditions", "conditions.missing", "commended", "units"),
    *("consents", "gate", "gate.missing"),
    *("candidates", "corrects.had"),
    *("tallies", "tallies.kinds", "done", "missing", "ahead"),
}
"""Names that hold several things; `{% for %}` goes over these only."""

NEVER_IN_SHORT: Final = (
    frozenset(
        "unit units to items.unit items.awaiting groups.items.unit groups.items.awaiting by_unit".split()  # noqa: SIM905
    )
    | {"by_unit.unit", "by_unit.items.awaiting", "conditions.missing", "inspector", "candidates", "missing"}
    | {"gate.missing", "items.lead", "groups.items.lead", "by_unit.items.lead", "hand_in_to", "corrects.had"}
)
"""Names that a short text may not use: it is pasted where everybody reads it (SEMANTICS N4)."""


_DATES: Final = frozenset(
    "day as_of reply_by object_by first_day last_day from_on due_on asked_on first_due_on was_on at on".split()  # noqa: SIM905
) | {"first_on", "last_on"}


def is_text(path: str) -> bool:
    """Return whether a name can be printed as it is: not a date, a list or a record."""
    return path.rsplit(".", 1)[-1] not in _DATES and path not in SEQUENCES and path not in _RECORDS


_LADDERS: Final = frozenset({"due", "receipt", "gate", "counted", "any"})
_FLAGS: Final = frozenset({"upward", "drafted", "single", "by_hand", "chases", "nudges", "carries", "demands"})


@record
class Kind:
    """What the head of its template says of a kind of notice: all that may be known of it below the service.

    `title` is what people call it, `place` where it stands in lists; `needs` must be given, the template may say
    whatever it `uses`. One that is `upward` may go to a superior (L7), a person signs what is `drafted` (L6), what is
    `single` has one recipient, what is `by_hand` is drafted on request. What `chases` speaks to another unit: our own
    office is sent the kind that `nudges` instead. What `demands` needs an authority (N9). Rungs of the `ladders` may
    send it, and only `before` or `after` the day where `when` says so; `levels` are those who are told at each level.
    What `carries` tells beside its own what was accepted since: no letter goes for that alone.
    """

    title: str = ""
    place: int = 0
    needs: tuple[str, ...] = ("unit", "items")
    uses: frozenset[str] = LISTED
    upward: bool = False
    drafted: bool = False
    single: bool = False
    by_hand: bool = False
    chases: bool = False
    nudges: bool = False
    carries: bool = False
    demands: bool = False
    ladders: tuple[str, ...] = ()
    when: str = ""
    levels: tuple[str, ...] = ()
    step: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> frozenset[str]:
        """Return the names that a template of this kind may use."""
        return COMMON | self.uses | self.facts()

    def facts(self) -> frozenset[str]:
        """Return the facts that its claims rest on."""
        return frozenset(self.claims.values())


_PLAIN: Final = Kind()
"""A kind that a workflow adds by its template alone: it is worded as a reminder is."""


# --- the head of a template ---


_FOLDER: Final = Path(__file__).with_name("templates")


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, str]:
    """Return the templates that come with the package, by name."""
    return {name: _text(name) for name in _names()}


def _names() -> list[str]:
    return [file.removesuffix(".j2") for file in listdir(_FOLDER) if file.endswith(".j2")]


def _text(name: str) -> str:
    with open(f"{_FOLDER}/{name}.j2", encoding="utf-8") as file:
        return file.read()


def described(name: str, text: str) -> Kind:
    """Return what the head of the template `name` says of its kind; ValueError where it says it wrongly."""
    told = _told(name, text)
    flags = told.pop("flags", ())
    if wrong := [*{*flags} - _FLAGS, *{*told.get("ladders", ())} - _LADDERS]:
        raise ValueError(f"templates/{name}.j2: no kind of notice has the flag or ladder {', '.join(wrong)}")
    claims, uses = _claims(name, told.get("claims", ())), _uses(told.get("names", ()))
    if taken := sorted({*claims.values()} & (COMMON | uses)):
        raise ValueError(f"templates/{name}.j2: a fact has the name of something else: {', '.join(taken)}")
    return Kind(
        title=" ".join(told["title"]),
        place=int(told["place"][0]),
        needs=told["needs"],
        uses=uses,
        ladders=told.get("ladders", ()),
        when="".join(told.get("when", ())),
        levels=tuple(word.strip("-") for word in told.get("levels", ())),
        step="".join(told.get("step", ())),
        claims=claims,
        **dict.fromkeys(flags, True),
    )


_KEYS: Final = ("title", "place", "needs", "names", "flags", "ladders", "when", "levels", "step", "claims")


def _told(name: str, text: str) -> dict[str, tuple[str, ...]]:
    head, ended, _ = text.removeprefix("{#\n").partition("\n#}\n")
    told: dict[str, tuple[str, ...]] = {}
    for key, words in map(_line, head.splitlines() if ended and text.startswith("{#\n") else ()):
        told[key] = (*told.get(key, ()), *words)
    if {"title", "place", "needs"} - told.keys() or told.keys() - {*_KEYS}:
        raise ValueError(
            f"templates/{name}.j2 does not begin with what its kind is: {', '.join(_KEYS)} between {{# #}}"
        )
    return told


def _uses(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(_parts_of, names))


def _claims(name: str, told: tuple[str, ...]) -> Mapping[str, str]:
    """Return the fact that bears each claim, by its words, from `words=fact`."""
    found = dict(word.split("=", 1) for word in told if "=" in word)
    if wrong := [word for word in told if not all(word.partition("=")[::2])]:
        raise ValueError(f"templates/{name}.j2: a claim is words=fact, not {', '.join(wrong)}")
    return found


def _line(line: str) -> tuple[str, tuple[str, ...]]:
    key, _, words = line.partition(":")
    return key, tuple(words.split())


def _parts_of(root: str) -> frozenset[str]:
    """Return a name with the names of its parts."""
    if root == "items":
        return LISTED
    found = (_dotted(path) for path in _RECORDS if path == root or path.startswith(f"{root}."))
    return frozenset({root}).union(*found)


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, Kind]:
    names = _names()
    found = {name: described(name, _text(name)) for name in names if "." not in name}
    if alone := {name.partition(".")[0] for name in names} - found.keys():
        raise ValueError(f"templates for a relation without one for all: {', '.join(sorted(alone))}")
    return dict(sorted(found.items(), key=lambda each: (each[1].place, each[0])))


class Kinds(Mapping[str, Kind]):
    """The kinds shipped by name, in the order of lists; their templates are read when one is first asked for."""

    def __getitem__(self, name: str) -> Kind:
        """Return a kind; KeyError for none."""
        return _kinds()[name]

    def __iter__(self) -> Iterator[str]:
        """Yield all names."""
        return iter(_kinds())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(_kinds())


KINDS: Final = Kinds()
"""Every kind shipped. A workflow may add one by its template alone; it is treated as a reminder."""

FIELDS: Final = frozenset(path.rsplit(".", 1)[1] for path in LISTED.union(*map(_dotted, _RECORDS)) if "." in path)
"""The names that stand behind a dot in any template: parts of records."""


def kind_of(name: str) -> Kind:
    """Return the kind of the template `name`, which may end in a relation (`overdue.peer`)."""
    return KINDS.get(name.split(".", 1)[0], _PLAIN)


def fields_of(name: str) -> frozenset[str]:
    """Return the names, dotted where they have parts, that the template `name` may use."""
    return kind_of(name).names()


HINT: Final = "hint"
"""How the template of a hint (工作提示) ends: what is written to whom nothing may be demanded of."""


def template_names(kind: str, relation: str, *, demands: bool = True) -> tuple[str, ...]:
    """Return the templates that suit, the most particular first: a letter before a notice (L7).

    Where nothing may be demanded of a subordinate, a hint or a letter comes before the notice (N9).
    """
    if not demands and relation == "subordinate":
        return (f"{kind}.{HINT}", f"{kind}.peer", kind)
    letter = (f"{kind}.peer",) if relation == "vertical" else ()
    return (f"{kind}.{relation}", *letter, kind)


def upward_kinds() -> tuple[str, ...]:
    """Return the kinds that may go to a superior (SEMANTICS L7)."""
    return tuple(name for name, kind in KINDS.items() if kind.upward)


def of_ladders() -> tuple[str, ...]:
    """Return the kinds that a rung may send."""
    return tuple(name for name, kind in KINDS.items() if kind.ladders)


def drafted_kinds() -> tuple[str, ...]:
    """Return the kinds that a person signs before they go (SEMANTICS L6)."""
    return tuple(name for name, kind in KINDS.items() if kind.drafted)


def demanding_kinds() -> tuple[str, ...]:
    """Return the kinds that put a demand to a unit (SEMANTICS N9)."""
    return tuple(name for name, kind in KINDS.items() if kind.demands)


def kinds_by_hand() -> tuple[str, ...]:
    """Return the documents that are drafted on request."""
    return tuple(name for name, kind in KINDS.items() if kind.by_hand)


def nudging_kind() -> str:
    """Return the kind by which our own office is nudged where another unit would be chased (SEMANTICS L7)."""
    return next(name for name, kind in KINDS.items() if kind.nudges)


def is_for_others(kind: str) -> bool:
    """Tell whether a kind is worded for other units only: our own office demands nothing of itself (SEMANTICS L7)."""
    return kind in KINDS and not KINDS[kind].nudges and f"{kind}.own" not in _names()


def is_of_a_year(kind: str) -> bool:
    """Tell whether a document speaks of one year, to a superior that may be named."""
    return "year" in KINDS[kind].needs


def titles() -> Mapping[str, str]:
    """Return what people call each kind."""
    return {name: kind.title for name, kind in KINDS.items()}
