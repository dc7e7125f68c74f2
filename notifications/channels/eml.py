"""Writes each message as an .eml file into a folder by day; the default channel."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from threading import get_ident
from typing import Final

from engine.records import record
from notifications.channels import Channel, ChannelResult, Envelope, Settings, all_alike
from notifications.mime import message_bytes

FOLDER: Final = "PHASEGATE_EML_DIR"
WHOLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE})
"""What is wrong with the disk or the process, and so with every message."""


@record(kw_only=False)
class EmlFolder:
    """A folder that holds <day>/<id>.eml; writing the same message again changes nothing."""

    folder: Path

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Write the message whole or not at all; a full or read-only disk means later."""
        target = self.folder / envelope.date.date().isoformat() / f"{envelope.id}.eml"
        try:
            _write(target, message_bytes(envelope))
        except OSError as error:
            whole = error.errno in WHOLE
            return all_alike(envelope, "later", f"{target}: {error.strerror or error}", whole=whole)
        return all_alike(envelope, "accepted", str(target))


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}-{get_ident()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def open_channel(settings: Settings) -> Channel:
    """Return the channel that writes into PHASEGATE_EML_DIR (default: outbox)."""
    return EmlFolder(Path(settings.get(FOLDER) or "outbox"))
