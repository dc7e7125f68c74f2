"""One of the two processes of a demonstration; it tells the first how far it is, a JSON line each time."""

from __future__ import annotations

import gc
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import words
from engine.bootstrap import Settings, Wired, wire
from engine.clock import SteppedClock
from engine.demo import folder, play
from engine.errors import PhasegateError
from engine.store.migrations import upgrade
from notifications.notice import NoticeError

STOPS_AT = 0.4
"""The share of the campaign's days after which the first process stops."""
TO_THE_END = 9.0
SENDER = "office@example.org"


def main(part: str, out: str, workflow: str, seed: str, settings: str) -> int:
    """Play one half of the campaign; the second also writes the files and proves the history."""
    gc.disable()  # It lives for seconds; collecting takes a tenth of them.
    try:
        if part == "first":
            _first_half(Path(out), workflow, seed, json.loads(settings))
        else:
            _second_half(Path(out), seed)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141
    except (PhasegateError, NoticeError) as error:
        _tell(error=words.line(error.key, error.facts))
        return 1
    except Exception as error:
        _tell(error=f"PG999  this should not happen — {type(error).__name__}: {error} — please report it")
        return 1
    return 0


def _first_half(out: Path, workflow: str, seed: str, settings: dict[str, str]) -> None:
    upgrade(_url(out)).close()
    clock, wired = _wired(out)
    play.adopt(wired, clock, workflow, settings)
    _played(out, wired, clock, seed, STOPS_AT)
    wired.close()


def _second_half(out: Path, seed: str) -> None:
    from engine.demo import files

    clock, wired = _wired(out)
    _played(out, wired, clock, seed, TO_THE_END)
    _tell(doing="files")
    files.write(wired.desk, out)
    _tell(doing="proof")
    told = files.proven(wired.desk)
    folder.log(out, f"process {os.getpid()}: the history {'holds' if told.holds else 'does not hold'}")
    _tell(holds=told.holds, summary=told.text)
    wired.close()


def _played(out: Path, wired: Wired, clock: SteppedClock, seed: str, until: float) -> None:
    lines = [f"process {os.getpid()}: begins"]

    def tell(share: float, at: str, line: str) -> None:
        if line:
            lines.append(f"{at}  {line}")
        else:
            _tell(share=share, day=at[:10])

    played = play.play(wired, clock, seed, tell, until)
    lines.append(
        f"process {os.getpid()}: stops after {played.acts} acts of people, {played.moments} moments of the clock, "
        f"{played.messages} messages; the campaign {'has ended' if played.ended else 'goes on'}"
    )
    folder.log(out, "\n".join(lines))


def _wired(out: Path) -> tuple[SteppedClock, Wired]:
    clock = SteppedClock(datetime.min.replace(tzinfo=UTC))
    given = {"PHASEGATE_EML_DIR": str(out / folder.NOTICES)}
    settings = Settings(db=_url(out), sender=SENDER, worker=f"demo-{os.getpid()}", given=given)
    return clock, wire(settings, clock, durable=False)


def _url(out: Path) -> str:
    return f"sqlite:///{out / folder.DATABASE}"


def _tell(**said: Any) -> None:
    print(json.dumps(said, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
