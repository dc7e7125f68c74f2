"""One HTTP request within limits: to an address that was looked at, without redirects or proxies, in bounded time."""

from __future__ import annotations

import http
import http.client
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, Final
from urllib.parse import urlsplit

from engine.records import field, record
from notifications.bounded import bounded
from notifications.notice import coded

LARGEST: Final = 65536
"""How many bytes of a reply are read."""
MOST_INTERIM: Final = 20
"""How many answers of 1xx are read past before the one that counts."""
MOST_ADDRESSES: Final = 3
MOST_SECONDS_TO_CONNECT: Final = 10.0
PORTS: Final = {"https": 443, "http": 80}


class BadUrl(ValueError):
    """An address that nothing is sent to; `why` is the code of what is wrong with it."""

    def __init__(self, why: str, **facts: str) -> None:
        super().__init__(coded(why, **facts))
        self.told = {"code": why, **facts}


class Unreachable(OSError):
    """The other side did not answer, and why, as `coded` has it.

    `asked` where it may have got the request: what was sent may have arrived.
    """

    def __init__(self, why: str, *, asked: bool = False, **facts: object) -> None:
        super().__init__(coded(why, **facts))
        self.asked = asked


class Forbidden(OSError):
    """A name leads to a network address that nothing is sent to; `place` is the code of what kind it is."""

    def __init__(self, place: str) -> None:
        super().__init__(coded("leads_to", place=place))
        self.place = place


@record
class Url:
    """Where to send; what may hold a key is not shown."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @property
    def place(self) -> str:
        """The server alone, which may be told and recorded."""
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port != PORTS[self.scheme] else "")


_UNSAFE: Final = re.compile(r'[\x00- "<>\\^`{|}\x7f]|[^\x00-\x7f]')
"""What must be encoded in an address."""


def url(text: str) -> Url:
    """Return the parts of an address; BadUrl says what is wrong without repeating it."""
    if _UNSAFE.search(text):
        raise BadUrl("url_space")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadUrl("url_unread", error=type(error).__name__) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadUrl("url_no_https")
    if "@" in parts.netloc:
        raise BadUrl("url_signs_in")
    if parts.fragment:
        raise BadUrl("url_fragment")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(scheme=parts.scheme, host=parts.hostname.rstrip("."), port=port or PORTS[parts.scheme], path=path)


@record(kw_only=False)
class HttpReply:
    """What the other side answered; `whole` unless it broke off or was too slow with its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True


Refusal = Callable[[str], str]
"""Why nothing is sent to a network address; empty where it may be."""


@record
class Caller:
    """Sends requests; each takes `seconds` at the most, apart from the look-up of the name."""

    seconds: float
    context: ssl.SSLContext

    def request(
        self, method: str, to: Url, body: bytes | None, headers: Mapping[str, str], forbids: Refusal
    ) -> HttpReply:
        """Send one request and return the reply; Unreachable and Forbidden say why there is none.

        No redirect is followed and no proxy of the environment used: the connection is made to the very
        address that was looked at.
        """
        connection = _Connection(to, self, [found for found in _resolved(to) if _allowed(found, forbids)])
        asked = False
        with bounded(lambda: connection.sock, self.seconds) as is_over, closing(connection):
            try:
                connection.connect()
                if is_over():
                    raise TimeoutError
                asked = True
                connection.request(method, to.path, body=body, headers={**headers, "Connection": "close"})
                return _answer(connection, is_over)
            except (OSError, http.client.HTTPException) as error:
                why = _why(TimeoutError() if is_over() else error)
                raise Unreachable(**why, asked=asked, place=to.place) from None


def _resolved(to: Url) -> list[str]:
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("name_unresolved", place=to.place) from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))[:MOST_ADDRESSES]


def _allowed(address: str, forbids: Refusal) -> bool:
    """Tell that an address may be sent to, or raise why not: one bad address among several spoils the name."""
    if why := forbids(address):
        raise Forbidden(why)
    return True


class _Response(http.client.HTTPResponse):
    """A reply; hints and other answers of 1xx that come before it are read past (RFC 9110, 15.2)."""

    def begin(self) -> None:
        """Read up to the head of the answer that counts."""
        for _ in range(MOST_INTERIM):
            super().begin()
            if not 100 <= self.status < 200 or self.status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return
            # The library takes whatever is no 100 for the answer; without a head it reads the next.
            self.headers = self.msg = None  # type: ignore[assignment]
        raise http.client.HTTPException("answers of 1xx without an end")


class _Connection(http.client.HTTPConnection):
    """A connection to addresses that were looked at; the name serves for TLS and the Host header only."""

    response_class = _Response

    def __init__(self, to: Url, caller: Caller, addresses: list[str]) -> None:
        super().__init__(to.host, to.port, timeout=min(caller.seconds, MOST_SECONDS_TO_CONNECT))
        self.default_port = PORTS[to.scheme]
        self._context = caller.context if to.scheme == "https" else None
        self._addresses = addresses
        self._seconds = caller.seconds

    def connect(self) -> None:
        """Connect to the first address that answers; the handshake is bounded by the same time as connecting."""
        sock = self._reached()
        if self._context is not None:
            sock = self._context.wrap_socket(sock, server_hostname=self.host)
        sock.settimeout(self._seconds)
        self.sock = sock

    def _reached(self) -> socket.socket:
        problem: OSError = OSError("there is no address")
        for address in self._addresses:
            try:
                return socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                problem = error
        raise problem


def _answer(connection: _Connection, is_over: Callable[[], bool]) -> HttpReply:
    answer = connection.getresponse()
    if is_over():
        raise TimeoutError
    told = {name.lower(): value for name, value in answer.getheaders()}
    try:
        found = answer.read(LARGEST + 1)
        whole = len(found) <= LARGEST and not is_over() and not answer.length
    except (OSError, http.client.HTTPException):
        found, whole = b"", False
    return HttpReply(answer.status, told, found[:LARGEST], whole)


def _why(error: Exception) -> dict[str, Any]:
    """Return the code of what went wrong and few facts, without what was sent or answered."""
    if isinstance(error, TimeoutError):
        return {"why": "no_answer"}
    if isinstance(error, ssl.SSLCertVerificationError):
        return {"why": "bad_certificate", "said": error.verify_message}
    if isinstance(error, http.client.HTTPException):
        return {"why": "no_http", "error": type(error).__name__}
    return {"why": "unreachable", "said": getattr(error, "strerror", None) or type(error).__name__}
