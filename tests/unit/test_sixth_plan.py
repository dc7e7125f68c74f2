"""The how-to for a plan that is not among the five: its blocks are the workflow, which checks clean and runs to its end."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from shown import findings

from engine import reader
from engine.bootstrap import Wired, channels_of
from engine.clock import SteppedClock
from engine.demo import files, play
from engine.model import Record
from engine.service.kernel.desk import reading
from engine.service.kernel.registry import new_desk
from engine.store.migrations import in_memory

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests/corpus/valid/sixth-plan"
BLOCK = re.compile(r"^```yaml\n# (\S+\.yaml)\n(.*?)^```$", re.M | re.S)


def assembled() -> dict[str, str]:
    """Return the files that the blocks of the page make, one after the other."""
    made: dict[str, str] = {}
    for name, text in BLOCK.findall((ROOT / "docs/sixth-plan.md").read_text(encoding="utf-8")):
        made[name] = made.get(name, "") + text
    return made


def test_the_blocks_of_the_page_are_the_workflow() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}
    assert assembled() == kept
    assert (ROOT / "docs/sixth-plan.md").read_text(encoding="utf-8").count("```yaml") == 6


def test_it_checks_clean() -> None:
    assert findings(reader.read(reader.bundle_of(FOLDER), str(FOLDER))) == {
        "note": {"PW514": 1, "PW515": 1, "PW516": 1}
    }


def test_it_runs_to_its_end_without_override_or_waiver(tmp_path: Path) -> None:
    clock = SteppedClock(datetime.min.replace(tzinfo=UTC))
    channels = channels_of({"PHASEGATE_EML_DIR": str(tmp_path)})
    desk = new_desk(database=in_memory(), clock=clock)
    wired = Wired(desk=desk, channels=channels, sender="office@example.org", worker="demo")
    play.adopt(wired, clock, str(FOLDER), {})
    assert play.play(wired, clock, "1", lambda share, at, line: None, 9.0).ended
    with reading(desk, play.KEY) as case:
        assert case.head.state == "completed"
        actions = {record.action for record in case.work.find(Record, journal=case.id)}
    assert actions >= {"count", "designate", "approve", "advance"}
    assert not {"override", "waive"} & actions
    assert files.proven(desk).holds
