"""Bugs of the field, planted into a copy of the production code; the simulation must find each of them.

Each is one that a scheduler, a queue or a workflow engine has had. Some need more than one place to be cut: where
two things guard the same rule, a bug is only one once both are gone.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.mutants.mutant import Mutant, mutant

DATABASE = "engine/store/database.py"
SCHEMA = "engine/store/schema.py"
BASELINE = "engine/store/versions/a0001_first.py"
DESK = "engine/service/kernel/desk.py"
JOURNAL = "engine/service/kernel/journal.py"
CASE = "engine/service/kernel/case.py"
SWEEP = "engine/service/clock/sweep.py"
BINDING = "engine/service/notices/binding.py"
OUTBOX = "engine/store/queries/outbox.py"
CLAIMING = "engine/service/delivery/claiming.py"
RELAYING = "engine/service/delivery/relaying.py"
OCCURRING = "engine/service/duties/commands/firing.py"
LIFECYCLE = "engine/service/campaigns/commands/lifecycle.py"
EFFECTS = "engine/service/duties/apply/deadlines.py"
FIRING = "engine/deadlines/firing.py"
TURNS = "engine/deadlines/turns.py"
LADDERS = "engine/deadlines/ladders.py"
INSTANTS = "engine/deadlines/instants.py"
RELAY = "notifications/relay.py"

BETWEEN = """case.work.flush()
    case.work._cursor.execute("COMMIT")
    case.work._watch("COMMITTED")
    case.work._cursor.execute("BEGIN IMMEDIATE")
    """
"""Ends the transaction and begins another one."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug: a name, a sentence about it, and what is changed for it; each old text stands exactly once."""

    id: str
    sentence: str
    edits: tuple[Mutant, ...]


def planted(id: str, sentence: str, *edits: tuple[str, str, str]) -> Planted:
    """Return a planted bug; the line of the catalogue."""
    return Planted(id, sentence, tuple(mutant(id, *edit) for edit in edits))


TRANSACTIONS = (
    planted(
        "two-transactions", "What happened is done in one transaction, and recorded in a second one.",
        (DESK, "    told = settle(case, entry)\n", f"    told = settle(case, entry)\n    {BETWEEN.rstrip()}\n"),
    ),
    planted(
        "items-in-a-second-one", "A rung is recorded in one transaction, what is to be told of it in the next.",
        (OCCURRING, '        if occurrence.outcome == "raised":\n            _tell(',
         '        if occurrence.outcome == "raised":\n            if case.writes:\n                '
         + BETWEEN.replace("\n    ", "\n                ").rstrip() + "\n            _tell("),
    ),
    planted(
        "no-transaction", "Nothing begins a transaction: each statement is kept by itself.",
        (DATABASE, 'writing: str = "BEGIN IMMEDIATE"', 'writing: str = "SELECT 1"'),
    ),
    planted(
        "deferred-begin", "A writer begins as a reader: it takes the lock when it writes, if it still gets it.",
        (DATABASE, 'writing: str = "BEGIN IMMEDIATE"', 'writing: str = "BEGIN"'),
    ),
    planted(
        "commit-error-swallowed", "An error of the commit is swallowed; the answer is that all went well.",
        (DATABASE, "                work.commit(partial(self._commit, connection))\n",
         "                try:\n                    work.commit(partial(self._commit, connection))\n"
         "                except sqlite3.Error:\n                    pass\n"),
    ),
    planted(
        "answer-not-kept", "What a command answered is not kept under its key: asked again, it is done again.",
        (DESK, "    if once := entry.once:\n        text", "    if False:\n        text"),
    ),
    planted(
        "answer-kept-for-refusals", "A refusal is kept under its key as if it were done.",
        (DESK, "        _keep(case, _refused(case, actor, name, given, refusal), entries)\n        return refusal",
         "        _keep(case, _refused(case, actor, name, given, refusal), entries)\n"
         '        if once:\n            case.work.add(Answer(campaign=case.id, key=once.key,\n'
         '                fingerprint=once.fingerprint, answer="{}"))\n        return refusal'),
    ),
    planted(
        "refusal-not-recorded", "A refusal leaves no trace.",
        (DESK, "        _keep(case, _refused(case, actor, name, given, refusal), entries)\n", ""),
    ),
    planted(
        "hash-not-chained", "A record does not hold the hash of the one before.",
        ("engine/history.py", '"seq": seq, "prev": prev}', '"seq": seq, "prev": GENESIS}'),
    ),
)  # fmt: skip

CLOCK = (
    planted(
        "local-time-as-utc", "The hour of a county is taken for an hour of UTC.",
        (INSTANTS, "datetime.combine(day, hour, zone).astimezone(UTC)", "datetime.combine(day, hour, UTC)"),
    ),
    planted(
        "day-of-utc", "The day of an act is that of UTC.",
        ("engine/service/kernel/plan.py", "return at.astimezone(self.zone).date()", "return at.date()"),
    ),
    planted(
        "clock-behind-not-refused", "A clock that is set back is believed.",
        (JOURNAL, "    raise ClockBehind(", "    return now\n    raise ClockBehind("),
    ),
    planted(
        "hours-of-sending-forgotten", "What was leased goes out whatever the hour has become.",
        (CLAIMING, "    if opens > at:\n", "    if False:\n"),
        (RELAY, "message.until is not None and now() > message.until", "False"),
    ),
    planted(
        "reminder-on-a-day-off", "A reminder is kept for a day on which nobody works.",
        (LADDERS, "instant(times.calendar.previous_working_day(day), times.hours.remind", "instant(day, times.hours.remind"),
    ),
    planted(
        "only-weekends-off", "A holiday counts as a working day, and a weekend that is worked as a day off.",
        ("engine/calendar.py", "        if day in self._off:\n            return False\n", ""),
        ("engine/calendar.py", "return day in self._work or (day.weekday() < SATURDAY and not self._statutory(day))",
         "return day.weekday() < SATURDAY"),
    ),
)  # fmt: skip

RUNGS = (
    planted(
        "fires-again", "What is recorded of a rung is not looked at, and no unique key stands in the way.",
        (FIRING, "    sheet = open_sheet(alike.standing, times)\n    verdicts",
         "    from dataclasses import replace\n\n"
         "    sheet = open_sheet(replace(alike.standing, done=()), times)\n    verdicts"),
        (SCHEMA, '        unique=(("deadline", "epoch", "rung", "n_from"),),\n', ""),
        (BASELINE, "exec_driver_sql(statement)",
         'exec_driver_sql(statement.replace(",\\n    UNIQUE (deadline, epoch, rung, n_from)", ""))'),
    ),
    planted(
        "level-skipped", "After downtime the highest level that has come is told first, the one below it after it.",
        (TURNS, "        if None in entries:", "        if False:"),
        (FIRING, "in sorted({point.level for point in pending}):",
         "in sorted({point.level for point in pending}, reverse=True):"),
    ),
    planted(
        "gap-forgotten", "A higher level follows a lower one without the least gap.",
        (TURNS, "return Lock(max(point.scheduled_at, _gap_after(sheet, since)))", "return Lock(point.scheduled_at)"),
    ),
    planted(
        "storm-after-downtime", "Every point that was missed is told by itself once the service is back.",
        (FIRING, "if point.rung == newest.rung and all(n in own for n in range(point.n, newest.n)):", "if True:"),
        (FIRING, "return point.rung, outcome, reason, point.n - place", "return point.rung, outcome, reason, point.n"),
    ),
    planted(
        "missed-is-dropped", "What comes later than a day has no record: its grace is over.",
        (FIRING, "        if point.scheduled_at > now:\n            return\n",
         "        if point.scheduled_at > now:\n            return\n"
         "        if (now - point.scheduled_at).days >= 1:\n            sheet.write((point, MISSED, \"\"), now)\n"
         "            continue\n"),
    ),
    planted(
        "reminder-after-its-day", "A reminder goes out though the day it speaks of is over.",
        (FIRING, "settled is None and point.reminds and over", "False"),
    ),
    planted(
        "relation-forgotten", "A court or a superior is chased up to the head, as if it were our own.",
        (TURNS, "    if point.level > standing.cap:", "    if False:"),
    ),
    planted(
        "next-not-armed", "After a rung fired, its deadline's next moment is not armed.",
        (EFFECTS, "            case.arm(at, TimerKind.RUNG, deadline.id)", "            pass"),
    ),
    planted(
        "fired-stays-armed", "A moment stays armed after it fired.",
        (EFFECTS, "        case.disarm(deadline.next_at, TimerKind.RUNG, deadline.id)", "        pass"),
    ),
    planted(
        "epoch-not-raised", "A date moves, and what was told of the old one counts for the new one.",
        (EFFECTS, '        epoch=deadline.epoch + 1,\n        began_at=case.at,\n        state="armed",\n        remaining=None,\n'
                  "        provisional=case.plan.calendar.is_provisional(due_on),\n        **counted",
         '        epoch=deadline.epoch,\n        began_at=case.at,\n        state="armed",\n        remaining=None,\n'
         "        provisional=case.plan.calendar.is_provisional(due_on),\n        **counted"),
    ),
    planted(
        "old-rungs-in-a-new-epoch", "A date moves, and rungs that lie behind fire for the new one.",
        (TURNS, "    if deadline.epoch > 1 and at <= deadline.began_at:", "    if False:"),
        (TURNS, "    if at < deadline.began_at:", "    if False:"),
    ),
    planted(
        "handed-in-and-chased", "The ladder runs on while what was handed in is reviewed.",
        (EFFECTS, 'if deadline is not None and deadline.state in ("armed", "paused"):', "if False:"),
    ),
    planted(
        "rung-without-item", "Of two rungs that come at once only the first is told.",
        (OCCURRING, '        if occurrence.outcome == "raised":\n',
         '        if occurrence.outcome == "raised" and mark is facts.marks[0]:\n'),
    ),
)  # fmt: skip

GATES = (
    planted(
        "gate-not-judged-again", "A move is made on a verdict from before: it is not judged in its own transaction.",
        (LIFECYCLE, "    if not judged.open:", "    if False:"),
    ),
    planted(
        "gate-not-looked-at", "A gate whose last condition comes to hold is not looked at.",
        (CASE, "self.arm_campaign(self.at, TimerKind.GATE)", "pass"),
    ),
    planted(
        "any-for-all", "One condition that holds opens a gate that wants all.",
        ("engine/gates/verdict.py", 'needed = len(children) if condition.kind == "all" else 1', "needed = 1"),
    ),
)  # fmt: skip

NOTICES = (
    planted(
        "list-outlives-records", "What waits is listed once and believed, whatever was recorded since.",
        (BINDING, "if known is None or known.head != case.head.head:", "if known is None:"),
    ),
    planted(
        "list-forgets-the-shown", "What a notice gives units to hear is not looked for, though its moment is taken.",
        (BINDING, 'Listed("" if tells_more(facts) else case.head.head,', "Listed(case.head.head,"),
    ),
    planted(
        "moot-not-looked-at", "What waited is told though it is not true any more.",
        (BINDING, "    reason = moot_reason(case, item)\n", '    reason = ""\n'),
    ),
    planted(
        "two-notices-a-day", "A recipient is told twice on one day what one notice gathers.",
        (BINDING, "        if case.known.is_written(digest):", "        if False:"),
        (BINDING, 'digest=digest.partition("|")[2], channel', 'digest=f"{digest}|{items[0].id}", channel'),
    ),
    planted(
        "digest-without-day", "What gathers a day's notices does not name the day: the second day waits for good.",
        (BINDING, "{item.level}|{channel}|{item.delivery}|{day}", "{item.level}|{channel}|{item.delivery}"),
    ),
    planted(
        "template-stops-all", "A template that fails takes back the whole campaign's notices, at every beat anew.",
        (BINDING, "    except NoticeError as error:\n        found.aside",
         "    except ZeroDivisionError as error:\n        found.aside"),
    ),
)  # fmt: skip

SENDING = (
    planted(
        "marked-before-sent", "A message is recorded as sent before it is sent.",
        (RELAYING, "        tried = [*relay(",
         "        from notifications.channels import ChannelResult\n        from notifications.relay import marked\n\n"
         "        taken = ChannelResult(recipient=\"\", outcome=\"accepted\")\n"
         "        record_all(self.desk, batch, [marked(one, taken, self.desk.now()) for one in batch.messages])\n"
         "        tried = [*relay("),
    ),
    planted(
        "lease-not-asked", "A message that another worker has leased is claimed.",
        (OUTBOX, "(lease_until IS NULL OR lease_until <= ? OR lease_until > ?)", "(? > 0 OR ? > 0)"),
    ),
    planted(
        "lease-never-ends", "A lease whose holder died is never over.",
        (OUTBOX, "(lease_until IS NULL OR lease_until <= ? OR lease_until > ?)",
         "(lease_until IS NULL OR ? < 0 OR ? < 0)"),
    ),
    planted(
        "lease-not-looked-at", "A worker does not look whether its lease still covers the next message.",
        (RELAYING, "not self.stop() and batch.covers(self.desk.now(), self.claimer.steady())", "not self.stop()"),
    ),
    planted(
        "recorded-without-lease", "A worker records what became of a message that another has leased meanwhile.",
        (CLAIMING, "if one.lease == batch.token and one.state", "if one.state"),
    ),
    planted(
        "lease-without-token", "All leases look alike: who holds one cannot be told from who held it before.",
        (CLAIMING, 'token = f"{self.worker}#{lane.fence}"', 'token = "leased"'),
    ),
    planted(
        "another-id-at-each-try", "A message that is tried again bears another id, and its copy cannot be told apart.",
        (CLAIMING, 'short(outgoing.id):06d}"', 'short(outgoing.id):06d}-{outgoing.attempts}"'),
    ),
    planted(
        "limit-not-counted", "What was sent is not counted against the limit of its recipient.",
        (CLAIMING, "if one.id in tried and limits(one.recipient):", "if False:"),
    ),
    planted(
        "channel-never-tried-again", "A channel that failed once is left alone for good.",
        (OUTBOX, "lane.until > ? AND lane.until <= ?)", "lane.until > 0 AND ? > 0 AND ? > 0)"),
    ),
    planted(
        "one-failure-is-the-end", "What could not be delivered at once is neither tried again nor said to have failed.",
        (RELAY, 'return replace(made, state="queued", next_at=now + max(pause, made.after))',
         'return replace(made, state="failed", detail="")'),
    ),
)  # fmt: skip

PLANTED = (*TRANSACTIONS, *CLOCK, *RUNGS, *GATES, *NOTICES, *SENDING)
