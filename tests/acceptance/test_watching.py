"""What an operator sees of an installation that works: status, doctor, and numbers for Prometheus."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from office import TOWN, Office, opened

from engine.bootstrap import newcomer
from engine.cli.main import main
from engine.errors import BadInput
from engine.metrics import Address, Meter, address_from, metrics_text, serving_metrics
from engine.service.clock.sweep import Swept, sweep
from engine.service.delivery.relaying import Delivered
from engine.service.delivery.standing import anything_due
from engine.service.delivery.workers import enter, leave, renew
from engine.service.kernel.desk import Desk
from engine.serving import Made
from engine.store.database import open_database

AT = "2022-07-06T10:00"


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A campaign adopted on 2022-07-05, on whose database the commands work."""
    path = tmp_path / "phasegate.db"
    shutil.copy(sqlite_template, path)
    monkeypatch.setenv("PHASEGATE_DB", f"sqlite:///{path}")
    database = open_database(f"sqlite:///{path}")
    yield opened(database=database)
    database.close()


@pytest.fixture
def roll(office: Office) -> Desk:
    """Four workers at 10:00: one alive, one late, one dead, one that signed off."""
    desk = office.desk
    for minute, name in (("09:50", "dead"), ("09:58", "late"), ("09:59", "gone"), ("10:00", "alive")):
        office.at(f"2022-07-06T{minute}")
        worker = enter(desk, newcomer(name, 30))
        counted = replace(worker, beats=3, moments=5, sent=2, errors=1, last_error="PG304  busy", last_beat=40)
        renew(desk, replace(counted, host="pavilion", pid=77))
        if name == "gone":
            leave(desk, worker)
    return desk


def read(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> Any:
    assert main([*args, "--now", AT, "--json"]) == code
    return json.loads(capsys.readouterr().out)


# --- status ---


def test_status_tells_what_is_due_and_what_is_on_its_way(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    before = read(capsys, "status")
    assert before["campaigns"] == {"running": 1, "all": 1}
    assert before["due"]["moments"] > 0 and before["due"]["lag_seconds"] > 3600
    assert before["workers"] == []
    office.vacate(TOWN, 0)
    sweep(office.at(AT).desk)
    after = read(capsys, "status")
    assert (after["due"]["moments"], after["due"]["oldest"], after["due"]["lag_seconds"]) == (0, None, 0)
    assert after["due"]["next"] > after["at"]
    queued = after["outbox"]["queued"]
    assert queued > 0 and after["outbox"]["leased"] == 0 and after["aside"] == 1
    office.sweep(AT)
    assert read(capsys, "status")["outbox"]["queued"] == 0


def test_status_tells_who_lives_and_who_does_not(roll: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    found = read(capsys, "status")["workers"]
    assert [(one["worker"], one["is"]) for one in found] == [
        ("dead#1", "dead"),
        ("late#2", "late"),
        ("gone#3", "stopped"),
        ("alive#4", "alive"),
    ]
    assert {key: found[3][key] for key in ("host", "pid", "beats", "moments", "sent", "errors", "last_error")} == {
        "host": "pavilion",
        "pid": 77,
        "beats": 3,
        "moments": 5,
        "sent": 2,
        "errors": 1,
        "last_error": "PG304  busy",
    }
    assert main(["status", "--now", AT]) == 0
    out = capsys.readouterr().out
    assert ["late#2", "late", "pavilion", "77"] in [line.split()[:4] for line in out.splitlines()]
    assert "2 min ago" in out
    assert main(["status", "--now", AT, "--lang", "zh"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["late#2", "迟滞", "pavilion", "77"] in [line[:4] for line in lines]
    assert "2分钟前" in next(line for line in lines if line[0] == "late#2")


def test_status_of_an_empty_installation_says_that_nobody_serves(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--now", AT]) == 0
    assert capsys.readouterr().out.endswith("nobody serves — `phasegate serve`\n")
    assert main(["status", "--now", AT, "--lang", "zh"]) == 0
    assert capsys.readouterr().out.endswith("没有工作进程——phasegate serve\n")


def test_a_look_finds_due_moments_and_due_messages_and_then_nothing(office: Office) -> None:
    desk = office.at(AT).desk
    assert anything_due(desk)
    sweep(desk)
    assert anything_due(desk)
    office.sweep(AT)
    assert not anything_due(desk)


# --- doctor ---


def test_doctor_names_workers_that_are_late_or_dead(roll: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    found = {one["what"]: (one["mark"], one["said"]) for one in read(capsys, "doctor")["checks"]}
    assert found["workers"] == ("ok", "1 alive")
    assert found["worker late#2"] == ("note", "late, not seen for 2 minutes (host pavilion, process 77)")
    assert found["worker dead#1"] == ("warning", "dead, not seen for 10 minutes (host pavilion, process 77)")
    assert "worker gone#3" not in found


def test_doctor_warns_of_messages_that_could_have_gone(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    sweep(office.at("2022-07-06T09:00").desk)
    found = {one["what"]: (one["mark"], one["said"]) for one in read(capsys, "doctor")["checks"]}
    mark, said = found["outbox"]
    assert mark == "warning" and "one could have gone" in said


# --- numbers ---


def values(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_metrics_tell_the_same_as_status(roll: Desk, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    stands = read(capsys, "status")
    assert main(["metrics", "--now", AT]) == 0
    found = values(capsys.readouterr().out)
    assert found["phasegate_database_up"] == 1
    assert found["phasegate_campaigns_running"] == 1
    assert found["phasegate_due_moments"] == stands["due"]["moments"]
    assert found["phasegate_oldest_due_age_seconds"] == stands["due"]["lag_seconds"]
    assert found['phasegate_workers{state="alive"}'] == 1
    assert found['phasegate_workers{state="dead"}'] == 1
    assert found['phasegate_worker_moments_total{worker="alive#4"}'] == 5
    assert found['phasegate_worker_seen_age_seconds{worker="late#2"}'] == 120
    assert 'phasegate_worker_beats_total{worker="gone#3"}' not in found
    sweep(office.at(AT).desk)
    found = values(metrics_text(office.desk))
    assert found['phasegate_outbox_messages{state="queued"}'] > 0
    assert found['phasegate_outbox_messages{state="failed"}'] == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_process_serves_what_it_counts_beside_what_the_database_says(office: Office) -> None:
    at = Address("127.0.0.1", free_port())
    with serving_metrics(office.desk, at) as meter:
        meter(Made(swept=Swept(moments=4, notices=2), delivered=Delivered(sent=2, queued=1, failed=1), seconds=0.2))
        meter(Made(code="PG304", line="busy", seconds=2.0))
        with urlopen(f"http://{at}/metrics", timeout=10) as answer:
            found = values(answer.read().decode())
    assert found["phasegate_beats_total"] == 2
    assert found["phasegate_moments_total"] == 4
    assert found["phasegate_notices_total"] == 2
    assert [found[f'phasegate_messages_total{{result="{r}"}}'] for r in ("sent", "retried", "failed")] == [2, 1, 1]
    assert found['phasegate_errors_total{code="PG304"}'] == 1
    assert found['phasegate_beat_seconds_bucket{le="0.3"}'] == 1
    assert found["phasegate_campaigns_running"] == 1
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://{at}/metrics", timeout=10)


def test_numbers_of_a_database_that_does_not_answer_say_only_that(office: Office, tmp_path: Path) -> None:
    (tmp_path / "phasegate.db").write_bytes(b"no database at all " * 1000)
    assert values(metrics_text(office.desk)) == {"phasegate_database_up": 0}


def test_an_address_in_use_is_one_clear_error(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = Address("127.0.0.1", server.getsockname()[1])
        with pytest.raises(BadInput, match="metrics cannot be served"), serving_metrics(office.desk, at):
            pass


def test_two_in_one_process_count_apart(office: Office) -> None:
    from prometheus_client import CollectorRegistry

    first, second = Meter(CollectorRegistry()), Meter(CollectorRegistry())
    first(Made())
    assert (first._beats._value.get(), second._beats._value.get()) == (1, 0)


@pytest.mark.parametrize(
    ("text", "at"),
    [("127.0.0.1:9464", "127.0.0.1:9464"), ("9464", "127.0.0.1:9464"), ("[::1]:9464", "::1:9464")],
)
def test_an_address_without_a_machine_is_on_this_machine_alone(text: str, at: str) -> None:
    assert str(address_from(text)) == at


@pytest.mark.parametrize("text", ["here", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "a:b"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"write 127\.0\.0\.1:9464"):
        address_from(text)


def test_metrics_without_their_library_say_what_to_install(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "engine.metrics")
    monkeypatch.delattr("engine.metrics")
    assert main(["metrics"]) == 2
    assert capsys.readouterr().err == (
        "PG206  metrics needs a library — prometheus_client is not installed — pip install 'phasegate[metrics]'\n"
    )
