"""`phasegate calendar add` and `show` without a database."""

from __future__ import annotations

import json

import pytest

from engine import words
from engine.cli.main import main
from engine.service.campaigns.views.changed import DATES


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///there-is-none.db")


@pytest.mark.parametrize(
    ("args", "day"),
    [
        (["2022-09-30", "3wd"], "2022-10-10"),
        (["2022-09-30", "-3wd"], "2022-09-27"),
        (["--", "2022-09-30", "-3wd"], "2022-09-27"),
        (["-3wd", "2022-09-30"], "2022-09-27"),
        (["2022-09-30", "-10d"], "2022-09-20"),
        (["--calendar", "CN", "2022-09-30", "10d"], "2022-10-10"),
    ],
)
def test_add_prints_one_iso_date(args: list[str], day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "add", *args]) == 0
    assert capsys.readouterr() == (f"{day}\n", "")


def test_add_explains_every_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "add", "2022-10-06", "2wd", "--explain"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2022-10-09",
        "2022-10-06 星期四: the anchor, not counted",
        "2022-10-07 星期五: not counted — 国庆节",
        "2022-10-08 星期六: day 1 — 调休上班",
        "2022-10-09 星期日: day 2 — 调休上班",
    ]


def test_add_says_where_a_date_is_provisional(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "add", "2039-09-30", "3wd"]) == 0
    out, err = capsys.readouterr()
    assert out == "2039-10-06\n"  # 1 and 2 October fall on a weekend, 3 October is off by law
    assert err == ("2039-10-06 is provisional — not every year on the way has its official notice in calendar CN\n")
    assert main(["calendar", "add", "2039-09-30", "3wd", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["provisional"] is True


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["2022-09-31", "3wd"], "PG202  this is not a date — found '2022-09-31' — write it as 2022-10-09"),
        (["20220930", "3wd"], "PG202  this is not a date — found '20220930' — write it as 2022-10-09"),
        (["2022-09-30", "3"], "PG202  this is not an offset — found '3' — write 5wd, -3wd or 10d"),
        (["2022-09-30", "-3"], "PG202  this is not an offset — found '-3' — write 5wd, -3wd or 10d"),
        (["2022-09-30", "3wd", "--calendar", "US"], "PG201  there is no calendar 'US' — known: CN"),
    ],
)
def test_what_cannot_be_counted_is_bad_input(args: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "add", *args]) == 2
    assert capsys.readouterr() == ("", f"{line}\n")


def test_show_lists_holidays_and_makeup_days_with_the_notice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "show", "2022"]) == 0
    lines = capsys.readouterr().out.splitlines()
    notice = "国务院办公厅关于2022年部分节假日安排的通知(国办发明电〔2021〕11号)"
    assert lines[0] == f"CN 2022: 249 working days — {notice}"
    assert [line.split() for line in lines[-3:]] == [
        ["2022-10-07", "星期五", "放假", "国庆节"],
        ["2022-10-08", "星期六", "上班", "调休"],
        ["2022-10-09", "星期日", "上班", "调休"],
    ]


def test_show_says_where_a_year_is_provisional(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "show", "2031", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["provisional"], shown["notice"], shown["work"]) == (True, "", [])
    assert shown["off"]["2031-10-01"] == "中秋节、国庆节" and len(shown["off"]) == 12
    assert main(["calendar", "show", "2031"]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert first.endswith("provisional: no official notice is loaded, weekends and the statutory days are off")


def test_a_year_that_no_library_was_asked_about_knows_weekends_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "show", "2099", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["off"] == {}


def test_the_day_to_which_a_calendar_moves_a_date_is_not_told_as_a_recipient() -> None:
    heads = {column.key: words.label(column.label, words.CHINESE) for column in DATES.columns}
    assert (heads["from"], heads["to"]) == ("原时限", "改为")
