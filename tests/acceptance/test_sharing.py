"""Several workers share the campaigns: each begins elsewhere, and whoever lives does what is left."""

from __future__ import annotations

import pytest
from office import KEY, Office, opened, plan

from engine.bootstrap import newcomer
from engine.model import Campaign
from engine.service.audit.audit import verify_all
from engine.service.campaigns.founding import create_campaign
from engine.service.clock import sweep as sweeping
from engine.service.clock.sweep import Swept, WorkShare, sweep
from engine.service.delivery.workers import enter

DUE = "2022-07-06T10:00"


@pytest.fixture
def office() -> Office:
    """Four campaigns in which something is due."""
    found = opened()
    for number in range(3):
        create_campaign(found.desk, f"{KEY}-{number}", plan(), {})
    return found.at(DUE)


def swept_in_order(office: Office, share: WorkShare) -> tuple[list[int], Swept]:
    """Sweep as one of several; return the campaigns in the order in which they were first changed."""
    order: list[int] = []
    before = {head.id: head.seq for head in office.find(Campaign)}

    def look() -> None:
        order.extend(h.id for h in office.find(Campaign) if h.seq != before[h.id] and h.id not in order)

    return order, sweep(office.desk, look, share=share)


@pytest.mark.parametrize(
    ("share", "order"),
    [
        (WorkShare(0, 1), [1, 2, 3, 4]),
        (WorkShare(0, 2), [1, 2, 3, 4]),
        (WorkShare(1, 2), [3, 4, 2, 1]),
        (WorkShare(2, 4), [3, 2, 1, 4]),
        (WorkShare(5, 9), [1, 2, 3, 4]),
    ],
)
def test_each_of_several_workers_begins_elsewhere_and_alone_does_everything(
    office: Office, share: WorkShare, order: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "TOGETHER", 0)
    monkeypatch.setattr(sweeping, "BATCH_SECONDS", 0.0)
    found, swept = swept_in_order(office, share)
    assert (found, swept.refused) == (order, 0)
    assert sweep(office.desk) == Swept()


@pytest.mark.parametrize("of", [1, 2, 3, 7])
@pytest.mark.parametrize("count", [0, 1, 2, 10, 100])
def test_the_shares_of_all_workers_are_all_campaigns_each_once(of: int, count: int) -> None:
    campaigns = list(range(count))
    assert [one for place in range(of) for one in WorkShare(place, of).part(campaigns)] == campaigns


def test_a_campaign_whose_records_are_ahead_is_counted_once_however_often_it_is_tried(office: Office) -> None:
    office.sweep(DUE)
    office.at("2022-07-06T09:00")
    with office.desk.database.write() as work:
        work.rows('UPDATE "armed" SET "at" = 0 WHERE campaign < 3 RETURNING campaign')
    assert sweep(office.desk, share=WorkShare(0, 2)).refused == 2


def test_the_roll_of_workers_is_in_no_history(office: Office) -> None:
    enter(office.desk, newcomer("east", 30))
    assert verify_all(office.desk).findings == ()
