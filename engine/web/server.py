"""The room behind a socket: waitress, with limits that suit one small page; the only importer of waitress."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Final

from waitress.server import create_server

from engine.errors import BadInput
from engine.tokens import masked
from engine.web.room import Room

LIMITS: Final = {
    "threads": 4,
    "connection_limit": 200,
    "channel_timeout": 15,
    "cleanup_interval": 5,
    "max_request_header_size": 8 * 1024,
    "max_request_body_size": 4 * 1024,
    "inbuf_overflow": 16 * 1024,
    "ident": "",
    "expose_tracebacks": False,
}


class Masked(logging.Filter):
    """Keeps tokens out of what the server library logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut every token down to where it begins."""
        record.msg, record.args = masked(record.getMessage()), ()
        return True


def serve(room: Room, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Answer requests on an address until a signal raises SystemExit; what is being answered is finished first."""
    logging.getLogger("waitress").addFilter(Masked())
    with _listening(host, port) as listener:
        server = create_server(room, sockets=[listener], **LIMITS)
        ready("http://{}:{}/".format(*listener.getsockname()[:2]))
        server.run()
        server.close()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why = str(error.strerror or error).partition(" (")[0]
        raise BadInput("page_unserved", why=why, found=f"{host}:{port}") from None
