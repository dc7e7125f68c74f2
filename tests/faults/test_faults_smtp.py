"""A few notices through a server that misbehaves; the long one is `python -m tests.faults smtp`."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.faults.proof import Eye
from tests.faults.smtp import Options, Post, lived, told_wrong
from tests.faults.spawner import Spawner
from tests.faults.told import Told

SMALL = Options(notices=60, units=60, seed=3, timeout=0.2, beat=0.1)


def test_no_notice_is_lost_each_copy_is_explained_and_what_is_refused_for_good_is_a_dead_letter(
    database_url: str, tmp_path: Path, spawner: Spawner, silent: Told
) -> None:
    assert lived(SMALL, database_url, tmp_path, spawner, silent) == []
    lost = [line for line in Post(tmp_path / "post.jsonl", SMALL, Random(1)).noted() if line["lost"]]
    assert lost, "the seed is to lose an answer"


# --- what is planted is found ---

TAKEN = {"sha": "a", "taken": True, "lost": False, "answer": "250 message taken"}
LOST = TAKEN | {"lost": True, "answer": "drops"}
CAMPAIGN = (1, "county", "county", "", "", "", "", "running", "", "2022-07-05", 0, 0, 0, "", 0, 0, "", 0, "")
SYSTEM = (0, "journal", "us", 0, 0, "", 0, 1, 0, 0)
REFUSED = {"sha": "a", "taken": False, "lost": False, "answer": "554 not wanted"}


@pytest.fixture
def found(sqlite_template: Path, tmp_path: Path) -> Callable[..., str]:
    """Tells what is found of one message that was sent, or of another, and the lines of the server's log."""

    def find(*noted: dict[str, object], state: str = "sent", error: str = "", name: str = "us.county.1.2") -> str:
        path = tmp_path / "phasegate.db"
        shutil.copy(sqlite_template, path)
        with sqlite3.connect(path) as connection:
            one = (1 << 32 | 2, 1, 1 << 32 | 1, "a@example.org", "smtp", state, 1, 0, error, None, "")
            connection.execute(f"INSERT INTO campaign VALUES ({', '.join('?' * len(CAMPAIGN))})", CAMPAIGN)
            connection.execute(f"INSERT INTO system VALUES ({', '.join('?' * len(SYSTEM))})", SYSTEM)
            columns = "id, campaign, notice, recipient, channel, state, attempts, next_at, error, lease_until, lease"
            connection.execute(f"INSERT INTO outbox ({columns}) VALUES ({', '.join('?' * 11)})", one)
        connection.close()
        lines = [json.dumps({"id": f"{name}@phasegate.invalid", **line}) for line in noted]
        (tmp_path / "post.jsonl").write_text("".join(f"{line}\n" for line in lines))
        eye = Eye(f"sqlite:///{path}")
        wrong = told_wrong(eye, Post(tmp_path / "post.jsonl", SMALL, Random(1)))
        eye.close()
        return "\n".join(line.partition(":")[0] for line in wrong)

    return find


def test_what_the_log_explains_is_no_finding(found: Callable[..., str]) -> None:
    assert found(TAKEN) == found(LOST, TAKEN) == found(LOST, LOST, TAKEN) == ""
    assert found(REFUSED, state="failed", error="554 not wanted") == ""


def test_what_it_does_not_explain_is_named(found: Callable[..., str]) -> None:
    assert found() == "1 messages sent that the server never took"
    assert found(TAKEN, TAKEN) == "1 copies that no lost answer explains"
    assert found(LOST, TAKEN | {"sha": "b"}) == "1 copies that differ"
    assert found(TAKEN, state="queued") == "1 messages on their way"
    assert found(LOST, state="failed", error="connection lost") == "1 dead letters without a refusal"
    strange = found(TAKEN, name="us.county.1.9").splitlines()
    assert strange == ["1 messages sent that the server never took", "1 messages that nobody wrote"]
