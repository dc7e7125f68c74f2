"""Mutants of the rules of workers (X1–X3)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

ROLL = "engine/service/delivery/workers.py"
SERVING = "engine/serving.py"
SWEEP = "engine/service/clock/sweep.py"
SHARES = "acceptance/test_sharing::test_each_of_several_workers_begins_elsewhere_and_alone_does_everything"

MUTANTS = (
    mutant(
        "X1a",
        "engine/model/operations.py",
        'f"{self.name}#{self.id}"',
        "self.name",
        "unit/test_serving::test_two_workers_of_one_name_lease_under_different_identities_and_begin_in_different_places",
    ),
    mutant(
        "X1b",
        "engine/store/queries/workers.py",
        '"seen_at < ? AND id < ?", (milliseconds(at), before)',
        '"seen_at < ?", (milliseconds(at),)',
        "store/test_workers::test_who_was_not_seen_for_a_day_is_forgotten_but_no_number_is_given_twice",
    ),
    mutant(
        "X1c",
        "engine/store/schema.py",
        ", model.Worker})",
        "})",
        "acceptance/test_sharing::test_the_roll_of_workers_is_in_no_history",
    ),
    mutant(
        "X1d",
        SERVING,
        "if self.pace.steady() - self._seen_at >= self.pace.every:",
        "if False:",
        "unit/test_serving::test_a_worker_is_seen_within_a_long_sweep_and_a_long_delivery",
    ),
    mutant(
        "X2a",
        SERVING,
        "if not full and not (self.pace.may_look() and anything_due(desk)):",
        "if not full:",
        "unit/test_serving::test_what_falls_due_between_beats_is_swept_within_a_second",
    ),
    mutant(
        "X2b",
        SERVING,
        "max(2 * self._pause, self.poll)",
        "self.poll",
        "unit/test_serving::test_what_cannot_be_moved_on_is_tried_ever_more_seldom_but_at_every_full_beat",
    ),
    mutant("X2c", SWEEP, "return campaigns[first:end]", "return campaigns", SHARES),
    mutant(
        "X3a",
        SERVING,
        "if self.told:",
        "if False:",
        "unit/test_serving::test_stopping_ends_a_sweep_after_the_batch_at_hand",
    ),
    mutant(
        "X3b",
        "engine/cli/nouns/serve.py",
        "signal.signal(number, signal.SIG_DFL)",
        "pass",
        "unit/test_serving::test_the_first_signal_asks_for_the_end_and_a_second_is_not_caught",
    ),
    mutant(
        "X3c",
        SERVING,
        "leave(self.wired.desk, self.worker)",
        "pass",
        "unit/test_serving::test_a_worker_that_is_told_to_stop_says_so_and_signs_off",
    ),
)
