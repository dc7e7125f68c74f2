from __future__ import annotations

import email
import email.policy
import io
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback_smtp import CERTIFICATE, Script, serving
from worded import line as told_line
from worded import told as reason

from notifications.channels import (
    BadEnvelope,
    BadSetting,
    ChannelResult,
    Envelope,
    UnknownChannel,
    channel_names,
    open_channel,
    session,
)
from notifications.channels.console import Console
from notifications.channels.smtp import read_settings
from notifications.mime import message_bytes
from notifications.notice import coded

BEIJING = timezone(timedelta(hours=8))
LIAISON, DEPUTY = "liaison@xituo.example.org", "deputy@xituo.example.org"
ENVELOPE = Envelope(
    id="shizhu-000017",
    message_id="shizhu-000017@phasegate.example.org",
    sender="县创建办 <office@shizhu.example.org>",
    recipients=(LIAISON,),
    subject="关于“自检自查”任务到期的工作提示",
    body="西沱镇:\n\u3000\u3000贵单位承担的任务将于11月30日(星期三)到期。\n",
    short="【县创建办】工作提示:“自检自查”任务即将到期。",
    date=datetime(2022, 11, 16, 9, 0, tzinfo=BEIJING),
    headers=(("X-Phasegate-Head", "9f2c61d07be4a315"),),
)


def settings(port: int, **given: str) -> dict[str, str]:
    facts = {"HOST": "localhost", "PORT": str(port), "TLS": "none", "TIMEOUT": "5", **given}
    return {f"PHASEGATE_SMTP_{name}": text for name, text in facts.items()}


def sent(script: Script, envelope: Envelope = ENVELOPE, **given: str) -> tuple[ChannelResult, ...]:
    with serving(script) as port:
        return open_channel("smtp", settings(port, **given)).deliver(envelope)


# --- the registry and the envelope --------------------------------------------------------------


def test_every_file_of_the_package_is_a_channel() -> None:
    assert channel_names() == ("console", "eml", "smtp", "webhook", "wecom", "wecom_bot")


def test_an_unknown_channel_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownChannel) as caught:
        open_channel("fax", {})
    assert told_line(caught.value) == (
        "PG510  there is no channel 'fax' — known: console, eml, smtp, webhook, wecom, wecom_bot — name one of them"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "提示\r\nBcc: other@example.org"},
        {"recipients": ("liaison@xituo.example.org\nRCPT TO:<other@example.org>",)},
        {"sender": "office@example.org\r\n"},
        {"message_id": "a\n b"},
        {"headers": (("X-Head", "a\r\n\r\nbody"),)},
        {"id": "../../etc/passwd"},
        {"id": ""},
    ],
)
def test_nothing_can_slip_a_line_into_the_head_of_a_message(change: dict[str, object]) -> None:
    with pytest.raises(BadEnvelope):
        replace(ENVELOPE, **change)  # type: ignore[arg-type]


@given(st.text(max_size=80))
def test_any_subject_is_refused_or_stays_one_header(subject: str) -> None:
    try:
        content = message_bytes(replace(ENVELOPE, subject=subject))
    except (BadEnvelope, UnicodeEncodeError):
        return
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message.keys() == ["From", "To", "Subject", "Date", "Message-ID", "X-Phasegate-Head",
                              "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]  # fmt: skip


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        replace(ENVELOPE, date=datetime(2022, 11, 16, 9))


def test_a_message_reads_back_as_it_was_written() -> None:
    message = email.message_from_bytes(message_bytes(ENVELOPE), policy=email.policy.default)
    assert dict(message.items()) == {
        "From": "县创建办 <office@shizhu.example.org>",
        "To": LIAISON,
        "Subject": ENVELOPE.subject,
        "Date": "Wed, 16 Nov 2022 09:00:00 +0800",
        "Message-ID": "<shizhu-000017@phasegate.example.org>",
        "X-Phasegate-Head": "9f2c61d07be4a315",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
        "MIME-Version": "1.0",
    }
    assert message.get_content().replace("\r\n", "\n") == ENVELOPE.body


# --- eml ----------------------------------------------------------------------------------------


def test_an_eml_file_stands_in_the_folder_of_its_day(tmp_path: Path) -> None:
    result = open_channel("eml", {"PHASEGATE_EML_DIR": str(tmp_path)}).deliver(ENVELOPE)
    file = tmp_path / "2022-11-16" / "shizhu-000017.eml"
    assert result == (ChannelResult(recipient=LIAISON, outcome="accepted", detail=str(file)),)
    assert file.read_bytes() == message_bytes(ENVELOPE)


def test_the_same_message_written_twice_is_one_file_of_the_same_bytes(tmp_path: Path) -> None:
    channel = open_channel("eml", {"PHASEGATE_EML_DIR": str(tmp_path)})
    channel.deliver(ENVELOPE)
    before = (tmp_path / "2022-11-16" / "shizhu-000017.eml").read_bytes()
    channel.deliver(ENVELOPE)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [(path.name, path.read_bytes()) for path in files] == [("shizhu-000017.eml", before)]


def test_a_folder_that_cannot_be_written_costs_no_attempt_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "2022-11-16").write_text("a file stands where the day's folder should be")
    (result,) = open_channel("eml", {"PHASEGATE_EML_DIR": str(tmp_path)}).deliver(ENVELOPE)
    assert (result.outcome, result.whole) == ("wait", True)
    assert "nothing of it was kept there, the message waits" in reason(result.detail)
    assert [path.name for path in tmp_path.iterdir()] == ["2022-11-16"]


# --- console ------------------------------------------------------------------------------------


def test_the_console_prints_the_short_text() -> None:
    stream = io.StringIO()
    assert Console(stream).deliver(ENVELOPE) == (ChannelResult(recipient=LIAISON, outcome="accepted"),)
    assert stream.getvalue() == f"{LIAISON}  {ENVELOPE.short}\n"


def test_a_closed_console_means_later() -> None:
    stream = io.StringIO()
    stream.close()
    (result,) = Console(stream).deliver(ENVELOPE)
    assert result.outcome == "later"


# --- smtp ---------------------------------------------------------------------------------------


def test_the_server_gets_the_very_bytes_of_the_message() -> None:
    script = Script()
    assert sent(script) == (ChannelResult(recipient=LIAISON, outcome="accepted", detail="250 message taken"),)
    assert script.messages == [message_bytes(ENVELOPE)]
    # Python 3.13 writes `from` small; a server reads the word either way (RFC 5321, 2.4).
    assert "mail from:<office@shizhu.example.org>" in [command.lower() for command in script.commands]


def test_each_recipient_has_an_answer_of_its_own() -> None:
    gone, full = "gone@example.org", "full@example.org"
    script = Script(recipients={gone: "550 no such box", full: "452 4.2.2 box is full"})
    foreign = "联络员@example.org"
    assert sent(script, replace(ENVELOPE, recipients=(gone, LIAISON, full, foreign))) == (
        ChannelResult(recipient=gone, outcome="refused", detail="550 no such box"),
        ChannelResult(recipient=LIAISON, outcome="accepted", detail="250 message taken"),
        ChannelResult(recipient=full, outcome="later", detail="452 4.2.2 box is full"),
        ChannelResult(recipient=foreign, outcome="refused", detail=coded("no_mail_address")),
    )


def test_no_message_is_handed_over_when_every_recipient_is_refused() -> None:
    script = Script(recipients={LIAISON: "550 no such box"})
    (result,) = sent(script)
    assert (result.outcome, script.messages) == ("refused", [])


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (Script(data="554 unwanted"), "refused"),
        (Script(data="451 try later"), "later"),
        (Script(data="421 closing"), "wait"),
        (Script(data="530 sign in first"), "wait"),
        (Script(mail="550 not from you"), "wait"),
        (Script(mail="421 closing"), "wait"),
        (Script(greeting="421 too busy"), "wait"),
        (Script(greeting="554 go away"), "wait"),
        (Script(lose_answer=True), "later"),
    ],
)
def test_the_code_decides_between_later_refused_and_no_fault_of_the_message(script: Script, outcome: str) -> None:
    results = sent(script, replace(ENVELOPE, recipients=(LIAISON, DEPUTY)))
    assert [(result.recipient, result.outcome) for result in results] == [
        (LIAISON, outcome),
        (DEPUTY, outcome),
    ]


def test_a_rude_goodbye_does_not_undo_an_accepted_message() -> None:
    (result,) = sent(Script(goodbye="500 no goodbye here"))
    assert result.outcome == "accepted"


def test_a_server_that_says_nothing_costs_the_timeout_and_no_attempt() -> None:
    (result,) = sent(Script(silent=True), TIMEOUT="0.2")
    assert (result.outcome, result.whole) == ("wait", True)


def test_a_server_that_is_not_there_costs_no_message_its_attempts() -> None:
    with serving(Script()) as port:
        pass
    (result,) = open_channel("smtp", settings(port)).deliver(ENVELOPE)
    assert (result.outcome, result.whole) == ("wait", True)


def in_one_session(script: Script, count: int, **given: str) -> list[ChannelResult]:
    """Send so many messages in one session."""
    with serving(script) as port, session(open_channel("smtp", settings(port, **given))) as kept:
        return [kept.deliver(replace(ENVELOPE, id=f"shizhu-{n}"))[0] for n in range(count)]


def test_messages_of_one_batch_go_over_one_connection() -> None:
    script = Script()
    results = in_one_session(script, 5)
    assert [result.outcome for result in results] == ["accepted"] * 5
    assert (script.connections, len(script.messages), script.commands[-1].upper()) == (1, 5, "QUIT")


def test_a_connection_that_is_lost_with_a_message_costs_only_that_message() -> None:
    script = Script(lose_answers_of=frozenset({2}))
    results = in_one_session(script, 4)
    assert [(result.outcome, result.whole) for result in results] == [
        ("accepted", False),
        ("later", False),
        ("accepted", False),
        ("accepted", False),
    ]
    assert (script.connections, len(script.messages)) == (2, 4)


def test_a_server_that_takes_few_messages_of_one_connection_is_connected_to_again() -> None:
    script = Script(most_of_a_connection=2)
    assert [result.outcome for result in in_one_session(script, 5)] == ["accepted"] * 5
    assert (script.connections, len(script.messages)) == (3, 5)


def test_after_a_recipient_was_refused_the_connection_serves_the_next_message() -> None:
    script = Script(recipients={"gone@example.org": "550 no such box"})
    with serving(script) as port, session(open_channel("smtp", settings(port))) as kept:
        (first,) = kept.deliver(replace(ENVELOPE, recipients=("gone@example.org",)))
        (second,) = kept.deliver(ENVELOPE)
    assert (first.outcome, second.outcome, script.connections) == ("refused", "accepted", 1)


@pytest.mark.parametrize(
    "script",
    [Script(greeting="421 too busy"), Script(mail="550 not from you"), Script(greeting="554 go away"),
     Script(tls="ssl", auth="535 wrong")],
)  # fmt: skip
def test_what_would_fail_every_message_fails_the_channel_and_no_message_for_good(script: Script) -> None:
    more = (
        {"TLS": "ssl", "CA": str(CERTIFICATE), "USER": "office", "PASSWORD": "s3cret"} if script.tls == "ssl" else {}
    )
    (result,) = sent(script, **more)
    assert (result.outcome, result.whole) == ("wait", True)


def test_a_server_that_drips_is_cut_off_though_no_single_byte_is_late() -> None:
    (result,) = sent(Script(drips=True), TIMEOUT="0.3")
    assert result == ChannelResult(
        recipient=LIAISON, outcome="wait", detail=coded("no_answer", place="localhost"), whole=True
    )


def test_what_cannot_be_written_as_a_mail_is_refused_and_the_server_left_in_peace() -> None:
    script = Script()
    (result,) = sent(script, replace(ENVELOPE, subject="\ud800"))
    assert (result.outcome, script.connections) == ("refused", 0)


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
def test_an_encrypted_connection_signs_in_and_delivers(mode: str) -> None:
    script = Script(tls=mode)
    (result,) = sent(script, TLS=mode, CA=str(CERTIFICATE), USER="office", PASSWORD="s3cret")
    assert (result.outcome, script.signed_in) == ("accepted", ["\0office\0s3cret"])


def test_a_password_in_chinese_goes_as_utf8() -> None:
    script = Script(tls="ssl")
    (result,) = sent(script, TLS="ssl", CA=str(CERTIFICATE), USER="创建办", PASSWORD="密码甲乙")
    assert (result.outcome, script.signed_in) == ("accepted", ["\0创建办\0密码甲乙"])
    (result,) = sent(Script(tls="ssl", auth="535 no"), TLS="ssl", CA=str(CERTIFICATE), USER="办", PASSWORD="密码甲乙")
    assert (result.outcome, result.whole) == ("wait", True)


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(mode: str) -> None:
    script = Script(tls=mode)
    (result,) = sent(script, TLS=mode)
    assert (result.outcome, script.messages) == ("wait", [])


def test_starttls_is_never_dropped_for_a_server_that_lacks_it() -> None:
    script = Script(tls="none")
    (result,) = sent(script, TLS="starttls", CA=str(CERTIFICATE))
    assert (result.outcome, script.messages) == ("wait", [])


def test_a_refused_sign_in_fails_the_channel_not_the_message_and_tells_no_password() -> None:
    script = Script(tls="ssl", auth="535 wrong password s3cret")
    (result,) = sent(script, TLS="ssl", CA=str(CERTIFICATE), USER="office", PASSWORD="s3cret")
    assert result == ChannelResult(
        recipient=LIAISON, outcome="wait", detail=coded("sign_in_refused", place="localhost", status=535), whole=True
    )


def test_a_password_shows_nowhere() -> None:
    given = settings(25, TLS="ssl", USER="office", PASSWORD="s3cret")
    assert "s3cret" not in f"{read_settings(given)!r} {open_channel('smtp', given)!r}"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"PHASEGATE_SMTP_TLS": "tls"},
            "PG511  setting PHASEGATE_SMTP_TLS: the mode is unknown — found 'tls' — use starttls, ssl, none",
        ),
        ({}, "PG511  setting PHASEGATE_SMTP_HOST: it is not set — name the mail server"),
        (
            settings(25, PORT="smtp"),
            "PG511  setting PHASEGATE_SMTP_PORT: it is not a number in range — found 'smtp' — write one up to 65535",
        ),
        (
            settings(25, USER="office", PASSWORD="s3cret"),
            "PG511  setting PHASEGATE_SMTP_TLS: a password would travel in the clear — found 'none' — use starttls or ssl",
        ),
    ],
)
def test_a_wrong_setting_says_which_and_what_to_write(given: dict[str, str], line: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read_settings(given)
    assert told_line(caught.value) == line


def test_ports_follow_the_mode() -> None:
    modes = ("starttls", "ssl", "none")
    given = [{"PHASEGATE_SMTP_HOST": "mail.example.org", "PHASEGATE_SMTP_TLS": mode} for mode in modes]
    assert [read_settings(one).port for one in given] == [587, 465, 25]
