"""Mutants of the rules of looking (V1–V4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

DRAWS = "engine/draws.py"
LOOKING = "engine/service/inspections/commands/looking.py"
FINDINGS = "engine/service/inspections/commands/findings.py"
MONTHLY = "engine/service/inspections/commands/monthly.py"
REGISTER = "engine/service/inspections/register.py"

MUTANTS = (
    mutant(
        "V1a", DRAWS, "return tuple(sorted(set(names), key=lambda name: lot(seed, name)))", "return tuple(dict.fromkeys(names))",
        "unit/test_draws::test_the_order_in_which_candidates_are_listed_changes_nothing",
    ),
    mutant(
        "V1b", LOOKING, '        return clock.token(), ""', '        return "0", ""',
        "acceptance/test_looking_rules::test_without_a_seed_one_comes_that_nobody_could_foresee_and_stands_in_the_history",
    ),
    mutant(
        "V1c", LOOKING, "        once=True,\n    ),\n    Action(\n        \"pair\"", "    ),\n    Action(\n        \"pair\"",
        "acceptance/test_looking_rules::test_a_draw_is_never_rehearsed_and_a_draw_made_again_is_seen",
    ),
    mutant(
        "V1d", LOOKING, ' and case.relation(name) != "superior"]', "]",
        "acceptance/test_looking_rules::test_neither_a_superior_nor_our_own_office_is_ever_drawn",
    ),
    mutant(
        "V2a", DRAWS, "(*circle[1:], circle[0])", "(*circle[1:], circle[1])",
        "unit/test_draws::test_everybody_looks_at_one_and_is_looked_at_by_one_never_itself_never_each_other",
    ),
    mutant(
        "V2b", DRAWS, "FEWEST = 3", "FEWEST = 2",
        "acceptance/test_looking_rules::test_fewer_than_three_are_not_paired",
    ),
    mutant(
        "V3a", FINDINGS, 'if actor.role == "unit" and looked[0][1] != actor.name:', "if False:",
        "acceptance/test_looking_rules::test_a_unit_reports_only_on_the_one_it_inspects",
    ),
    mutant(
        "V3b", FINDINGS, 'rounds.change(case, number, state="adopted", task=task)', "pass",
        "acceptance/test_looking_rules::test_who_inspects_reports_in_its_own_name_and_the_office_makes_it_a_rectification_in_one_step",
    ),
    mutant(
        "V3c", REGISTER, 'left_out = (DROPPED, ENDED["cancelled"])', 'left_out = (DROPPED, ENDED["cancelled"], WAITS)',
        "acceptance/test_looking_rules::test_a_gate_waits_until_what_was_found_is_put_right_also_what_nobody_decided_yet",
    ),
    mutant(
        "V3d", REGISTER, "return LATE if reckoning.is_late(each, case.today)", "return LATE if due and due.due_on < case.today",
        "acceptance/test_looking_rules::test_paused_is_not_overdue_in_the_register",
    ),
    mutant(
        "V4a", "engine/service/inspections/views/monthly.py", ' if row["text"] != row["before"]]', "]",
        "acceptance/test_looking_rules::test_the_sheet_of_a_month_shows_what_changed_who_is_silent_and_the_matters",
    ),
    mutant(
        "V4b", MONTHLY, "    if owed.state in OPEN_STATES:", "    if False:",
        "acceptance/test_looking_rules::test_the_first_answer_settles_the_month_and_no_reminder_follows_it_while_the_silent_are_reminded",
    ),
    mutant(
        "V4c", MONTHLY, "        if not case.work.find(Assignment, campaign=case.id, task=task.id, unit=unit):", "        if False:",
        "acceptance/test_looking_rules::test_a_unit_tells_of_its_own_tasks_only_and_the_office_for_it_with_a_voucher",
    ),
)  # fmt: skip
