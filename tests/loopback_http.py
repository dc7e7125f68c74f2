"""A small HTTP server on the loopback address, which answers as a test tells it to."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from loopback_smtp import CERTIFICATE

NEVER_IN_SECONDS = 3.0


@dataclass
class Answer:
    """What is answered once; `drips` sends the body byte by byte, `silent` nothing, `lost` closes without a word."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drips: bool = False
    silent: bool = False
    lost: bool = False
    raw: bytes = b""


def said(status: int = 200, **told: Any) -> Answer:
    """Return an answer in JSON."""
    return Answer(status=status, body=json.dumps(told).encode())


@dataclass
class Asked:
    """One request as the server got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass
class Script:
    """What the server answers, in turn and the last one for ever, and what it was asked."""

    answers: list[Answer] = field(default_factory=lambda: [Answer()])
    by_path: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def next_answer(self, path: str) -> Answer:
        """Return the next answer for a path."""
        waiting = self.by_path.get(path.partition("?")[0], self.answers)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    script: Script


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        script = self.server.script
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): text for name, text in self.headers.items()}
        script.asked.append(Asked(self.command, self.path, headers, self.rfile.read(length)))
        try:
            self._say(script.next_answer(self.path))
        except OSError:
            self.close_connection = True

    do_GET = do_POST = _answer

    def _say(self, answer: Answer) -> None:
        self.close_connection = True
        if answer.silent:
            self.server.script.ended.wait(NEVER_IN_SECONDS)
        if answer.silent or answer.lost:
            return
        if answer.raw:
            self.wfile.write(answer.raw)
            return
        self.send_response(answer.status)
        for name, text in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        if not answer.drips:
            self.wfile.write(answer.body)
            return
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            if self.server.script.ended.wait(0.05):
                return

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serving(script: Script, *, tls: bool = False) -> Iterator[int]:
    """Run the server while the block runs; gives its port."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.script = script
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            script.ended.set()
            server.shutdown()
            thread.join()
