"""How to reach a mail server: the settings PHASEGATE_SMTP_…, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from engine.records import field, record
from notifications.settings import BadSetting, Secret, every, number, secret, trusted

if TYPE_CHECKING:
    import ssl

PREFIX: Final = "PHASEGATE_SMTP_"
MODES: Final = ("starttls", "ssl", "none")
_PORTS: Final = {"starttls": 587, "ssl": 465, "none": 25}
DEFAULT_HELO: Final = "phasegate.example.org"
HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,45}")
"""A name or a network address, and nothing beside it."""


@record
class SmtpSettings:
    """How to reach the server; the password is never shown."""

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: Secret = field(default_factory=Secret)
    timeout_in_seconds: float = 20.0
    helo: str = DEFAULT_HELO
    context: ssl.SSLContext | None = field(default=None, repr=False, compare=False)


def read_settings(settings: Mapping[str, str]) -> SmtpSettings:
    """Return the settings of PHASEGATE_SMTP_HOST, _PORT, _TLS, _USER, _PASSWORD (or _PASSWORD_FILE),
    _TIMEOUT, _HELO, _CA."""
    tls, (user, password) = _tls(settings), _sign_in(settings)
    return SmtpSettings(
        host=_host(settings),
        port=_port(settings),
        tls=tls,
        user=user,
        password=password,
        timeout_in_seconds=_timeout(settings),
        helo=_helo(settings),
        context=_context(settings),
    )


def wrong(settings: Mapping[str, str]) -> Iterator[BadSetting]:
    """Yield everything that is wrong with the settings."""
    reads = (_tls, _host, _sign_in, _port, _timeout, _helo, _context)
    return every(*(partial(read, settings) for read in reads))


def _tls(settings: Mapping[str, str]) -> str:
    tls = settings.get(f"{PREFIX}TLS") or "starttls"
    if tls not in MODES:
        raise BadSetting("unknown_mode", name=f"{PREFIX}TLS", known=[*MODES], found=tls)
    return tls


def _host(settings: Mapping[str, str]) -> str:
    host = settings.get(f"{PREFIX}HOST") or ""
    if not host:
        raise BadSetting("no_host", name=f"{PREFIX}HOST")
    if not HOST.fullmatch(host):
        raise BadSetting("no_host_name", name=f"{PREFIX}HOST", found=host.rpartition("@")[2])
    return host


def _sign_in(settings: Mapping[str, str]) -> tuple[str, Secret]:
    user, password = settings.get(f"{PREFIX}USER") or "", secret(settings, f"{PREFIX}PASSWORD")
    if user and settings.get(f"{PREFIX}TLS") == "none":
        raise BadSetting("clear_password", name=f"{PREFIX}TLS", found="none")
    if bool(user) != bool(password):
        lacking = "PASSWORD" if user else "USER"
        raise BadSetting("half_sign_in", name=PREFIX + lacking)
    return user, password


def _port(settings: Mapping[str, str]) -> int:
    default = _PORTS.get(settings.get(f"{PREFIX}TLS") or "starttls", 25)
    return int(number(settings, f"{PREFIX}PORT", default, 65535, whole=True))


def _timeout(settings: Mapping[str, str]) -> float:
    return number(settings, f"{PREFIX}TIMEOUT", 20, 60)


def _helo(settings: Mapping[str, str]) -> str:
    helo = settings.get(f"{PREFIX}HELO") or DEFAULT_HELO
    if not HOST.fullmatch(helo.strip("[]")):
        raise BadSetting("no_greeting", name=f"{PREFIX}HELO", found=helo)
    return helo


def _context(settings: Mapping[str, str]) -> ssl.SSLContext | None:
    """Return whom to trust; the file is read also where nothing is encrypted, or nobody would see that it is gone."""
    found = trusted(settings, f"{PREFIX}CA")
    return found if settings.get(f"{PREFIX}TLS") != "none" else None
