"""Hands messages to an SMTP server, several over one connection, with a result for every recipient."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from typing import Final

from engine.records import field, record
from notifications.bounded import bounded
from notifications.channels import (
    BadSetting,
    Channel,
    ChannelResult,
    Envelope,
    Outcome,
    Settings,
    all_alike,
)
from notifications.mime import message_bytes
from notifications.notice import NoticeError, coded
from notifications.settings import Secret, number, secret

PREFIX: Final = "PHASEGATE_SMTP_"
MODES: Final = ("starttls", "ssl", "none")
GOODBYE_IN_SECONDS: Final = 5.0
MOST_SECONDS_TO_CONNECT: Final = 10.0
_PORTS: Final = {"starttls": 587, "ssl": 465, "none": 25}


@record
class SmtpSettings:
    """How to reach the server; the password is never shown."""

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: Secret = field(default_factory=Secret)
    timeout_in_seconds: float = 20.0
    helo: str = "phasegate.example.org"
    ca_file: str = ""


def read_settings(settings: Settings) -> SmtpSettings:
    """Return the settings of PHASEGATE_SMTP_HOST, _PORT, _TLS, _USER, _PASSWORD (or _PASSWORD_FILE),
    _TIMEOUT, _HELO, _CA."""
    given = {key.removeprefix(PREFIX): text for key, text in settings.items() if key.startswith(PREFIX)}
    given = {"TLS": "starttls", "HELO": "phasegate.example.org"} | {key: text for key, text in given.items() if text}
    tls, host, user = given["TLS"], given.get("HOST", ""), given.get("USER", "")
    if tls not in MODES:
        raise BadSetting("unknown_mode", name=f"{PREFIX}TLS", known=[*MODES], found=tls)
    if not host:
        raise BadSetting("no_host", name=f"{PREFIX}HOST")
    password = secret(settings, f"{PREFIX}PASSWORD")
    if user and tls == "none":
        raise BadSetting("clear_password", name=f"{PREFIX}TLS", found=tls)
    return SmtpSettings(
        host=host,
        port=int(number(settings, f"{PREFIX}PORT", _PORTS[tls], 65535)),
        tls=tls,
        user=user,
        password=password,
        timeout_in_seconds=number(settings, f"{PREFIX}TIMEOUT", 20, 60),
        helo=given["HELO"],
        ca_file=given.get("CA", ""),
    )


@record(kw_only=False)
class Smtp:
    """An SMTP server."""

    settings: SmtpSettings

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Send one message over a connection of its own."""
        with self.session() as kept:
            return kept.deliver(envelope)

    @contextmanager
    def session(self) -> Iterator[Channel]:
        """Keep one connection for several messages."""
        kept = _Kept(self.settings)
        try:
            yield kept
        finally:
            kept.leave()

    def secrets(self) -> tuple[Secret, ...]:
        """Return what must never be shown."""
        return (self.settings.password,)


class _Away(Exception):
    """The server went away, or cannot be spoken to, before a message was handed over; why, as `coded` has it."""


@record(frozen=False, kw_only=False)
class _Kept:
    """A connection that is made when the first message needs it, and anew once the server has closed it."""

    settings: SmtpSettings
    _server: smtplib.SMTP | None = None

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Send the message; a 4xx answer or a lost connection means later, a 5xx one refused.

        An answer lost after the message was handed over also means later: delivery is at least
        once under a stable Message-ID (SEMANTICS N3). A connection that was kept and is found
        closed costs nothing: the message goes over a new one.
        """
        try:
            content = message_bytes(envelope)
        except NoticeError as error:
            return all_alike(envelope, "refused", error.coded())
        except ValueError as error:
            return all_alike(envelope, "refused", coded("no_mail", said=str(error)))
        if self._server is not None:
            with suppress(_Away):
                return self._sent(envelope, content)
        try:
            return self._sent(envelope, content)
        except _Away as error:
            return all_alike(envelope, "later", str(error), whole=True)

    def secrets(self) -> tuple[Secret, ...]:
        """Return what must never be shown."""
        return (self.settings.password,)

    def leave(self) -> None:
        """Say goodbye; what the server answers no longer changes what became of the messages."""
        server, self._server = self._server, None
        if server is not None:
            with bounded(lambda: server.sock, GOODBYE_IN_SECONDS), suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _sent(self, envelope: Envelope, content: bytes) -> tuple[ChannelResult, ...]:
        with bounded(self._sock, self.settings.timeout_in_seconds) as is_over:
            try:
                server = self._server = self._server or self._connected()
                answers = _named(server, envelope)
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                raise _Away(_why(self.settings, error, is_over())) from None
            try:
                return _handed_over(server, envelope, content, answers)
            except smtplib.SMTPResponseException as error:
                self._drop()
                return all_alike(envelope, _outcome(error.smtp_code), _said(error.smtp_code, error.smtp_error))
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                return all_alike(envelope, "later", _why(self.settings, error, is_over()))

    def _sock(self) -> socket.socket | None:
        return self._server.sock if self._server is not None else None

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        settings = self.settings
        context = ssl.create_default_context(cafile=settings.ca_file or None) if settings.tls != "none" else None
        server = self._server = _unconnected(settings, context)
        code, said = server.connect(settings.host, settings.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        if server.sock is not None:
            server.sock.settimeout(settings.timeout_in_seconds)
        if settings.tls == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password.reveal())
        return server


def _unconnected(settings: SmtpSettings, context: ssl.SSLContext | None) -> smtplib.SMTP:
    """Return a client whose socket can be seen, and cut off, from the first byte on."""
    timeout = min(settings.timeout_in_seconds, MOST_SECONDS_TO_CONNECT)
    if settings.tls == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=settings.helo, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(local_hostname=settings.helo, timeout=timeout)
    # Only a constructor that connects keeps the name that TLS holds the certificate against.
    server._host = settings.host  # type: ignore[attr-defined]
    return server


def _why(settings: SmtpSettings, error: Exception, is_over: bool) -> str:
    if is_over or isinstance(error, TimeoutError):
        return coded("no_answer", place=settings.host)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return coded("sign_in_refused", place=settings.host, status=error.smtp_code)
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return coded("unreachable", place=settings.host, said=str(error))


Answer = tuple[int, bytes | str]
"""A code of SMTP with the words of the server, or why it was not asked, as `coded` has it."""


def _named(server: smtplib.SMTP, envelope: Envelope) -> dict[str, Answer]:
    """Name sender and recipients, and return what the server says to each recipient."""
    server.ehlo_or_helo_if_needed()
    code, said = server.mail(parseaddr(envelope.sender)[1])
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, said, envelope.sender)
    answers = {one: _recipient(server, one) for one in envelope.recipients}
    if closing := next((answer for answer in answers.values() if answer[0] == 421), None):
        raise smtplib.SMTPResponseException(*closing)
    return answers


def _recipient(server: smtplib.SMTP, recipient: str) -> Answer:
    address = parseaddr(recipient)[1]
    if "@" not in address or not address.isascii():
        return 553, coded("no_mail_address")
    return server.rcpt(address)


def _handed_over(
    server: smtplib.SMTP, envelope: Envelope, content: bytes, answers: Mapping[str, Answer]
) -> tuple[ChannelResult, ...]:
    """Hand the message over for those whom the server takes, and return each recipient's own answer."""
    taken = [one for one, (code, _) in answers.items() if code in (250, 251)]
    given = server.data(content) if taken else server.rset()
    return tuple(_result(one, given if one in taken else answers[one]) for one in envelope.recipients)


def _result(recipient: str, answer: Answer) -> ChannelResult:
    code, said = answer
    detail = said if isinstance(said, str) else _said(code, said)
    return ChannelResult(recipient=recipient, outcome=_outcome(code), detail=detail)


def _outcome(code: int) -> Outcome:
    if 200 <= code < 300:
        return "accepted"
    return "refused" if 500 <= code < 600 else "later"


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:200]


def open_channel(settings: Settings) -> Channel:
    """Return the channel to the server that the PHASEGATE_SMTP_ settings name."""
    return Smtp(read_settings(settings))
