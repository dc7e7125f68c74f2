"""The calendar of a forecast."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from engine import calendar
from engine.pictures.calendar import _shade, calendar_picture

SVG = "{http://www.w3.org/2000/svg}"
CN = calendar.load("CN")
COUNTS = {date(2022, 9, 30): {"reminder": 3}, date(2022, 10, 8): {"overdue": 150, "reminder": 2}}


def drawn(counts: dict[date, dict[str, int]] = COUNTS) -> ElementTree.Element:
    return ElementTree.fromstring(calendar_picture("某县<创建>", "预测", counts, CN, kinds={"overdue": "催办"}))


def cell(day: str) -> list[str]:
    """Return what stands on a day: its story first."""
    for group in drawn().iter(f"{SVG}g"):
        texts = [part.text or "" for part in group.iter() if part.text]
        if texts[0].startswith(day):
            return texts
    raise AssertionError(day)


def test_each_month_between_the_first_and_the_last_notice_is_drawn_with_its_sum() -> None:
    words = [text.text for text in drawn().iter(f"{SVG}text")]
    assert words.count("2022年9月") == words.count("2022年10月") == 1
    assert {"3件", "152件"} <= set(words)
    assert sum(text == "31" for text in words) == 1


def test_a_day_shows_its_number_and_tells_what_it_is_of() -> None:
    assert cell("2022年10月8日") == ["2022年10月8日\n催办 150件\nreminder 2件", "8", "班", "152"]
    assert cell("2022年10月9日") == ["2022年10月9日", "9", "班"]


def test_days_off_are_marked() -> None:
    assert cell("2022年10月3日")[1:] == ["3", "休"]
    assert cell("2022年9月24日")[0] == "2022年9月24日(星期六)"


@pytest.mark.parametrize("most", [1, 2, 5, 40, 2000])
def test_shades_never_get_lighter_with_more_notices(most: int) -> None:
    shades = [_shade(number, most) for number in range(1, most + 1)]
    assert shades == sorted(shades) and max(shades) <= 4


def test_a_forecast_without_notices_is_still_a_picture() -> None:
    assert drawn({}).tag == f"{SVG}svg"
