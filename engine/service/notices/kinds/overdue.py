"""A day is over and nothing was handed in (催办)."""

from __future__ import annotations

from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind

KIND = NoticeKind(
    name="overdue",
    gathers="day",
    bears={"awaited": facts.awaited, "unreceived": facts.unreceived, "late": facts.day_over},
)
