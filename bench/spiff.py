"""One durable transition against SpiffWorkflow: load an instance, complete its ready task, save it, one commit.

Run: python -m bench.spiff

The peer is used as its documentation has it: a BPMN process, the BPMN serializer's JSON in a row of SQLite, in the
same journal mode. Its process has what an assignment of the made-up county has: receipt, submission, review, and on
each of them the dates at which somebody is told; no history, no gate, no item that waits to be told.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.task import Task

from bench import byhand, county
from bench.durable import submit
from bench.harness import Ratio, compare, run

FAR = "2027-06-30T09:00:00+08:00"


def _step(kind: str, name: str, into: str, out: str) -> str:
    return (
        f'<bpmn:{kind} id="{name}" name="{name}">'
        f"<bpmn:incoming>{into}</bpmn:incoming><bpmn:outgoing>{out}</bpmn:outgoing></bpmn:{kind}>"
        if out
        else f'<bpmn:{kind} id="{name}"><bpmn:incoming>{into}</bpmn:incoming></bpmn:{kind}>'
    )


def _flow(name: str, source: str, target: str, when: str = "") -> str:
    condition = f"<bpmn:conditionExpression>{when}</bpmn:conditionExpression>" if when else ""
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{condition}</bpmn:sequenceFlow>'


def _rung(name: str, of: str) -> str:
    """Return a date at which somebody is told while a task is open: a rung of its ladder."""
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{of}" cancelActivity="false">'
        f"<bpmn:outgoing>{name}-out</bpmn:outgoing><bpmn:timerEventDefinition>"
        f"<bpmn:timeDate>&quot;{FAR}&quot;</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        + _flow(f"{name}-out", name, f"{name}-tell")
        + _step("task", f"{name}-tell", f"{name}-out", f"{name}-told")
        + _flow(f"{name}-told", f"{name}-tell", f"{name}-end")
        + _step("endEvent", f"{name}-end", f"{name}-told", "")
    )


RUNGS = {"receive": ("reminded",), "submit": ("ahead", "overdue", "deputy", "supervised"), "review": ("soon", "late")}
"""The rungs that the made-up county has, by the task on which they stand."""
STEPS = (
    '<bpmn:startEvent id="start"><bpmn:outgoing>f0</bpmn:outgoing></bpmn:startEvent>',
    _flow("f0", "start", "receive"),
    _step("userTask", "receive", "f0", "f1"),
    _flow("f1", "receive", "submit"),
    _step("userTask", "submit", "f1", "f2"),
    _flow("f2", "submit", "review"),
    _step("userTask", "review", "f2", "f3"),
    _flow("f3", "review", "end"),
    _step("endEvent", "end", "f3", ""),
    *(_rung(rung, of) for of, rungs in RUNGS.items() for rung in rungs),
)
PROCESS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="phasegate">'
    f'<bpmn:process id="owed" isExecutable="true">{"".join(STEPS)}</bpmn:process></bpmn:definitions>'
)
TASKS, TOWNS = 20, 30


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where an instance of the peer did not come to its review."""
    rounds, each = (4, 5) if small else (20, 20)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ours.db"
        county.new(county.url_of(path), TASKS, TOWNS)
        desk, peer = county.desk_of(county.url_of(path)), Instances(Path(folder) / "theirs.db")
        peer.start(rounds * each)
        ours, theirs = iter(county.owed(TASKS, TOWNS)), iter(range(rounds * each))
        yield compare(
            "durable transition (submit), one commit each, SQLite",
            "SpiffWorkflow: load, advance, save",
            lambda: submit(desk, *next(ours)),
            lambda: peer.submit(next(theirs)),
            goal=0.8,
            rounds=rounds,
            each=each,
            mode=byhand.mode(peer.connection),
        )
        peer.require_submitted(rounds * each)


class Instances:
    """Process instances in a table of SQLite, each as the serializer writes it."""

    def __init__(self, path: Path) -> None:
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        self.connection: sqlite3.Connection = byhand.opened(path)
        self.connection.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")

    def start(self, number: int) -> None:
        """Start so many instances and keep them at their first task."""
        parser = BpmnParser()
        parser.add_bpmn_str(PROCESS.encode())
        spec = parser.get_spec("owed")
        self.connection.execute("BEGIN")
        for each in range(number):
            workflow = BpmnWorkflow(spec)
            workflow.do_engine_steps()
            _advance(workflow)
            state = self.serializer.serialize_json(workflow)
            self.connection.execute("INSERT INTO instance VALUES (?, ?)", (each, state))
        self.connection.execute("COMMIT")

    def submit(self, number: int) -> None:
        """Load an instance, complete its ready task with what is handed in, and save it."""
        self.connection.execute("BEGIN IMMEDIATE")
        workflow = self._loaded(number)
        _advance(workflow, note=byhand.NOTE)
        state = self.serializer.serialize_json(workflow)
        self.connection.execute("UPDATE instance SET state = ? WHERE id = ?", (state, number))
        self.connection.execute("COMMIT")

    def require_submitted(self, number: int) -> None:
        """Raise RuntimeError unless each instance waits for its review."""
        for each in range(number):
            if (waits := _ready(self._loaded(each)).task_spec.name) != "review":
                raise RuntimeError(f"instance {each} waits for {waits}")

    def _loaded(self, number: int) -> BpmnWorkflow:
        row = self.connection.execute("SELECT state FROM instance WHERE id = ?", (number,)).fetchone()
        return self.serializer.deserialize_json(row[0])


def _ready(workflow: BpmnWorkflow) -> Task:
    return workflow.get_next_task(state=TaskState.READY, manual=True)


def _advance(workflow: BpmnWorkflow, **data: str) -> None:
    """Complete the task that is ready, and do what follows by itself."""
    task = _ready(workflow)
    task.data.update(data)
    task.run()
    workflow.refresh_waiting_tasks()
    workflow.do_engine_steps()


if __name__ == "__main__":
    run(measure)
