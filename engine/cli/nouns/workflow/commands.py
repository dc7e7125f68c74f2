"""`phasegate workflow`: what is shipped, what is wrong with a file, and how a workflow looks."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from engine.cli.nouns.workflow.differ import diff
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import Form, emit_listing, lists
from engine.cli.shell.options import fills
from engine.cli.shell.output import answer, emit, say
from engine.cli.shell.verbs import Noun
from engine.records import asdict, replace

if TYPE_CHECKING:
    from engine.errors import Problem
    from engine.model import Workflow

SEVERITIES = ("error", "warning", "note")
FORMATS = ("text", "mermaid", "svg", "timeline")


@click.group(cls=Noun)
def workflow() -> None:
    """List, check, show and compare workflows."""


@workflow.command("list", example=("phasegate workflow list", "phasegate workflow list --format csv"))
@lists
@pass_context
def list_(ctx: Context, form: Form) -> None:
    """List the workflows that are shipped."""
    from engine import reader
    from engine.cli.nouns.workflow.lists import SHIPPED

    found = [(name, reader.read(reader.shipped_bundle(name), name)) for name in reader.shipped()]
    data = [
        {
            "name": name,
            "title": each.title,
            "version": each.version,
            "phases": len(each.phases),
            "tasks": len(each.clauses),
            "units": len(each.directory.units),
        }
        for name, each in found
    ]
    emit_listing(ctx, replace(SHIPPED, rows=data), form)


@workflow.command(example=("phasegate workflow check shizhu", "phasegate workflow check plans/dianzi"))
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@fills
@pass_context
def check(ctx: Context, files: tuple[str, ...], settings: dict[str, str]) -> None:
    """Say everything that is wrong with workflows, each problem with its line, code and cure.

    FILE is a YAML file, a folder that holds workflow.yaml, or the name of a shipped workflow.
    Ends with 2 where there is an error, else with 0.
    """
    found = {file: _problems(file, settings) for file in files}
    counts = Counter(problem.severity for problems in found.values() for problem in problems)
    data = {
        "files": [{"file": file, "problems": [asdict(one) for one in found[file]]} for file in found],
        **{f"{severity}s": counts[severity] for severity in SEVERITIES},
    }
    emit(ctx, data, lambda: [_told(problem) for problems in found.values() for problem in problems])
    if not ctx.json:
        print(_summary(len(found), counts))
    if counts["error"]:
        answer(2)


def _problems(file: str, settings: dict[str, str]) -> list[Problem]:
    from engine import calendar, reader
    from engine.check import check as findings
    from engine.cli.shell.sources import examine, workflow_bundle
    from engine.errors import BadInput, BadWorkflow, Problem, UnknownName

    try:
        read = reader.read(workflow_bundle(file, settings), file)
    except BadWorkflow as error:
        return error.problems
    except (BadInput, UnknownName) as error:
        return [Problem(file, 1, 1, error.code, str(error))]
    near = reader.beside(file)
    found = findings(
        read,
        calendar=calendar.load(read.calendar),
        examine=examine,
        nests=lambda nested: reader.workflow_below(nested, near),
    )
    return sorted([*found, *_over_limits(read, file, settings, sound=all(one.severity != "error" for one in found))])


def _over_limits(read: Workflow, file: str, settings: dict[str, str], *, sound: bool) -> list[Problem]:
    """Return where a workflow that sets limits would ask more of a unit in a month, if nobody handed in anything."""
    from engine import reader
    from engine.cli.shell.sources import workflow_bundle
    from engine.service.campaigns.views.burden import has_limits

    if not sound or not has_limits(read):
        return []
    from engine.service.forecast import nobody, of_workflow
    from engine.service.forecast.burden import findings

    bundle = workflow_bundle(file, settings)
    return findings(of_workflow(bundle, None, nobody(), beside=reader.beside(file)), read.limits.place)


def _told(problem: Problem) -> str:
    mark = "" if problem.severity == "error" else f"{problem.severity}: "
    return str(replace(problem, what=mark + problem.what))


def _summary(files: int, counts: Counter[str]) -> str:
    said = ", ".join(f"{counts[severity]} {severity}{'s' * (counts[severity] != 1)}" for severity in SEVERITIES)
    return f"{files} workflow{'s' * (files != 1)} checked: {said}"


@workflow.command(example=("phasegate workflow show shizhu", "phasegate workflow show shizhu --format mermaid"))
@click.argument("name", metavar="NAME|FILE")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="Text, or a picture of it.")
@click.option("--out", metavar="FILE", default="", help="Write the picture there instead of to stdout.")
@fills
@pass_context
def show(ctx: Context, name: str, form: str, out: str, settings: dict[str, str]) -> None:
    """Show phases with their gates, tasks with their units, quotas and ladders.

    The pictures: `mermaid` and `svg` are the state diagram, `timeline` is an SVG of the dates.
    """
    from engine import reader
    from engine.cli.shell.sources import workflow_bundle

    read = reader.read(workflow_bundle(name, settings), name)
    if form != "text":
        _write(_picture(ctx, read, form), out)
        return
    from engine.cli.nouns.workflow import sheet

    emit(ctx, sheet.data(read), lambda: sheet.text(read, ctx.lang))


def _picture(ctx: Context, read: Workflow, form: str) -> str:
    if form == "mermaid":
        from engine.machine import mermaid

        return mermaid(read)
    from zoneinfo import ZoneInfo

    from engine.pictures.diagram import state_diagram
    from engine.pictures.timeline import timeline

    if form == "svg":
        return state_diagram(read)
    return timeline(read, today=ctx.now.astimezone(ZoneInfo(read.timezone)).date())


def _write(text: str, out: str) -> None:
    if not out:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    from engine.cli.shell.sources import write_file

    write_file(out, text)
    say(f"written to {out}")


@workflow.command(example="phasegate workflow schema > phasegate.schema.json")
@pass_context
def schema(ctx: Context) -> None:
    """Print the JSON Schema of the workflow format, for editors."""
    import json

    from engine import reader

    print(json.dumps(reader.schema(), ensure_ascii=False, indent=2))


workflow.add_command(diff)
