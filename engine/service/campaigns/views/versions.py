"""Which versions of its workflow a campaign ran, since when, by whose act (SEMANTICS P4)."""

from __future__ import annotations

from typing import Final

from engine.model import Workflow
from engine.service.campaigns.changes import changes
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.journal import Entry, entry_of
from engine.service.kernel.plain import Row, day
from engine.store.queries import journal

LIST: Final = Listing(
    name="versions",
    key=("seq",),
    columns=(
        Column(key="version"),
        Column(key="since", kind="day"),
        Column(key="recorded_on", head="recorded", kind="day"),
        Column(key="actor", width=18),
        Column(key="document", width=24),
        Column(key="reason", width=24),
        Column(key="workflow", of=lambda row: row["workflow"][:12]),
        Column(key="current", kind="yes", width=8),
    ),
)

CHANGES: Final = Listing(
    name="changes",
    key=("what", "id"),
    columns=(
        Column(key="what", kind="code", family="change"),
        Column(key="id", width=18),
        Column(key="title", width=30),
        Column(key="old", width=40),
        Column(key="new", width=40),
    ),
)
"""What of a definition is not the same in another version (`changes`)."""


def versions_of(case: CampaignSession) -> list[Row]:
    """Return the versions, the first first; each but it with what differs from the one before."""
    records = journal.acts(case.work, case.id, ("start", "move"))
    found: list[Row] = []
    before: Workflow | None = None
    for record in records:
        entry = entry_of(record)
        sha = entry.facts["to"] if entry.action == "move" else entry.facts["workflow"]
        workflow = case.library.plan(case.work, sha, case.head.calendar).workflow
        told = _version(case, entry, sha, workflow, before)
        found.append({"seq": record.seq, **told, "current": record is records[-1]})
        before = workflow
    return found


def _version(case: CampaignSession, entry: Entry, sha: str, workflow: Workflow, before: Workflow | None) -> Row:
    since = entry.facts["adopted_on"] if entry.action == "start" else day(case.plan.day(entry.at))
    return {
        "version": workflow.version,
        "workflow": sha,
        "since": since,
        "recorded_on": day(case.plan.day(entry.at)),
        "actor": entry.actor,
        "document": entry.facts.get("document") or workflow.document.number or workflow.document.title,
        "reason": entry.reason,
        "changes": list(changes(before, workflow)) if before else [],
    }
