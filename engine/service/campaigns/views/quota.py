"""Quotas as a table: what is there, what is needed, what is missing – by kind, by unit, in total (SEMANTICS Q1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.gates import quotas
from engine.gates.quotas import QuotaLine
from engine.model import Quota, Tally
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row
from engine.service.kernel.sight import require

NOT_STATED = "未规定"
HEADINGS = ("指标", "按", "名称", "有", "需", "缺", "最多")
BY: Final = {"kind": "类别", "unit": "单位", "total": "合计"}
LIST: Final = Listing(
    name="quotas",
    key=("quota", "by", "id"),
    columns=(
        Column(key="title", head="quota", width=18),
        Column(key="by", of=lambda row: BY[row["by"]], width=8),
        Column(key="name", of=lambda row: called(row["name"], row["id"]), width=24),
        Column(key="have", kind="number", width=8),
        Column(key="need", kind="number", of=lambda row: NOT_STATED if row["need"] is None else row["need"], width=8),
        Column(key="short", kind="number", of=lambda row: row["short"] or "", width=8),
        Column(key="most", kind="number", width=8),
    ),
)

SUMMED: Final = Listing(
    name="quota_sums",
    key=("quota",),
    columns=(
        Column(key="title", head="quota", width=18),
        Column(key="have", width=8),
        Column(key="need", width=8),
        Column(key="short", kind="names", width=30, most=4),
    ),
)


def listed(case: CampaignSession, quota: str = "") -> list[Row]:
    """Return the quotas of a campaign, or one of them, each with the lines of its table."""
    require(case, "progress")
    chosen = (quotas.named(case.plan.workflow.quotas, quota),) if quota else case.plan.workflow.quotas
    return [_row(case, each) for each in chosen]


def lines_of(found: Sequence[Row]) -> list[Row]:
    """Return the lines of all quotas, each with the quota that it is of."""
    return [{"quota": each["quota"], "title": each["title"], **line} for each in found for line in each["lines"]]


def called(title: str, name: str) -> str:
    """Return a title with its id, where that says more."""
    return f"{title} ({name})" if name not in ("", title) else title


def summed(case: CampaignSession) -> list[Row]:
    """Return a line for each quota: how many of how many, and what is short."""
    return [
        {
            "quota": row["quota"],
            "title": row["title"],
            "have": row["have"],
            "need": row["need"],
            "short": row["short"],
        }
        for row in listed(case)
    ]


def table(case: CampaignSession) -> list[tuple[str, ...]]:
    """Return all quotas as rows of a sheet, headings first; empty where the campaign has none."""
    rows = [line for quota in case.plan.workflow.quotas for line in _cells(case, quota)]
    return [HEADINGS, *rows] if rows else []


def _row(case: CampaignSession, quota: Quota) -> Row:
    found = _lines(case, quota)
    return {
        "quota": quota.id,
        "title": quota.title,
        "have": found[-1].have,
        "need": quotas.needed(quota),
        "short": tuple(quotas.in_words(part) for part in quotas.amiss(quota, found)),
        "lines": [_line(line) for line in found],
    }


def _line(line: QuotaLine) -> Row:
    return {
        "by": line.by,
        "id": line.id,
        "name": line.name,
        "units": line.units,
        "have": line.have,
        "need": line.need,
        "most": line.most,
        "short": line.short,
    }


def _cells(case: CampaignSession, quota: Quota) -> Iterator[tuple[str, ...]]:
    for line in _lines(case, quota):
        need = NOT_STATED if line.need is None else str(line.need)
        most = "" if line.most is None else str(line.most)
        yield quota.title, BY[line.by], line.name, str(line.have), need, str(line.short), most


def _lines(case: CampaignSession, quota: Quota) -> Sequence[QuotaLine]:
    return quotas.lines(quota, case.work.find(Tally, campaign=case.id, quota=quota.id, order="id"))
