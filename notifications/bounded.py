"""Keeping a conversation over a socket within its time, however slowly the other side drips."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer


@contextmanager
def bounded(sock: Callable[[], socket.socket | None], seconds: float) -> Iterator[Callable[[], bool]]:
    """Cut the socket off once the time is over; yields whether that has happened.

    A time-out of a socket counts from each byte anew; this one counts from the beginning.
    """
    over = Event()

    def end() -> None:
        over.set()
        cut_off(sock())

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield over.is_set
    finally:
        timer.cancel()


def cut_off(sock: socket.socket | None) -> None:
    """End both directions of a socket from outside, so that whoever waits for it goes on."""
    with suppress(OSError):
        if sock is not None:
            # The method of an SSLSocket would first drop its TLS, and might let a byte out in the clear.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
