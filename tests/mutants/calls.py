"""Mutants of the call list and of recorded calls (docs/semantics.md J2)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

CALLING = "engine/service/duties/commands/calling.py"
VIEW = "engine/service/notices/views/calls.py"

MUTANTS = (
    mutant(
        "J2a", CALLING, "    for mark in facts.marks:", "    for mark in ():",
        "calls::test_a_recorded_call_takes_the_unit_out_of_that_rungs_letter_and_out_of_no_other",
    ),
    mutant(
        "J2b", CALLING, "    _answer(case, facts.items, facts.why)\n", "",
        "calls::test_what_was_raised_and_waits_for_the_next_sending_day_is_answered_by_a_call",
    ),
    mutant(
        "J2c", CALLING, 'ANSWERED = "answered"', 'ANSWERED = "moot"',
        "calls::test_an_answered_rung_counts_as_told_for_the_level_above",
    ),
    mutant(
        "J2d", CALLING, "if at is None or not letters or at > soon(case):", "if at is None or not letters:",
        "calls::test_a_call_is_refused_where_no_letter_is_near_that_it_could_stand_in_for",
    ),
    mutant(
        "J2e", VIEW, '    require(case, "upcoming")\n', "",
        "calls::test_a_unit_does_not_see_whom_the_office_calls",
    ),
)  # fmt: skip
