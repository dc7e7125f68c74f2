"""A campaign as files that need no Phasegate to be read: one leaves with one's data any day."""

from __future__ import annotations

import json
from collections.abc import Iterator

from engine.model import Assignment, Blob, Deadline
from engine.pictures.diagram import state_diagram
from engine.pictures.tables import breakdown, csv_bytes, ledger
from engine.pictures.timeline import timeline
from engine.records import record
from engine.service.campaigns.commands.lifecycle import verdict
from engine.service.campaigns.views import nested, quota, versions
from engine.service.duties import reckoned
from engine.service.indicators.views import measuring
from engine.service.inspections import rounds
from engine.service.inspections.views import findings, monthly
from engine.service.kernel import history
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Desk, reading
from engine.service.kernel.plain import short
from engine.service.kernel.plan import blob, source_of
from engine.service.kernel.sight import require
from engine.service.notices.texts import content_from
from engine.service.notices.views import notice
from engine.store.queries import notices as written


@record(kw_only=False)
class File:
    """A file of an export: its name, with folders, and what is in it, in parts."""

    name: str
    parts: Iterator[bytes]


def files(desk: Desk, key: str, who: str = "") -> Iterator[File]:
    """Yield the files of a campaign: tables, pictures, notices, workflow and calendar, and the history."""
    with reading(desk, key, who) as case:
        require(case, "export")
        journal = case.id
        made = [*_tables(case), *_pictures(case), *_sources(case), ("notices.jsonl", b"".join(_notices(case)))]
    yield from (File(name, iter((data,))) for name, data in made)
    yield File("history.jsonl", (record.data + b"\n" for record in history.records(desk, journal)))


def _tables(case: CampaignSession) -> Iterator[tuple[str, bytes]]:
    owed, dues = _owed(case)
    workflow = case.plan.workflow
    yield "breakdown.csv", csv_bytes(breakdown(workflow, owed, dues))
    yield "ledger.csv", csv_bytes(ledger(workflow, owed, dues, case.today, reckoned.stopped(case, dues)))
    if counted := quota.table(case):
        yield "quotas.csv", csv_bytes(counted)
    if below := nested.table(case):
        yield "nested.csv", csv_bytes(below)
    yield from _looked(case)
    if workflow.indicators is not None:
        yield "indicators.xlsx", measuring.workbook(case)
        for name, page in zip(("indicators", "scores", "missing"), measuring.pages(case), strict=True):
            yield f"indicators/{name}.csv", csv_bytes(measuring.texts(page))


def _looked(case: CampaignSession) -> Iterator[tuple[str, bytes]]:
    if found := findings.listed(case):
        yield "findings.csv", findings.as_csv(found)
    for each in rounds.all_of(case):
        if each.kind == "month":
            yield f"months/{each.name}.csv", monthly.as_csv(monthly.month(case, each.name))


def _pictures(case: CampaignSession) -> Iterator[tuple[str, bytes]]:
    owed, dues = _owed(case)
    drawn = timeline(
        case.plan.workflow, today=case.today, phases=case.phase_states(), assignments=owed, deadlines=dues
    )
    yield "timeline.svg", drawn.encode()
    running = case.head.state == "running"
    current = case.head.phase if running else case.head.state
    diagram = state_diagram(case.plan.workflow, current=current, verdict=verdict(case) if running else None)
    yield "states.svg", diagram.encode()


def _owed(case: CampaignSession) -> tuple[list[Assignment], list[Deadline]]:
    owed = case.work.find(Assignment, campaign=case.id, order="id")
    return owed, case.work.find(Deadline, campaign=case.id, order="id")


def _sources(case: CampaignSession) -> Iterator[tuple[str, bytes]]:
    for name, text in source_of(case.work, case.head.workflow).items():
        yield f"workflow/{name}", text.encode()
    earlier = {row["workflow"] for row in versions.versions_of(case)} - {case.head.workflow}
    for sha in sorted(earlier):
        for name, text in source_of(case.work, sha).items():
            yield f"versions/{sha[:12]}/{name}", text.encode()
    yield "calendar.json", blob(case.work, case.head.calendar)


def _notices(case: CampaignSession) -> Iterator[bytes]:
    contents = written.contents(case.work, case.id)
    texts = {text.sha: text.data for text in case.work.among(Blob, "sha", {row[1] for row in contents})}
    content = {short(row[0]): content_from(texts[row[1]]) for row in contents}
    for row in notice.listed(case):
        text = content[row["id"]]
        told = row | {"body": text.body, "short": text.short}
        yield json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n"
