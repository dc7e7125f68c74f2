"""A day is over and nothing was handed in (催办)."""

from __future__ import annotations

from engine.service.notices.kind import NoticeKind

KIND = NoticeKind(name="overdue", gathers="day")
