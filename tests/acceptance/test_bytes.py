"""No record holds a sentence that the program made, nor a database's number: codes, and what people wrote (H1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any

import pytest

from engine import reader
from engine.bootstrap import Wired, channels_of
from engine.clock import SteppedClock
from engine.demo import play
from engine.model import Record, System
from engine.model.plain import plain
from engine.records import replace
from engine.service.kernel import installing
from engine.service.kernel.desk import Command, Desk, perform_all
from engine.service.kernel.registry import new_desk
from engine.store.migrations import upgrade

DEMOS = {"shizhu": 0.22, "pingliang": 0.03, "guazhou": 0.35, "county-template": 0.5, "mile": 0.4}
FIRST = 741_852
"""The number of the first campaign: one that nothing else bears."""
PHRASE = re.compile(r"[A-Za-z][a-z']+(?: [A-Za-z']+){2,}")
"""Three English words and more, with spaces between."""
CHINESE = re.compile(r"[㐀-鿿]+")


def test_every_shipped_workflow_is_looked_through() -> None:
    shipped = set(reader.shipped())
    # What lies below another campaign is lived with it.
    assert shipped == DEMOS.keys() | {"pingliang-county"}


@pytest.fixture(scope="module", params=DEMOS)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Record], str]:
    """The history of a shortened demonstration, its campaigns' numbers easily seen, and all that people wrote."""
    name, tmp_path, monkeypatch = str(request.param), tmp_path_factory.mktemp("bytes"), pytest.MonkeyPatch()
    database = upgrade(f"sqlite:///{tmp_path / 'demo.db'}")
    names = count()
    clock = SteppedClock(datetime.min.replace(tzinfo=UTC))
    desk = new_desk(
        database=database,
        clock=clock,
        token=lambda: sha256(f"{name}/{next(names)}".encode()).hexdigest()[:32],
    )
    _count_from(desk, FIRST)
    given = {"PHASEGATE_EML_DIR": str(tmp_path / "letters")}
    wired = Wired(desk=desk, channels=channels_of(given), sender="office@example.org", worker="looking", given=given)
    typed = _listening(monkeypatch)
    play.adopt(wired, clock, name, {})
    play.play(wired, clock, "bytes", lambda share, at, line: None, DEMOS[name])
    with database.read() as work:
        found = work.find(Record, order="journal, seq")
    database.close()
    monkeypatch.undo()
    return found, "\n".join([*texts_of(name), *typed])


def _listening(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that will hold whatever the people of the demonstration type."""
    typed: list[str] = []

    def heard(desk: Desk, campaign: str, commands: Iterable[Command]) -> Any:
        asked = list(commands)
        typed.extend(json.dumps([dict(each.given), each.actor], ensure_ascii=False, default=str) for each in asked)
        return perform_all(desk, campaign, asked)

    monkeypatch.setattr(play, "perform_all", heard)
    return typed


def _count_from(desk: Desk, number: int) -> None:
    """Found the installation as one in which so many campaigns began before."""
    desk.clock.move_to(datetime(2015, 1, 1, tzinfo=UTC))  # type: ignore[attr-defined]
    installing.establish(desk, rehearsal=True)
    with desk.database.write() as work:
        work.put(replace(work.must(System, 0), campaigns=number - 1))


def parts(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each number and each text of a record, names of fields too, with its place."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield f"{place}.(name)", name
            yield from parts(part, f"{place}.{name}")
    elif isinstance(value, list):
        for part in value:
            yield from parts(part, f"{place}[]")
    else:
        yield place, value


def texts_of(name: str) -> Iterator[str]:
    """Yield the files of a workflow and of those below it, and each once more as it is read, with its settings."""
    bundles = [reader.fill(reader.bundle_named(name), {})]
    workflow = reader.read(bundles[0], name)
    bundles += [reader.bundle_below(each, reader.beside(name)) for each in workflow.nested]
    for bundle in bundles:
        yield from bundle.values()
        yield json.dumps(plain(reader.read(bundle, name)), ensure_ascii=False)


def test_no_record_holds_a_number_of_the_database(lived: tuple[list[Record], str]) -> None:
    found, _ = lived
    assert {record.journal for record in found if record.journal} >= {FIRST}
    own = {record.journal for record in found if record.journal}
    for record in found:
        text = record.data.decode()
        for place, value in parts(json.loads(text)):
            if isinstance(value, int) and not isinstance(value, bool):
                assert abs(value) < 2**32 and value not in own, (place, value, text)
            if isinstance(value, str):
                assert not any(re.search(rf"(?<![0-9a-f]){number}(?![0-9a-f])", value) for number in own), (
                    place,
                    text,
                )
                assert not re.search(rf"(?<![0-9a-f])({'|'.join(str(n << 32)[:9] for n in own)})", value), (
                    place,
                    text,
                )


def test_no_record_holds_a_sentence_that_the_program_made(lived: tuple[list[Record], str]) -> None:
    found, allowed = lived
    strange = {}
    for record in found:
        for place, value in parts(json.loads(record.data)):
            if isinstance(value, str):
                for words in (*PHRASE.findall(value), *CHINESE.findall(value)):
                    if words not in allowed:
                        strange.setdefault((record.action, place, words), record.data.decode())
    assert strange == {}, "\n".join(f"{key}\n    {text}" for key, text in [*strange.items()][:20])
