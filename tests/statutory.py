"""The statutory days (全国年节及纪念日放假办法) by a library of the lunar calendar: `python -m tests.statutory` writes what is shipped.

The law of 2014 gives eleven days; since 2025 the eve of the Spring Festival and 2 May are days off, too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from lunar_python import Lunar, Solar

SHIPPED = Path(__file__).parents[1] / "workflows" / "calendars" / "CN.statutory.json"
YEARS = range(2014, 2061)


def statutory_days() -> dict[str, str]:
    """Return the name of each statutory day; one that two holidays share bears both names."""
    found: dict[str, str] = {}
    for year in YEARS:
        for day, name in days_of(year):
            key = day.isoformat()
            found[key] = f"{found[key]}、{name}" if key in found else name
    return found


def days_of(year: int) -> Iterator[tuple[date, str]]:
    """Yield the days of a year in the order of the law."""
    amended = year >= 2025
    spring = _lunar(year, 1, 1)
    yield date(year, 1, 1), "元旦"
    yield from ((spring + timedelta(days=n), "春节") for n in range(-1 if amended else 0, 3))
    yield _solar(Lunar.fromYmd(year, 1, 1).getJieQiTable()["清明"]), "清明节"
    yield from ((date(year, 5, n), "劳动节") for n in ((1, 2) if amended else (1,)))
    yield _lunar(year, 5, 5), "端午节"
    yield _lunar(year, 8, 15), "中秋节"
    yield from ((date(year, 10, n), "国庆节") for n in (1, 2, 3))


def _lunar(year: int, month: int, day: int) -> date:
    return _solar(Lunar.fromYmd(year, month, day).getSolar())


def _solar(found: Solar) -> date:
    return date(found.getYear(), found.getMonth(), found.getDay())


if __name__ == "__main__":
    SHIPPED.write_text(json.dumps(statutory_days(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.exit(0)
