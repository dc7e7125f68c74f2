"""What the pages tell a reader to type is typed, in order, in a fresh folder: it does what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from terminal import Terminal, bare, fenced, lines_of

ROOT = Path(__file__).parents[2]
BEGUN = (
    "phasegate db create",
    "phasegate campaign create shizhu-2022 --workflow shizhu --adopted 2022-07-05 --now 2022-07-05T09:00",
    "phasegate sweep --now 2022-07-05T09:05",
)
"""The campaign that the how-tos speak of."""
ASKED = "phasegate task add shizhu-2022 报送名单 --unit 中益乡 --due 2022-09-15 --document 会议纪要2号"
"""A task beside the plan: its unit is asked for a receipt."""


@dataclass(frozen=True)
class Page:
    """A page: what its reader did before, by block, and the instant at which its lines are typed that name none.

    `numbers` are numbers that a block shows: each with the command whose first row has the true one, and its name there.
    """

    before: dict[int, Sequence[str]] = field(default_factory=dict)
    now: dict[int, str] = field(default_factory=dict)
    numbers: dict[str, tuple[str, str]] = field(default_factory=dict)
    in_a_shell: Sequence[int] = ()


PAGES = {
    "README.md": Page(in_a_shell=(6,)),
    "CONTRIBUTING.md": Page(),
    "docs/command-line.md": Page(in_a_shell=(0,)),
    "docs/forecast.md": Page(
        before={
            0: (
                *BEGUN,
                "mkdir plans",
                'cp -r "$WORKFLOWS/guazhou" plans/guazhou',
                "sed -i s/20wd/25wd/ plans/guazhou/workflow.yaml",
            )
        },
        now={0: "2022-12-20T09:00"},
    ),
    "docs/looking.md": Page(
        before={0: BEGUN, 2: ("phasegate sweep",)},
        now={0: "2022-08-29T09:00", 2: "2022-08-30T09:00", 3: "2022-08-31T09:00"},
        numbers={"412": ("look findings shizhu-2022", "report")},
        in_a_shell=(1,),
    ),
    "docs/operating.md": Page(before={1: ("mkdir backup",), 2: ("mv phasegate.db damaged.db",)}),
    "docs/receipts.md": Page(
        before={0: (*BEGUN, f"{ASKED} --now 2022-07-05T09:10", "phasegate sweep --now 2022-07-05T09:15")},
        now={1: "2022-07-05T10:00"},
        numbers={"1042": ("links list shizhu-2022", "notice")},
    ),
    "docs/sheets.md": Page(before={0: BEGUN}, now={0: "2022-07-06T09:00"}),
    "docs/sixth-plan.md": Page(
        before={0: ("phasegate db create", f"cp -r {ROOT}/tests/corpus/valid/sixth-plan cangling")},
        now={2: "2025-02-21T09:00"},
    ),
    "workflows/county-template/README.md": Page(before={0: ("phasegate db create",)}, now={0: "2025-01-06T09:00"}),
    "workflows/pingliang-county/README.md": Page(before={0: ("phasegate db create",)}, now={0: "2023-06-23T09:00"}),
}

SETS_UP = "sets up the environment in which this test runs; .ci/run types the block that tests"
NOT_TYPED = {
    "python3.11 -m venv .venv": SETS_UP,
    ".venv/bin/pip install --quiet --constraint constraints.txt --editable .": SETS_UP,
    ".venv/bin/pip install --quiet --constraint constraints.txt --editable '.[dev]'": SETS_UP,
    ".venv/bin/pip install -c constraints.txt -e '.[dev]'": SETS_UP,
    ".venv/bin/python -m tests.versions --quick": SETS_UP,
    ".venv/bin/pytest": SETS_UP,
    "python3.11 -m venv /opt/phasegate && /opt/phasegate/bin/pip install phasegate": SETS_UP,
    "pip install 'phasegate[web]'": SETS_UP,
    ".venv/bin/phasegate demo --out demo": "test_demo runs it and reads all that it writes",
}
"""What is not typed, and why; nothing else is left out."""


def blocks(name: str) -> list[str]:
    return list(fenced((ROOT / name).read_text(encoding="utf-8")))


def everything() -> list[str]:
    return [bare(line) for name in PAGES for block in blocks(name) for line in lines_of(block)]


def typed_lines() -> list[str]:
    """Return what the pages have typed."""
    return [line for line in everything() if line not in NOT_TYPED]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_may_be_typed_from_top_to_bottom(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, page = Terminal(tmp_path, capsys, monkeypatch), PAGES[name]
    for number, block in enumerate(blocks(name)):
        terminal.now = page.now.get(number, "")
        for line in page.before.get(number, ()):
            terminal.type(line)
        if number in page.in_a_shell:
            terminal.shell(block)
            continue
        for line in lines_of(block):
            for shown in [shown for shown in page.numbers if shown in line]:
                command, key = page.numbers[shown]
                rows = json.loads(terminal.type(f"phasegate {command} --json"))
                terminal.stand_ins[shown] = str(rows[0][key])
            if bare(line) not in NOT_TYPED:
                terminal.type(line)


def test_every_page_that_has_something_to_type_is_typed() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("workflows/*/*.md")]
    assert sorted(str(page.relative_to(ROOT)) for page in pages if "```sh\n" in page.read_text("utf-8")) == sorted(
        PAGES
    )
    others = re.compile(r"^( {4}|```(?!sh)[^`]*?\n)phasegate (?!.*[\[…|])", re.M)
    assert not [page for page in pages if others.search(page.read_text("utf-8"))]


def test_what_is_not_typed_is_said_and_nothing_is_said_that_no_page_has() -> None:
    assert NOT_TYPED.keys() - everything() == set()
