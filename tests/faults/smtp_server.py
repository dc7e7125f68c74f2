"""An SMTP server on the loopback address that misbehaves by a seed and keeps a log of what it took and what it answered.

Run by `smtp.py` as a process of its own: `python smtp_server.py PORT LOG SEED TIMEOUT`. It imports nothing of the project.
"""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import sys
import threading
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random
from socketserver import StreamRequestHandler, ThreadingTCPServer

ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)
RESET = struct.pack("ii", 1, 0)
NEVER_TAKES = 100
"""One address in so many is refused for good."""
AFTER_DATA = (
    (0.003, "dies"),
    (0.010, "drops"),
    (0.006, "late"),
    (0.006, "hangs"),
    (0.030, "451 try again"),
    (0.003, "554 not wanted"),
)
BEFORE_DATA = {"connect": 0.006, "mail": 0.004, "half": 0.003}
LATER_FOR_ONE = 0.03


class Post(ThreadingTCPServer):
    """The server with its book; `tries` counts how often each message was handed over, over all its lives."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, book: Path, seed: int, timeout: float) -> None:
        self.seed, self.client_timeout = seed, timeout
        self.lock = threading.Lock()
        lines = book.read_text().splitlines() if book.exists() else []
        self.tries = Counter(json.loads(line)["id"] for line in lines)
        self.connections = len(lines)
        self.book = open(book, "a", buffering=1)  # noqa: SIM115
        super().__init__(("127.0.0.1", port), Session)

    def note(self, **told: object) -> None:
        with self.lock:
            print(json.dumps(told), file=self.book)

    def drawn(self, *what: object) -> float:
        """Return a number from 0 to 1 that the seed gives for a thing."""
        return Random(":".join(map(str, (self.seed, *what)))).random()


class Gone(Exception):
    """The session is over."""


class Session(StreamRequestHandler):
    """One connection."""

    server: Post

    def handle(self) -> None:
        with self.server.lock:
            self.server.connections += 1
            self.number, self.steps = self.server.connections, 0
        try:
            self._maybe_reset("connect")
            self._say("220 loopback")
            for line in iter(self.rfile.readline, b""):
                self._obey(line.decode("utf-8", "replace").strip())
        except (Gone, OSError):
            return

    def _obey(self, command: str) -> None:
        word = command.split(" ", 1)[0].upper()
        if word == "MAIL":
            self._maybe_reset("mail")
            self._say("250 sender taken")
        elif word == "RCPT":
            self._say(self._about(command[command.index("<") + 1 : command.rindex(">")]))
        elif word == "DATA":
            self._take()
        elif word == "QUIT":
            self._say("221 bye")
            raise Gone
        else:
            self._say("250 fine")

    def _about(self, address: str) -> str:
        if is_refused(self.server.seed, address):
            return "550 no such mailbox"
        self.steps += 1
        if self.server.drawn("rcpt", self.number, self.steps, address) < LATER_FOR_ONE:
            return "450 mailbox busy"
        return "250 recipient taken"

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            if not line:
                raise Gone
            lines.append(line[1:] if line.startswith(b".") else line)
            if len(lines) == 3:
                self._maybe_reset("half")
        data = b"".join(lines)
        found = ID.search(data)
        name = found[1].decode() if found else ""
        with self.server.lock:
            self.server.tries[name] += 1
            attempt = self.server.tries[name]
        self._answer(name, sha256(data).hexdigest(), self._fault(name, attempt))

    def _fault(self, name: str, attempt: int) -> str:
        # Whose the message is differs from run to run, the numbers of notice and message do not.
        at = self.server.drawn("data", *name.partition("@")[0].split(".")[2:], attempt)
        for chance, fault in AFTER_DATA:
            if (at := at - chance) < 0:
                return fault
        return "250 message taken"

    def _answer(self, name: str, digest: str, fault: str) -> None:
        """Note what became of the message before the other side can know it."""
        code = int(fault[:3]) if fault[0].isdigit() else 0
        self.server.note(id=name, sha=digest, taken=code in (0, 250), lost=code == 0, answer=fault)
        if fault == "dies":
            os._exit(1)
        if fault == "drops":
            raise Gone
        if fault in ("late", "hangs"):
            threading.Event().wait(self.server.client_timeout * 1.5)
            self._say("250 message taken at last")
            raise Gone
        self._say(fault)

    def _maybe_reset(self, where: str) -> None:
        self.steps += 1
        if self.server.drawn(where, self.number, self.steps) < BEFORE_DATA[where]:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.connection.close()
            raise Gone

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def is_refused(seed: int, address: str) -> bool:
    """Tell whether the server has no such mailbox."""
    return int(sha256(f"{seed}:{address}".encode()).hexdigest(), 16) % NEVER_TAKES == 0


def main() -> None:
    port, book, seed, timeout = sys.argv[1:]
    with Post(int(port), Path(book), int(seed), float(timeout)) as server:
        server.serve_forever(0.05)


if __name__ == "__main__":
    main()
