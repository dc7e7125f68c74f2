"""A client of SMTP within limits: no answer without an end, and a sign-in that is not ASCII."""

from __future__ import annotations

import smtplib
from base64 import b64encode
from typing import Final, NoReturn

LONGEST_LINE: Final = 8192
MOST_LINES: Final = 200
"""What an answer may have; the longest that are known, of EHLO, have twenty lines."""


class Bounded(smtplib.SMTP):
    """A client that reads no answer without an end; what is too long is a lost connection, and no answer of 500."""

    def getreply(self) -> tuple[int, bytes]:
        """Return the code and the text of the next answer, -1 where its lines do not say the same."""
        if self.file is None:
            self.file = self.sock.makefile("rb")  # type: ignore[union-attr]
        lines: list[bytes] = []
        code = b""
        while len(lines) < MOST_LINES:
            line = self._line()
            code = code or line[:3]
            lines.append(line[4:].strip(b" \t\r\n"))
            if not line[:3].isdigit() or line[:3] != code:
                return -1, b"\n".join(lines)
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
        return self._lost("the answer has no end")

    def _line(self) -> bytes:
        try:
            line: bytes = self.file.readline(LONGEST_LINE + 1)  # type: ignore[union-attr]
        except OSError as error:
            return self._lost(str(error))
        if len(line) > LONGEST_LINE:
            return self._lost("a line of the answer is too long")
        return line or self._lost("the connection was closed")

    def _lost(self, why: str) -> NoReturn:
        self.close()
        raise smtplib.SMTPServerDisconnected(why)


class Encrypted(Bounded, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte on."""


def sign_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Sign in; a name or password in Chinese goes as UTF-8 (RFC 4616), which the library cannot do."""
    if (user + password).isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, said = server.docmd("AUTH", f"PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{password}')}")
    elif "LOGIN" in offered:
        code, said = server.docmd("AUTH", f"LOGIN {_base64(user)}")
        code, said = server.docmd(_base64(password)) if code == 334 else (code, said)
    else:
        raise smtplib.SMTPNotSupportedError("no way to sign in is offered that takes a password in UTF-8")
    if code not in (235, 503):
        raise smtplib.SMTPAuthenticationError(code, said)


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
