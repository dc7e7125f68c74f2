"""Mutants of dates moved for everybody and of versions (SEMANTICS P1–P4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

PAUSING = "engine/service/campaigns/commands/pausing.py"
ADJUSTING = "engine/service/campaigns/commands/adjusting.py"
MOVING = "engine/service/campaigns/commands/moving.py"
REDATING = "engine/service/duties/apply/redating.py"
VERSIONS = "engine/service/campaigns/versions.py"
MOVED = "acceptance/test_moving"
ADJUSTED = "acceptance/test_adjusting"

MUTANTS = (
    mutant(
        "P1m", "engine/service/duties/apply/deadlines.py", " and deadline.due_on >= paused_on:", ":",
        f"{ADJUSTED}::test_a_shift_leaves_dates_that_were_missed_before_the_pause",
    ),
    mutant(
        "P1n", PAUSING, '    if not pause.shift or pause.scope == "assignment":', "    if True:",
        f"{ADJUSTED}::test_a_campaigns_shift_takes_printed_days_of_tasks_not_issued_along",
    ),
    mutant(
        "P1o", PAUSING, " and s.last_day >= since]", "]",
        f"{ADJUSTED}::test_a_shift_leaves_a_window_that_had_ended_before_the_pause",
    ),
    mutant(
        "P1p", PAUSING, '"shifted_days": days if moved else 0}', '"shifted_days": days}',
        f"{ADJUSTED}::test_a_pause_of_a_phase_that_was_not_open_moves_nothing_and_says_so",
    ),
    mutant(
        "P2h", REDATING, "        return max(deadline.due_on, new)", "        return new",
        f"{ADJUSTED}::test_a_tasks_day_moves_for_everybody_and_costs_nobody_an_extension",
    ),
    mutant(
        "P2i", REDATING, "        if told and is_missed(case, deadline):", "        if False:",
        f"{ADJUSTED}::test_a_day_that_was_missed_stays_missed_and_is_named",
    ),
    mutant(
        "P2j", ADJUSTING, "plus(dates=told)", "plus(dates={})",
        "acceptance/test_dating::test_a_task_of_a_phase_that_is_not_open_is_issued_with_its_day",
    ),
    mutant(
        "P2k", "engine/service/notices/kinds/adjusted.py", 'gathers="day",', "",
        f"{MOVED}::test_a_changed_day_is_a_new_epoch_told_in_one_notice_and_costs_no_extension",
    ),
    mutant(
        "P3b", ADJUSTING, "    if past and not allowed:", "    if False:",
        f"{ADJUSTED}::test_printed_days_past_an_earlier_last_day_need_an_override_or_move_along",
    ),
    mutant(
        "P4a", MOVING, "    if new.version == old.version:", "    if False:",
        f"{MOVED}::test_what_is_another_workflow_or_no_other_text_is_refused",
    ),
    mutant(
        "P4b", MOVING, "    if silent:", "    if False:",
        f"{MOVED}::test_a_move_that_would_silence_a_duty_is_refused",
    ),
    mutant(
        "P4c", "engine/service/campaigns/apply/versions.py",
        '        if each.anew and deadline.state in ("armed", "paused"):', "        if False:",
        f"{MOVED}::test_of_a_changed_ladder_what_fired_stays_fired_and_what_lies_behind_never_fires",
    ),
    mutant(
        "P4d", VERSIONS, "window.last_day if state.last_day == old.last_day else state.last_day", "window.last_day",
        f"{MOVED}::test_a_window_moves_with_the_dates_that_rest_on_it_unless_it_was_adjusted_here",
    ),
    mutant(
        "P4e", MOVING, "    effects.rearm_openings(case)", "    pass",
        f"{MOVED}::test_what_opens_by_itself_is_armed_at_its_new_place",
    ),
    mutant(
        "P4f", MOVING, "effects.cancel(case, changes.cancelled, why)", "effects.cancel(case, (), why)",
        f"{MOVED}::test_a_unit_that_is_added_gets_the_task_and_one_that_is_gone_is_told_so",
    ),
    mutant(
        "P4g", VERSIONS, "dates=dates, gone=", "dates={}, gone=",
        f"{MOVED}::test_a_day_given_here_stays_whatever_the_new_version_says",
    ),
    mutant(
        "P4h", "engine/service/forecast/foreseeing.py", "perform(ahead, command) if command else {}", "{}",
        f"{MOVED}::test_what_a_dry_run_foresees_is_what_then_happens_notice_by_notice",
    ),
    mutant(
        "P4i", MOVING, '        before=case.head.workflow,', '        before="",',
        f"{MOVED}::test_the_history_keeps_both_versions",
    ),
    mutant(
        "P4j", "engine/service/kernel/amendments.py", "tasks=(*tasks, *gone)", "tasks=tasks",
        f"{MOVED}::test_a_task_that_is_gone_is_cancelled_and_its_history_stays_readable",
    ),
)  # fmt: skip
