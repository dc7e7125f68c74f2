"""How offices write dates, numerals and lists; pure text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time

REHEARSAL = "【演练】"
"""What stands before each text of a rehearsal (SEMANTICS I3)."""
_WEEKDAYS = "一二三四五六日"
_DIGITS = " 一二三四五六七八九"

INNER = {"“": "‘", "”": "’"}
NESTED = re.compile("“[^”]*“")


def plain_day(on: date, today: date) -> str:
    """Return 11月30日, with its year where that is not the year of writing."""
    year = "" if on.year == today.year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日"


def full_day(on: date, today: date) -> str:
    """Return 11月30日(星期三) (SEMANTICS D5)."""
    return f"{plain_day(on, today)}(星期{_WEEKDAYS[on.weekday()]})"


def by(on: date, close: time, today: date) -> str:
    """Return 11月30日(星期三)17:30前 (SEMANTICS D5)."""
    return f"{full_day(on, today)}{close:%H:%M}前"


def hour(at: datetime, today: date) -> str:
    """Return 12月1日18时, with minutes where there are any."""
    minutes = f"{at.minute}分" if at.minute else ""
    return f"{plain_day(at.date(), today)}{at.hour}时{minutes}"


def signed_day(on: date) -> str:
    """Return the date of writing in full: 2022年12月1日."""
    return f"{on.year}年{on.month}月{on.day}日"


def numeral(n: int) -> str:
    """Return 一, 十, 十二, 二十一 … up to 99; larger numbers stay digits."""
    if not 0 < n < 100:
        return str(n)
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def names(units: Sequence[str]) -> str:
    """Return units as 甲、乙、丙, all of them: a list of names is whole, or it is an annex (SEMANTICS N6)."""
    return "、".join(units)


def every(units: Sequence[str]) -> str:
    """Return units as 甲、乙、丙(共3个), however many: a list from which somebody reckons is whole."""
    return f"{'、'.join(units)}(共{len(units)}个)"


def plain(text: str) -> str:
    """Return a clause without the stop it may end in, so that a sentence can go on after it."""
    return text.rstrip("。.;, \n\uff1b\uff0c")


def cause(text: str) -> str:
    """Return a reason as it stands behind 因: without a 因 of its own and without its stop."""
    return plain(text).removeprefix("由于").removeprefix("因为").removeprefix("因")


def cited(title: str) -> str:
    """Return a title in 《》, those that stand in it as 〈〉; one that has its own gets no second pair."""
    inner = title[1:-1] if title.startswith("《") and title.endswith("》") and "》" not in title[1:-1] else title
    return f"《{inner.replace('《', '〈').replace('》', '〉')}》"


def titles(all_titles: Sequence[str], most: int) -> str:
    """Return “甲”“乙”等5项: the first `most` titles, and how many there are if some are left out."""
    shown = "".join(f"“{title}”" for title in all_titles[:most])
    if len(all_titles) <= most:
        return shown
    return f"{shown}等{len(all_titles)}项" if shown else f"{len(all_titles)}项"


def quoted(text: str) -> str:
    """Return text with quotation marks inside quotation marks as ‘’; a line with an odd mark stays as it is."""
    return "".join(map(_quoted, text.splitlines(keepends=True))) if "“" in text else text


def _quoted(line: str) -> str:
    if line.count("“") < 2 or not NESTED.search(line):
        return line
    depth, told = 0, []
    for char in line:
        depth += char == "“"
        told.append(INNER.get(char, char) if depth == 2 else char)
        depth -= char == "”"
        if depth not in (0, 1, 2):
            return line
    return "".join(told) if depth == 0 else line


def tasks(told: str) -> str:
    """Return the words for tasks with 任务 behind them, once: “甲”任务, “甲”等5项任务, “重点任务”."""
    return told if told.endswith("任务”") else f"{told}任务"


TOWNSHIPS = {"乡": "你乡", "镇": "你镇", "街道": "你街道", "县": "你县", "市": "你市"}
"""How those are addressed whose names end so; whatever else is 你单位."""
_BODY = re.compile(r"(党工委|党委|人民政府|政府|办事处|、|\([^()]*\))+$")


def you(units: Sequence[str], *, courteous: bool) -> str:
    """Return how a unit is spoken to: 你乡, 你镇, 你街道 by the end of its name, 你单位, of a peer 贵单位."""
    if courteous:
        return "贵单位"
    if len(units) != 1 or units[0].startswith(("各", "所有", "全体")):
        return "你们" if units else "你单位"
    name = _BODY.sub("", units[0])
    return next((word for end, word in TOWNSHIPS.items() if name.endswith(end) and name != end), "你单位")


def we(place: str) -> str:
    """Return how a place speaks of itself to a superior: 石柱县 says 我县."""
    return f"我{place[-1]}" if place and place[-1] in "省市县区州盟旗乡镇" else "我单位"


def work(campaign: str) -> str:
    """Return the campaign as a piece of work: 示范县创建 says 示范县创建工作."""
    return campaign if campaign.endswith("工作") else f"{campaign}工作"
