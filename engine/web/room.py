"""The web room as a WSGI application: looking shows a page and changes nothing, the button signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from threading import Lock
from typing import Any, Final

from engine import words
from engine.clock import stopwatch
from engine.errors import BadLink, ClockBehind, DatabaseProblem, Refused
from engine.records import field, record
from engine.service.kernel.desk import Desk
from engine.service.signing.linking import Links
from engine.service.signing.receipts import ReceiptSight, look, sign
from engine.serving import Say, ServingEvent
from engine.tokens import masked
from engine.web import page
from notifications.notice import NoticeError

LONGEST_PATH: Final = 200
LONGEST_BODY: Final = 1024
QUIET_IN_SECONDS: Final = 60.0
HEADERS: Final = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex, nofollow"),
    (
        "Content-Security-Policy",
        f"default-src 'none'; style-src 'sha256-{page.STYLE_HASH}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
    ),
)
Environ = Mapping[str, Any]


@record(kw_only=False)
class PageReply:
    """What is answered: a status, a page, and headers of its own."""

    status: HTTPStatus
    text: str
    headers: tuple[tuple[str, str], ...] = ()


@record(frozen=False, kw_only=False)
class Strangers:
    """Counts links that are none of ours: they are never recorded, and told at most once a minute."""

    steady: Callable[[], float] = stopwatch
    _count: int = 0
    _told_at: float | None = None
    _lock: Lock = field(default_factory=Lock)

    def came(self) -> int:
        """Count one, and return how many there are to tell of now, if any."""
        with self._lock:
            self._count += 1
            now = self.steady()
            if self._told_at is not None and now - self._told_at < QUIET_IN_SECONDS:
                return 0
            count, self._count, self._told_at = self._count, 0, now
            return count


@record(kw_only=False)
class Room:
    """Answers requests; `links` is asked anew each time, so that a key is changed without a restart."""

    desk: Desk
    links: Callable[[], Links | None]
    say: Say
    name: str = ""
    strangers: Strangers = field(default_factory=Strangers)

    def __call__(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer one request; no error escapes, and no token is told to anybody."""
        reply = self._answered(environ)
        body = reply.text.encode()
        headers = [*HEADERS, ("Content-Length", str(len(body))), *reply.headers]
        start_response(f"{reply.status.value} {reply.status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answered(self, environ: Environ) -> PageReply:
        try:
            return self._reply(environ)
        except BadLink:
            if count := self.strangers.came():
                self._tell("strangers", f"{count} requests with a link that is none of ours", count=count)
            return _said(HTTPStatus.NOT_FOUND, page.UNKNOWN)
        except (ClockBehind, DatabaseProblem, NoticeError) as error:
            self._tell("failed", words.line(error.key, error.facts), code=error.code)
            return _said(HTTPStatus.SERVICE_UNAVAILABLE, page.BUSY, ("Retry-After", "60"))
        except Refused as error:
            self._tell("refused", error.line(), code=error.code)
            return PageReply(HTTPStatus.CONFLICT, page.refused(error))
        except Exception as error:
            line = f"PG999  a request failed — {type(error).__name__}: {error} — please report it"
            self._tell("failed", masked(line), code="PG999", error=error)
            return _said(HTTPStatus.INTERNAL_SERVER_ERROR, page.BROKEN)

    def _reply(self, environ: Environ) -> PageReply:
        method, token = environ["REQUEST_METHOD"], _token(environ)
        if method not in ("GET", "HEAD", "POST"):
            return _said(HTTPStatus.METHOD_NOT_ALLOWED, page.NO_METHOD, ("Allow", "GET, HEAD, POST"))
        links = self.links()
        if links is None or not token:
            raise BadLink
        if method != "POST":
            return _shown(look(self.desk, links, token))
        if not _is_confirmed(environ):
            return _said(HTTPStatus.BAD_REQUEST, page.NOT_ASKED)
        return self._signed(links, token)

    def _signed(self, links: Links, token: str) -> PageReply:
        """Sign, then send the browser to look again, so that loading the page anew sends nothing."""
        sight = sign(self.desk, links, token)
        if sight.done:
            self._tell_of(sight)
        if sight.why:
            return _shown(sight)
        return PageReply(HTTPStatus.SEE_OTHER, page.sheet(sight), (("Location", token),))

    def _tell_of(self, sight: ReceiptSight) -> None:
        facts = {name: getattr(sight, name) for name in ("campaign", "unit", "notice", "why", "done")}
        why = f": {sight.why}" if sight.why else ""
        self._tell("link", f"{sight.campaign}: {sight.unit} used the link of notice {sight.notice}{why}", **facts)

    def _tell(
        self, event: str, line: str, *, code: str = "", error: Exception | None = None, **facts: object
    ) -> None:
        self.say(ServingEvent(event=event, worker=self.name, line=line, code=code, facts=facts, error=error))


def _shown(sight: ReceiptSight) -> PageReply:
    if sight.why:
        return PageReply(HTTPStatus.GONE, page.over(sight.why))
    return PageReply(HTTPStatus.OK, page.sheet(sight))


def _said(status: HTTPStatus, text: tuple[str, str], *headers: tuple[str, str]) -> PageReply:
    return PageReply(status, page.message(*text), headers)


def _token(environ: Environ) -> str:
    """Return the last part of the path, below whatever path the room is reached at."""
    path = str(environ.get("PATH_INFO") or "")
    return path.rpartition("/")[2] if len(path) <= LONGEST_PATH else ""


def _is_confirmed(environ: Environ) -> bool:
    """Tell whether the button was pressed; a body that is too long is not read."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not (length.isascii() and length.isdigit() and int(length) <= LONGEST_BODY):
        return False
    name, value = page.CONFIRM
    return bool(environ["wsgi.input"].read(int(length)) == f"{name}={value}".encode())
