"""Who writes: what kind of body issues the letters, by which authority, and how many it means to write."""

from __future__ import annotations

from typing import Literal

from engine.model.source import Place
from engine.records import record

IssuerKind = Literal["coordinating", "department", "body"]


@record
class Authority:
    """The decision by which an office writes: its clause as a letter cites it (经…同意), and its document."""

    clause: str = ""
    document: str = ""


@record
class Issuer:
    """What kind of body the office is, in whose name it makes demands, and by which authority (SEMANTICS N9).

    kind `coordinating`: the office of a leading group; `department`: one department, or an office of one; `body`: a
    party committee, a government, or an office that writes for it and demands by itself. `in_name_of` is the unit
    above us in whose name demands are made.
    """

    kind: IssuerKind = "coordinating"
    in_name_of: str = ""
    authority: Authority = Authority()
    place: Place = Place()


@record
class Limits:
    """How much one unit may be asked in one month before it is told (减负核算); None where no limit is set."""

    letters: int | None = None
    formal: int | None = None
    hand_ins: int | None = None
    place: Place = Place()
