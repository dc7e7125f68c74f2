from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from worded import told

from notifications.channels import Channel, ChannelResult, Envelope, Outcome, all_alike, open_channel
from notifications.relay import LONGEST, PAUSES, SPREAD, WAIT, Claimed, DeliveryMark, relay, spread

NOW = datetime(2022, 11, 16, 1, 0, tzinfo=UTC)
ENVELOPE = Envelope(
    id="shizhu-000017",
    message_id="shizhu-000017@phasegate.example.org",
    sender="office@shizhu.example.org",
    recipients=("a@example.org", "b@example.org"),
    subject="工作提示",
    body="正文\n",
    short="短消息",
    date=NOW,
)
MESSAGE = Claimed(ref=17, channel="eml", attempts=0, envelope=ENVELOPE)


@dataclass
class Answering:
    """A channel that answers the same to everybody it knows."""

    outcome: Outcome
    knows: tuple[str, ...] = ENVELOPE.recipients

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        return tuple(ChannelResult(recipient=one, outcome=self.outcome, detail="so it said") for one in self.knows)


@dataclass
class Saying:
    """A channel that says of each recipient what it would say of the one in its result."""

    result: ChannelResult
    got: list[Envelope] = field(default_factory=list)

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.got.append(envelope)
        return tuple(replace(self.result, recipient=one) for one in envelope.recipients)


@dataclass
class Remembering:
    """A channel with a session, which remembers what was done with it."""

    seen: list[str] = field(default_factory=list)

    @contextmanager
    def session(self) -> Iterator[Remembering]:
        self.seen.append("open")
        yield self
        self.seen.append("close")

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.seen.append(envelope.recipients[0])
        return all_alike(envelope, "accepted")


class Breaking:
    """A channel with a mistake in it."""

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        raise ZeroDivisionError("oh")


def marks_of(channel: Channel, message: Claimed = MESSAGE) -> tuple[DeliveryMark, ...]:
    return tuple(relay([message], lambda name: channel, lambda: NOW))


def test_an_accepted_message_is_marked_sent_for_each_recipient() -> None:
    assert marks_of(Answering("accepted")) == tuple(
        DeliveryMark(ref=17, recipient=one, state="sent", attempts=1, outcome="accepted", at=NOW, detail="so it said")
        for one in ("a@example.org", "b@example.org")
    )


def test_a_refused_message_has_failed_at_once() -> None:
    assert [(mark.state, mark.next_at) for mark in marks_of(Answering("refused"))] == [("failed", None)] * 2


@pytest.mark.parametrize("attempts", range(len(PAUSES)))
def test_pauses_grow_with_every_attempt(attempts: int) -> None:
    mark = marks_of(Answering("later"), replace(MESSAGE, attempts=attempts))[0]
    assert (mark.state, mark.attempts) == ("queued", attempts + 1) and mark.next_at is not None
    assert PAUSES[attempts] <= mark.next_at - NOW <= PAUSES[attempts] * (1 + SPREAD)
    assert list(PAUSES) == sorted(PAUSES) and PAUSES[0] == timedelta(minutes=1)


def test_what_failed_together_does_not_come_back_together_but_a_run_repeats() -> None:
    pauses = [spread(PAUSES[2], ref, 3) for ref in range(1000)]
    assert len(set(pauses)) > 900 and min(pauses) >= PAUSES[2] and max(pauses) <= PAUSES[2] * (1 + SPREAD)
    assert pauses == [spread(PAUSES[2], ref, 3) for ref in range(1000)]
    assert spread(PAUSES[2], 17, 3) != spread(PAUSES[2], 17, 4)


def test_a_server_that_asks_for_time_gets_it_within_reason() -> None:
    later = ChannelResult(recipient="a@example.org", outcome="later", after_in_seconds=7200)
    (mark, _) = marks_of(Saying(later))
    assert mark.next_at == NOW + timedelta(hours=2) and mark.attempts == 1
    (mark, _) = marks_of(Saying(replace(later, after_in_seconds=1e9)))
    assert mark.next_at == NOW + LONGEST


def test_what_must_wait_through_no_fault_of_its_own_costs_no_attempt() -> None:
    (mark, _) = marks_of(
        Saying(ChannelResult(recipient="a@example.org", outcome="wait")), replace(MESSAGE, attempts=7)
    )
    assert (mark.state, mark.attempts) == ("queued", 7)
    assert mark.next_at is not None and WAIT <= mark.next_at - NOW <= WAIT * (1 + SPREAD)


def test_once_a_channel_fails_as_a_whole_the_rest_of_its_messages_is_not_tried() -> None:
    whole = ChannelResult(recipient="a@example.org", outcome="later", whole=True)
    other = replace(ENVELOPE, recipients=("c@example.org",))
    messages = [MESSAGE, replace(MESSAGE, ref=18, envelope=other), replace(MESSAGE, ref=19, channel="smtp")]
    channels = {"eml": Saying(whole), "smtp": Answering("accepted")}
    marks = relay(messages, lambda name: channels[name], lambda: NOW)
    assert [(mark.ref, mark.state) for mark in marks] == [(17, "queued")] * 2 + [(19, "sent")] * 2


def test_whoever_must_be_tried_again_gets_nothing_else_meanwhile() -> None:
    one = replace(MESSAGE, envelope=replace(ENVELOPE, recipients=("a@example.org",)))
    other = replace(one, ref=19, envelope=replace(ENVELOPE, recipients=("b@example.org",)))
    later = ChannelResult(recipient="a@example.org", outcome="later")
    marks = list(relay([one, replace(one, ref=18), other], lambda name: Saying(later), lambda: NOW))
    assert [mark.ref for mark in marks] == [17, 19]


def test_messages_of_one_channel_share_its_session_and_it_is_ended() -> None:
    channel = Remembering()
    list(relay([MESSAGE, replace(MESSAGE, ref=18)], lambda name: channel, lambda: NOW))
    assert channel.seen == ["open", "a@example.org", "a@example.org", "close"]


def test_what_a_channel_says_is_one_line_of_bounded_length() -> None:
    sly = "no\r\nX-Injected: 1\n\x1b[2J\x9b2J\u202e"
    said = ChannelResult(recipient="a@example.org", outcome="refused", detail=sly + "x" * 10_000)
    (mark, _) = marks_of(Saying(said))
    assert mark.detail.startswith("no X-Injected: 1 [2J 2J x") and len(mark.detail) == 400


def test_a_channel_is_told_when_the_attempt_began() -> None:
    channel = Saying(ChannelResult(recipient="a@example.org", outcome="accepted"))
    marks_of(channel)
    assert [envelope.tried_at for envelope in channel.got] == [NOW]


def test_after_the_last_pause_a_message_has_failed() -> None:
    mark = marks_of(Answering("later"), replace(MESSAGE, attempts=len(PAUSES)))[0]
    assert (mark.state, mark.next_at) == ("failed", None)


def test_a_channel_that_breaks_means_later_and_holds_up_no_other_message() -> None:
    channels = {"eml": Breaking(), "smtp": Answering("accepted")}
    messages = [MESSAGE, replace(MESSAGE, ref=18, channel="smtp"), replace(MESSAGE, ref=19, channel="fax")]
    seen = list(relay(messages, lambda name: channels[name], lambda: NOW))
    assert [(mark.ref, mark.state, told(mark.detail)) for mark in seen[::2]] == [
        (17, "queued", "ZeroDivisionError: oh"),
        (18, "sent", "so it said"),
        (19, "queued", "KeyError: 'fax'"),
    ]


def test_an_unknown_channel_is_told_in_one_line() -> None:
    (mark, _) = relay([replace(MESSAGE, channel="fax")], lambda name: open_channel(name, {}), lambda: NOW)
    assert (
        told(mark.detail)
        == "PG510  there is no channel 'fax' — known: console, eml, smtp, webhook, wecom, wecom_bot — name one of them"
    )


def test_a_recipient_that_the_channel_forgets_is_tried_again() -> None:
    states = {mark.recipient: mark.state for mark in marks_of(Answering("accepted", ("a@example.org",)))}
    assert states == {"a@example.org": "sent", "b@example.org": "queued"}


def test_a_result_is_marked_before_the_next_message_is_tried(tmp_path: Path) -> None:
    messages = [MESSAGE, replace(MESSAGE, envelope=replace(ENVELOPE, id="shizhu-000018"))]
    marks = relay(messages, lambda name: open_channel(name, {"PHASEGATE_EML_DIR": str(tmp_path)}), lambda: NOW)
    assert [len(list(tmp_path.rglob("*.eml"))) for _ in marks] == [1, 1, 2, 2]


def test_no_message_is_tried_once_no_more_may_be_sent() -> None:
    messages = [MESSAGE, replace(MESSAGE, ref=18)]
    allowed = iter([True, False])
    marks = list(relay(messages, lambda name: Answering("accepted"), lambda: NOW, lambda: next(allowed)))
    assert [mark.ref for mark in marks] == [17, 17]


def test_a_pause_counts_from_the_end_of_its_attempt() -> None:
    ticks = iter([NOW, NOW + timedelta(seconds=50)])
    one = replace(MESSAGE, envelope=replace(ENVELOPE, recipients=("a@example.org",)))
    (mark,) = relay([one], lambda name: Answering("later", ("a@example.org",)), lambda: next(ticks))
    assert mark.next_at == NOW + timedelta(seconds=50) + spread(PAUSES[0], 17, 1)
