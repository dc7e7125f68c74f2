from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications.channels import Envelope, Outcome, Result, open_channel
from notifications.recipients import Address, at_level, by_channel
from notifications.relay import PAUSES, Claimed, Mark, relay

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

    def deliver(self, envelope: Envelope) -> tuple[Result, ...]:
        return tuple(Result(recipient=one, outcome=self.outcome, detail="so it said") for one in self.knows)


class Breaking:
    """A channel with a mistake in it."""

    def deliver(self, envelope: Envelope) -> tuple[Result, ...]:
        raise ZeroDivisionError("oh")


def marks_of(channel: Answering | Breaking, message: Claimed = MESSAGE) -> tuple[Mark, ...]:
    return tuple(relay([message], lambda name: channel, lambda: NOW))


def test_an_accepted_message_is_marked_sent_for_each_recipient() -> None:
    assert marks_of(Answering("accepted")) == (
        Mark(ref=17, recipient="a@example.org", state="sent", attempts=1, detail="so it said"),
        Mark(ref=17, recipient="b@example.org", state="sent", attempts=1, detail="so it said"),
    )


def test_a_refused_message_has_failed_at_once() -> None:
    assert [(mark.state, mark.next_at) for mark in marks_of(Answering("refused"))] == [("failed", None)] * 2


@pytest.mark.parametrize("attempts", range(len(PAUSES)))
def test_pauses_grow_with_every_attempt(attempts: int) -> None:
    mark = marks_of(Answering("later"), replace(MESSAGE, attempts=attempts))[0]
    assert (mark.state, mark.attempts, mark.next_at) == ("queued", attempts + 1, NOW + PAUSES[attempts])
    assert list(PAUSES) == sorted(PAUSES) and PAUSES[0] == timedelta(minutes=1)


def test_after_the_last_pause_a_message_has_failed() -> None:
    mark = marks_of(Answering("later"), replace(MESSAGE, attempts=len(PAUSES)))[0]
    assert (mark.state, mark.next_at) == ("failed", None)


def test_a_channel_that_breaks_means_later_and_holds_up_no_other_message() -> None:
    channels = {"eml": Breaking(), "smtp": Answering("accepted")}
    messages = [MESSAGE, replace(MESSAGE, ref=18, channel="smtp"), replace(MESSAGE, ref=19, channel="fax")]
    seen = list(relay(messages, lambda name: channels[name], lambda: NOW))
    assert [(mark.ref, mark.state, mark.detail) for mark in seen[::2]] == [
        (17, "queued", "ZeroDivisionError: oh"),
        (18, "sent", "so it said"),
        (19, "queued", "KeyError: 'fax'"),
    ]


def test_an_unknown_channel_is_told_in_one_line() -> None:
    (mark, _) = relay([replace(MESSAGE, channel="fax")], lambda name: open_channel(name, {}), lambda: NOW)
    assert mark.detail == "PG510  there is no channel 'fax' — known: console, eml, smtp — name one of them"


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
    first, second = relay([MESSAGE], lambda name: Answering("later"), lambda: next(ticks))
    assert first.next_at is not None and second.next_at == first.next_at + timedelta(seconds=50)


# --- recipients ---------------------------------------------------------------------------------

LIAISON = Address(level=0, address="liaison@xituo.example.org")
HEAD = Address(level=2, address="head@xituo.example.org", channel="console")


def test_a_level_reaches_its_own_addresses_only_and_each_once() -> None:
    assert at_level([LIAISON, HEAD, LIAISON], 0) == (LIAISON,)
    assert at_level([LIAISON, HEAD], 1) == ()


def test_addresses_are_told_apart_by_channel() -> None:
    assert by_channel([LIAISON, HEAD], "eml") == {
        "eml": ("liaison@xituo.example.org",),
        "console": ("head@xituo.example.org",),
    }
