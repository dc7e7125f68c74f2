"""The headings that offices write: which of them mean one of ours, the nearest first."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sheets.cells import heading
from engine.sheets.columns import BY_HEADING

PLAN: Mapping[str, tuple[str, ...]] = {
    "阶段": ("工作阶段", "实施阶段", "所属阶段", "阶段名称"),
    "起止日期": ("起止时间", "起止时限", "阶段时间"),
    "开始日期": ("开始时间", "起始日期", "起始时间"),
    "结束日期": ("结束时间", "终止日期"),
    "任务": ("具体任务", "工作任务", "重点任务", "主要任务", "目标任务", "任务名称", "任务内容", "任务事项",
             "工作事项", "重点工作", "具体工作", "主要工作", "工作内容", "工作任务及措施", "事项"),
    "要求": ("工作要求", "具体要求", "任务要求", "工作标准", "完成标准", "具体措施", "工作措施", "主要措施",
             "工作内容", "任务内容"),
    "牵头单位": ("牵头部门", "牵头责任单位", "主办单位", "牵头"),
    "责任单位": ("责任部门", "责任分工", "责任主体", "承办单位", "落实单位", "实施单位", "完成单位", "责任"),
    "配合单位": ("配合部门", "协办单位", "协助单位", "参与单位", "参加单位", "配合"),
    "时限": ("完成时限", "完成时间", "完成日期", "办理时限", "办结时限", "工作时限", "时间节点",
             "时间要求", "截止日期", "截止时间"),
    "依据": ("依据(条款)", "条款", "文件依据", "任务依据", "依据条款"),
}  # fmt: skip
UNITS: Mapping[str, tuple[str, ...]] = {
    "单位": ("单位名称", "成员单位", "单位全称", "部门", "部门名称"),
    "主送称谓": ("主送名称", "行文称谓"),
    "类别": ("单位类别", "类型"),
    "关系": ("行文关系",),
    "联络员邮箱": ("工作邮箱", "联络邮箱", "电子邮箱", "邮箱"),
    "分管邮箱": ("分管负责同志邮箱",),
    "主要负责邮箱": ("主要负责同志邮箱",),
    "领导小组邮箱": (),
    "代码": ("单位代码",),
    "组": ("分组", "组别", "所属组"),
    "启用日期": (),
    "停用日期": (),
}
OURS: Mapping[str, tuple[str, ...]] = dict.fromkeys(BY_HEADING, ())
KNOWN = frozenset(
    heading(name) for kind in (PLAN, UNITS, OURS) for ours, others in kind.items() for name in (ours, *others)
)


def columns_of(names: list[str], wanted: Mapping[str, tuple[str, ...]]) -> Mapping[str, int]:
    """Return the column of each heading of ours: where it stands itself, else under its nearest other name."""
    found = {heading(ours): names.index(heading(ours)) + 1 for ours in wanted if heading(ours) in names}
    for ours, others in wanted.items():
        taken = set(found.values())
        places = [names.index(heading(o)) + 1 for o in others if heading(o) in names]
        free = [place for place in places if place not in taken]
        if heading(ours) not in found and free:
            found[heading(ours)] = free[0]
    return found
