"""The state diagram of a workflow: its phases from top to bottom, and before each move its gate."""

from __future__ import annotations

from collections.abc import Iterator

from engine import gates
from engine.model import Phase, Verdict, Workflow
from engine.pictures import svg, words
from engine.pictures.svg import hover, tag, text
from engine.records import record

_WIDTH = 980.0
_LEFT = 120.0
_BOX = 300.0
_BOX_HEIGHT = 62.0
_GATE_X = _LEFT + _BOX / 2 + 40
_GATE_WIDTH = _WIDTH - _GATE_X - 40
_LINE = 21.0
_TOP = 100.0
_SIZE = 13.0
_BLUE = "#2f6fb3"
_GREEN = "#2f855a"
_RED = "#c53030"
_AMBER = "#b7791f"
_END = "completed"


@record
class _Line:
    """One printed line of a gate: its text, colour, and whether a condition begins here."""

    words: str
    ink: str
    sign: str = ""


@record
class _Step:
    """A phase, its place on the sheet and the printed lines of its gate."""

    phase: Phase
    y: float
    gate: tuple[_Line, ...]
    goes_on: bool

    @property
    def gate_height(self) -> float:
        """Return how much room the gate takes below its phase."""
        return max(92.0, 54 + _LINE * len(self.gate))


def state_diagram(workflow: Workflow, *, current: str = "", verdict: Verdict | None = None) -> str:
    """Return an SVG of phases and gates; `verdict` shows what of the gate of its phase holds."""
    steps, bottom = _steps(workflow, verdict)
    parts = [_arrow_head(), *_header(workflow)]
    for step in steps:
        parts += _box(step, step.phase.id == current)
        parts += _gate(step)
    parts += _end(bottom, current == "completed")
    parts += _jumps(steps, bottom)
    return svg.page(_WIDTH, bottom + 90, f"{workflow.title} 阶段与转段条件", *parts)


def _steps(workflow: Workflow, verdict: Verdict | None) -> tuple[list[_Step], float]:
    steps: list[_Step] = []
    y = _TOP
    below = [*(phase.id for phase in workflow.phases[1:]), _END]
    for phase, following in zip(workflow.phases, below, strict=False):
        shown = verdict if verdict and verdict.phase == phase.id else None
        gate = tuple(_gate_lines(phase, workflow, shown))
        step = _Step(phase=phase, y=y, gate=gate, goes_on=following in _targets(phase))
        steps.append(step)
        y += _BOX_HEIGHT + step.gate_height
    return steps, y


def _targets(phase: Phase) -> tuple[str, ...]:
    return phase.next or (_END,)


def _gate_lines(phase: Phase, workflow: Workflow, verdict: Verdict | None) -> Iterator[_Line]:
    if verdict is None:
        for sentence in gates.sentences(phase.gate, workflow):
            yield from _condition(sentence, "·", svg.INK)
        return
    for condition in gates.shown(verdict, phase, workflow):
        sign, ink = ("✓", _GREEN) if condition.holds else ("✗", _RED)
        yield from _condition(f"{condition.text}({condition.counted}/{condition.needed})", sign, ink)


def _condition(sentence: str, sign: str, ink: str) -> Iterator[_Line]:
    for n, line in enumerate(svg.wrapped(sentence, _GATE_WIDTH - 56, _SIZE)):
        yield _Line(words=line, ink=ink, sign=sign if n == 0 else "")


def _header(workflow: Workflow) -> Iterator[str]:
    yield text(workflow.title, 40, 44, size=20, font_weight="700")
    yield text("阶段与转段条件", 40, 70, size=13, fill=svg.FAINT)


def _box(step: _Step, current: bool) -> Iterator[str]:
    phase = step.phase
    superior = phase.owner == "superior"
    edge = _AMBER if superior else _BLUE
    fill = edge if current else "#fdf6e9" if superior else "#edf4fb"
    ink = svg.PAPER if current else edge
    span = f"{words.dotted_day(phase.window.first_day)}—{words.dotted_day(phase.window.last_day)}"
    middle = _LEFT + _BOX / 2
    yield tag("rect", hover(_story(phase)), x=_LEFT, y=step.y, width=_BOX, height=_BOX_HEIGHT,
              rx=10, fill=fill, stroke=edge, stroke_width=1.8)  # fmt: skip
    title = "".join(svg.shortened(phase.title, _BOX - 24, 16, 1))
    yield text(title, middle, step.y + 27, size=16, fill=ink, font_weight="700", text_anchor="middle")
    below = f"{span}{' · 上级主办' if superior else ''}{' · 当前' if current else ''}"
    yield text(below, middle, step.y + 48, size=12, fill=ink, text_anchor="middle")


def _gate(step: _Step) -> Iterator[str]:
    top, bottom = step.y + _BOX_HEIGHT, step.y + _BOX_HEIGHT + step.gate_height
    x, middle = _LEFT + _BOX / 2, (top + bottom) / 2
    way = {"stroke": _BLUE, "stroke_width": 1.8}
    if step.goes_on:
        yield tag("line", x1=x, y1=top, x2=x, y2=bottom - 3, marker_end="url(#arrow)", **way)
    else:
        yield tag("line", x1=x, y1=top, x2=x, y2=middle, **way)
    points = f"{x},{middle - 13} {x + 13},{middle} {x},{middle + 13} {x - 13},{middle}"
    yield tag("polygon", hover("转段条件"), points=points, fill=svg.PAPER, **way)
    yield tag("line", x1=x + 13, y1=middle, x2=_GATE_X, y2=middle, stroke=svg.LINE, stroke_width=1.2)
    height = step.gate_height - 24
    yield tag("rect", x=_GATE_X, y=top + 12, width=_GATE_WIDTH, height=height, rx=6, fill="#fafbfc",
              stroke=svg.LINE)  # fmt: skip
    yield from _gate_text(step, top + 12, height)


def _gate_text(step: _Step, top: float, height: float) -> Iterator[str]:
    how = "条件具备即自动转段" if step.phase.advance == "automatic" else "条件具备后经确认转段"
    lines = step.gate or (_Line(words="无条件", ink=svg.FAINT),)
    y = top + (height - _LINE * (len(lines) + 1)) / 2 + 15
    yield text(f"转段条件({how})", _GATE_X + 16, y, size=12, fill=svg.FAINT)
    for n, line in enumerate(lines, 1):
        if line.sign:
            yield text(line.sign, _GATE_X + 18, y + n * _LINE, size=_SIZE, fill=line.ink)
        yield text(line.words, _GATE_X + 38, y + n * _LINE, size=_SIZE, fill=line.ink)


def _end(y: float, reached: bool) -> Iterator[str]:
    middle = _LEFT + _BOX / 2
    fill = _GREEN if reached else "#eaf6ef"
    ink = svg.PAPER if reached else _GREEN
    yield tag("rect", x=middle - 80, y=y, width=160, height=42, rx=21, fill=fill, stroke=_GREEN,
              stroke_width=1.8)  # fmt: skip
    yield text("创建工作完成", middle, y + 27, size=15, fill=ink, font_weight="700", text_anchor="middle")


def _jumps(steps: list[_Step], bottom: float) -> Iterator[str]:
    """Yield the moves that do not lead to the next phase on the sheet, as bows on the left."""
    places = {step.phase.id: (n, step.y) for n, step in enumerate(steps)} | {_END: (len(steps), bottom)}
    jumps = [
        (step, places[target][1])
        for n, step in enumerate(steps)
        for target in _targets(step.phase)
        if places[target][0] != n + 1
    ]
    for depth, (step, y) in enumerate(jumps, 1):
        middle = step.y + _BOX_HEIGHT + step.gate_height / 2
        yield _bow(middle, y + 20, _LEFT if y < bottom else _LEFT + _BOX / 2 - 80, depth)


def _bow(from_y: float, to_y: float, to_x: float, depth: int) -> str:
    gate = _LEFT + _BOX / 2 - 13
    out = max(16.0, _LEFT - 30 - 16 * depth)
    path = f"M {gate} {from_y} H {_LEFT} C {out} {from_y}, {out} {to_y}, {_LEFT - 3} {to_y} H {to_x - 3}"
    return tag("path", d=path, fill="none", stroke=_BLUE, stroke_width=1.5, marker_end="url(#arrow)")


def _story(phase: Phase) -> str:
    return f"{phase.title}\n{phase.source.clause} {phase.source.words}\n{phase.source.reading}".rstrip()


def _arrow_head() -> str:
    head = tag("path", d="M 0 0 L 8 4 L 0 8 z", fill=_BLUE)
    marker = tag("marker", head, id="arrow", viewBox="0 0 8 8", refX=7, refY=4, markerWidth=8,
                 markerHeight=8, orient="auto")  # fmt: skip
    return tag("defs", marker)
