"""Mutants of counted duties (docs/semantics.md K1–K4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

PERIODS = "engine/periods.py"
COUNTING = "engine/service/kernel/counting.py"
COUNTS = "engine/service/duties/commands/counts.py"
EFFECTS = "engine/service/duties/apply/duties.py"
NOTICES = "engine/service/notices/kinds"

MUTANTS = (
    mutant(
        "K1a",
        PERIODS,
        "if first <= each.last_day <= last)",
        "if first <= each.last_day)",
        "duties::test_a_period_that_the_campaign_does_not_see_to_its_end_is_not_demanded_and_listed_so",
    ),
    mutant(
        "K1b",
        COUNTS,
        "        if period.id in facts.issue:",
        "        if False:",
        "duties::test_a_period_is_owed_if_its_last_day_lies_between_the_phase_and_the_end",
    ),
    mutant(
        "K1c",
        COUNTING,
        'if case.plan.phases[state.phase].owner == "office"]',
        "]",
        "duties::test_each_phase_that_is_ours_is_a_period_where_the_duty_is_counted_by_phases",
    ),
    mutant(
        "K2a",
        COUNTS,
        "    require_voucher(case, voucher, on, on_behalf)",
        "    pass",
        "duties::test_what_is_counted_happened_is_shown_and_is_recorded_with_a_voucher_for_another",
    ),
    mutant(
        "K2b",
        COUNTING,
        "    return [event for event in found if event.taken_back_on is None]",
        "    return found",
        "duties::test_an_event_taken_back_counts_no_more_and_stays_on_record",
    ),
    mutant(
        "K2c",
        EFFECTS,
        "in sorted(counting.events(case, assignment), key=_by_day):",
        "in counting.events(case, assignment):",
        "duties::test_a_target_that_was_reached_is_settled_on_the_day_that_reached_it",
    ),
    mutant(
        "K2d",
        f"{NOTICES}/pace.py",
        'counting.pace_of(case, told.assignment).state == "behind"',
        "True",
        "duties::test_a_unit_on_pace_is_not_warned_though_it_is_not_done",
    ),
    mutant(
        "K3a",
        COUNTING,
        "    return instant(day, plan.workflow.hours.overdue, plan.zone)",
        "    return instant(day, plan.workflow.hours.remind, plan.zone)",
        "duties::test_a_period_is_closed_when_the_office_has_counted_and_a_shortfall_is_told_by_relation",
    ),
    mutant(
        "K3b",
        COUNTS,
        '    if assignment.state == "short" and not on_behalf:',
        "    if False:",
        "duties::test_what_happened_in_the_period_may_be_recorded_late_by_the_office_and_both_stay_in_the_history",
    ),
    mutant(
        "K3c",
        EFFECTS,
        'due.state != "paused" and counting.closing_at(case, due) <= case.at:',
        "counting.closing_at(case, due) <= case.at:",
        "duties::test_a_unit_whose_duty_is_paused_is_not_closed_before_it_goes_on",
    ),
    mutant(
        "K3d",
        "engine/service/duties/apply/deadlines.py",
        "    days = 0 if _of_the_calendar(case, deadline) else ",
        "    days = ",
        "duties::test_a_pause_of_the_campaign_shifts_no_period_of_the_calendar",
    ),
    mutant(
        "K3e",
        f"{NOTICES}/shortfall.py",
        'return "" if told.assignment.state == "short" else',
        'return "" if told.assignment.state else',
        "duties::test_a_shortfall_that_was_put_right_before_it_is_written_is_not_told",
    ),
    mutant(
        "K4a",
        "engine/gates/kinds/counted.py",
        "if (count.over or count.met) and",
        "if",
        "duties::test_a_gate_counts_the_periods_that_are_over_and_names_who_is_short",
    ),
    mutant(
        "K4b",
        "engine/service/duties/commands/counts.py",
        '    case.arm_gate()\n    return {"short"',
        '    return {"short"',
        "duties::test_a_gate_that_is_tried_by_itself_is_looked_at_again_when_a_period_is_closed",
    ),
)
