"""Hands messages to an SMTP server, several over one connection, with a result for every recipient."""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from typing import Final

from engine.records import record, replace
from notifications.bounded import bounded
from notifications.channels import Channel, ChannelResult, Envelope, Outcome, Settings, all_alike
from notifications.heard import text_of
from notifications.mime import message_bytes, unfit
from notifications.notice import coded
from notifications.settings import Secret
from notifications.smtpsettings import PREFIX, SmtpSettings
from notifications.smtpsettings import read_settings as read_settings
from notifications.smtpsettings import wrong as wrong
from notifications.smtpwire import Bounded, Encrypted, sign_in

SETTINGS: Final = (PREFIX,)
GOODBYE_IN_SECONDS: Final = 5.0
MOST_SECONDS_TO_CONNECT: Final = 10.0
SHUT: Final = frozenset({421, 530, 534, 535, 538})
"""The server closes, or wants a sign-in that we cannot give: whichever message it was, none would go."""

AT_A_LOSS: Final = frozenset({451, 452, 454, 455})
"""To a recipient: an error of the server, no room at it, no TLS or sign-in now (RFC 5321, 4.2.3; RFC 4954, 6)."""
OF_THE_BOX: Final = re.compile(rb"4\.[12]\.")
"""So begins what is wrong with the address or its box alone (RFC 3463)."""


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
        closed costs nothing: the message goes over a new one. Nor does a server that is away, or
        refuses us: that is the channel's, and the message waits (Y3).
        """
        try:
            content = message_bytes(envelope)
        except ValueError as error:
            return unfit(envelope, error)
        if self._server is not None:
            with suppress(_Away):
                return self._sent(envelope, content)
        try:
            return self._sent(envelope, content)
        except _Away as error:
            return all_alike(envelope, "wait", str(error), whole=True)

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
                _begin(server, envelope)
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                raise _Away(_why(self.settings, error, is_over())) from None
            return self._carried(server, envelope, content, is_over)

    def _carried(
        self, server: smtplib.SMTP, envelope: Envelope, content: bytes, is_over: Callable[[], bool]
    ) -> tuple[ChannelResult, ...]:
        untaken: Outcome = "wait"
        try:
            answers = _named(server, envelope)
            # Nothing of the message was sent so far; from here on it may have arrived.
            untaken = "later"
            found = _handed_over(server, envelope, content, answers)
        except smtplib.SMTPResponseException as error:
            found = _all_refused(envelope, error.smtp_code, error.smtp_error)
            self._drop()
        except (OSError, smtplib.SMTPException) as error:
            found = all_alike(envelope, untaken, _why(self.settings, error, is_over()))
            self._drop()
        if any(one.whole for one in found):
            self._drop()
        return found

    def _sock(self) -> socket.socket | None:
        return self._server.sock if self._server is not None else None

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        settings = self.settings
        server = self._server = _unconnected(settings)
        code, said = server.connect(settings.host, settings.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        if server.sock is not None:
            server.sock.settimeout(settings.timeout_in_seconds)
        if settings.tls == "starttls":
            server.starttls(context=settings.context)
        if settings.user:
            sign_in(server, settings.user, settings.password.reveal())
        return server


def _unconnected(settings: SmtpSettings) -> smtplib.SMTP:
    """Return a client whose socket can be seen, and cut off, from the first byte on."""
    timeout = min(settings.timeout_in_seconds, MOST_SECONDS_TO_CONNECT)
    if settings.tls == "ssl":
        server: smtplib.SMTP = Encrypted(local_hostname=settings.helo, timeout=timeout, context=settings.context)
    else:
        server = Bounded(local_hostname=settings.helo, timeout=timeout)
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


def _begin(server: smtplib.SMTP, envelope: Envelope) -> None:
    """Greet and name the sender, which is the same for every message."""
    server.ehlo_or_helo_if_needed()
    code, said = server.mail(parseaddr(envelope.sender)[1])
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, said, envelope.sender)


def _named(server: smtplib.SMTP, envelope: Envelope) -> dict[str, Answer]:
    """Name the recipients, and return what the server says to each."""
    answers = {one: _recipient(server, one) for one in envelope.recipients}
    if closing := next((answer for answer in answers.values() if answer[0] in SHUT), None):
        code, said = closing
        raise smtplib.SMTPResponseException(code, said)
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
    # Whoever is answered 252 (not verified, but taken) is waiting for the message as well: only DATA sends it.
    taken = [one for one, (code, _) in answers.items() if 200 <= code < 300]
    given = server.data(content) if taken else server.rset()
    return tuple(_result(one, given) if one in taken else _untaken(one, answers[one]) for one in envelope.recipients)


def _untaken(recipient: str, answer: Answer) -> ChannelResult:
    """Return what it means that a recipient was not taken; where the server is at a loss itself, it waits."""
    found = _result(recipient, answer)
    code, said = answer
    is_servers = code in AT_A_LOSS and isinstance(said, bytes) and not OF_THE_BOX.match(said)
    return replace(found, outcome="wait") if is_servers else found


def _result(recipient: str, answer: Answer) -> ChannelResult:
    code, said = answer
    detail = said if isinstance(said, str) else _said(code, said)
    return ChannelResult(recipient=recipient, outcome=_outcome(code), detail=detail, whole=code in SHUT)


def _all_refused(envelope: Envelope, code: int, said: bytes | str) -> tuple[ChannelResult, ...]:
    """Return what it means for everybody that no message was handed over: whatever was said, nothing is sent."""
    found = (_result(one, (code, said)) for one in envelope.recipients)
    return tuple(replace(one, outcome="later") if one.outcome == "accepted" else one for one in found)


def _outcome(code: int) -> Outcome:
    if code in SHUT:
        return "wait"
    if 200 <= code < 300:
        return "accepted"
    return "refused" if 500 <= code < 600 else "later"


def _said(code: int, said: bytes | str) -> str:
    text = text_of(said) if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:200]


def open_channel(settings: Settings) -> Channel:
    """Return the channel to the server that the PHASEGATE_SMTP_ settings name."""
    return Smtp(read_settings(settings))
