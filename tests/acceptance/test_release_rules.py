"""What waits for a release is looked at again when it is let go, and goes within the hours of sending."""

from __future__ import annotations

import pytest
from office import opened

from engine.errors import Refused
from engine.model import Outgoing


def test_a_listed_notice_is_not_released_once_the_unit_has_handed_in() -> None:
    office = opened(trial=True).live_until("2022-09-02T12:00")
    listed = office.number("overdue", "listed")
    for unit in {notice.split()[3] for notice in office.notices("overdue")}:
        office.submit(unit)
    with pytest.raises(Refused, match="nothing in it holds any more"):
        office.do("release", notice=listed)


def test_what_is_released_on_a_day_off_goes_on_the_next_working_day() -> None:
    office = opened(trial=True).live_until("2022-09-02T12:00").at("2022-09-03T22:00")
    office.do("release", notice=office.number("overdue", "listed"))
    (waiting,) = office.find(Outgoing, state="queued")
    assert waiting.next_at.isoformat() == "2022-09-05T01:00:00+00:00"
    assert office.audit().holds
