"""The channel that posts signed messages to web addresses."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from loopback_http import Answer, Script, serving
from loopback_smtp import CERTIFICATE
from worded import line, told

from notifications.channels import BadSetting, Channel, ChannelResult, Envelope, limits, open_channel, secrets
from notifications.channels.webhook import message
from notifications.relay import Claimed, DeliveryMark, relay

SECRET, OLD = "present-secret-of-the-hook", "former-secret-of-the-hook"
NOW = datetime(2022, 11, 16, 1, 0, 5, tzinfo=UTC)
ENVELOPE = Envelope(
    id="shizhu-000017-000042",
    message_id="1.17.42@phasegate.invalid",
    sender="office@shizhu.example.org",
    recipients=("hook:archive",),
    subject="关于“自检自查”任务到期的工作提示",
    body="西沱镇:\n\u3000\u3000贵单位承担的任务将于11月30日(星期三)到期。\n",
    short="【县创建办】工作提示:“自检自查”任务即将到期。",
    date=datetime(2022, 11, 16, 9, 0, tzinfo=timezone(timedelta(hours=8))),
    tried_at=NOW,
)


def given(port: int, scheme: str = "http", **more: str) -> dict[str, str]:
    facts = {
        "ARCHIVE_URL": f"{scheme}://localhost:{port}/in?key=k3y-of-the-url",
        "SECRET": SECRET,
        "ALLOW": "localhost",
    }
    return {f"PHASEGATE_WEBHOOK_{name}": text for name, text in {**facts, "TIMEOUT": "5", **more}.items()}


def posted(script: Script, envelope: Envelope = ENVELOPE, **more: str) -> ChannelResult:
    with serving(script) as port:
        (result,) = open_channel("webhook", given(port, **more)).deliver(envelope)
    return result


def marks_of(channel: Channel) -> list[DeliveryMark]:
    """What the relay makes of one message."""
    return list(
        relay([Claimed(ref=1, channel="webhook", attempts=0, envelope=ENVELOPE)], lambda _: channel, lambda: NOW)
    )


# --- what arrives --------------------------------------------------------------------------------


def test_a_receiver_that_knows_the_secret_can_hold_the_signature_against_id_time_and_body() -> None:
    script = Script()
    assert posted(script).outcome == "accepted"
    (got,) = script.asked
    head = {name: got.headers[name] for name in ("webhook-id", "webhook-timestamp", "content-type")}
    assert head == {
        "webhook-id": "shizhu-000017-000042",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "content-type": "application/json; charset=utf-8",
    }
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + got.body
    expected = b64encode(hmac.new(SECRET.encode(), signed, sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert (got.method, got.path) == ("POST", "/in?key=k3y-of-the-url")


def test_the_body_is_the_same_for_every_attempt_and_holds_the_texts() -> None:
    later = replace(ENVELOPE, tried_at=NOW + timedelta(hours=1))
    assert message(ENVELOPE) == message(later)
    told = json.loads(message(ENVELOPE))
    assert (told["type"], told["timestamp"]) == ("notice", "2022-11-16T09:00:00+08:00")
    assert told["data"] == {
        "id": ENVELOPE.id,
        "message_id": ENVELOPE.message_id,
        "subject": ENVELOPE.subject,
        "body": ENVELOPE.body,
        "short": ENVELOPE.short,
    }


def test_while_a_secret_is_changed_a_message_is_signed_with_both() -> None:
    script = Script()
    posted(script, SECRET_OLD=OLD)
    (got,) = script.asked
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    made = [f"v1,{b64encode(hmac.new(word.encode(), signed, sha256).digest()).decode()}" for word in (SECRET, OLD)]
    assert got.headers["webhook-signature"] == " ".join(made)


def test_a_secret_of_the_standard_form_is_decoded_and_a_hook_may_have_its_own() -> None:
    raw = bytes(range(24))
    script = Script()
    posted(script, ARCHIVE_SECRET=f"whsec_{b64encode(raw).decode()}")
    (got,) = script.asked
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    assert b64decode(got.headers["webhook-signature"].removeprefix("v1,")) == hmac.new(raw, signed, sha256).digest()


def test_over_https_the_certificate_is_held_against_the_name() -> None:
    with serving(Script(), tls=True) as port:
        channel = open_channel("webhook", given(port, "https", CA=str(CERTIFICATE)))
        assert channel.deliver(ENVELOPE)[0].outcome == "accepted"
        (result,) = open_channel("webhook", given(port, "https")).deliver(ENVELOPE)
    assert (result.outcome, "certificate" in told(result.detail)) == ("wait", True)


# --- the answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "accepted"), (202, "accepted"), (204, "accepted"), (301, "refused"), (307, "refused"), (400, "refused"),
     (401, "wait"), (403, "wait"), (404, "refused"), (407, "wait"), (408, "later"), (409, "later"), (410, "refused"),
     (413, "refused"), (425, "later"), (429, "wait"), (500, "later"), (502, "wait"), (503, "wait"), (504, "wait")],
)  # fmt: skip
def test_the_status_decides(status: int, outcome: str) -> None:
    result = posted(Script([Answer(status)]))
    assert (result.outcome, result.whole) == (outcome, False) and str(status) in told(result.detail)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("Wed, 16 Nov 2022 01:02:05 GMT", 120), ("Wed, 16 Nov 2022 00:00:00 GMT", 0), ("soon", 0),
     ("-5", 0), ("²", 0), ("9" * 400, 999999999), ("Wed, 99 Nov 2022 01:02:05 GMT", 0)],
)  # fmt: skip
def test_a_server_may_say_when_to_try_again(text: str, seconds: float) -> None:
    assert posted(Script([Answer(503, headers={"Retry-After": text})])).after_in_seconds == seconds


def test_a_redirect_is_not_followed() -> None:
    script = Script([Answer(307, headers={"Location": "http://localhost/elsewhere"})])
    assert "a redirect is not followed" in told(posted(script).detail) and len(script.asked) == 1


@pytest.mark.parametrize("answer", [Answer(silent=True), Answer(lost=True)])
def test_no_answer_means_later(answer: Answer) -> None:
    assert posted(Script([answer]), TIMEOUT="0.2").outcome == "later"


# --- where nothing is posted to ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (
            "https://127.0.0.1/in",
            "the name leads to a loopback address; if it is meant, let PHASEGATE_WEBHOOK_ALLOW name",
        ),
        ("https://[::1]/in", "the name leads to a loopback address"),
        ("https://10.0.0.8/in", "the name leads to a private address"),
        ("https://169.254.169.254/latest/meta-data", "the name leads to a link-local address"),
        ("https://2130706433/in", "the name leads to a loopback address"),
        ("http://example.org/in", "example.org is only posted to by https"),
        ("https://example.org/in?key=word", "an address with a query may hold a key"),
        ("https://office:word@example.org/in", "this is no address to post to"),
        ("hook:nobody", "there is no PHASEGATE_WEBHOOK_NOBODY_URL"),
        ("liaison@example.org", "this is no address to post to"),
    ],
)
def test_nothing_is_posted_to_what_is_private_or_no_address(address: str, why: str) -> None:
    (result,) = open_channel("webhook", given(1)).deliver(replace(ENVELOPE, recipients=(address,)))
    assert result.outcome == "refused" and why in told(result.detail) and "word" not in result.detail


def test_a_private_host_that_is_named_is_posted_to_and_no_other_of_its_kind() -> None:
    script = Script()
    assert posted(script).outcome == "accepted"
    assert posted(script, ALLOW="other.example.org").outcome == "refused"
    assert posted(script, ALLOW="other.example.org, LOCALHOST").outcome == "accepted"


def test_each_recipient_is_a_server_of_its_own() -> None:
    with serving(Script()) as port:
        channel = open_channel("webhook", given(port, GONE_URL="http://localhost:1/in"))
        results = channel.deliver(replace(ENVELOPE, recipients=("hook:gone", "hook:archive")))
    assert [(one.recipient, one.outcome, one.whole) for one in results] == [
        ("hook:gone", "wait", False),
        ("hook:archive", "accepted", False),
    ]
    assert limits(channel, "hook:archive") == ()


# --- secrets and settings ------------------------------------------------------------------------


def test_no_secret_and_no_key_of_an_address_shows_anywhere(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    for answer in (Answer(), Answer(500), Answer(lost=True), Answer(301, headers={"Location": f"/{SECRET}"})):
        with serving(Script([answer])) as port:
            settings = given(port, SECRET="", SECRET_FILE=str(file), SECRET_OLD=OLD, TIMEOUT="0.5")
            channel = open_channel("webhook", settings)
            marks = marks_of(channel)
        told = f"{channel!r} {marks!r} {secrets(channel)!r}"
        assert not [word for word in (SECRET, OLD, "k3y-of-the-url") if word in told]
    assert {one.reveal() for one in secrets(channel)} >= {SECRET, OLD, settings["PHASEGATE_WEBHOOK_ARCHIVE_URL"]}


@pytest.mark.parametrize(
    ("more", "why"),
    [({"SECRET": "too short"}, "this is no secret to sign with"), ({"SECRET": "whsec_***"}, "this is no secret"),
     ({"SECRET": "", "OTHER_SECRET": SECRET}, "there is no secret to sign with")],
)  # fmt: skip
def test_nothing_goes_unsigned_or_badly_signed(more: dict[str, str], why: str) -> None:
    script = Script()
    result = posted(script, **more)
    assert result.outcome == "wait" and why in told(result.detail) and script.asked == []
    assert "too short" not in result.detail


def test_an_id_in_chinese_is_sent_and_signed_as_a_header_can_hold_it() -> None:
    script = Script()
    assert posted(script, replace(ENVELOPE, id="某县-000017-000042")).outcome == "accepted"
    (got,) = script.asked
    assert got.headers["webhook-id"] == "%E6%9F%90%E5%8E%BF-000017-000042"
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    expected = b64encode(hmac.new(SECRET.encode(), signed, sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}" and got.told["data"]["id"] == "某县-000017-000042"


def test_without_a_secret_the_channel_says_what_to_set() -> None:
    with pytest.raises(BadSetting) as caught:
        open_channel("webhook", {})
    assert line(caught.value) == (
        "PG511  setting PHASEGATE_WEBHOOK_SECRET: it is not set — "
        "write at least 16 bytes, or name a file in PHASEGATE_WEBHOOK_SECRET_FILE"
    )
