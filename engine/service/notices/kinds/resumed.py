"""Work goes on after a pause (恢复)."""

from __future__ import annotations

from engine.service.notices import facts
from engine.service.notices.composing.lines import of_a_pause
from engine.service.notices.kind import NoticeKind

KIND = NoticeKind(
    name="resumed",
    fields=of_a_pause,
    bears={
        "decided": lambda said: said.pause.to_at is not None,
        "moved": facts.moved,
        "shifted": lambda said: said.pause.shift,
        "unshifted": lambda said: not said.pause.shift,
    },
)
