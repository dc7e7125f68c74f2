"""Messages on their way: leases, limits, retries and channels that fail (Y1–Y4)."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest
from office import TOWN, Office, instant, opened
from small_county import SCRIPT, desk_at
from worded import told

from engine.errors import ClockBehind, DatabaseBusy, PhasegateError, Refused
from engine.model import Campaign, Item, Lane, Outgoing, Sending, System
from engine.service.audit.audit import verify_all
from engine.service.clock.sweep import sweep
from engine.service.delivery import relaying
from engine.service.delivery.claiming import LEASE, ClaimedBatch, Claimer
from engine.store.database import Database
from notifications.channels import Channel, ChannelResult, Envelope, Limit, all_alike, open_channel
from notifications.relay import DeliveryMark

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

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.taken.append(envelope.recipients[0])
        self.do()
        return tuple(ChannelResult(recipient=one, outcome="accepted") for one in envelope.recipients)


def carry(office: Office, channel: Channel, worker: str = "worker", **given: object) -> relaying.Delivered:
    """Deliver what is queued through a channel."""
    return relaying.deliver(office.desk, lambda _: channel, "office@example.org", worker, **given)  # type: ignore[arg-type]


def claimed(office: Office, worker: str = "worker", **given: Any) -> ClaimedBatch:
    """Lease what is due, as a worker does that comes no further."""
    who = {"sender": "office@example.org", "worker": worker, "steady": lambda: 0.0}
    return Claimer(desk=office.desk, **who, **given).claim("eml")


def marks(office: Office, batch: ClaimedBatch, state: Literal["sent", "failed"]) -> list[DeliveryMark]:
    """The same result for every message of a batch."""
    known = {"recipient": "", "attempts": 1, "outcome": "accepted" if state == "sent" else "refused"}
    return [DeliveryMark(ref=ref, state=state, at=office.clock.at, **known) for ref in batch.ids]  # type: ignore[arg-type]


# --- Y1: leases ---


def test_a_result_of_a_lease_that_another_took_is_left_out_though_both_workers_bear_one_name() -> None:
    office = written()
    slow = claimed(office)
    office.at("2022-07-05T09:11")
    second = claimed(office)
    assert second.ids == slow.ids and second.token != slow.token
    relaying.record_those_of(office.desk, slow, 1, marks(office, slow, "failed"))
    assert {(o.state, o.lease) for o in office.find(Outgoing)} == {("queued", second.token)}
    relaying.record_those_of(office.desk, second, 1, marks(office, second, "sent"))
    assert {(o.state, o.lease) for o in office.find(Outgoing)} == {("sent", "")}
    assert len(office.history("deliver")) == 1


def test_no_token_is_given_twice() -> None:
    office = written()
    tokens = []
    for minute in range(0, 60, 12):
        office.at(f"2022-07-05T09:{minute:02}")
        tokens.append(claimed(office).token)
    assert tokens == [f"worker#{n}" for n in range(1, 6)]


@dataclass
class Slow:
    """A channel that takes its time, and looks under which lease each message is sent."""

    office: Office
    passes: Callable[[], object]
    leases: list[str] = field(default_factory=list)

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.leases += [o.lease for o in self.office.find(Outgoing, recipient=envelope.recipients[0])]
        self.passes()
        return all_alike(envelope, "accepted")


def test_what_the_lease_no_longer_covers_is_only_sent_under_another() -> None:
    office = written()
    channel = Slow(office, lambda: office.clock.move_to(office.clock.at + LEASE - timedelta(minutes=1)))
    assert carry(office, channel, steady=lambda: 0.0) == relaying.Delivered(sent=2)
    assert channel.leases == ["worker#1", "worker#2"]


def test_a_clock_that_was_set_back_makes_no_lease_longer() -> None:
    office = written()
    seconds = [0.0]
    channel = Slow(office, lambda: seconds.append(seconds[-1] + LEASE.total_seconds()))
    assert carry(office, channel, steady=lambda: seconds[-1]) == relaying.Delivered(sent=2)
    assert office.clock.at == instant(NINE) and channel.leases == ["worker#1", "worker#2"]


def test_a_slow_channel_lets_the_others_have_their_turn() -> None:
    office = with_queue(a=10, b=10)
    with office.desk.database.write() as work:
        for one in work.find(Outgoing, recipient="b"):
            work.put(replace(one, channel="smtp"))
    seconds, order = [0.0], []

    def pass_by(name: str, span: float) -> Doing:
        return Doing(lambda: (order.append(name), seconds.append(seconds[-1] + span)))

    channels = {"eml": pass_by("eml", 20.0), "smtp": pass_by("smtp", 0.0)}
    relaying.deliver(
        office.desk, lambda name: channels[name], "office@example.org", "worker", steady=lambda: seconds[-1]
    )
    assert order[:13] == ["eml"] * 2 + ["smtp"] * 10 + ["eml"] and len(order) == 20


def test_who_is_told_to_stop_ends_after_the_message_at_hand_and_gives_the_others_back() -> None:
    office = written()
    told = [False]
    channel = Doing(lambda: told.append(True))
    assert carry(office, channel, stop=lambda: told[-1]) == relaying.Delivered(sent=1)
    assert [(o.state, o.lease) for o in office.find(Outgoing)] == [("sent", ""), ("queued", "")]
    assert carry(office, channel) == relaying.Delivered(sent=1)
    assert channel.taken == LIAISONS


# --- Y2: limits ---


@dataclass
class Strict:
    """A channel whose recipients may be sent three messages a minute and eight an hour."""

    office: Office
    taken: list[tuple[str, datetime]] = field(default_factory=list)

    def limits(self, recipient: str) -> tuple[Limit, ...]:
        return (Limit(count=3, seconds=60), Limit(count=8, seconds=3600)) if recipient != "free" else ()

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.taken.append((envelope.recipients[0], self.office.clock.at))
        return all_alike(envelope, "accepted")

    def most_within(self, seconds: int, recipient: str) -> int:
        """The most messages that the recipient was sent within so many seconds."""
        times = [at for one, at in self.taken if one == recipient]
        span = timedelta(seconds=seconds)
        return max((sum(first <= at < first + span for at in times) for first in times), default=0)


def with_queue(**recipients: int) -> Office:
    """An office in which nothing waits but so many further messages for each recipient."""
    office = written().sweep()
    (first, *_) = office.find(Outgoing)
    with office.desk.database.write() as work:
        wanted = [one for one, count in recipients.items() for _ in range(count)]
        for n, recipient in enumerate(wanted, start=10_000):
            work.add(replace(first, id=1 << 32 | n, recipient=recipient, state="queued", attempts=0))
    return office


def test_nobody_is_sent_more_than_a_channel_allows_and_what_waits_takes_no_attempt() -> None:
    office = with_queue(a=12, b=2, free=30)
    channel = Strict(office)
    start = office.clock.at
    carry(office, channel)
    assert Counter(one for one, _ in channel.taken) == {"a": 3, "b": 2, "free": 30}
    assert {(o.attempts, o.lease, o.error) for o in office.find(Outgoing, recipient="a", state="queued")} == {
        (0, "", "")
    }
    for second in range(0, 3700, 7):
        office.clock.move_to(start + timedelta(seconds=second))
        carry(office, channel)
    assert Counter(one for one, _ in channel.taken)["a"] == 12
    assert (channel.most_within(60, "a"), channel.most_within(3600, "a")) == (3, 8)
    assert {o.attempts for o in office.find(Outgoing, recipient="a")} == {1}


def test_a_recipient_in_capitals_is_the_same_recipient() -> None:
    office = with_queue(a=4, A=4)
    channel = Strict(office)
    carry(office, channel)
    assert len(channel.taken) == 3


def test_limits_hold_across_workers_and_what_a_dead_one_may_have_sent_counts_until_its_lease_is_over() -> None:
    office = with_queue(a=9)
    channel = Strict(office)
    start = office.clock.at
    assert len(claimed(office, "dead", limits=lambda _: channel.limits).ids) == 3
    for second in range(0, 600 + 60, 20):
        office.clock.move_to(start + timedelta(seconds=second))
        carry(office, channel, "other")
    assert channel.taken == []
    office.clock.move_to(start + LEASE + timedelta(seconds=61))
    carry(office, channel, "other")
    assert len(channel.taken) == 3


def test_a_message_counts_from_the_moment_its_result_was_known() -> None:
    office = with_queue(a=6)
    channel = Strict(office)
    slow = Doing(lambda: office.clock.move_to(office.clock.at + timedelta(seconds=10)))
    slow.limits = channel.limits  # type: ignore[attr-defined]
    carry(office, slow)
    assert len(slow.taken) == 3
    known = office.clock.at
    for second in range(0, 58, 3):
        office.clock.move_to(known + timedelta(seconds=second))
        carry(office, channel)
        assert len(channel.taken) == (second >= 40) + (second >= 50), second


def test_a_recipient_at_its_limit_holds_up_nobody_behind_it() -> None:
    office = with_queue(a=300, b=3)
    channel = Strict(office)
    carry(office, channel)
    assert Counter(one for one, _ in channel.taken) == {"a": 3, "b": 3}
    with office.desk.database.write() as work:
        (last, *_) = work.find(Outgoing, recipient="b", order="id DESC")
        work.put(replace(last, state="queued"))
    office.clock.move_to(office.clock.at + timedelta(seconds=61))
    claimed(office, "dead", limits=lambda _: channel.limits)
    with office.desk.database.write() as work:
        work.drop(Lane, "eml", "a")
        work.add(replace(last, id=1 << 32 | 20_000, recipient="c", state="queued"))
    carry(office, channel)
    assert channel.taken[-1][0] == "c"


def test_a_clock_that_was_ten_years_ahead_and_set_back_blocks_nobody() -> None:
    office = with_queue(a=9)
    channel = Strict(office)
    start = office.clock.at
    office.clock.move_to(start + timedelta(days=3650))
    claimed(office, "ahead", limits=lambda _: channel.limits)
    office.clock.move_to(start)
    carry(office, channel)
    assert len(channel.taken) == 3


@dataclass
class SetRight:
    """A channel that wants the first message later; while it has the second, the clock is set right."""

    office: Office
    right: datetime
    tried: int = 0

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.tried += 1
        if self.tried == 1:
            return all_alike(envelope, "later")
        self.office.clock.at = self.right
        return all_alike(envelope, "accepted")


def test_a_message_that_was_put_off_while_the_clock_was_ten_years_ahead_is_tried_again_once_it_is_set_right() -> None:
    office = with_queue(a=1, b=1)
    right = office.clock.at
    office.clock.move_to(right + timedelta(days=3650))
    carry(office, SetRight(office, right))
    (waiting,) = office.find(Outgoing, state="queued")
    assert right < waiting.next_at < right + timedelta(minutes=5)


# --- Y4: channels and recipients that fail ---


@dataclass
class Down:
    """A channel that fails as a whole, or for one recipient, until it is mended."""

    only: str = ""
    mended: bool = False
    outcome: Literal["later", "wait"] = "later"
    whole: bool = False
    tried: list[str] = field(default_factory=list)

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.tried.append(envelope.recipients[0])
        if self.mended or (self.only and envelope.recipients[0] != self.only):
            return all_alike(envelope, "accepted")
        return all_alike(envelope, self.outcome, "the server is away", whole=self.whole or not self.only)


@dataclass
class Naming:
    """A channel that remembers the ids of messages."""

    ids: list[str]

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.ids.append(envelope.id)
        return all_alike(envelope, "accepted")


def lanes(office: Office) -> list[tuple[str, str, int, str]]:
    with office.desk.database.read() as work:
        return [(one.channel, one.recipient, one.failures, one.reason) for one in work.find(Lane, order="recipient")]


def test_a_channel_that_fails_as_a_whole_is_probed_with_one_message_and_the_others_lose_no_attempt() -> None:
    office = with_queue(a=30, b=30)
    channel = Down()
    start = office.clock.at
    carry(office, channel)
    assert channel.tried == ["a"] and lanes(office) == [("eml", "", 1, "the server is away")]
    carry(office, channel)
    assert channel.tried == ["a"]
    for minute in range(1, 240):
        office.clock.move_to(start + timedelta(minutes=minute))
        carry(office, channel)
    waiting = office.find(Outgoing, state="queued")
    assert len(waiting) == 60 and len(channel.tried) < 15 and sum(o.attempts for o in waiting) == len(channel.tried)
    channel.mended = True
    office.clock.move_to(start + timedelta(hours=6))
    carry(office, channel)
    assert lanes(office) == [("eml", "", 0, "")]
    assert {o.state for o in office.find(Outgoing) if o.attempts < 2} == {"sent"}


def test_a_server_that_is_away_for_days_costs_no_letter_its_attempts() -> None:
    office = with_queue(a=3, b=3)
    channel, start = Down(outcome="wait"), office.clock.at
    for hours in range(0, 24 * 9, 2):
        office.clock.move_to(start + timedelta(hours=hours))
        carry(office, channel)
    waiting = office.find(Outgoing, state="queued")
    assert len(channel.tried) > 20 and [one.attempts for one in waiting] == [0] * 6
    assert set(channel.tried) == {"a", "b"}, "the one that was tried goes behind the others"
    channel.mended = True
    office.clock.move_to(start + timedelta(days=10))
    carry(office, channel)
    assert {one.state for one in office.find(Outgoing)} == {"sent"}


def test_a_port_at_which_nobody_listens_for_days_leaves_no_dead_letter() -> None:
    office = written()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    channel = open_channel("smtp", {"PHASEGATE_SMTP_HOST": "127.0.0.1", "PHASEGATE_SMTP_PORT": str(port)})
    for at in (
        "05T09:05",
        "05T10:30",
        "05T16:55",
        "06T11:30",
        "07T09:05",
        "07T14:30",
        "08T09:05",
        "08T13:00",
        "08T16:55",
    ):
        office.at(f"2022-07-{at}")
        carry(office, channel)
    assert {(one.state, one.attempts) for one in office.find(Outgoing)} == {("queued", 0)}
    assert "127.0.0.1" in lanes(office)[0][3]


def test_what_a_server_cost_that_was_away_is_in_the_history_and_can_be_lived_again() -> None:
    office, channel = written(), Down(outcome="wait")
    carry(office, channel)
    channel.mended = True
    office.clock.move_to(office.clock.at + timedelta(minutes=5))
    assert carry(office, channel) == relaying.Delivered(sent=2)
    told = [one for entry in office.history("deliver") for one in entry["facts"]["results"]]
    assert [(one["attempt"], one["state"]) for one in told] == [(0, "queued"), (1, "sent"), (1, "sent")]
    assert verify_all(office.desk).findings == ()


def test_a_letter_at_which_the_server_always_shuts_keeps_no_other_from_going() -> None:
    office = with_queue(a=1, b=40)
    channel, start = Down(only="a", outcome="wait", whole=True), office.clock.at
    for minutes in range(0, 60, 2):
        office.clock.move_to(start + timedelta(minutes=minutes))
        carry(office, channel)
    assert {(one.recipient, one.state) for one in office.find(Outgoing) if one.recipient in "ab"} == {
        ("a", "queued"),
        ("b", "sent"),
    }


def test_a_broken_channel_holds_up_no_other() -> None:
    office = with_queue(a=60, b=60)
    with office.desk.database.write() as work:
        for one in work.find(Outgoing, recipient="b"):
            work.put(replace(one, channel="smtp"))
    channels = {"eml": Down(), "smtp": Down(mended=True)}
    relaying.deliver(office.desk, lambda name: channels[name], "office@example.org", "worker")
    assert (len(channels["eml"].tried), len(channels["smtp"].tried)) == (1, 60)


def test_a_recipient_that_fails_again_and_again_waits_while_the_others_are_served() -> None:
    office = with_queue(a=200, b=30)
    channel = Down(only="a")
    carry(office, channel)
    assert Counter(channel.tried) == {"a": 3, "b": 30}
    assert ("eml", "a", 3, "the server is away") in lanes(office)
    assert sum(o.attempts for o in office.find(Outgoing, recipient="a")) == 3
    channel.mended = True
    office.clock.move_to(office.clock.at + timedelta(minutes=2))
    carry(office, channel)
    assert {o.state for o in office.find(Outgoing)} == {"sent"} and len(lanes(office)) == 1


def test_whatever_a_campaign_is_called_its_messages_go_out() -> None:
    office = with_queue(a=1)
    with office.desk.database.write() as work:
        work.put(replace(work.must(Campaign, 1), key="某县.2022'x"))
    ids: list[str] = []
    carry(office, Naming(ids))
    (system,) = office.find(System)
    assert [one.rpartition("-")[0] for one in ids] == [f"某县-2022-x-1-{system.installation[:8]}-000027"]


def test_a_message_that_cannot_be_made_fails_alone_with_its_reason() -> None:
    office = with_queue(a=2)
    with office.desk.database.write() as work:
        (first, _) = work.find(Outgoing, recipient="a", order="id")
        work.put(replace(first, recipient="a\r\nBcc: b@example.org"))
    carry(office, channel := Down(mended=True))
    assert channel.tried == ["a"]
    (failed,) = office.find(Outgoing, state="failed")
    assert told(failed.error).startswith("PG512  the recipient of a message holds a line break")


def test_results_of_one_campaign_are_recorded_though_another_cannot_be() -> None:
    office = with_queue(a=2)
    with office.desk.database.write() as work:
        (first, _) = work.find(Outgoing, recipient="a", order="id")
        work.drop(Outgoing, first.id)
        work.add(replace(first, id=2 << 32 | 1))
        work.add(replace(work.must(Campaign, 1), id=2, uid="other", key="other", last_at=first.next_at))
    ahead = office.clock.at + timedelta(hours=1)

    def first_is_ahead() -> None:
        with office.desk.database.write() as work:
            work.put(replace(work.must(Campaign, 1), last_at=ahead))

    with pytest.raises(ClockBehind):
        carry(office, Doing(first_is_ahead))
    assert {o.id >> 32: o.state for o in office.find(Outgoing, recipient="a")} == {1: "queued", 2: "sent"}


def test_a_result_is_recorded_though_the_database_is_busy_for_a_while() -> None:
    tries: list[int] = []

    def busy() -> None:
        tries.append(1)
        if len(tries) < relaying.TRIES:
            raise DatabaseBusy(url="x", why="locked")

    relaying.patiently(busy)
    assert len(tries) == relaying.TRIES
    with pytest.raises(DatabaseBusy):
        relaying.patiently(lambda: (_ for _ in ()).throw(DatabaseBusy(url="x", why="locked")))


# --- F6: channels that are switched off ---


def test_what_was_about_to_go_by_a_channel_that_is_switched_off_waits_for_it() -> None:
    office = written()
    office.do("channel", name="eml", off=True, reason="邮件系统升级")
    carry(office, channel := Doing(lambda: None))
    assert channel.taken == []
    assert {(o.state, told(o.error)) for o in office.find(Outgoing)} == {
        ("failed", "the channel eml is switched off")
    }
    with pytest.raises(Refused, match="the channel eml is off already"):
        office.do("channel", name="eml", off=True, reason="再次")
    office.at("2022-07-05T10:00").do("raise", task="report", unit=TOWN, level=0, reason="急")
    sweep(office.desk)
    assert [item.kind for item in office.find(Item, state="aside")] == ["reminder"]
    office.do("channel", name="eml", reason="升级完成")
    office.do("retry", outgoing=[o.id for o in office.find(Outgoing)])
    office.do("again")
    office.sweep("2022-07-05T10:01")
    assert {o.state for o in office.find(Outgoing)} == {"sent"} and len(office.find(Outgoing)) == 3
    assert verify_all(office.desk).findings == ()


def test_a_channel_is_switched_by_the_office_or_a_leader_with_a_reason() -> None:
    office = opened()
    for who, given in ((TOWN, {"reason": "x"}), ("", {"reason": ""}), ("", {"name": "fax", "reason": "x"})):
        with pytest.raises(PhasegateError):
            office.do("channel", who=who, **{"name": "smtp", "off": True, **given})
    office.do("channel", who="leader", name="smtp", off=True, reason="信箱停用")
    (record,) = [told for told in office.history("channel") if told["outcome"] == "done"]
    assert (record["subject"], record["reason"]) == ("smtp", "信箱停用")


# --- on both databases alike ---


@dataclass
class OnceAMinute:
    """A channel whose recipients may be sent one message a minute."""

    taken: list[str] = field(default_factory=list)

    def limits(self, recipient: str) -> tuple[Limit, ...]:
        return (Limit(count=1, seconds=60),)

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.taken.append(envelope.message_id)
        return all_alike(envelope, "accepted")


def test_leases_limits_and_lanes_are_the_same_on_both_databases(database: Database) -> None:
    desk = desk_at(database)
    for step in SCRIPT[:2]:
        step(desk)
    with database.write() as work:
        for outgoing in work.find(Outgoing):
            work.put(replace(outgoing, recipient="one@example.org"))
    channel, sent = OnceAMinute(), []
    for _ in range(4):
        sent.append(relaying.deliver(desk, lambda _: channel, "office@example.org", "worker").sent)
        desk.clock.move_to(desk.now() + timedelta(seconds=61))  # type: ignore[attr-defined]
    assert sent == [1, 1, 1, 0] and len(set(channel.taken)) == 3
    with database.read() as work:
        assert {(o.state, o.lease) for o in work.find(Outgoing)} == {("sent", "")}
        assert len(work.find(Sending)) == 3
        assert [(lane.recipient, lane.failures) for lane in work.find(Lane)] == [("", 0)]
