"""From the texts of a workflow to its record, every problem noted on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine import calendar
from engine.errors import BadWorkflow
from engine.history import digest
from engine.model import Condition, Directory, IndicatorSet, Ladder, Phase, Place, Task, Workflow
from engine.reader import head
from engine.reader.bundles import MAIN, label, sha_of
from engine.reader.channels import channel
from engine.reader.conditions import read_gate
from engine.reader.directory import read_directory
from engine.reader.duties import duty_ids, read_terms
from engine.reader.format import UNITS_FILE, WORKFLOW
from engine.reader.indicator_shapes import INDICATORS
from engine.reader.indicators import read_indicators
from engine.reader.issuing import read_issuer, read_limits
from engine.reader.ladders import check_receipt_ladders, read_ladder
from engine.reader.names import Names, ids_of
from engine.reader.nested import read_nested
from engine.reader.nodes import Keys, Node, parse
from engine.reader.parameters import Filler, filler_of
from engine.reader.phases import read_phases
from engine.reader.problems import Problems
from engine.reader.quotas import read_quota
from engine.reader.shape import Filled, Leaf, RecordShape, fit
from engine.reader.tasks import check_order, read_tasks
from engine.reader.texts import own_kinds, read_templates
from engine.records import replace


def read(bundle: Mapping[str, str], name: str, *, calendars: Collection[str] | None = None) -> Workflow:
    """Return the workflow in `bundle`; BadWorkflow with every problem if there is any.

    `name` is how problems call it; `calendars` are the known working calendars (those shipped).
    """
    problems = Problems()
    workflow = _read(bundle, name, calendars, problems)
    if workflow is None or problems.found:
        raise BadWorkflow(name, problems.found)
    return workflow


def _read(
    bundle: Mapping[str, str], name: str, calendars: Collection[str] | None, problems: Problems
) -> Workflow | None:
    node = parse(bundle.get(MAIN, ""), label(name, MAIN), problems)
    filler = filler_of(node, bundle, name, problems)
    top = None if filler is None else _fitted(node, MAIN, WORKFLOW, name, filler)
    if filler is None or top is None:
        return None
    known = calendar.names() if calendars is None else calendars
    workflow = _Draft(bundle, name, top, filler).workflow(known)
    if not problems.found:
        filler.check_used()
    return workflow


def _fitted(node: Node | None, file: str, shape: RecordShape, name: str, filler: Filler) -> Filled | None:
    problems = filler.problems
    if isinstance(node, Keys):
        fitted = fit(filler.node(node), shape, file, problems)
        return fitted if isinstance(fitted, Filled) else None
    if node is not None or not problems.found:
        place = Place(file=label(name, file), line=1, column=1)
        problems.add("PW111", place, "the file holds no keys", "", f"begin with `{next(iter(shape.keys))}:`")
    return None


class _Draft:
    """A workflow while it is read: its keys, and the names they give."""

    def __init__(self, bundle: Mapping[str, str], name: str, top: Filled, filler: Filler) -> None:
        self.bundle = bundle
        self.name = name
        self.top = top
        self.filler = filler
        self.problems = filler.problems
        self.indicators = self._indicators()
        directory = self._directory()
        self.directory = directory or Directory(units={}, groups={})
        self.names = self._names(directory)

    def workflow(self, calendars: Collection[str]) -> Workflow:
        top, names, problems = self.top, self.names, self.problems
        phases = self._phases()
        ladders = self._ladders()
        return Workflow(
            id=top.text("id"),
            title=top.text("title"),
            version=top.text("version"),
            place_name=top.text("place"),
            document=head.document(top.part("document")),
            timezone=head.timezone(top, problems),
            calendar=head.calendar(top, calendars, problems),
            office=names.one_unit(top.leaf("office")),
            leading_group=names.one_unit(top.leaf("leading_group")),
            mark=top.text("mark"),
            hours=head.hours(top.part("hours"), problems),
            phases=phases,
            tasks=self._tasks(phases),
            ladders=ladders,
            quotas=tuple(read_quota(row, names, self.directory) for row in top.rows("quotas")),
            directory=replace(self.directory, groups={**self.directory.groups, **names.sets}),
            caps=head.caps(top.part("caps"), problems),
            award=top.text("award"),
            office_contact=top.text("office_contact"),
            channel=channel(top.leaf("channel"), problems, "eml"),
            channels_off=tuple(channel(leaf, problems, "") for leaf in top.leaves("channels_off")),
            max_extensions=head.number(top, "max_extensions", 1),
            signers={kind: top.part("signers").text(kind) for kind in top.part("signers").values},
            templates=read_templates(self.bundle, self.name, ladders, self.filler),
            parameters=self.filler.parameters,
            indicators=self._indicator_set(),
            terms=read_terms(top.rows("terms"), problems),
            nested=read_nested(top.rows("nested"), names),
            issuer=read_issuer(top.part("issuer"), names),
            limits=read_limits(top.part("limits")),
            sha=sha_of(self.bundle),
        )

    def _directory(self) -> Directory | None:
        file = self.top.leaf("units")
        if file is None:
            return read_directory(self.top, self.problems) if self.top.rows("units") else None
        found = self._named_file(file, UNITS_FILE)
        return None if found is None else read_directory(found, self.problems)

    def _named_file(self, file: Leaf, shape: RecordShape) -> Filled | None:
        if file.text not in self.bundle:
            known = [each for each in self.bundle if each.endswith(".yaml")]
            cure = self.problems.near(file.text, known, "add the file to the folder")
            self.problems.add("PW110", file.place, "there is no such file", file.text, cure)
            return None
        node = parse(self.bundle[file.text], label(self.name, file.text), self.problems)
        return _fitted(node, file.text, shape, self.name, self.filler)

    def _indicators(self) -> tuple[Filled, str]:
        """Return the indicator set, empty where there is none, and the hash of the text it stands in."""
        file = self.top.leaf("indicators")
        if file is None:
            return self.top.part("indicators"), digest(self.bundle[MAIN].encode())
        found = self._named_file(file, INDICATORS)
        return found or Filled(file.place), digest(self.bundle.get(file.text, "").encode())

    def _indicator_set(self) -> IndicatorSet | None:
        part, sha = self.indicators
        return read_indicators(part, sha, self.names) if part.values else None

    def _names(self, directory: Directory | None) -> Names:
        top, problems = self.top, self.problems
        return Names(
            units=None if directory is None else {**directory.units, **directory.groups},
            groups=() if directory is None else directory.groups,
            tasks=ids_of(top.rows("tasks"), problems),
            phases=ids_of(top.rows("phases"), problems),
            ladders=tuple(top.part("ladders").values),
            quotas=ids_of(top.rows("quotas"), problems),
            indicators=ids_of(self.indicators[0].rows("items"), problems),
            duties=duty_ids(top.rows("tasks")),
            problems=problems,
        )

    def _ladders(self) -> Mapping[str, Ladder]:
        table = self.top.part("ladders")
        kinds, usual = own_kinds(self.bundle), self.top.text("reminders", "weekly")
        ladders = {name: read_ladder(name, table.part(name), usual, kinds, self.problems) for name in table.values}
        check_receipt_ladders(self.top, ladders, self.problems)
        return ladders

    def _phases(self) -> tuple[Phase, ...]:
        defaults = self.top.part("defaults")
        ladder = head.default_ladders(defaults, self.names)["gate_ladder"]
        return tuple(read_phases(self.top.rows("phases"), self._gate, ladder, self.names))

    def _gate(self, filled: Filled, phase: str) -> Condition:
        numbers = {row.text("id"): frozenset(row.part("numbers").values) for row in self.top.rows("tasks")}
        return read_gate(filled, phase, self.names, self.directory, numbers)

    def _tasks(self, phases: tuple[Phase, ...]) -> tuple[Task, ...]:
        by_id = {phase.id: phase for phase in phases}
        top = self.top
        rows = top.rows("tasks")
        tasks = tuple(read_tasks(rows, top.part("defaults"), top.part("inherit"), by_id, self.names))
        check_order(tasks, self.names)
        return tasks
