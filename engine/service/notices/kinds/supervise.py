"""What is long overdue is pressed for by a formal act to the head of each unit (督办)."""

from __future__ import annotations

from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind

KIND = NoticeKind(
    name="supervise",
    gathers="document",
    contact=2,
    bears={
        "urged": facts.went_out("催办"),
        "late": facts.still_owed,
        "awaited": facts.awaited,
        "signed": facts.signed,
    },
)
