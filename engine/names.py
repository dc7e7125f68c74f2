"""Names: one key for every way in which one name comes, and what in a name cannot be seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final
from unicodedata import category, normalize

HAN: Final = "〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
"""The Chinese characters, as a class of a pattern names them: rare ones and 〇 among them."""
_SUPPLEMENT: Final = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕𫜹⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺"
    "⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角"
    "⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾"
    "⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
"""Radicals that Unicode gives no compatibility form, each before the character that it looks like."""
_RADICALS: Final[Mapping[int, str]] = {
    **{code: normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)},
    **{ord(radical): normalize("NFKC", char) for radical, char in zip(*[iter(_SUPPLEMENT)] * 2, strict=True)},
}
_BLANK: Final = frozenset(
    (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10))
)
"""What shows nothing and is neither a space nor a control: fillers and selectors of variants."""


@lru_cache(maxsize=16384)
def key(name: str) -> str:
    """Return by what a name is known: its characters as they look, without blanks and whatever else is not seen."""
    if name.isascii() and name.isalnum():
        return name
    shown = normalize("NFKC", normalize("NFKC", name.translate(_RADICALS)).translate(_RADICALS))
    # An accent may come to stand behind the letter that it belongs to.
    return normalize("NFC", "".join(char for char in shown if not _is_unseen(char)))


def printed(text: str) -> str:
    """Return a name as it is printed: a radical as its character, nothing that is not seen, one space for a gap."""
    shown = text.translate(_RADICALS)
    return " ".join("".join(char for char in shown if char.isspace() or not _is_unseen(char)).split())


def spelled(name: str) -> str:
    """Return a name in which each character that is not, or is other than what is seen is told by its code point."""
    return "".join(char if key(char) == char else f"[U+{ord(char):04X}]" for char in name)


def alike(name: str, known: Iterable[str]) -> str:
    """Return the first known name that differs from one only in what cannot be seen; nothing where there is none."""
    own = key(name)
    return next((other for other in known if other != name and key(other) == own), "")


def found(word: str, known: Collection[str]) -> str:
    """Return the known name that a word means: itself, or the only one of its key; nothing where there is none."""
    return word if word in known else by_key(known).get(key(word), "")


def by_key(known: Iterable[str]) -> Mapping[str, str]:
    """Return names by their keys; of those that differ only in what cannot be seen a key means none."""
    names, twice = dict[str, str](), set[str]()
    for name in known:
        if names.setdefault(key(name), name) != name:
            twice.add(key(name))
    return {own: name for own, name in names.items() if own and own not in twice}


def _is_unseen(char: str) -> bool:
    return char.isspace() or category(char) in ("Cf", "Cc") or ord(char) in _BLANK or 0xE0100 <= ord(char) <= 0xE01EF


# --- words that are no name ---

_PLACES = "乡|镇|街(?:道|(?!街))|办事处|村|社区"
_OFFICES = "部门|单位|委办局|科室|机构|企业|学校"
_CALLED_SO = "庄|界|[^乡镇街村社县区市州旗省小古集城农牧山新老强大](?:乡|镇|村|街道)"
"""What makes of 各 a part of a name: 张各庄, 各界人士联谊会, 各莫镇."""
_ANY = f"各(?!{_CALLED_SO})|有关|相关|所有|全体|其他|其它|全部"
_KINDS = "级|直|属|责任|牵头|配合|成员|职能|行业|主管|参与|参建|机关|业务|党政|企事业"
_ABOVE = "[省市县区州旗盟]"
_HOW_MANY = "[0-9一二三四五六七八九十百]+[个家]?"
_MANY = rf"(?:(?:{_PLACES}|{_OFFICES})[和及与/、()]{{0,2}})+\)?等?"
_COLLECTIVE = re.compile(
    rf"(?:等(?:{_HOW_MANY})?)?(?:(?!全州镇)[本全]?{_ABOVE})?(?:{_KINDS})*{_MANY}"
    rf"|(?:.{{0,20}}(?:{_ABOVE}|直|级|及|和|等))?(?:{_ANY})(?:{_ANY}|{_KINDS}|{_ABOVE})*{_MANY}"
    rf"|.{{0,20}}(?:{_ANY}).{{0,8}}(?:{_OFFICES})|.*等"
)
"""Places are named 全州镇 and 县街街道, too: before them stands nothing but what says which ones."""
_ALL = re.compile(f"各(?!{_CALLED_SO})|所有|全体")
_COMPUTED = re.compile("#[A-Z0-9/]+[!?]?|[=@].*")
_SEPARATORS = r"、,，;；/／|｜\n\r\t"
_BRACKETS = r"[(（](?:[^()（）]|[(（][^()（）]*[)）])*[)）]"
_PART, _LISTED = (re.compile(rf"(?:(?<=[^{by}]){_BRACKETS}|[^{by}])+") for by in (_SEPARATORS, "、"))
"""What stands in brackets behind a name belongs to it: 县文旅局(文物局、体育局), 各县(市、区)."""
_ENDS = r"[局委办部院会社站所司府道镇乡村处室队厅厂校馆团校台区县)）]|中心|集团"
_AND_OTHERS = re.compile(rf"(.+?(?:{_ENDS}))(等(?:(?:{_ANY}|{_KINDS}|{_HOW_MANY})*{_MANY})?)")


def is_collective(name: str) -> bool:
    """Tell whether a word means many that it does not name, as 有关部门 and 各乡镇; no unit is called so."""
    return bool(_COLLECTIVE.fullmatch(key(name)))


def is_group(name: str) -> bool:
    """Tell whether a name stands for many: it says so, or begins with a word for all of a kind."""
    return is_collective(name) or bool(_ALL.match(key(name)))


def is_name(text: str) -> bool:
    """Tell whether a text can name anything: what only keeps a cell filled, an error or a formula does not."""
    return not is_filler(text) and not _COMPUTED.fullmatch(key(text))


def is_filler(text: str) -> bool:
    """Tell whether a text only keeps a cell filled, as a dash, a stroke, dots or 无 do."""
    return key(text) == "无" or not any(char.isalnum() or category(char) == "Co" for char in key(text))


def parted(text: str) -> list[str]:
    """Return the names in a text, parted by 、 or a comma, a semicolon, a stroke or a new line.

    What only says that there are others (等, 等有关部门) stands by itself behind the name to which it was written.
    """
    parts = [text] if _COMPUTED.fullmatch(key(text)) else _PART.findall(text)
    return [name for part in map(printed, parts) if not is_filler(part) for name in _without_others(part)]


def apart(listed: str) -> list[str]:
    """Return the names that were joined by 、; one that has it in brackets, as 各县(市、区), stays whole."""
    return _LISTED.findall(listed) if "、" in listed else [listed]


def _without_others(part: str) -> list[str]:
    if (others := _AND_OTHERS.fullmatch(part)) and not is_collective(others[1]):
        return [others[1], others[2]]
    return [part]
