"""Keeping a conversation over a socket within its time, however slowly the other side drips."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Final

AGAIN_IN_SECONDS: Final = 0.1


@contextmanager
def bounded(sock: Callable[[], socket.socket | None], seconds: float) -> Iterator[Callable[[], bool]]:
    """Cut the socket off once the time is over; yields whether that has happened.

    A time-out of a socket counts from each byte anew; this one counts from the beginning.
    """
    done, over = Event(), Event()

    def watch() -> None:
        left = seconds
        # Again and again: a connection that was being made when the time ran out is there only later.
        while not done.wait(left):
            over.set()
            cut_off(sock())
            left = AGAIN_IN_SECONDS

    Thread(target=watch, daemon=True).start()
    try:
        yield over.is_set
    finally:
        done.set()


def cut_off(sock: socket.socket | None) -> None:
    """End both directions of a socket from outside, so that whoever waits for it goes on."""
    with suppress(OSError):
        if sock is not None:
            # The method of an SSLSocket would first drop its TLS, and might let a byte out in the clear.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
