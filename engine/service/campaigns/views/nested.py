"""The campaigns below one: how they hang together, and where each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from engine.model import Campaign
from engine.records import asdict
from engine.service.campaigns.views import quota
from engine.service.duties.views.roster import LIGHTS, lights, reckoned_of, roster
from engine.service.kernel import nesting
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row

HEADINGS = ("单位", "工作", "状态", "阶段", "指标", "未办结", "已逾期", "曾逾期")
STATES = {"running": "进行中", "completed": "已完成", "aborted": "已终止"}


def _lit(light: str) -> Callable[[Row], object]:
    return lambda row: row["lights"][light] or "" if row["key"] else ""


def _where(row: Row) -> Row | str:
    """Return the phase that a campaign is in, or how it ended."""
    if not row["key"]:
        return ""
    return str(row["phase_title"]) if row["state"] == "running" else {"code": "stands", "state": row["state"]}


def _quotas(row: Row) -> list[Row]:
    return [{"code": "quota_stands", **each} for each in row.get("quotas", ())]


BELOW: Final = Listing(
    name="nested",
    key=("unit",),
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="key", head="campaign", of=lambda row: row["key"] or {"code": "not_begun"}, leads="campaign"),
        Column(key="phase_title", head="phase", of=_where, width=20),
        Column(key="quotas", of=_quotas, width=30),
        Column(key="open", of=lambda row: row.get("open", ""), width=8),
        Column(key="overdue", of=lambda row: row.get("overdue", ""), width=8),
        *(Column(key=light, of=_lit(light), width=8) for light in LIGHTS),
    ),
)


def tree(heads: Iterable[Campaign]) -> Iterator[tuple[Campaign, int]]:
    """Yield campaigns oldest first, those below one right after it, each with its depth."""
    found = list(heads)
    known = {head.id for head in found}
    below: dict[int, list[Campaign]] = defaultdict(list)
    for head in found:
        below[head.parent if head.parent in known else 0].append(head)

    def under(parent: int, depth: int) -> Iterator[tuple[Campaign, int]]:
        for head in below.get(parent, ()):
            yield head, depth
            yield from under(head.id, depth + 1)

    yield from under(0, 0)


def parent(case: CampaignSession) -> str:
    """Return the key of the campaign above, or an empty text."""
    head = case.work.get(Campaign, case.head.parent) if case.head.parent else None
    return head.key if head else ""


def shown(case: CampaignSession) -> list[Row]:
    """Return where each campaign below one stands, in the order in which its workflow nests them."""
    heads = {head.parent_unit: head for head in nesting.heads(case)}
    return [_line(case, each.unit, heads.get(each.unit)) for each in case.plan.workflow.nested]


def table(case: CampaignSession) -> list[tuple[str, ...]]:
    """Return the campaigns below as rows of a sheet, headings first; empty where the workflow nests none."""
    found = [HEADINGS, *(_cells(row) for row in shown(case))]
    return found if found[1:] else []


def _cells(row: Row) -> tuple[str, ...]:
    if not row["key"]:
        return (row["unit"], "", "尚未启动", "", "", "", "", "")
    quotas = ";".join(f"{each['title']}{each['have']}/{each['need']}" for each in row["quotas"])
    numbers = (str(row[name]) for name in ("open", "overdue", "late"))
    return (row["unit"], row["key"], STATES[row["state"]], row["phase_title"], quotas, *numbers)


def _line(case: CampaignSession, unit: str, head: Campaign | None) -> Row:
    if head is None:
        return {"unit": unit, "key": "", "state": "not begun"}
    own = nesting.session(case, head)
    plan = own.plan
    entries = roster(own)
    return {
        "unit": unit,
        "key": head.key,
        "state": head.state,
        "phase": head.phase,
        "phase_title": plan.phases[head.phase].title,
        "quotas": quota.summed(own),
        "open": sum(entry.assignment.state not in SETTLED for entry in entries),
        "overdue": sum(entry.overdue for entry in entries),
        "late": sum(entry.late for entry in entries),
        "reckoned": asdict(reckoned_of(entries, own.today)),
        "lights": lights(entries),
    }
