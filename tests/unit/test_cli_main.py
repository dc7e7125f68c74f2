"""How the command line ends: one clear line, the right code, never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from engine.cli import root as table
from engine.cli.main import main
from engine.cli.shell.context import Context, instant_from, pass_context
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Verb
from engine.errors import BadInput, BadWorkflow, DatabaseBusy, GateShut, Problem

START = [sys.executable, "-c", "from engine.cli.main import run; run()"]


def started(*args: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **more}
    return subprocess.run([*START, *args], capture_output=True, text=True, encoding="utf-8", env=env, check=False)


@pytest.fixture
def noun(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Context], None]], None]:
    """Lets a test put its own command in the place of `doctor`."""

    def put(body: Callable[[Context], None]) -> None:
        command = click.command(cls=Verb, name="doctor")(pass_context(body))
        monkeypatch.setattr("engine.cli.nouns.doctor.doctor", command)

    return put


def test_help_imports_neither_the_store_nor_yaml_nor_rich_nor_any_noun() -> None:
    heavy = [
        "sqlmodel",
        "sqlalchemy",
        "yaml",
        "rich",
        "jinja2",
        "apscheduler",
        "transitions",
        "alembic",
        "json",
        "dataclasses",
        "difflib",
    ]
    nouns = [module for module, _ in table.NOUNS.values()]
    look = (
        "import sys; from engine.cli.main import main; assert main(['--help']) == 0; "
        f"print([name for name in {[*heavy, *nouns]} if name in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert found.stderr == "[]\n"


def test_checking_a_workflow_imports_no_store() -> None:
    look = (
        "import sys; from engine.cli.main import main; main(['workflow', 'check', 'shizhu']); "
        "print([name for name in ('sqlmodel', 'sqlalchemy', 'apscheduler') if name in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert found.stderr == "[]\n"


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (
            ["campain"],
            "PG210  there is no command 'campain' — did you mean campaign, completion? — see `phasegate --help`",
        ),
        (
            ["workflow", "shwo"],
            "PG210  there is no command 'shwo' — did you mean show? — see `phasegate workflow --help`",
        ),
        (
            ["workflow", "list", "--jsno"],
            "PG211  there is no option --jsno — did you mean --json? — see `phasegate workflow list --help`",
        ),
        (
            ["clock", "accept"],
            "PG212  missing option '--reason' — see `phasegate clock accept --help`",
        ),
        (
            ["calendar", "show", "soon"],
            "PG213  invalid value for 'YEAR': 'soon' is not a valid integer range — see `phasegate calendar show --help`",
        ),
        (
            ["workflow", "list", "all"],
            "PG214  got unexpected extra argument (all) — see `phasegate workflow list --help`",
        ),
        (
            ["--now", "soon", "workflow", "list"],
            "PG202  this is not an instant — found 'soon' — write 2022-10-09, 2022-10-09T09:00 or "
            "2022-10-09T09:00+08:00",
        ),
        (["workflow", "show", "shizu"], "PG201  there is no workflow 'shizu' — did you mean shizhu?"),
    ],
)
def test_bad_input_is_one_line_with_its_code_and_ends_with_2(
    args: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2
    assert capsys.readouterr() == ("", f"{line}\n")


def test_no_command_at_all_shows_the_help_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Usage: phasegate [OPTIONS] COMMAND")


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (
            BadInput(what="that is no key", found="a b", cure="write one word"),
            2,
            ["PG202  that is no key — found 'a b' — write one word"],
        ),
        (
            GateShut(phase="sprint", verdict={}, title="sprint", unmet="2 of 3", key="k"),
            1,
            ["PG103  the gate of sprint is shut — 2 of 3 — see `phasegate campaign gate k`"],
        ),
        (
            DatabaseBusy(url="sqlite:///x.db", why="database is locked"),
            2,
            ["PG304  the database sqlite:///x.db is busy — database is locked — try again in a moment"],
        ),
        (
            BadWorkflow("a.yaml", [Problem("a.yaml", 2, 1, "PW111", "two"), Problem("a.yaml", 1, 1, "PW111", "one")]),
            2,
            ["a.yaml:1:1  PW111  one", "a.yaml:2:1  PW111  two"],
        ),
        (
            RuntimeError("the roof\nfell in"),
            2,
            [
                "PG999  this should not happen — RuntimeError: the roof fell in — PHASEGATE_DEBUG=1 shows where; "
                "please report it"
            ],
        ),
    ],
)
def test_every_error_is_told_in_its_line_with_its_exit_code(
    error: Exception,
    code: int,
    lines: list[str],
    noun: Callable[[Callable[[Context], None]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(ctx: Context) -> None:
        raise error

    noun(fails)
    assert main(["doctor"]) == code
    assert capsys.readouterr() == ("", "".join(f"{line}\n" for line in lines))


def test_the_traceback_is_shown_to_those_who_ask(
    noun: Callable[[Callable[[Context], None]], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(ctx: Context) -> None:
        raise RuntimeError("the roof")

    monkeypatch.setenv("PHASEGATE_DEBUG", "1")
    noun(fails)
    assert main(["doctor"]) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize("stop", [KeyboardInterrupt, click.Abort])
def test_ctrl_c_ends_quietly(
    stop: type[BaseException],
    noun: Callable[[Callable[[Context], None]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(ctx: Context) -> None:
        raise stop

    noun(interrupted)
    assert main(["doctor"]) == 130
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_in_a_real_process_ends_quietly() -> None:
    look = (
        "import os, signal, engine.cli.nouns.doctor as d\n"
        "from engine.cli.main import run\n"
        "import sys; sys.argv = ['phasegate', 'doctor']\n"
        "d.doctor.callback = lambda *a, **k: os.kill(os.getpid(), signal.SIGINT)\n"
        "run()"
    )
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (130, "", "")
    assert signal.SIGINT == 2


def test_a_closed_pipe_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        found = subprocess.run(
            [*START, "workflow", "show", "shizhu", "--json"], stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert (found.returncode, found.stderr) == (141, b"")


def test_options_may_stand_before_the_noun_or_after_the_verb(
    noun: Callable[[Callable[[Context], None]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def told(ctx: Context) -> None:
        emit(ctx, {"actor": ctx.actor, "now": ctx.now, "db": ctx.settings().db}, "as text")

    noun(told)
    options = ["--json", "--as", "leader", "--now", "2022-10-09T09:00", "--db", "sqlite:///other.db"]
    assert main([*options, "doctor"]) == 0
    before = capsys.readouterr().out
    assert main(["doctor", *options]) == 0
    assert capsys.readouterr().out == before
    assert before == (
        '{\n  "actor": "leader",\n  "now": "2022-10-09T01:00:00+00:00",\n  "db": "sqlite:///other.db"\n}\n'
    )


def test_the_database_is_that_of_the_option_then_of_the_environment_then_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PHASEGATE_DB", raising=False)
    assert Context().settings().db == "sqlite:///phasegate.db"
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///env.db")
    assert Context().settings().db == "sqlite:///env.db"
    given = Context()
    given.take("db", "sqlite:///given.db")
    assert given.settings().db == "sqlite:///given.db"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2022-10-09T09:00", "2022-10-09T01:00:00+00:00"),
        ("2022-10-09 09:00:30", "2022-10-09T01:00:30+00:00"),
        ("2022-10-09T09:00+00:00", "2022-10-09T09:00:00+00:00"),
        ("2022-10-09T09:00Z", "2022-10-09T09:00:00+00:00"),
        ("2022-10-09", "2022-10-08T16:00:00+00:00"),
    ],
)
def test_now_is_local_to_shanghai_unless_it_says_otherwise(text: str, instant: str) -> None:
    assert instant_from(text).isoformat() == instant


@pytest.mark.parametrize("text", ["", "noon", "2022-13-01", "0001-01-01", "9999-12-31T23:59-23:00"])
def test_what_is_no_instant_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        instant_from(text)


def test_the_version_is_that_of_the_package() -> None:
    found = started("--version")
    assert (found.returncode, found.stdout, found.stderr) == (0, "phasegate 0.1.0\n", "")


@pytest.mark.parametrize("words", ["status", "db upgrade", "campaign list", "task receive county t1", "db check"])
def test_a_missing_database_is_told_and_not_made(words: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    found = started(*words.split(), "--db", url)
    assert found.returncode == 2
    assert found.stderr == (
        f"PG302  there is no Phasegate database at {url} — the file does not exist — run `phasegate db create`\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_output_that_the_terminal_cannot_write_is_escaped_not_lost() -> None:
    found = started("workflow", "list", "--json", PYTHONIOENCODING="ascii")
    assert (found.returncode, found.stderr) == (0, "")
    assert '"name": "shizhu"' in found.stdout
    assert "\\u77f3\\u67f1" in found.stdout
