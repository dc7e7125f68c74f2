"""Many units are given the same at once, to the cell as each would be given it alone."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from office import GROUP, OFFICE, UNITS, Office, opened, plan

from engine.service.duties.apply import alike
from engine.service.kernel.desk import Desk
from engine.store.codec import KEPT, mapping
from engine.store.work import UnitOfWork

TOWNS = [f"镇{number:02d}" for number in range(16)]
ODD = {"镇05": "relation: vertical", "镇06": "relation: superior", "镇09": "contacts: {head: h@example.org}"}
UNIT = "  - {{name: {name}, code: {code}, kind: 社区{rest}}}\n"
DIRECTORY = UNITS.replace("kinds: [镇, 乡]}", "kinds: [镇, 乡]}\n  - {name: 各社区, kinds: [社区]}") + "".join(
    UNIT.format(name=name, code=f"t{name[1:]}", rest=f", {ODD[name]}" if name in ODD else "") for name in TOWNS
)
LADDER = """
      - {id: 先告主要, at: -5wd, level: 2, notice: reminder}
      - {id: 提前三日, at: -3wd, level: 0, notice: reminder}
"""
"""Who may not hear at level 2 is looked at earlier than those whose level 2 waits for level 0."""
TASKS = f"""
  - {{id: report, title: 报送方案, phase: build, lead: [镇03, 镇04], responsible: [各社区, {OFFICE}, {GROUP}],
     due: 2022-08-31, receipt: 3wd}}
  - {{id: late, title: 上月材料, phase: build, responsible: [各社区], supporting: [{OFFICE}], due: 2022-06-30}}
  - id: study
    title: 开展学习教育
    phase: build
    responsible: [各社区]
    due: phase end
    duties:
      - {{id: meeting, title: 专题学习, least: 2, per: quarter}}
"""


def state(office: Office) -> dict[str, list[Any]]:
    with office.desk.database.read() as work:
        return {how.table: sorted(work.each(how.record), key=repr) for how in map(mapping, KEPT)}


def began() -> Office:
    return opened(plan(tasks=TASKS, units=DIRECTORY, ladder=LADDER))


def named_alike(monkeypatch: pytest.MonkeyPatch) -> Office:
    """Begin under names that are the same each time: what a campaign is called at random says nothing here."""
    names = count(1)
    monkeypatch.setattr(Desk, "uid", lambda desk: f"{next(names):016x}")
    return began()


def test_what_many_are_given_at_once_is_what_each_is_given_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    add_rows = UnitOfWork.add_rows

    def counted(work: UnitOfWork, kind: type, rows: Any) -> None:
        at_once.append(len(rows))
        add_rows(work, kind, rows)

    monkeypatch.setattr(UnitOfWork, "add_rows", counted)
    together = named_alike(monkeypatch)
    number = sum(at_once)
    monkeypatch.setattr(alike, "FEW", 10**9)
    alone = named_alike(monkeypatch)
    assert (number > 100, sum(at_once)) == (True, number)
    assert state(together) == state(alone)
    assert together.audit().findings == alone.audit().findings == ()
