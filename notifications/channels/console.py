"""Prints each message's short text, to read along or to paste into a group chat."""

from __future__ import annotations

import sys
from typing import TextIO

from engine.records import record
from notifications.channels import Channel, ChannelResult, Envelope, Settings, all_alike


@record(kw_only=False)
class Console:
    """A stream of text; standard error unless another is given."""

    stream: TextIO | None = None

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Print one line: the recipients and the short text."""
        line = f"{', '.join(envelope.recipients)}  {envelope.short}"
        try:
            print(line, file=self.stream or sys.stderr, flush=True)
        except (OSError, ValueError) as error:
            return all_alike(envelope, "later", f"console: {error}", whole=True)
        return all_alike(envelope, "accepted")


def open_channel(settings: Settings) -> Channel:
    """Return the channel that prints to standard error, away from a command's data."""
    return Console()
