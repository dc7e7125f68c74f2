"""What `phasegate indicator` says and does: scores, evidence, vetoes, what is missing."""

from __future__ import annotations

import csv
from hashlib import sha256

import pytest
from clerk import KEY, Clerk
from office import COURT, OTHER, TOWN
from openpyxl import load_workbook
from test_indicators_rules import EVIDENCE, MARKS, NO_VETO, TOTAL

LISTED = """\
no   title     points  check  units         per       self  checked  evidence  vetoed
1.1  工作机制      60  -      东镇、西乡    campaign    25        -       1/4  -
1.2  年度宣传      40  -      县法院        year         -        -         -  -
1.3  经验推广       5  -      东镇          none         -        -         -  -
9.1  责任事故    veto  -      东镇、西乡    -            -        -         -  东镇
"""
MISSING = """\
unit    no   title     missing   period  have  least
县法院  1.2  年度宣传  自评分    2022年     0      1
东镇    1.1  工作机制  会议纪要  2022年     0      2
西乡    1.1  工作机制  自评分    -          0      1
西乡    1.1  工作机制  工作方案  -          0      1
西乡    1.1  工作机制  会议纪要  2022年     0      2
"""
GATE = f"{TOTAL}, {EVIDENCE}, {NO_VETO}"


@pytest.fixture
def measured(clerk: Clerk) -> Clerk:
    """A clerk whose campaign is measured, with a score, a piece of evidence and a veto."""
    clerk.write_plan(top="indicators: indicators.yaml", gate=GATE)
    clerk.file("plan/indicators.yaml", MARKS)
    clerk.told("campaign", "create", KEY, "--workflow", "plan")
    clerk.at("2022-07-06T10:00").told("indicator", "score", KEY, "1.1", "--points", "50", "--as", TOWN)
    clerk.told("indicator", "prove", KEY, "1.1", "方案", "--file", clerk.file("方案.pdf"), "--as", TOWN)
    clerk.told("indicator", "veto", KEY, "9.1", "--unit", TOWN, "--reason", "事故", "--document", "通报6号")
    return clerk


def test_the_list_tells_points_scores_evidence_and_vetoes(measured: Clerk) -> None:
    listed = measured.told("indicator", "list", KEY)
    assert [line.split() for line in listed.splitlines()] == [line.split() for line in LISTED.splitlines()]
    assert [row["indicator"] for row in measured.json("indicator", "list", KEY, "--unit", OTHER)] == ["1.1", "9.1"]


def test_what_is_missing_is_a_table_that_a_spreadsheet_opens(measured: Clerk) -> None:
    found = measured.told("indicator", "missing", KEY)
    assert [line.split() for line in found.splitlines()] == [line.split() for line in MISSING.splitlines()]
    assert len(measured.json("indicator", "missing", KEY, "--unit", TOWN)) == 1
    measured.run("indicator", "missing", KEY, "--unit", OTHER, "--csv", "缺项.csv")
    with (measured.folder / "缺项.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row[:5] for row in csv.reader(stream)] == [
            ["单位", "编号", "指标", "缺少", "周期"],
            [OTHER, "1.1", "工作机制", "自评分", ""],
            [OTHER, "1.1", "工作机制", "工作方案", ""],
            [OTHER, "1.1", "工作机制", "会议纪要", "2022年"],
        ]


def test_the_sums_are_shown_with_version_and_hash_of_the_set(measured: Clerk) -> None:
    found = measured.json("indicator", "show", KEY)
    assert (found["version"], found["sha256"]) == ("2022-1", sha256(MARKS.encode()).hexdigest())
    assert (found["self"], found["checked"], found["points"], found["extra"]) == ("25", "0", "100", "5")
    assert found["units"] == [
        {"unit": COURT, "points": "40", "self": "0", "checked": "0"},
        {"unit": TOWN, "points": "60", "self": "50", "checked": "0"},
        {"unit": OTHER, "points": "60", "self": "0", "checked": "0"},
    ]
    lines = measured.lines("indicator", "show", KEY)
    assert "self 25, checked 0, of 100 points and 5 extra" in lines
    assert "scored 1 of 3, evidence 1 of 4" in lines


def test_one_indicator_is_shown_with_every_score_and_piece(measured: Clerk) -> None:
    measured.told(
        "indicator", "score", KEY, "1.1", "--unit", TOWN, "--points", "45.5", "--checked", "--note", "缺一份"
    )
    found = measured.json("indicator", "show", KEY, "1.1")
    assert [(s["kind"], s["points"], s["note"]) for s in found["scores"]] == [
        ("self", "50", ""),
        ("checked", "45.5", "缺一份"),
    ]
    assert [(p["slot"], p["unit"], p["version"], p["state"]) for p in found["pieces"]] == [
        ("方案", TOWN, 1, "counts")
    ]
    assert "evidence 纪要: 会议纪要, at least 2 per year" in measured.lines("indicator", "show", KEY, "1.1")


def test_acts_say_what_they_did(measured: Clerk) -> None:
    score = ("indicator", "score", KEY, "1.1", "--as", TOWN, "--points")
    assert measured.lines(*score, "55") == ["1.1/东镇: self 55 (before: 50)"]
    again = measured.lines("indicator", "prove", KEY, "1.1", "方案", "--file", "方案.pdf", "--as", OTHER)
    assert again == ["1.1/方案/西乡: version 1 is kept; 东镇 handed in the same file"]
    lift = ("indicator", "unveto", KEY, "9.1", "--unit", TOWN, "--reason", "查明", "--document", "纪要8号")
    assert measured.lines(*lift, "--as", "leader") == ["9.1: the veto is lifted"]
    assert measured.lines("indicator", "ask", KEY, "--unit", OTHER) == ["1 units are asked to answer by 2022-07-13"]
    rehearsed, _ = measured.run(*score, "60", "--dry-run")
    assert rehearsed == "1.1/东镇: self 60 (before: 55)\n"
    assert measured.json("indicator", "show", KEY)["self"] == "27.5"
    assert any("points 55, on 2022-07-06" in line for line in measured.lines("audit", "log", KEY))


def test_a_file_from_two_units_is_shown_where_a_person_looks_and_is_judged(measured: Clerk) -> None:
    measured.told("indicator", "prove", KEY, "1.1", "方案", "--file", "方案.pdf", "--as", OTHER)
    assert "files: 1 from several units, to be judged; `indicator duplicates county`" in measured.lines(
        "campaign", "show", KEY
    )
    (found,) = measured.json("indicator", "duplicates", KEY)
    judge = ("indicator", "judge", KEY, found["sha256"][:8], "--reason", "照抄")
    assert "give --fine or --refuse" in measured.refused(*judge, code=2)
    told = measured.lines(*judge, "--refuse", "--unit", OTHER)
    assert told == [f"{found['sha256'][:16]}: refused for 西乡"]
    assert len(measured.json("indicator", "duplicates", KEY, "--open")) == 1, "one of the two is not judged yet"
    measured.told(*judge, "--fine", "--unit", TOWN)
    assert measured.json("indicator", "duplicates", KEY, "--open") == []
    assert not any("to be judged" in line for line in measured.lines("campaign", "show", KEY))


def test_a_refusal_says_why_and_what_to_do(measured: Clerk) -> None:
    score = ("indicator", "score", KEY)
    assert measured.refused(*score, "1.1", "--points", "61", "--as", TOWN) == (
        "PG100  1.1 gives at most 60, not 61 — give a lower score"
    )
    assert measured.refused(*score, "1.4", "--points", "1", code=2).startswith("PG201  there is no indicator '1.4'")
    assert measured.refused(*score, "1.1", "--points", "1", code=2).startswith("PG202  1.1 is for 2 units")
    assert measured.refused("indicator", "export", KEY, "--out", "x.csv", code=2).startswith("PG202  that is no")


def test_the_workbook_has_the_table_the_scores_and_what_is_missing(measured: Clerk) -> None:
    measured.told("indicator", "export", KEY, "--out", "测评指标.xlsx")
    book = load_workbook(measured.folder / "测评指标.xlsx")
    assert book.sheetnames == ["测评指标", "得分", "缺项"]
    table = [[cell.value for cell in row] for row in book["测评指标"].iter_rows()]
    assert table[0][0] == "某县测评指标(版本 2022-1)"
    assert table[2][:4] == ["1.1", None, "工作机制", 60]
    assert table[2][7:] == ["工作方案(一次)\n会议纪要(每年2份)", 25, None, "1/4", None]
    assert [row[0].value for row in book["缺项"].iter_rows(min_row=3)] == [COURT, TOWN, OTHER, OTHER, OTHER]
    measured.run("campaign", "export", KEY, "--out", "left")
    names = {path.name for path in (measured.folder / "left").rglob("*") if path.is_file()}
    assert names >= {"indicators.xlsx", "indicators.csv", "scores.csv", "missing.csv", "indicators.yaml"}


def test_a_campaign_without_indicators_says_so(clerk: Clerk) -> None:
    clerk.begin()
    for verb in ("list", "show", "missing"):
        assert "the workflow has no indicators" in clerk.refused("indicator", verb, KEY)
    assert "the workflow has no indicators" in clerk.refused("indicator", "export", KEY, "--out", "x.xlsx", code=2)
    assert clerk.lines("indicator", "duplicates", KEY) == ["(none)"]
