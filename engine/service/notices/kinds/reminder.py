"""A day is coming (到期提醒)."""

from __future__ import annotations

from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind

KIND = NoticeKind(name="reminder", gathers="day", bears={"ahead": facts.ahead, "awaited": facts.awaited})
