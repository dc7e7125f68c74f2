"""The working calendar of China: data, counting, provisional years and explanations (SEMANTICS D3, D6, D7)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256
from importlib.resources import files

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statutory import statutory_days

from engine.calendar import (
    Calendar,
    OfficialYear,
    load,
    names,
    parse_offset,
    with_year,
    year_from_json,
    year_to_json,
)
from engine.errors import BadInput, UnknownName
from engine.model import Offset

CN = load("CN")
DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))
COUNTS = st.integers(-40, 40)


def wd(count: int) -> Offset:
    return Offset(count=count, unit="wd")


def shipped_years() -> list[OfficialYear]:
    folder = files("workflows") / "calendars" / "CN"
    return [year_from_json(each.read_text(encoding="utf-8")) for each in folder.iterdir()]


def test_every_shipped_day_agrees_with_chinesecalendar() -> None:
    day, disagree = date(2018, 1, 1), []
    while day <= date(2026, 12, 31):
        if CN.is_working_day(day) != chinese_calendar.is_workday(day):
            disagree.append(day)
        day += timedelta(days=1)
    assert disagree == []


def test_the_shipped_data_reach_from_2018_to_the_end_of_2026_without_a_hole() -> None:
    assert sorted(CN.years) == list(range(2018, 2027))


@pytest.mark.parametrize("year", shipped_years(), ids=lambda year: str(year.year))
def test_every_shipped_year_cites_its_notice_and_moves_only_weekends(year: OfficialYear) -> None:
    assert year.notice.startswith(f"国务院办公厅关于{year.year}年部分节假日安排的通知")
    assert all(day.weekday() >= 5 for day in year.work)
    assert not year.work & year.off.keys()


def test_2022_cites_the_notice_that_everybody_knows() -> None:
    assert CN.years[2022].notice == "国务院办公厅关于2022年部分节假日安排的通知(国办发明电〔2021〕11号)"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2022-09-30", ""),
        ("2022-10-01", "国庆节"),
        ("2022-10-08", ""),
        ("2022-10-09", ""),
        ("2022-10-15", "星期六"),
        ("2022-10-16", "星期日"),
        ("2018-12-29", ""),
        ("2018-12-31", "元旦"),
        ("2023-09-29", "中秋节、国庆节"),
        ("2020-01-31", "春节"),
    ],
)
def test_a_day_is_worked_or_says_why_it_is_not(day: str, why: str) -> None:
    assert CN.why_off(date.fromisoformat(day)) == why
    assert CN.is_working_day(date.fromisoformat(day)) == (not why)


@pytest.mark.parametrize(
    ("day", "offset", "result"),
    [
        ("2022-09-30", "3wd", "2022-10-10"),
        ("2022-10-10", "-3wd", "2022-09-30"),
        ("2022-11-30", "-10wd", "2022-11-16"),
        ("2022-11-30", "1wd", "2022-12-01"),
        ("2022-12-02", "1wd", "2022-12-05"),
        ("2022-10-01", "1wd", "2022-10-08"),
        ("2022-10-01", "-1wd", "2022-09-30"),
        ("2022-01-28", "1wd", "2022-01-29"),
        ("2022-09-30", "3d", "2022-10-03"),
        ("2022-03-01", "-1d", "2022-02-28"),
        ("2022-10-01", "0wd", "2022-10-01"),
    ],
)
def test_offsets_do_not_count_the_anchor_and_make_up_days_are_worked(day: str, offset: str, result: str) -> None:
    assert CN.add(date.fromisoformat(day), parse_offset(offset)) == date.fromisoformat(result)


@given(DAYS, COUNTS.filter(bool))
def test_adding_working_days_lands_on_a_working_day_that_many_away(day: date, count: int) -> None:
    end = CN.add(day, wd(count))
    assert CN.is_working_day(end)
    if count > 0:
        assert CN.working_days_between(day, end) == count


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_working_days_add_up(day: date, a: int, b: int) -> None:
    assert CN.add(CN.add(day, wd(a)), wd(b)) == CN.add(day, wd(a + b))


@given(DAYS, DAYS)
@settings(max_examples=40)
def test_the_days_between_two_dates_turn_sign_when_they_change_places(a: date, b: date) -> None:
    assert CN.working_days_between(a, b) == -CN.working_days_between(b, a)


@given(DAYS)
def test_rolling_moves_only_days_off_and_to_the_nearest_working_day(day: date) -> None:
    onward, back = CN.next_working_day(day), CN.previous_working_day(day)
    assert back <= day <= onward
    assert CN.is_working_day(onward) and CN.is_working_day(back)
    assert (onward == day == back) == CN.is_working_day(day)
    assert CN.working_days_between(back, onward) == (0 if back == onward else 1)


@given(DAYS, COUNTS)
def test_a_walk_ends_where_adding_ends_and_names_every_day_on_the_way(day: date, count: int) -> None:
    steps = CN.walk(day, wd(count))
    assert steps[-1].day == CN.add(day, wd(count))
    assert len({step.day for step in steps}) == len(steps) == abs((steps[-1].day - day).days) + 1
    assert [step.number for step in steps if step.kind == "counted"] == list(range(1, abs(count) + 1))


def test_a_walk_reads_as_sentences_with_the_holidays_chinese_names() -> None:
    assert [str(step) for step in CN.walk(date(2022, 9, 9), wd(2))] == [
        "2022-09-09 星期五: the anchor, not counted",
        "2022-09-10 星期六: not counted — 中秋节",
        "2022-09-11 星期日: not counted — 中秋节",
        "2022-09-12 星期一: not counted — 中秋节",
        "2022-09-13 星期二: day 1",
        "2022-09-14 星期三: day 2",
    ]


def test_a_make_up_day_is_named_when_it_is_counted() -> None:
    assert str(CN.walk(date(2022, 10, 1), wd(1))[-1]) == "2022-10-08 星期六: day 1 — 调休上班"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2027-01-01", "元旦"),
        ("2027-02-04", ""),
        ("2027-02-05", "春节"),
        ("2027-02-08", "春节"),
        ("2027-02-09", ""),
        ("2027-04-05", "清明节"),
        ("2027-05-02", "劳动节"),
        ("2027-05-03", ""),
        ("2027-06-09", "端午节"),
        ("2027-09-15", "中秋节"),
        ("2027-10-01", "国庆节"),
        ("2027-10-04", ""),
        ("2027-10-09", "星期六"),
        ("2028-10-03", "中秋节、国庆节"),
        ("2017-01-27", ""),
        ("2017-01-30", "春节"),
    ],
)
def test_in_a_year_without_a_notice_the_weekends_and_the_statutory_days_are_off(day: str, why: str) -> None:
    found = date.fromisoformat(day)
    assert CN.why_off(found) == why and CN.is_working_day(found) == (not why)
    assert CN.is_provisional(found)


def test_a_walk_over_statutory_days_names_them_and_says_that_they_are_provisional() -> None:
    steps = [str(step) for step in CN.walk(date(2027, 9, 30), wd(1))]
    assert steps[1] == "2027-10-01 星期五: not counted — 国庆节 (provisional: no notice for 2027)"
    assert steps[-1] == "2027-10-04 星期一: day 1 — (provisional: no notice for 2027)"
    assert not CN.is_provisional(date(2026, 10, 1))


def test_the_shipped_statutory_days_are_those_that_a_library_of_the_lunar_calendar_finds() -> None:
    assert CN.statutory == statutory_days()


def test_every_official_year_has_its_statutory_days_off() -> None:
    missed = [day for day in CN.statutory if int(day[:4]) in CN.years and CN.is_working_day(date.fromisoformat(day))]
    assert missed == []
    before = (day for day in CN.statutory if int(day[:4]) < 2018)
    assert all(chinese_calendar.is_holiday(date.fromisoformat(day)) for day in before)


def test_a_notice_goes_before_the_law_once_it_is_loaded() -> None:
    year = OfficialYear(year=2027, notice="通知", off={date(2027, 10, 4): "国庆节"}, work=frozenset())
    later = with_year(CN, year)
    assert later.is_working_day(date(2027, 10, 1)) and not later.is_working_day(date(2027, 10, 4))
    assert later.why_off(date(2028, 5, 1)) == "劳动节"
    assert later.days_off(2027) == year.off and later.days_off(2028)[date(2028, 5, 1)] == "劳动节"


def test_a_calendar_pinned_before_it_knew_the_statutory_days_goes_by_weekends_as_it_did() -> None:
    known = json.loads(CN.to_json())
    del known["statutory"]
    text = json.dumps(known, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    old = Calendar.from_json(text)
    assert old.to_json() == text and old != CN
    assert old.is_working_day(date(2027, 10, 1)) and old.why_off(date(2027, 10, 2)) == "星期六"


def test_loading_a_year_gives_a_calendar_that_knows_it_and_leaves_the_old_one_alone() -> None:
    year = OfficialYear(
        year=2027,
        notice="国务院办公厅关于2027年部分节假日安排的通知",
        off={date(2026, 12, 31): "元旦", date(2027, 10, 1): "国庆节"},
        work=frozenset({date(2027, 10, 9)}),
    )
    later = with_year(CN, year)
    assert later.why_off(date(2027, 10, 1)) == "国庆节"
    assert later.why_off(date(2026, 12, 31)) == "元旦"
    assert later.is_working_day(date(2027, 10, 9))
    assert not later.is_provisional(date(2027, 10, 1))
    assert CN.is_provisional(date(2027, 10, 1)) and CN.is_working_day(date(2026, 12, 31))
    assert later.sha != CN.sha and later != CN


def test_a_calendar_comes_back_from_its_canonical_text_with_the_same_hash() -> None:
    again = Calendar.from_json(CN.to_json())
    assert again == CN and again is not CN
    assert again.sha == CN.sha == sha256(CN.to_json().encode()).hexdigest()
    assert again.to_json() == CN.to_json()


def test_an_official_year_comes_back_from_its_text() -> None:
    assert all(year_from_json(year_to_json(year)) == year for year in CN.years.values())


def test_an_unknown_calendar_is_an_error_that_names_the_known_ones() -> None:
    assert names() == ["CN"]
    with pytest.raises(UnknownName, match=r"no calendar 'CM'.*CN"):
        load("CM")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"year": 2027}',
        '{"year": "x", "notice": "", "off": {}, "work": []}',
        '{"year": 2027, "notice": "", "off": [], "work": []}',
        '{"year": 2027, "notice": "", "off": {"2027-13-01": "x"}, "work": []}',
        '{"year": 2027, "notice": "", "off": {"2025-10-01": "x"}, "work": []}',
        '{"year": 2027, "notice": "", "off": {}, "work": ["2027-10-08"]}',
        '{"year": 2027, "notice": "", "off": {"2027-10-09": "x"}, "work": ["2027-10-09"]}',
        '{"year": 2027, "notice": "", "off": {}, "work": [5]}',
        '{"year": 2027, "notice": "", "off": {}, "work": [], "more": 1}',
    ],
)
def test_a_text_that_is_no_official_year_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="this is not an official year — found"):
        year_from_json(text)


@pytest.mark.parametrize("text", ["", "wd", "5", "5w", "x5wd", "5 wd", "--5wd", "5wd5wd", "1234567d", "²d"])
def test_a_text_that_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="this is not an offset"):
        parse_offset(text)


@given(st.integers(-9999, 9999), st.sampled_from(["wd", "d"]))
def test_an_offset_comes_back_from_its_text(count: int, unit: str) -> None:
    offset = Offset(count=count, unit="wd" if unit == "wd" else "d")
    assert parse_offset(str(offset)) == offset


def test_a_day_beyond_the_last_date_is_refused_not_a_crash() -> None:
    with pytest.raises(BadInput, match="no such day"):
        CN.add(date(9999, 12, 30), wd(5))
