"""Mutants of the rules of nested campaigns (W)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

FOUNDING = "engine/service/campaigns/founding.py"
KIND = "engine/gates/kinds/nested.py"
DESK = "engine/service/kernel/desk.py"
NESTING = "engine/service/kernel/nesting.py"
BY_HAND = "nested::test_a_campaign_is_put_below_another_by_hand_once_for_each_unit_that_it_nests"
LACKS = "nested::test_a_gate_names_the_counties_and_what_each_lacks"
ONLY = "nested::test_only_what_the_gate_reads_is_told_above_and_once_for_each_act"
LOOKED_AT = "nested::test_a_county_that_comes_so_far_has_the_gate_of_its_city_looked_at"

MUTANTS = (
    mutant("W1a", FOUNDING, "if unit not in units:", "if False:", BY_HAND),
    mutant(
        "W1b",
        FOUNDING,
        'taken = [below for below in work.find(Campaign, parent=parent.id, parent_unit=unit) if below.state != "aborted"]',
        "taken: list[Campaign] = []",
        BY_HAND,
    ),
    mutant(
        "W1c",
        FOUNDING,
        'tell_parent(case, parent, "joined")',
        "pass",
        "nested::test_a_campaign_begins_with_those_below_it_each_linked_to_it",
    ),
    mutant("W2a", KIND, 'return VerdictPart(unit=unit, code="not_begun")', "return None", LACKS),
    mutant("W2b", KIND, 'lacks = quota.KIND.judge({"quota": name}, own).missing', "lacks = ()", LACKS),
    mutant(
        "W2c",
        KIND,
        'if below.state == "completed" or (what == "phase" and reached(below, name)):',
        'if below.state == "completed":',
        "nested::test_a_verdict_counts_the_counties_as_they_stand_when_it_is_given_and_its_record_keeps_them",
    ),
    mutant("W3a", "engine/service/campaigns/commands/nested.py", "case.arm_gate()", "pass", ONLY, LOOKED_AT),
    mutant(
        "W3b",
        DESK,
        "case.above = 0",
        "pass",
        "nested::test_what_is_done_in_one_transaction_is_told_above_once",
    ),
    mutant(
        "W3c",
        NESTING,
        'if whose in ("", after.parent_unit) and (ended or (what, name) in moved | counted):',
        'if whose in ("", after.parent_unit):',
        ONLY,
    ),
    mutant(
        "W3d",
        NESTING,
        'if head.state != "running" or phase is None or phase.advance != "automatic":',
        "if phase is None:",
        "nested::test_a_person_moves_the_city_by_what_the_counties_are_now",
    ),
    mutant(
        "W3e",
        NESTING,
        "(*_restated(case, before), ",
        "(",
        "acceptance/test_rooms_meet::"
        "test_a_county_whose_new_version_asks_for_fewer_points_has_the_gate_of_its_city_looked_at",
    ),
    mutant(
        "W4a",
        DESK,
        "above = campaigns.locked(work, above.id)",
        "pass",
        "acceptance/test_nested_races::"
        "test_a_county_waits_while_the_city_that_listens_to_it_is_held_and_is_skipped_by_the_clock",
    ),
    mutant(
        "W4b",
        NESTING,
        "campaigns.hold_below(case.work, case.id)",
        "pass",
        "acceptance/test_nested_races::test_a_city_that_looks_at_its_counties_waits_while_one_of_them_is_held",
    ),
)
