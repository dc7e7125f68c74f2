"""The few strokes our pictures are drawn with: escaped text, its width, and SVG elements."""

from __future__ import annotations

import re
import unicodedata
from html import escape

FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','SimHei',sans-serif"
INK = "#1f2933"
FAINT = "#7b8794"
LINE = "#d9dee4"
PAPER = "#ffffff"

_ILLEGAL = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_FIRST = ",.;:!?)]}、，。；：！？）」』”’》〉】%％"


def tag(name: str, *inside: str, **attributes: object) -> str:
    """Return an element; `inside` is already markup, attributes are escaped (`a_b` means `a-b`)."""
    written = "".join(f' {key.replace("_", "-")}="{escape(_shown(v))}"' for key, v in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def text(words: str, x: float, y: float, size: float = 13, fill: str = INK, **more: object) -> str:
    """Return one line of text whose baseline begins (or, by text_anchor, ends) at x, y."""
    return tag("text", clean(words), x=x, y=y, font_size=size, fill=fill, **more)


def hover(words: str) -> str:
    """Return the text that shows when the pointer rests on an element."""
    return tag("title", clean(words))


def clean(words: str) -> str:
    """Return `words` as markup that shows them, without what XML cannot hold."""
    return escape(_ILLEGAL.sub("", words), quote=False)


def page(width: float, height: float, title: str, *inside: str) -> str:
    """Return a whole SVG document on white paper."""
    paper = tag("rect", x=0, y=0, width=width, height=height, fill=PAPER)
    body = tag(
        "svg",
        hover(title),
        paper,
        *(f"\n{part}" for part in inside),
        "\n",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        font_family=FONT,
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def width_of(words: str, size: float) -> float:
    """Return about how wide `words` are at `size`: a Chinese character is one em."""
    return sum(size if _is_wide(c) else 0.58 * size for c in words)


def wrapped(words: str, width: float, size: float) -> list[str]:
    """Return `words` in lines no wider than `width`; a line does not begin with closing punctuation."""
    lines: list[str] = []
    line = ""
    for part in _unbreakable(" ".join(words.split())):
        if line and width_of(line + part, size) > width and part[0] not in _NOT_FIRST:
            lines.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
    return [*lines, line.rstrip()] if line.strip() else lines


def shortened(words: str, width: float, size: float, most: int) -> list[str]:
    """Return at most `most` lines of `words`, the last ending in … where something was left out."""
    lines = wrapped(words, width, size)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(last + "…", size) > width:
        last = last[:-1]
    return [*lines[: most - 1], last + "…"]


def _unbreakable(words: str) -> list[str]:
    """Return the parts between which a line may break: single wide characters, or runs of narrow ones."""
    parts: list[str] = []
    for c in words:
        if parts and not _is_wide(c) and not c.isspace() and not _is_wide(parts[-1][-1]) and len(parts[-1]) < 24:
            parts[-1] += c
        else:
            parts.append(c)
    return parts


def _is_wide(c: str) -> bool:
    return unicodedata.east_asian_width(c) in "WFA"


def _shown(value: object) -> str:
    return _number(value) if isinstance(value, (int, float)) else _ILLEGAL.sub("", str(value))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
