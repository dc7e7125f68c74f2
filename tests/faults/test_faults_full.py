"""No room for another page, or another byte; the long one, on a file system that is full, is `python -m tests.faults full`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.cli.shell import sources
from engine.cli.shell.sources import write_bytes, write_file
from engine.errors import BadInput
from notifications.channels import Envelope
from notifications.channels.eml import EmlFolder
from tests.faults.full import with_few_pages
from tests.faults.told import Told

FULL = "/dev/full"
ENVELOPE = Envelope(
    id="county-000017",
    message_id="county-000017@phasegate.invalid",
    sender="office@example.org",
    recipients=("liaison@example.org",),
    subject="工作提示",
    body="东镇:\n",
    short="工作提示",
    date=datetime(2022, 11, 16, 9, 0, tzinfo=UTC),
)


def test_every_act_without_a_page_to_spare_says_so_changes_nothing_and_is_done_once_there_is_room(
    tmp_path: Path, silent: Told
) -> None:
    assert with_few_pages(tmp_path, silent) == []


def test_a_letter_for_which_there_is_no_room_waits_says_that_nothing_was_kept_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    draft = tmp_path / f"{ENVELOPE.date.date()}" / f"{ENVELOPE.id}.{os.getpid()}-{threading.get_ident()}.part"
    draft.parent.mkdir()
    draft.symlink_to(FULL)
    (result,) = EmlFolder(tmp_path).deliver(ENVELOPE)
    assert (result.outcome, result.whole) == ("wait", True)
    assert "No space left on device" in result.detail and '"code":"not_kept"' in result.detail
    assert list(draft.parent.iterdir()) == []


@pytest.mark.parametrize("write", [lambda path: write_bytes(path, b"new"), lambda path: write_file(path, "new")])
def test_a_file_for_which_there_is_no_room_stays_what_it_was(
    write: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beside(target: Path) -> Path:
        (making := target.with_name(".part")).symlink_to(FULL)
        return making

    path = tmp_path / "table.csv"
    path.write_text("old")
    monkeypatch.setattr(sources, "beside", beside)
    monkeypatch.setattr(sources, "created", lambda path: path.open("wb"))
    with pytest.raises(BadInput, match=r"No space left on device.*make room on that disk"):
        write(str(path))  # type: ignore[operator]
    assert ([each.name for each in tmp_path.iterdir()], path.read_text()) == (["table.csv"], "old")


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    found: list[bytes] = []
    read.start()
    write_bytes(str(pipe), b"told")
    read.join()
    assert (found, pipe.is_fifo()) == ([b"told"], True)


def test_an_answer_that_cannot_be_printed_is_told_apart_from_an_error_of_the_program() -> None:
    with open(FULL, "w") as full:
        command = [sys.executable, "-c", "from engine.cli.main import run; run()", "workflow", "list"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("PG216  what is printed has no room — No space left on device — make room there")
    assert done.stderr.count("\n") == 1
