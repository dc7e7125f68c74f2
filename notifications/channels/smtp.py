"""Hands each message to an SMTP server, with a result for every recipient."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Final

from notifications.channels import (
    BadSetting,
    Channel,
    Envelope,
    Outcome,
    Result,
    Settings,
    all_alike,
)
from notifications.mime import message_bytes

PREFIX: Final = "PHASEGATE_SMTP_"
MODES: Final = ("starttls", "ssl", "none")
_PORTS: Final = {"starttls": 587, "ssl": 465, "none": 25}


@dataclass(frozen=True, kw_only=True, slots=True)
class SmtpSettings:
    """How to reach the server; the password is never shown."""

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_in_seconds: float = 20.0
    helo: str = "phasegate.example.org"
    ca_file: str = ""


def read_settings(settings: Settings) -> SmtpSettings:
    """Return the settings from PHASEGATE_SMTP_HOST, _PORT, _TLS, _USER, _PASSWORD, _TIMEOUT, _HELO, _CA."""
    given = {key.removeprefix(PREFIX): text for key, text in settings.items() if key.startswith(PREFIX)}
    tls = given.get("TLS") or "starttls"
    if tls not in MODES:
        raise _bad("TLS", "the mode is unknown", tls, f"use {', '.join(MODES)}")
    host = given.get("HOST") or ""
    if not host:
        raise _bad("HOST", "it is not set", "", "name the mail server")
    user, password = given.get("USER") or "", given.get("PASSWORD") or ""
    if user and tls == "none":
        raise _bad("TLS", "a password would travel in the clear", tls, "use starttls or ssl")
    return SmtpSettings(
        host=host,
        port=int(_number(given, "PORT", _PORTS[tls], 65535)),
        tls=tls,
        user=user,
        password=password,
        timeout_in_seconds=_number(given, "TIMEOUT", 20, 600),
        helo=given.get("HELO") or "phasegate.example.org",
        ca_file=given.get("CA") or "",
    )


def _number(given: Mapping[str, str], name: str, default: float, most: float) -> float:
    text = given.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= most:
        raise _bad(name, "it is not a number in range", text, f"write one up to {most:g}")
    return number


def _bad(name: str, why: str, found: str, cure: str) -> BadSetting:
    return BadSetting(name=PREFIX + name, why=why, found=found, cure=cure)


@dataclass(frozen=True, slots=True)
class Smtp:
    """An SMTP server; each message has a connection of its own."""

    settings: SmtpSettings

    def deliver(self, envelope: Envelope) -> tuple[Result, ...]:
        """Send the message; a 4xx answer or a lost connection means later, a 5xx one refused.

        An answer lost after the message was handed over also means later: delivery is at least
        once under a stable Message-ID (SEMANTICS N3).
        """
        try:
            server = _connected(self.settings)
            try:
                return _send(server, envelope)
            finally:
                _leave(server)
        except smtplib.SMTPAuthenticationError as error:
            return all_alike(envelope, "later", f"{error.smtp_code} the server refused the sign-in")
        except smtplib.SMTPResponseException as error:
            return all_alike(envelope, _outcome(error.smtp_code), _said(error.smtp_code, error.smtp_error))
        except (OSError, smtplib.SMTPException) as error:
            return all_alike(envelope, "later", f"{self.settings.host}: {error}")


def _connected(settings: SmtpSettings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    timeout = settings.timeout_in_seconds
    if settings.tls == "ssl":
        where = (settings.host, settings.port, settings.helo)
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(settings.host, settings.port, settings.helo, timeout=timeout)
    try:
        _secured(server, settings, context)
    except BaseException:
        server.close()
        raise
    return server


def _secured(server: smtplib.SMTP, settings: SmtpSettings, context: ssl.SSLContext) -> None:
    if settings.tls == "starttls":
        server.starttls(context=context)
    if settings.user:
        server.login(settings.user, settings.password)


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; what the server answers no longer changes what became of the message."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _send(server: smtplib.SMTP, envelope: Envelope) -> tuple[Result, ...]:
    """Return each recipient's own answer; those accepted get the message."""
    content = message_bytes(envelope)
    server.ehlo_or_helo_if_needed()
    code, said = server.mail(parseaddr(envelope.sender)[1])
    if code != 250:
        return all_alike(envelope, _outcome(code), _said(code, said))
    answers = {one: _named(server, one) for one in envelope.recipients}
    taken = [one for one, (code, _) in answers.items() if code in (250, 251)]
    data = server.data(content) if taken else (0, b"")
    return tuple(_result(one, data if one in taken else answers[one]) for one in envelope.recipients)


def _named(server: smtplib.SMTP, recipient: str) -> tuple[int, bytes]:
    address = parseaddr(recipient)[1]
    if "@" not in address or not address.isascii():
        return 553, b"this is not an e-mail address"
    return server.rcpt(address)


def _result(recipient: str, answer: tuple[int, bytes]) -> Result:
    code, said = answer
    return Result(recipient=recipient, outcome=_outcome(code), detail=_said(code, said))


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
