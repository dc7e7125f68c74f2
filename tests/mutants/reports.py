"""Mutants of the rule of reports upward (SEMANTICS Q2)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

REPORTING = "engine/service/notices/reporting.py"

MUTANTS = (
    mutant(
        "Q2a",
        REPORTING,
        "settled is not None and settled.year == year",
        "settled is not None",
        "reports::test_only_the_year_that_is_reported_counts_and_in_january_that_is_the_one_before",
    ),
    mutant(
        "Q2b",
        REPORTING,
        "by_then = [t for t in found if t.happened_on.year <= year]",
        "by_then = list(found)",
        "reports::test_only_the_year_that_is_reported_counts_and_in_january_that_is_the_one_before",
    ),
    mutant(
        "Q2c",
        REPORTING,
        "_by_task([o for o in open_ if _is_late(o, last)], _due_on, LATE, office)",
        "()",
        "reports::test_a_report_says_what_was_done_what_is_missing_and_what_lies_ahead",
    ),
    mutant(
        "Q2d",
        REPORTING,
        "*_unissued(case, itself)",
        "*()",
        "reports::test_a_report_says_what_was_done_what_is_missing_and_what_lies_ahead",
    ),
    mutant(
        "Q2e",
        REPORTING,
        'ours = [o for o in owed if case.relation(o.assignment.unit) != "superior"]',
        "ours = owed",
        "reports::test_a_superior_is_never_told_that_its_own_step_is_missing",
    ),
    mutant(
        "Q2f",
        "engine/service/duties/apply/phases.py",
        "    if task.draft and ours:",
        "    for ours in ([each] for each in ours if task.draft):",
        "reports::test_a_task_has_its_report_drafted_once_however_many_units_owe_it",
    ),
    mutant(
        "Q2g",
        "engine/service/notices/kinds/report.py",
        'if case.relation(to) != "superior":',
        "if False:",
        "reports::test_a_report_goes_to_a_superior_and_on_a_year_that_was_lived",
    ),
)
