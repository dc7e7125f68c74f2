"""What a unit handed in was received (报送回执): a reply, true whatever comes after."""

from __future__ import annotations

from engine.service.notices import facts
from engine.service.notices.composing.lines import by_office
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import off_its_day


def _on_behalf(said: Said) -> bool:
    """Tell whether a voucher lies with each hand-in that is said to be recorded by us."""
    return all(by_office(said.case, owed) for owed, line in zip(said.owed, said.lines, strict=True) if line.on_behalf)


KIND = NoticeKind(
    name="receipt",
    gathers="moment",
    moot=off_its_day,
    bears={
        "handed_in": facts.handed_in,
        "on_behalf": _on_behalf,
        "reviewing": facts.each(lambda case, owed: owed.state == "submitted"),
        "passed": facts.each(lambda case, owed: owed.state == "accepted"),
    },
)
