"""Writes each message as an .eml file into a folder by day; the default channel."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from threading import get_ident
from typing import Final

from engine.records import record
from notifications.channels import BadSetting, Channel, ChannelResult, Envelope, Settings, all_alike
from notifications.mime import message_bytes, unfit
from notifications.notice import coded

FOLDER: Final = "PHASEGATE_EML_DIR"
SETTINGS: Final = (FOLDER,)
OF_ONE: Final = frozenset({errno.ENAMETOOLONG, errno.EISDIR, errno.EILSEQ, errno.EINVAL})
"""What is wrong with the name of one file; anything else is the folder's or the disk's, and so every message's."""


@record(kw_only=False)
class EmlFolder:
    """A folder that holds <day>/<id>.eml; writing the same message again changes nothing."""

    folder: Path

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Write the message whole or not at all; a full or closed folder costs it no attempt (SEMANTICS Y3)."""
        target = self.folder / envelope.date.date().isoformat() / f"{envelope.id}.eml"
        try:
            _write(target, message_bytes(envelope))
        except ValueError as error:
            return unfit(envelope, error)
        except OSError as error:
            said = coded("not_kept", file=str(target), said=error.strerror or str(error))
            whole = error.errno not in OF_ONE
            return all_alike(envelope, "wait" if whole else "later", said, whole=whole)
        return all_alike(envelope, "accepted", str(target))


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}-{get_ident()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def wrong(settings: Settings) -> Iterator[BadSetting]:
    """Yield why nothing can be written into the folder, looking as far up as there is one."""
    folder = Path(settings.get(FOLDER) or "outbox").absolute()
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if not there.is_dir():
        yield BadSetting("no_folder", name=FOLDER, found=str(there))
    elif not _can_be_named(folder):
        yield BadSetting("no_folder", name=FOLDER, found=str(folder))
    elif not os.access(there, os.W_OK | os.X_OK):
        yield BadSetting("shut_folder", name=FOLDER, found=str(there))


def _can_be_named(folder: Path) -> bool:
    try:
        folder.stat()
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return True


def open_channel(settings: Settings) -> Channel:
    """Return the channel that writes into PHASEGATE_EML_DIR (default: outbox)."""
    return EmlFolder(Path(settings.get(FOLDER) or "outbox"))
