"""An objection was decided (职责异议答复): a reply, true whatever comes after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.model import Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import off_its_day


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {name: told[name] for name in ("ruling", "reason", "successor")}


KIND = NoticeKind(name="objection_decided", moot=off_its_day, fields=_fields)
