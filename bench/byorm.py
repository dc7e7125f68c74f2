"""A batch of submissions by an ORM: SQLModel on the tables of Phasegate, leaving the rows which Phasegate leaves."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from bench import byhand, county
from engine.model import Armed, Assignment, Campaign, Deadline, Evidence, Item, Record
from engine.store.sqlite import durable_pragmas
from engine.store.tables import ROWS

CAMPAIGN, OWED, DATE, ARMED = (ROWS[kind] for kind in (Campaign, Assignment, Deadline, Armed))
RECORD, EVIDENCE, ITEM = (ROWS[kind] for kind in (Record, Evidence, Item))
HANDED_IN = {
    "state": "submitted",
    "received_on": byhand.TODAY,
    "submitted_on": byhand.TODAY,
    "first_submitted_on": byhand.TODAY,
    "submissions": 1,
}
RUNG, ITEMS = 1, 5


def opened(path: Path) -> Engine:
    """Return an engine on a database in the mode in which Phasegate opens it."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _as_ours)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _as_ours(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in durable_pragmas():
        connection.execute(f"PRAGMA {pragma}")


def submit_all(engine: Engine, which: Sequence[tuple[str, str]]) -> None:
    """Hand in for many, in one transaction: read what is owed, change it, add what is new, and have it written."""
    with Session(engine) as session:
        campaign: Any = session.exec(select(CAMPAIGN).where(_of(CAMPAIGN, "key") == county.KEY)).one()
        owed = _owed(session, campaign.id, which)
        dates = _dates(session, [each.id for each in owed])
        for each in owed:
            _submit(session, campaign, each, dates[each.id])
        told = session.get(ARMED, (byhand.NOW, ITEMS, campaign.id << 32))
        if told is None:
            session.add(ARMED(at=byhand.NOW, kind=ITEMS, ref=campaign.id << 32, campaign=campaign.id))
        campaign.last_at = byhand.NOW
        session.commit()


def _of(row: Any, name: str) -> Any:
    return col(getattr(row, name))


def _owed(session: Session, campaign: int, which: Sequence[tuple[str, str]]) -> list[Any]:
    tasks, units = {task for task, _ in which}, {unit for _, unit in which}
    among = (_of(OWED, "campaign") == campaign, _of(OWED, "task").in_(tasks), _of(OWED, "unit").in_(units))
    found: list[Any] = [*session.exec(select(OWED).where(*among))]
    known = {(each.task, each.unit): each for each in found}
    return [known[each] for each in which]


def _dates(session: Session, owed: list[int]) -> dict[int, list[tuple[Any, Any]]]:
    """Return the dates of what is owed, each with its armed moment."""
    on = _of(ARMED, "ref") == _of(DATE, "id")
    with_moments = select(DATE, ARMED).join(ARMED, on & (_of(ARMED, "kind") == RUNG))
    found: dict[int, list[tuple[Any, Any]]] = {}
    for date, armed in session.exec(with_moments.where(_of(DATE, "assignment").in_(owed))):
        found.setdefault(date.assignment, []).append((date, armed))  # type: ignore[attr-defined]
    return found


def _submit(session: Session, campaign: Any, owed: Any, dates: list[tuple[Any, Any]]) -> None:
    head = byhand.Head(*(getattr(campaign, name) for name in ("id", "uid", "seq", "head", "counter", "workflow")))
    data = byhand.record(head, (owed.id, owed.task, owed.unit, owed.phase))
    after = head.after(sha256(data).hexdigest())
    campaign.seq, campaign.head, campaign.counter = after.seq, after.before, after.counter
    for date, armed in dates:
        session.delete(armed)
        date.state, date.next_at = byhand.left(date.kind), None
    for name, value in HANDED_IN.items():
        setattr(owed, name, value)
    session.add_all(_new(after, head.first, owed, data))


def _new(head: byhand.Head, first: int, owed: Any, data: bytes) -> list[Any]:
    of = {"campaign": head.campaign, "assignment": owed.id}
    began = {"began_at": byhand.NOW, "next_at": byhand.REVIEW_SEEN_AT, "anchor_on": byhand.TODAY}
    due = {"due_on": byhand.REVIEWED_BY, "first_due_on": byhand.REVIEWED_BY, "basis": "duration", "offset": "5wd"}
    rest = {
        "state": "armed",
        "epoch": 1,
        "ladder": "审核",
        "provisional": 0,
        "remaining": None,
        "unit": county.OFFICE,
        "kind": "review",
    }
    waits = {"level": 0, "channel": "", "delivery": "send", "state": "waiting", "ready_at": byhand.NOW}
    nothing = {"occurrence": 0, "deadline": 0, "notice": 0}
    columns = {"actor": owed.unit, "action": "submit", "outcome": "done", "subject": f"{owed.task}/{owed.unit}"}
    note = {"submission": 1, "kind": "note", "name": "", "text": byhand.NOTE, "sha256": "", "size": 0}
    return [
        RECORD(journal=head.campaign, seq=head.seq, data=data, hash=head.before, at=byhand.NOW, **columns),
        EVIDENCE(id=first, **of, **note),
        DATE(id=first + 1, phase=owed.phase, **of, **began, **due, **rest),
        ARMED(at=byhand.REVIEW_SEEN_AT, kind=RUNG, ref=first + 1, campaign=head.campaign),
        ITEM(
            id=first + 2, kind="receipt", unit=owed.unit, facts=byhand.acknowledged(owed.id), **of, **waits, **nothing
        ),
    ]
