"""Messages on their way: leases, limits, retries and channels that fail (Y1–Y4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from office import Office, instant, opened

from engine.model import Outgoing
from engine.service import relaying
from engine.service.claiming import LEASE, claim
from engine.service.sweep import sweep
from notifications.channels import Envelope, Result
from notifications.relay import Mark

NINE = "2022-07-05T09:00"
LIAISONS = ["liaison@east.example.org", "liaison@west.example.org"]


def written(at: str = NINE) -> Office:
    """An office in which two messages are queued, of one notice to each township."""
    office = opened().live_until("2022-07-05T08:59").at(at)
    sweep(office.desk)
    assert [o.recipient for o in office.find(Outgoing)] == LIAISONS
    return office


@dataclass
class Doing:
    """A channel that takes every message and does something beside it."""

    do: Callable[[], object]
    taken: list[str] = field(default_factory=list)

    def deliver(self, envelope: Envelope) -> tuple[Result, ...]:
        self.taken.append(envelope.recipients[0])
        self.do()
        return tuple(Result(recipient=one, outcome="accepted") for one in envelope.recipients)


def carried(office: Office, channel: Doing, worker: str = "worker", **given: object) -> relaying.Delivered:
    """Deliver what is queued through a channel."""
    return relaying.deliver(office.desk, lambda _: channel, "office@example.org", worker, **given)  # type: ignore[arg-type]


# --- Y1: leases ---


def test_a_result_of_a_lease_that_another_took_is_left_out_though_both_workers_bear_one_name() -> None:
    office = written()
    slow = claim(office.desk, "eml", "office@example.org", "worker", lambda: 0.0)
    office.at("2022-07-05T09:11")
    second = claim(office.desk, "eml", "office@example.org", "worker", lambda: 0.0)
    assert second.ids == slow.ids and second.token != slow.token
    relaying.record(
        office.desk, slow, 1, [Mark(ref=ref, recipient="", state="failed", attempts=1) for ref in slow.ids]
    )
    assert {(o.state, o.lease) for o in office.find(Outgoing)} == {("queued", second.token)}
    relaying.record(
        office.desk, second, 1, [Mark(ref=ref, recipient="", state="sent", attempts=1) for ref in slow.ids]
    )
    assert {(o.state, o.lease) for o in office.find(Outgoing)} == {("sent", "")}
    assert len(office.history("deliver")) == 1


def test_no_token_is_given_twice() -> None:
    office = written()
    tokens = []
    for minute in range(0, 60, 12):
        office.at(f"2022-07-05T09:{minute:02}")
        tokens.append(claim(office.desk, "eml", "office@example.org", "worker", lambda: 0.0).token)
    assert tokens == [f"worker#{n}" for n in range(1, 6)]


def test_what_the_lease_no_longer_covers_is_not_sent_but_left_to_the_next_claimer() -> None:
    office = written()
    slow = Doing(lambda: office.clock.move_to(office.clock.at + LEASE - timedelta(minutes=1)))
    assert carried(office, slow, steady=lambda: 0.0) == relaying.Delivered(sent=1)
    assert slow.taken == LIAISONS[:1]
    other = Doing(lambda: None)
    assert carried(office, other, "other") == relaying.Delivered(sent=1)
    assert other.taken == LIAISONS[1:]


def test_a_clock_that_was_set_back_makes_no_lease_longer() -> None:
    office = written()
    seconds = [0.0]
    slow = Doing(lambda: seconds.append(seconds[-1] + LEASE.total_seconds()))
    assert carried(office, slow, steady=lambda: seconds[-1]) == relaying.Delivered(sent=1)
    assert office.clock.at == instant(NINE) and slow.taken == LIAISONS[:1]


def test_who_is_told_to_stop_ends_after_the_message_at_hand_and_gives_the_others_back() -> None:
    office = written()
    told = [False]
    channel = Doing(lambda: told.append(True))
    assert carried(office, channel, stop=lambda: told[-1]) == relaying.Delivered(sent=1)
    assert [(o.state, o.lease) for o in office.find(Outgoing)] == [("sent", ""), ("queued", "")]
    assert carried(office, channel) == relaying.Delivered(sent=1)
    assert channel.taken == LIAISONS
