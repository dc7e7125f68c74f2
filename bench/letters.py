"""Counts the letters that the units of each shipped plan get in a week: one who answers, and one who never does.

Run: python -m bench.letters [PLAN…] [--json FILE] [--before FILE]

Each plan is forecast from its adoption by the production service itself: once with units that hand in two working
days before the day (`answers`), once with units that never do anything (`never`). What waits for a signature is left
out, for nobody signs here. `--json` keeps the figures; `--before` puts kept ones before those of now.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from statistics import mean, median
from typing import Final

from engine import reader
from engine.service import forecast
from engine.service.forecast import Forecast

PLANS: Final = ("shizhu", "guazhou", "mile", "pingliang", "county-template")
WHO: Final = {"answers": forecast.early(2), "never": forecast.nobody()}


@dataclass(frozen=True, slots=True)
class Letters:
    """What units of one plan get: in all at the median, in a week on average, and in the worst week of any.

    `written` is how many papers the office writes for it: what goes to all is one.
    """

    units: int
    weeks: int
    written: int
    in_all: float
    a_week: float
    worst_week: int
    kinds: Mapping[str, int]


def main() -> int:
    """Print the table; what was measured is kept where that is asked for."""
    options = _options()
    before = json.loads(options.before.read_text(encoding="utf-8")) if options.before else {}
    found = {}
    print("\n".join(_head(bool(before))), flush=True)
    for plan in options.plans or PLANS:
        for who in WHO:
            now = counted(plan, who)
            found[f"{plan} {who}"] = asdict(now)
            print(_line(plan, who, now, before), flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m bench.letters")
    parser.add_argument("plans", nargs="*", metavar="PLAN", help=f"{', '.join(PLANS)} if left out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep what was counted")
    parser.add_argument("--before", type=Path, metavar="FILE", help="what was counted before, put beside it")
    return parser.parse_args()


def counted(plan: str, who: str) -> Letters:
    """Return what the units of a shipped plan get from those of one assumption."""
    found = forecast.of_workflow(reader.shipped_bundle(plan), None, WHO[who], beside=reader.beside(plan))
    return of_forecast(found)


def of_forecast(found: Forecast) -> Letters:
    """Count what goes to each unit that owes something to the office that sends."""
    owing = {duty.unit for duty in found.owed if _is_written_to(found, duty.unit)}
    weeks: dict[str, Counter[object]] = {unit: Counter() for unit in owing}
    kinds: Counter[str] = Counter()
    for kind, unit, week in _letters(found):
        if unit in weeks:
            weeks[unit][week] += 1
            kinds[kind] += 1
    last = max(notice.day for notice in found.notices)
    span = (last - found.began_at.date()).days // 7 + 1
    totals = [each.total() for each in weeks.values()]
    return Letters(
        units=len(owing),
        weeks=span,
        written=sum(owing.intersection(n.units) != set() for n in found.notices if n.delivery != "draft"),
        in_all=median(totals),
        a_week=mean(totals) / span,
        worst_week=max(max(each.values(), default=0) for each in weeks.values()),
        kinds=dict(kinds.most_common()),
    )


def _is_written_to(found: Forecast, unit: str) -> bool:
    workflow = found.workflow
    ours = unit in (workflow.office, workflow.leading_group)
    return not ours and workflow.directory.units[unit].relation != "superior"


def _letters(found: Forecast) -> Iterator[tuple[str, str, object]]:
    """Yield each letter once for every unit that gets it, with the Monday of its week."""
    for notice in found.notices:
        if notice.delivery != "draft":
            week = notice.day - timedelta(days=notice.day.weekday())
            yield from ((notice.kind, unit, week) for unit in notice.units)


def _head(with_before: bool) -> tuple[str, str]:
    names = (
        "plan",
        "unit",
        "units",
        "weeks",
        "written by the office",
        "letters in all (median)",
        "a week (mean)",
        "in the worst week of any",
    )
    told = [f"{name}, before → now" if with_before and place > 3 else name for place, name in enumerate(names)]
    return f"| {' | '.join(told)} |", f"|{'---|' * len(told)}"


def _line(plan: str, who: str, now: Letters, before: Mapping[str, Mapping[str, float]]) -> str:
    old = before.get(f"{plan} {who}")
    figures = (
        (f"{old[name]:.{digits}f} → " if old else "") + f"{getattr(now, name):.{digits}f}"
        for name, digits in (("written", 0), ("in_all", 0), ("a_week", 2), ("worst_week", 0))
    )
    said = {"answers": "one who answers", "never": "one who never does"}[who]
    return f"| {plan} | {said} | {now.units} | {now.weeks} | {' | '.join(figures)} |"


if __name__ == "__main__":
    raise SystemExit(main())
