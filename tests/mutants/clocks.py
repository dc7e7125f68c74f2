"""Mutants of who sets the clock, who starts its work, and of clocks that jump or sleep (SEMANTICS C4, I3)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

CONTEXT = "engine/cli/shell/context.py"
BOOTSTRAP = "engine/bootstrap.py"
SERVING = "engine/serving.py"
OWN = "acceptance/test_own_clock"
HEART = "unit/test_heartbeat"

JUMPS = (
    mutant(
        "C4j", "engine/clock.py", "steady: Callable[[], float] = time_passed", "steady: Callable[[], float] = time.monotonic",
        f"{HEART}::test_the_clock_that_is_watched_is_the_one_that_counts_sleep",
    ),
    mutant(
        "C4k", "engine/clock.py", "return time.monotonic() if counting is None else time.clock_gettime(counting)",
        "return time.monotonic()", f"{HEART}::test_sleep_is_time_that_passed",
    ),
    mutant(
        "C4l", "engine/scheduler.py", "if previous_fire_time is None or now < previous_fire_time:", "if True:",
        f"{HEART}::test_of_what_a_clock_left_out_nothing_is_listed_however_long_it_was",
    ),
    mutant(
        "C4m", SERVING, "return at.timestamp() > self.watch.wall_seen - self._ahead", "return False",
        "unit/test_serving::test_what_was_accepted_before_the_jump_was_noticed_in_a_long_beat_counts",
    ),
    mutant(
        "C4n", SERVING, "at.timestamp() > self.watch.wall_seen - self._ahead", "at.timestamp() > 0",
        "unit/test_serving::test_an_acceptance_from_before_the_jump_does_not_count",
    ),
    mutant(
        "C4o", SERVING, "            self.pace.at_once()\n", "            pass\n",
        "unit/test_serving_clocks::test_a_jump_is_told_at_the_next_look_and_not_at_the_next_full_beat",
        "unit/test_serving_clocks::test_a_jump_that_is_accepted_is_obeyed_at_the_next_look",
    ),
    mutant(
        "C4p", SERVING, "return turned or self._accepted_at != last", "return turned",
        "unit/test_serving_clocks::test_an_accepted_clock_is_obeyed_at_the_next_look",
    ),
)  # fmt: skip

OWNERS = (
    mutant(
        "I3b", "engine/service/kernel/registry.py", 'if door.kind == "command_line" and isinstance(clock, SteppedClock):',
        "if False:", f"{OWN}::test_an_instant_of_ones_own_is_written_in_a_rehearsal_only",
    ),
    mutant(
        "I3c", BOOTSTRAP, "if not settings.rehearsal and isinstance(clock, SteppedClock) and is_empty(settings.db):", "if False:",
        f"{OWN}::test_no_real_database_begins_at_an_instant_of_ones_own",
    ),
    mutant(
        "I3d", "engine/cli/nouns/sweep.py", "    may(wired.desk)\n", "",
        f"{OWN}::test_nobody_but_the_operator_has_the_clock_work",
    ),
    mutant(
        "I3e", "engine/cli/nouns/serve.py", "    may(wired.desk)\n", "    raise SystemExit(0)\n",
        f"{OWN}::test_nobody_but_the_operator_has_the_clock_work",
    ),
    mutant(
        "I3f", CONTEXT, "if self._wired is None and is_missing(self.settings().db):", "if False:",
        f"{OWN}::test_the_first_command_that_writes_makes_the_file_and_says_so",
    ),
    mutant(
        "I3g", CONTEXT, "            self._try_in_memory(first)\n", "",
        f"{OWN}::test_a_first_command_that_is_refused_leaves_no_file",
    ),
    mutant(
        "I3h", BOOTSTRAP, "database = upgrade(settings.db, first)", "database = upgrade(settings.db)",
        f"{OWN}::test_whoever_dies_while_a_rehearsal_is_founded_leaves_one_or_nothing",
        "store/test_founding::test_what_was_laid_was_founded",
    ),
)  # fmt: skip
