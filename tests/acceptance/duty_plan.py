"""A plan with counted duties: a year, a quarter and a school term, under one clause."""

from __future__ import annotations

from office import COURT, OTHER, TOWN, plan

TERMS = """
terms:
  - {id: 2022秋, title: 2022年秋季学期, from: 2022-09-01, to: 2022-12-15}
  - {id: 2023春, title: 2023年春季学期, from: 2023-02-13, to: 2023-07-07}
"""
PACE = """
  进度:
    rungs:
      - {id: 进度提示, at: -20wd, level: 0, notice: pace}
      - {id: 进度再提示, at: -5wd, level: 1, notice: pace}
"""
STUDY = f"""
  - id: study
    title: 开展学习教育
    phase: build
    responsible: [{TOWN}, {OTHER}, {COURT}]
    due: phase end
    ladder: none
    duties:
      - {{id: meeting, title: 专题学习, least: 2, per: quarter, demand: 附签到表和学习材料}}
      - {{id: yearly, title: 工作研究, least: 2, per: year, units: [{TOWN}]}}
      - {{id: school, title: 校园宣讲, least: 12, per: term, measure: 课时, units: [{OTHER}]}}
"""


def duty_plan(**given: str) -> dict[str, str]:
    """Return the files of the plan; the counted gate leaves the last phase, or what `given` says."""
    top = given.pop("top", "") + TERMS
    return plan(
        tasks=given.pop("tasks", STUDY),
        top=top,
        ladders=given.pop("ladders", PACE),
        defaults=given.pop("defaults", ", duty_ladder: 进度"),
        gate=given.pop("gate", "{kind: approval, approval: 同意转段}"),
        **given,
    )
