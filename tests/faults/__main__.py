"""One command for all: `python -m tests.faults fires|kill|smtp|full|outage [options]`; 0 where everything holds."""

from __future__ import annotations

import signal
import sys
from importlib import import_module

from tests.faults.told import Told

NAMES = ("fires", "full", "kill", "outage", "smtp")


def main(args: list[str]) -> int:
    if not args or args[0] not in NAMES:
        print(f"{__doc__}\nname one of {', '.join(NAMES)}; `NAME --help` lists its options", file=sys.stderr)
        return 2
    # Whoever ends the run early has its server and its workers ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    told = Told()
    wrong = import_module(f"tests.faults.{args[0]}").main(args[1:], told)
    for line in wrong:
        print(f"WRONG  {line}")
    print(f"{args[0]}: {'holds' if not wrong else f'{len(wrong)} findings'} after {told.seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
