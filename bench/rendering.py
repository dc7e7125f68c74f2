"""Rendering a notice against bare sandboxed Jinja2, compiled, that writes the same text.

Run: python -m bench.rendering

The bare side is one template for each notice, the frame around its text written into it, and is handed its facts
ready-made: grouped, counted and titled. All that it does is `render`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from bench.harness import Ratio, compare, run
from notifications import kinds, layout, render
from notifications.notice import Content, Line, NoticeRequest

MARK = "\x1e"
FRAME = """\
{% set title %}SUBJECT{% endset %}
{{ title | centred }}

{{ to }}:
BODY
ATTACHED
{{ signature }}

({{ contact }})
核验码:{{ head }}
"""
ATTACHED = "\n\u3000\u3000附件:{{ attachments[0] }}\n"
CHECK = Line(title="自检自查", demand="对创建工作开展自查自纠", clause="六(三)1", due_on=date(2022, 11, 30))
SUMMARY = Line(title="全面总结工作", clause="六(三)3", due_on=date(2022, 12, 31), asked_on=date(2022, 12, 30))
MEASURES = replace(SUMMARY, title="制定本单位具体工作措施")
REQUEST = NoticeRequest(
    kind="reminder",
    sender="县创建办",
    unit="西沱镇",
    day=date(2022, 11, 16),
    campaign="石柱县深入推进全国民族团结进步示范县创建工作",
    plan_title="石柱县深入推进全国民族团结进步示范县创建工作实施方案",
    contact="联系单位:县创建办,office@example.org",
    head="9f2c61d07be4a315",
    items=(CHECK,),
    reply_by=date(2022, 12, 6),
    as_of=datetime(2022, 12, 1, 10),
)
NOTICES = (
    REQUEST,
    replace(REQUEST, kind="overdue", level=1, items=(CHECK, SUMMARY, MEASURES)),
    replace(REQUEST, kind="receipt", items=(replace(CHECK, number="2022-0137", files=3, at=datetime(2022, 11, 28)),)),
    replace(REQUEST, kind="task_issued", items=(CHECK, SUMMARY, MEASURES), attachments=("任务分解表",)),
)


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where the texts differ."""
    bare = [_bare(request) for request in NOTICES]
    for request, write in zip(NOTICES, bare, strict=True):
        if render.render(request) != write():
            raise RuntimeError(f"the texts of {request.kind} differ: {render.render(request)} {write()}")
    yield compare(
        f"rendering a notice ({', '.join(request.kind for request in NOTICES)} in turn)",
        "bare sandboxed Jinja2, compiled, same text",
        lambda: [render.render(request) for request in NOTICES],
        lambda: [write() for write in bare],
        goal=1.15,
        rounds=100 if small else 2000,
        mode=f"Jinja2 {version('jinja2')}",
        by_cpu=True,
    )


def _bare(request: NoticeRequest) -> Callable[[], Content]:
    template, facts = _template(request), _facts(request)

    def write() -> Content:
        subject, body, short = template.render(facts).split(MARK)
        return Content(subject=subject, body=body, short=short)

    return write


def _template(request: NoticeRequest) -> Template:
    environment = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= render._ENVIRONMENT.filters | {"centred": layout._centred}
    subject, body, short = _blocks(kinds.shipped()[request.kind])
    parts = {"SUBJECT": subject, "BODY": body, "ATTACHED": ATTACHED if request.attachments else ""}
    frame = re.sub("|".join(parts), lambda found: parts[found[0]], FRAME)
    return environment.from_string(f"{subject}{MARK}{frame}{MARK}{short}")


def _blocks(text: str) -> tuple[str, str, str]:
    found = dict(re.findall(r"{% block (\w+) %}(.*?){% endblock %}", text, re.DOTALL))
    lines = [line.strip() for line in found["body"].splitlines() if line.strip()]
    body = "\n".join(line if re.fullmatch(r"({%[^%]*%})+", line) else f"\u3000\u3000{line}" for line in lines)
    return found["subject"], body, found["short"]


def _facts(request: NoticeRequest) -> dict[str, Any]:
    worked_out = {name: work(request) for name, work in layout.WORKED_OUT.items()}
    return {**vars(request), **worked_out, "signature": layout._signature(request.sender, request.day)}


if __name__ == "__main__":
    run(measure)
