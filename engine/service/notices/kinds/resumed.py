"""Work goes on after a pause (恢复)."""

from __future__ import annotations

from engine.service.notices.composing.lines import of_a_pause
from engine.service.notices.kind import NoticeKind

KIND = NoticeKind(name="resumed", fields=of_a_pause)
