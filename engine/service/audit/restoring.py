"""A database that was restored: its messages get ids of their own, and it is told what would go out again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from engine.clock import Clock
from engine.errors import BadInput, DatabaseProblem
from engine.model import Campaign, Notice, Outgoing
from engine.model.plain import short
from engine.records import record
from engine.service.audit.backing import check
from engine.service.kernel.actor import SYSTEM, Actor
from engine.service.kernel.desk import Desk, act, open_case
from engine.service.kernel.installing import Restored, locked_system, system_instant, told_by
from engine.service.kernel.journal import Entry, actor_fields, append_system
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from engine.store.queries import armed
from engine.store.work import UnitOfWork


@record
class Again:
    """A message that waits in a restored database; it may have gone out since the copy was made."""

    campaign: str
    notice: int
    subject: str
    recipient: str
    channel: str


@record
class Renewed:
    """What a restore came to: the new id of the installation, and what it would send again or do at once."""

    installation: str
    rehearsal: bool
    campaigns: int
    records: int
    due: int
    again: tuple[Again, ...]


def bring_back(url: str, file: str, clock: Clock) -> None:
    """Copy a backup that is found whole to where the database is to be; BadInput where something stands there."""
    source, target = Path(file), Path(url.partition("///")[2])
    if not url.startswith("sqlite:///"):
        raise BadInput("restored_elsewhere", found=url.split("@")[-1])
    if not source.is_file():
        raise BadInput("no_backup", found=file)
    if target.exists():
        raise BadInput("file_there", found=str(target))
    part = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(source, part)
        _require_whole(part, file, clock)
        os.rename(part, target)
    finally:
        part.unlink(missing_ok=True)


def _require_whole(part: Path, file: str, clock: Clock) -> None:
    database = open_database(f"sqlite:///{part}")
    try:
        findings = check(new_desk(database, clock)).findings
    finally:
        database.close()
    if findings:
        raise DatabaseProblem(url=file, why="; ".join(findings[:3]), cure="restore another backup")


def renew(desk: Desk, actor: Actor = SYSTEM, *, rehearsal: bool = False) -> Renewed:
    """Give a restored database an id of its own, recorded in its journal, and say what it would send again.

    With `rehearsal` a copy of a real database becomes a rehearsal, each of its campaigns by a record; a rehearsal
    stays one (SEMANTICS I3).
    """
    with desk.database.write() as work:
        system = locked_system(desk, work, actor)
        becomes = rehearsal or system.rehearsal
        facts = Restored(installation=desk.uid(), rehearsal=becomes)
        at = system_instant(desk, work, system)
        entry = Entry(at=at, action="restore", subject="", facts=facts, **actor_fields(actor))
        append_system(work, entry)
        work.put(told_by(locked_system(desk, work), entry, system.uid))
        if becomes and not system.rehearsal:
            for head in work.find(Campaign, order="id"):
                act(open_case(desk, work, head), actor, "rehearse", {})
        return _told(desk, work, facts)


def _told(desk: Desk, work: UnitOfWork, facts: Restored) -> Renewed:
    heads = {head.id: head for head in work.find(Campaign, order="id")}
    return Renewed(
        installation=facts.installation,
        rehearsal=facts.rehearsal,
        campaigns=len(heads),
        records=sum(head.seq for head in heads.values()),
        due=armed.number_due(work, desk.now()),
        again=tuple(_again(work, heads, one) for one in work.find(Outgoing, state="queued", order="id")),
    )


def _again(work: UnitOfWork, heads: dict[int, Campaign], outgoing: Outgoing) -> Again:
    notice = work.must(Notice, outgoing.notice)
    return Again(
        campaign=heads[outgoing.campaign].key,
        notice=short(notice.id),
        subject=notice.subject,
        recipient=outgoing.recipient,
        channel=outgoing.channel,
    )
