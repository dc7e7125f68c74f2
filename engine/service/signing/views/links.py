"""Notices that ask units for receipts they have not given: whom the office may hand a link to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from engine.model import Notice
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day, short
from engine.service.kernel.sight import require
from engine.service.notices.composing.lines import title_of
from engine.service.signing import linking
from engine.service.signing.commands.links import WENT_OUT

LIST: Final = Listing(
    name="links",
    key=("notice",),
    columns=(
        Column(key="notice", kind="number", width=8, leads="notice"),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="day", kind="day"),
        Column(key="state", kind="code", family="state", width=10),
        Column(key="to", kind="names", width=30, most=1, seen_as="address"),
        Column(key="titles", head="unsigned", kind="names", width=40, most=2),
    ),
)

GIVEN: Final = Listing(
    name="given_links",
    key=("notice",),
    columns=(
        Column(key="notice", kind="number", width=8, leads="notice"),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="until", kind="day"),
        Column(key="link", width=60),
    ),
)
SIGNED: Final = Listing(
    name="signed",
    key=("task",),
    columns=(
        Column(key="task", kind="reference", leads="task"),
        Column(key="title", width=30),
        Column(key="due_on", head="due", kind="day"),
        Column(key="state", width=16),
        Column(key="signed_on", head="signed on", kind="day"),
    ),
)


def listed(case: CampaignSession, *, unit: str = "") -> list[Row]:
    """Return for each unit the latest notices that together ask for all the receipts it owes, in its order."""
    require(case, "link")
    order = {name: i for i, name in enumerate(case.plan.workflow.directory.units)}
    return sorted(_latest(case, unit), key=lambda row: (order[row["unit"]], row["notice"]))


def _latest(case: CampaignSession, unit: str) -> Iterator[Row]:
    told: set[int] = set()
    for notice in reversed(_asking(case, unit)):
        owed = [each for each in linking.unsigned(case, notice) if each.id not in told]
        told |= {each.id for each in owed}
        if owed:
            yield {
                "notice": short(notice.id),
                "unit": notice.unit,
                "day": day(notice.day),
                "to": json.loads(notice.to),
                "state": notice.state,
                "tasks": [each.task for each in owed],
                "titles": [title_of(case, each) for each in owed],
            }


def _asking(case: CampaignSession, unit: str) -> list[Notice]:
    wanted = {"unit": unit} if unit else {}
    found = case.work.find(Notice, campaign=case.id, level=0, order="id", **wanted)
    asking = linking.asking(case.work, [notice.id for notice in found])
    return [n for n in found if n.id in asking and n.state in WENT_OUT]
