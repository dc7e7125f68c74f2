"""Pingliang and its seven counties, two and a half years in one process: long, since it is eight campaigns."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_demo_plans import lived

from engine.demo import files, play
from engine.model import Assignment, Campaign, PhaseState, Record
from engine.service.campaigns.views import quota
from engine.service.kernel.desk import reading

PARK = "平凉工业园区(高新区)党工委和管委会"


@pytest.mark.long
def test_pingliang_runs_to_its_end_without_override_or_waiver_and_every_unit_has_its_points(tmp_path: Path) -> None:
    wired = lived("pingliang", tmp_path)
    with wired.desk.database.read() as work:
        heads = work.find(Campaign, order="id")
        done = {r.action for r in work.find(Record) if r.outcome == "done"}
    assert heads[0].key == play.KEY
    assert [head.state for head in heads] == ["completed"] * 8
    assert not {"override", "waive", "pass"} & done
    with reading(wired.desk, play.KEY) as case:
        tables = quota.listed(case)
        states = {a.state for a in case.work.find(Assignment, campaign=case.id)}
        phases = case.work.find(PhaseState, campaign=case.id, order="position")
    assert states == {"accepted"}
    assert [phase.state for phase in phases] == ["left"] * 3
    assert all(phase.opened_at and phase.entered_at and phase.opened_at <= phase.entered_at for phase in phases)
    assert [row["have"] for row in tables] == [row["need"] for row in tables] == [27, 16, 40, 23, 25, 26, 29, 8, 8]
    park = [line for row in tables for line in row["lines"] if line["units"] == (PARK,)]
    assert [(line["need"], line["short"]) for line in park] == [(None, 0)] * 8
    assert files.proven(wired.desk).holds
    wired.close()
