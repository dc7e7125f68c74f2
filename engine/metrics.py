"""Numbers for Prometheus: of this process as it beats, and of the whole installation when somebody asks.

The library is an extra (`pip install 'phasegate[metrics]'`) and this file its only importer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.errors import BadInput, DatabaseProblem, os_word
from engine.records import record
from engine.service.delivery.standing import Present, WorkStanding, standing
from engine.service.kernel.desk import Desk
from engine.serving import Made

BUCKETS: Final = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
STATES: Final = ("alive", "stopping", "late", "dead", "stopped")


class Installation(Collector):
    """What the database says at the moment of asking; without a database only that there is none."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: the database is not asked until somebody does."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield all gauges, and the counters of the roll."""
        try:
            found = standing(self._desk)
        except DatabaseProblem:
            yield GaugeMetricFamily("phasegate_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("phasegate_database_up", "Whether the database answers.", value=1)
        yield from _gauges(found)
        yield _labelled(
            "phasegate_outbox_messages",
            "Messages in the outbox; those leased are among the queued.",
            "state",
            {"queued": found.queued, "leased": found.leased, "failed": found.failed},
        )
        stands = [one.stands for one in found.workers]
        counted = {state: stands.count(state) for state in STATES}
        yield _labelled("phasegate_workers", "Workers of the roll by how they stand.", "state", counted)
        yield from _workers(found)


def _gauges(found: WorkStanding) -> Iterator[Metric]:
    for name, said, value in (
        ("campaigns_running", "Campaigns that run.", found.running),
        ("due_moments", "Moments that are due and not worked off.", found.due),
        ("oldest_due_age_seconds", "For how long the oldest of them has been due.", found.lag_in_seconds),
        ("outbox_oldest_age_seconds", "For how long a message could have gone.", found.waiting_in_seconds),
        ("aside_items", "Items that could not be written and were put aside.", found.aside),
    ):
        yield GaugeMetricFamily(f"phasegate_{name}", said, value=value)


def _labelled(name: str, said: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, said, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family


COUNTED: Final[tuple[tuple[str, str, Callable[[Present], int]], ...]] = (
    ("beats", "Beats that a worker made since it began.", lambda one: one.worker.beats),
    ("moments", "Moments that a worker worked off.", lambda one: one.worker.moments),
    ("notices", "Notices that a worker wrote.", lambda one: one.worker.notices),
    ("sent", "Messages that a worker sent.", lambda one: one.worker.sent),
    ("failed", "Messages that a worker gave up.", lambda one: one.worker.failed),
    ("errors", "Beats of a worker that failed.", lambda one: one.worker.errors),
)


def _workers(found: WorkStanding) -> Iterator[Metric]:
    """Yield what the roll says of each worker that has not signed off."""
    here = [one for one in found.workers if one.stands != "stopped"]
    for name, said, value in COUNTED:
        counter = CounterMetricFamily(f"phasegate_worker_{name}", said, labels=["worker"])
        for one in here:
            counter.add_metric([one.worker.identity], value(one))
        yield counter
    age = GaugeMetricFamily("phasegate_worker_seen_age_seconds", "When a worker was last seen.", labels=["worker"])
    for one in here:
        age.add_metric([one.worker.identity], (found.at - one.worker.seen_at).total_seconds())
    yield age


class Meter:
    """Counts what this process does; it is told of every beat."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._beat = Histogram("phasegate_beat_seconds", "How long a beat took.", buckets=BUCKETS, registry=registry)
        self._beats = Counter("phasegate_beats", "Beats made.", registry=registry)
        self._moments = Counter("phasegate_moments", "Moments worked off.", registry=registry)
        self._notices = Counter("phasegate_notices", "Notices written.", registry=registry)
        self._messages = Counter(
            "phasegate_messages", "Messages by what became of them.", ["result"], registry=registry
        )
        self._errors = Counter("phasegate_errors", "Beats that failed, by code.", ["code"], registry=registry)
        for result in ("sent", "retried", "failed"):
            self._messages.labels(result)

    def __call__(self, made: Made) -> None:
        """Count one beat."""
        self._beat.observe(made.seconds)
        self._beats.inc()
        self._moments.inc(made.swept.moments)
        self._notices.inc(made.swept.notices)
        self._messages.labels("sent").inc(made.delivered.sent)
        self._messages.labels("retried").inc(made.delivered.queued)
        self._messages.labels("failed").inc(made.delivered.failed)
        if made.code:
            self._errors.labels(made.code).inc()


@record(kw_only=False)
class Address:
    """Where the numbers are served."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def address_from(text: str) -> Address:
    """Return HOST:PORT, or PORT on this machine alone, as a person writes it."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadInput("no_metrics_address", found=text)
    return Address(host.strip("[]") or "127.0.0.1", int(port))


@contextmanager
def serving_metrics(desk: Desk, at: Address) -> Iterator[Meter]:
    """Serve the numbers over HTTP as long as this lasts, and yield what counts the beats of this process."""
    registry = CollectorRegistry(auto_describe=False)
    meter = Meter(registry)
    registry.register(Installation(desk))
    try:
        server, thread = start_http_server(at.port, at.host, registry)
    except OSError as error:
        raise BadInput("metrics_unserved", why=os_word(error), found=at) from error
    try:
        yield meter
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def metrics_text(desk: Desk) -> str:
    """Return the numbers of the installation in the text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Installation(desk))
    return generate_latest(registry).decode()
