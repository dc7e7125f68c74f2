"""Mutants of the rules of indicators (M1–M4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

ACTIONS = "engine/service/indicators/commands/indicators.py"
RULES = "engine/service/indicators/rules.py"
MEASURED = "engine/gates/measured.py"
KINDS = "engine/gates/kinds"
NOTICES = "engine/service/notices/kinds"

MUTANTS = (
    mutant(
        "M1a", MEASURED, "sum(each, NOUGHT) / max(1, len(each))", "sum(each, NOUGHT)",
        "indicators::test_the_score_of_the_whole_is_the_mean_of_the_units_of_each_indicator",
    ),
    mutant(
        "M1b", ACTIONS, "    if Fraction(text) > Fraction(most):", "    if False:",
        "indicators::test_a_score_lies_between_nought_and_the_points_of_its_indicator",
    ),
    mutant(
        "M1c", ACTIONS, "id=known[0].id if known else case.next_id(),\n        campaign=case.id,\n        points",
        "id=case.next_id(),\n        campaign=case.id,\n        points",
        "indicators::test_a_later_score_takes_the_place_of_the_earlier_and_the_history_keeps_both",
    ),
    mutant(
        "M1d", MEASURED, 'return self.own if whose == "self" else self.checked', "return self.own",
        "indicators::test_what_the_office_checked_stands_beside_what_a_unit_gave_itself",
    ),
    mutant(
        "M1e", "engine/service/campaigns/commands/lifecycle.py", "min(case.today, last_day)", "case.today",
        "indicators::test_of_a_period_the_newest_that_has_begun_is_read_and_a_late_gate_reads_none_after_its_phase",
    ),
    mutant(
        "M1f", ACTIONS, "    if unit not in known:", "    if False:",
        "indicators::test_a_unit_acts_only_on_indicators_that_it_is_named_for",
    ),
    mutant(
        "M2a", f"{KINDS}/evidence.py", "len(asked) - len(lacking) >= needed", "True",
        "indicators::test_missing_evidence_is_named_by_slot_unit_and_year_and_opens_the_gate_when_it_is_there",
    ),
    mutant(
        "M2b", ACTIONS, 'case.work.put(replace(before, state="replaced"))', "pass",
        "indicators::test_the_same_name_again_is_the_next_version_and_only_the_latest_counts",
    ),
    mutant(
        "M2c", ACTIONS, "    if sha and case.work.find(IndicatorProof, campaign=case.id, sha256=sha, **same):", "    if False:",
        "indicators::test_one_file_counts_once_in_its_place_whatever_it_is_called",
    ),
    mutant(
        "M2d", f"{NOTICES}/evidence_missing.py",
        " and bool(indicators.missing(case, unit))", "",
        "indicators::test_units_are_asked_for_what_is_missing_when_the_notice_is_written",
    ),
    mutant(
        "M3a", f"{KINDS}/no_veto.py", "facts.workflow.indicators is not None and not raised", "True",
        "indicators::test_a_veto_shuts_the_gate_until_the_leader_lifts_it_and_both_rest_on_a_document",
    ),
    mutant(
        "M3b", "engine/service/indicators/commands/vetoes.py", '"unveto",\n        LEADER,', '"unveto",\n        EITHER,',
        "indicators::test_a_veto_shuts_the_gate_until_the_leader_lifts_it_and_both_rest_on_a_document",
    ),
    mutant(
        "M4a", RULES, "if (piece.sha256, piece.unit) not in refused]", "]",
        "indicators::test_a_file_that_two_units_hand_in_is_flagged_and_a_refused_one_counts_no_longer",
    ),
    mutant(
        "M4b", "engine/service/indicators/apply.py", "sorted([*tasks, *slots])", "sorted(slots)",
        "indicators::test_evidence_of_a_task_and_of_an_indicator_are_compared_with_each_other",
    ),
)  # fmt: skip
