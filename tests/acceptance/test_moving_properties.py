"""Whatever a new version changes, and whatever was done before, a move is carried out as foreseen and replays."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from office import BUREAU, COURT, LADDER, OTHER, TOWN, ZONE, Office, opened, plan
from test_forecast import foretold, last_notice, written

from engine.errors import Refused
from engine.model import Armed, Assignment, Deadline, Occurrence
from engine.service.forecast.foreseeing import foreseen
from engine.service.kernel.desk import Command

TASKS = f"""
  - id: report
    title: 报送方案
    phase: build
    lead: [{TOWN}]
    responsible: [{OTHER}, {COURT}]
    due: 2022-08-31
    receipt: 3wd
    duties:
      - {{id: calls, title: 走访, per: month, least: 2}}
  - {{id: ledger, title: 建立台账, phase: build, responsible: [{BUREAU}, {COURT}]}}
  - {{id: talks, title: 适时交流, phase: build, responsible: [{BUREAU}], due: none}}
  - {{id: digest, title: 汇总, phase: build, responsible: [{BUREAU}], opens: {{after: [report]}}, due: {{after: "task:report", offset: 5wd}}}}
  - {{id: count, title: 统计, phase: build, responsible: [{OTHER}], opens: 2022-08-10, due: {{after: issued, offset: 20wd}}}}
  - {{id: check, title: 自检自查, phase: sprint, responsible: [{TOWN}], due: 2022-11-30}}
"""
SWAPS = (
    ("due: 2022-08-31", "due: 2022-09-14"),
    ("due: 2022-08-31", "due: 2022-08-17"),
    ("due: 2022-08-31", "due: none"),
    ("due: 2022-08-31", "due: phase end"),
    (f"responsible: [{OTHER}, {COURT}]", f"responsible: [{OTHER}, {BUREAU}]"),
    (f"responsible: [{OTHER}, {COURT}]", f"responsible: [{COURT}]"),
    ("receipt: 3wd", "receipt: 6wd"),
    ("receipt: 3wd", "receipt: none"),
    ("offset: 20wd", "offset: 25wd"),
    ("opens: 2022-08-10", "opens: 2022-08-22"),
    ("per: month, least: 2", "per: month, least: 3"),
    ("window: 2022-07..2022-09", "window: 2022-07..2022-10-14"),
    ("window: 2022-10..2022-12", "window: 2022-09-20..2022-12"),
    ("  - {id: ledger,", f"  - {{id: poster, title: 宣传, phase: build, responsible: [{TOWN}]}}\n  - {{id: ledger,"),
    (f"  - {{id: ledger, title: 建立台账, phase: build, responsible: [{BUREAU}, {COURT}]}}\n", ""),
    ("{id: 催办, at: 1wd", "{id: 催办, at: 2wd"),
    ("      - {id: 催主要, at: 6wd, level: 2, notice: overdue}\n", ""),
    ("min_gap: 1wd", "min_gap: 2wd"),
    ("text: 方案全部审核通过", "text: 方案都已通过"),
)
ACTS = ("submit", "accept", "extend", "pause", "adjust", "date", "add", "hold", "count", "reschedule")
PAPER = {"document": "某委办〔2022〕8号"}


def first() -> dict[str, str]:
    return plan(tasks=TASKS, ladder=LADDER)


def second(chosen: list[int], number: int = 2) -> dict[str, str]:
    text = first()["workflow.yaml"].replace('version: "1"', f'version: "{number}"')
    for place in chosen:
        text = text.replace(*SWAPS[place])
    return {**first(), "workflow.yaml": text}


def act(office: Office, name: str) -> None:
    whose = {"task": "report", "unit": OTHER}
    later = (office.clock.at + timedelta(days=20)).date().isoformat()
    acts = {
        "submit": lambda: office.submit(TOWN),
        "accept": lambda: office.accept(TOWN),
        "extend": lambda: office.extend(OTHER, to="2022-09-20"),
        "pause": lambda: office.do("pause", **whose, shift=True, reason="防汛", document="通知2号"),
        "adjust": lambda: office.do("adjust", phase="build", last_day="2022-10-21", with_printed=True, **PAPER),
        "date": lambda: office.do("date", task="talks", to=later, **PAPER),
        "add": lambda: office.do("add_task", title="报送简报", units=[TOWN], due=later, document="纪要3号"),
        "hold": lambda: office.do("hold", **whose, reason="r", level=1),
        "count": lambda: office.do("count", task="report.calls", unit=TOWN, note="走访", who=TOWN),
        "reschedule": lambda: office.do("reschedule", task="check", to="2022-12-07", **PAPER),
    }
    try:
        acts[name]()
    except Refused:
        return


def go_on(office: Office, hours: int) -> None:
    office.live_until((office.clock.at + timedelta(hours=hours)).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"))


STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 700)), max_size=4)
CHANGES = st.lists(st.integers(0, len(SWAPS) - 1), min_size=1, max_size=6, unique=True)


@settings(max_examples=2, deadline=None)
@given(STEPS, CHANGES, CHANGES)
def test_whatever_changes_a_move_is_carried_out_as_foreseen_and_replays(
    steps: list[tuple[str, int]], changes: list[int], more: list[int]
) -> None:
    office = opened(first())
    for name, hours in steps:
        go_on(office, hours)
        act(office, name)
    asked = {**PAPER, "bundle": second(changes)}
    with suppress(Refused):
        found = foreseen(office.desk, Command("move", office.key, asked))
        before = last_notice(office.desk)
        assert office.do("move", **asked) == found.answer
        go_on(office, 300)
        told = [each for each in foretold(found.after) if each[0] < _day(office)]
        assert told == [each for each in written(office.desk, since=before) if each[0] < _day(office)]
    with suppress(Refused):
        office.do("move", **PAPER, bundle=second(more, 3))
        go_on(office, 300)
    _sound(office)


def _day(office: Office) -> str:
    return office.clock.at.astimezone(ZONE).date().isoformat()


def _sound(office: Office) -> None:
    """Every armed moment belongs to something open, no rung is recorded twice, and the history holds."""
    running = {d.id for d in office.find(Deadline) if d.state == "armed"}
    assert {armed.ref for armed in office.find(Armed) if armed.kind == 1} <= running
    points = [(o.deadline, o.epoch, o.rung, n) for o in office.find(Occurrence) for n in range(o.n_from, o.n_to + 1)]
    assert len(points) == len(set(points))
    owed = {a.id: a.state for a in office.find(Assignment)}
    assert all(
        owed[d.assignment] not in ("cancelled", "waived")
        for d in office.find(Deadline)
        if d.assignment and d.state in ("armed", "paused", "suspended")
    )
    assert office.audit().findings == ()
