"""What a unit handed in was received (报送回执): a reply, true whatever comes after."""

from __future__ import annotations

from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import off_its_day

KIND = NoticeKind(name="receipt", gathers="moment", moot=off_its_day)
