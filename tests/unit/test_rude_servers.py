"""Mail and web servers that misbehave: what each does to a message, to its channel, and how long it takes."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from loopback_http import Answer
from loopback_http import Script as Web
from loopback_http import serving as serving_web
from loopback_smtp import CERTIFICATE
from worded import told

from notifications.channels import ChannelResult, Envelope, open_channel
from notifications.relay import LONGEST, Claimed, relay

LIAISON = "liaison@xituo.example.org"
NOW = datetime(2022, 11, 16, 1, 0, 5, tzinfo=UTC)
ENVELOPE = Envelope(
    id="shizhu-000017",
    message_id="shizhu-000017@phasegate.example.org",
    sender='"县创建办, 办公室" <office@shizhu.example.org>',
    recipients=(LIAISON,),
    subject="关于“自检自查”任务到期的工作提示",
    body="西沱镇:\n\u3000\u3000贵单位承担的任务将于11月30日(星期三)到期。\n",
    short="【县创建办】工作提示",
    date=NOW,
    tried_at=NOW,
)
SENT, REFUSED, LATER = ("accepted", False), ("refused", False), ("later", False)
AWAY = ("wait", True)
WAIT = ("wait", False)


@dataclass
class Rude:
    """An SMTP server on a bare socket: the bytes it says to each command, and what it heard; empty bytes hang up."""

    says: Mapping[str, bytes] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError), connection.makefile("rb") as lines:
            if not self._answered(connection, "", b"220 loopback\r\n"):
                return
            for line in lines:
                word = line[:4].decode("ascii", "replace").upper().strip()
                self.heard.append(word)
                if word == "DATA" and not self._takes(connection, lines):
                    return
                if word != "DATA" and not self._answered(connection, word, b"250 fine\r\n"):
                    return

    def _takes(self, connection: socket.socket, lines: object) -> bool:
        if not self._answered(connection, "DATA", b"354 go on\r\n"):
            return False
        if not self.says.get("DATA", b"354").startswith(b"354"):
            return True
        self.letters.append(b"".join(iter(lines.readline, b".\r\n")))  # type: ignore[attr-defined]
        return self._answered(connection, ".", b"250 taken\r\n")

    def _answered(self, connection: socket.socket, word: str, usual: bytes) -> bool:
        said = self.says.get(word, usual)
        connection.sendall(said)
        return bool(said)


@contextmanager
def serving(server: Rude) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=server.serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]


def mailed(server: Rude, **more: str) -> ChannelResult:
    with serving(server) as port:
        facts = {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none", "TIMEOUT": "2", **more}
        given = {f"PHASEGATE_SMTP_{name}": text for name, text in facts.items()}
        (result,) = open_channel("smtp", given).deliver(ENVELOPE)
    return result


def fate(result: ChannelResult) -> tuple[str, bool]:
    return result.outcome, result.whole


# --- mail ---


@pytest.mark.parametrize("code", [b"250", b"251", b"252", b"200", b"299"])
def test_whoever_is_taken_by_any_2xx_is_given_the_letter_and_only_then_is_it_sent(code: bytes) -> None:
    server = Rude({"RCPT": code + b" cannot verify, but will try\r\n"})
    assert fate(mailed(server)) == SENT and len(server.letters) == 1
    assert fate(mailed(Rude({"RCPT": code + b" fine\r\n", ".": b"554 no\r\n"}))) == REFUSED


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        pytest.param({"": b""}, AWAY, id="closes before a word"),
        pytest.param({"": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, AWAY, id="a web server"),
        pytest.param({"": b"220-" + b"x" * 100_000 + b"\r\n"}, AWAY, id="a greeting of one endless line"),
        pytest.param({"EHLO": b"250-x\r\n" * 100_000}, AWAY, id="an answer of endless lines"),
        pytest.param({"EHLO": b"421 too busy\r\n", "HELO": b"421 too busy\r\n"}, AWAY, id="421 to the greeting"),
        pytest.param({"MAIL": b"421 closing\r\n"}, AWAY, id="421 to the sender"),
        pytest.param({"MAIL": b"530 sign in\r\n"}, AWAY, id="530 to the sender"),
        pytest.param({"RCPT": b"421 closing\r\n"}, AWAY, id="421 in the midst"),
        pytest.param({"RCPT": b"530 sign in\r\n"}, AWAY, id="530 to the recipient"),
        pytest.param({"RCPT": b""}, WAIT, id="closes at the recipient"),
        pytest.param({"RCPT": b"451 4.3.0 the directory is away\r\n"}, WAIT, id="an error of the server"),
        pytest.param({"RCPT": b"452 no room\r\n"}, WAIT, id="no room at the server"),
        pytest.param({"RCPT": b"454 no TLS now\r\n"}, WAIT, id="no TLS for the moment"),
        pytest.param({"RCPT": b"452 4.2.2 the box is full\r\n"}, LATER, id="no room in the box"),
        pytest.param({"RCPT": b"450 the box is busy\r\n"}, LATER, id="a box that is busy"),
        pytest.param({".": b"451 this one not now\r\n"}, LATER, id="451 after DATA, which may be this letter's"),
        pytest.param({"RCPT": b"350 hm\r\n"}, LATER, id="3xx to the recipient"),
        pytest.param({"RCPT": b"what?\r\n"}, LATER, id="no code at all"),
        pytest.param({"DATA": b"250 taken already\r\n"}, LATER, id="250 instead of 354"),
        pytest.param({"DATA": b""}, LATER, id="closes at DATA"),
        pytest.param({".": b""}, LATER, id="closes after DATA"),
        pytest.param({".": b"421 closing\r\n"}, AWAY, id="421 after DATA"),
        pytest.param({".": b"250 " + b"x" * 100_000 + b"\r\n"}, LATER, id="a huge line after DATA, which is no 500"),
        pytest.param({".": b"250-x\r\n" * 10_000}, LATER, id="endless lines after DATA"),
        pytest.param({".": b"554-no\r\n250 or yes\r\n"}, LATER, id="lines that contradict each other"),
        pytest.param({".": b"550 no\r\n"}, REFUSED, id="refused after DATA"),
    ],
)
def test_what_a_rude_mail_server_does_to_a_message_and_to_its_channel(
    says: dict[str, bytes], expected: tuple[str, bool]
) -> None:
    began = time.monotonic()
    assert fate(mailed(Rude(says))) == expected
    assert time.monotonic() - began < 6


def test_a_server_that_hangs_at_the_recipient_costs_the_letter_no_attempt() -> None:
    """Half an answer, and then nothing: what is cut off there has sent nothing of the letter."""

    class Hanging(Rude):
        def _answered(self, connection: socket.socket, word: str, usual: bytes) -> bool:
            if word == "RCPT":
                connection.sendall(b"250-")
                time.sleep(3)
            return super()._answered(connection, word, usual)

    server = Hanging({})
    assert fate(mailed(server, TIMEOUT="0.5")) == WAIT and server.letters == []


def test_what_a_server_says_in_gbk_can_be_read_and_moves_no_cursor() -> None:
    result = mailed(Rude({"RCPT": "550 用户不存在\x1b[2J\r\n".encode("gbk")}))
    assert fate(result) == REFUSED and result.detail.startswith("550 用户不存在")
    (mark,) = relay(
        [Claimed(ref=1, channel="smtp", attempts=0, envelope=ENVELOPE)], lambda _: Fixed(result), lambda: NOW
    )
    assert mark.detail == "550 用户不存在 [2J"


def test_no_server_slips_an_answer_in_before_the_connection_is_encrypted() -> None:
    server = Rude({"EHLO": b"250-x\r\n250 STARTTLS\r\n", "STAR": b"220 go\r\n250 injected\r\n"})
    assert fate(mailed(server, TLS="starttls", CA=str(CERTIFICATE))) == AWAY
    assert "MAIL" not in server.heard


def test_a_mail_server_that_speaks_no_tls_is_away() -> None:
    assert fate(mailed(Rude(), TLS="ssl")) == AWAY


def test_a_name_with_a_comma_is_one_sender() -> None:
    server = Rude()
    mailed(server)
    (letter,) = server.letters
    assert letter.startswith(b"From: =?utf-8?") and b"<office@shizhu.example.org>" in letter.split(b"\r\nTo:")[0]


# --- the web ---


@dataclass
class Fixed:
    """A channel that always comes to one result."""

    result: ChannelResult

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        return tuple(replace(self.result, recipient=one) for one in envelope.recipients)


def posted(answer: Answer, **more: str) -> tuple[ChannelResult, Web]:
    script = Web([answer])
    with serving_web(script) as port:
        facts = {"A_URL": f"http://localhost:{port}/in", "SECRET": "sixteen-bytes-or-more", "ALLOW": "localhost"}
        given = {f"PHASEGATE_WEBHOOK_{name}": text for name, text in {**facts, "TIMEOUT": "2", **more}.items()}
        (result,) = open_channel("webhook", given).deliver(replace(ENVELOPE, recipients=("hook:a",)))
    return result, script


HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        pytest.param(HINT + FINE, "accepted", id="103 before 200"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + HINT * 3 + FINE, "accepted", id="100 and 103 before 200"),
        pytest.param(HINT + b"HTTP/1.1 404 Gone\r\n\r\n", "refused", id="103 before 404"),
        pytest.param(HINT, "later", id="103 and nothing more"),
        pytest.param(HINT * 1000, "later", id="103 without an end"),
        pytest.param(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "later", id="101 that nobody asked for"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, "later", id="a head without an end"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, "later", id="a line of the head without an end"),
        pytest.param(b"HTTP/1.1 2000 OK\r\n\r\n", "later", id="no status there is"),
        pytest.param(b"220 loopback ESMTP\r\n", "later", id="a mail server"),
        pytest.param("HTTP/1.1 200 成功\r\n\r\n".encode("gbk"), "accepted", id="a reason in GBK"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nnonsense", "accepted", id="chunks"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000, "accepted", id="a huge reply"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", "accepted", id="a reply that breaks off"),
        pytest.param(b"HTTP/1.1 308 Moved\r\nLocation: /in\r\n\r\n", "refused", id="a redirect to itself"),
        pytest.param(b"HTTP/1.1 401 Unauthorized\r\n\r\n", "wait", id="a secret that is refused"),
    ],
)
def test_what_a_rude_web_server_does_to_a_message(raw: bytes, outcome: str) -> None:
    began = time.monotonic()
    result, script = posted(Answer(raw=raw))
    assert fate(result) == (outcome, False) and len(script.asked) == 1
    assert time.monotonic() - began < 6


@pytest.mark.parametrize(("status", "asked"), [(429, "315360000"), (503, "Fri, 16 Nov 2032 01:00:05 GMT")])
def test_a_server_that_asks_for_ten_years_gets_a_day_and_costs_no_attempt(status: int, asked: str) -> None:
    result, _ = posted(Answer(status, headers={"Retry-After": asked}))
    (mark,) = relay(
        [Claimed(ref=1, channel="webhook", attempts=3, envelope=ENVELOPE)], lambda _: Fixed(result), lambda: NOW
    )
    assert (mark.state, mark.attempts, mark.next_at) == ("queued", 3, NOW + LONGEST)


def test_a_port_that_speaks_no_tls_is_away_and_what_broke_off_may_have_arrived() -> None:
    result, _ = posted(Answer(), A_URL="https://localhost:1/in")
    assert fate(result) == ("wait", False)
    with serving(Rude()) as port:
        result, _ = posted(Answer(), A_URL=f"https://localhost:{port}/in")
    assert fate(result) == ("wait", False)
    assert fate(posted(Answer(lost=True))[0]) == LATER


def test_what_wecom_says_in_gbk_is_read() -> None:
    said = json.dumps({"errcode": 81013, "errmsg": "用户不存在"}, ensure_ascii=False).encode("gbk")
    by_path = {"/cgi-bin/gettoken": [Answer(200, b'{"errcode": 0, "access_token": "t0ken"}')]}
    with serving_web(Web([Answer(200, said)], by_path=by_path)) as port:
        facts = {"URL": f"http://localhost:{port}", "CORP": "ww", "AGENT": "7", "SECRET": "s3cret-of-ours"}
        channel = open_channel("wecom", {f"PHASEGATE_WECOM_{name}": text for name, text in facts.items()})
        (result,) = channel.deliver(replace(ENVELOPE, recipients=("member:zhangsan",)))
    assert fate(result) == REFUSED and told(result.detail) == "WeCom 81013 用户不存在"


def test_pauses_of_a_channel_that_is_away_never_use_a_letter_up() -> None:
    away = Fixed(ChannelResult(recipient=LIAISON, outcome="wait", whole=True))
    message, at = Claimed(ref=1, channel="smtp", attempts=0, envelope=ENVELOPE), NOW
    for _ in range(100):
        (mark,) = relay([message], lambda _: away, lambda at=at: at)  # type: ignore[misc]
        message, at = replace(message, attempts=mark.attempts), at + timedelta(hours=1)
        assert (mark.state, mark.attempts) == ("queued", 0)
