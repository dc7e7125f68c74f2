"""Who writes, by which authority, and how much a unit may be asked: `issuer:` and `limits:`."""

from __future__ import annotations

from typing import cast

from engine.model import Authority, Issuer, IssuerKind, Limits, Place
from engine.reader.ladders import whole
from engine.reader.names import Names
from engine.reader.shape import Filled


def read_issuer(part: Filled, names: Names) -> Issuer:
    """Return what kind of body writes, in whose name and by which authority."""
    authority = part.part("authority")
    return Issuer(
        kind=cast(IssuerKind, part.text("kind", "coordinating")),
        in_name_of=names.one_unit(part.leaf("in_name_of")),
        authority=Authority(clause=authority.text("clause"), document=authority.text("document")),
        place=part.place if part.values else Place(),
    )


def read_limits(part: Filled) -> Limits:
    """Return the limits of what one unit is asked in a month."""
    return Limits(
        letters=whole(part, "letters_per_unit_and_month"),
        formal=whole(part, "formal_per_unit_and_month"),
        hand_ins=whole(part, "hand_ins_per_unit_and_month"),
        place=part.place if part.values else Place(),
    )
