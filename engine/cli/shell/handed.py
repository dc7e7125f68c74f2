"""What is handed in on the command line: numbers, files by their hash, vouchers."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.errors import BadInput, os_word

PART = 1 << 20


def numbers(stated: Sequence[str]) -> dict[str, str]:
    """Return the numbers written as NAME=VALUE; BadInput for one that is not, or is named twice."""
    found: dict[str, str] = {}
    for word in stated:
        name, equals, value = word.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise BadInput("number_unnamed", found=word)
        if name.strip() in found:
            raise BadInput("number_twice", found=word)
        found[name.strip()] = value.strip()
    return found


def file(path: str) -> dict[str, Any]:
    """Return a file by its name, its SHA-256 and its size in bytes; the file itself stays where it is."""
    digest, size = sha256(), 0
    try:
        with Path(path).open("rb") as stream:
            while part := stream.read(PART):
                digest.update(part)
                size += len(part)
    except OSError as error:
        raise BadInput("file_not_there", why=os_word(error), found=path) from None
    return {"name": Path(path).name, "sha256": digest.hexdigest(), "size": size}


def voucher(path: str, note: str) -> dict[str, Any]:
    """Return the voucher of an act that is recorded for somebody: a file, a note, or both (D8)."""
    found: dict[str, Any] = file(path) if path else {}
    return found | ({"text": note.strip()} if note.strip() else {})
