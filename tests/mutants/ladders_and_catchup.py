"""Mutants of the rules of ladders and of catching up (SEMANTICS L1–L8, L10, C1–C4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

TURNS = "engine/deadlines/turns.py"
FIRING = "engine/deadlines/firing.py"
COMPOSE = "engine/service/notices/composing"
HANDING_IN = "engine/service/duties/commands/handing_in.py"
REVIEW = "engine/service/duties/commands/review.py"
DATES = "engine/service/duties/commands/dates.py"
PAPER = "engine/service/notices/commands/paper.py"
EFFECTS = "engine/service/duties/apply/deadlines.py"
BINDING = "engine/service/notices/binding.py"
JOURNAL = "engine/service/kernel/journal.py"

MUTANTS = (
    mutant(
        "L1", f"{COMPOSE}/request.py", "exact = [c for c in contacts if c.level == _level_of(case, kind, unit, level)]", "exact = contacts[:1]",
        "ladders::test_each_level_reaches_its_own_contact_from_the_liaison_up_and_formal_acts_are_only_drafted",
    ),
    mutant(
        "L2a", TURNS, "        if None in entries:", "        if False:",
        "ladders::test_a_level_that_waits_has_no_record_and_says_until_when",
        "unit/test_ladders::test_a_head_is_not_reminded_where_the_deputy_is_only_told_once_it_is_overdue",
        "unit/test_ladders_properties::test_a_level_is_raised_only_after_the_next_lower_level_is_recorded",
        "ladders::test_a_higher_level_waits_for_the_lower_and_for_the_least_gap_also_while_catching_up",
    ),
    mutant(
        "L2b", TURNS, "return Lock(max(point.scheduled_at, _gap_after(sheet, since)))", "return Lock(point.scheduled_at)",
        "ladders::test_a_higher_level_waits_for_the_lower_and_for_the_least_gap_also_while_catching_up",
    ),
    mutant(
        "L2c", TURNS, "if told and point.level == FORMAL_LEVEL and told_level == SIGNED_LEVEL:", "if False:",
        "ladders::test_the_formal_act_counts_from_the_sign_off_of_level_three",
    ),
    mutant(
        "L2d", PAPER, "replace(told, signed_at=case.at)", "told",
        "ladders::test_the_formal_act_counts_from_the_sign_off_of_level_three",
    ),
    mutant(
        "L3a", FIRING, "elif point.level < FORMAL_LEVEL and point.level not in sheet.standing.contacts:", "elif False:",
        "ladders::test_a_level_without_a_contact_counts_as_not_sendable_and_holds_nobody_up",
    ),
    mutant(
        "L3b", "engine/service/campaigns/commands/people.py", "if facts.address and owed and facts.level == 0", "if False",
        "ladders::test_escalation_never_reassigns_and_a_hand_over_keeps_the_deadline",
    ),
    mutant(
        "L3c", "engine/service/kernel/case.py", "return contact.valid_from <= self.today <= contact.valid_to", "return True",
        "ladders::test_a_change_of_liaison_is_told_to_the_new_one_from_its_day_on",
    ),
    mutant(
        "L4a", HANDING_IN, 'deadlines.suspend(case, case.deadline(assignment, "due"))', "pass",
        "ladders::test_a_submission_suspends_the_units_ladder_and_the_review_is_owed_by_the_office",
    ),
    mutant(
        "L4b", HANDING_IN, '''    deadlines.end(case, case.deadline(assignment, "receipt"))
    deadlines.suspend''', "    deadlines.suspend",
        "ladders::test_any_reply_is_a_receipt_and_its_ladder_never_rises_above_the_liaison",
    ),
    mutant(
        "L4c", HANDING_IN, '    if before.state != "submitted":\n', "    if False:\n",
        "ladders::test_a_submission_suspends_the_units_ladder_and_the_review_is_owed_by_the_office",
    ),
    mutant(
        "L4d", REVIEW, "first = None if facts.empty else before.first_submitted_on",
        "first = before.first_submitted_on",
        "ladders::test_timeliness_is_judged_by_the_first_submission_that_was_not_returned_as_empty",
    ),
    mutant(
        "L4e", REVIEW,
        "deadline = deadlines.move(case, deadline, due_on, dated=counted if by_count else None)",
        'deadline = deadlines.change(case, deadline, state="armed")',
        "ladders::test_a_return_sets_a_new_day_of_five_working_days_and_a_new_epoch",
    ),
    mutant(
        "L4f", "engine/reader/ladders.py", "        if leaf and high:", "        if False:",
        "ladders::test_a_receipt_ladder_above_the_liaison_is_refused_when_the_workflow_is_read",
    ),
    mutant(
        "L4g", "engine/service/duties/apply/phases.py", '    if task.issue == "letters":\n        _tell_issued', "    if True:\n        _tell_issued",
        "acceptance/test_fewer_letters::test_what_the_plan_assigns_is_issued_by_it_without_a_letter_and_nobody_is_asked_for_a_receipt",
    ),
    mutant(
        "L4h", "engine/service/kernel/joining.py", "        issue=told.issue,\n", "",
        "acceptance/test_fewer_letters::test_a_task_that_the_office_adds_goes_by_letter_unless_its_document_issues_it",
    ),
    mutant(
        "L4i", "engine/service/duties/apply/phases.py", "    elif due is not None and _waited_for(task):", "    elif False:",
        "acceptance/test_fewer_letters::test_a_day_that_no_document_could_name_is_told_once_it_is_known",
    ),
    mutant(
        "L5a", "engine/deadlines/ladders.py", "numbers = count() if rung.count is None else range(rung.count)",
        "numbers = range(50)",
        "ladders::test_a_repeating_rung_ends_with_its_count",
    ),
    mutant(
        "L5b", "engine/reader/ladders.py", '    if "every" in row.places and not ends:', "    if False:",
        "ladders::test_a_repeating_rung_without_an_end_is_refused_when_the_workflow_is_read",
    ),
    mutant(
        "L6a", "engine/service/kernel/items.py",
        'return "manual" if case.head.trial and wished in ("send", "release") else wished', "return wished",
        "ladders::test_a_trial_run_sends_nothing_without_release",
    ),
    mutant(
        "L6b", BINDING, '"manual": "listed"', '"manual": "queued"',
        "ladders::test_a_manual_notice_waits_for_its_release_and_may_be_withheld",
    ),
    mutant(
        "L6c", BINDING, '"draft": "draft"', '"draft": "queued"',
        "ladders::test_each_level_reaches_its_own_contact_from_the_liaison_up_and_formal_acts_are_only_drafted",
    ),
    mutant(
        "L6d", "engine/service/notices/views/upcoming.py", "        if mark.outcome in TOLD:", "        if False:",
        "ladders::test_what_is_about_to_go_stands_on_the_release_list_and_goes_by_itself",
    ),
    mutant(
        "L6e", PAPER, '"sign",\n        frozenset({"leader"}),', '"sign",\n        EITHER,',
        "ladders::test_a_draft_goes_out_only_when_the_leader_signs_it_and_the_signer_is_the_workflows",
    ),
    mutant(
        "L6f", PAPER, "    reason: Text\n", '    reason: Text = ""\n',
        "ladders::test_the_office_may_withhold_what_is_about_to_go_with_a_reason",
    ),
    mutant(
        "L7a", TURNS, "    if point.level > standing.cap:", "    if False:",
        "ladders::test_a_peer_and_a_vertical_unit_get_a_letter_and_are_never_supervised",
    ),
    mutant(
        "L7b", EFFECTS, "return case.plan.workflow.office if superior else assignment.unit", "return assignment.unit",
        "ladders::test_a_superior_is_never_told_and_only_our_own_office_is_nudged",
    ),
    mutant(
        "L7c", EFFECTS, "return workflow.caps.get(workflow.directory.units[unit].relation, 4)", "return 4",
        "ladders::test_the_workflow_may_lower_the_highest_level_of_a_relation",
    ),
    mutant(
        "L7d", f"{COMPOSE}/lines.py", "    return workflow.directory.units[unit].relation\n", '    return "subordinate"\n',
        "ladders::test_a_peer_and_a_vertical_unit_get_a_letter_and_are_never_supervised",
    ),
    mutant(
        "L8a", TURNS, "        if hold.level <= point.level and covered:", "        if hold.level == point.level and covered:",
        "ladders::test_a_hold_needs_a_reason_and_blocks_its_level_and_those_above",
    ),
    mutant(
        "L8b", DATES, "    if untold is not None:", "    if False:",
        "ladders::test_a_manual_raise_needs_a_reason_and_the_lower_level_told",
    ),
    mutant(
        "L8c", DATES, "    reason: Text\n\n\n@record\nclass HoldIt", '    reason: Text = ""\n\n\n@record\nclass HoldIt',
        "ladders::test_a_manual_raise_needs_a_reason_and_the_lower_level_told",
    ),
    mutant(
        "L8d", REVIEW, "        deadlines.end(case, deadline, deadline_state)", "        pass",
        "ladders::test_what_a_unit_handed_in_answers_its_notice_and_nothing_more_is_raised",
    ),
    mutant(
        "L9a", "engine/reckoning.py", '    if state == "submitted":\n        return "handed_in"\n', "",
        "unit/test_reckoning::test_how_something_stands_and_whether_it_is_late",
    ),
    mutant(
        "L9b", "engine/reckoning.py",
        '    if state in ("accepted", "submitted"):\n        return True\n', '    if state == "submitted":\n        return True\n',
        "unit/test_reckoning::test_what_is_counted_adds_up_on_any_day",
    ),
    mutant(
        "L9c", "engine/service/notices/composing/lateness.py", "e.assignment.unit != office and ", "",
        "acceptance/test_counted::test_nobody_orders_itself_and_peers_and_superiors_are_never_among_the_late",
    ),
    mutant(
        "L9d", "engine/reckoning.py", 'at_lead=at_lead,\n', 'at_lead=False,\n',
        "acceptance/test_counted::test_what_waits_at_a_lead_is_not_the_units_lateness",
    ),
    mutant(
        "L10a", FIRING, "        if ended:", "        if False:",
        "acceptance/test_ended_units::test_nobody_is_told_anything_of_a_unit_after_its_last_day_at_any_level",
    ),
    mutant(
        "L10b", "engine/service/notices/binding.py", "return _ended(case, item) or kind_of", "return kind_of",
        "acceptance/test_ended_units::test_what_waited_to_be_told_when_a_unit_ended_is_not_true_any_more",
    ),
    mutant(
        "L10c", "engine/service/kernel/case.py", "owed.state in OWING and self.has_ended(owed.unit)", "False",
        "acceptance/test_ended_units::test_an_ended_unit_is_late_in_no_bulletin_and_in_no_report",
    ),
    mutant(
        "L10d", "engine/check/people.py", "    yield from _ending(sight)\n", "",
        "unit/test_corpus::test_a_broken_workflow_is_read_and_found_with_its_codes_at_its_places",
    ),
    mutant(
        "C1a", FIRING, "        if settled is None and point.reminds and over:", "        if False:",
        "catchup::test_a_reminder_whose_deadline_has_passed_is_not_sent",
    ),
    mutant(
        "C1b", FIRING, "    newest = sendable[-1]", "    newest = sendable[0]",
        "catchup::test_within_a_level_the_newest_is_sent_and_the_older_are_absorbed",
    ),
    mutant(
        "C2", FIRING,
        "        if point.rung == newest.rung and all(n in own for n in range(point.n, newest.n)):",
        "        if True:",
        "catchup::test_within_a_level_the_newest_is_sent_and_the_older_are_absorbed",
        "unit/test_ladders::test_points_of_a_repeating_rung_apart_from_the_newest_are_absorbed",
    ),
    mutant(
        "C3", TURNS, "    if at < standing.adopted_at:", "    if False:",
        "catchup::test_nothing_from_before_adoption_is_ever_sent",
        "unit/test_ladders::test_nothing_from_before_adoption_is_sent",
    ),
    mutant(
        "C4a", JOURNAL, "    if last_at - now <= TOLERANCE:", "    if False:",
        "catchup::test_a_clock_up_to_five_minutes_behind_counts_as_the_last_instant",
    ),
    mutant(
        "C4b", JOURNAL, "    raise ClockBehind(now=now.isoformat(), last=last_at.isoformat())", "    return now",
        "catchup::test_a_clock_further_behind_is_refused_by_sweeps_and_commands_but_not_by_readers",
    ),
    mutant(
        "C4c", JOURNAL, "    if system and last_at <= system.clock_to and now >= system.clock_from - TOLERANCE:", "    if False:",
        "catchup::test_accepting_the_clock_is_recorded_and_lets_work_go_on_in_the_order_of_seq",
    ),
    mutant(
        "C4d", "engine/serving.py", "jump > LARGEST_JUMP_IN_SECONDS:", "False:",
        "catchup::test_serve_refuses_to_beat_after_wall_time_jumped_ahead_until_a_person_accepts",
    ),
    mutant(
        "C4e", "engine/service/kernel/desk.py", "case = case_at(desk, work, head, max(desk.now(), head.last_at))",
        "case = case_at(desk, work, head, settled_instant(work, desk.now(), head.last_at))",
        "catchup::test_a_clock_further_behind_is_refused_by_sweeps_and_commands_but_not_by_readers",
    ),
    mutant(
        "C4f", "engine/service/clock/commands/clock.py", "        deadlines.change(case, deadline)", "        pass",
        "catchup::test_a_rung_that_a_wrong_clock_put_off_for_years_comes_on_its_day_once_it_is_set_right",
    ),
    mutant(
        "C4g", "engine/service/clock/commands/clock.py", "    _tell_then(case, soonest)\n", "",
        "catchup::test_what_waits_for_an_instant_that_only_a_wrong_clock_named_goes_once_the_clock_is_set_right",
    ),
    mutant(
        "C4h", "engine/serving.py", "        self._mind_the_clock(told=refuses)\n", "",
        "unit/test_serving::test_a_clock_behind_the_records_is_told_while_nothing_is_due_and_when_it_is_set_right",
    ),
    mutant(
        "C4i", "engine/service/delivery/relaying.py", "return min(next_at, case.at + (next_at - answered))", "return next_at",
        "channels::test_a_message_that_was_put_off_while_the_clock_was_ten_years_ahead_is_tried_again_once_it_is_set_right",
    ),
)  # fmt: skip
