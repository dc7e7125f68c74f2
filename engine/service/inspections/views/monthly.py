"""The sheet of a month (月调度表): what changed since last told, who is silent, what the leaders must decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.errors import BadInput
from engine.machine import OPEN_STATES
from engine.model import Remark, Round
from engine.pictures.tables import csv_bytes
from engine.service.inspections import rounds
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day
from engine.service.kernel.sight import require
from engine.sheets import Page, pages_as_workbook

SAID: Mapping[str, str] = {"progress": "进展", "problem": "问题", "next": "下步打算", "matter": "提请研究事项"}
COLUMNS: Mapping[str, float] = {"单位": 18, "任务": 34, "内容": 14, "本次": 50, "上次": 40, "日期": 12}
CHANGED: Final = Listing(
    name="changed",
    key=("unit", "task", "kind"),
    empty="(nothing changed)",
    columns=(
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="title", head="task", width=34),
        Column(key="kind", head="what", kind="code", family="remark", width=14),
        Column(key="text", head="now", width=50),
        Column(key="before", width=40),
    ),
)
NUMERALS = "一二三四五六七八九十"


def month(case: CampaignSession, name: str) -> Row:
    """Return a month: the items that changed, who told nothing new, who has not answered, the matters as a draft."""
    require(case, "progress")
    found = rounds.named(case, name)
    if found.kind != "month":
        raise BadInput("no_month", found=name)
    told = _told(case)
    changed = [row for row in _rows(case, found, told) if row["text"] != row["before"]]
    return {
        "round": found.name,
        "title": found.title,
        "opened_on": day(found.opened_on),
        "due_on": day(found.due_on),
        "asked": rounds.asked(case, found),
        "changed": changed,
        "unchanged": _unchanged(case, found, changed),
        "silent": _silent(case, found),
        "matters": draft(case, found, changed),
    }


def _told(case: CampaignSession) -> list[Remark]:
    return [remark for remark in rounds.remarks(case) if remark.kind in SAID]


def _rows(case: CampaignSession, found: Round, told: Sequence[Remark]) -> list[Row]:
    """Return what was last told in a month of each task, beside what was last told before it, unit by unit."""
    before = {_about(case, remark): remark for remark in told if remark.round < found.id}
    now = {_about(case, remark): remark for remark in told if remark.round == found.id}
    order = {name: n for n, name in enumerate(case.plan.workflow.directory.units)}
    place = {kind: n for n, kind in enumerate(SAID)}
    ranked = sorted(now.values(), key=lambda r: (order.get(r.unit, len(order)), r.unit, r.task, place[r.kind]))
    return [_row(case, remark, before.get(_about(case, remark))) for remark in ranked]


def _about(case: CampaignSession, remark: Remark) -> tuple[str, str, str]:
    return rounds.called(case, remark.unit), remark.task, remark.kind


def _row(case: CampaignSession, remark: Remark, before: Remark | None) -> Row:
    return {
        "unit": remark.unit,
        "task": remark.task,
        "title": case.plan.tasks[remark.task].title if remark.task else "",
        "kind": remark.kind,
        "text": remark.text,
        "before": before.text if before else "",
        "on": day(remark.happened_on),
    }


def _unchanged(case: CampaignSession, found: Round, changed: Sequence[Row]) -> list[str]:
    """Return who answered and told nothing that is new, by one word or by the same words as before."""
    new = {row["unit"] for row in changed}
    silent = {*_silent(case, found)}
    return [name for name in rounds.asked(case, found) if name not in new and name not in silent]


def _silent(case: CampaignSession, found: Round) -> list[str]:
    """Return who was asked and has not answered, in the order of asking; who was let off is not silent."""
    task = case.plan.tasks[f"month-{found.name}"]
    return [name for name in rounds.asked(case, found) if case.assignment(task, name).state in OPEN_STATES]


def draft(case: CampaignSession, found: Round, changed: Sequence[Row]) -> str:
    """Return what the leading group is asked to decide, as a text to be finished by hand; empty where nothing is."""
    matters = [row for row in changed if row["kind"] == "matter"]
    if not matters:
        return ""
    lines = [f"{_numeral(n)}、{_matter(row)}" for n, row in enumerate(matters, 1)]
    return "\n".join([f"{found.title}提请{case.plan.workflow.leading_group}研究的事项", *lines])


def _matter(row: Row) -> str:
    about = f"关于“{row['title']}”" if row["title"] else ""
    return f"{about}({row['unit']}提请):{row['text'].rstrip('。')}。"


def _numeral(number: int) -> str:
    return NUMERALS[number - 1] if number <= len(NUMERALS) else str(number)


# --- as a table ---


def as_csv(found: Row) -> bytes:
    """Return the sheet of a month for a spreadsheet; who is silent stands below."""
    return csv_bytes([tuple(COLUMNS), *_cells(found)])


def as_workbook(case: CampaignSession, found: Row) -> bytes:
    """Return the sheet of a month as a printable workbook."""
    page = Page(
        name="月调度表",
        title=f"{case.plan.workflow.title} {found['title']}调度表",
        columns=tuple(COLUMNS.items()),
        rows=_cells(found),
        centred=frozenset({"内容", "日期"}),
    )
    return pages_as_workbook([page], at=case.at.astimezone(case.plan.zone))


def _cells(found: Row) -> list[tuple[str, ...]]:
    rows = [
        (row["unit"], row["title"], SAID[row["kind"]], row["text"], row["before"], row["on"])
        for row in found["changed"]
    ]
    rows += [(unit, "", "", "无变化", "", "") for unit in found["unchanged"]]
    return rows + [(unit, "", "", "未反馈", "", "") for unit in found["silent"]]
