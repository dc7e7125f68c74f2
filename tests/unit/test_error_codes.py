"""An error is known by its code."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

SOURCES = [path for room in ("engine", "notifications") for path in (Path(__file__).parents[2] / room).rglob("*.py")]
OWN = re.compile(r'^    code(?:: ClassVar\[str\])? = "(P[A-Z][0-9]{3})"', re.M)


def test_no_two_kinds_of_error_bear_one_code() -> None:
    found = [code for path in SOURCES for code in OWN.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 20
    assert [code for code, times in Counter(found).items() if times > 1] == []
