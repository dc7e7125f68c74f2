"""How a campaign and its gate are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.cli.shell.output import Table
from engine.cli.shell.said import counts, moment, some

Found = Mapping[str, Any]
Part = str | Table
PHASES = {"before_adoption": "before adoption", "waiting": "waiting", "open": "open", "left": "left"}
LIGHTS = ("green", "yellow", "red", "grey")


def campaign_sheet(found: Found) -> Iterator[Part]:
    """Yield the sheets of a campaign: head, phases, gate, what is next, what somebody must look at."""
    yield from _head(found)
    yield ""
    yield _phases(found["phases"])
    yield from _gate(found)
    for title, heads, rows in _lists(found):
        if rows:
            yield ""
            yield Table(heads, rows, title=title)
    yield from _attention(found)


def _head(found: Found) -> Iterator[str]:
    trial = ", trial run" if found["trial"] else ""
    where = f"in {found['phase_title']} ({found['phase']})" if found["state"] == "running" else ""
    yield f"{found['title']} ({found['key']})"
    yield f"{found['state']} {where}{trial}, adopted {found['adopted_on']}, as of {found['today']}".replace(" ,", ",")
    yield f"lights: {counts(found['lights'])}"
    yield f"assignments: {counts(found['states'])}"


def _phases(phases: Sequence[Found]) -> Table:
    heads = ("phase", "title", "state", "first day", "last day", *LIGHTS)
    rows = [
        (
            f"{'▸ ' if phase['current'] else ''}{phase['id']}",
            phase["title"],
            PHASES[phase["state"]] + (", past its last day" if phase["past_last_day"] else ""),
            phase["first_day"],
            phase["last_day"],
            *(phase["lights"][light] or "" for light in LIGHTS),
        )
        for phase in phases
    ]
    return Table(heads, rows, right=frozenset(LIGHTS))


def _gate(found: Found) -> Iterator[str]:
    gate = found["gate"]
    if gate is None:
        return
    yield ""
    if gate["open"]:
        yield f"gate of {found['phase_title']}: open; `campaign advance {found['key']}`"
        return
    unmet, all_ = len(gate["unmet"]), gate["conditions"]
    yield f"gate of {found['phase_title']}: shut, {unmet} of {all_} unmet; `campaign gate {found['key']}`"
    yield from (f"  · {text}" for text in gate["unmet"])


def _lists(found: Found) -> Iterator[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    yield (
        "quotas (see `campaign quota`)",
        ("quota", "have", "need", "short"),
        [(r["title"], r["have"], r["need"], some(r["short"], 4)) for r in found["quotas"]],
    )
    yield (
        "next",
        ("at", "what", "count", "about"),
        [(moment(row["at"]), row["what"], row["count"], some(row["about"], 4)) for row in found["next"]],
    )
    yield (
        "campaigns below",
        ("unit", "campaign", "phase", "quotas", "open", "overdue", *LIGHTS),
        [_below(row) for row in found["nested"]],
    )
    yield (
        "open pauses",
        ("what", "since", "dates shift", "reason", "document"),
        [(r["subject"], moment(r["since"]), r["shift"], r["reason"], r["document"]) for r in found["pauses"]],
    )
    yield (
        "objections to be decided",
        ("task", "unit", "since", "decide by", "reason"),
        [(r["task"], r["unit"], r["raised_on"], r["decide_by"], r["reason"]) for r in found["objections"]],
    )
    yield (
        "provisional dates (their year has no official notice yet)",
        ("task", "title", "due", "units"),
        [(r["task"], r["title"], f"{r['due_on']} {r['weekday']}", r["units"]) for r in found["provisional"]],
    )
    yield (
        "no date yet",
        ("task", "title", "units"),
        [(r["task"], r["title"], r["units"]) for r in found["undated"]],
    )
    yield unissued(found["unissued"])
    yield (
        "vacancies (nobody is reached at these levels)",
        ("unit", "levels"),
        [(r["unit"], ", ".join(r["levels"])) for r in found["vacancies"]],
    )
    yield (
        "put aside (could not be told)",
        ("unit", "notice", "level", "task", "why"),
        [(r["unit"], r["kind"], r["level"], r["task"], r["reason"]) for r in found["aside"]],
    )


def _below(row: Found) -> tuple[object, ...]:
    if not row["key"]:
        return row["unit"], "not begun", *("" for _ in range(4 + len(LIGHTS)))
    quotas = "; ".join(f"{quota['title']} {quota['have']}/{quota['need']}" for quota in row["quotas"])
    where = row["phase_title"] if row["state"] == "running" else row["state"]
    lights = (row["lights"][light] or "" for light in LIGHTS)
    return row["unit"], row["key"], where, quotas, row["open"], row["overdue"], *lights


def unissued(found: Sequence[Found]) -> tuple[str, tuple[str, ...], list[tuple[object, ...]]]:
    """Return title, heads and rows of the tasks that nobody was given yet."""
    rows: list[tuple[object, ...]] = [
        (r["task"], r["title"], r["phase"], r["opens"] or "before adoption: nobody is asked", r["due"]) for r in found
    ]
    return "not issued", ("task", "title", "phase", "opens", "due"), rows


def _attention(found: Found) -> Iterator[str]:
    if found["attention"] is None:
        return
    waiting = {name: found["attention"][name] for name in ("drafts", "listed", "failed")}
    if any(waiting.values()):
        words = {"drafts": "to be signed", "listed": "to be released", "failed": "failed"}
        said = ", ".join(f"{number} {words[name]}" for name, number in waiting.items() if number)
        yield ""
        yield f"notices: {said}; `notice list {found['key']}`"
    if found["attention"]["same_file"]:
        yield ""
        files = f"{found['attention']['same_file']} from several units"
        yield f"files: {files}, to be judged; `indicator duplicates {found['key']}`"


def gate_sheet(found: Found) -> Iterator[Part]:
    """Yield the verdict: each condition with what was counted and needed, then who is missing."""
    word = "open" if found["open"] else "shut"
    yield f"gate of {found['title']} ({found['phase']}): {word}"
    yield ""
    heads = ("holds", "condition", "counted", "needed", "missing")
    rows = [_condition(row, depth) for row, depth in _flat(found["conditions"])]
    yield Table(heads, rows, right=frozenset({"counted", "needed"}), empty="(it has no conditions)")
    for row, _ in _flat(found["conditions"]):
        if row["missing"] and not row["children"]:
            yield ""
            yield f"missing for {row['text']} ({len(row['missing'])}):"
            yield f"  {'、'.join(row['missing'])}"


def _flat(conditions: Sequence[Found], depth: int = 0) -> Iterator[tuple[Found, int]]:
    for condition in conditions:
        yield condition, depth
        yield from _flat(condition["children"], depth + 1)


def _condition(row: Found, depth: int) -> tuple[object, ...]:
    return row["holds"], "  " * depth + row["text"], row["counted"], row["needed"], len(row["missing"]) or ""
