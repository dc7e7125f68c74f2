"""Mutants of objections, of leads that gather and of units that follow others (docs/semantics.md R1–R3)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

ACTION = "engine/service/duties/commands/objections.py"
EFFECTS = "engine/service/duties/apply/objections.py"
PAUSES = "engine/service/duties/apply/pauses.py"
PHASES = "engine/service/duties/apply/phases.py"
GATHERING = "engine/service/duties/apply/gathering.py"
SUCCESSION = "engine/service/campaigns/apply/succession.py"
HANDING_IN = "engine/service/duties/commands/handing_in.py"
REVIEW = "engine/service/duties/commands/review.py"

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
        "engine/service/duties/apply/deadlines.py",
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
        HANDING_IN,
        "    objections.lapse(case, before)\n",
        "",
        "roles::test_who_hands_in_all_the_same_lets_its_objection_lapse_and_so_does_a_waiver",
    ),
    mutant(
        "R2a",
        HANDING_IN,
        "or case.plan.workflow.office\n    if task.review is not None and assignment.unit != reviewer",
        "and case.plan.workflow.office\n    if task.review is not None and assignment.unit != reviewer",
        "roles::test_units_beside_the_lead_hand_in_to_it_and_it_owes_their_review",
    ),
    mutant(
        "R2b",
        REVIEW,
        "    if not gathering.may_review(case, actor.name, assignment):",
        "    if False:",
        "roles::test_a_lead_reviews_only_the_parts_of_its_own_task_and_nobody_else_does",
    ),
    mutant(
        "R2c",
        HANDING_IN,
        "    if not reason:\n        raise refuse(_parts",
        "    if False:\n        raise refuse(_parts",
        "roles::test_a_lead_that_waits_names_the_units_and_hands_in_after_them_or_says_why_without",
    ),
    mutant(
        "R2d",
        "engine/service/notices/composing/lines.py",
        "        awaiting=_awaiting(case, assignment),\n",
        "",
        "roles::test_the_notices_to_a_waiting_lead_name_the_units_it_waits_for_and_an_overdue_one_names_them_first",
    ),
    mutant(
        "R2e",
        GATHERING,
        'PARTS = frozenset({"responsible", "supporting"})',
        'PARTS = frozenset({"responsible", "supporting", "inherited"})',
        "roles::test_with_consolidate_false_and_for_units_that_inherit_the_task_the_office_reviews",
    ),
    mutant(
        "R2f",
        GATHERING,
        "for lead in (lead for lead in leads if lead.state not in SETTLED):",
        "for lead in leads:",
        "roles::test_the_office_reviews_the_lead_and_what_comes_after_a_settled_lead",
    ),
    mutant(
        "R3a",
        SUCCESSION,
        "            deadlines.change(case, deadline, unit=new)",
        "            pass",
        "roles::test_notices_go_to_the_new_name_and_what_was_told_before_stays_as_it_was",
    ),
    mutant(
        "R3b",
        SUCCESSION,
        "        if contact.level not in {*given, *there}:",
        "        if False:",
        "roles::test_contacts_go_over_unless_others_are_given_and_end_for_the_old_name",
    ),
    mutant(
        "R3c",
        SUCCESSION,
        "-PROGRESS.index(assignment.state), -done, assignment.id",
        "0, -done, assignment.id",
        "roles::test_units_that_merge_owe_each_task_once_as_it_stood_with_whom_was_furthest_on",
    ),
    mutant(
        "R3d",
        "engine/gates/kinds/tasks.py",
        "given & stand_in.get(unit, {unit})",
        "given & {unit}",
        "roles::test_what_is_settled_keeps_the_old_name_and_a_condition_that_names_it_is_content_with_the_successor",
    ),
    mutant(
        "R3e",
        "engine/service/kernel/successions.py",
        "valid_to=since - timedelta(days=1)",
        "valid_to=known.valid_to",
        "roles::test_what_is_issued_later_falls_to_the_successor_alone",
    ),
    mutant(
        "R3f",
        PHASES,
        "            dated if dated.on >= least.on else least,",
        "            dated,",
        "roles::test_a_unit_that_starts_is_issued_what_is_issued_from_then_on_and_what_is_open_where_the_office_says_so",
    ),
    mutant(
        "R3g",
        SUCCESSION,
        'return assignment.role != "lead", -PROGRESS',
        "return False, -PROGRESS",
        "acceptance/test_rooms_meet::test_a_lead_that_merges_with_its_part_goes_on_leading",
    ),
    mutant(
        "R3h",
        "engine/service/inspections/rounds.py",
        "(called(case, whom), called(case, who)) for",
        "(whom, who) for",
        "acceptance/test_rooms_meet::test_a_renamed_unit_inspects_and_is_inspected_under_its_new_name",
    ),
)
