"""What a clerk types and reads of a city with its counties."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from machine_clock import main_at
from nested_city import CORPUS

LIST = """\
key            title           state    phase     adopted     settled  of
city           大河市创建工作  running  动员阶段  2023-06-23        0   2
  city-上游县  县级创建工作    running  动员阶段  2023-06-23        0   2
  city-下游县  县级创建工作    running  动员阶段  2023-06-23        0   2
"""
BELOW = """\
campaigns below
unit    campaign     phase     quotas      open  overdue  green  yellow  red  grey
上游县  city-上游县  动员阶段  示范点 0/2  2     0        2      -       -    -
下游县  city-下游县  动员阶段  示范点 0/2  2     0        2      -       -    -
"""


@pytest.fixture
def db(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "phasegate.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


def typed(db: str, *words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main_at("2023-06-23T09:00", "--db", db, *words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_city_begins_with_its_counties_and_shows_them(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    create = ("campaign", "create", "city", "--workflow", str(CORPUS / "nested-city"), "--with-nested")
    code, out, _ = typed(db, *create, capsys=capsys)
    assert (code, out) == (0, "city has begun, in phase start, and 2 campaigns below it; see `campaign show city`\n")
    assert typed(db, "campaign", "list", capsys=capsys)[1] == LIST
    assert BELOW in typed(db, "campaign", "show", "city", capsys=capsys)[1]
    rows = json.loads(typed(db, "--json", "campaign", "list", capsys=capsys)[1])
    assert [row["parent"] for row in rows] == ["", "city", "city"]


def test_a_county_is_put_below_its_city_by_hand(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    typed(db, "campaign", "create", "city", "--workflow", str(CORPUS / "nested-city"), capsys=capsys)
    county = ("campaign", "create", "upper", "--workflow", str(CORPUS / "nested-county"), "--parent", "city")
    code, _, err = typed(db, *county, capsys=capsys)
    assert code == 2 and "--parent and --unit belong together" in err
    code, out, _ = typed(db, *county, "--unit", "上游县", capsys=capsys)
    assert (code, out) == (0, "upper has begun, in phase start; see `campaign show upper`\n")
    code, _, err = typed(db, *county, "--unit", "市创建办", capsys=capsys)
    assert code != 0 and err.startswith("PG20")
    shown = json.loads(typed(db, "--json", "campaign", "show", "upper", capsys=capsys)[1])
    assert shown["parent"] == "city"
