"""What the second process writes when the campaign has ended, and its proof of the history."""

from __future__ import annotations

from pathlib import Path

from engine.demo import folder, summary
from engine.demo.play import KEY
from engine.model import Campaign
from engine.records import record
from engine.service.audit import audit
from engine.service.exports import export
from engine.service.kernel.desk import Desk, reading

NAMES = {
    "breakdown.csv": folder.BREAKDOWN,
    "ledger.csv": folder.LEDGER,
    "timeline.svg": folder.TIMELINE,
    "states.svg": folder.DIAGRAM,
    "history.jsonl": folder.HISTORY,
}


@record
class Proven:
    """Whether the history holds, and the summary that says so."""

    holds: bool
    text: str


def write(desk: Desk, out: Path) -> None:
    """Write the tables, the pictures and the history of each campaign; of those below into folders of their own."""
    with desk.database.read() as work:
        keys = [head.key for head in work.find(Campaign, order="id")]
    for key in keys:
        where = out if key == KEY else out / key
        where.mkdir(exist_ok=True)
        for file in export.files(desk, key):
            if file.name in NAMES:
                with (where / NAMES[file.name]).open("wb") as target:
                    target.writelines(file.parts)


def proven(desk: Desk) -> Proven:
    """Verify the history, and summarise the campaign for the head of the office."""
    found = audit.verify_all(desk)
    with reading(desk, KEY) as case:
        return Proven(holds=found.holds, text=summary.text(case, found))
