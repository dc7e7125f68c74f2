"""The timeline of a campaign: phases and their overlaps, tasks with their due marks, and today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from engine.model import Assignment, Deadline, PhaseState, Workflow
from engine.pictures import rows, svg, words
from engine.pictures.rows import WORST_FIRST, Band, TimelineMark, TimelineRow
from engine.pictures.svg import hover, tag, text
from engine.records import record

_WIDTH = 1520.0
_LABELS = 372.0
_RIGHT = 152.0
_DONE = 88.0
_TOP = 128.0
_PHASE_ROW = 34.0
_HEADING = 34.0
_TASK_ROW = 38.0
_GROUP_GAP = 12.0
_FOOT = 76.0
_NEAR = timedelta(days=62)

_INKS = ("#2f6fb3", "#2e8b72", "#8a5fb0", "#b5722a", "#4d7a94", "#a2516b")
_COLOURS = {
    "overdue": "#cf3a2f",
    "due": "#ffffff",
    "left": "#ffffff",
    "submitted": "#f0b429",
    "above": "#b8c1cb",
    "paused": "#b8c1cb",
    "met": "#3a9d5d",
}
NOT_OURS = ("left", "above")
"""Statuses that the legend leaves out: a unit that has ended, a superior."""
_STATUS_WORDS = {
    "overdue": "逾期未报",
    "due": "未到期",
    "left": "待承接",
    "submitted": "已报送待审",
    "above": "已报请待复",
    "paused": "暂缓",
    "met": "已办结",
}


@record
class _Scale:
    """Days to places across the sheet."""

    first: date
    last: date

    def x(self, on: date) -> float:
        """Return where a day begins."""
        share = (on - self.first) / (self.last - self.first)
        return _LABELS + share * (_WIDTH - _LABELS - _RIGHT)

    def end(self, on: date) -> float:
        """Return where a day ends."""
        return self.x(on + timedelta(days=1))


def timeline(
    workflow: Workflow,
    *,
    today: date,
    phases: Iterable[PhaseState] = (),
    assignments: Iterable[Assignment] = (),
    deadlines: Iterable[Deadline] = (),
) -> str:
    """Return an SVG of the phases and tasks of `workflow`, or of a campaign where its rows are given."""
    bands = rows.bands(rows.sheet(workflow, today, phases, assignments, deadlines))
    scale = _scale(bands, today)
    body, bottom = _body(bands, scale)
    parts = [*_header(workflow, today), *_months(scale, bottom), *_today(scale, today, bottom)]
    parts += [*body, *_legend(bottom + 34)]
    return svg.page(_WIDTH, bottom + _FOOT, f"{workflow.title} 时间表", *parts)


def _scale(bands: Sequence[Band], today: date) -> _Scale:
    days = [day for band in bands for day in (band.first, band.last)]
    days += [day for band in bands for row in band.rows for day in (row.first, row.last)]
    first, last = min(days, default=today), max(days, default=today)
    if first - _NEAR <= today <= last + _NEAR:
        first, last = min(first, today), max(last, today)
    return _Scale(first=first.replace(day=1), last=_next_month(last))


def _next_month(on: date) -> date:
    return (on.replace(day=1) + timedelta(days=32)).replace(day=1)


# --- how it is drawn ----------------------------------------------------------------------------


def _header(workflow: Workflow, today: date) -> Iterator[str]:
    yield text(workflow.title, 28, 42, size=22, font_weight="700")
    document = " ".join(filter(None, (workflow.document.issuer, workflow.document.number)))
    below = "　".join(filter(None, (f"时间表(截至{words.chinese_day(today)})", document)))
    yield text(below, 28, 68, size=13, fill=svg.FAINT)


def _months(scale: _Scale, bottom: float) -> Iterator[str]:
    month = scale.first
    while month < scale.last:
        yield from _month(scale, month, bottom)
        month = _next_month(month)
    x = scale.x(scale.last)
    yield tag("line", x1=x, y1=_TOP - 20, x2=x, y2=bottom, stroke=svg.LINE)
    yield text("办结", _WIDTH - _DONE, _TOP - 7, size=12, fill=svg.FAINT)


def _month(scale: _Scale, month: date, bottom: float) -> Iterator[str]:
    x, width = scale.x(month), scale.x(_next_month(month)) - scale.x(month)
    january = month.month == 1
    crowded = month.month == 12 and width < 50
    if january or (month == scale.first and not crowded):
        yield text(f"{month.year}年", x + 5, _TOP - 28, size=13, font_weight="700")
    top, stroke = (_TOP - 42, "#b8c1cb") if january else (_TOP - 20, svg.LINE)
    yield tag("line", x1=x, y1=top, x2=x, y2=bottom, stroke=stroke)
    if width >= 18 or month.month % 3 == 1:
        name = str(month.month) if 18 <= width < 34 else f"{month.month}月"
        yield text(name, x + 5, _TOP - 7, size=12, fill=svg.FAINT)


def _body(bands: Sequence[Band], scale: _Scale) -> tuple[list[str], float]:
    parts: list[str] = []
    y = _TOP + 8
    inked = [(band, _INKS[n % len(_INKS)]) for n, band in enumerate(bands)]
    for band, ink in inked:
        parts += _phase_bar(band, ink, scale, y)
        y += _PHASE_ROW
    y += _GROUP_GAP
    for band, ink in inked:
        if band.rows:
            parts += _group(band, ink, scale, y)
            y += _HEADING + _TASK_ROW * len(band.rows) + _GROUP_GAP
    return parts, y


def _phase_bar(band: Band, ink: str, scale: _Scale, y: float) -> Iterator[str]:
    x, width = scale.x(band.first), scale.end(band.last) - scale.x(band.first)
    opacity = {"open": 1, "planned": 1, "waiting": 0}.get(band.state, 0.15)
    suffix = {"before_adoption": " 启动前", "left": " 已转段"}.get(band.state, "")
    label = f"{words.dotted_day(band.first)}—{words.dotted_day(band.last)}{suffix}"
    yield text(band.phase.title, 28, y + 20, size=14, font_weight="700", fill=ink)
    yield tag("rect", hover(f"{band.phase.title} {label}"), x=x, y=y + 4, width=width, height=22,
              rx=4, fill=ink, fill_opacity=opacity, stroke=ink)  # fmt: skip
    needed = svg.width_of(label, 12)
    if needed + 16 <= width:
        yield text(label, x + 8, y + 19.5, size=12, fill=svg.PAPER if opacity == 1 else ink)
    elif x + width + 8 + needed <= _WIDTH - _RIGHT:
        yield _note(label, x + width + 8, y + 19.5, ink, 12)
    else:
        yield _note(label, x - 8, y + 19.5, ink, 12, text_anchor="end")


def _group(band: Band, ink: str, scale: _Scale, y: float) -> Iterator[str]:
    height = _HEADING + _TASK_ROW * len(band.rows)
    x, end = scale.x(band.first), scale.end(band.last)
    yield tag("rect", x=x, y=y, width=end - x, height=height, fill=ink, fill_opacity=0.1)
    yield tag("line", x1=28, y1=y, x2=_WIDTH - 28, y2=y, stroke=ink, stroke_width=1)
    yield tag("rect", x=28, y=y + 10, width=4, height=16, fill=ink)
    yield text(f"{band.phase.title} · {_how_many(band)}", 40, y + 23, size=13, font_weight="700", fill=ink)
    for n, row in enumerate(band.rows):
        if n:
            line = y + _HEADING + n * _TASK_ROW
            yield tag("line", x1=40, y1=line, x2=_WIDTH - 28, y2=line, stroke="#edf0f3")
        yield from _task(row, ink, scale, y + _HEADING + n * _TASK_ROW)


def _how_many(band: Band) -> str:
    counted = sum(row.task.kind == "duty" for row in band.rows)
    return f"{len(band.rows) - counted}项" + (f",另有按周期计次{counted}项" if counted else "")


def _task(row: TimelineRow, ink: str, scale: _Scale, y: float) -> Iterator[str]:
    middle = y + _TASK_ROW / 2
    yield from _label(row.task.title, y, 52 if row.task.kind == "duty" else 40)
    x, end = scale.x(row.first), scale.end(row.last)
    dashes = "4 4" if row.note else "none"
    yield tag("line", hover(_task_story(row)), x1=x, y1=middle, x2=max(x + 1, end), y2=middle,
              stroke=ink, stroke_width=2 if row.note else 6, stroke_opacity=0.45,
              stroke_dasharray=dashes)  # fmt: skip
    for mark in row.marks:
        room = _WIDTH if mark is row.marks[-1] else 0
        yield from _due_mark(mark, scale.end(mark.on), middle, room)
    if row.note:
        yield _note(row.note, x + 6, middle - 5, svg.FAINT)
    if row.done:
        yield text(row.done, _WIDTH - _DONE, middle + 4.5, size=13, fill=svg.INK)


def _label(title: str, y: float, left: float) -> Iterator[str]:
    """Yield the title of a row; a counted duty stands indented under its clause."""
    room = _LABELS - left - 22
    size = 13.0 if svg.width_of(title, 13) <= room else 12.0
    lines = svg.shortened(title, room, size, 2)
    first = y + _TASK_ROW / 2 + (4.5 if len(lines) == 1 else -3)
    for n, line in enumerate(lines):
        yield tag("g", hover(title), text(line, left, first + n * 15, size=size))


def _due_mark(mark: TimelineMark, x: float, y: float, room: float) -> Iterator[str]:
    colour = _COLOURS[mark.worst]
    edge = svg.INK if mark.worst in ("due", "left") else colour
    drawn = {"fill": colour, "stroke": edge, "stroke_width": 1.6}
    if mark.printed:
        points = f"{x:.1f},{y - 8:.1f} {x + 8:.1f},{y:.1f} {x:.1f},{y + 8:.1f} {x - 8:.1f},{y:.1f}"
        yield tag("polygon", hover(_mark_story(mark)), points=points, **drawn)
    else:
        yield tag("circle", hover(_mark_story(mark)), cx=x, cy=y, r=6.5, **drawn)
    note = f"{mark.on.month}.{mark.on.day}{'(暂)' if mark.provisional else ''}{_late(mark)}"
    ink = _COLOURS["overdue"] if mark.worst == "overdue" else svg.FAINT
    if svg.width_of(note, 11) + 22 <= room:
        yield _note(note, x + 12, y + 4, ink)
    else:
        yield _note(note, x + 7, y - 9, ink, text_anchor="end")


def _note(words_: str, x: float, y: float, fill: str, size: float = 11, **more: object) -> str:
    """Return a text that stays readable where it crosses a line."""
    return text(words_, x, y, size=size, fill=fill, stroke=svg.PAPER, stroke_width=3,
                paint_order="stroke", **more)  # fmt: skip


def _late(mark: TimelineMark) -> str:
    late = sum(status == "overdue" for _, status in mark.statuses)
    return f" 逾期{late}" if late else ""


def _mark_story(mark: TimelineMark) -> str:
    basis = "方案明确的时限" if mark.printed else "推算的时限"
    lines = [f"{words.chinese_day(mark.on)}({basis}{',节假日安排未公布,暂定' if mark.provisional else ''})"]
    for status in WORST_FIRST:
        units = [unit for unit, own in mark.statuses if own == status and unit]
        if units:
            lines.append(f"{_STATUS_WORDS[status]}{len(units)}:{'、'.join(units)}")
    return "\n".join(lines)


def _task_story(row: TimelineRow) -> str:
    task = row.task
    dates = "、".join(words.chinese_day(mark.on) for mark in row.marks) or row.note
    units = "、".join((*task.lead, *task.responsible, *task.supporting, *task.inherited))
    lines = [task.title, f"单位:{units}", f"时限:{dates}", f"{task.source.clause} {task.source.words}"]
    return "\n".join(lines).rstrip()


def _today(scale: _Scale, today: date, bottom: float) -> Iterator[str]:
    if not scale.first <= today < scale.last:
        return
    x = (scale.x(today) + scale.end(today)) / 2
    red = _COLOURS["overdue"]
    yield tag("line", x1=x, y1=_TOP - 4, x2=x, y2=bottom, stroke=red, stroke_width=1.5)
    label = f"今天 {today.month}月{today.day}日"
    width = svg.width_of(label, 12) + 14
    left = min(max(x - width / 2, _LABELS), _WIDTH - 28 - width)
    yield tag("rect", x=left, y=bottom, width=width, height=20, rx=3, fill=red)
    yield text(label, left + 7, bottom + 14.5, size=12, fill=svg.PAPER)


def _legend(y: float) -> Iterator[str]:
    x = 28.0
    shapes = [("printed", "方案明确的时限"), ("derived", "推算的时限")]
    for shape, label in shapes:
        mark = TimelineMark(on=date.min, printed=shape == "printed", provisional=False, statuses=(("", "due"),))
        yield next(_due_mark(mark, x + 8, y, 0))
        yield text(label, x + 24, y + 4.5, size=12)
        x += 24 + svg.width_of(label, 12) + 26
    for status in (each for each in WORST_FIRST if each not in NOT_OURS):
        edge = svg.INK if status == "due" else _COLOURS[status]
        yield tag("rect", x=x, y=y - 6, width=12, height=12, rx=2, fill=_COLOURS[status], stroke=edge)
        yield text(_STATUS_WORDS[status], x + 18, y + 4.5, size=12)
        x += 18 + svg.width_of(_STATUS_WORDS[status], 12) + 22
