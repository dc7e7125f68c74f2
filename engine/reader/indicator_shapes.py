"""The shape of indicators.yaml: which keys an indicator set has and what may stand under them."""

from __future__ import annotations

from typing import Final

from engine.names import HAN
from engine.reader.shape import Key, ListOf, RecordShape
from engine.reader.sources import SOURCE
from engine.reader.words import ID, LINE, TEXT, WordKind, number, one_of

RECURRENCES: Final = ("campaign", "year", "term", "none")
NUMBER: Final = WordKind(
    name="the number of an indicator",
    code="PW212",
    pattern=f"[A-Za-z0-9_{HAN}][A-Za-z0-9_.{HAN}-]{{0,59}}",
    example="1.1, A-3 or another id with dots",
)
POINTS: Final = WordKind(
    name="a number of points from 0, with at most two decimals",
    code="PW210",
    pattern="[0-9]{1,6}(\\.[0-9]{1,2})?",
    example="10 or 7.5",
    whole=True,
)
_YES = one_of(("true", "false"), name="true or false")
_SOURCE = Key(shape=SOURCE, about="where it is taken from and how it was read")

SLOT: Final = RecordShape(
    name="the evidence",
    keys={
        "id": Key(shape=ID, about="its id within the indicator", needed=True),
        "title": Key(shape=LINE, about="what is to be handed in", needed=True),
        "per": Key(shape=one_of(RECURRENCES), about="for what it is due: campaign (once), year, term or none"),
        "least": Key(shape=number(1, 1000), about="how many pieces at least (1)"),
    },
)
INDICATOR: Final = RecordShape(
    name="the indicator",
    keys={
        "id": Key(shape=NUMBER, about="its number", needed=True),
        "title": Key(shape=LINE, about="what is measured", needed=True),
        "section": Key(shape=LINE, about="the part of the set it belongs to"),
        "points": Key(shape=POINTS, about="how many points it gives at most"),
        "veto": Key(shape=_YES, about="true: it gives no points, and stops everything where it is raised"),
        "check": Key(shape=TEXT, about="the way of checking"),
        "units": Key(shape=ListOf(item=LINE), about="units or groups that it is for", needed=True),
        "period": Key(shape=one_of(RECURRENCES), about="for what it is scored: campaign (once), year, term or none"),
        "evidence": Key(shape=ListOf(item=SLOT), about="what proves it"),
        "source": _SOURCE,
    },
)
INDICATORS: Final = RecordShape(
    name="the indicator set",
    keys={
        "id": Key(shape=ID, about="its id", needed=True),
        "title": Key(shape=LINE, about="its title", needed=True),
        "version": Key(shape=LINE, about="its own version", needed=True),
        "source": _SOURCE,
        "items": Key(shape=ListOf(item=INDICATOR), about="the indicators, in order", needed=True),
    },
)
