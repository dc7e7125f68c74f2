"""Mutants of the burden account (docs/semantics.md J1)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

VIEW = "engine/service/campaigns/views/burden.py"

MUTANTS = (
    mutant(
        "J1a", VIEW, "for each in notices if each.state in POSTED)", "for each in notices)",
        "burden::test_what_was_told_so_far_is_what_the_outbox_holds",
    ),
    mutant(
        "J1b", VIEW, "    names = [name for name in workflow.directory.units if name not in workflow.ours]",
        "    names = sorted((n for n in workflow.directory.units if n not in workflow.ours), key=lambda n: -sum(v for k, v in found.told.items() if k[0] == n))",
        "burden::test_units_stand_in_the_order_of_the_directory_whatever_they_are_asked",
    ),
    mutant(
        "J1c", VIEW, 'if due.state != "cancelled":', "if True:",
        "burden::test_what_is_to_be_handed_in_counts_in_the_month_of_its_day_and_what_was_waived_does_not",
    ),
    mutant(
        "J1d", VIEW, "if limit is not None and number > limit", "if limit is not None and number >= limit",
        "burden::test_a_month_at_its_limit_is_not_over_it",
    ),
    mutant(
        "J1e", "engine/service/forecast/burden.py", "ahead=letters + (asked - issued)", "ahead=letters + asked",
        "burden::test_what_is_foreseen_is_what_the_run_asks",
    ),
    mutant(
        "J1f", VIEW, '    return [row for row in found if sees(case, "notice", row["unit"])]', "    return [*found]",
        "burden::test_a_unit_sees_in_its_campaign_only_its_own_month_over_the_limit",
    ),
)  # fmt: skip
