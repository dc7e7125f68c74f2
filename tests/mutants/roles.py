"""Mutants of objections, of leads that gather and of units that follow others (docs/semantics.md R1–R3)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

ACTION = "engine/service/actions/objections.py"
EFFECTS = "engine/service/effects/objections.py"
PAUSES = "engine/service/effects/pauses.py"
PHASES = "engine/service/effects/phases.py"
DUTIES = "engine/service/actions/duties.py"

MUTANTS = (
    mutant(
        "R1a",
        PAUSES,
        '        if deadline.state == "armed":\n            deadlines.silence(case, deadline)',
        "        pass",
        "roles::test_an_objection_stops_the_clock_counts_as_a_receipt_and_is_told_to_the_office_alone",
    ),
    mutant(
        "R1b",
        "engine/service/effects/deadlines.py",
        '    own = "" if deadline.kind == "objection" else str(deadline.assignment)',
        "    own = str(deadline.assignment)",
        "roles::test_a_unit_that_objects_is_not_chased_while_the_office_that_does_not_decide_is_nudged",
    ),
    mutant(
        "R1c",
        EFFECTS,
        "    pauses.wake(case, pauses.lift(case, pause))",
        "    pauses.lift(case, pause)",
        "roles::test_a_rejected_objection_lets_the_clock_go_on_and_a_duration_keeps_what_was_left",
    ),
    mutant(
        "R1d",
        PHASES,
        "if kept.on >= least.on else least",
        "if kept.on else least",
        "roles::test_who_takes_the_task_over_keeps_its_day_and_has_at_least_the_time_to_confirm",
    ),
    mutant(
        "R1e",
        ACTION,
        "    if on > last:",
        "    if False:",
        "roles::test_an_objection_comes_within_its_days_and_before_anything_is_handed_in",
    ),
    mutant(
        "R1f",
        DUTIES,
        "    objections.lapse(case, before)\n",
        "",
        "roles::test_who_hands_in_all_the_same_lets_its_objection_lapse_and_so_does_a_waiver",
    ),
)
