"""One HTTP request within limits, and the addresses that nothing is sent to."""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace

import pytest
from loopback_http import Answer, Script, serving
from loopback_smtp import CERTIFICATE
from worded import told

from notifications import reach, web

CALLER = web.Caller(seconds=5, context=ssl.create_default_context(cafile=str(CERTIFICATE)))


def anywhere(address: str) -> str:
    return ""


def asked(script: Script, path: str = "/in?key=k", *, seconds: float = 5, tls: bool = False) -> web.HttpReply:
    with serving(script, tls=tls) as port:
        to = web.url(f"http{'s' * tls}://localhost:{port}{path}")
        return replace(CALLER, seconds=seconds).request("POST", to, b"body", {"X-One": "1"}, anywhere)


def test_a_request_arrives_as_it_was_given_and_the_reply_comes_back() -> None:
    script = Script([Answer(201, b"taken", {"Retry-After": "3"})])
    reply = asked(script)
    assert (reply.status, reply.body, reply.whole, reply.headers["retry-after"]) == (201, b"taken", True, "3")
    (got,) = script.asked
    assert (got.method, got.path, got.body, got.headers["x-one"]) == ("POST", "/in?key=k", b"body", "1")


def test_https_holds_the_certificate_against_the_name() -> None:
    assert asked(Script(), tls=True).status == 200
    with serving(Script(), tls=True) as port, pytest.raises(web.Unreachable, match="certificate"):
        web.Caller(seconds=5, context=ssl.create_default_context()).request(
            "GET", web.url(f"https://localhost:{port}/"), None, {}, anywhere
        )


def test_no_redirect_is_followed() -> None:
    script = Script([Answer(302, headers={"Location": "/elsewhere"})])
    assert asked(script).status == 302 and len(script.asked) == 1


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert asked(Script()).status == 200


@pytest.mark.parametrize(
    "answer", [Answer(silent=True), Answer(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000), Answer(raw=b"H")]
)
def test_a_server_that_never_comes_to_an_answer_costs_no_more_than_the_time(answer: Answer) -> None:
    with pytest.raises(web.Unreachable, match=r"no_answer|no_http"):
        asked(Script([answer]), seconds=0.3)


def test_a_server_that_drips_its_head_is_cut_off_though_no_single_byte_is_late() -> None:
    drip = Dripping()
    with drip as port, pytest.raises(web.Unreachable, match="no_answer"):
        replace(CALLER, seconds=0.3).request("GET", web.url(f"http://127.0.0.1:{port}/"), None, {}, anywhere)
    assert 1 <= drip.sent < 60


class Dripping:
    """A server that answers with one letter of a header at a time, each well within any time-out of a socket."""

    def __init__(self) -> None:
        self.sent = 0

    def __enter__(self) -> int:
        import threading

        self._listening = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._drip, daemon=True)
        self._thread.start()
        port: int = self._listening.getsockname()[1]
        return port

    def _drip(self) -> None:
        line, _ = self._listening.accept()
        with line:
            try:
                line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                while not self._over.wait(0.05) and self.sent < 60:
                    line.sendall(b"x")
                    self.sent += 1
            except OSError:
                return

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._listening.close()


def test_a_body_that_drips_leaves_the_status_which_came_in_time() -> None:
    reply = asked(Script([Answer(202, b"x" * 1000, drips=True)]), seconds=0.3)
    assert (reply.status, reply.whole) == (202, False)


def test_of_a_large_reply_only_so_much_is_read() -> None:
    reply = asked(Script([Answer(200, b"x" * 1_000_000)]))
    assert (len(reply.body), reply.whole) == (web.LARGEST, False)
    endless = Script([Answer(200, b"y" * 100_000, {"Transfer-Encoding": "identity"})])
    assert len(asked(endless).body) == web.LARGEST


def test_a_reply_that_breaks_off_is_not_whole() -> None:
    reply = asked(Script([Answer(200, b"half", {"Content-Length": "1000"})]))
    assert (reply.status, reply.whole) == (200, False)


def test_what_goes_wrong_tells_the_server_but_nothing_that_was_sent() -> None:
    with serving(Script([Answer(lost=True)])) as port:
        to = web.url(f"http://127.0.0.1:{port}/cgi-bin/send?key=s3cret-key")
        with pytest.raises(web.Unreachable) as caught:
            CALLER.request("POST", to, b"s3cret-body", {"X-Key": "s3cret-header"}, anywhere)
    assert told(str(caught.value)) == f"http://127.0.0.1:{port}: no HTTP answer (RemoteDisconnected)"
    assert caught.value.__suppress_context__ and "s3cret" not in repr(to)


def test_the_connection_goes_to_the_very_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads somewhere else the second time it is asked for leads nowhere else (DNS rebinding)."""
    names: list[str] = []
    real = socket.getaddrinfo

    def changing(host: str, *rest: object, **more: object) -> object:
        names.append(host)
        return real("127.0.0.1" if names.count("moving.example.org") < 2 else "127.0.0.2", *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    seen: list[str] = []
    script = Script()
    with serving(script) as port:
        to = web.url(f"http://moving.example.org:{port}/")
        CALLER.request("GET", to, None, {}, lambda address: seen.append(address) or "")  # type: ignore[func-returns-value]
    assert seen == ["127.0.0.1"] and names.count("moving.example.org") == 1
    assert script.asked[0].headers["host"] == f"moving.example.org:{port}"


def test_one_bad_address_among_several_spoils_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(web.Forbidden, match='"place":"private"'):
        CALLER.request("GET", web.url("https://two.example.org/"), None, {}, reach.why_not)


def test_a_name_that_nobody_knows_is_told() -> None:
    with pytest.raises(web.Unreachable, match="name_unresolved"):
        CALLER.request("GET", web.url("https://nowhere.invalid/"), None, {}, anywhere)


# --- addresses as text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "ftp://host/",
        "//host/",
        "https://",
        "https://user:word@host/",
        "https://user@host/",
        "https://host/#part",
        "https://host/a b",
        "https://host/\r\nX-Injected: 1",
        "https://host\\@other/",
        "https://host:port/",
        "https://[::1/",
        "https://名.example.org/",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_plain_address_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(web.BadUrl) as caught:
        web.url(text)
    assert not [part for part in ("word", "user", "Injected", "passwd") if part in str(caught.value)]


def test_an_address_is_taken_apart() -> None:
    to = web.url("https://Hooks.Example.org.:8443/in?key=k")
    assert (to.scheme, to.host, to.port, to.path) == ("https", "hooks.example.org", 8443, "/in?key=k")
    assert to.place == "https://hooks.example.org:8443" and "key" not in repr(to)
    assert web.url("https://hooks.example.org").path == "/"


# --- network addresses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1", reach.LOOPBACK),
        ("127.8.8.8", reach.LOOPBACK),
        ("::1", reach.LOOPBACK),
        ("0.0.0.0", reach.RESERVED),
        ("::", reach.WRAPPED),
        ("10.1.2.3", reach.PRIVATE),
        ("172.16.0.1", reach.PRIVATE),
        ("172.31.255.255", reach.PRIVATE),
        ("192.168.1.1", reach.PRIVATE),
        ("100.64.0.1", reach.PRIVATE),
        ("fc00::1", reach.PRIVATE),
        ("fdff::1", reach.PRIVATE),
        ("fec0::1", reach.PRIVATE),
        ("169.254.169.254", reach.LOCAL),
        ("fe80::1", reach.LOCAL),
        ("fe80::1%eth0", reach.LOCAL),
        ("fd00:ec2::254", reach.CLOUD),
        ("168.63.129.16", reach.CLOUD),
        ("100.100.100.200", reach.CLOUD),
        ("192.0.0.192", reach.RESERVED),
        ("198.18.0.1", reach.RESERVED),
        ("240.0.0.1", reach.RESERVED),
        ("255.255.255.255", reach.RESERVED),
        ("2001:db8::1", reach.RESERVED),
        ("5f00::1", reach.RESERVED),
        ("100::1", reach.RESERVED),
        ("224.0.0.1", reach.MULTICAST),
        ("ff02::1", reach.MULTICAST),
        ("::ffff:127.0.0.1", reach.WRAPPED),
        ("::ffff:8.8.8.8", reach.WRAPPED),
        ("::127.0.0.1", reach.WRAPPED),
        ("2002:7f00:1::1", reach.WRAPPED),
        ("2001:0:7f00:1::1", reach.WRAPPED),
        ("64:ff9b:1::1", reach.WRAPPED),
        ("64:ff9b::7f00:1", reach.LOOPBACK),
        ("64:ff9b::a9fe:a9fe", reach.LOCAL),
        ("not an address", "no_address"),
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_plainly_public(address: str, why: str) -> None:
    assert reach.why_not(address) == why


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
)
def test_a_public_address_may_be_sent_to(address: str) -> None:
    assert reach.why_not(address) == ""


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "127.1", "[::ffff:127.0.0.1]", "localhost"])
def test_however_a_server_is_written_it_is_judged_by_where_it_leads(host: str) -> None:
    with serving(Script()) as port, pytest.raises((web.Forbidden, web.Unreachable)) as caught:
        CALLER.request("GET", web.url(f"http://{host}:{port}/"), None, {}, reach.why_not)
    assert isinstance(caught.value, web.Forbidden) or "unresolved" in str(caught.value)
