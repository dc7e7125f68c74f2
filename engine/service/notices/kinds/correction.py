"""Words of a notice that was sent are put right (更正, N2)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from engine.model import Item, Notice
from engine.names import apart
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.plan import blob
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.texts import content_from
from notifications.notice import Corrected

_PASSAGE = re.compile("[\n\uff0c\u3002\uff1b\uff1a,;]")


def told_of(notice: Notice, wrong: str, right: str) -> dict[str, Any]:
    """Return what an item holds that has words of a notice put right."""
    return {
        "notice": notice.id,
        "title": notice.subject,
        "number": notice.number,
        "day": notice.day.isoformat(),
        "units": apart(notice.unit),
        "wrong": wrong,
        "right": right,
    }


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    names = case.now_called(told["units"])
    corrected = Corrected(
        title=told["title"],
        on=date.fromisoformat(told["day"]),
        number=told["number"],
        wrong=told["wrong"],
        right=told["right"],
        places=places(text_of(case, told["notice"]), told["wrong"]),
        had=tuple(name for name in told["units"] if name not in names and not case.has_ended(name)),
    )
    several = len(names) > 1
    return {
        "corrects": corrected,
        "items": (),
        "unit": "" if several else names[0],
        "units": names if several else (),
    }


# --- the words that are wrong (N8) ---


def text_of(case: CampaignSession, notice: int) -> str:
    """Return the text of a notice as it was sent."""
    return content_from(blob(case.work, case.work.must(Notice, notice).content)).body


def places(text: str, words: str) -> int:
    """Return at how many places of a text words stand."""
    return text.count(words)


def nearest(text: str, words: str) -> str:
    """Return the passage of a text that is most like words which do not stand there."""
    parts = [part.strip() for part in _PASSAGE.split(text) if part.strip()]
    return max(parts, key=lambda part: SequenceMatcher(None, part, words, autojunk=False).ratio(), default="")


def _corrects(item: Item) -> int:
    notice: int = json.loads(item.facts)["notice"]
    return notice


def _stands(said: Said) -> bool:
    """Tell whether the wrong words stand in the notice that is corrected (N8)."""
    return bool(said.values["corrects"].places)


KIND = NoticeKind(name="correction", fields=_fields, corrects=_corrects, bears={"stands": _stands})
