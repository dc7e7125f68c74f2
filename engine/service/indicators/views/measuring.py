"""The indicators as tables: the set itself, every unit's scores, and what is missing (测评指标表)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import BadInput
from engine.gates.measured import IndicatorMark, said
from engine.model import Indicator, IndicatorScore
from engine.service.indicators import rules
from engine.service.indicators.views import indicators as views
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.plain import Row
from engine.service.kernel.sight import whose
from engine.sheets import Page, pages_as_workbook

Given = Mapping[tuple[str, str, str, str], IndicatorScore]
Cells = tuple[str | float, ...]
PERIODS = {"campaign": "一次", "year": "每年", "term": "每学期", "none": "不限"}
TABLE = (
    ("编号", 8.0), ("部分", 12.0), ("指标", 26.0), ("分值", 7.0), ("测评方式", 14.0), ("周期", 7.0),
    ("责任单位", 24.0), ("印证材料", 24.0), ("自评", 8.0), ("复核", 8.0), ("材料", 8.0), ("一票否决", 12.0),
)  # fmt: skip
SCORES = (
    ("单位", 18.0), ("编号", 8.0), ("指标", 26.0), ("周期", 8.0), ("分值", 7.0), ("自评", 8.0), ("自评日期", 11.5),
    ("复核", 8.0), ("复核日期", 11.5), ("备注", 24.0),
)  # fmt: skip
MISSING = (
    ("单位", 18.0), ("编号", 8.0), ("指标", 26.0), ("缺少", 24.0), ("周期", 8.0), ("已有", 7.0), ("至少", 7.0),
)  # fmt: skip
CENTRED = frozenset({"编号", "分值", "周期", "自评日期", "复核日期", "材料"})


def workbook(case: CampaignSession, unit: str = "") -> bytes:
    """Return the indicators as a workbook of three sheets; BadInput where the workflow has none."""
    return pages_as_workbook(pages(case, unit), at=case.at.astimezone(case.plan.zone))


def pages(case: CampaignSession, unit: str = "") -> list[Page]:
    """Return the three tables of the indicators, or one unit's part of them."""
    if case.plan.workflow.indicators is None:
        raise BadInput("no_indicators", found=case.plan.workflow.id)
    found, unit = rules.set_of(case), whose(case, "duty", unit)
    title = f"{found.title}(版本 {found.version})" + (f" {unit}" if unit else "")
    return [
        Page(name="测评指标", title=title, columns=TABLE, rows=[*_table(case, unit)], centred=CENTRED),
        Page(name="得分", title=f"{title} 得分", columns=SCORES, rows=[*_scores(case, unit)], centred=CENTRED),
        Page(name="缺项", title=f"{title} 缺项", columns=MISSING, rows=[*_missing(case, unit)], centred=CENTRED),
    ]


def texts(page: Page) -> list[tuple[str, ...]]:
    """Return a table as rows of texts, headings first."""
    headings = tuple(heading for heading, _ in page.columns)
    return [headings, *(tuple(str(cell) for cell in row) for row in page.rows)]


def _table(case: CampaignSession, unit: str) -> Iterator[Cells]:
    asked = {one.id: one for one in rules.set_of(case).indicators}
    for row in views.listed(case, unit):
        yield (
            row["indicator"],
            row["section"],
            row["title"],
            _number(row["points"]) if row["points"] else "否决",
            row["check"],
            "" if row["veto"] else PERIODS[row["period"]],
            "、".join(asked[row["indicator"]].units),
            "\n".join(_slot(slot) for slot in row["evidence"]),
            _number(row["self"]),
            _number(row["checked"]),
            f"{row['full']}/{row['slots']}" if row["slots"] else "",
            "、".join(row["vetoed"]),
        )


def _slot(slot: Row) -> str:
    often = PERIODS[slot["per"]] + (f"{slot['least']}份" if slot["least"] > 1 else "")
    return f"{slot['title']}({often})"


def _number(text: str | None) -> str | float:
    return float(text) if text else ""


def _scores(case: CampaignSession, unit: str) -> Iterator[Cells]:
    found = {one.id: one for one in rules.set_of(case).indicators}
    place = {name: n for n, name in enumerate(case.plan.workflow.directory.units)}
    given = rules.scores(case)
    marks = [mark for mark in rules.measured(case).marks if unit in ("", mark.unit)]
    for mark in sorted(marks, key=lambda mark: place[mark.unit]):
        yield _score(given, mark, found[mark.indicator])


def _score(given: Given, mark: IndicatorMark, one: Indicator) -> Cells:
    own, checked = (given.get((one.id, mark.unit, mark.period, kind)) for kind in ("self", "checked"))
    return (
        mark.unit,
        one.id,
        one.title,
        mark.when,
        _number(one.points),
        _number(said(mark.own)) if mark.own is not None else "",
        own.scored_on.isoformat() if own else "",
        _number(said(mark.checked)) if mark.checked is not None else "",
        checked.scored_on.isoformat() if checked else "",
        ";".join(score.note for score in (own, checked) if score and score.note),
    )


def _missing(case: CampaignSession, unit: str) -> Iterator[Cells]:
    for row in views.missing(case, unit):
        yield tuple(row[name] for name in ("unit", "indicator", "title", "what", "period", "have", "least"))
