"""The Chinese words of states, roles and dates in pictures and tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.model import Due, Task, Workflow

STATES: Mapping[str, str] = {
    "issued": "已下达",
    "received": "已签收",
    "submitted": "已报送",
    "returned": "已退回",
    "accepted": "已办结",
    "waived": "已免办",
    "cancelled": "已撤销",
    "short": "未达标",
}
ROLES: Mapping[str, str] = {
    "lead": "牵头单位",
    "responsible": "责任单位",
    "supporting": "配合单位",
    "inherited": "责任单位(沿用)",
}
BASES: Mapping[str, str] = {"printed": "方案明确", "derived": "推算", "duration": "按时长计"}
PERIODS: Mapping[str, str] = {
    "year": "年",
    "half": "半年",
    "quarter": "季度",
    "month": "月",
    "week": "周",
    "term": "学期",
    "phase": "阶段",
}
EVIDENCE: Mapping[str, str] = {"file": "材料文件", "note": "文字说明", "numbers": "数据"}
_UNITS = {"wd": "个工作日", "d": "日"}


def day(on: date | None) -> str:
    """Return a day for a table cell, empty where there is none."""
    return on.isoformat() if on else ""


def chinese_day(on: date) -> str:
    """Return a day as it is read: 2022年11月30日."""
    return f"{on.year}年{on.month}月{on.day}日"


def dotted_day(on: date) -> str:
    """Return a day in the short form of a picture: 2022.11.30."""
    return f"{on.year}.{on.month}.{on.day}"


def undated(task: Task, workflow: Workflow) -> str:
    """Return when a task without a day of its own is due: 时间待定, or so long after what."""
    due = task.due
    if task.counted is not None:
        return counted(task)
    if due.kind != "offset" or due.offset is None:
        return "时间待定"
    side = "后" if due.offset.count >= 0 else "前"
    return f"{_anchor(due, workflow)}{side}{abs(due.offset.count)}{_UNITS[due.offset.unit]}"


def counted(task: Task) -> str:
    """Return what a counted duty demands: 每年不少于2次."""
    if task.counted is None:
        return ""
    return f"每{PERIODS[task.counted.per]}不少于{task.counted.least}{task.counted.measure}"


def _anchor(due: Due, workflow: Workflow) -> str:
    kind, _, name = due.anchor.partition(":")
    if kind == "task":
        return f"“{workflow.task(name).title}”办结"
    if kind == "phase":
        return f"进入“{workflow.phase(name).title}”"
    return {
        "phase.start": "阶段开始",
        "phase.end": "阶段结束",
        "adopted": "启动",
        "issued": "下达",
    }[due.anchor]
