"""A small SMTP server on the loopback address, which answers as a test tells it to."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import ClassVar

CERTIFICATE = Path(__file__).parent / "loopback.pem"


@dataclass
class Script:
    """What the server says, and what it has heard."""

    tls: str = "none"
    greeting: str = "220 loopback"
    mail: str = "250 sender taken"
    recipients: dict[str, str] = field(default_factory=dict)
    data: str = "250 message taken"
    goodbye: str = "221 bye"
    auth: str = "235 welcome"
    lose_answer: bool = False
    lose_answers_of: frozenset[int] = frozenset()
    most_of_a_connection: int = 0
    silent: bool = False
    drips: bool = False
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    script: Script


class _Handler(StreamRequestHandler):
    server: _Server
    context: ClassVar[ssl.SSLContext]

    taken = 0

    def _drip(self) -> None:
        """Greet with one letter at a time, each well within any time-out."""
        self.wfile.write(b"220-")
        for _ in range(60):
            self.wfile.write(b"x")
            threading.Event().wait(0.05)

    def handle(self) -> None:
        script = self.server.script
        try:
            if script.tls == "ssl":
                self._encrypt()
            script.connections += 1
            if script.drips:
                self._drip()
            if script.silent:
                threading.Event().wait(3)
                return
            self._say(script.greeting)
            for line in iter(lambda: self.rfile.readline(), b""):  # STARTTLS changes rfile
                script.commands.append(line.decode().strip())
                if not self._obey(line.decode().strip(), script):
                    return
        except (OSError, ssl.SSLError, ValueError):
            return

    def _obey(self, command: str, script: Script) -> bool:
        word = command.split(" ", 1)[0].upper()
        if word == "MAIL" and script.most_of_a_connection and self.taken >= script.most_of_a_connection:
            self._say("421 enough for one connection")
            return False
        if word == "EHLO":
            offers = ["STARTTLS"] if script.tls == "starttls" else ["AUTH PLAIN"]
            self._say("250-loopback\r\n250 " + offers[0])
        elif word == "STARTTLS":
            self._say("220 go on")
            self._encrypt()
            script.tls = "started"
        elif word == "AUTH":
            script.signed_in.append(base64.b64decode(command.split()[2]).decode())
            self._say(script.auth)
        elif word == "MAIL":
            self._say(script.mail)
        elif word == "RCPT":
            self._say(script.recipients.get(command[command.index("<") + 1 : -1], "250 recipient taken"))
        elif word == "DATA":
            return self._take(script)
        elif word == "QUIT":
            self._say(script.goodbye)
            return False
        else:
            self._say("250 fine")
        return True

    def _take(self, script: Script) -> bool:
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        script.messages.append(b"".join(line.removeprefix(b".") for line in lines))
        self.taken += 1
        if script.lose_answer or len(script.messages) in script.lose_answers_of:
            return False
        self._say(script.data)
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _encrypt(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)

    def finish(self) -> None:
        self.rfile.close()
        self.wfile.close()
        self.connection.close()


@contextmanager
def serving(script: Script) -> Iterator[int]:
    """Run the server while the block runs; gives its port."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.script = script
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
