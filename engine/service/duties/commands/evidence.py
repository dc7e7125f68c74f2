"""What is handed in for a task, piece by piece: notes, numbers, files by their hash, vouchers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from engine.errors import BadInput
from engine.model import Assignment, Evidence, Task
from engine.model.plain import made
from engine.names import found
from engine.records import record
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.params import Given

# --- what the records tell ---


@record
class Piece:
    """One piece of what was handed in: a note, a number that a task asks for, a file by its hash, a voucher."""

    kind: Literal["note", "number", "file", "voucher"]
    name: str = ""
    text: str = ""
    sha256: str = ""
    size: int = 0


# --- what is given ---


def vouchers(voucher: Given) -> tuple[Piece, ...]:
    """Return the voucher of an act that is recorded for somebody, as evidence."""
    return (made(Piece, {**voucher, "kind": "voucher"}),) if voucher else ()


def handed_in(task: Task, note: str, files: Iterable[Given], numbers: Given | None = None) -> tuple[Piece, ...]:
    """Return the evidence handed in: notes, numbers the task knows, files by hash."""
    return (
        *((Piece(kind="note", text=note),) if note else ()),
        *_numbers(task, numbers or {}),
        *(made(Piece, {**file, "kind": "file"}) for file in files),
    )


def _numbers(task: Task, numbers: Given) -> Iterator[Piece]:
    seen = set[str]()
    for word, value in numbers.items():
        name = _number(task, word)
        if name in seen:
            raise BadInput("number_twice", found=word)
        seen.add(name)
        yield Piece(kind="number", name=name, text=_value(name, value))


def _number(task: Task, word: str) -> str:
    if not (name := found(word, task.numbers)):
        raise BadInput("unknown_number", task=task.id, known=[*task.numbers], found=word)
    return name


def _value(name: str, value: object) -> str:
    try:
        number = float(str(value))
    except ValueError as error:
        raise BadInput("no_number", name=name, found=value) from error
    if number != number or number in (float("inf"), float("-inf")):
        raise BadInput("no_number", name=name, found=value)
    return str(value)


# --- kept ---


def keep_evidence(case: CampaignSession, assignment: Assignment, evidence: Iterable[Piece]) -> None:
    """Keep what was handed in under the number of the latest submission."""
    for piece in evidence:
        case.work.add(
            Evidence(
                id=case.next_id(),
                campaign=case.id,
                assignment=assignment.id,
                submission=assignment.submissions,
                kind=piece.kind,
                name=piece.name,
                text=piece.text,
                sha256=piece.sha256,
                size=piece.size,
            )
        )
