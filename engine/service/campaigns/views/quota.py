"""Quotas as a table: what is there, what is needed, what is missing – by kind, by unit, in total (SEMANTICS Q1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.gates import quotas
from engine.gates.quotas import Line
from engine.model import Quota, Tally
from engine.service.kernel.case import Case
from engine.service.kernel.plain import Row
from engine.service.kernel.sight import require

NOT_STATED = "未规定"
HEADINGS = ("指标", "按", "名称", "有", "需", "缺", "最多")
BY = {"kind": "类别", "unit": "单位", "total": "合计"}


def listed(case: Case, quota: str = "") -> list[Row]:
    """Return the quotas of a campaign, or one of them, each with the lines of its table."""
    require(case, "progress")
    chosen = (quotas.named(case.plan.workflow.quotas, quota),) if quota else case.plan.workflow.quotas
    return [_row(case, each) for each in chosen]


def summed(case: Case) -> list[Row]:
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


def table(case: Case) -> list[tuple[str, ...]]:
    """Return all quotas as rows of a sheet, headings first; empty where the campaign has none."""
    rows = [line for quota in case.plan.workflow.quotas for line in _cells(case, quota)]
    return [HEADINGS, *rows] if rows else []


def _row(case: Case, quota: Quota) -> Row:
    found = _lines(case, quota)
    return {
        "quota": quota.id,
        "title": quota.title,
        "have": found[-1].have,
        "need": quotas.needed(quota),
        "short": tuple(quotas.in_words(part) for part in quotas.amiss(quota, found)),
        "lines": [_line(line) for line in found],
    }


def _line(line: Line) -> Row:
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


def _cells(case: Case, quota: Quota) -> Iterator[tuple[str, ...]]:
    for line in _lines(case, quota):
        need = NOT_STATED if line.need is None else str(line.need)
        most = "" if line.most is None else str(line.most)
        yield quota.title, BY[line.by], line.name, str(line.have), need, str(line.short), most


def _lines(case: Case, quota: Quota) -> Sequence[Line]:
    return quotas.lines(quota, case.work.find(Tally, campaign=case.id, quota=quota.id, order="id"))
