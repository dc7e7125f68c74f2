"""Our own office is told what waits for it (本办待办), where another unit would be chased."""

from __future__ import annotations

from engine.service.notices.kind import NoticeKind

KIND = NoticeKind(name="office_nudge", gathers="day")
